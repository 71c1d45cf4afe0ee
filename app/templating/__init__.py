"""A template read, checked, laid over another, found on the shelf."""
