"""Frozen page in, file out: no Office, no Qt."""
