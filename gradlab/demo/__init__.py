"""The whole course at work, with a class of invented students; not part of the installed package."""
