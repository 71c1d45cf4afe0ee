"""How far a ledger has got: by group what is closed, open in time and overdue; by state how many; now or on a past day."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, and_, case, func, or_

from app.engine import calling
from app.engine.sql_names import Now
from app.figures import figure_sql, figures, past
from app.figures.figure_heads import FLOWS_OUT, ITEM
from app.figures.figure_sql import Asked
from app.figures.figures import Figures
from app.figures.past import Past
from app.ledger import ledgers, units
from app.ledger.ledger_groups import REGISTER
from app.listing import lights
from app.office import Office
from app.values import divisions
from app.words.report_words import Words
from app.words.templates import Loaded
from models.schema import entry as entry_table
from models.schema import item as item_table

Span = tuple[dt.date | None, dt.date]
"""A period: from when on (None: from the beginning), and its last day."""
STATE, STAGE = "state", "stage"


@dataclass(frozen=True)
class Group:
    """One unit, place, division or matter. `codes` are the stored texts behind `name`, '' where nothing is filled in: a
    unit may be entered by several names that count as one.

    `closed` what left 在账 (of a register: what is over), in the period where one is asked; `timely` and `late` make up what
    is open. `before` (closed, open) of the period before.
    """

    name: str
    codes: tuple[str, ...]
    closed: int
    timely: int
    late: int
    before: tuple[int, int] | None = None

    @property
    def open(self) -> int:
        return self.timely + self.late

    @property
    def total(self) -> int:
        return self.closed + self.open


@dataclass(frozen=True)
class State:
    """How many matters are in one state, or rows in one stage: in 在账, and out of it. `code` as stored."""

    name: str
    code: str
    open: int
    out: int

    @property
    def total(self) -> int:
        return self.open + self.out


@dataclass(frozen=True)
class Headway:
    """Of `who` (项目 or 事项) by `by`, from `since` ('' the beginning) to `on` (ISO); the worst group first.

    `state_of` is state (of matters) or stage (of rows, where the ledger has no matters).
    """

    ledger: str
    title: str
    unit: str
    words: Words
    by: str
    item: bool
    since: str
    on: str
    sealed: bool
    groups: tuple[Group, ...]
    whole: Group
    states: tuple[State, ...]
    state_of: str
    alike: tuple[tuple[str, str], ...] = ()
    """Names that may be one unit and are counted apart."""

    @property
    def who(self) -> str:
        return self.words.item if self.item else self.words.row


def of(
    office: Office,
    ledger_id: str,
    *,
    by: str = "unit",
    item: bool = False,
    on: dt.date | None = None,
    since: dt.date | None = None,
    before: Span | None = None,
) -> Headway:
    """The headway of a ledger; `item` counts its matters, as `by` matter always does.

    Every number is that of `figures.of`, but for what is overdue by either red, which is the red light of the list
    (decision 4). Raises Problem E_NO_LEDGER, E_BY, E_FUTURE, E_DATE_ORDER.
    """
    item = item or by == "matter"
    calendar = office.calendar()
    with office.read() as connection:
        line = ledgers.line_of(connection, ledger_id)
        item = item and line.loaded.t.items is not None
        found = figures.of_line(connection, office, line, calendar, on=on, since=since, by=(by,))
        was = (
            figures.of_line(connection, office, line, calendar, on=before[1], since=before[0], by=(by,))
            if before
            else None
        )
        then, today = past.of(connection, line, on), found.on
        known = units.of(connection, office.division)
        late: Counter[str] = Counter()
        over: Counter[str] = Counter()
        states: Counter[tuple[str, str]] = Counter()
        now = Now(today, office.division, then.sealed, line.id)
        with _places(
            connection, then, Asked(then.line, (by,), "", today, now, then.moved), calendar
        ) as places:
            for there, asked in places:
                _reds(there, asked, item, late, over)
                _states(there, replace(asked, by=()), states)
    loaded = then.line.loaded
    register = loaded.t.nature == REGISTER
    entered = _entered(late, known.counted if by == "unit" else str)
    groups = _groups(found, was, entered, late, over if register else Counter(), ITEM if item else "")
    whole = _whole(groups, bool(before))
    alike = known.alike({one.name for one in groups} - {figures.UNSAID}) if by == "unit" else ()
    return Headway(
        line.id, line.title, line.unit, loaded.t.words, by, item, found.since, today, then.sealed, groups, whole,
        _in_order(loaded, states), STATE if loaded.t.items is not None else STAGE, alike,
    )  # fmt: skip


@contextmanager
def _places(
    connection: Connection, then: Past, asked: Asked, calendar: Any
) -> Iterator[list[tuple[Connection, Asked]]]:
    """Where the rows of that day lie: those that have not moved since where they are, the others played back."""
    here = [] if then.whole else [(connection, asked)]
    if then.moved is None:
        yield here
        return
    with past.laid_out(connection, then, then.calendar or calendar) as there:
        yield [*here, (there, replace(asked, apart=None))]


def _reds(there: Connection, asked: Asked, item: bool, late: Counter[str], over: Counter[str]) -> None:
    """What is red for either cause, and what is 手续齐全 or settled, by group."""
    t: Any = item_table.c if item else entry_table.c
    deadline = lights.item_deadline(asked.loaded) if item else entry_table.c.deadline
    red = and_(t.standing == "open", or_(t.due < asked.today, deadline < asked.today))
    parts = [func.count(case((red, 1))), func.count(case((t.standing == "complete", 1)))]
    for key, reds, done in there.execute(figure_sql.grouped(asked, item, parts)):
        late[str(key)] += reds
        over[str(key)] += done


def _states(there: Connection, asked: Asked, into: Counter[tuple[str, str]]) -> None:
    """How many matters by state and standing; where there are none, rows by stage."""
    item = asked.loaded.t.items is not None
    what = item_table.c.state if item else func.coalesce(entry_table.c.stage, "")
    standing = item_table.c.standing if item else entry_table.c.standing
    for state, stands, number in there.execute(
        figure_sql.grouped(asked, item, [func.count()], what, standing)
    ):
        into[state, stands] += number


def _entered(late: Mapping[str, int], counted: Callable[[str], str]) -> dict[str, tuple[str, ...]]:
    """{the text that a group is counted under: the texts as they are stored}."""
    found: dict[str, tuple[str, ...]] = {}
    for stored in sorted(late):
        found[counted(stored)] = (*found.get(counted(stored), ()), stored)
    return found


def _groups(
    found: Figures,
    was: Figures | None,
    entered: Mapping[str, tuple[str, ...]],
    late: Mapping[str, int],
    over: Mapping[str, int],
    end: str,
) -> tuple[Group, ...]:
    earlier = {row.codes[0]: row.values for row in was.rows} if was else {}
    out = []
    for row in found.rows:
        values, codes = row.values, entered.get(row.codes[0], (row.codes[0],))
        if values.get(f"open{end}") is None:
            continue
        red, still = sum(late.get(code, 0) for code in codes), _int(values, "open", end)
        before = None
        if was is not None:
            then = earlier.get(row.codes[0], {})
            before = (_closed(then, end, was.since), _int(then, "open", end))
        closed = _closed(values, end, found.since) + sum(over.get(code, 0) for code in codes)
        one = Group(row.key[0], codes, closed, still - red, red, before)
        if one.total or (before and any(before)):
            out.append(one)
    known = {code for one in out for code in one.codes}
    for code, codes in entered.items():  # all that it has is settled, and no figure counts that
        if done := sum(over.get(each, 0) for each in codes if each not in known):
            name = divisions.name_of(code) if "division" in found.by else codes[0] or figures.UNSAID
            out.append(Group(name, codes, done, 0, 0, (0, 0) if was else None))
    return tuple(sorted(out, key=lambda one: (-one.late, -one.open, -one.total, not one.codes[0])))


def _closed(values: Mapping[str, Any], end: str, since: str) -> int:
    """What left in the period; of the whole time what was ever in the list and is not open (decision 2)."""
    if since:
        return sum(_int(values, key, end) for key in FLOWS_OUT)
    return _int(values, "base", end) + _int(values, "added", end) - _int(values, "open", end)


def _int(values: Mapping[str, Any], key: str, end: str) -> int:
    return int(values.get(f"{key}{end}") or 0)


def _whole(groups: Sequence[Group], compared: bool) -> Group:
    pairs = [one.before or (0, 0) for one in groups]
    before = (sum(closed for closed, _ in pairs), sum(still for _, still in pairs)) if compared else None
    return Group(
        "合计", (), sum(one.closed for one in groups), sum(one.timely for one in groups),
        sum(one.late for one in groups), before,
    )  # fmt: skip


def _in_order(loaded: Loaded, found: Mapping[tuple[str, str], int]) -> tuple[State, ...]:
    """States as the template lists them; stages of what is open as they follow on one another, then how the others went."""
    if loaded.t.items is not None:
        codes = [*calling.states(loaded), *sorted({state for state, _ in found})]
        made = [
            State(
                calling.state(loaded, code), code, found.get((code, "open"), 0),
                sum(n for (state, stands), n in found.items() if state == code and stands != "open"),
            )
            for code in dict.fromkeys(codes)
        ]  # fmt: skip
        return tuple(one for one in made if one.total)
    stages = [stage.title for stage in loaded.t.stages]
    here = sorted({state for state, stands in found if stands == "open"} - set(stages))
    made = [State(stage or "（未填）", stage, found.get((stage, "open"), 0), 0) for stage in (*stages, *here)]
    for stands, word in calling.standings(loaded).items():
        out = sum(n for (_, standing), n in found.items() if standing == stands != "open")
        made.append(State(word, word, 0, out))
    return tuple(one for one in made if one.total)
