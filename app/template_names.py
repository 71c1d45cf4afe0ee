"""What the expressions of a template may name."""

from __future__ import annotations

from app.templates import ENTRY_NAMES, ITEM_NAMES, Loaded


def entry_names(loaded: Loaded) -> frozenset[str]:
    """What an expression over an entry may name."""
    return frozenset(loaded.fields) | ENTRY_NAMES


def item_names(loaded: Loaded) -> frozenset[str]:
    """What an expression over an item may name: its own fields first, then the entry's."""
    return frozenset(loaded.item_fields) | frozenset(loaded.fields) | ITEM_NAMES


def base_names(loaded: Loaded) -> frozenset[str]:
    """What `base` may name: fields, and how many items are open. Neither changes by itself."""
    return frozenset(loaded.fields) | {"n_open"}
