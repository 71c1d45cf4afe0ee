"""Reading a list as it arrives."""
