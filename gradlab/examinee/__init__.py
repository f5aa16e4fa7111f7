"""The examinee: the untrusted process that runs a student's notebook and answers the examiner.

It is forked from the zygote into the sandbox. Nothing that it sends is trusted.
"""
