"""What of a department's part moved since it went out: matters passed to it or taken away since (旗方案 四(一))."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from app import ledgers, played, pushing, remains, rounds, storing
from app.ledgers import LedgerLine
from app.office import Office
from app.rounds import NOT_NEEDED, Part, Round
from app.rows import Held

Key = tuple[str, str]
"""(entry id, item code)."""


@dataclass(frozen=True)
class Moved:
    """How a part differs from what was sent: matters it does not know of, and matters that are no longer its own."""

    came: int = 0
    left: int = 0

    @property
    def words(self) -> str:
        """有 1 项是后来归它的，还没发；有 2 项已不归它，还没告诉它."""
        came = f"有 {self.came:,} 项是后来归它的，还没发" if self.came else ""
        left = f"有 {self.left:,} 项已不归它，还没告诉它" if self.left else ""
        return "；".join(filter(None, (came, left)))


def moved(office: Office, now: Round) -> dict[str, Moved]:
    """{department: what moved} of the parts that went out in this round; those that stand as sent are left out."""
    sent = [part for part in now.parts if part.pushes]
    if not sent:
        return {}
    with office.read() as connection:
        line = ledgers.line_of(connection, now.ledger)
        touched, known = _since(connection, line, min(part.upto for part in sent))
        rows = storing.held_of(connection, sorted(touched)) if touched else {}
        here = {id_: _owners(line, held) for id_, held in rows.items()}
        found = {}
        for part in sent:
            ids = sorted(id_ for id_, seq in touched.items() if seq > part.upto)
            then = pushing.as_of(connection, line, ids, part.upto)
            was = {id_: _owners(line, held) for id_, held in then.items()}
            found[part.dept] = _compared(part, ids, was, here, known.get(part.dept, ()))
    return {dept: one for dept, one in found.items() if one.words}


def counts_now(office: Office, ledger_id: str) -> dict[str, Part]:
    """{department: its part} with the projects and matters it has now, whatever was sent."""
    with office.read() as connection:
        return {p.dept: p for p in rounds.parts_now(connection, ledgers.line_of(connection, ledger_id))}


def _compared(
    part: Part,
    ids: Collection[str],
    was: Mapping[str, Mapping[str, str]],
    here: Mapping[str, Mapping[str, str]],
    known: Collection[Key],
) -> Moved:
    before = {(i, code) for i in ids for code, dept in was.get(i, {}).items() if dept == part.dept}
    after = {(i, code) for i in ids for code, dept in here.get(i, {}).items() if dept == part.dept}
    return Moved(len(after - before - set(known)), len(before - after))


def _since(connection: Connection, line: LedgerLine, seq: int) -> tuple[dict[str, int], dict[str, set[Key]]]:
    """Rows whose matters may have changed hands after line `seq`, with the last such line; and by department the
    matters its own returns brought in, which it need not be sent."""
    rule = rounds.rule_of(line)
    whose = {row.subject: body["merge"].get("dept", "") for row, body in rounds.told(connection, line.stream)
             if "merge" in body}  # fmt: skip
    left = remains.of_stream(connection, line.stream)
    touched: dict[str, int] = {}
    known: dict[str, set[Key]] = {}
    for row in played.lines(connection, line.stream, seq):
        body = left.body(row) or {}
        if not _passes(body, rule.dept):
            continue
        touched[row["subject"]] = row["seq"]
        if dept := whose.get((body.get("facts") or {}).get("merge", ""), ""):
            codes = [*body.get("items", {}), *body.get("new", {}).get("items", {})]
            known.setdefault(dept, set()).update((row["subject"], code) for code in codes)
    return touched, known


def _passes(body: Mapping[str, Any], dept: str) -> bool:
    """Whether a line can give a matter to another department, make one, or take one away."""
    if "new" in body or "standing" in body or body.get("gone"):
        return True
    was = body.get("was", {}).get("items", {})
    for code, cells in body.get("items", {}).items():
        states = (cells.get("state"), was.get(code, {}).get("state"))
        if dept in cells or ("state" in cells and (NOT_NEEDED in states or None in states)):
            return True
    return False


def _owners(line: LedgerLine, held: Held) -> dict[str, str]:
    """{matter: its department} of a row as a pushing would send it."""
    if held.standing in ("deleted", "excluded"):
        return {}
    return {
        code: pushing.dept_of(line.loaded, code, cells)
        for code, cells in held.items.items()
        if cells.get("state") != NOT_NEEDED
    }
