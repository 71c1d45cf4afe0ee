"""Workbooks written: our own, and theirs filled."""
