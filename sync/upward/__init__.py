"""Lower offices' ledgers gathered."""
