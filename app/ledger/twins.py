"""Checks that look at other rows: two rows that agree in the fields a template names may be one thing entered twice."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, select

from app.engine import storing
from app.engine.expressions import compile_expression, names_of_entry
from app.engine.rows import STANDING_WORDS, Cells, Held
from app.ledger.ledgers import LedgerLine
from app.words import wording
from app.words.template_names import entry_names
from app.words.templates import Check, Loaded
from models.schema import entry as entry_table
from models.schema import ledger as ledger_table

_GONE = ("deleted", "excluded")
Key = tuple[str, ...]


def found(connection: Connection, line: LedgerLine) -> Iterator[tuple[Held, Check]]:
    """The rows in 在账 that agree with another row, each with the check that says so."""
    rules = [check for check in line.loaded.t.checks if check.alike]
    if not rules:
        return
    helds = [held for held in storing.every_held(connection, line.id) if held.standing not in _GONE]
    for check in rules:
        met: dict[Key, int] = {}
        for held in helds:
            if key := _key(held.cells, check):
                met[key] = met.get(key, 0) + 1
        elsewhere = _elsewhere(connection, line, check)
        for held in helds:
            key = _key(held.cells, check)
            twice = bool(key) and (met[key] > 1 or key in elsewhere)
            if twice and held.standing == "open" and _holds(line.loaded, check, held):
                yield held, check


def _key(cells: Cells, check: Check) -> Key:
    """What the rows are compared by, () where one of the cells is blank."""
    values = [cells.get(name) for name in check.alike]
    return () if any(v in (None, "", []) for v in values) else tuple(wording.key(str(v)) for v in values)


def _holds(loaded: Loaded, check: Check, held: Held) -> bool:
    facts = {"standing": STANDING_WORDS[held.standing]}
    names = names_of_entry(loaded, held.cells, held.items, facts, held.open_items())
    return compile_expression(check.expr, entry_names(loaded)).holds(names)


def _elsewhere(connection: Connection, line: LedgerLine, check: Check) -> set[Key]:
    """What the rows of own ledgers of those templates are compared by."""
    if not check.ledgers:
        return set()
    t, ledger = entry_table.c, ledger_table.c
    others = select(ledger.id).where(ledger.template_id.in_(check.ledgers), ledger.own, ledger.id != line.id)
    cells = connection.scalars(select(t.cells).where(t.ledger_id.in_(others), t.standing.notin_(_GONE)))
    return {key for row in cells if (key := _key(row, check))}
