"""Mergings as deeds, and what they leave on paper."""
