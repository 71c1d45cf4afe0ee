"""Closing matters, beginning works, stopping and restarting clocks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from app import attachments, entering, wording
from app.change import Change
from app.deeds import day_of, each, facts_of, leave_when_empty
from app.ledgers import LedgerLine
from app.office import Office
from app.problem import Problem
from app.recording import Event
from app.rows import OPEN_STATES, UNSTARTED, Held, patched, settle_item
from app.templates import Closing


def close(
    office: Office,
    targets: Sequence[tuple[str, str]],
    *,
    basis: str,
    on: str,
    doc: str = "",
    scan: Path | None = None,
) -> Change:
    """Close matters by one document: 审批1个核减1个 (SB 四(一), decision 6). `targets` are (entry id, item code).

    Raises Problem E_BASIS, E_BASIS_PROOF, E_NOT_OPEN, E_DATE_ORDER, E_FUTURE.
    """
    kept = attachments.keep(office, scan) if scan else None
    day = day_of(office, on)
    doc = wording.one_line(doc)
    if not doc and kept is None:
        raise Problem("E_BASIS_PROOF", "办结要有文号或扫描件，请补上其中一样", field="doc_no")
    chosen = list(dict.fromkeys(targets))
    if not all(code for _, code in chosen):
        raise Problem("E_NO_ITEM", "没有写明办结哪个事项，请选事项", field="item")

    def deed(line: LedgerLine, old: Held, new: Held, sealed: bool, codes: list[str]) -> list[Event]:
        _closing_by(line, basis)
        events = []
        for code in codes:
            _refuse_not_open(line, old, code)
            _close_item(line, old, new, code, basis, doc, day)
            if sealed:
                new.standings[code] = "approved"
                events.append(Event("approved", day, code, facts_of(basis=basis, doc_no=doc, scan=kept)))
        return events + (leave_when_empty(new, "approved", day, facts_of(basis=basis)) if sealed else [])

    return each(office, "办结", "close", chosen, deed, kept, "已办结")


def start(office: Office, entry_id: str, *, on: str, evidence: str = "", scan: Path | None = None) -> Change:
    """Record that a project has begun: counted as 开工, never as 核减 (decision 1)."""
    kept = attachments.keep(office, scan) if scan else None
    day = day_of(office, on)

    def deed(line: LedgerLine, old: Held, new: Held, sealed: bool, codes: list[str]) -> list[Event]:
        if old.cells.get("build_state") != UNSTARTED:
            raise Problem("E_NOT_UNSTARTED", f"“{old.name}”的建设状态不是未开工，不用登记开工", entry=old.id)
        if sealed and old.standing not in ("open", "complete"):
            raise Problem("E_NOT_OPEN", f"“{old.name}”已经不在账，不用登记开工", entry=old.id)
        new.cells["build_state"] = "在建"
        if "start_date" in line.loaded.fields:
            new.cells["start_date"] = day
        if sealed and old.standing == "open":
            return leave_when_empty(new, "started", day, facts_of(evidence=evidence, scan=kept))
        return []

    return each(office, "开工", "start", [(entry_id, "")], deed, kept, "已登记开工", facts_of(evidence=evidence))


def pause(office: Office, entry_id: str, code: str, *, reason: str, on: str) -> Change:
    """Stop the clock of a matter for one of the reasons the law names (行政许可法 45条, decision 5)."""
    day = day_of(office, on)

    def deed(line: LedgerLine, old: Held, new: Held, sealed: bool, codes: list[str]) -> list[Event]:
        _refuse_not_open(line, old, code)
        known = [p.reason for p in line.loaded.t.pauses]
        if reason not in known:
            raise Problem("E_PAUSE_REASON", f"不能因“{reason}”停表，可用：{'、'.join(known)}", field="reason")
        pauses = list(old.items[code].get("pauses", []))
        if any("to" not in p for p in pauses):
            raise Problem("E_PAUSED", "这个事项已经停表，恢复后才能再停", item=code)
        accepted = old.items[code].get("d_accept")
        if not accepted or day < accepted:
            raise Problem("E_PAUSE_EARLY", "受理以后才能停表，请先填受理日期", item=code)
        new.items[code] = {**old.items[code], "pauses": [*pauses, {"from": day, "reason": reason}]}
        return []

    return each(office, "停表", "pause", [(entry_id, code)], deed, None, "已停表", facts_of(reason=reason))


def resume(office: Office, entry_id: str, code: str, *, on: str, reason: str = "") -> Change:
    """Let a stopped clock run again from `on`."""
    day = day_of(office, on)

    def deed(line: LedgerLine, old: Held, new: Held, sealed: bool, codes: list[str]) -> list[Event]:
        _refuse_not_open(line, old, code)
        pauses = [dict(p) for p in old.items[code].get("pauses", [])]
        if not pauses or "to" in pauses[-1]:
            raise Problem("E_NOT_PAUSED", "这个事项没有停表，不用恢复", item=code)
        if day < pauses[-1]["from"]:
            raise Problem("E_DATE_ORDER", f"恢复日期早于停表日期 {pauses[-1]['from']}，请核对", field="on")
        pauses[-1]["to"] = day
        new.items[code] = {**old.items[code], "pauses": pauses}
        return []

    return each(office, "复表", "resume", [(entry_id, code)], deed, None, "已恢复计时", facts_of(reason=reason))


def _closing_by(line: LedgerLine, basis: str) -> Closing:
    for closing in line.loaded.t.closings:
        if closing.scope == "item" and closing.to == "approved" and basis in (closing.bases or (closing.id,)):
            return closing
    bases = [
        b for c in line.loaded.t.closings if c.scope == "item" and c.to == "approved" for b in c.bases or (c.id,)
    ]
    raise Problem("E_BASIS", f"“{basis}”不是办结依据，可用：{'、'.join(bases)}", field="basis")


def _close_item(line: LedgerLine, old: Held, new: Held, code: str, basis: str, doc: str, day: str) -> None:
    before = old.items[code]
    latest = max((before.get(k) or "" for k in ("d_submit", "d_accept", "d_forward")), default="")
    if latest and day < latest:
        raise Problem("E_DATE_ORDER", f"办结日期 {day} 早于已填的 {latest}，请核对", field="d_done", item=code)
    given = {"state": "办结", "result": "批复", "d_done": day, "doc_no": doc, "basis": basis}
    values = {
        k: entering.value_of(line.loaded, line.loaded.item_fields[k], v)
        for k, v in given.items()
        if k in line.loaded.item_fields and v
    }
    new.items[code] = settle_item(line.loaded, before, patched(before, values))


def _refuse_not_open(line: LedgerLine, held: Held, code: str) -> None:
    entering.refuse_item(line.loaded, code)
    cells = held.items.get(code)
    if cells is None or held.standings.get(code) != "open" or cells.get("state") not in OPEN_STATES:
        title = line.loaded.preset_of(code).title
        now = cells.get("state", "待核") if cells else "没有这个事项"
        raise Problem("E_NOT_OPEN", f"“{held.name}”的{title}现在是“{now}”，不在账，不能再办", item=code)
