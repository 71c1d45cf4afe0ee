"""Check rounds: rows pushed to departments, what is awaited, what came back."""
