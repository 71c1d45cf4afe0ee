"""The question lists of a check round and their answers."""
