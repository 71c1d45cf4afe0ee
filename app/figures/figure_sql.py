"""Figures counted where the rows lie: one grouped SELECT for rows, one for items, one for what moved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Float, Select, String, and_, case, cast, func, literal, or_, select, true
from sqlalchemy.sql import visitors

from app.engine import expression_sql, sql_names
from app.engine.sql_names import Now, Sql, Term
from app.figures.figure_heads import ITEM
from app.figures.figure_sums import DEADLINE, DUE, How, Key, Sums
from app.ledger.ledgers import LedgerLine
from app.listing import lights
from app.words.report_words import Figure
from app.words.templates import Loaded
from models.schema import entry as entry_table
from models.schema import event as event_table
from models.schema import item as item_table
from models.schema import journal as journal_table

COUNTED_BY = ("unit", "matter", "place", "division")
_OUT = ("deleted", "excluded")
_BY_VALUE = ("workdays", "distinct")


@dataclass(frozen=True)
class Asked:
    """What is asked of one ledger. Days are ISO text; `since` '' means from the beginning.

    Figures that go by a day count those up to `today`. `apart` selects ids of rows that are not to be counted here.
    """

    line: LedgerLine
    by: tuple[str, ...]
    since: str
    today: str
    now: Now
    apart: Select[Any] | None = None

    @property
    def loaded(self) -> Loaded:
        return self.line.loaded


@dataclass
class _Part:
    """One column of a grouped SELECT: the name of what it gives, and how groups of it are joined."""

    name: str
    sql: Sql
    how: How = "add"


@dataclass
class _Side:
    """Rows or items: the table that is counted, and the names its figures end with."""

    asked: Asked
    item: bool
    suffix: str = field(init=False)

    def __post_init__(self) -> None:
        self.suffix = ITEM if self.item else ""

    @property
    def standing(self) -> Sql:
        return item_table.c.standing if self.item else entry_table.c.standing

    def keys(self) -> list[Sql]:
        """What it is counted by; of a row the matter is no part."""
        return [
            _key(self.asked.loaded, name, self.item)
            for name in self.asked.by
            if self.item or name != "matter"
        ]

    def key(self, found: Sequence[Any]) -> Key:
        if self.item:
            return tuple(found)
        left = iter(found)
        return tuple(None if name == "matter" else next(left) for name in self.asked.by)

    def grouped(self, parts: Sequence[Sql], *more: Sql) -> Select[Any]:
        """A SELECT of the parts by group; `more` are further columns to group by, placed before them."""
        a, e, i = self.asked, entry_table.c, item_table.c
        keys = [*self.keys(), *more]
        query = select(*keys, *parts).group_by(*keys)
        whose = i if self.item else e
        query = query.where(whose.ledger_id == a.line.id, self.standing.not_in(_OUT))
        if a.apart is not None:
            query = query.where((i.entry_id if self.item else e.id).not_in(a.apart))
        if not self.item:
            return query.select_from(entry_table)
        beside = any(_reads_entry(each) for each in (*keys, *parts))
        return query.select_from(item_table.join(entry_table, e.id == i.entry_id) if beside else item_table)


def count(connection: Connection, asked: Asked, sums: Sums) -> None:
    """Add everything that is asked to `sums`. Raises Problem E_EXPRESSION."""
    for item in (False, True) if asked.loaded.t.items is not None else (False,):
        side = _Side(asked, item)
        _standing(connection, side, sums)
        figures = [each for each in asked.loaded.t.figures if (each.scope == "item") == item]
        _named(connection, side, sums, [each for each in figures if each.of not in _BY_VALUE])
        if item:
            _item_deadlines(connection, side, sums)
        _moved(connection, side, sums)
        for figure in figures:
            if figure.of in _BY_VALUE:
                _by_value(connection, side, figure, sums)


def grouped(asked: Asked, item: bool, parts: Sequence[Sql], *more: Sql) -> Select[Any]:
    """Rows, or items, by what is asked and by `more`: these first, then the parts of each group."""
    return _Side(asked, item).grouped(parts, *more)


def count_by_day(connection: Connection, asked: Asked, sums: Sums) -> None:
    """Add the template's figures that go by a day of their own, and nothing else."""
    for item in (False, True):
        side = _Side(asked, item)
        figures = [each for each in asked.loaded.t.figures if each.day and (each.scope == "item") == item]
        _named(connection, side, sums, [each for each in figures if each.of not in _BY_VALUE])
        for figure in figures:
            if figure.of in _BY_VALUE:
                _by_value(connection, side, figure, sums)


