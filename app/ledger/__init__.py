"""Deeds on a ledger and its rows."""
