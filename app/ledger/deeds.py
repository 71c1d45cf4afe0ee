"""What the named events share: one transaction over the chosen rows, a scan filed with each, dates checked.

What an event must carry and what it writes stands in the template (`[[closing]]`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace
from typing import Any

from app.change import Change
from app.engine import entering
from app.engine.expressions import closing_rule, conditions, hard_faults, names_of_entry, names_of_item
from app.engine.rows import Cells, Changes, Held, ItemRows, kept_in_base
from app.journals.writing import Write
from app.ledger import attachments, entries, ledgers
from app.ledger.attachments import Kept
from app.ledger.ledgers import LedgerLine
from app.ledger.recording import Event, Recorder
from app.office import Office
from app.people import locking
from app.problem import Problem
from app.values import dates
from app.words import wording
from app.words.template_words import Closing
from app.words.templates import Loaded

Words = Mapping[str, str]
_NOTHING: Words = {}
LONGEST = 200  # signs of a name or an authorisation that a bundle may tell
_PLAIN = {"scan": "扫描件", "reason": "原因", "evidence": "依据"}
Deed = Callable[[LedgerLine, Held, Held, bool, list[str]], list[Event]]


def each(
    office: Office,
    title: str,
    verb: str,
    targets: Sequence[tuple[str, str]],
    deed: Deed,
    kept: Kept | None,
    said: str,
    facts: dict[str, Any] | None = None,
    within: Write | None = None,
) -> Change:
    """Run `deed` over the entries of `targets` in one transaction, the scan filed with each.

    `within` is the open transaction of a larger deed that this one is a part of.
    """
    by_entry: dict[str, list[str]] = {}
    for entry_id, code in targets:
        by_entry.setdefault(entry_id, []).extend([code] if code else [])
    if not by_entry:
        raise Problem("E_NOTHING", "没有选中任何行")
    touched: set[str] = set()
    name = ""
    with nullcontext(within) if within is not None else office.write(title) as work:
        opened = entries.every_held_for(work, list(by_entry))
        recorders: dict[str, Recorder] = {}
        for entry_id, given in by_entry.items():
            old, line = opened[entry_id]
            ledgers.refuse_part(line)
            codes = list(dict.fromkeys(entering.item_code(line.loaded, code) for code in given))
            new = old.copy()
            sealed = work.ledger(line.id).sealed
            events = deed(line, old, new, sealed, codes)
            recorder = recorders.setdefault(line.id, Recorder(work, line, office.calendar()))
            _store(work, recorder, old, new, verb, facts, tuple(events), kept)
            touched.add(line.id)
            name = new.name
        for recorder in recorders.values():
            recorder.flush()
    many = f"{len(by_entry):,} 行" if len(by_entry) > 1 else name
    return Change(f"{said}：{many}", frozenset(touched), next(iter(by_entry)))


def in_words(change: Change, plain: str, own: Sequence[str]) -> Change:
    """The sentence of a deed in the words of its ledger: `plain` is what 待批项目 says, `own` what the ledger does."""
    word = next(iter(own), plain)
    return change if word == plain else replace(change, said=change.said.replace(plain, word, 1))


def _store(
    work: Write,
    recorder: Recorder,
    old: Held,
    new: Held,
    verb: str,
    facts: dict[str, Any] | None,
    events: tuple[Event, ...],
    kept: Kept | None,
) -> None:
    ledger = recorder.ledger.id
    if not recorder.put(old, new, verb, facts, events):
        work.line(ledger, verb, old.id, old.rev, {"facts": facts or {}})
    if kept is not None:
        attachments.file_with(work, ledger, kept, entry_id=old.id, subject=old.id, rev=new.rev)


def leave_when_empty(loaded: Loaded, held: Held, kind: str, day: str, facts: dict[str, Any]) -> list[Event]:
    """A row leaves when its last open item has, unless something else keeps it in the base (未开工, decision 1)."""
    if held.standing != "open" or held.open_items() or kept_in_base(loaded, held.cells, 0):
        return []
    held.standing = kind
    return [Event(kind, day, None, facts)]


def event_of(line: LedgerLine, scope: str, to: str) -> Closing:
    """The named event of the ledger's template that leads there. Raises Problem E_NO_CLOSING."""
    found = line.loaded.closings(scope, to)
    if not found:
        known = "、".join(dict.fromkeys(c.title for c in line.loaded.t.closings if c.scope == scope))
        raise Problem("E_NO_CLOSING", f"《{line.title}》没有这样的登记，可用：{known or '没有'}", to=to)
    return found[0]


