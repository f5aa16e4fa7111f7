"""Exams with a real zygote, sandbox and examiner."""
