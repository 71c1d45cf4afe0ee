"""Leaving 在账 other than by approval, and coming back: 核查剔除, 移除, 更正, 恢复."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from app import attachments, entering, entries, wording
from app.change import Change
from app.deeds import day_of, each, facts_of, leave_when_empty
from app.ledgers import LedgerLine
from app.office import Office
from app.problem import Problem
from app.recording import Event
from app.rows import OPEN_STATES, UNSTARTED, Cells, Held, patched

EXCLUSIONS = ("重复", "非本旗")


def exclude(office: Office, entry_id: str, *, reason: str, note: str = "") -> Change:
    """Take a row off the list while it is being checked: 核查剔除, for 重复 or 非本旗 only (decision 2)."""
    if reason not in EXCLUSIONS:
        raise Problem("E_EXCLUSION", f"核查剔除只能因{'或'.join(EXCLUSIONS)}，请选其一", field="reason")

    def deed(line: LedgerLine, old: Held, new: Held, sealed: bool, codes: list[str]) -> list[Event]:
        if old.standing == "excluded":
            raise Problem("E_NOT_OPEN", f"“{old.name}”已经剔除过，不用再剔除", entry=old.id)
        if sealed:
            raise Problem("E_SEALED", "台账已确定，不能再剔除；请走“移除”或“更正单”", entry=old.id)
        new.standing = "excluded"
        new.cells = patched(old.cells, _known(line, {"excluded": reason, "exclude_reason": note}))
        return []

    return each(
        office, "核查剔除", "exclude", [(entry_id, "")], deed, None, "已剔除", facts_of(reason=reason, note=note)
    )


def remove(
    office: Office,
    entry_id: str,
    *,
    reason: str,
    policy: str,
    conclusion: str,
    on: str,
    targets: Sequence[str],
    confirmed: Mapping[str, str],
    second: str,
    scan: Path,
    detail: str = "",
) -> Change:
    """移除项目库 (SB 四(二)1): 研判 with policy basis, conclusion and date, signed by a second person.

    The project leaves 在账 only when every one of `targets` is in `confirmed` ({target: date}); until then the
    request is kept with the row. Raises Problem E_SECOND, E_RESEARCH, E_TARGETS, E_NOT_SEALED, E_NOT_OPEN.
    """
    _refuse_same_person(office, second)
    day = day_of(office, on)
    _refuse_unresearched((reason, policy, conclusion), targets, confirmed)
    kept = attachments.keep(office, scan)
    dates = {target: day_of(office, date) for target, date in confirmed.items()}
    asked = {
        "disposal": "移除",
        "reason_idle": reason,
        "reason_idle_text": detail or reason,
        "judge_basis": policy,
        "judge_conclusion": conclusion,
        "judge_date": day,
        "removal_targets": "、".join(targets),
        "removal_asked": day,
    }
    removal = facts_of(
        reason=reason, detail=detail, policy=policy, conclusion=conclusion, targets=list(targets), asked=day,
        confirmed=dates, second=second, scan=kept,
    )  # fmt: skip

    def deed(line: LedgerLine, old: Held, new: Held, sealed: bool, codes: list[str]) -> list[Event]:
        if not sealed:
            raise Problem("E_NOT_SEALED", "台账还没有确定；重复或非本旗的行请用“核查剔除”，移除在确定后登记")
        _refuse_left(old)
        given = {**asked, **_confirmations(line, dates)}
        new.cells = patched(_without_removal(line, old.cells), _known(line, given))
        entries.refuse_faults(office, line, new, set(given), {})
        if set(dates) != set(targets):
            return []
        return _leave(new, "removed", max([day, *dates.values()]), removal)

    said = "已移除" if set(dates) == set(targets) else "已登记移除申请，各处确认后再核出"
    return each(office, "移除", "remove", [(entry_id, "")], deed, kept, said, removal)


def _refuse_unresearched(
    research: tuple[str, str, str], targets: Sequence[str], confirmed: Mapping[str, str]
) -> None:
    if not all(map(wording.clean, research)):
        raise Problem("E_RESEARCH", "移除要有研判：原因、政策依据和结论都要写明", field="reason")
    if not targets:
        raise Problem("E_TARGETS", "请写明从哪里移除（在线审批平台、重大项目库、自治区项目库）", field="targets")
    if stray := set(confirmed) - set(targets):
        raise Problem("E_TARGETS", f"确认移除的“{sorted(stray)[0]}”不在申请移除的范围里", field="confirmed")


def correct(
    office: Office,
    entry_ids: Sequence[str],
    *,
    reason: str,
    second: str,
    scan: Path,
    texts: Mapping[str, Any] | None = None,
    items: Mapping[str, Mapping[str, Any]] | None = None,
    leave: bool = False,
    on: str = "",
) -> Change:
    """更正单 (decision 6): the only way to move what the seal froze; one slip may list many rows.

    With `texts` / `items` the rows are corrected, with `leave` they go out of 在账 as 更正.
    Raises Problem E_SECOND, E_REASON, E_NOTHING and the kinds' own.
    """
    _refuse_same_person(office, second)
    if not wording.clean(reason):
        raise Problem("E_REASON", "更正单要写明原因", field="reason")
    if not leave and not texts and not items:
        raise Problem("E_NOTHING", "请写明更正哪一栏，或选择“更正出账”", field="texts")
    kept = attachments.keep(office, scan)
    day = day_of(office, on or office.today().isoformat())
    facts = facts_of(reason=reason, second=second, scan=kept)

    def deed(line: LedgerLine, old: Held, new: Held, sealed: bool, codes: list[str]) -> list[Event]:
        changes = entering.changes_of(line.loaded, texts or {})
        by_item = entering.item_changes(line.loaded, items or {})
        fixed = entries.amended(line, old, changes, by_item)
        new.cells, new.items = fixed.cells, fixed.items
        entries.refuse_faults(office, line, new, set(changes), {c: set(v) for c, v in by_item.items()})
        if not sealed and leave:
            raise Problem(
                "E_NOT_SEALED", "台账还没有确定，没有“更正出账”；请直接修改，重复或非本旗的行用“核查剔除”", entry=old.id
            )
        if not sealed:
            return []
        events = _standings_after_correction(old, new, day, facts)
        if leave:
            _refuse_left(old)
            return [*events, *_leave(new, "corrected", day, facts)]
        return events + leave_when_empty(new, "corrected", day, facts)

    return each(office, "更正", "correct", [(i, "") for i in entry_ids], deed, kept, "已更正", facts)


def reopen(office: Office, entry_id: str, code: str = "", *, reason: str, on: str = "") -> Change:
    """Take back into 在账 what had left (回头看, SB 六(四)): counted as 恢复. Without `code`, the whole project."""
    day = day_of(office, on or office.today().isoformat())
    if not wording.clean(reason):
        raise Problem("E_REASON", "重新在账要写明依据（如回头看发现的问题）", field="reason")
    facts = facts_of(reason=reason)

    def deed(line: LedgerLine, old: Held, new: Held, sealed: bool, codes: list[str]) -> list[Event]:
        if not sealed:
            return _reopen_unsealed(old, new, codes)
        if old.standing == "excluded":
            raise Problem("E_STILL_OPEN", f"“{old.name}”是确定前剔除的，要在账请按“补录”登记", entry=old.id)
        events = []
        for item in codes or _left_with(old):
            if old.standings.get(item) not in ("approved", "removed", "corrected"):
                raise Problem("E_STILL_OPEN", f"事项 {item} 没有核出过，不用恢复", item=item)
            new.standings[item] = "open"
            new.items[item] = _undone(old.items[item])
            events.append(Event("restored", day, item, facts))
        if old.standing not in ("open", "complete"):
            new.standing = "open"
            new.cells = _without_removal(line, new.cells)
            if old.standing == "started":  # it has not begun after all, and can leave by 开工 again
                new.cells["build_state"] = UNSTARTED
                new.cells.pop("start_date", None)
            events.append(Event("restored", day, None, facts))
        if not events:
            raise Problem("E_STILL_OPEN", f"“{old.name}”还在账，不用恢复", entry=old.id)
        return events

    return each(office, "恢复", "reopen", [(entry_id, code)], deed, None, "已恢复在账", facts)


def _left_with(held: Held) -> list[str]:
    """The matters that left when the whole project did; of a begun project, none."""
    if held.standing == "started":
        return []
    return [c for c, s in held.standings.items() if s in ("approved", "removed", "corrected")]


def _without_removal(line: LedgerLine, cells: Cells) -> Cells:
    """What 移除 wrote into a row, taken back when the row is in 在账 again; the journal keeps it."""
    gone = {f.id for f in line.loaded.t.fields if f.group == "removal"} | {"disposal"}
    return {key: value for key, value in cells.items() if key not in gone}


def _leave(held: Held, kind: str, day: str, facts: dict[str, Any]) -> list[Event]:
    """The project goes with all its open matters."""
    events = [Event(kind, day, code, facts) for code in held.open_items()]
    for code in held.open_items():
        held.standings[code] = kind
    held.standing = kind
    return [*events, Event(kind, day, None, facts)]


def _standings_after_correction(old: Held, held: Held, day: str, facts: dict[str, Any]) -> list[Event]:
    """Matters that a 更正单 turned out of (or into) the open states move as 更正 (or 新增).

    What left with its state untouched (移除, 更正出账) stays away: only 恢复 brings it back.
    """
    events = []
    for code, cells in held.items.items():
        is_open = cells.get("state") in OPEN_STATES
        was_open = old.items.get(code, {}).get("state") in OPEN_STATES
        standing = held.standings.get(code)
        if standing == "open" and not is_open:
            held.standings[code] = "corrected"
            events.append(Event("corrected", day, code, facts))
        elif standing is None or (standing == "complete" and is_open):
            held.standings[code] = "open" if is_open else "complete"
            held.added_items.add(code)
            if is_open:
                events.append(Event("added", day, code, facts))
        elif standing in ("approved", "corrected", "removed") and is_open and not was_open:
            held.standings[code] = "open"
            events.append(Event("restored", day, code, facts))
    if held.open_items() and held.standing in ("removed", "excluded"):
        raise Problem("E_NOT_OPEN", f"“{held.name}”已经不在账，请先恢复在账再更正事项", entry=held.id)
    unbegun = held.cells.get("build_state") == UNSTARTED != old.cells.get("build_state")  # decision 1
    if (held.open_items() or unbegun) and held.standing in ("complete", "approved", "started", "corrected"):
        kind = "added" if held.standing == "complete" else "restored"
        held.added = held.added or kind == "added"
        held.standing = "open"
        events.append(Event(kind, day, None, facts))
    return events


def _reopen_unsealed(old: Held, new: Held, codes: list[str]) -> list[Event]:
    if old.standing == "excluded":
        new.standing = "open"
        new.cells = {k: v for k, v in old.cells.items() if k not in ("excluded", "exclude_reason")}
    for code in codes:
        if old.items.get(code, {}).get("state") in OPEN_STATES:
            raise Problem("E_STILL_OPEN", f"事项 {code} 还没有办结，不用恢复", item=code)
        new.items[code] = _undone(old.items[code])
    if old.standing != "excluded" and not codes:
        raise Problem("E_STILL_OPEN", f"“{old.name}”没有被剔除，不用恢复", entry=old.id)
    return []


def _known(line: LedgerLine, given: Mapping[str, str]) -> Cells:
    """The values of those cells that this template has."""
    fields = line.loaded.fields
    return entering.changes_of(line.loaded, {k: v for k, v in given.items() if k in fields and v})


def _confirmations(line: LedgerLine, dates: Mapping[str, str]) -> dict[str, str]:
    """The cell that keeps each target's confirmation is the one whose title begins with the target's name."""
    return {
        field.id: day
        for target, day in dates.items()
        for field in line.loaded.t.fields
        if field.kind == "date" and field.title.startswith(target)
    }


def _undone(cells: dict[str, Any]) -> dict[str, Any]:
    kept = {k: v for k, v in cells.items() if k not in ("d_done", "result", "doc_no", "basis")}
    state = "在办" if any(kept.get(k) for k in ("d_submit", "d_accept")) else "未办"
    return {**kept, "state": state, "needed": "需办"}


def _refuse_same_person(office: Office, second: str) -> None:
    if not wording.one_line(second) or wording.key(wording.clean(second)) == wording.key(office.clerk):
        raise Problem("E_SECOND", "要有另一个人签字同意（不能是经办人自己），请写明姓名", field="second")


def _refuse_left(held: Held) -> None:
    if held.standing != "open":
        raise Problem("E_NOT_OPEN", f"“{held.name}”已经不在账，不能再移出", entry=held.id)
