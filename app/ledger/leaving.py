"""Leaving 在账 other than by approval, and coming back: 核查剔除, 移除, 更正, 恢复."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app.change import Change
from app.engine import entering, freezing
from app.engine.rows import OPEN_STATES, Cells, Changes, Held, kept_in_base, patched
from app.journals.writing import Write
from app.ledger import attachments, entries, ledgers, unsealed, waiting
from app.ledger.deeds import (
    day_of,
    each,
    event_of,
    facts_of,
    in_words,
    leave_when_empty,
    refuse_contradiction,
    refuse_lacking,
    refuse_unmet,
    taken_back,
    written,
)
from app.ledger.ledger_groups import REGISTER
from app.ledger.ledgers import LedgerLine
from app.ledger.recording import Event
from app.office import Office
from app.people import locking
from app.problem import Problem
from app.words import wording
from app.words.report_words import Words
from app.words.templates import Closing, Loaded
from models.schema import entry as entry_table


def exclusions(office: Office, entry_id: str) -> tuple[str, ...]:
    """Why a row of this ledger may be struck off while it is checked; () where the template knows no such field."""
    with office.read() as connection:
        ledger = connection.scalar(select(entry_table.c.ledger_id).where(entry_table.c.id == entry_id))
        return _exclusions(ledgers.line_of(connection, ledger).loaded) if ledger else ()


def exclude(office: Office, entry_id: str, *, reason: str, note: str = "") -> Change:
    """Take a row off the list while it is being checked: 核查剔除, for 重复 or 非本旗 only (decision 2).

    The reasons are the codes of the template's field `excluded`. Raises Problem E_EXCLUSION, E_NOT_OPEN, E_SEALED.
    """

    def deed(line: LedgerLine, old: Held, new: Held, sealed: bool, codes: list[str]) -> list[Event]:
        known = _exclusions(line.loaded)
        if reason not in known:
            word = line.loaded.t.words.excluded
            said = f"{word}只能因{'或'.join(known)}，请选其一" if known else f"《{line.title}》没有{word}"
            raise Problem("E_EXCLUSION", said, field="reason")
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
    reason: str = "",
    policy: str = "",
    conclusion: str = "",
    on: str = "",
    targets: Sequence[str] = (),
    confirmed: Mapping[str, str] | None = None,
    second: str = "",
    scan: Path | None = None,
    detail: str = "",
    keeping: bool = False,
    second_pin: str = "",
) -> Change:
    """移除项目库 (SB 四(二)1): 研判 with policy basis, conclusion and date, signed by a second person.

    What has to be given stands in the template's [[closing]] of 移除. The project leaves 在账 only when every one
    of `targets` is in `confirmed` ({target: date}); until then the request is kept with the row. With `keeping`
    what that request said stands where nothing is given now: its paper, its day, its targets and confirmations.
    A register's row is made void by its template's closing instead. `second_pin`: see `locking.proof`.
    Raises Problem E_NO_CLOSING, E_LACKING, E_SECOND, E_TARGETS, E_NOT_SEALED, E_NOT_OPEN, E_CHECK.
    """
    if unsealed.is_register(office, entry_id) and not targets and not confirmed:
        return unsealed.void(office, entry_id, reason=reason, detail=detail, on=on, second=second, scan=scan)
    day = day_of(office, on or office.today().isoformat())
    given = {"reason": reason, "detail": detail, "policy": policy, "conclusion": conclusion, "second": second}
    targets, named = _targets(office, entry_id, targets)
    sure, called = _targets(office, entry_id, list(confirmed or {}))
    days = {target: day_of(office, date) for target, date in zip(sure, (confirmed or {}).values(), strict=True)}
    kept = attachments.keep(office, scan) if scan else None
    new = facts_of(**given, scan=kept) | {"targets": list(targets), "confirmed": days}
    before = waiting.request(office, entry_id) if keeping else {}
    removal = waiting.joined({"asked": day, **before}, new | locking.proof(office, second, second_pin))
    asked, dates = removal["targets"], removal["confirmed"]
    told = {key: removal.get(key, "") for key in ("reason", "detail", "policy", "conclusion")}
    told |= {"on": removal["asked"], "targets": "、".join(asked), "detail": told["detail"] or told["reason"]}
    left = [target for target in asked if target not in dates]
    words: list[str] = []

    def deed(line: LedgerLine, old: Held, new: Held, sealed: bool, codes: list[str]) -> list[Event]:
        closing = event_of(line, "entry", "removed")
        words.append(line.loaded.t.words.removed)
        _refuse_unsealed(line, sealed)
        _refuse_left(old)
        _refuse_stray(line, closing, asked, dates)
        refuse_unmet(line.loaded, closing, old)
        patch = written(line.loaded, closing, told) | _confirmations(line.loaded, closing, dates)
        cells = patched(old.cells, taken_back(line.loaded, closing, old.cells))
        new.cells = patched(cells, patch)
        second, scan = removal.get("second", ""), bool(removal.get("scan"))
        refuse_lacking(office, line.loaded, closing, new.cells, told, scan=scan, second=second)
        refuse_contradiction(office, line.loaded, new, set(patch))
        unsealed.refuse_unreasoned(closing, "removed", removal)
        return [] if left else _leave(new, "removed", max([day, *dates.values()]), removal)

    said = f"已登记移除申请，{'、'.join(left)}确认后再核出" if left else "已移除"
    change = in_words(each(office, "移除", "remove", [(entry_id, "")], deed, kept, said, removal), "移除", words)
    return _read_as(change, {**named, **called})


def _read_as(change: Change, called: Mapping[str, str]) -> Change:
    """`change` saying how what was not written in full was read."""
    read = "；".join(f"“{text}”读作“{target}”" for text, target in called.items())
    return replace(change, said=f"{change.said}；{read}") if read else change


def _targets(office: Office, entry_id: str, texts: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """The targets these texts name, and those of them that were not written in full {text: target}.

    A text names a target by its code or title, or by a part of just one. Raises Problem E_TARGETS.
    """
    with office.read() as connection:
        loaded = ledgers.line_of(connection, entries.ledger_of(connection, entry_id)).loaded
    closing = next(iter(loaded.closings("entry", "removed")), None)
    key = next((k for k, text in closing.writes.items() if text == "{targets}"), "") if closing else ""
    if not key:
        return list(texts), {}
    listed = loaded.codes[loaded.fields[key].choices].codes
    found: list[str] = []
    short: dict[str, str] = {}
    for text in texts:
        bare = wording.key(text)
        fits = [c.code for c in listed if bare in (wording.key(c.code), wording.key(c.title))]
        fits = fits or [c.code for c in listed if bare and bare in wording.key(c.title or c.code)]
        if len(fits) != 1:
            said = f"“{text}”对应 {len(fits):,} 处：{'、'.join(fits)}，请写全名" if fits else f"没有“{text}”"
            known = "、".join(c.code for c in listed)
            raise Problem("E_TARGETS", said if fits else f"{said}，可用：{known}", field="targets", near=fits)
        found.append(fits[0])
        short |= {text: fits[0]} if bare != wording.key(fits[0]) else {}
    return found, short


def correct(
    office: Office,
    entry_ids: Sequence[str],
    *,
    reason: str = "",
    second: str = "",
    scan: Path | None = None,
    texts: Mapping[str, Any] | None = None,
    items: Mapping[str, Mapping[str, Any]] | None = None,
    leave: bool = False,
    on: str = "",
    second_pin: str = "",
) -> Change:
    """更正单 (decision 6): the only way to move what the seal froze; one slip may list many rows.

    With `texts` / `items` the rows are corrected, with `leave` they go out of 在账 as 更正. `second_pin` as in `remove`.
    Raises Problem E_NO_CLOSING, E_LACKING, E_SECOND, E_NOTHING and the kinds' own.
    """
    if not leave and not texts and not items:
        raise Problem("E_NOTHING", "请写明更正哪一栏，或选择“更正出账”", field="texts")
    kept = attachments.keep(office, scan) if scan else None
    told = {"reason": wording.clean(reason)}
    only_items = bool(items) and not texts and not leave
    day = day_of(office, on or office.today().isoformat())
    facts = facts_of(reason=reason, second=second, scan=kept) | locking.proof(office, second, second_pin)

    def deed(line: LedgerLine, old: Held, new: Held, sealed: bool, codes: list[str]) -> list[Event]:
        closing = event_of(line, "item" if only_items else "entry", "corrected")
        changes = entering.changes_of(line.loaded, texts or {})
        by_item = entering.item_changes(line.loaded, items or {})
        fixed = entries.amended(line, old, changes, by_item)
        freezing.refuse_locked(line.loaded, old, fixed)
        new.cells, new.items = fixed.cells, fixed.items
        for cells in [new.items[code] for code in by_item] if only_items else [new.cells]:
            refuse_lacking(office, line.loaded, closing, cells, told, scan=kept is not None, second=second)
        entries.refuse_faults(office, line, new, set(changes), {c: set(v) for c, v in by_item.items()})
        if not sealed and leave:
            raise Problem(
                "E_NOT_SEALED", "台账还没有确定，没有“更正出账”；请直接修改，重复或非本旗的行用“核查剔除”", entry=old.id
            )
        if not sealed:
            return []
        events = _standings_after_correction(line.loaded, old, new, day, facts)
        if leave:
            _refuse_left(old)
            events += _leave(new, "corrected", day, facts)
        else:
            events += leave_when_empty(line.loaded, new, "corrected", day, facts)
        if any(event.kind == "corrected" for event in events):
            unsealed.refuse_unreasoned(closing, "corrected", facts)
        return events

    return each(office, "更正", "correct", [(i, "") for i in entry_ids], deed, kept, "已更正", facts)


def reopen(
    office: Office, entry_id: str, code: str = "", *, reason: str = "", on: str = "", within: Write | None = None
) -> Change:
    """Take back into 在账 what had left (回头看, SB 六(四)): counted as 恢复.

    Without `code` the whole project comes back, with the matters by which it left; what it did not leave by stays
    closed. A project still in 在账 has nothing to come back but its matters: each is named. `within` is the open
    transaction of the deed that this one follows from.
    Raises Problem E_NO_CLOSING, E_LACKING, E_STILL_OPEN.
    """
    day = day_of(office, on or office.today().isoformat())
    facts = facts_of(reason=reason)

    def deed(line: LedgerLine, old: Held, new: Held, sealed: bool, codes: list[str]) -> list[Event]:
        said.append(line.loaded.t.words)
        void.append(line.loaded.t.nature == REGISTER and old.standing == unsealed.VOID)
        scope = "item" if codes else "entry"
        if sealed or line.loaded.closings(scope, "open"):
            closing = event_of(line, scope, "open")
            refuse_lacking(office, line.loaded, closing, old.cells, {"reason": wording.clean(reason)}, scan=False)
        if not sealed:
            return unsealed.reopened(line.loaded, old, new, codes)
        if old.standing == "excluded":
            raise Problem("E_STILL_OPEN", f"“{old.name}”是确定前剔除的，要在账请按“补录”登记", entry=old.id)
        if not codes:
            _refuse_unnamed(line.loaded, old)
        events = []
        for item in codes or _left_with(old):
            if old.standings.get(item) not in ("approved", "removed", "corrected"):
                raise Problem("E_STILL_OPEN", f"事项 {item} 没有核出过，不用恢复", item=item)
            new.standings[item] = "open"
            new.items[item] = unsealed.undone(line.loaded, old.items[item])
            events.append(Event("restored", day, item, facts))
        if old.standing not in ("open", "complete"):
            new.standing = "open"
            new.cells = patched(new.cells, unsealed.entry_back(line.loaded, old, old.standing))
            events.append(Event("restored", day, None, facts))
        titles.extend(line.loaded.preset_of(e.item).title for e in events if e.item)
        return events

    titles: list[str] = []
    said: list[Words] = []
    void: list[bool] = []
    change = each(office, "恢复", "reopen", [(entry_id, code)], deed, None, "已恢复在账", facts, within)
    change = in_words(change, "在账", ["" if any(void) else words.open for words in said])
    item = said[0].item if said else "事项"
    also = f"，连同 {len(titles):,} 个{item}：{'、'.join(titles)}" if titles else ""
    return replace(change, said=change.said + also, facts={**change.facts, "items": titles})


def _left_with(held: Held) -> list[str]:
    """The matters by which the whole project left: those that went the same way; of a begun project, none."""
    return [c for c, s in held.standings.items() if s == held.standing] if held.standing != "started" else []


def _refuse_unnamed(loaded: Loaded, held: Held) -> None:
    """Raise Problem E_STILL_OPEN for a project that is in 在账, telling which of its matters could come back."""
    if held.standing not in ("open", "complete"):
        return
    gone = [c for c, s in held.standings.items() if s in ("approved", "removed", "corrected")]
    named = "、".join(f"{code} {loaded.preset_of(code).title}" for code in gone)
    words = loaded.t.words
    here = f"还{words.open}" if held.standing == "open" else f"{words.complete}，没有核出过"
    said = f"{here}；要恢复其中的{words.item}请写明是哪一个：{named}" if gone else f"{here}，不用恢复"
    raise Problem("E_STILL_OPEN", f"“{held.name}”{said}", entry=held.id)


def _leave(held: Held, kind: str, day: str, facts: dict[str, Any]) -> list[Event]:
    """The project goes with all its open matters."""
    events = [Event(kind, day, code, facts) for code in held.open_items()]
    for code in held.open_items():
        held.standings[code] = kind
    held.standing = kind
    return [*events, Event(kind, day, None, facts)]


def _standings_after_correction(
    loaded: Loaded, old: Held, held: Held, day: str, facts: dict[str, Any]
) -> list[Event]:
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
    counts_now = kept_in_base(loaded, held.cells, 0) and not kept_in_base(loaded, old.cells, 0)  # decision 1
    if (held.open_items() or counts_now) and held.standing in ("complete", "approved", "started", "corrected"):
        kind = "added" if held.standing == "complete" else "restored"
        held.added = held.added or kind == "added"
        held.standing = "open"
        events.append(Event(kind, day, None, facts))
    return events


def _known(line: LedgerLine, given: Mapping[str, str]) -> Cells:
    """The values of those cells that this template has."""
    fields = line.loaded.fields
    return entering.changes_of(line.loaded, {k: v for k, v in given.items() if k in fields and v})


def _confirmations(loaded: Loaded, closing: Closing, dates: Mapping[str, str]) -> Changes:
    """The day on which each target confirmed, in the cell that the template keeps for it."""
    cells = {closing.confirms[target]: day for target, day in dates.items() if target in closing.confirms}
    return {key: entering.value_of(loaded, loaded.fields[key], day) for key, day in cells.items()}


def _exclusions(loaded: Loaded) -> tuple[str, ...]:
    field = loaded.fields.get("excluded")
    return tuple(code.code for code in loaded.codes[field.choices].codes) if field and field.choices else ()


def _refuse_unsealed(line: LedgerLine, sealed: bool) -> None:
    if not sealed:
        own = line.loaded.t.words
        if line.loaded.t.nature == REGISTER:
            raise Problem("E_TARGETS", f"《{line.title}》不分从哪里移出，请不要写", field="targets")
        known = _exclusions(line.loaded)
        now = f"{'、'.join(known)}的行请用“{own.excluded}”，原因写“{'”或“'.join(known)}”就可以移出"
        other = "写错的行请直接改正；要能移出，请在模板里加“核查剔除”一栏（excluded）"
        said = f"台账还没有确定，{own.removed}在确定后登记；{now if known else other}"
        raise Problem("E_NOT_SEALED", said)


def _refuse_stray(line: LedgerLine, closing: Closing, asked: Sequence[str], dates: Mapping[str, str]) -> None:
    if stray := sorted(set(dates) - set(asked)):
        said = f"“{stray[0]}”还没有申请移除，不能先登记确认；请把它写进从哪里移除，一并登记"
        raise Problem("E_TARGETS", said, field="confirmed")
    if asked and not closing.confirms:
        raise Problem("E_TARGETS", f"《{line.title}》的{closing.title}不分从哪里移出，请不要写", field="targets")


def _refuse_left(held: Held) -> None:
    if held.standing != "open":
        raise Problem("E_NOT_OPEN", f"“{held.name}”已经不在账，不能再移出", entry=held.id)
