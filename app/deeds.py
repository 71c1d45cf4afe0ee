"""What the named events share: one transaction over the chosen rows, a scan filed with each, dates checked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from app import attachments, dates, entries, wording
from app.attachments import Kept
from app.change import Change
from app.ledgers import LedgerLine
from app.office import Office
from app.problem import Problem
from app.recording import Event, Recorder
from app.rows import UNSTARTED, Held
from app.writing import Write

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
) -> Change:
    """Run `deed` over the entries of `targets` in one transaction, the scan filed with each."""
    by_entry: dict[str, list[str]] = {}
    for entry_id, code in targets:
        by_entry.setdefault(entry_id, []).extend([code] if code else [])
    if not by_entry:
        raise Problem("E_NOTHING", "没有选中任何行")
    touched: set[str] = set()
    name = ""
    with office.write(title) as work:
        for entry_id, codes in by_entry.items():
            old, line = entries.held_for(work, entry_id)
            new = old.copy()
            sealed = work.ledger(line.id).sealed
            events = deed(line, old, new, sealed, codes)
            _store(work, office, line, old, new, verb, facts, tuple(events), kept)
            touched.add(line.id)
            name = new.name
    many = f"{len(by_entry)} 行" if len(by_entry) > 1 else name
    return Change(f"{said}：{many}", frozenset(touched), next(iter(by_entry)))


def _store(
    work: Write,
    office: Office,
    line: LedgerLine,
    old: Held,
    new: Held,
    verb: str,
    facts: dict[str, Any] | None,
    events: tuple[Event, ...],
    kept: Kept | None,
) -> None:
    recorder = Recorder(work, line, office.calendar())
    if not recorder.put(old, new, verb, facts, events):
        work.line(line.id, verb, old.id, old.rev, {"facts": facts or {}})
    recorder.flush()
    if kept is not None:
        attachments.file_with(work, line.id, kept, entry_id=old.id, subject=old.id, rev=new.rev)


def leave_when_empty(held: Held, kind: str, day: str, facts: dict[str, Any]) -> list[Event]:
    """A project leaves when its last pending matter has, unless it is 未开工 (decision 1)."""
    if held.standing != "open" or held.open_items() or held.cells.get("build_state") == UNSTARTED:
        return []
    held.standing = kind
    return [Event(kind, day, None, facts)]


def day_of(office: Office, text: str) -> str:
    """A business date as ISO text. Raises Problem E_DATE, E_FUTURE."""
    return dates.business_day(text, office.today())


def facts_of(**given: Any) -> dict[str, Any]:
    """The facts that were given, a kept scan by its digest."""
    told = {k: v.sha256 if isinstance(v, Kept) else v for k, v in given.items()}
    cleaned = {k: wording.clean(v) if isinstance(v, str) else v for k, v in told.items()}
    return {k: v for k, v in cleaned.items() if v not in (None, "")}
