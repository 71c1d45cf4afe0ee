"""Keys and the offices that are known."""
