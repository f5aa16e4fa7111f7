"""The report on a class with all kinds of students."""
