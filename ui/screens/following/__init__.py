"""回头看, 投诉, 督办: each a register with its own deeds beside those of every register."""
