"""部门名录: who answers for a department, and which names it went by before (SB 四(一), 四(三)2)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from app.engine import storing
from app.engine.rows import Held
from app.ledger import ledgers, serving, units
from app.ledger.units import Units
from app.office import Office
from app.words import wording
from models.schema import journal as journal_table

SERVICE = "directory"
IN_USE = ("open", "complete")
"""Standings of a row that is neither void nor withdrawn."""
FOLLOWED = ("name", "leader", "person", "person_title", "tel")
"""What of a department is written into rows elsewhere, so that these may follow when it changes."""
_PLAIN = ("name", "leader", "inspection", "chief", "chief_title", "person", "person_title", "tel", "valid_from")
_APART = re.compile(r"[、，,；;\s]+")


@dataclass(frozen=True)
class Contact:
    """One department as it is now. `person` is who answers for its rows, `inspection` the 派驻纪检组, `tel` is private.

    `before` are the texts that stood in each of FOLLOWED earlier, by this row or by one that it takes the place of.
    """

    entry_id: str
    no: str
    name: str
    aliases: tuple[str, ...]
    leader: str
    inspection: str
    chief: str
    chief_title: str
    person: str
    person_title: str
    tel: str
    valid_from: str
    before: Mapping[str, frozenset[str]]

    def was(self, key: str, text: str) -> bool:
        """Whether `text` is what stood in `key` before and stands there no more."""
        return text in self.before[key] and text != getattr(self, key)


class Directory:
    """The departments in use on one day, found by any of their names."""

    def __init__(self, known: Units, found: Iterable[Contact]) -> None:
        self._known = known
        self.every = tuple(sorted(found, key=lambda one: (one.valid_from, one.no), reverse=True))
        self._by_name: dict[str, Contact] = {}
        for rank in range(3):  # a name of now goes before an alias, and that before a former name
            for one in self.every:
                for name in ((one.name,), one.aliases, sorted(one.before["name"]))[rank]:
                    self._by_name.setdefault(known.counted(name), one)

    def __bool__(self) -> bool:
        return bool(self.every)

    def of(self, department: str) -> Contact | None:
        """Who answers for a department now, by any name of it; None where the directory does not say."""
        return self._by_name.get(self._known.counted(department)) if department else None


def people_of(office: Office, department: str) -> Contact | None:
    """Who answers for a department today, by its name, an alias or a former name; None where the directory is silent."""
    return of(office).of(department)


def of(office: Office) -> Directory:
    """The directory of this office as of today, to be asked for many departments."""
    with office.read() as connection:
        return read(office, connection)


def inspection_of(known: Directory, department: str) -> str:
    """派驻纪检组 of a department as the directory names it, else by the department's name (SB 四(三)2)."""
    contact = known.of(department)
    return contact.inspection if contact and contact.inspection else f"{department}派驻纪检组"


def copied_to(office: Office, departments: Iterable[str], *, inspections: bool) -> tuple[str, ...]:
    """Whom a paper to these departments goes to besides: their 分管旗长 and, of 审批超期, their 派驻纪检组 (SB 四(三)2)."""
    known = of(office)
    found = [contact for name in departments if (contact := known.of(name))]
    every = [name for one in found for name in (one.leader, one.inspection if inspections else "")]
    return tuple(dict.fromkeys(name for name in every if name))


def read(office: Office, connection: Connection) -> Directory:
    """The directory of this office as of today; empty where none is kept.

    Of several rows of one department that have begun (从哪天起) the latest holds; one that is 停用 holds no more.
    """
    known = units.of(connection, office.division)
    register = serving.found_in(connection, SERVICE)
    if not register:
        return Directory(known, ())
    today = office.today().isoformat()
    rows = [
        held
        for held in storing.every_held(connection, register)
        if held.standing in IN_USE and _text(held.cells, "valid_from") <= today
    ]
    earlier = _earlier(connection, ledgers.line_of(connection, register).stream)
    groups: dict[str, list[Held]] = {}
    for held in rows:
        groups.setdefault(known.counted(held.name), []).append(held)
    return Directory(known, [one for group in groups.values() if (one := _contact(group, earlier, today))])


def _contact(group: list[Held], earlier: Mapping[str, list[Mapping[str, Any]]], today: str) -> Contact | None:
    """The one of these rows that holds; what the others say and said stood there before."""
    group = sorted(group, key=lambda held: (_text(held.cells, "valid_from"), held.number))
    now = next((held for held in reversed(group) if not "" < _text(held.cells, "ended_on") <= today), None)
    if now is None:
        return None
    told = [cells for held in group for cells in (*earlier.get(held.id, ()), held.cells)]
    before = {key: frozenset(_text(cells, key) for cells in told) - {"", _text(now.cells, key)} for key in FOLLOWED}
    aliases = tuple(name for name in _APART.split(_text(now.cells, "aliases")) if name)
    return Contact(entry_id=now.id, no=now.no, aliases=aliases, before=before, **{key: _text(now.cells, key) for key in _PLAIN})


def _earlier(connection: Connection, stream: str) -> dict[str, list[Mapping[str, Any]]]:
    """{row: the cells that each change of it replaced}."""
    t = journal_table.c
    found: dict[str, list[Mapping[str, Any]]] = {}
    for subject, body in connection.execute(select(t.subject, t.body).where(t.stream == stream, t.body.is_not(None))):
        cells = msgspec.json.decode(body).get("was", {}).get("cells")
        if cells:
            found.setdefault(subject, []).append(cells)
    return found


def _text(cells: Mapping[str, Any], key: str) -> str:
    return wording.one_line(str(cells.get(key) or ""))
