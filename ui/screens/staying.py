"""Rows that stay where they are after a deed, though they no longer fit what is filtered, until the clerk says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from app.change import Change
from app.listing.lists import Query
from ui.tables.ledger_model import LedgerModel
from ui.tables.ledger_rows import LedgerRows


class Staying:
    """Counts them. A deed on one row asks of that row alone: a hundred thousand rows are not read for one cell."""

    def __init__(self, model: LedgerModel, rows: LedgerRows) -> None:
        self._model, self._rows = model, rows
        self._ids: Sequence[str] = ()
        self._strayed: set[str] = set()
        self._touched: set[str] = set()
        self._any = False  # something was done whose rows are not known

    def heed(self, change: Change) -> None:
        """Note what a deed was on; a new row comes at the end."""
        if change.subject and change.facts.get("no") is not None:
            self._model.append([change.subject])
        if change.subject and self._model.row_of(change.subject) >= 0:
            self._touched.add(change.subject)
        else:
            self._any = True

    def left_over(self, total: int) -> int:
        """How many rows shown no longer fit, of a ledger with `total` rows; -1 where the list has to be read anew."""
        model, query = self._model, self._model.query
        if model.ids is not self._ids:  # read anew since
            self._ids, self._strayed = model.ids, set()
        touched, anything = self._touched, self._any or not self._touched
        self._touched, self._any = set(), False
        if not model.ids:
            return -1
        if replace(query, sort=()) == Query() and total == len(model.ids):
            self._strayed = set()
        elif anything:
            fits, shown = set(self._rows.ids(replace(query, sort=()))), set(model.ids)
            if len(fits - shown) > 1:
                return -1
            self._strayed = shown - fits
        else:
            self._strayed = (self._strayed | touched) - set(self._rows.fitting(query, touched))
        return len(self._strayed)
