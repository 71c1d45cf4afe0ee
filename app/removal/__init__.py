"""What is taken back, destroyed, swept."""
