"""Periodic reports: periods, numbers, text, papers, sending."""