def cases(connection: Connection, asked: Asked) -> Iterator[tuple[str, Any]]:
    """(figure, row) of everything that a count by day counts: row.entry, .item ('' of a row), .no, .name, .cells, .day."""
    e, i = entry_table.c, item_table.c
    for figure in asked.loaded.t.figures:
        if not figure.day or figure.of != "count" or figure.over:
            continue
        side = _Side(asked, figure.scope == "item")
        rule = _rule(side, figure)
        own = (i.code, i.cells) if side.item else (literal("").label("code"), e.cells)
        query = select(
            e.id.label("entry"),
            own[0].label("item"),
            e.no,
            e.name,
            own[1],
            _term(side, figure.day).sql.label("day"),
        )
        tables = item_table.join(entry_table, e.id == i.entry_id) if side.item else entry_table
        wanted = (e.ledger_id == asked.line.id, side.standing.not_in(_OUT), true() if rule is None else rule)
        for row in connection.execute(query.select_from(tables).where(*wanted)):
            yield figure.id, row


def _key(loaded: Loaded, name: str, item: bool) -> Sql:
    """Whose it is: of a row its responsible unit, of an item the department that handles it."""
    e, i = entry_table.c, item_table.c
    if name == "unit":
        return func.coalesce(i.dept if item else e.unit, "")
    if name == "matter":
        return func.substr(i.code, 1, 3, type_=String)
    if name == "place":
        return func.coalesce(e.place, "")
    home = func.substr(e.no, 1, 6, type_=String)
    region = next((f.id for f in loaded.t.fields if f.kind == "region"), "")
    return func.coalesce(e.cells[region].as_string(), home) if region else home


def _reads_entry(sql: Sql) -> bool:
    return any(getattr(each, "table", None) is entry_table for each in visitors.iterate(sql))


def _standing(connection: Connection, side: _Side, sums: Sums) -> None:
    """What stands in 在账, the two reds apart (decision 4). Nothing else is read: sorting into groups is what it costs."""
    t = item_table.c if side.item else entry_table.c
    late = t.due < side.asked.today
    parts = [
        _Part("open", func.count()),
        _Part("red", func.count(case((late, 1)))),
        _Part(DUE, func.min(case((late, t.due))), "min"),
    ]
    if not side.item:
        past = entry_table.c.deadline < side.asked.today
        parts.append(_Part("deadline_past", func.count(case((past, 1)))))
        parts.append(_Part(DEADLINE, func.min(case((past, entry_table.c.deadline))), "min"))
    parts = [_Part(each.name + side.suffix, each.sql, each.how) for each in parts]
    _take(connection, side, parts, sums, side.standing == "open")


def _named(connection: Connection, side: _Side, sums: Sums, figures: Sequence[Figure]) -> None:
    """The template's own figures, in one pass over the rows that any of them may be about: whose day lies in the period."""
    if figures:
        parts = [part for each in figures for part in _own(side, each)]
        wide = {
            (each.day, "" if each.day else each.id): _within(side, each) if each.day else _rule(side, each)
            for each in figures
        }
        rules = [rule for rule in wide.values() if rule is not None]
        _take(connection, side, parts, sums, *([or_(*rules)] if len(rules) == len(wide) else ()))


def _take(connection: Connection, side: _Side, parts: Sequence[_Part], sums: Sums, *rules: Sql) -> None:
    query = side.grouped([each.sql for each in parts]).where(*rules)
    width = len(side.keys())
    for row in connection.execute(query):
        key = side.key(row[:width])
        for each, value in zip(parts, row[width:], strict=True):
            sums.take(key, each.name, value, each.how)


