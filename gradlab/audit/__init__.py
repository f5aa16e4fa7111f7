"""The audit: prove that an assignment is ready to be released.

It uses the grading engine to find out whether a course's tests tell right from wrong. It tries the tests on
the reference, the release, known right and wrong answers, and mutants of the reference.
"""
