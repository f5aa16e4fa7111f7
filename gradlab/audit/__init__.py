"""The audit: prove that an assignment is ready to be released.

It asks, through the engine that grades, whether the tests of a course can tell wrong from right: of the
reference and the release, of answers that are known, and of mutants of the reference.
"""
