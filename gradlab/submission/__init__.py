"""What students hand in: read without belief, put into the notebook as released, made inert."""
