"""Kinds of cells: how a value is read, kept, shown."""
