"""The rows of one ledger, read and amended through the desk."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from app.change import Change
from app.ledger import cell_blocks, entries
from app.ledger.cell_blocks import Amended, NewRows
from app.listing import list_rules, lists
from app.listing.list_rules import View
from app.listing.lists import Line, Query
from app.office import Office
from app.problem import Problem
from ui.desk import Desk

AT_ONCE = 600  # rows that are written before the clerk could press 取消


class LedgerRows:
    """`app.listing.lists` and `app.ledger.entries` bound to one ledger: what a LedgerModel asks of its rows."""

    def __init__(self, desk: Desk, ledger_id: str) -> None:
        self._desk = desk
        self._ledger = ledger_id
        self._seen: tuple[tuple[Office, int, dt.date], View | None] | None = None

    def ids(self, query: Query) -> list[str]:
        self._seen = None  # F5 reads what another program may have done, too
        return lists.ids(self._desk.office, self._ledger, query)

    def lines(self, ids: Sequence[str]) -> list[Line]:
        return lists.lines(self._desk.office, ids, matters_later=True, seen=self._view())

    def _view(self) -> View | None:
        """The ledger as it is looked at, None when it has gone; a scroll asks at each page, so that it is read anew only after
        a deed and at midnight."""
        office = self._desk.office
        now = office, office.cache.get("deeds", 0), office.today()
        if self._seen is None or self._seen[0] != now:
            self._seen = now, lists.seen_as(office, self._ledger)
        return self._seen[1]

    def values(self, key: str, query: Query) -> list[tuple[str, int]]:
        return lists.values(self._desk.office, self._ledger, key, query)

    def fitting(self, query: Query, among: Collection[str]) -> list[str]:
        return lists.fitting(self._desk.office, self._ledger, query, among)

    def longest(self, key: str, query: Query, most: int) -> list[str]:
        return lists.longest(self._desk.office, self._ledger, key, query, most)

    def blanks(self, key: str, query: Query) -> list[str]:
        """Which of the rows of a list show nothing in a column."""
        others = list_rules.without(query, key)
        return self.ids(replace(others, where=(*others.where, (key, (lists.EMPTY,))), lights=query.lights, sort=()))

    def left_on(self, entry_id: str) -> str:
        return lists.left_on(self._desk.office, entry_id)

    def amend(self, entry_id: str, texts: dict[str, str]) -> Problem | None:
        """Write cells; the Problem where they were refused."""
        problems: list[Problem] = []
        done: Change | None = self._desk.do(entries.amend, entry_id, texts, refused=problems.append)
        return problems[0] if done is None else None

    def amend_many(
        self, texts: dict[str, dict[str, str]], done: Callable[[Amended], object], new: NewRows | None = None
    ) -> None:
        """Write cells of many rows as one deed; many of them off the screen thread, with 取消. A refusal goes to the desk."""
        if len(texts) + len(new.texts if new else ()) > AT_ONCE:
            self._desk.run(cell_blocks.amend_many, self._ledger, texts, new=new, title="正在写入表格", done=done)
            return
        made: Amended | None = self._desk.do(cell_blocks.amend_many, self._ledger, texts, new=new)
        if made is not None:
            done(made)
