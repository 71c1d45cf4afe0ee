"""What a department is shown of a ledger in a check round: its own matters, and the head of their projects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from app.checking.check_lists import CheckRow, CheckSheet, Mark, fill_columns, head_columns, rows_digest
from app.engine import calling, played, remains, storing, wire
from app.engine.rows import Cells, Held, item_order
from app.ledger.ledgers import LedgerLine
from app.office import Office
from app.rounds.rounds import NOT_NEEDED, Part, Round, rule_of
from app.words.templates import Loaded
from models.schema import entry as entry_table
from models.schema import item as item_table
from models.schema import journal as journal_table

CHUNK = 500
BASICS = ("state", "needed", "matter_name")
"""What of a matter goes along whatever the template lists, so that it stands at the department as it does here."""


@dataclass(frozen=True)
class Pushed:
    """One project in a part: the read-only cells, and the matters of the department by code, in wire form."""

    id: str
    no: str
    cells: Cells
    items: Mapping[str, Cells]

    @property
    def name(self) -> str:
        return str(self.cells.get("name", self.no))


def fields_of(loaded: Loaded) -> tuple[str, ...]:
    """The item's fields that travel in a round, down and back."""
    rule = loaded.t.round
    assert rule is not None
    wanted = (*BASICS, rule.dept, *rule.fills, rule.contest, rule.reason)
    return tuple(key for key in dict.fromkeys(wanted) if key in loaded.item_fields)


def pushed(connection: Connection, line: LedgerLine, dept: str) -> Iterator[Pushed]:
    """The projects of one department as they stand now, in the order of the ledger."""
    ids = _ids(connection, line, dept)
    for start in range(0, len(ids), CHUNK):
        held = storing.held_of(connection, ids[start : start + CHUNK])
        for entry_id in ids[start : start + CHUNK]:
            if (row := of_held(line.loaded, held[entry_id], dept)) is not None:
                yield row


def pushed_then(
    connection: Connection, line: LedgerLine, ids: Sequence[str], dept: str, seq: int
) -> dict[str, Pushed]:
    """The same of these rows as they stood at line `seq` of the ledger's stream, by id."""
    found = as_of(connection, line, ids, seq)
    rows = {i: of_held(line.loaded, held, dept) for i, held in found.items()}
    return {i: row for i, row in rows.items() if row is not None}


def as_of(connection: Connection, line: LedgerLine, ids: Sequence[str], seq: int) -> dict[str, Held]:
    """Rows of the ledger as they stood at line `seq` of its stream; those not yet there are left out."""
    t = journal_table.c
    found: dict[str, Held] = {}
    left = remains.of_stream(connection, line.stream)
    for start in range(0, len(ids), CHUNK):
        query = select(journal_table).where(
            t.stream == line.stream, t.subject.in_(ids[start : start + CHUNK]), t.seq <= seq
        )
        for row in connection.execute(query.order_by(t.seq)).mappings():
            body, subject = left.body(row), row["subject"]
            if body and (held := played.apply(line.loaded, found.get(subject), subject, row["rev"], body)):
                found[subject] = held
    return found


def of_held(loaded: Loaded, held: Held, dept: str) -> Pushed | None:
    """What the department sees of a row; None when no matter of it is its own."""
    rule = loaded.t.round
    assert rule is not None
    keys = fields_of(loaded)
    items = {
        code: wire.to_wire(loaded, {k: cells[k] for k in keys if k in cells}, item=True)
        for code in item_order(loaded, held.items)
        if (cells := held.items[code]).get("state") != NOT_NEEDED and dept_of(loaded, code, cells) == dept
    }
    if not items or held.standing in ("deleted", "excluded"):
        return None
    cells = {k: held.cells[k] for k in rule.head if k in held.cells}
    return Pushed(held.id, held.no, wire.to_wire(loaded, cells), items)


def dept_of(loaded: Loaded, code: str, cells: Cells) -> str:
    """Whose matter it is: what the row says, else what the template sets for such matters."""
    rule = loaded.t.round
    told = cells.get(rule.dept) if rule else None
    return str(told or loaded.preset_of(code).dept)


def sheet_of(office: Office, line: LedgerLine, now: Round, part: Part, rows: Sequence[Pushed]) -> CheckSheet:
    """The check list of a part as a workbook shows it, with the round's mark."""
    loaded, rule = line.loaded, rule_of(line)
    heads, fills = head_columns(loaded, ("seq", *rule.head)), fill_columns(loaded, rule.fills)
    lines = [
        CheckRow(
            row.id,
            code,
            tuple(str(number) if c.field == "seq" else _text(loaded, c.field, row.cells) for c in heads),
            matter_title(loaded, code, cells),
            tuple(_text(loaded, c.field, cells, item=True) for c in fills),
            _text(loaded, rule.contest, cells, item=True),
            _text(loaded, rule.reason, cells, item=True),
        )
        for number, row in enumerate(rows, 1)
        for code, cells in row.items.items()
    ]
    mark = Mark(now.id, now.number, line.id, office.name, part.dept, now.due, rows_digest(lines))
    own = {code for row in rows for code in row.items}
    matters = tuple((code, loaded.preset_of(code).title) for code in item_order(loaded, own))
    contests = tuple(c.code for c in loaded.codes[loaded.item_fields[rule.contest].choices].codes)
    return CheckSheet(
        f"{line.title}核查表（{part.dept}）",
        mark,
        heads,
        fills,
        tuple(lines),
        matters,
        contests,
        message=now.note,
    )


def matter_title(loaded: Loaded, code: str, cells: Cells) -> str:
    """How a matter is called: by its own name where it has one."""
    return str(cells.get("matter_name") or loaded.preset_of(code).title)


def _text(loaded: Loaded, key: str, cells: Mapping[str, Any], *, item: bool = False) -> str:
    field = (loaded.item_fields if item else loaded.fields)[key]
    stored = wire.from_wire(loaded, {key: cells[key]} if key in cells else {}, item=item)
    return calling.text(loaded, field, stored[key]) if key in stored else ""


def _ids(connection: Connection, line: LedgerLine, dept: str) -> list[str]:
    e, i = entry_table.c, item_table.c
    query = (
        select(e.id)
        .join(item_table, i.entry_id == e.id)
        .where(
            e.ledger_id == line.id,
            e.standing.not_in(("deleted", "excluded")),
            i.dept == dept,
            i.state != NOT_NEEDED,
        )
        .group_by(e.id, e.number)
        .order_by(e.number)
    )
    return list(connection.scalars(query))
