"""Rows in 在账 follow 部门名录: a department's new 责任人, name or leader goes into all of them as one deed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, exists, or_, select

from app.change import Change
from app.engine import calling, storing
from app.engine.freezing import refuse_frozen, refuse_locked, refuse_outside_part
from app.engine.rows import Cells, Held
from app.ledger import directory, entries, ledgers, serving
from app.ledger.directory import Contact, Directory
from app.ledger.ledgers import CHECK, MAIN, LedgerLine
from app.ledger.recording import Recorder
from app.office import Office
from app.problem import Problem
from app.words.templates import Loaded
from models.schema import entry as entry_table
from models.schema import item as item_table
from models.schema import journal as journal_table
from models.schema import original as original_table

TITLE = "按部门名录改"
_ROW = (
    {"unit": "resp_unit", "person": "resp_person", "person_title": "resp_title", "tel": "resp_tel", "leader": "lead_leader"},
    {"unit": "resp_unit", "person": "person", "person_title": "", "tel": "tel", "leader": ""},
)
_ITEM = {"unit": "dept", "person": "handler", "person_title": "handler_title", "tel": "handler_tel", "leader": ""}


class Cell(Struct, frozen=True):
    """One cell that is to follow: of a row, or of its matter `item`; `old` and `new` as texts."""

    ledger_id: str
    entry_id: str
    no: str
    name: str
    item: str
    matter: str
    department: str
    key: str
    title: str
    old: str
    new: str


class Plan(Struct, frozen=True):
    """What would follow, in the order of the ledgers; `left` are rows that cannot and why: (台账编号, name, reason).

    `kept` are names of before that stay, as (title of the ledger, name, how many matters).
    """

    cells: tuple[Cell, ...]
    left: tuple[tuple[str, str, str], ...] = ()
    titles: Mapping[str, str] | None = None
    kept: tuple[tuple[str, str, int], ...] = ()

    @property
    def kept_words(self) -> str:
        """Which ledgers go on calling a department as before: their parts lie with the departments under that name."""
        each = [f"《{title}》{count:,} 个事项的“{name}”" for title, name, count in self.kept]
        return f"{'、'.join(each)}已推送给部门核查，部门名称不跟着改，联系人照样跟着换" if each else ""

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(cell.entry_id for cell in self.cells))

    @property
    def rows(self) -> int:
        return len(self.ids)

    @property
    def what(self) -> str:
        """责任人, 责任人和责任人电话, …: the titles of the cells, the most frequent first."""
        counted: dict[str, int] = {}
        for cell in self.cells:
            counted[cell.title] = counted.get(cell.title, 0) + 1
        return "、".join(sorted(counted, key=lambda title: -counted[title]))

    @property
    def by_ledger(self) -> str:
        """《待批项目台账》20 个，《闲置土地台账》3 个."""
        ids: dict[str, set[str]] = {}
        for cell in self.cells:
            ids.setdefault(cell.ledger_id, set()).add(cell.entry_id)
        return "，".join(f"《{(self.titles or {}).get(key, key)}》{len(rows):,} 行" for key, rows in ids.items())


class _Row(Struct, frozen=True):
    """One row that follows: as it is, as it will be, and the cells."""

    old: Held
    new: Held
    cells: tuple[Cell, ...]


def plan(office: Office, rows: Collection[str] = (), *, blanks: bool = False) -> Plan:
    """What of the own rows in 在账 is not as 部门名录 has it now: rows that still say what it said before.

    `rows`: of these alone. `blanks`: what is empty is filled too. Rows out of 在账 keep what they say (decision 7).
    """
    with office.read() as connection:
        return _plan(office, connection, rows, blanks)[0]


def after_import(office: Office, run: str) -> Plan:
    """What the directory has for the blank cells of the rows that an import brought or changed; empty without one."""
    if not serving.found(office, directory.SERVICE):
        return Plan(())
    t = original_table.c
    with office.read() as connection:
        rows = connection.scalars(select(t.entry_id).where(t.import_id == run)).all()
        return _plan(office, connection, rows, True)[0] if rows else Plan(())


def follow(office: Office, rows: Collection[str] = (), *, blanks: bool = False) -> Change:
    """Do what `plan` says in all own ledgers as one deed: all of it or nothing; told with each row.

    In a sealed ledger it stands in the 签后变动表 and asks for a new signature (decision 8). Raises Problem E_NOTHING.
    """
    with office.write(TITLE) as work:
        told, changed = _plan(office, work.connection, rows, blanks)
        if not told.cells:
            raise Problem("E_NOTHING", "在账的行都和部门名录一致，不用改")
        for line, each in changed:
            recorder = Recorder(work, line, office.calendar())
            for one in each:
                recorder.put(one.old, one.new, "amend", {"reason": _reason(one.cells)})
            recorder.flush()
    said = f"已按部门名录改了 {told.rows:,} 行的{told.what}（{told.by_ledger}）"
    facts: dict[str, Any] = {"rows": told.rows, "cells": len(told.cells)}
    return Change(said, frozenset(line.id for line, _ in changed), None, facts)


def _reason(cells: Iterable[Cell]) -> str:
    return "、".join(dict.fromkeys(f"部门名录：{cell.department}" for cell in cells))


def _plan(
    office: Office, connection: Connection, rows: Collection[str], blanks: bool
) -> tuple[Plan, list[tuple[LedgerLine, list[_Row]]]]:
    known = directory.read(office, connection)
    changed: list[tuple[LedgerLine, list[_Row]]] = []
    left: list[tuple[str, str, str]] = []
    kept: list[tuple[str, str, int]] = []
    for line in ledgers.lines_in(connection) if known else ():
        if not line.own or line.purpose not in (MAIN, CHECK) or directory.SERVICE in line.loaded.t.serves:
            continue
        found: list[_Row] = []
        named = line.purpose == MAIN and not _pushed(connection, line)
        likely = storing.held_of(connection, _likely(connection, line, known, rows, blanks))
        if line.purpose == MAIN and not named:
            kept += [(line.title, name, count) for name, count in _former(line, known, likely.values()).items()]
        for old in likely.values():
            one = _row(line, known, old, blanks, named=named)
            if one is None:
                continue
            if problem := _hindrance(office, line, one):
                left.append((old.no, old.name, problem.text))
            else:
                found.append(one)
        if found:
            changed.append((line, found))
    cells = tuple(cell for _, found in changed for one in found for cell in one.cells)
    return Plan(cells, tuple(left), {line.id: line.title for line, _ in changed}, tuple(kept)), changed


def _former(line: LedgerLine, known: Directory, rows: Iterable[Held]) -> Counter[str]:
    """{name of a department before: how many open matters say it}."""
    unit = item_seat(line.loaded).get("unit", "")
    open_ = (cells for held in rows for code, cells in held.items.items() if held.standings.get(code) == "open")
    said = (str(cells.get(unit) or "") for cells in open_)
    return Counter(name for name in said if name and (contact := known.of(name)) and contact.was("name", name))


def _likely(
    connection: Connection, line: LedgerLine, known: Directory, rows: Collection[str], blanks: bool
) -> list[str]:
    """The rows in 在账 in which a text stands that the directory had before, with `blanks` also those that lack one."""
    e, i = entry_table.c, item_table.c
    before = {what: {text for one in known.every for text in one.before[what]} for what in directory.FOLLOWED}
    own = _stands(e.cells, row_seat(line.loaded) if line.purpose == MAIN else {}, before, blanks)
    matters = _stands(i.cells, item_seat(line.loaded), before, blanks)
    if matters:
        own.append(exists().where(i.entry_id == e.id, i.standing == "open", or_(*matters)))
    if not own:
        return []
    query = select(e.id).where(e.ledger_id == line.id, e.standing == "open", or_(*own)).order_by(e.number)
    wanted = frozenset(rows)
    return [str(key) for (key,) in connection.execute(query) if not wanted or key in wanted]


def _stands(
    cells: Any, seat: Mapping[str, str], before: Mapping[str, Collection[str]], blanks: bool
) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    for what, key in seat.items():
        text = cells[key].as_string()
        if texts := before["name" if what == "unit" else what]:
            found.append(text.in_(texts))
        if blanks and what != "unit":
            found.append(text.is_(None))
    return found


def _pushed(connection: Connection, line: LedgerLine) -> bool:
    """Whether parts of it went to departments, which know their matters by the name they were pushed under."""
    t = journal_table.c
    query = select(t.seq).where(t.stream == line.stream, t.verb == "push").limit(1)
    return connection.execute(query).first() is not None


def row_seat(loaded: Loaded) -> dict[str, str]:
    """{what: field} of the row's own unit and its person, {} where the template has none."""
    for each in _ROW:
        found = {what: key for what, key in each.items() if key in loaded.fields}
        if {"unit", "person"} <= found.keys():
            return found
    return {}


