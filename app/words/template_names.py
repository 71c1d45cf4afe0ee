"""What the expressions of a template may name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.words.templates import ENTRY_NAMES, ITEM_NAMES, Field, Loaded


def entry_names(loaded: Loaded) -> frozenset[str]:
    """What an expression over an entry may name."""
    return frozenset(loaded.fields) | ENTRY_NAMES


def item_names(loaded: Loaded) -> frozenset[str]:
    """What an expression over an item may name: its own fields first, then the entry's."""
    return frozenset(loaded.item_fields) | frozenset(loaded.fields) | ITEM_NAMES


def base_names(loaded: Loaded) -> frozenset[str]:
    """What `base` may name: fields, and how many items are open. Neither changes by itself."""
    return frozenset(loaded.fields) | {"n_open"}


def read_cells(loaded: Loaded, cells: Mapping[str, Any], *, item: bool = False) -> Mapping[str, Any]:
    """Cells as an expression reads them: a plain number, kept as decimal text, is a number there."""
    key = "item numbers" if item else "numbers"
    numbers: list[str] | None = loaded.derived.get(key)
    if numbers is None:
        fields: Mapping[str, Field] = loaded.item_fields if item and loaded.t.items else loaded.fields
        numbers = loaded.derived[key] = [f.id for f in fields.values() if f.kind == "number"]
    if not numbers:
        return cells
    return {**cells, **{name: float(cells[name]) for name in numbers if isinstance(cells.get(name), str)}}
