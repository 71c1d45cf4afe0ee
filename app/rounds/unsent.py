"""What of a department's part moved since it went out: matters passed to it or taken away, cells put right here
(旗方案 四(一))."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection

from app.engine import played, remains, storing, wire
from app.engine.rows import Held
from app.ledger import ledgers
from app.ledger.ledgers import LedgerLine
from app.office import Office
from app.rounds import pushing, rounds
from app.rounds.rounds import NOT_NEEDED, Part, Round

Key = tuple[str, str]
"""(entry id, item code)."""


@dataclass(frozen=True)
class Moved:
    """How a part differs from what was sent: matters it does not know of, matters that are no longer its own, and
    matters and projects of which something was changed here since."""

    came: int = 0
    left: int = 0
    changed: int = 0

    @property
    def words(self) -> str:
        """有 1 项是后来归它的，还没发；有 2 项已不归它，还没告诉它；有 3 处发出以后改过，它手里还是旧的."""
        came = f"有 {self.came:,} 项是后来归它的，还没发" if self.came else ""
        left = f"有 {self.left:,} 项已不归它，还没告诉它" if self.left else ""
        changed = f"有 {self.changed:,} 处发出以后改过，它手里还是旧的" if self.changed else ""
        return "；".join(filter(None, (came, left, changed)))


@dataclass
class _Since:
    """What the lines after the first part say: `passed` rows whose matters may have changed hands, with the last such
    line; `known` matters by the department whose own returns brought them; `lines` that change fields (line, row and
    matter or '', {field: as it was}, whether by hand here: a return writes into its own department's matters alone)."""

    passed: dict[str, int] = field(default_factory=dict)
    known: dict[str, set[Key]] = field(default_factory=dict)
    lines: list[tuple[int, Key, Mapping[str, Any], bool]] = field(default_factory=list)

    def after(self, seq: int) -> dict[Key, dict[str, Any]]:
        """The fields that were typed after that line, each as it stood there."""
        then: dict[Key, dict[str, Any]] = {}
        typed: dict[Key, set[str]] = {}
        for at, key, was, by_hand in self.lines:
            if at > seq:
                then[key] = {**was, **then.get(key, {})}
                if by_hand:
                    typed.setdefault(key, set()).update(was)
        return {key: {name: then[key][name] for name in names} for key, names in typed.items()}


@dataclass(frozen=True)
class _Then:
    """How the ledger stood at a line: rows that were `passed` on since, owners, and what was `typed` over since."""

    passed: Collection[str]
    owners: Mapping[str, Mapping[str, str]]
    typed: Mapping[Key, Mapping[str, Any]]


def moved(office: Office, now: Round) -> dict[str, Moved]:
    """{department: what moved} of the parts that went out in this round; those that stand as sent are left out."""
    sent = [part for part in now.parts if part.sent]
    if not sent:
        return {}
    with office.read() as connection:
        line = ledgers.line_of(connection, now.ledger)
        since = _since(connection, line, min(part.upto for part in sent))
        touched = {*since.passed, *(row for _, (row, _), _, by_hand in since.lines if by_hand)}
        rows = storing.held_of(connection, sorted(touched)) if touched else {}
        here = {id_: _owners(line, held) for id_, held in rows.items()}
        then = {upto: _then(connection, line, since, here, upto) for upto in {part.upto for part in sent}}
    found = {}
    for part in sent:
        was = then[part.upto]
        one = _compared(part, was.passed, was.owners, here, since.known.get(part.dept, ()))
        changed = [
            key for key, cells in was.typed.items()
            if _is_of(part.dept, here.get(key[0], {}), key[1]) and _is_of(part.dept, was.owners.get(key[0], {}), key[1])
            and _differs(line, key, cells, rows[key[0]])
        ]  # fmt: skip
        found[part.dept] = replace(one, changed=len(changed))
    return {dept: one for dept, one in found.items() if one.words}


def _then(
    connection: Connection, line: LedgerLine, since: _Since, here: Mapping[str, Mapping[str, str]], seq: int
) -> _Then:
    """Only rows that were passed on are played back: whose the others were has not changed."""
    passed = {id_ for id_, at in since.passed.items() if at > seq}
    then = pushing.as_of(connection, line, sorted(passed), seq) if passed else {}
    owners = {id_: told for id_, told in here.items() if id_ not in passed}
    return _Then(passed, owners | {id_: _owners(line, held) for id_, held in then.items()}, since.after(seq))


def _differs(line: LedgerLine, key: Key, was: Mapping[str, Any], now: Held) -> bool:
    """Whether one of these fields stands otherwise than it was sent."""
    cells = now.items.get(key[1], {}) if key[1] else now.cells
    sent = wire.from_wire(line.loaded, dict(was), item=bool(key[1]))
    return any(sent[name] != cells.get(name) for name in sent)


def _is_of(dept: str, owners: Mapping[str, str], code: str) -> bool:
    """Whether the matter, or with '' any matter of the row, is that department's."""
    return owners.get(code) == dept if code else dept in owners.values()


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


def _since(connection: Connection, line: LedgerLine, seq: int) -> _Since:
    rule = rounds.rule_of(line)
    heads, fields = frozenset(rule.head), frozenset(pushing.fields_of(line.loaded)) - {rule.dept}
    whose = {row.subject: body["merge"].get("dept", "") for row, body in rounds.told(connection, line.stream)
             if "merge" in body}  # fmt: skip
    left = remains.of_stream(connection, line.stream)
    found = _Since()
    for row in played.lines(connection, line.stream, seq):
        body, subject = left.body(row) or {}, row["subject"]
        dept = whose.get((body.get("facts") or {}).get("merge", ""), "")
        codes = {**body.get("items", {}), **body.get("new", {}).get("items", {})}
        if _passes(body, rule.dept):
            found.passed[subject] = row["seq"]
            if dept:
                found.known.setdefault(dept, set()).update((subject, code) for code in codes)
        was = body.get("was", {})
        cells = {"": {key: was.get("cells", {}).get(key) for key in heads & body.get("cells", {}).keys()}}
        for code, told in body.get("items", {}).items():
            old = was.get("items", {}).get(code, {})
            cells[code] = {key: old.get(key) for key in fields & told.keys()}
        found.lines += [(row["seq"], (subject, code), old, not dept) for code, old in cells.items() if old]
    return found


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
