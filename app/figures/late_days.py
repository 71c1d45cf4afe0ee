"""What was learnt late of days already reported: figures with a day of their own, by row, as 补报 (domain A5)."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Select, func, select

from app.engine import calling, remains
from app.engine.sql_names import Now
from app.figures import figure_sql, past
from app.figures.bridging import Move
from app.figures.figure_sql import Asked
from app.figures.figure_sums import Parts, Sums
from app.ledger import ledgers, template_history
from app.ledger.ledger_groups import REGISTER
from app.ledger.ledgers import LedgerLine
from app.office import Office
from models.schema import journal as journal_table

LEARNT = "learnt"
"""The kind of a `Move` that moved nothing: a day of it became known."""
Case = tuple[str, str, str, str]
"""Figure, row, item ('' of a row), day."""


@dataclass(frozen=True)
class Learnt:
    """What came between two journal lines of days up to `eve`: how much the parts of each figure grew, and each case."""

    parts: Mapping[str, Any]
    moves: tuple[Move, ...] = ()


@dataclass(frozen=True)
class _Known:
    parts: Parts
    cases: frozenset[Case]
    names: Mapping[tuple[str, str], Any]


def learnt(
    office: Office, ledger_id: str, eve: dt.date, border: int, head: int, on: dt.date, *,
    evening: str = past.LAST, told: Collection[str] = (),
) -> Learnt:  # fmt: skip
    """What journal lines after `border`, up to `head` (and up to the end of the day `evening`), say of days up to `eve`.

    `told` are the figures whose cases are listed. Nothing before the seal was reported: 期初 moves until then. Of a
    register only rows that are new are told: what becomes of a complaint is no news of the month it came in. Days of
    record are those of the line that named the day; the greatest of several days is no sum and is left out.
    Raises Problem E_EXPRESSION.
    """
    with office.read() as connection:
        line = ledgers.line_of(connection, ledger_id)
        line = replace(line, loaded=template_history.of_ledger(connection, line).at(head))
        seal = past.seal_of(connection, line)
        figures = [figure for figure in line.loaded.t.figures if figure.day]
        register = line.loaded.t.nature == REGISTER
        if not figures or not (register or (seal is not None and seal[0] <= border)):
            return Learnt({})
        t = journal_table.c
        upto = _last(connection, line, border, head, evening)
        ids = select(t.subject).where(t.stream == line.stream, t.seq > border, t.seq <= upto)
        ids = ids.where(t.rev == 1) if register else ids
        if upto <= border:
            return Learnt({})
        was = _known(connection, office, line, ids, on, border, eve)
        now = _known(connection, office, line, ids, on, upto, eve)
        summed = (now.parts.keys() | was.parts.keys()) - {
            figure.id for figure in figures if figure.of == "max"
        }
        parts = {key: _more(now.parts.get(key), was.parts.get(key)) for key in summed}
        new = frozenset(case for case in now.cases - was.cases if case[0] in told)
        days = _recorded(connection, line, new, border, upto) if new else {}
        moves = _moves(line, new, now.names, days)
    return Learnt({key: value for key, value in parts.items() if value}, tuple(moves))


def _last(connection: Connection, line: LedgerLine, border: int, head: int, evening: str) -> int:
    t = journal_table.c
    lines = select(t.seq).where(t.stream == line.stream, t.seq > border, t.seq <= head, t.on <= evening)
    return connection.scalar(lines.order_by(t.seq.desc()).limit(1)) or border


def _known(
    connection: Connection,
    office: Office,
    line: LedgerLine,
    ids: Select[Any],
    on: dt.date,
    upto: int,
    eve: dt.date,
) -> _Known:
    """Of these rows alone, as they stood at that line: both sides by the figures of one template."""
    then = past.of(connection, line, on, upto)
    asked = Asked(line, (), "", eve.isoformat(), Now(eve.isoformat(), office.division, then.sealed))
    sums = Sums()
    with past.laid_out(connection, replace(then, moved=ids), then.calendar or office.calendar()) as there:
        figure_sql.count_by_day(there, asked, sums)
        found = list(figure_sql.cases(there, asked))
    names = {(row.entry, row.item): row for _, row in found}
    return _Known(sums.total(), frozenset((f, row.entry, row.item, row.day) for f, row in found), names)


def _more(now: Any, was: Any) -> Any:
    """How much a part grew: numbers by their difference, what is told by value as often more or less."""
    if isinstance(now, Counter) or isinstance(was, Counter):
        grown = Counter(now or {})
        grown.subtract(was or {})
        return Counter({key: often for key, often in grown.items() if often})
    return (now or 0) - (was or 0)


def _recorded(
    connection: Connection, line: LedgerLine, new: frozenset[Case], border: int, upto: int
) -> Mapping[Case, tuple[str, int]]:
    """{case: (day of record, journal line)}: the last line that wrote the day it goes by."""
    fields = {figure.id: figure.day for figure in line.loaded.t.figures}
    left, t = remains.of_stream(connection, line.stream), journal_table.c
    mine = func.coalesce(t.stream, "") == line.stream  # by the index of subjects, as `past.rows` goes
    lines = select(journal_table).where(mine, t.seq > border, t.seq <= upto)
    rows = sorted({entry for _, entry, _, _ in new})
    found: dict[Case, tuple[str, int]] = {}
    for start in range(0, len(rows), past.CHUNK):
        part = lines.where(t.subject.in_(rows[start : start + past.CHUNK])).order_by(t.seq)
        for row in connection.execute(part).mappings():
            body = left.body(row) or {}
            told = {
                case for case in new if case[1] == row["subject"] and _writes(body, case[2], fields[case[0]])
            }
            found |= dict.fromkeys(told, (row["on"], row["seq"]))
    return found


def _writes(body: Mapping[str, Any], item: str, field: str) -> bool:
    cells = body.get("items", {}).get(item, {}) if item else body.get("cells", {})
    return "new" in body or field in cells


def _moves(
    line: LedgerLine,
    new: frozenset[Case],
    names: Mapping[tuple[str, str], Any],
    days: Mapping[Case, tuple[str, int]],
) -> Iterator[Move]:
    """One a row, item and day; what several figures say of it stands in one word, in their order."""
    titles = {figure.id: figure.title for figure in line.loaded.t.figures}
    order = list(titles)
    together: dict[tuple[str, str, str], list[Case]] = {}
    for case in sorted(new, key=lambda case: (*case[1:], order.index(case[0]))):
        together.setdefault(case[1:], []).append(case)
    for (entry, item, day), cases in together.items():
        row = names[entry, item]
        recorded, seq = max(
            (days[case] for case in cases if case in days), default=("", 0), key=lambda at: at[1]
        )
        matter = calling.matter(line.loaded, item, row.cells or {}) if item else ""
        yield Move(
            LEARNT, "、".join(titles[case[0]] for case in cases), 0, entry, row.no, row.name or row.no, item, matter, "",
            "", day, recorded, True, seq,
        )  # fmt: skip
