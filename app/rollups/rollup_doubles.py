"""Rows of lower offices that would be counted twice in a roll-up: in two gathered ledgers, or through one not held."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, func, literal, select

from app.engine import calling
from app.ids import standings_for
from app.journals.writing import FLOWS_IN, FLOWS_OUT
from app.ledger.ledgers import MERGED, LedgerLine
from app.rounds import rounds
from app.words.templates import Loaded
from models.schema import entry as entry_table
from models.schema import event as event_table
from models.schema import item as item_table

CHUNK = 500


def by_ledger(connection: Connection, rows: Sequence[str]) -> dict[str, int]:
    """{ledger: how many of these rows are its}."""
    e = entry_table.c
    found: Counter[str] = Counter()
    for start in range(0, len(rows), CHUNK):
        query = select(e.ledger_id, func.count()).where(e.id.in_(rows[start : start + CHUNK]))
        found.update(dict(connection.execute(query.group_by(e.ledger_id)).all()))
    return dict(found)


def repeated(
    connection: Connection, groups: Sequence[Sequence[str]], templates: Mapping[str, Loaded]
) -> set[tuple[str, str]]:
    """(row, code) of the matters of rows that are one project which an earlier row of it has already."""
    i = item_table.c
    place = {row: (number, at) for number, group in enumerate(groups) for at, row in enumerate(group)}
    rows = list(place)
    found: list[Any] = []
    for start in range(0, len(rows), CHUNK):
        query = select(i.entry_id, i.code, i.ledger_id, i.cells).where(i.entry_id.in_(rows[start : start + CHUNK]))
        found += connection.execute(query).all()
    seen: dict[tuple[int, str], str] = {}
    out = set()
    for row in sorted(found, key=lambda row: (place[row.entry_id], row.code)):
        key = (place[row.entry_id][0], calling.matter(templates[row.ledger_id], row.code, row.cells))
        if seen.setdefault(key, row.entry_id) != row.entry_id:
            out.add((row.entry_id, row.code))
    return out


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


def flows(
    connection: Connection, ids: Sequence[str], matters: Collection[tuple[str, str]] | None = None
) -> dict[str, dict[str, int]]:
    """What these rows add to `listed` and the flows of their ledger, for 'project' and 'item' (decision 2).

    `matters` (row, code) are those to be taken of them, None for all.
    """
    return {
        "project": _flows(connection, entry_table, "id", ids, None, items=False),
        "item": _flows(connection, item_table, "entry_id", ids, matters, items=True),
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
    connection: Connection,
    table: Table,
    key: str,
    ids: Sequence[str],
    matters: Collection[tuple[str, str]] | None,
    *,
    items: bool,
) -> dict[str, int]:
    """By the identity of each row: what is open or went out came in, as 期初 unless as 新增 or 恢复."""
    v, t = event_table.c, table.c
    moved: Counter[str] = Counter()
    which = v.item.is_not(None) if items else v.item.is_(None)
    code = t.code if items else literal("")
    for start in range(0, len(ids), CHUNK):
        part = ids[start : start + CHUNK]
        events = select(v.entry_id, v.item, v.kind).where(v.entry_id.in_(part), which)
        rows = select(t[key], code, t.standing).where(t[key].in_(part))
        for row, matter, kind in connection.execute(events):
            moved[kind] += matters is None or (row, matter) in matters
        for row, matter, standing in connection.execute(rows):
            counted = matters is None or (row, matter) in matters
            moved["listed"] += counted
            moved["open"] += counted and standing == "open"
    return balanced(moved)


def balanced(moved: Mapping[str, int]) -> dict[str, int]:
    """The flows of rows from what they moved and how they stand: whatever is here and did not come as 新增 or 恢复 is 期初."""
    out = {name: moved.get(name, 0) for name in ("listed", *FLOWS_IN, *FLOWS_OUT)}
    out["listed"] -= out["added"]
    out["base"] = sum(out[name] for name in FLOWS_OUT) - out["added"] - out["restored"]
    return out


def less(numbers: Mapping[str, int], taken: Mapping[str, int]) -> dict[str, int]:
    """`numbers` without what is counted elsewhere."""
    return {name: number - taken.get(name, 0) for name, number in numbers.items()}
