"""The gradebook as pages for people: static HTML in Korean and English, and every table as CSV."""
