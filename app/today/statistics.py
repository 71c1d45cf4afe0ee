"""What is to be done today, and how far each place has got."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Column, Connection, Select, case, func, select

from app.engine import calling, clock_words
from app.engine.rows import ItemRows
from app.ledger import ledgers, row_numbers, ruling, ruling_words, versions
from app.ledger.ledgers import LedgerLine
from app.listing import lights
from app.office import Office
from app.rounds.awaited import Awaited, awaited
from app.signing import since
from app.today import closed
from app.today.coming import Coming, coming
from app.words.templates import Loaded
from models.schema import entry as entry_table
from models.schema import item as item_table

MOST = 2000
PLACES = 8


class Todo(Struct, frozen=True):
    """One thing to do: `item` and `field` lead to the exact cell."""

    ledger_id: str
    entry_id: str
    item: str
    field: str
    light: str
    light_text: str
    due: str
    what: str
    name: str
    unit: str
    cause: str


class Progress(Struct, frozen=True):
    """How the open projects of one place stand."""

    place: str
    green: int
    yellow: int
    red: int
    total: int


class Paper(Struct, frozen=True):
    """A print that waits for signatures: it lies with the first of `left`, since the day it was printed or last signed.

    `days` are calendar days since then; `title` is the ledger's.
    """

    ledger_id: str
    label: str
    on: str
    left: tuple[str, ...]
    title: str = ""
    since: str = ""
    days: int = 0


class Today(Struct, frozen=True):
    """The whole of 今日要办."""

    overdue: int
    soon: int
    due_today: int
    papers: tuple[Paper, ...]
    todos: tuple[Todo, ...] = ()
    done_this_month: int = 0
    done_last_month: int = 0
    longest: str = ""
    next_due: str = ""
    places: tuple[Progress, ...] = ()
    coming: tuple[Coming, ...] = ()
    awaited: tuple[Awaited, ...] = ()


def today_list(office: Office) -> Today:
    """Due matters of all own ledgers, most urgent first; cards, places and papers beside them."""
    day = lights.days(office)
    todos: list[Todo] = []
    places: dict[str, list[int]] = {}
    with office.read() as connection:
        known = ledgers.lines_in(connection)
        lines = [x for x in known if x.own]
        for line in lines:
            todos += limits(office, connection, line, day)
            _add_places(connection, line, day, places)
        done, before = closed.in_months(connection, lines, day.today)
        now = replace(
            _counted(office, connection, known, day),
            done_this_month=done,
            done_last_month=before,
            next_due=_next_due(connection, lines, day),
        )
    todos.sort(key=lambda t: (t.due, t.name))
    red = [t for t in todos if t.light == "red"]
    return replace(
        now,
        todos=tuple(todos[:MOST]),
        longest=f"{len({t.entry_id for t in red}):,} 个项目 · 最久{_worked(red[0].light_text)}" if red else "",
        places=tuple(_progress(places)),
    )


def counted(office: Office) -> Today:
    """What the numbers beside the pages need: how many are due, papers, days of the plan, what is waited for. Neither the
    matters themselves nor places, so that it can be asked after every deed."""
    with office.read() as connection:
        return _counted(office, connection, ledgers.lines_in(connection), lights.days(office))


def _counted(office: Office, connection: Connection, known: Sequence[LedgerLine], day: lights.Today) -> Today:
    lines = [x for x in known if x.own]
    overdue, soon, due_today = _urgent(connection, lines, day)
    due = [each for line in lines for each in coming(office, connection, line)]
    return Today(
        overdue=overdue,
        soon=soon,
        due_today=due_today,
        papers=tuple(paper for line in lines for paper in _papers(office, connection, line)),
        coming=tuple(sorted(_once(due), key=lambda each: each.due)),
        awaited=awaited(office, connection, known),
    )


def limits(
    office: Office, connection: Connection, line: LedgerLine, day: lights.Today, most: int = MOST
) -> list[Todo]:
    """The limits of a ledger that run out until `day.soon`, at most so many of each kind: of its matters, of rows, 完成时限."""
    found = _matters(office, connection, line, day, most)
    found += _rows(office, connection, line, day, most)
    return found + _deadlines(office, connection, line, day, most)


def _once(due: list[Coming]) -> Iterator[Coming]:
    """A day that a plan names for several of its ledgers (59号 四) stands once, saying for how many."""
    shared: dict[tuple[str, ...], list[Coming]] = {}
    for each in due:
        own = (each.ledger_id,) if each.kind == "report" else ()
        shared.setdefault((each.due, each.what, each.who, each.clause, each.light, *own), []).append(each)
    for found in shared.values():
        many = len(found)
        yield found[0] if many == 1 else replace(found[0], ledger=f"{found[0].ledger}等 {many:,} 本台账")


def _worked(text: str) -> str:
    """逾 3 天 counts working days: say so where it stands alone."""
    return text.removeprefix("逾").replace("天", "个工作日")


def _matters(
    office: Office, connection: Connection, line: LedgerLine, day: lights.Today, most: int
) -> list[Todo]:
    i, e = item_table.c, entry_table.c
    rows = connection.execute(
        select(i.entry_id, i.code, i.clock, i.due, i.dept, i.cells, e.name, e.no)
        .join(entry_table, e.id == i.entry_id)
        .where(i.ledger_id == line.id, i.standing == "open", i.clock_state == "running", i.due <= day.soon)
        .order_by(i.due)
        .limit(most)
    )
    out = []
    for row in rows:
        clock = line.loaded.clocks.get(row.clock)
        title = calling.matter(line.loaded, row.code, row.cells)
        light = "red" if row.due < day.today else "yellow"
        out.append(
            Todo(
                ledger_id=line.id,
                entry_id=row.entry_id,
                item=row.code,
                field=clock.stops[0] if clock and clock.stops else "state",
                light=light,
                light_text=lights.remaining(office, row.due),
                due=row.due,
                what=f"{title}：{clock.title if clock else '办理'}",
                name=row.name or row.no,
                unit=row.dept or "",
                cause=clock.cause if clock and light == "red" else "",
            )
        )
    return out


def _rows(office: Office, connection: Connection, line: LedgerLine, day: lights.Today, most: int) -> list[Todo]:
    """Due rows of a ledger without items: the row is its own item."""
    if line.loaded.t.items is not None:
        return []
    e = entry_table.c
    rows = connection.execute(
        select(e.id, e.name, e.no, e.unit, e.due, e.stage, e.cells)
        .where(e.id.in_(_first(line, e.due, day, most)))
        .order_by(e.due)
    )
    return [
        Todo(
            ledger_id=line.id,
            entry_id=row.id,
            item="",
            field=_awaited_field(line.loaded, row.cells),
            light="red" if row.due < day.today else "yellow",
            light_text=lights.remaining(office, row.due),
            due=row.due,
            what=row.stage or "办理",
            name=row.name or row.no,
            unit=row.unit or "",
            cause=lights.cause(line.loaded, row.due, None, day),
        )
        for row in rows
    ]


def _awaited_field(loaded: Loaded, cells: Mapping[str, Any]) -> str:
    """What is filled in to stop the clock of such a row: the first that is still blank."""
    stops = (stop for clock in loaded.t.clocks if not clock.until for stop in clock.stops[:1])
    return next((stop for stop in stops if not cells.get(stop)), "")


def _first(line: LedgerLine, due: Column[Any], day: lights.Today, most: int) -> Select[Any]:
    """The rows due first, chosen by the index alone: to sort whole rows takes ten times as long on 100,000 of them."""
    e = entry_table.c
    return select(e.id).where(e.ledger_id == line.id, e.standing == "open", due <= day.soon).order_by(due).limit(most)


def _urgent(connection: Connection, lines: list[LedgerLine], day: lights.Today) -> tuple[int, int, int]:
    """How many matters and 完成时限 are past due, due soon, due today: all of them, however many are listed."""
    own, plain = [x.id for x in lines], [x.id for x in lines if x.loaded.t.items is None]
    i, e = item_table.c, entry_table.c
    running = (i.ledger_id.in_(own), i.standing == "open", i.clock_state == "running", i.due <= day.soon)
    matters = select(i.due.label("due")).where(*running)
    wholes = select(e.deadline).where(e.ledger_id.in_(own), e.standing == "open", e.deadline <= day.soon)
    alone = select(e.due).where(e.ledger_id.in_(plain), e.standing == "open", e.due <= day.soon)
    due = matters.union_all(wholes, alone).subquery().c.due
    tests = (due < day.today, due >= day.today, due == day.today)
    red, soon, now = tuple(connection.execute(select(*(func.count(case((t, 1))) for t in tests))).one())
    return red, soon, now


def _deadlines(
    office: Office, connection: Connection, line: LedgerLine, day: lights.Today, most: int
) -> list[Todo]:
    if not (any(c.until for c in line.loaded.t.clocks) or row_numbers.following_fields(line.loaded)):
        return []
    e = entry_table.c
    rows = connection.execute(
        select(e.id, e.name, e.no, e.unit, e.deadline, e.cells)
        .where(e.id.in_(_first(line, e.deadline, day, most)))
        .order_by(e.deadline)
    ).all()
    items = _limited(connection, line, [row.id for row in rows])
    own = ruling.own_limits(connection, [row.id for row in rows])
    lent = [row.id for row in rows if own.get(row.id, row.deadline) != row.deadline]
    limits = ruling_words.limits_of(connection, lent) if lent else {}
    return [
        Todo(
            ledger_id=line.id,
            entry_id=row.id,
            light="red" if row.deadline < day.today else "yellow",
            light_text=lights.remaining(office, row.deadline),
            due=row.deadline,
            name=row.name or row.no,
            unit=row.unit or "",
            **(
                _lent(line.loaded, limits[row.id], row.cells, day)
                if row.id in limits
                else _whose(line.loaded, row, items.get(row.id, {}), day)
            ),
        )
        for row in rows
    ]


def _lent(
    loaded: Loaded, limits: Sequence[ruling_words.Limit], cells: Mapping[str, Any], day: lights.Today
) -> dict[str, str]:
    """The same where the limit of the row it follows is the earlier one (decision 15)."""
    limit = ruling_words.ruling_of(limits)
    assert limit is not None
    field = next((f.id for f in row_numbers.following_fields(loaded) if cells.get(f.id)), "")
    cause = lights.LENT if limit.day < day.today else ""
    return {"item": "", "field": field, "what": f"同一项目 {limit.said}", "cause": cause}


def _whose(loaded: Loaded, row: Any, items: ItemRows, day: lights.Today) -> dict[str, str]:
    """Which limit the deadline of a row is, whose, and where it stands: the row's own, or that of one of its matters."""
    clock = clock_words.limit_of(loaded, row.deadline, row.cells)
    code, what = "", ""
    for key, cells in items.items() if clock and row.cells.get(clock.until) != row.deadline else ():
        own = clock_words.limit_of(loaded, row.deadline, cells)
        if own and own.until not in loaded.fields and cells.get(own.until) == row.deadline:
            clock, code, what = own, key, calling.matter(loaded, key, cells)
            break
    assert clock is not None
    if not code:
        what = f"办结全部{loaded.t.words.item}" if loaded.t.items else ""
    told = f"{what}（{clock.title}）" if what else clock.title
    cause = clock.cause if row.deadline < day.today else ""
    return {"item": code, "field": clock.until, "what": told, "cause": cause}


