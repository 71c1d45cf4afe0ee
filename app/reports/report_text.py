"""The text of a report drafted from its numbers: paragraphs whose braces name figures and common words."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping

from app.office import Office
from app.reports.periods import Period
from app.values import divisions
from app.words.report_words import Paragraph, ReportForm
from app.words.templates import Loaded

_SPOKEN = re.compile(r"\{([a-z][a-z0-9_-]*(?:\.item)?)\}")
_LONGEST = re.compile(r"，[^，。；]*?\{(longest_[a-z]+(?:\.item)?)\}[^，。；]*")
"""The half-sentence of the longest overdue: left out where no calendar can tell it."""
ZERO = "，特作零报告"
"""What a paragraph may end with that has nothing to tell."""
Empty = Callable[[str], bool]


def common(office: Office, loaded: Loaded, period: Period, on: dt.date) -> dict[str, str]:
    """The words that every form may name: {until} 9月15日, {whole} 全旗, {division}, {period}, {row}, {word_open}…"""
    w, place = loaded.t.words, divisions.name_of(office.division)
    return {
        "until": day(on), "since": day(period.starts), "on": f"{on.year}年{day(on)}", "due": day(period.due),
        "period": period.title, "division": place, "whole": f"全{place[-1:]}", "office": office.name,
        "title": loaded.t.title, "campaign": loaded.t.campaign, "row": w.row, "count": w.count, "item": w.item,
        "item_count": w.item_count, "word_open": w.open, "word_approved": w.approved, "word_started": w.started,
        "word_removed": w.removed, "word_corrected": w.corrected,
    }  # fmt: skip


def day(on: dt.date) -> str:
    """9月15日."""
    return f"{on.month}月{on.day}日"


def filled(text: str, words: Mapping[str, str]) -> str:
    """`text` with every brace whose name is known; an unknown one stays as it is, to be seen."""
    return _SPOKEN.sub(lambda found: words.get(found[1], found[0]), text)


def drafted(form: ReportForm, words: Mapping[str, str], empty: Empty, *, moved: bool) -> str:
    """The paragraphs that have something to say; `empty(figure)` whether it is 0 or unknown.

    One whose `when` is empty throughout, or that only tells of movement where nothing moved, says its `zero` instead,
    or nothing (零报告).
    """
    return "\n".join(filter(None, (_said(each, words, empty, moved) for each in form.paragraphs)))


def _said(each: Paragraph, words: Mapping[str, str], empty: Empty, moved: bool) -> str:
    silent = all(empty(name) for name in each.when) if each.when else bool(each.zero) and not moved
    text = each.zero if silent else each.text
    return filled(_LONGEST.sub(lambda found: "" if empty(found[1]) else found[0], text), words)
