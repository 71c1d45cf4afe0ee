"""Checks that look at other rows: two rows that agree in the fields a template names may be one thing entered twice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sqlalchemy import Connection, select

from app import storing, wording
from app.expressions import compile_expression, names_of_entry
from app.rows import STANDING_WORDS, Cells, Held
from app.template_faults import Fault, unknown
from app.template_names import entry_names
from app.templates import Check, Loaded
from models.schema import entry as entry_table
from models.schema import ledger as ledger_table

if TYPE_CHECKING:
    from app.ledgers import LedgerLine

MOST, CHECKS = 5, 20
"""Fields and ledgers of one check; checks of a template that look at other rows (decision 34)."""
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


def faults(loaded: Loaded, check: Check, path: str) -> Iterator[Fault]:
    """What is wrong with the looking at other rows of a check."""
    if not check.alike:
        if check.ledgers:
            yield Fault(f"{path}.ledgers", "ledgers 要与 alike 同时写")
        return
    if check.scope != "entry" or check.level == "error":
        yield Fault(f"{path}.alike", "与别的行比较的检查只能是整行的（entry），并且只提示或作缺项")
    if len(check.alike) > MOST or len(check.ledgers) > MOST:
        yield Fault(f"{path}.alike", f"alike 和 ledgers 各最多 {MOST} 个")
    if sum(1 for each in loaded.t.checks if each.alike) > CHECKS:
        yield Fault(f"{path}.alike", f"与别的行比较的检查超过 {CHECKS} 个")
    yield from unknown(f"{path}.alike", check.alike, loaded.fields)


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
