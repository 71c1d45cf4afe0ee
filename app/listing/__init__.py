"""Rows looked at: lists, lights, counts, pages, history."""
