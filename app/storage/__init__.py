"""Files on disk: where they lie, how they are written, what kind they are."""