def _limited(connection: Connection, line: LedgerLine, ids: list[str]) -> dict[str, ItemRows]:
    """The open matters of these rows where matters have limits of their own, by row and code."""
    own = any(c.until and c.until not in line.loaded.fields for c in line.loaded.t.clocks)
    i = item_table.c
    out: dict[str, ItemRows] = {}
    for start in range(0, len(ids) if own else 0, 500):
        query = select(i.entry_id, i.code, i.cells).where(i.entry_id.in_(ids[start : start + 500]), i.standing == "open")
        for row in connection.execute(query.order_by(i.code)):
            out.setdefault(row.entry_id, {})[row.code] = row.cells
    return out


def _add_places(
    connection: Connection, line: LedgerLine, day: lights.Today, places: dict[str, list[int]]
) -> None:
    e = entry_table.c
    light = lights.entry_light(day)
    rows = connection.execute(
        select(e.place, light, func.count())
        .where(e.ledger_id == line.id, e.standing == "open", e.place.isnot(None))
        .group_by(e.place, light)
    )
    for place, name, n in rows:
        index = {"red": 2, "yellow": 1}.get(name, 0)
        places.setdefault(place, [0, 0, 0])[index] += n


def _progress(places: dict[str, list[int]]) -> list[Progress]:
    biggest = sorted(places.items(), key=lambda p: -sum(p[1]))[:PLACES]
    return [Progress(place, g, y, r, g + y + r) for place, (g, y, r) in biggest]


