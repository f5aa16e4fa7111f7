"""The examiner: the trusted process that runs hidden tests against an examinee.

It has never run a line of the student's. Hidden tests call stand-ins, which ask the examinee and bring back
values.
"""
