"""What travels between examiner and examinee, and how.

`framing` carries payloads over a socket, `codec` carries values from the examinee (a closed set,
decoded without trust), `requests` carries any value from the examiner to the examinee.
"""
