"""One project in several ledgers."""
