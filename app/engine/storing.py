"""Between an entry in memory and its rows in the tables."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, delete, false, insert, select

from app.engine import expressions
from app.engine.clocks import ItemTimes, item_clocks
from app.engine.rows import Cells, Held, item_order
from app.values import kinds
from app.values.workdays import Calendar
from app.words.templates import Loaded
from models import database
from models.schema import entry as entry_table
from models.schema import item as item_table

CHUNK = 500
UNIT_FIELDS = ("resp_unit", "approval_dept", "dept", "target")
"""The fields that may say whose a row is, the first filled one counts: 责任单位, 立项部门, 手续部门, 对象单位."""
_HELD_BY = ("id", "number", "no", "cells", "standing", "added", "rev", "source", "deleted_seq")
_HELD = select(*(entry_table.c[name] for name in _HELD_BY))
_ITEMS = select(*(item_table.c[name] for name in ("entry_id", "code", "standing", "added", "cells")))


class Batch(msgspec.Struct):
    """Rows waiting to be stored together."""

    entries: list[dict[str, Any]] = msgspec.field(default_factory=list)
    items: list[dict[str, Any]] = msgspec.field(default_factory=list)


class Stored(msgspec.Struct, frozen=True):
    """An entry as it stands in the tables: `held` for reading, `row` as it is stored."""

    held: Held
    row: dict[str, Any]


def columns(
    loaded: Loaded, calendar: Calendar, ledger_id: str, held: Held, seq: int, *, matters: bool = True
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The row of `entry` and, with `matters`, the rows of `item` that stand for `held`. Due days are stored, lights never."""
    items = []
    times: list[tuple[str, ItemTimes]] = []
    for code in item_order(loaded, held.items):
        standing = held.standings[code]
        if not matters and standing != "open":
            continue
        found = item_clocks(loaded, held.items[code], held.cells, calendar, item_code=code)
        if matters:
            items.append(_item_row(loaded, ledger_id, held, code, standing, found))
        if standing == "open":
            times.append((code, found))
    if loaded.t.items is None and held.standing == "open":
        times = [("", item_clocks(loaded, held.cells, held.cells, calendar))]
    return _entry_row(loaded, ledger_id, held, times, seq), items


def like(stored: Stored, ledger_id: str, held: Held, seq: int) -> dict[str, Any] | None:
    """The row of `entry` for one that says what a row of another ledger of the same template says, taken from there.

    Its items are `put_alike`. None when they do not stand alike, for then nothing follows from there.
    """
    was = stored.held
    if held.standing != was.standing or held.standings != was.standings or held.cells is not was.cells:
        return None
    own = {"id": held.id, "ledger_id": ledger_id, "number": held.number, "no": held.no, "source": was.id}
    return {**stored.row, **own, "added": False, "rev": held.rev, "seq": seq, "deleted_seq": None}


def _item_row(
    loaded: Loaded, ledger_id: str, held: Held, code: str, standing: str, times: ItemTimes
) -> dict[str, Any]:
    cells = held.items[code]
    live = standing == "open" and times.state in ("running", "paused", "unknown")
    return {
        "entry_id": held.id,
        "code": code,
        "ledger_id": ledger_id,
        "state": cells.get("state", "待核"),
        "standing": standing,
        "added": code in held.added_items,
        "dept": cells.get("dept") or loaded.preset_of(code).dept,
        "clock": times.clock if live else None,
        "clock_state": times.state if live else "none",
        "due": times.due or None if live and times.state == "running" else None,
        "upper_due": times.upper_due or None if live and times.state == "running" else None,
        "stage": times.stage,
        "holder": (times.holder or None) if standing == "open" else None,
        "since": (times.since or None) if standing == "open" else None,
        "cells": cells,
    }


def _entry_row(
    loaded: Loaded, ledger_id: str, held: Held, times: list[tuple[str, ItemTimes]], seq: int
) -> dict[str, Any]:
    cells = held.cells
    is_open = held.standing == "open"
    worst = _worst(times)
    states = [t.state for _, t in times]
    resting = expressions.resting_stage(loaded, cells) if is_open and worst is None else None
    running = [t.due for _, t in times if t.state == "running" and t.due]
    untils = loaded.t.clocks if loaded.t.items else ()  # a row without items is told by its own times
    whole = [cells.get(clock.until) for clock in untils if clock.until]
    deadlines = [d for d in (*whole, *(t.deadline for _, t in times)) if d]
    name = str(cells.get("name", ""))
    unit = next((cells[key] for key in UNIT_FIELDS if cells.get(key)), None)
    return {
        "id": held.id,
        "ledger_id": ledger_id,
        "number": held.number,
        "no": held.no,
        "standing": held.standing,
        "added": held.added,
        "name": name or None,
        "name_key": kinds.name_key(name) or None,
        "code_key": kinds.code_key(str(cells.get("project_code", ""))) or None,
        "unit": unit,
        "place": cells.get("place"),
        "build_state": cells.get("build_state"),
        "invest": cells.get("invest"),
        "resp_person": cells.get("resp_person"),
        "pinyin": kinds.initials(name) or None,
        "due": min(running) if running and is_open else None,
        "deadline": min(deadlines, default=None) if is_open else None,
        "stage": worst.stage if worst else resting.title if resting else None,
        "holder": (worst.holder or None) if worst else resting.holder or None if resting else None,
        "since": (worst.since or None) if worst else None,
        "n_items": len(held.items) - [c.get("state") for c in held.items.values()].count("不需办"),
        "n_open": len(held.open_items()),
        "n_stopped": states.count("paused"),
        "n_unknown": states.count("unknown"),
        "n_accepted": sum(1 for code, t in times if code and t.accepted),
        "cells": cells,
        "rev": held.rev,
        "seq": seq,
        "deleted_seq": (held.deleted_seq or seq) if held.standing == "deleted" else None,
        "source": held.source or None,
    }