def item_seat(loaded: Loaded) -> dict[str, str]:
    """The same of a matter's department."""
    found = {k: v for k, v in _ITEM.items() if v in loaded.item_fields}
    return found if {"unit", "person"} <= found.keys() else {}


def proposed(known: Directory, seat: Mapping[str, str], cells: Cells, unit: str = "") -> dict[str, str]:
    """{field: text} that the directory has for what is blank of a row, by the unit that the row names."""
    contact = known.of(unit or str(cells.get(seat.get("unit", ""), "") or "")) if seat else None
    return dict(_filled(seat, cells, contact)) if contact else {}


def _row(line: LedgerLine, known: Directory, old: Held, blanks: bool, *, named: bool) -> _Row | None:
    loaded, new, told = line.loaded, old.copy(), []
    seat = row_seat(loaded) if line.purpose == MAIN else {}
    unit = str(old.cells.get(seat.get("unit", ""), "") or "")
    if contact := known.of(unit):
        for key, text in _moves(seat, old.cells, contact, blanks, named=True):
            told.append(_cell(line, old, "", contact, key, old.cells.get(key), text))
            new.cells = _put(new.cells, key, text)
    seat = item_seat(loaded)
    for code, cells in old.items.items() if seat else ():
        unit = str(cells.get("dept") or loaded.preset_of(code).dept or "")
        if old.standings.get(code) != "open" or not (contact := known.of(unit)):
            continue
        for key, text in _moves(seat, cells, contact, blanks, named=named):
            told.append(_cell(line, old, code, contact, key, cells.get(key), text))
            new.items[code] = _put(new.items[code], key, text)
    return _Row(old, new, tuple(told)) if told else None


