"""What is known of a class: the database, the outcome files, and the one model that is read from both."""
