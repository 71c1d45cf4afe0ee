"""The office kept: backup, recovery, upkeep."""
