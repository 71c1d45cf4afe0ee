"""Leaving a ledger that is not sealed, and coming back: a register's own 作废, and what 恢复 undoes before a seal."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from app.change import Change
from app.engine.rows import OPEN_STATES, Cells, Changes, Held, in_base, patched
from app.engine.sealed_leaving import unreasoned
from app.ledger import attachments, entries, ledgers
from app.ledger.deeds import (
    day_of,
    each,
    event_of,
    facts_of,
    refuse_lacking,
    refuse_unmet,
    taken_back,
    written,
)
from app.ledger.ledger_groups import REGISTER
from app.ledger.ledgers import LedgerLine
from app.ledger.recording import Event
from app.office import Office
from app.problem import Problem
from app.words import wording
from app.words.template_words import Closing
from app.words.templates import Loaded

VOID = "excluded"
"""How a row stands that was entered in a register by mistake or twice: a register has no 期初 that it could leave, so it
is struck off as before any seal, 列入 = 期初 + 手续齐全 + 作废 (decision 2)."""


def is_register(office: Office, entry_id: str) -> bool:
    """Whether a row is of a ledger that nobody seals. Raises Problem E_NO_ENTRY."""
    with office.read() as connection:
        line = ledgers.line_of(connection, entries.ledger_of(connection, entry_id))
    return line.loaded.t.nature == REGISTER


def void(
    office: Office,
    entry_id: str,
    *,
    reason: str,
    detail: str = "",
    on: str = "",
    second: str = "",
    scan: Path | None = None,
) -> Change:
    """Strike a row off a register: 作废, 撤销, 退单, as the template's closing to `removed` calls it and asks for it.

    The row stays on the list, counts for nothing from the day of the line on, and comes back by `leaving.reopen`.
    Raises Problem E_NO_CLOSING, E_NOT_OPEN, E_LACKING, E_SECOND, E_NOT_NOW, E_DATE, E_FUTURE.
    """
    day = day_of(office, on or office.today().isoformat())
    kept = attachments.keep(office, scan) if scan else None
    told = {"reason": wording.clean(reason), "detail": wording.clean(detail), "on": day}
    facts = facts_of(reason=reason, detail=detail, on=on and day, second=second, scan=kept)
    titles: list[str] = []

    def deed(line: LedgerLine, old: Held, new: Held, sealed: bool, codes: list[str]) -> list[Event]:
        closing = event_of(line, "entry", "removed")
        titles.append(closing.title)
        if old.standing == VOID:
            raise Problem("E_NOT_OPEN", f"“{old.name}”已经登记过{closing.title}，不用再登记", entry=old.id)
        refuse_unmet(line.loaded, closing, old)
        new.cells = patched(old.cells, written(line.loaded, closing, told, old.cells))
        refuse_lacking(office, line.loaded, closing, new.cells, told, scan=kept is not None, second=second)
        refuse_unreasoned(closing, "removed", facts)
        new.standing = VOID
        return []

    change = each(office, "作废", "exclude", [(entry_id, "")], deed, kept, "已登记", facts)
    return replace(change, said=change.said.replace("已登记", f"已登记{titles[0]}", 1))


def refuse_void(line: LedgerLine, held: Held) -> None:
    """Raise Problem E_NOT_OPEN for a row that counts for nothing any more: nothing further is registered of it."""
    if held.standing == VOID:
        called = line.loaded.t.words.excluded
        raise Problem("E_NOT_OPEN", f"“{held.name}”已经登记为{called}；还要办的请先恢复这一行", entry=held.id)


def refuse_unreasoned(closing: Closing, kind: str, facts: dict[str, Any]) -> None:
    """What no reader could learn the reason from is not entered. Raises Problem E_LACKING."""
    if unreasoned(kind, facts):
        said = f"登记{closing.title}要用文字写明原因，不能空着，也不能只写标点，请补上再登记"
        raise Problem("E_LACKING", said, field="reason", closing=closing.id, lacking=["原因"])


def reopened(loaded: Loaded, old: Held, new: Held, codes: list[str]) -> list[Event]:
    """恢复 before a seal: what was struck off or closed is as it was before. Raises Problem E_STILL_OPEN."""
    if old.standing == VOID:
        new.standing, new.standings = "open", dict.fromkeys(new.items, "open")
        cells = patched(old.cells, entry_back(loaded, old, "removed"))
        new.cells = {k: v for k, v in cells.items() if k not in ("excluded", "exclude_reason")}
    for code in codes:
        if old.items.get(code, {}).get("state") in OPEN_STATES:
            raise Problem("E_STILL_OPEN", f"事项 {code} 还没有办结，不用恢复", item=code)
        new.items[code] = undone(loaded, old.items[code])
    whole = old.standing == "complete" and not old.items
    if whole:
        new.standing = "open"
        new.cells = patched(new.cells, entry_back(loaded, old, "approved"))
        if loaded.t.nature == REGISTER and not in_base(loaded, new.cells, new.items):
            said = f"“{old.name}”按所填的内容已经了结，不是登记了结的；请直接改这一行里的内容"
            raise Problem("E_STILL_OPEN", said, entry=old.id)
    if old.standing != VOID and not codes and not whole:
        raise Problem("E_STILL_OPEN", f"“{old.name}”{_never_left(loaded)}，不用恢复", entry=old.id)
    return []


def _never_left(loaded: Loaded) -> str:
    if loaded.t.nature != REGISTER:
        return "没有被剔除"
    titles = "或".join(dict.fromkeys(c.title for c in loaded.closings("entry", "approved", "removed")))
    return f"没有登记过{titles}" if titles else f"还{loaded.t.words.open}"


def entry_back(loaded: Loaded, held: Held, standing: str) -> Changes:
    """What the event by which a row left wrote, taken back when it is in 在账 again; the journal keeps it.

    A request for removal that was waiting goes as well, so that it is made anew.
    """
    out: Changes = {}
    for closing in loaded.closings("entry", *{standing, "removed"}):
        out |= taken_back(loaded, closing, held.cells)
    return out


def undone(loaded: Loaded, cells: Cells) -> Cells:
    """An item's cells after its closing was taken back: 在办 when a limit had begun, else 未办."""
    kept = cells
    for closing in loaded.closings("item", "approved"):
        kept = patched(kept, taken_back(loaded, closing, kept))
    begun = any(kept.get(clock.starts) for clock in loaded.t.clocks if clock.starts)
    return {**kept, "state": "在办" if begun else "未办", "needed": "需办"}
