"""一次性告知书: all problems at once with advice; a second one for the same submission is flagged (S54, SB 四(二)2)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from app.change import Change
from app.engine import clock_runs, storing
from app.engine.rows import UNCOUNTED, Cells
from app.journals.writing import Write
from app.ledger import entries, ledgers, serving
from app.ledger.ledgers import LedgerLine
from app.listing import lists
from app.listing.pages import day_words
from app.office import Office
from app.papers import notices, paper_forms, papers
from app.papers.papers import Draft, Issued
from app.problem import Problem
from app.values import dates, masking
from app.words import wording
from app.words.templates import Loaded

_NUMBER = re.compile(r"^\s*(?:\d{1,2}[.、．]|[（(]\d{1,2}[）)]|[一二三四五六七八九十]{1,3}、)\s*")


@dataclass(frozen=True)
class Told:
    """Who is told, how and when; without a day the paper is made and waits to be handed over."""

    to: str = ""
    way: str = ""
    by: str = ""
    on: str = ""
    proof: str = ""


def inform(
    office: Office,
    entry_id: str,
    item: str,
    folder: Path,
    *,
    problems: Sequence[str] = (),
    advice: Sequence[str] = (),
    told: Told = Told(),
    reason: str = "",
    file: bool = False,
) -> Change:
    """A 一次性告知书 for one matter; what is not given is taken from the matter's own cells, a line each.

    With `file` the day, the problems, the advice and the count are written into the matter in the same deed. The
    change's facts carry `nth` and, from the second for the same submission on, a `warning`; `reason` is why there is one.
    Raises Problem E_NO_ITEM, E_NO_PROBLEMS, E_NO_ADVICE, E_FUTURE and those of `papers.issue`.
    """
    row = lists.line(office, entry_id)
    line = notices.own(office, row.ledger_id)
    if item not in row.items:
        raise Problem("E_NO_ITEM", f"“{row.name}”没有事项“{item}”，请写明是哪个事项", item=item)
    cells = row.items[item].cells
    points, hints = _points(problems, cells, "notice"), _points(advice, cells, "advice")
    _refuse_empty(points, hints)
    ref = f"{row.no}/{item}"
    submission, present = _submission(line.loaded, cells)
    nth = _nth(office, ref, submission, cells, fresh=bool(problems))
    now = office.today().isoformat() if file else ""
    given = dates.business_day(told.on, office.today()) if told.on else now
    data = {
        "addressee": row.cells.get("owner_org") or row.name, "project": row.name, "matter": row.items[item].title,
        "plan": notices.plan_words(line.loaded), "about": ref, "submission": submission, "nth": nth,
        "submitted_on": _submitted(line.loaded, present), "again": nth > 1, "again_reason": reason or "没有写明",
        "problems": points, "advice": hints, "problems_text": _numbered(points), "advice_text": _numbered(hints),
        "told_on": given, "told_to": told.to, "way": told.way, "told_by": told.by or office.clerk, "proof": told.proof,
    }  # fmt: skip
    texts = {
        "d_notice": given,
        "notice": _numbered(points),
        "advice": _numbered(hints),
        "notice_count": str(nth),
    }

    def also(work: Write, one: Issued) -> None:
        if file:
            entries.amend_in(work, office, entry_id, {}, {item: _fillable(line, texts)})

    veiled = {"told_to": masking.mask_name(told.to)} if told.to else {}
    draft = Draft(paper_forms.form("inform"), data, f"{row.name}{row.items[item].title}", (entry_id,), veiled=veiled)
    change = papers.issue(office, [draft], folder, deed="一次性告知", also=also)
    return _flagged(change, nth, submission)


@dataclass(frozen=True)
class Count:
    """Which submission of a matter it is, and the how manieth notice for it a new one would be."""

    submission: int
    nth: int


def counted(office: Office, entry_id: str, item: str, *, fresh: bool) -> Count:
    """What `inform` would find now, without making anything; `fresh`: other problems than the matter tells of already."""
    row = lists.line(office, entry_id)
    cells = row.items[item].cells
    submission, _ = _submission(notices.own(office, row.ledger_id).loaded, cells)
    return Count(submission, _nth(office, f"{row.no}/{item}", submission, cells, fresh=fresh))


def _refuse_empty(points: Sequence[str], hints: Sequence[str]) -> None:
    if not points:
        raise Problem("E_NO_PROBLEMS", "请写明存在的问题，一条一个，一次写全", field="problems")
    if not hints:
        raise Problem("E_NO_ADVICE", "一次性告知要同时提出合理化建议，请写明", field="advice")


def _fillable(line: LedgerLine, texts: dict[str, str]) -> dict[str, str]:
    """Of a part that was pushed for checking only what the department fills goes back to the sponsor."""
    if line.purpose != ledgers.CHECK or line.loaded.t.round is None:
        return texts
    return {key: text for key, text in texts.items() if key in line.loaded.t.round.fills}


def _points(given: Sequence[str], cells: Cells, key: str) -> list[str]:
    """The points as told, else the lines of the matter's own cell without the numbers they begin with."""
    lines = [line for text in given for line in text.split("\n")] or str(cells.get(key) or "").split("\n")
    return [point for line in lines if (point := _NUMBER.sub("", wording.clean(line)).strip())]


def _numbered(points: Sequence[str]) -> str:
    return "\n".join(f"{n}.{text}" for n, text in enumerate(points, 1))


def _submission(loaded: Loaded, cells: Cells) -> tuple[int, Cells]:
    """Which submission this is (补正 opens another round, decision 5), and its cells."""
    items = loaded.t.items
    if items is None or items.round is None:
        return 1, cells
    return len(cells.get(items.round.into) or ()) + 1, clock_runs.present_round(items, cells)


def _submitted(loaded: Loaded, present: Cells) -> str:
    items = loaded.t.items
    day = present.get(items.round.starts) if items and items.round else None
    return f"于{day_words(str(day))}" if day else ""


def _nth(office: Office, ref: str, submission: int, cells: Cells, *, fresh: bool) -> int:
    """Which notice for this submission it is: after those in the register, and after those the matter tells of.

    Problems taken from the matter's own cells are the notice it tells of already, put on paper only now.
    """
    register = serving.found(office, "informing")
    with office.read() as connection:
        held = list(storing.every_held(connection, register)) if register else []
    filed = sum(
        h.cells.get("about") == ref
        and h.cells.get("submission") == submission
        and h.standing not in UNCOUNTED
        for h in held
    )
    told = int(cells.get("notice_count") or 0) or int(bool(cells.get("d_notice")))
    nth: int = max(filed, told) + 1 if fresh else max(filed + 1, told)
    return nth


def _flagged(change: Change, nth: int, submission: int) -> Change:
    facts: dict[str, Any] = {**change.facts, "nth": nth, "submission": submission}
    if nth == 1:
        return replace(change, facts=facts)
    warning = f"同一次提交已是第{nth}次告知，应当一次告知全部问题"
    return replace(change, said=f"{change.said}；注意：{warning}", facts={**facts, "warning": warning})
