"""The resident grader: grades what arrives in nbgrader's exchange and releases the feedback."""
