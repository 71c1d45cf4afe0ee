"""What the day asks for."""
