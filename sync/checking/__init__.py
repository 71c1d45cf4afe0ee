"""Parts of a check round: pushed, filled in, judged when they come back."""