def hindrance(loaded: Loaded, to: str, cells: Cells, items: ItemRows) -> str:
    """Why the event that leads there cannot be recorded of such a row, '' when it can."""
    closing = next(iter(loaded.closings("entry", to)), None)
    return unmet(loaded, closing, cells, items) if closing else "这类台账没有这样的登记"


def unmet(loaded: Loaded, closing: Closing, cells: Cells, items: ItemRows) -> str:
    """Why this event cannot be recorded of such a row, '' when it can."""
    rule = closing_rule(loaded, closing)
    names = names_of_entry(loaded, cells, items, {})
    return "" if rule is None or rule.holds(names) else _otherwise(loaded, closing, names)


def still_lacking(loaded: Loaded, closing: Closing, cells: Cells) -> list[str]:
    """Titles of the cells this event asks for that are empty and that it does not write itself."""
    given = _PLAIN.keys() | closing.writes.keys() | {_own_day(loaded, closing)}
    asked = [need for need in closing.needs if given.isdisjoint(need.split("|"))]
    return _titles(loaded, closing, _lacking(asked, cells, {}, scan=False))


def refuse_unmet(loaded: Loaded, closing: Closing, held: Held, code: str = "") -> None:
    """Raise Problem E_NOT_NOW when what the event presumes of the row (of its item `code`) does not hold."""
    rule = closing_rule(loaded, closing)
    if rule is None:
        return
    if code:
        names = names_of_item(loaded, code, held.items[code], held.cells, {})
    else:
        names = names_of_entry(loaded, held.cells, held.items, {})
    if not rule.holds(names):
        said = f"“{held.name}”{_otherwise(loaded, closing, names)}"
        raise Problem("E_NOT_NOW", said, entry=held.id, closing=closing.id)


def refuse_contradiction(office: Office, loaded: Loaded, held: Held, touched: set[str]) -> None:
    """Raise Problem E_CHECK when the cells an event writes are at odds with each other or with the row.

    What may stand as a gap while it is typed (decision 9) may not be written by an event that moves the count.
    """
    levels = ("error", "gap")
    if fault := hard_faults(loaded, held.cells, held.items, touched, {}, office.today(), levels):
        raise fault


def _otherwise(loaded: Loaded, closing: Closing, names: Mapping[str, Any]) -> str:
    """What is said when the event cannot be; of two reasons, `A，或B，so C`, the one that holds (see Closing)."""
    said = closing.otherwise or f"情况不合，现在不能登记{closing.title}"
    parts = conditions(loaded, closing)
    reasons, comma, end = said.rpartition("，")
    told = reasons.split("，或") if comma else []
    if len(parts) < 2 or len(told) != len(parts):
        return said
    failed = [reason for reason, part in zip(told, parts, strict=True) if not part.holds(names)]
    return "，".join((*failed, end))


def written(loaded: Loaded, closing: Closing, words: Words, cells: Cells | None = None) -> Changes:
    """The cells that the event writes: its own texts, and what the deed was told.

    With `cells`, of the row or item before it, the day the event is named after (缴回: 缴回日期) as well, if needed
    and empty: it is the day of the deed, and of no other date that the event asks for can that be said.
    """
    fields = loaded.fields if closing.scope == "entry" else loaded.item_fields
    spoken = {f"{{{word}}}": text for word, text in words.items()}
    texts = {
        key: spoken.get(text, "" if text.startswith("{") else text) for key, text in closing.writes.items()
    }
    if (own := _own_day(loaded, closing)) and cells is not None and not cells.get(own):
        texts[own] = words.get("on", "")
    return {key: entering.value_of(loaded, fields[key], text) for key, text in texts.items() if text}


def _own_day(loaded: Loaded, closing: Closing) -> str:
    """The date field that the event needs, is named after and does not write by its template, '' where none is."""
    fields = loaded.fields if closing.scope == "entry" else loaded.item_fields
    known = (fields[need] for need in closing.needs if need in fields and need not in closing.writes)
    return next((f.id for f in known if f.kind == "date" and f.title == f"{closing.title}日期"), "")


