"""Rows of lower offices that would be counted twice in a roll-up: in two gathered ledgers, or through one not held."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, func, select

from app.ids import standings_for
from app.journals.writing import FLOWS_IN, FLOWS_OUT
from app.ledger.ledgers import MERGED, LedgerLine
from app.rounds import rounds
from models.schema import entry as entry_table
from models.schema import event as event_table
from models.schema import item as item_table

CHUNK = 500


def doubled(connection: Connection, ledgers: Sequence[str]) -> dict[str, list[str]]:
    """{ledger: ids of its rows that stand for a row for which one of an earlier ledger of the list stands already}."""
    place = {ledger: number for number, ledger in enumerate(ledgers)}
    seen: set[str] = set()
    found: dict[str, list[str]] = {}
    for row in sorted(_sharing(connection, ledgers), key=lambda row: place[row.ledger_id]):
        if row.source in seen:
            found.setdefault(row.ledger_id, []).append(row.id)
        seen.add(row.source)
    return found


def gathered_twice(connection: Connection, ledgers: Sequence[str], own: str) -> list[str]:
    """Ids of rows of these ledgers that `own` holds by way of another row of them, which stands for the same one.

    So the row of a sponsor's ledger and that of the lead's that stands for it; the one that `own` took is not named.
    """
    upper, lower = entry_table.alias(), entry_table.alias()
    query = (
        select(upper.c.id, upper.c.source)
        .join(lower, lower.c.id == upper.c.source)
        .where(upper.c.ledger_id.in_(ledgers), lower.c.ledger_id.in_(ledgers))
        .where(upper.c.standing != "deleted", lower.c.standing != "deleted")
    )
    pairs = {row.id: row.source for row in connection.execute(query)}
    held = set(pairs.values())
    above = pairs | {row.id: row.source for row in _sharing(connection, ledgers)}
    same: dict[str, list[str]] = {}
    for row in above:
        first = row
        while first in above:
            first = above[first]
        same.setdefault(first, [first] if first in held else []).append(row)
    taken = _taken(connection, own, [row for rows in same.values() for row in rows])
    return [row for rows in same.values() for row in sorted(rows, key=lambda row: row not in taken)[1:]]


def _sharing(connection: Connection, ledgers: Sequence[str]) -> Sequence[Any]:
    """(source, ledger_id, id) of the rows of these ledgers whose source those of another of them stand for too."""
    e = entry_table.c
    live = (e.ledger_id.in_(ledgers), e.source.is_not(None), e.standing != "deleted")
    many = select(e.source).where(*live).group_by(e.source).having(func.count(e.ledger_id.distinct()) > 1)
    return connection.execute(select(e.source, e.ledger_id, e.id).where(*live, e.source.in_(many))).all()


def _taken(connection: Connection, own: str, rows: Sequence[str]) -> set[str]:
    """Those of these rows that one of the ledger `own` stands for."""
    e = entry_table.c
    found: set[str] = set()
    for start in range(0, len(rows), CHUNK):
        part = rows[start : start + CHUNK]
        query = select(e.source).where(e.ledger_id == own, e.source.in_(part), e.standing != "deleted")
        found.update(connection.scalars(query))
    return found


def flows(connection: Connection, ids: Sequence[str]) -> dict[str, dict[str, int]]:
    """What these rows add to `listed` and the flows of their ledger, for 'project' and 'item' (decision 2)."""
    return {
        "project": _flows(connection, entry_table, "id", ids, items=False),
        "item": _flows(connection, item_table, "entry_id", ids, items=True),
    }


def twins(connection: Connection, ledgers: Sequence[str], left_out: Sequence[str]) -> int:
    """How many project codes stand in more than one of these ledgers, rows that are left out apart (decision 14)."""
    e = entry_table.c
    query = select(e.code_key).where(
        e.ledger_id.in_(ledgers), e.code_key.is_not(None), e.standing.not_in(("deleted", "excluded"))
    )
    many = query.group_by(e.code_key).having(func.count(e.ledger_id.distinct()) > 1)
    codes = set(connection.scalars(many))
    for start in range(0, len(left_out) if codes else 0, CHUNK):
        part = select(e.code_key).where(e.id.in_(left_out[start : start + CHUNK]))
        codes -= set(connection.scalars(part))
    return len(codes)


def through_unheld(connection: Connection, mirrors: Sequence[LedgerLine]) -> dict[tuple[str, str], int]:
    """{(ledger, gathered ledger): rows of the first that stand in the second by way of a ledger that is not held here}.

    The gathered ledger names the ledgers it was gathered from, and the id of a row follows from ledger and row, also
    where its gathering was taken back and done anew.
    """
    held = {line.id for line in mirrors}
    plain = [line for line in mirrors if line.purpose != MERGED]
    found: Counter[tuple[str, str]] = Counter()
    for upper in (line for line in mirrors if line.purpose == MERGED and plain):
        missing = [origin for origin in _origins(connection, upper) if origin not in held]
        sources = set(_ids(connection, upper.id, "source")) if missing else set()
        times = {source[:12] for source in sources}
        for line in plain if sources else ():
            found[line.id, upper.id] = sum(
                1
                for row in _ids(connection, line.id, "id")
                if row[:12] in times
                and any(i in sources for origin in missing for i in standings_for(origin, row))
            )
    return {key: number for key, number in found.items() if number}


def _origins(connection: Connection, upper: LedgerLine) -> list[str]:
    told = (body.get("merge", {}) for _, body in rounds.told(connection, upper.stream))
    return list(dict.fromkeys(str(merge["origin"]) for merge in told if merge.get("origin")))


def _ids(connection: Connection, ledger: str, column: str) -> Sequence[str]:
    e = entry_table.c
    query = select(e[column]).where(e.ledger_id == ledger, e[column].is_not(None), e.standing != "deleted")
    return connection.scalars(query).all()


def _flows(
    connection: Connection, table: Table, key: str, ids: Sequence[str], *, items: bool
) -> dict[str, int]:
    """By the identity of each row: what is open or went out came in, as 期初 unless as 新增 or 恢复."""
    v, t = event_table.c, table.c
    moved: Counter[str] = Counter()
    which = v.item.is_not(None) if items else v.item.is_(None)
    for start in range(0, len(ids), CHUNK):
        part = ids[start : start + CHUNK]
        query = select(v.kind, func.count()).where(v.entry_id.in_(part), which).group_by(v.kind)
        kinds: dict[str, int] = dict(connection.execute(query).all())
        moved.update(kinds)
        rows = select(t.standing, func.count()).where(t[key].in_(part)).group_by(t.standing)
        standing: dict[str, int] = dict(connection.execute(rows).all())
        moved.update(open=standing.get("open", 0), listed=sum(standing.values()))
    out = {name: moved[name] for name in ("listed", *FLOWS_IN, *FLOWS_OUT)}
    out["listed"] -= out["added"]
    out["base"] = sum(out[name] for name in FLOWS_OUT) - out["added"] - out["restored"]
    return out


def less(numbers: Mapping[str, int], taken: Mapping[str, int]) -> dict[str, int]:
    """`numbers` without what is counted elsewhere."""
    return {name: number - taken.get(name, 0) for name, number in numbers.items()}
