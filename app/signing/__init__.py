"""Versions signed, and what changed since."""