def _moves(
    seat: Mapping[str, str], cells: Cells, contact: Contact, blanks: bool, *, named: bool
) -> Iterator[tuple[str, str]]:
    """(field, text) of the cells that say what the directory said before; of a new person his own title and number."""
    text = {what: str(cells.get(key) or "") for what, key in seat.items()}
    if named and contact.was("name", text["unit"]):
        yield seat["unit"], contact.name
    if "leader" in text and contact.was("leader", text["leader"]) and contact.leader:
        yield seat["leader"], contact.leader
    if replaced := bool(contact.person) and contact.was("person", text["person"]):
        yield seat["person"], contact.person
    for what in ("person_title", "tel"):
        if what not in text or not (replaced or text["person"] == contact.person):
            continue
        goal = getattr(contact, what)
        if text[what] != goal and (contact.was(what, text[what]) or (replaced and goal)):
            yield seat[what], goal
    if blanks and not replaced:
        yield from _filled(seat, cells, contact)


def _filled(seat: Mapping[str, str], cells: Cells, contact: Contact) -> Iterator[tuple[str, str]]:
    person = str(cells.get(seat["person"]) or "")
    his = ("person", "person_title", "tel") if person in ("", contact.person) else ()
    for what in ("leader", *his):
        if what in seat and not cells.get(seat[what]) and getattr(contact, what):
            yield seat[what], getattr(contact, what)


def _put(cells: Cells, key: str, text: str) -> Cells:
    rest = {k: v for k, v in cells.items() if k != key}
    return {**rest, key: text} if text else rest


def _cell(
    line: LedgerLine, held: Held, code: str, contact: Contact, key: str, old: Any, new: str
) -> Cell:
    field = line.loaded.item_fields[key] if code else line.loaded.fields[key]
    matter = calling.matter(line.loaded, code, held.items[code]) if code else ""
    return Cell(
        line.id, held.id, held.no, held.name, code, matter, contact.name, key, field.title, str(old or ""), new
    )


def _hindrance(office: Office, line: LedgerLine, one: _Row) -> Problem | None:
    """Why a row cannot follow, None where it can."""
    try:
        if line.purpose == CHECK:
            refuse_outside_part(line.loaded, one.old, one.new)
        if line.sealed:
            refuse_frozen(line.loaded, one.old, one.new)
        refuse_locked(line.loaded, one.old, one.new)
        items: dict[str, set[str]] = {}
        for cell in one.cells:
            if cell.item:
                items.setdefault(cell.item, set()).add(cell.key)
        touched = {cell.key for cell in one.cells if not cell.item}
        entries.refuse_faults(office, line, one.new, touched, items)
    except Problem as problem:
        return problem
    return None
