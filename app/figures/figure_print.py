"""Statistics as a sheet: on paper and as a workbook."""

from __future__ import annotations

from pathlib import Path

from app.change import Change
from app.exports.sheet_file import write_page
from app.figures.figures import BY_WORDS, Figures
from app.journals.writing import FLOWS_IN, FLOWS_OUT
from app.listing import pages
from app.page import Column, Page

TITLE = "统计表"


def page_of(found: Figures, unit: str) -> Page:
    """One row a group, the sum below; columns in which nothing stands are left out."""
    heads = found.telling
    rows = tuple(
        (str(at), *row.key, *(head.shown(row.values.get(head.id)) for head in heads))
        for at, row in enumerate(found.rows, 1)
    )
    total = tuple(head.shown(found.total.get(head.id)) for head in heads)
    columns = (
        Column("seq", "序号", width=6, align="center"),
        *(Column(name, BY_WORDS[name], width=26) for name in found.by),
        *(Column(head.id, head.head.removeprefix(head.group), head.group, 12, "right") for head in heads),
    )
    last = ("", "合计", *("",) * (len(found.by) - 1)) if found.by else ("",)
    return Page(
        title=f"《{found.title}》{TITLE}", unit_line=f"单位：{unit}", date_line=period(found),
        measure_line=f"共 {len(rows):,} 行" if found.by else "", columns=columns, rows=rows or ((*last, *total),),
        totals=(*last, *total) if rows else (), foot=(_identity(found),), signs=(), unit=unit,
    )  # fmt: skip


def _identity(found: Figures) -> str:
    """The identity in the ledger's own words (decision 2)."""
    words = {head.id: head.short for head in found.columns}
    come, gone = ("＋".join(words[key] for key in keys) for keys in (FLOWS_IN, FLOWS_OUT))
    sides = "、".join(dict.fromkeys(head.group for head in found.columns if head.group))
    return f"{come}＝{gone}，{sides}分别平衡；变动按记录的日期归期。"


def period(found: Figures) -> str:
    """2022年9月1日至2022年9月15日, 截至2022年9月15日."""
    until = pages.day_words(found.on)
    return f"{pages.day_words(found.since)}至{until}" if found.since else f"截至{until}"


def write(found: Figures, unit: str, out: Path) -> Change:
    """The sheet into `out`: .xlsx as a workbook, else PDF."""
    page = page_of(found, unit)
    facts = {"rows": len(found.rows), **write_page(page, out, paper="a3")}
    return Change(f"{TITLE}已写好：{len(found.rows):,} 行", facts=facts)
