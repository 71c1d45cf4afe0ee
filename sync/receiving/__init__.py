"""A file that came in: planned, opened, taken in one transaction."""
