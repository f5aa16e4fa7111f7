"""Submissions: read without trust, put into the notebook as released, and made inert."""
