"""From submissions to grades: one submission, many in parallel, and their record in the gradebook."""
