"""Several offices or ledgers in one sheet."""
