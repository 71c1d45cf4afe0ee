"""Which periodic reports a ledger makes: the forms of its template, a standard one where it names none, and their periods."""

from __future__ import annotations

from app.problem import Problem
from app.reports import periods
from app.reports.periods import Period
from app.words.report_words import Paragraph, ReportForm
from app.words.template_words import Cadence
from app.words.templates import Loaded

STANDARD = "progress"
FLOWS = ("base", "added", "restored", "open", "approved", "started", "removed", "corrected")
MOVES = ("added", "restored", "approved", "started", "removed", "corrected")
"""The flows of a period: while all of them are 0 there is nothing to report but that (零报告)."""


def forms(loaded: Loaded) -> tuple[ReportForm, ...]:
    """The forms of its reports, never none; a register makes only those its template names."""
    if loaded.t.nature == "register":
        return loaded.t.reports
    return loaded.t.reports or (_standard(loaded),)


def form_of(loaded: Loaded, ref: str = "") -> ReportForm:
    """The form with this id or title, the first for ''. Raises Problem E_NO_FORM."""
    known = forms(loaded)
    for form in known:
        if ref in ("", form.id, form.title):
            return form
    names = "、".join(form.id for form in known)
    raise Problem("E_NO_FORM", f"《{loaded.t.title}》没有报表“{ref}”，可用：{names or '没有'}", field="form")


def series(loaded: Loaded, form: ReportForm) -> tuple[Period, ...]:
    """The periods of one form by due day; reports to different receivers are series of their own (S29 三(四))."""
    wanted = [each for each in loaded.t.cadences if asked(loaded, each) == form.id]
    found = [
        period
        for to in dict.fromkeys(each.to for each in wanted)
        for period in periods.series(
            [each for each in wanted if each.to == to], loaded.t.starts, loaded.t.ends
        )
    ]
    return tuple(sorted(found, key=lambda period: (period.due, period.id)))


def before(known: tuple[Period, ...], period: Period) -> Period | None:
    """The period before this one to the same receiver."""
    return periods.previous([one for one in known if one.to == period.to], period)


def asked(loaded: Loaded, each: Cadence) -> str:
    """The id of the form that a cadence asks for, '' for none; one that names none asks for the first, where it asks for
    what can be proved at all."""
    if each.form or not each.proof:
        return each.form
    return next((form.id for form in forms(loaded)), "")


def _standard(loaded: Loaded) -> ReportForm:
    """What any ledger can say of itself: its flows and its reds, in its own words."""
    items = loaded.t.items is not None
    figures = (*FLOWS, "red", "longest_overdue")
    of_items = [f"{key}.item" for key in figures if items and key != "started"]
    moves = [key for key in (*MOVES, *(f"{key}.item" for key in MOVES if items)) if key != "started.item"]
    also = "、{open.item}{item_count}{item}" if items else ""
    begun = "、{base.item}{item_count}{item}" if items else ""
    closed = "、{approved.item}{item_count}{item}" if items else ""
    return ReportForm(
        id=STANDARD,
        title="{division}{campaign}工作进展情况",
        figures=(*figures, *of_items),
        by=("unit", "matter") if items else ("unit",),
        paragraphs=(
            Paragraph(
                text=f"截至{{until}}，{{whole}}{{title}}期初{{base}}{{count}}{{row}}{begun}，现{{word_open}}{{open}}{{count}}{{row}}{also}。"
            ),
            Paragraph(
                text=f"本期{{word_approved}}{{approved}}{{count}}{{row}}{closed}，{{word_started}}{{started}}{{count}}，"
                "{word_removed}{removed}{count}，{word_corrected}{corrected}{count}；新增{added}{count}，恢复{restored}{count}。",
                when=tuple(moves),
                zero="本期没有{row}增减，特作零报告。",
            ),
            Paragraph(
                text="目前亮红灯的{row}{red}{count}，最长超期{longest_overdue}个工作日。",
                when=("red",),
                zero="目前没有超期的{row}。",
            ),
        ),
    )
