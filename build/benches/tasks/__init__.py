"""What a measuring child does; each function takes JSON and returns JSON."""
