"""`gradlab adopt` says for any nbgrader course how each test cell is asked, why, and what to rewrite."""