def _papers(office: Office, connection: Connection, line: LedgerLine) -> list[Paper]:
    """The newest print of a ledger not yet sealed, and of a sealed one while it waits for signatures (decision 8)."""
    if not versions.is_signed(line):
        return []
    known = versions.of_ledger(connection, line.id)
    left = since.left_to_sign(connection, line, known)
    if not known or (line.sealed and not left):
        return []
    now = known[0]
    lain = max([now.on, *(s.on for s in now.signatures), *(a.on for a in now.acts)])
    days = (office.today() - dt.date.fromisoformat(lain)).days
    return [Paper(line.id, now.label, now.on, left, line.title, lain, days)]


def _next_due(connection: Connection, lines: list[LedgerLine], day: lights.Today) -> str:
    """The first day behind those that are listed: of a matter, of a row, or its 完成时限."""
    own, plain = [x.id for x in lines], [x.id for x in lines if x.loaded.t.items is None]
    i, e = item_table.c, entry_table.c
    running = (i.ledger_id.in_(own), i.standing == "open", i.clock_state == "running", i.due > day.soon)
    found = [select(func.min(i.due)).where(*running)]
    found.append(select(func.min(e.deadline)).where(e.ledger_id.in_(own), e.standing == "open", e.deadline > day.soon))
    found.append(select(func.min(e.due)).where(e.ledger_id.in_(plain), e.standing == "open", e.due > day.soon))
    return min(filter(None, (connection.scalar(query) for query in found)), default="")