def _worst(times: list[tuple[str, ItemTimes]]) -> ItemTimes | None:
    """The matter a row speaks of: the earliest due day, else the longest waiting, else the first open one."""
    if not times:
        return None
    running = [t for _, t in times if t.state == "running" and t.due]
    if running:
        return min(running, key=lambda t: t.due)
    waiting = [t for _, t in times if t.since]
    return min(waiting, key=lambda t: t.since) if waiting else times[0][1]


def put_new(connection: Connection, batch: Batch) -> None:
    """Insert the rows of a batch."""
    database.insert_many(connection, entry_table, batch.entries)
    database.insert_many(connection, item_table, batch.items)


def put_alike(connection: Connection, ids: Sequence[str]) -> None:
    """Give these new entries the items of the rows they stand for, which say the same."""
    if not ids:
        return
    e, i = entry_table.c, item_table.c
    own = {"entry_id": e.id, "ledger_id": e.ledger_id, "added": false()}
    taken = select(*(own.get(column.name, column).label(column.name) for column in i))
    query = taken.select_from(entry_table.join(item_table, i.entry_id == e.source)).where(e.id.in_(ids))
    connection.execute(insert(item_table).from_select([column.name for column in i], query))


_KEPT = ("id", "ledger_id", "number", "no")


def put_changed(
    connection: Connection,
    entries: list[dict[str, Any]],
    items: list[dict[str, Any]],
    kept: Collection[str] = (),
) -> None:
    """Replace the rows of entries that exist, their items whole but for the entries of `kept`, whose items stay."""
    if not entries:
        return
    database.update_many(connection, entry_table, "id", entries, kept=_KEPT)
    if gone := [{"v_id": row["id"]} for row in entries if row["id"] not in kept]:
        connection.execute(delete(item_table).where(item_table.c.entry_id == bindparam("v_id")), gone)
    database.insert_many(connection, item_table, items)


def held_of(connection: Connection, ids: Sequence[str]) -> dict[str, Held]:
    """Entries with their items by id; ids that do not exist are left out."""
    found: dict[str, Held] = {}
    for start in range(0, len(ids), CHUNK):
        part = ids[start : start + CHUNK]
        for row in database.fetch_many(connection, _HELD.where(entry_table.c.id.in_(part))):
            found[row[0]] = _held(*row)
        for row in database.fetch_many(connection, _ITEMS.where(item_table.c.entry_id.in_(part))):
            _hold(found[row[0]], row)
    return found


def stored_of(connection: Connection, ids: Sequence[str]) -> dict[str, Stored]:
    """The same with the rows of `entry` they were read from."""
    found: dict[str, Stored] = {}
    for start in range(0, len(ids), CHUNK):
        part = ids[start : start + CHUNK]
        names = [column.name for column in entry_table.c]
        for values in database.fetch_many(connection, select(entry_table).where(entry_table.c.id.in_(part))):
            row = dict(zip(names, values, strict=True))
            found[row["id"]] = Stored(_held(*(row[name] for name in _HELD_BY)), row)
        for values in database.fetch_many(connection, _ITEMS.where(item_table.c.entry_id.in_(part))):
            _hold(found[values[0]].held, values)
    return found


def _held(
    key: str, number: int, no: str, cells: Cells, standing: str, added: bool, rev: int, source: str | None, gone: int | None
) -> Held:
    return Held(key, number, no, cells, {}, standing, added, rev, source=source or "", deleted_seq=gone or 0)


def _hold(held: Held, row: Sequence[Any]) -> None:
    _, code, standing, added, cells = row
    held.items[code] = cells
    held.standings[code] = standing
    if added:
        held.added_items.add(code)


def every_held(connection: Connection, ledger_id: str) -> Iterable[Held]:
    """All entries of a ledger in the order of their numbers, a few hundred in memory at a time."""
    last = 0
    while True:
        ids = connection.scalars(
            select(entry_table.c.id)
            .where(entry_table.c.ledger_id == ledger_id, entry_table.c.number > last)
            .order_by(entry_table.c.number)
            .limit(CHUNK)
        ).all()
        if not ids:
            return
        held = held_of(connection, ids)
        yield from (held[i] for i in ids)
        last = held[ids[-1]].number