def taken_back(loaded: Loaded, closing: Closing, cells: Cells) -> Changes:
    """The cells that 恢复 writes again or empties after the event; `cells` are those of the row or item as it stands.

    The day the event is named after goes as well where it is the day of the event (see `written`): the next
    event says its own.
    """
    fields = loaded.fields if closing.scope == "entry" else loaded.item_fields
    back = dict(closing.back)
    days = {cells.get(key) for key, text in closing.writes.items() if text == "{on}"}
    if (own := _own_day(loaded, closing)) and cells.get(own) in days - {None}:
        back.setdefault(own, "")
    return {key: entering.value_of(loaded, fields[key], text) for key, text in back.items()}


def refuse_lacking(
    office: Office,
    loaded: Loaded,
    closing: Closing,
    cells: Cells,
    words: Words,
    *,
    scan: bool,
    second: str = "",
) -> None:
    """Raise Problem E_LACKING naming all that the event must carry and does not; E_SECOND without a second person.

    `cells` are those of the row (or item) as the event leaves it.
    """
    if closing.second_person:
        refuse_same_person(office, second)
    lacking = _lacking(closing.needs, cells, words, scan)
    if not lacking:
        return
    said = _titles(loaded, closing, lacking, words)
    first = lacking[0].partition("|")[0]
    clause = f"（{closing.clause}）" if closing.clause else ""
    of_row = all(_PLAIN.keys().isdisjoint(n.split("|")) and n not in closing.writes for n in lacking)
    do = "请先把它填进这一行再登记" if of_row else "请补上再登记"
    raise Problem(
        "E_LACKING",
        f"登记{closing.title}还缺{'、'.join(said)}{clause}，{do}",
        field=first,
        word="doc" if first == "evidence" and "doc" in words else closing.writes.get(first, first).strip("{}"),
        closing=closing.id,
        clause=closing.clause,
        lacking=said,
    )


def reminder(loaded: Loaded, closing: Closing, cells: Cells, words: Words, *, scan: bool) -> str:
    """What the event should carry and does not, as the end of the sentence said of it; '' when nothing lacks."""
    lacking = _lacking(closing.wants, cells, words, scan)
    return f"；还没有{'、'.join(_titles(loaded, closing, lacking))}，请尽快补上" if lacking else ""


def _lacking(needs: Sequence[str], cells: Cells, words: Words, scan: bool) -> list[str]:
    return [n for n in needs if not any(_met(part, cells, words, scan) for part in n.split("|"))]


def _titles(loaded: Loaded, closing: Closing, lacking: Sequence[str], words: Words = _NOTHING) -> list[str]:
    fields = loaded.fields if closing.scope == "entry" else loaded.item_fields
    plain = {**_PLAIN, "evidence": "文号"} if "doc" in words else _PLAIN  # what a closing is asked for as its evidence
    return ["或".join(plain.get(part) or fields[part].title for part in need.split("|")) for need in lacking]


def _met(need: str, cells: Cells, words: Words, scan: bool) -> bool:
    if need == "scan":
        return scan
    return bool(words.get(need)) if need in _PLAIN else cells.get(need) not in (None, "", [])


def refuse_long(**told: str) -> None:
    """What a bundle would refuse for its length, while it can still be written shorter. Raises Problem E_TOO_LONG."""
    for key, text in told.items():
        if len(text) > LONGEST:
            raise Problem("E_TOO_LONG", f"最多写 {LONGEST} 个字，请写短一些", field=key)


def refuse_same_person(office: Office, second: str) -> None:
    """Raise Problem E_SECOND unless another person than the clerk is named (decision 6), whatever the spelling."""
    if not wording.one_line(second) or wording.key(wording.clean(second)) == wording.key(office.clerk):
        raise locking.same()
    locking.refuse_same(office, second)


def day_of(office: Office, text: str) -> str:
    """A business date as ISO text. Raises Problem E_DATE, E_FUTURE."""
    return dates.business_day(text, office.today())


def facts_of(**given: Any) -> dict[str, Any]:
    """The facts that were given, a kept scan by its digest."""
    told = {k: v.sha256 if isinstance(v, Kept) else v for k, v in given.items()}
    cleaned = {k: wording.clean(v) if isinstance(v, str) else v for k, v in told.items()}
    return {k: v for k, v in cleaned.items() if v not in (None, "")}
