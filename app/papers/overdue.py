"""Who owes what: what is overdue of a ledger, by the person who answers for it (S54 四(三)2、3, decision 4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, select, true

from app.engine import calling
from app.figures import figure_sums
from app.ledger import ledgers, ruling, ruling_words, units
from app.ledger.ledgers import LedgerLine
from app.ledger.ruling_words import Limit
from app.listing import lights
from app.office import Office
from app.words.template_words import Field
from app.words.templates import Loaded
from models.schema import entry as entry_table
from models.schema import item as item_table


@dataclass(frozen=True)
class Owed:
    """One overdue matter (`item` '' in a ledger without matters); `days` are working days, None where the calendar does not know
    them all; `due` ISO.

    `person` is '' where nobody is entered; `tel` is that person's own number.
    """

    entry_id: str
    item: str
    no: str
    name: str
    matter: str
    due: str
    days: int | None
    clause: str
    dept: str
    person: str
    tel: str

    @property
    def ref(self) -> str:
        """The row, and the matter of it, as a register names it."""
        return f"{self.no}/{self.item}" if self.item else self.no


@dataclass(frozen=True)
class Debtor:
    """One responsible person with all that is overdue, the longest first."""

    dept: str
    person: str
    owed: tuple[Owed, ...]

    @property
    def longest(self) -> int | None:
        """The working days of the longest overdue, None where the calendar does not tell them."""
        return self.owed[0].days

    @property
    def tel(self) -> str:
        return next((one.tel for one in self.owed if one.tel), "")


def of(office: Office, ledger_id: str, entry_id: str = "") -> list[Owed]:
    """What is overdue of a ledger, or of one row of it, the longest first: the row is in 在账, its clock runs, the day is past.

    Where clocks count working days that is 审批超期 alone: neither 完成时限已过 nor what waits for the applicant (decision 4).
    In a ledger that knows nothing but days set for it (整改时限), those are what is asked for. One unit stands under the
    fullest of its names. Raises Problem E_NO_LEDGER.
    """
    today = lights.days(office).today
    with office.read() as connection:
        line = ledgers.line_of(connection, ledger_id)
        found = (_matters if line.loaded.t.items else _rows)(connection, line, today, entry_id)
        items = line.loaded.t.items is not None
        lent = {} if items or counted(line.loaded) else _lent(connection, found)
        known = units.of(connection, office.division)
        called = {
            name: every[0]
            for every in known.together(row.dept or "" for row in found).values()
            for name in every
        }
        return [
            _owed(office, line, row, called[row.dept or ""], lent.get(row.id), items=items) for row in found
        ]


def counted(loaded: Loaded) -> bool:
    """Whether a clock of this ledger counts working days; else the days in its cells are the limits."""
    return any(not clock.until for clock in loaded.t.clocks)


def cause(loaded: Loaded) -> str:
    """What being overdue is called here: 审批超期, 整改时限已过."""
    wanted = counted(loaded)
    return next((c.cause for c in loaded.t.clocks if bool(c.until) != wanted), "超期")


def debtors(owed: Sequence[Owed]) -> list[Debtor]:
    """One for each responsible person of each department, in the order of their names."""
    groups: dict[tuple[str, str], list[Owed]] = {}
    for one in owed:
        groups.setdefault((one.dept, one.person), []).append(one)
    return [Debtor(dept, person, tuple(groups[dept, person])) for dept, person in sorted(groups)]


def _matters(connection: Connection, line: LedgerLine, today: str, entry_id: str) -> list[Any]:
    i, e = item_table.c, entry_table.c
    due: ColumnElement[Any] = lights.item_deadline(line.loaded)
    running: ColumnElement[bool] = true()
    if counted(line.loaded):
        due, running = i.due, i.clock_state == "running"
    query = (
        select(e.id, e.no, e.name, i.code, i.clock, due.label("due"), i.dept, i.cells)
        .join(entry_table, e.id == i.entry_id)
        .where(i.ledger_id == line.id, i.standing == "open", e.standing == "open", running, due < today)
    )
    query = query.where(e.id == entry_id) if entry_id else query
    return list(connection.execute(query.order_by(due, e.number, i.code)))


def _rows(connection: Connection, line: LedgerLine, today: str, entry_id: str) -> list[Any]:
    e = entry_table.c
    due = e.due if counted(line.loaded) else e.deadline
    query = select(e.id, e.no, e.name, due.label("due"), e.stage, e.unit.label("dept"), e.cells)
    query = query.where(e.ledger_id == line.id, e.standing == "open", due < today)
    query = query.where(e.id == entry_id) if entry_id else query
    return list(connection.execute(query.order_by(due, e.number)))


def _lent(connection: Connection, rows: Sequence[Any]) -> dict[str, Limit]:
    """{row: the limit of the row it follows, where that is the earlier one} (decision 15)."""
    own = ruling.own_limits(connection, [row.id for row in rows])
    ids = [row.id for row in rows if own.get(row.id, row.due) != row.due]
    told = ruling_words.limits_of(connection, ids) if ids else {}
    found = {i: ruling_words.ruling_of(limits) for i, limits in told.items()}
    return {i: limit for i, limit in found.items() if limit is not None}


def _owed(office: Office, line: LedgerLine, row: Any, dept: str, lent: Limit | None, *, items: bool) -> Owed:
    loaded, cells = line.loaded, row.cells
    fields = loaded.item_fields if items else loaded.fields
    clock = loaded.clocks.get(row.clock or "") if items and counted(loaded) else None
    limit = clock or next((c for c in loaded.t.clocks if bool(c.until) != counted(loaded)), None)
    matter = calling.matter(loaded, row.code, cells) if items else row.stage or loaded.t.words.row
    return Owed(
        entry_id=row.id,
        item=row.code if items else "",
        no=row.no,
        name=row.name or row.no,
        matter=f"同一项目 {lent.no} 的时限" if lent else f"{matter}：{clock.title}" if clock else matter,
        due=row.due,
        days=figure_sums.overdue(office.calendar(), row.due, office.today()),
        clause=(lent.clause or lent.ledger) if lent else limit.clause if limit else loaded.t.clause,
        dept=dept,
        person=str(cells.get(_key(fields, "person", "resp_person")) or ""),
        tel=str(cells.get(_key(fields, "phone", "resp_tel")) or ""),
    )


def _key(fields: Mapping[str, Field], kind: str, usual: str) -> str:
    """The field that names who answers for it: the usual one, else the first of this kind."""
    return usual if usual in fields else next((f.id for f in fields.values() if f.kind == kind), "")
