"""How far the assignments of a course are, and what comes next."""
