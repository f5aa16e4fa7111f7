"""The whole course at work, with a class of invented students; no part of the installed package."""
