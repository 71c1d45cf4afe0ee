"""Figures of any day and period, and why they changed."""
