"""The demo journey on sample data."""
