"""The rows of one ledger, read and amended through the desk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from app.change import Change
from app.ledger import entries
from app.listing import lists
from app.listing.lists import Line, Query
from app.problem import Problem
from ui.desk import Desk


class LedgerRows:
    """`app.listing.lists` and `app.ledger.entries` bound to one ledger: what a LedgerModel asks of its rows."""

    def __init__(self, desk: Desk, ledger_id: str) -> None:
        self._desk = desk
        self._ledger = ledger_id

    def ids(self, query: Query) -> list[str]:
        return lists.ids(self._desk.office, self._ledger, query)

    def lines(self, ids: Sequence[str]) -> list[Line]:
        return lists.lines(self._desk.office, ids)

    def values(self, key: str, query: Query) -> list[tuple[str, int]]:
        return lists.values(self._desk.office, self._ledger, key, query)

    def tabs(self, query: Query) -> dict[str, int]:
        return lists.tabs(self._desk.office, self._ledger, query)

    def blanks(self, key: str, query: Query) -> list[str]:
        """Which of the rows of a list show nothing in a column."""
        others = tuple(each for each in query.where if each[0] != key)
        return self.ids(replace(query, where=(*others, (key, (lists.EMPTY,))), sort=()))

    def left_on(self, entry_id: str) -> str:
        return lists.left_on(self._desk.office, entry_id)

    def amend(self, entry_id: str, texts: dict[str, str]) -> Problem | None:
        """Write cells; the Problem where they were refused."""
        problems: list[Problem] = []
        done: Change | None = self._desk.do(entries.amend, entry_id, texts, refused=problems.append)
        return problems[0] if done is None else None
