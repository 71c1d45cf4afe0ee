"""The words in which a template says how its rows are called, what is counted of them and what its reports say."""

from __future__ import annotations

from typing import Literal

from app.words.template_words import Strict

ADDED_UP = ("count", "sum")
"""How a figure is worked out that may be divided by another one."""


class Words(Strict, frozen=True):
    """How rows, items and what becomes of them are called where the words of 待批项目 do not fit.

    `stopped` is the whole word of the light of a row whose clock does not run: of a complaint 已答复.
    """

    row: str = "项目"
    count: str = "个"
    item: str = "事项"
    item_count: str = "项"
    open: str = "在账"
    complete: str = "手续齐全"
    excluded: str = "核查剔除"
    approved: str = "核减"
    started: str = "开工"
    removed: str = "移除"
    corrected: str = "更正"
    stopped: str = "已停"


class Figure(Strict, frozen=True):
    """One number of a ledger, worked out for a moment, or with `day` for a period.

    `of` count: rows (items) for which `expr` holds; sum, mean, max: of their `field`; workdays: the mean of the working days
    from `field` to `to`; distinct: how many different values `field` has, blanks left out. `day` is a date field: only
    rows whose day lies in the period. `standing` open: rows in 在账
    alone. `over` is the id of the figure that this count or sum is divided by; the result is a percentage, empty where that is 0.
    `better` says which way is good news for rankings, '' where neither is.
    """

    id: str
    title: str
    scope: Literal["entry", "item"] = "entry"
    of: Literal["count", "distinct", "sum", "mean", "max", "workdays"] = "count"
    expr: str = ""
    field: str = ""
    to: str = ""
    day: str = ""
    standing: Literal["open", "all"] = "all"
    over: str = ""
    unit: str = ""
    better: Literal["", "more", "less"] = ""
    clause: str = ""
    note: str = ""


class Paragraph(Strict, frozen=True):
    """One paragraph of a report's draft; `zero` is what it says instead when nothing moved (零报告)."""

    text: str
    when: tuple[str, ...] = ()
    zero: str = ""


class ReportForm(Strict, frozen=True, rename={"paragraphs": "paragraph"}):
    """A periodic report: its text is drafted from the numbers and may be put right by hand.

    `title` and `paragraphs` may name figures and common words in braces, as `{base}`, `{open.item}`, `{accepted}`,
    `{until}`, `{division}`; a paragraph whose `when` names figures that are all 0 or empty is left out.
    `figures` are the columns of its table, a row a `by`; `asks` are what the clerk writes in words.
    """

    id: str
    title: str
    figures: tuple[str, ...] = ()
    by: tuple[Literal["unit", "matter", "place", "division"], ...] = ("unit",)
    paragraphs: tuple[Paragraph, ...] = ()
    asks: tuple[str, ...] = ("存在问题", "工作建议")
    pages_per: Literal["", "unit"] = ""
    cc: str = ""
    clause: str = ""
    note: str = ""
