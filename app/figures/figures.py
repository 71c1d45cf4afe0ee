"""Statistics of a ledger: every figure by unit, matter, place and division, of now or of any past day (domain A5)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection

from app.engine.sql_names import Now
from app.figures import figure_sql, figure_sums, past
from app.figures.figure_heads import Heading, Value, headings
from app.figures.figure_sql import COUNTED_BY, Asked
from app.figures.figure_sums import Key, Sums
from app.figures.past import Past
from app.ledger import ledgers, units
from app.ledger.ledgers import LedgerLine
from app.ledger.units import Units
from app.office import Office
from app.problem import Problem
from app.values import divisions
from app.values.workdays import Calendar
from app.words.templates import Loaded

BY_WORDS = {"unit": "单位", "matter": "事项", "place": "苏木镇（园区）", "division": "旗县"}
UNSAID = "（未填）"


@dataclass(frozen=True)
class Row:
    """One group. `key` names it, a text for each thing it is counted by; `codes` are the stored texts behind, of a unit the
    name that all its names are counted under (`units`).

    `values` by figure id: a count, an amount as stored, a decimal as text; None where nothing can be said.
    """

    key: tuple[str, ...]
    codes: tuple[str, ...]
    values: Mapping[str, Value]


@dataclass(frozen=True)
class Basis:
    """What the total of some figures was worked out of, so that more can be laid in and every ratio stays true."""

    loaded: Loaded
    calendar: Calendar
    today: dt.date
    parts: Mapping[str, Any]

    def grown(self, *more: Mapping[str, Any]) -> Mapping[str, Value]:
        """The total with these parts added: counts, sums, and how often a value stands there."""
        parts = dict(self.parts)
        for one in more:
            for key, value in one.items():
                parts[key] = parts[key] + value if key in parts else value
        return figure_sums.values(self.loaded, self.calendar, self.today, parts)


@dataclass(frozen=True)
class Figures:
    """The figures of one ledger. Days are ISO text, `since` '' for from the beginning; `head` is its last journal line.

    A figure of a row (scope entry) is None in rows that are counted by matter: a row has no matter. It is in `total`.
    """

    ledger: str
    title: str
    by: tuple[str, ...]
    since: str
    on: str
    head: int
    sealed: bool
    columns: tuple[Heading, ...]
    rows: tuple[Row, ...]
    total: Mapping[str, Value]
    alike: tuple[tuple[str, str], ...] = ()
    """Names that may be one unit and are counted apart."""
    basis: Basis | None = field(default=None, compare=False, repr=False)

    def column(self, figure: str) -> Heading:
        """The heading of a figure. Raises Problem E_NO_FIGURE."""
        found = next((each for each in self.columns if each.id == figure), None)
        if found is None:
            known = "、".join(f"{each.id}（{each.title}）" for each in self.columns)
            raise Problem(
                "E_NO_FIGURE", f"《{self.title}》没有“{figure}”这个数，可用：{known}", field="figure"
            )
        return found

    @property
    def telling(self) -> tuple[Heading, ...]:
        """The columns in which anything but 0 stands somewhere, and 期初 and 在账."""
        every = [self.total, *(row.values for row in self.rows)]
        kept = ("base", "open", "base.item", "open.item")
        return tuple(
            each for each in self.columns
            if each.id in kept or any(values.get(each.id) not in (None, 0, "0") for values in every)
        )  # fmt: skip

    def as_json(self) -> dict[str, Any]:
        return {
            "ledger": self.ledger, "title": self.title, "by": list(self.by), "since": self.since, "on": self.on,
            "head": self.head, "sealed": self.sealed, "columns": [each.as_json() for each in self.columns],
            "rows": [{"key": list(row.key), "codes": list(row.codes), "values": row.values} for row in self.rows],
            "total": self.total, "alike": [list(pair) for pair in self.alike],
        }  # fmt: skip


def of(
    office: Office,
    ledger_id: str,
    *,
    on: dt.date | None = None,
    since: dt.date | None = None,
    by: Sequence[str] = (),
) -> Figures:
    """The figures of a ledger now, or as of the end of the past day `on`; flows since the beginning or from `since` on.

    `by`: unit, matter, place, division. The unit is a row's responsible unit, of a matter the department that handles it;
    each is counted where it belongs at the end of the period, so that 期初 + 新增 + 恢复 = 在账 + 核减 + 开工 + 移除 + 更正
    holds in every group (decision 2). Before the seal 期初 is what stands in 在账. Flows go by the day they were recorded;
    a figure with a `day` of its own by that day, as it was known then. Nothing is said of a day to come.
    Raises Problem E_NO_LEDGER, E_BY, E_FUTURE, E_DATE_ORDER, E_EXPRESSION.
    """
    calendar = office.calendar()
    with office.read() as connection:
        line = ledgers.line_of(connection, ledger_id)
        return of_line(connection, office, line, calendar, on=on, since=since, by=by)


def of_line(
    connection: Connection,
    office: Office,
    line: LedgerLine,
    calendar: Calendar,
    *,
    on: dt.date | None = None,
    since: dt.date | None = None,
    by: Sequence[str] = (),
) -> Figures:
    """The same inside a transaction. Raises Problem E_FUTURE, E_DATE_ORDER and those of `of`."""
    if stray := [each for each in by if each not in COUNTED_BY]:
        raise Problem("E_BY", f"不能按“{stray[0]}”分，可用：{'、'.join(COUNTED_BY)}", field="by")
    _refuse_days(office.today(), since, on)
    then, today = past.of(connection, line, on), on or office.today()
    calendar = then.calendar or calendar
    begin = since.isoformat() if since else ""
    asked = _asked(office, then, today.isoformat(), tuple(dict.fromkeys(by)), begin)
    sums = _counted(connection, then, asked, calendar)
    loaded = then.line.loaded
    known = units.of(connection, office.division)
    entered, alike = _together(known, asked.by, sums)
    if entered:
        sums = sums.renamed(lambda key: _renamed(entered, asked.by, key))
    keys = sorted(
        {key for key in sums.groups if None not in key}, key=lambda key: _order(loaded, asked.by, key)
    )
    rows = tuple(_row(loaded, calendar, today, sums, asked.by, key, known) for key in keys if asked.by)
    basis = Basis(loaded, calendar, today, sums.total())
    return Figures(
        line.id,
        line.title,
        asked.by,
        asked.since,
        asked.today,
        then.head,
        then.sealed,
        headings(loaded),
        rows,
        basis.grown(),
        alike,
        basis,
    )


def _together(
    known: Units, by: Sequence[str], sums: Sums
) -> tuple[dict[str, str], tuple[tuple[str, str], ...]]:
    """{name as entered: the fullest of the unit's names} where it is another; and names that look alike."""
    if "unit" not in by:
        return {}, ()
    names = {str(key[by.index("unit")] or "") for key in sums.groups} - {""}
    found = known.together(names).values()
    return {name: every[0] for every in found for name in every[1:]}, known.alike(names)


def _renamed(entered: Mapping[str, str], by: Sequence[str], key: Key) -> Key:
    return tuple(
        entered.get(each, each) if name == "unit" and each else each
        for name, each in zip(by, key, strict=True)
    )


def _refuse_days(today: dt.date, since: dt.date | None, on: dt.date | None) -> None:
    """Raise Problem E_FUTURE of a day to come, E_DATE_ORDER of a period that ends before it begins."""
    if on and on > today:
        raise Problem("E_FUTURE", f"{on} 还没有到，请写今天（{today}）或以前的日期", field="on")
    if since and since > (on or today):
        raise Problem("E_DATE_ORDER", f"止日 {on or today} 早于起日 {since}，请核对", field="on")


def _counted(connection: Connection, then: Past, asked: Asked, calendar: Calendar) -> Sums:
    """What has not moved since is counted where it lies, what has from its journal; the two add up."""
    sums = Sums()
    if not then.whole:
        figure_sql.count(connection, asked, sums)
    if then.moved is not None:
        with past.laid_out(connection, then, then.calendar or calendar) as there:
            figure_sql.count(there, replace(asked, apart=None), sums)
    return sums


def _asked(office: Office, then: Past, today: str, by: tuple[str, ...], since: str) -> Asked:
    now = Now(today, office.division, then.sealed)
    return Asked(then.line, by, since, today, now, then.moved)


def _row(
    loaded: Loaded, calendar: Calendar, today: dt.date, sums: Sums, by: Sequence[str], key: Key, known: Units
) -> Row:
    values = figure_sums.values(loaded, calendar, today, sums.total([key]))
    if "matter" in by:
        values |= dict.fromkeys(each.id for each in headings(loaded) if each.scope == "entry")
    codes = (
        known.counted(str(each)) if name == "unit" else str(each) for name, each in zip(by, key, strict=True)
    )
    return Row(_names(loaded, by, key), tuple(codes), values)


def _order(loaded: Loaded, by: Sequence[str], key: Key) -> tuple[Any, ...]:
    """Matters as the template lists them, all else by its text, what is not filled in last."""
    places = {code: at for at, code in enumerate(loaded.presets)}
    return tuple(
        (places.get(str(each), len(places)), "") if name == "matter" else (not each, str(each))
        for name, each in zip(by, key, strict=True)
    )


def _names(loaded: Loaded, by: Sequence[str], key: Key) -> tuple[str, ...]:
    return tuple(_name(loaded, name, str(each)) for name, each in zip(by, key, strict=True))


def _name(loaded: Loaded, by: str, code: str) -> str:
    if by == "matter" and code in loaded.presets:
        return loaded.presets[code].title
    return divisions.name_of(code) if by == "division" else code or UNSAID
