"""Attacks on the grader: each is a submission, and all are graded by one run of the real command."""
