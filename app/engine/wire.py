"""Values as they travel: amounts and areas are decimal strings in journal and bundle (decision 17)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from app.engine.rows import Cells, ItemRows
from app.words.templates import Loaded


def to_wire(loaded: Loaded, cells: Cells, *, item: bool = False) -> Cells:
    """`cells` with integer amounts as decimal strings of 万元 or 亩."""
    scaled = _scaled(loaded, item)
    if not scaled or scaled.keys().isdisjoint(cells):
        return cells
    return {k: _text(v, scaled[k]) if k in scaled and v is not None else v for k, v in cells.items()}


def from_wire(loaded: Loaded, cells: Cells, *, item: bool = False) -> Cells:
    """The inverse of `to_wire`."""
    scaled = _scaled(loaded, item)
    if not scaled or scaled.keys().isdisjoint(cells):
        return cells
    return {
        k: int(Decimal(v).scaleb(scaled[k])) if k in scaled and v is not None else v for k, v in cells.items()
    }


def items_to_wire(loaded: Loaded, items: ItemRows) -> ItemRows:
    return {code: to_wire(loaded, cells, item=True) for code, cells in items.items()}


def items_from_wire(loaded: Loaded, items: ItemRows) -> ItemRows:
    return {code: from_wire(loaded, cells, item=True) for code, cells in items.items()}


def _scaled(loaded: Loaded, item: bool) -> dict[str, int]:
    return loaded.item_scales if item else loaded.scales


def _text(value: Any, scale: int) -> str:
    return f"{Decimal(value).scaleb(-scale).normalize():f}"
