"""批量办结: many matters of many projects closed by one 文号, looked at before and done as one deed (decision 6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from app.change import Change
from app.engine import calling, entering, storing
from app.engine.rows import DONE, OPEN_STATES, Held
from app.ledger import closing, entries, ledgers
from app.ledger.deeds import day_of
from app.ledger.ledgers import LedgerLine
from app.office import Office
from app.problem import Problem

TITLE = "批量办结"
Target = tuple[str, str]
"""(entry id, item code), the code '' where the template closes whole rows."""


@dataclass(frozen=True)
class Fate:
    """What becomes of one matter: `why` it cannot be closed, '' where it can; `leaves` if its project goes out with it."""

    entry_id: str
    ledger_id: str
    no: str
    name: str
    item: str
    matter: str
    why: str = ""
    clause: str = ""
    leaves: bool = False

    @property
    def target(self) -> Target:
        return self.entry_id, self.item

    def as_json(self) -> dict[str, Any]:
        return {"no": self.no, "name": self.name, "item": self.item, "closes": not self.why, "why": self.why}


def fates(
    office: Office, targets: Sequence[Target], *, basis: str, on: str, doc: str = "", scan: bool = False
) -> tuple[Fate, ...]:
    """Of each target whether this paper closes it, in the order given and each judged after those before it; nothing is
    written. Raises Problem E_DATE, E_FUTURE of the paper's own day."""
    day_of(office, on)
    chosen = list(dict.fromkeys(targets))
    with office.read() as connection:
        held = storing.held_of(connection, list(dict.fromkeys(entry for entry, _ in chosen)))
        own = {i: entries.ledger_of(connection, i) for i in held}
        known = {ledger: ledgers.line_of(connection, ledger) for ledger in set(own.values())}
    lines = {i: known[ledger] for i, ledger in own.items()}
    out = []
    for entry, named in chosen:
        if entry in held:
            code = entering.item_code(lines[entry].loaded, named) if named else ""
            fate, held[entry] = _fate(office, lines[entry], held[entry], code, basis, on, doc, scan)
            out.append(fate)
    return tuple(out)


def close_all(
    office: Office, targets: Sequence[Target], *, basis: str, on: str, doc: str = "", scan: Path | None = None
) -> Change:
    """Close all of these by one paper, in all their ledgers: all or nothing; one file serves every row.

    审批1个核减1个 (SB 四(一)): each matter is an event of its own. Raises Problem E_NOTHING, E_CANNOT_CLOSE (`all`: each that
    cannot and why) and those of `closing.close`.
    """
    found = fates(office, targets, basis=basis, on=on, doc=doc, scan=scan is not None)
    if not found:
        raise Problem("E_NOTHING", "没有选中能办结的事项")
    if wrong := [one for one in found if one.why]:
        raise _cannot(wrong)
    by_ledger: dict[str, list[Target]] = {}
    for one in found:
        by_ledger.setdefault(one.ledger_id, []).append(one.target)
    warnings = []
    with office.write(TITLE) as work:
        for group in by_ledger.values():
            change = closing.close(office, group, basis=basis, on=on, doc=doc, scan=scan, within=work)
            warnings += [str(change.facts["warning"])] if "warning" in change.facts else []
    facts: dict[str, Any] = {"closed": len(found), "rows": len({one.entry_id for one in found})}
    done = Change(told(office, found), frozenset(by_ledger), found[0].entry_id, facts)
    odd = "；".join(dict.fromkeys(warnings))
    return replace(done, said=f"{done.said}；注意：{odd}", facts={**facts, "warning": odd}) if odd else done


def told(office: Office, found: Sequence[Fate]) -> str:
    """已办结 30 项（28 个项目），其中 5 个项目全部办结、核减出账。"""
    line = ledgers.get(office, found[0].ledger_id)
    words = line.loaded.t.words
    rows = len({one.entry_id for one in found})
    out = sum(one.leaves for one in found)
    left = f"，其中 {out:,} {words.count}{words.row}不再{words.open}" if out else ""
    if found[0].item:
        done = calling.state(line.loaded, DONE).removeprefix("已")
        return f"已{done} {len(found):,} 项（{rows:,} {words.count}{words.row}）{left}"
    return f"已登记 {rows:,} {words.count}{words.row}{left}"


def open_targets(line: LedgerLine, rows: Sequence[tuple[str, dict[str, str]]], code: str = "") -> list[Target]:
    """What of these rows waits to be closed; rows as (id, {item code: its state}). `code` for that matter alone."""
    if line.loaded.t.items is None or closing.rows_close(line):
        return [(entry, "") for entry, _ in rows]
    return [
        (entry, item)
        for entry, items in rows
        for item, state in items.items()
        if state in OPEN_STATES and code in ("", item)
    ]


def _fate(
    office: Office, line: LedgerLine, held: Held, code: str, basis: str, on: str, doc: str, scan: bool
) -> tuple[Fate, Held]:
    matter = calling.matter(line.loaded, code, held.items[code]) if code in held.items else code
    fate = Fate(held.id, line.id, held.no, held.name, code, matter)
    try:
        ledgers.refuse_foreign(line)
        ledgers.refuse_part(line)
        new = closing.trial(office, line, held, code, basis=basis, on=on, doc=doc, scan=scan)
    except Problem as problem:
        return replace(fate, why=problem.text, clause=str(problem.facts.get("clause") or "")), held
    return replace(fate, leaves=line.sealed and held.standing == "open" and new.standing != "open"), new


def _cannot(wrong: Sequence[Fate]) -> Problem:
    first = wrong[0]
    more = f"（共 {len(wrong):,} 项不能办结）" if len(wrong) > 1 else ""
    said = f"{first.no} {first.matter}：{first.why}{more}；什么都没有改动，去掉它们再办"
    return Problem("E_CANNOT_CLOSE", said, entry=first.entry_id, all=[one.as_json() for one in wrong])
