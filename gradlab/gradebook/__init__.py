"""The records of a class: the database, the outcome files, and the model that is read from both."""
