"""Bundles: how offices pass ledgers by file."""
