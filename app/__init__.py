"""What an office can do, without a screen."""