def _item_deadlines(connection: Connection, side: _Side, sums: Sums) -> None:
    """完成时限已过 of items: only rows are read of which one has passed, so that not all cells are."""
    day, e = lights.item_deadline(side.asked.loaded), entry_table.c
    if not any(clock.until for clock in side.asked.loaded.t.clocks):
        return
    past = day < side.asked.today
    parts = [
        _Part("deadline_past" + side.suffix, func.count(case((past, 1)))),
        _Part(DEADLINE + side.suffix, func.min(case((past, day))), "min"),
    ]
    _take(
        connection,
        side,
        parts,
        sums,
        side.standing == "open",
        or_(e.standing != "open", e.deadline < side.asked.today),
    )


def _rule(side: _Side, figure: Figure) -> Sql | None:
    """Which rows a figure is about; None: all of them."""
    asked, rules = side.asked, []
    if figure.standing == "open":
        rules.append(side.standing == "open")
    if figure.expr:
        rules.append(expression_sql.condition(asked.loaded, figure.expr, asked.now, item=side.item))
    if figure.day:
        rules.append(_within(side, figure))
    return and_(*rules) if rules else None


def _within(side: _Side, figure: Figure) -> Sql:
    """Whether the figure's own day lies in the period."""
    day, asked = _term(side, figure.day).sql, side.asked
    return day.between(asked.since, asked.today) if asked.since else day <= asked.today


def _own(side: _Side, figure: Figure) -> list[_Part]:
    rule = _rule(side, figure)
    if figure.of == "count":
        return [_Part(figure.id, func.count() if rule is None else func.count(case((rule, 1))))]
    found = _term(side, figure.field)
    value = found.sql if found.kind == "number" else cast(func.nullif(found.sql, ""), Float)
    value = value if rule is None else case((rule, value))
    if figure.of == "max":
        return [_Part(figure.id, func.max(value), "max")]
    parts = [_Part(figure.id, func.sum(value))]
    return [*parts, _Part(f"{figure.id}#", func.count(value))] if figure.of == "mean" else parts


def _term(side: _Side, name: str) -> Term:
    """A field of the item, of the row, or a computed value of the row."""
    loaded, now = side.asked.loaded, side.asked.now
    own = sql_names.term(loaded, name, now, item=side.item)
    return own if own is not None else expression_sql.computed(loaded, loaded.computed[name], now)


def _by_value(connection: Connection, side: _Side, figure: Figure, sums: Sums) -> None:
    """How often each value stands there, of workdays each pair of days: the working days between are counted once a pair."""
    values = [_term(side, name).sql for name in (figure.field, figure.to) if name]
    rule = _rule(side, figure)
    query = side.grouped([func.count()], *values)
    query = query.where(true() if rule is None else rule, *(value != "" for value in values))
    width = len(side.keys())
    for *found, often in connection.execute(query):
        sums.take(side.key(found[:width]), figure.id, Counter({tuple(found[width:]): often}))


def _moved(connection: Connection, side: _Side, sums: Sums) -> None:
    """What came and went, by the day it was recorded: one recorded later belongs to the later period (domain A5)."""
    asked, v, e, i, j = side.asked, event_table.c, entry_table.c, item_table.c, journal_table.c
    keys = side.keys()
    query = select(*keys, v.kind, func.count()).group_by(*keys, v.kind)
    query = query.where(v.ledger_id == asked.line.id, v.item.is_not(None) if side.item else v.item.is_(None))
    tables: Any = event_table
    if any(_reads_entry(each) for each in keys):
        tables = tables.join(entry_table, e.id == v.entry_id)
    if keys and side.item:
        tables = tables.outerjoin(item_table, and_(i.entry_id == v.entry_id, i.code == v.item))
    if asked.since:
        tables = tables.join(journal_table, and_(j.stream == asked.line.stream, j.seq == v.seq))
        query = query.where(j.on >= asked.since)
    if asked.apart is not None:
        query = query.where(v.entry_id.not_in(asked.apart))
    for *key, kind, number in connection.execute(query.select_from(tables)):
        sums.take(side.key(key), kind + side.suffix, number)
