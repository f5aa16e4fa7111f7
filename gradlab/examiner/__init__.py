"""The examiner: the trusted process that runs hidden tests against an examinee.

It has never run a line of the student's. What a hidden test calls are stand-ins, which ask the
examinee and bring back values.
"""
