"""Three-way comparing of rows."""
