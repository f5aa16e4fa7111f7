"""The examiner: the trusted process that runs hidden tests against an examinee.

It never runs student code. Hidden tests call stand-ins, which ask the examinee and return its values.
"""
