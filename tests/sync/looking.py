"""What the tests of the exchange look at: the code of a refusal, the tables of an office, the rows of a ledger."""

from __future__ import annotations

import pytest

from app.listing import lists
from app.listing.lists import Query
from app.problem import Problem
from tests.sync.offices import DAY

ON = DAY.isoformat()


def refusal(act, *args, **more) -> Problem:
    with pytest.raises(Problem) as caught:
        act(*args, **more)
    return caught.value


def table(office) -> dict[str, list]:
    """Everything in the database of an office, to compare."""
    with office.read() as connection:
        names = [
            r[0] for r in connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type='table'")
        ]
        return {
            n: sorted(repr(tuple(r)) for r in connection.exec_driver_sql(f"SELECT * FROM {n}")) for n in names
        }


def ledger_tables(office) -> dict[str, list]:
    """All tables but the inbox and the office's own journal."""
    found = table(office)
    found["journal"] = [row for row in found["journal"] if office.stream not in row]
    return {name: kept for name, kept in found.items() if name not in ("inbox", "office")}


def rows(office, ledger) -> list:
    found = lists.lines(office, lists.ids(office, ledger, Query(sort=(("no", False),))))
    return [
        (x.id, x.no, x.name, x.standing, x.cells, {c: i.cells for c, i in x.items.items()}) for x in found
    ]
