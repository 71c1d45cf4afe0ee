"""The chain of deeds: its lines, its digests, its signatures."""
