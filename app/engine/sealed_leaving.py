"""What is wrong with how a row, or a matter of it, left a sealed ledger: grounds, day and state must fit (decision 6)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from app.engine import calling
from app.engine.rows import OPEN_STATES, Held
from app.words.report_words import Words
from app.words.templates import Loaded

WORDS = {"approved": "核减", "started": "开工", "removed": "移除", "corrected": "更正"}
GROUNDS = {"approved": ("basis", "doc_no"), "removed": ("reason", "detail"), "corrected": ("reason",)}
"""What of the facts of an event says why a sealed row left; 开工 carries its day in the row."""
YEARS_BEFORE = 10
"""用地预审 may be years older than 立项; ten years before every day of the project and of the campaign it is not."""


def groundless(kind: str, facts: Mapping[str, Any]) -> bool:
    """Whether an event of this kind says nothing of why: a dot or a dash is no word."""
    wanted = GROUNDS.get(kind, ())
    said = (str(facts.get(key) or "") for key in wanted)
    return bool(wanted) and not any(char.isalnum() for text in said for char in text)


def blank(kind: str, facts: Mapping[str, Any]) -> bool:
    """Whether an event of this kind has nothing at all where it should say why."""
    wanted = GROUNDS.get(kind, ())
    return bool(wanted) and not any(str(facts.get(key) or "").strip() for key in wanted)


def unreasoned(kind: str, facts: Mapping[str, Any]) -> bool:
    """Whether a clerk who removes or corrects has still to say why: `reason` is asked for, and a word in it."""
    if kind not in GROUNDS or "reason" not in GROUNDS[kind]:
        return False
    return not str(facts.get("reason") or "").strip() or groundless(kind, facts)


def misdated(loaded: Loaded, held: Held, kind: str, on: str, today: dt.date) -> str:
    """'' or what is wrong with the day (ISO) on which a row or a matter left."""
    if wrong := too_late(kind, on, today, loaded.t.words):
        return wrong
    if kind == "approved" and on < earliest(loaded, held):
        return f"{calling.flow(loaded.t.words, kind)}日期 {on} 比立项和这次工作都早 {YEARS_BEFORE} 年以上"
    return ""


def too_late(kind: str, on: str, today: dt.date, words: Words = calling.PLAIN) -> str:
    """'' or that the day (ISO) on which a row or a matter left is still to come."""
    return f"{calling.flow(words, kind)}日期 {on} 在今天以后" if on > today.isoformat() else ""


def earliest(loaded: Loaded, held: Held) -> str:
    """The first day, as ISO text, on which a matter of this row can have been approved."""
    days = (str(held.cells.get(key) or "") for key, each in loaded.fields.items() if each.kind == "date")
    first = min([loaded.t.starts.isoformat(), *filter(None, days)])
    return f"{int(first[:4]) - YEARS_BEFORE:04}{first[4:]}"


def unsettled(held: Held, code: str) -> str:
    """'' or why a matter (with '' the row) that is 核减 cannot be: it says itself that it is still to be done."""
    if code:
        state = str(held.items.get(code, {}).get("state") or "")
        return f"已核减，办理状态却是“{state}”" if state in OPEN_STATES else ""
    left = held.open_items()
    return f"已核减，却还有 {len(left):,} 项没有办完" if left else ""
