"""Closing matters, beginning works, stopping and restarting clocks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from app.change import Change
from app.engine import calling, entering, sealed_leaving
from app.engine.expressions import cautions
from app.engine.rows import DONE, OPEN_STATES, Cells, Held, difference, patched, settle_item
from app.journals.writing import Write
from app.ledger import attachments, entries
from app.ledger.deeds import (
    day_of,
    each,
    event_of,
    facts_of,
    in_words,
    leave_when_empty,
    refuse_lacking,
    refuse_unmet,
    reminder,
    written,
)
from app.ledger.ledgers import LedgerLine
from app.ledger.recording import Event
from app.office import Office
from app.problem import Problem
from app.words import wording
from app.words.templates import Closing, Loaded

MOST_NAMED = 3
"""How many of the matters still open are named."""

def close(
    office: Office,
    targets: Sequence[tuple[str, str]],
    *,
    basis: str,
    on: str,
    doc: str = "",
    scan: Path | None = None,
    filed: bool = False,
    within: Write | None = None,
) -> Change:
    """Close matters by one document: 审批1个核减1个 (SB 四(一), decision 6). `targets` are (entry id, item code).

    The code is '' where the template closes whole rows. What the basis asks for, and what is written, stands in
    the template's [[closing]]; a basis of one that leads to `kept` is written down and the row stays in 在账.
    `within` is the open transaction of a larger deed; `filed`: an earlier part of it has filed the scan with these rows.
    Raises Problem E_BASIS, E_LACKING, E_NO_ITEM, E_NOT_OPEN, E_CHECK, E_FUTURE.
    """
    kept = attachments.keep(office, scan) if scan else None
    told = _told(office, basis, on, doc)
    facts = facts_of(basis=basis, doc_no=told["doc"], scan=kept)

    def deed(line: LedgerLine, old: Held, new: Held, sealed: bool, codes: list[str]) -> list[Event]:
        done = _Closed(office, line, told, facts, kept is not None, sealed)
        if not codes:
            words.append(f"已{_closing_by(line, 'entry', told['basis']).title}：{old.name}" if rows_close(line) else "")
            return done.row(old, new)
        events = [event for code in codes for event in done.item(old, new, code)]
        moved = {code: difference(old.items[code], new.items[code]) for code in codes}
        odd.extend(cautions(line.loaded, new.cells, new.items, moved, office.today()))
        if events:
            events += leave_when_empty(line.loaded, new, "approved", told["on"], facts_of(basis=basis))
        words.append(_in_words(line.loaded, new, codes))
        return events

    odd: list[str] = []
    words: list[str] = []
    chosen = list(dict.fromkeys(targets))
    whole = {entry for entry, code in chosen if not code}
    if any(code and entry in whole for entry, code in chosen):
        raise Problem("E_NO_ITEM", "没有写明办结哪个事项，请选事项", field="item")
    change = each(office, "办结", "close", chosen, deed, None if filed else kept, "已办结", within=within)
    if len(words) == 1 and words[0]:
        change = replace(change, said=words[0])
    said = "；".join(dict.fromkeys(odd))
    return replace(change, said=f"{change.said}；注意：{said}", facts={"warning": said}) if odd else change


def trial(
    office: Office, line: LedgerLine, held: Held, code: str, *, basis: str, on: str, doc: str, scan: bool
) -> Held:
    """`held` as `close` would leave it (code '': the whole row); nothing is written. Raises what `close` raises."""
    new = held.copy()
    done = _Closed(office, line, _told(office, basis, on, doc), {}, scan, line.sealed)
    events = done.item(held, new, entering.item_code(line.loaded, code)) if code else done.row(held, new)
    if code and events:
        leave_when_empty(line.loaded, new, "approved", on, {})
    return new


def _told(office: Office, basis: str, on: str, doc: str) -> dict[str, str]:
    told = {"on": day_of(office, on), "doc": wording.one_line(doc), "basis": wording.one_line(basis)}
    return {**told, "evidence": told["doc"]}


def closed_words(work: Write, entry_id: str, codes: list[str]) -> str:
    """What `close` says of these matters of one row, as they stand now."""
    held, line = entries.held_for(work, entry_id)
    return _in_words(line.loaded, held, codes)


def _in_words(loaded: Loaded, held: Held, codes: list[str]) -> str:
    """“已办结：能评（甲），还有 2 项未办结”; '' where a basis of this closing leaves the matter open."""
    if any(held.items[code].get("state") != DONE for code in codes):
        return ""
    words, done = loaded.t.words, calling.state(loaded, DONE)
    left = sum(cells.get("state") in OPEN_STATES for cells in held.items.values())
    end = f"还有 {left:,} {words.item_count}未{done.removeprefix('已')}" if left else f"全部{done.removeprefix('已')}"
    if not left and held.standing == "approved":
        end += f"，{words.row}{calling.standing(loaded, 'approved')}"
    elif not left and held.cells.get("build_state") == "未开工":
        end += f"；{words.row}还没有开工，仍{words.open}，登记{words.started}后出账"
    titles = "、".join(calling.matter(loaded, code, held.items[code]) for code in codes)
    return f"已{done.removeprefix('已')}：{titles}（{held.name}），{end}"


@dataclass(frozen=True)
class _Closed:
    """One document at work: what it writes into a row or an item, and whether that leaves 在账."""

    office: Office
    line: LedgerLine
    told: dict[str, str]
    facts: dict[str, Any]
    scan: bool
    sealed: bool

    def item(self, old: Held, new: Held, code: str) -> list[Event]:
        loaded = self.line.loaded
        _refuse_not_open(self.line, old, code)
        closing = _closing_by(self.line, "item", self.told["basis"])
        refuse_unmet(loaded, closing, old, code)
        approved = closing.to == "approved"
        patch = ({"state": DONE} if approved else {}) | written(loaded, closing, self.told, old.items[code])
        new.items[code] = settle_item(loaded, old.items[code], patched(old.items[code], patch))
        self._refuse(closing, new, new.items[code], code, set(patch))
        if not (self.sealed and approved):
            return []
        self._refuse_day(new)
        new.standings[code] = "approved"
        return [Event("approved", self.told["on"], code, self.facts)]

    def row(self, old: Held, new: Held) -> list[Event]:
        """The whole row, in a ledger whose template closes rows and not items."""
        loaded = self.line.loaded
        if not rows_close(self.line):
            raise Problem("E_NO_ITEM", "没有写明办结哪个事项，请选事项", field="item")
        if old.standing != "open":
            raise Problem("E_NOT_OPEN", f"“{old.name}”已经不在账，不能再办", entry=old.id)
        closing = _closing_by(self.line, "entry", self.told["basis"])
        refuse_unmet(loaded, closing, old)
        approved = closing.to == "approved"
        if approved and (left := old.open_items()):
            raise Problem(
                "E_ITEMS_OPEN",
                f"“{old.name}”还有 {len(left):,} 个{loaded.t.words.item}没有办完，请先办结{loaded.t.words.item}",
                entry=old.id,
            )
        patch = written(loaded, closing, self.told, old.cells)
        new.cells = patched(old.cells, patch)
        self._refuse(closing, new, new.cells, "", set(patch))
        if not (self.sealed and approved):
            return []
        self._refuse_day(new)
        return leave_when_empty(loaded, new, "approved", self.told["on"], self.facts)

    def _refuse_day(self, new: Held) -> None:
        """What the receiver of a sealed ledger would give back is not entered. Raises Problem E_DATE."""
        wrong = sealed_leaving.misdated(
            self.line.loaded, new, "approved", self.told["on"], self.office.today()
        )
        if wrong:
            raise Problem("E_DATE", f"“{new.name}”{wrong}，请核对日期", field="on")

    def _refuse(self, closing: Closing, new: Held, cells: Cells, code: str, touched: set[str]) -> None:
        refuse_lacking(self.office, self.line.loaded, closing, cells, self.told, scan=self.scan)
        entries.refuse_faults(
            self.office, self.line, new, set() if code else touched, {code: touched} if code else {}
        )


def start(office: Office, entry_id: str, *, on: str, evidence: str = "", scan: Path | None = None) -> Change:
    """Record that a project has begun: counted as 开工, never as 核减 (decision 1).

    What it presumes, writes and must carry when the row leaves by it stands in the template's [[closing]].
    Raises Problem E_NO_CLOSING, E_NOT_NOW, E_NOT_OPEN, E_LACKING, E_FUTURE.
    """
    kept = attachments.keep(office, scan) if scan else None
    told = {"on": day_of(office, on), "evidence": wording.clean(evidence)}
    reminded: list[str] = []
    words: list[str] = []

    def deed(line: LedgerLine, old: Held, new: Held, sealed: bool, codes: list[str]) -> list[Event]:
        closing = event_of(line, "entry", "started")
        words.append(line.loaded.t.words.started)
        refuse_unmet(line.loaded, closing, old)
        if sealed and old.standing not in ("open", "complete"):
            raise Problem("E_NOT_OPEN", f"“{old.name}”已经不在账，不用登记{closing.title}", entry=old.id)
        new.cells = patched(old.cells, written(line.loaded, closing, told))
        if not sealed:
            return []
        facts = facts_of(evidence=evidence, scan=kept)
        events = leave_when_empty(line.loaded, new, "started", told["on"], facts)
        if events:
            refuse_lacking(office, line.loaded, closing, new.cells, told, scan=kept is not None)
            reminded.append(reminder(line.loaded, closing, new.cells, told, scan=kept is not None))
        elif left := new.open_items():
            own = line.loaded.t.words
            named = "、".join(calling.matter(line.loaded, code, new.items[code]) for code in left[:MOST_NAMED])
            among = f"{named}等" if len(left) > MOST_NAMED else named
            reminded.append(f"；还有 {len(left):,} {own.item_count}没有办完（{among}），仍{own.open}，办完后出账")
        return events

    facts = facts_of(evidence=evidence)
    change = each(office, "开工", "start", [(entry_id, "")], deed, kept, "已登记开工", facts)
    change = in_words(change, "开工", words)
    return replace(change, said=change.said + "".join(reminded))


def pause(office: Office, entry_id: str, code: str, *, reason: str, on: str) -> Change:
    """Stop the clock of a matter for one of the reasons the law names (行政许可法 45条, decision 5)."""
    day = day_of(office, on)

    def deed(line: LedgerLine, old: Held, new: Held, sealed: bool, codes: list[str]) -> list[Event]:
        code = codes[0] if codes else ""
        _refuse_not_open(line, old, code)
        known = [p.reason for p in line.loaded.t.pauses]
        if reason not in known:
            raise Problem("E_PAUSE_REASON", f"不能因“{reason}”停表，可用：{'、'.join(known)}", field="reason")
        field = _pauses_of(line)
        pauses = list(old.items[code].get(field, []))
        if any("to" not in p for p in pauses):
            raise Problem("E_PAUSED", "这个事项已经停表，恢复后才能再停", item=code)
        starts = dict.fromkeys(c.starts for c in line.loaded.t.clocks if c.pausable)
        begun = [old.items[code][key] for key in starts if old.items[code].get(key)]
        if not begun or day < min(begun):
            words = "或".join(line.loaded.item_fields[key].title for key in starts)
            raise Problem("E_PAUSE_EARLY", f"时限开始以后才能停表，请先填{words}", item=code)
        new.items[code] = {**old.items[code], field: [*pauses, {"from": day, "reason": reason}]}
        return []

    return each(office, "停表", "pause", [(entry_id, code)], deed, None, "已停表", facts_of(reason=reason))


def resume(office: Office, entry_id: str, code: str, *, on: str, reason: str = "") -> Change:
    """Let a stopped clock run again from `on`."""
    day = day_of(office, on)

    def deed(line: LedgerLine, old: Held, new: Held, sealed: bool, codes: list[str]) -> list[Event]:
        code = codes[0] if codes else ""
        _refuse_not_open(line, old, code)
        field = _pauses_of(line)
        pauses = [dict(p) for p in old.items[code].get(field, [])]
        if not pauses or "to" in pauses[-1]:
            raise Problem("E_NOT_PAUSED", "这个事项没有停表，不用恢复", item=code)
        if day < pauses[-1]["from"]:
            raise Problem("E_DATE_ORDER", f"恢复日期早于停表日期 {pauses[-1]['from']}，请核对", field="on")
        pauses[-1]["to"] = day
        new.items[code] = {**old.items[code], field: pauses}
        return []

    return each(
        office, "复表", "resume", [(entry_id, code)], deed, None, "已恢复计时", facts_of(reason=reason)
    )


def rows_close(line: LedgerLine) -> bool:
    """Whether the template closes whole rows."""
    return bool(line.loaded.closings("entry", "approved", "kept"))


def _closing_by(line: LedgerLine, scope: str, basis: str) -> Closing:
    """The event this basis belongs to. Raises Problem E_BASIS."""
    known = line.loaded.closings(scope, "approved", "kept")
    for closing in known:
        if basis in (closing.bases or (closing.id,)):
            return closing
    bases = [b for c in known for b in c.bases or (c.id,)]
    raise Problem("E_BASIS", f"“{basis}”不是办结依据，可用：{'、'.join(bases)}", field="basis")


def _pauses_of(line: LedgerLine) -> str:
    """The item field that keeps the pauses. Raises Problem E_NO_PAUSE where the template has none."""
    found = next((f.id for f in line.loaded.item_fields.values() if f.kind == "pauses"), "")
    if not found or not any(c.pausable for c in line.loaded.t.clocks):
        raise Problem("E_NO_PAUSE", f"《{line.title}》没有可以停表的时限")
    return found


def _refuse_not_open(line: LedgerLine, held: Held, code: str) -> None:
    entering.refuse_item(line.loaded, code)
    cells = held.items.get(code)
    if cells is None or held.standings.get(code) != "open" or cells.get("state") not in OPEN_STATES:
        title = line.loaded.preset_of(code).title
        now = calling.state(line.loaded, cells.get("state", "待核")) if cells else "没有这个事项"
        raise Problem("E_NOT_OPEN", f"“{held.name}”的{title}现在是“{now}”，不在账，不能再办", item=code)
