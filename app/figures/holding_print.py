"""卡在谁手里 as a sheet: the heads and rows of its table, on paper and as a workbook."""

from __future__ import annotations

from pathlib import Path

from app.change import Change
from app.exports.sheet_file import write_page
from app.figures.holding import Holding, Waits
from app.listing.pages import day_words
from app.listing.waiting_days import LENGTHS, UNDATED
from app.page import Column, Page

TITLE = "卡在谁手里"
FOOT = "等了几天按工作日数，从这一环节开始那天的下一个工作日数起。"


def lengths(found: Holding) -> tuple[str, ...]:
    """The lengths that have a column: what waits since no known day only where there is such."""
    return LENGTHS if found.total.bands[UNDATED] else LENGTHS[:UNDATED]


def heads(found: Holding) -> tuple[str, ...]:
    return (TITLE, "最长（工作日）", *lengths(found), "合计")


def texts(found: Holding, one: Waits) -> tuple[str, ...]:
    """One row of the table; the longest is blank where no first day is known."""
    told = (f"{number:,}" for number in one.bands[: len(lengths(found))])
    return (one.holder, f"{one.longest:,}" if sum(one.bands[:UNDATED]) else "—", *told, f"{one.count:,}")


def foot(found: Holding) -> str:
    """What was counted, and what waits for nobody."""
    words = found.words
    unit = words.item_count if found.item else words.count
    idle = f"另有 {found.idle:,} {unit}{words.open}的{found.who}不在等谁。" if found.idle else ""
    worst = "" if found.item or found.who == words.item else f"一{words.count}{words.row}按最急的一项算。"
    return f"{FOOT}{worst}{idle}"


def page_of(found: Holding) -> Page:
    """The table as a printed page."""
    first, *numbers = heads(found)
    columns = (Column("holder", first, width=30), *(Column(head, head, width=14, align="right") for head in numbers))
    rows = tuple(texts(found, one) for one in found.rows)
    blank = ("没有在等谁的", *[""] * len(numbers))
    return Page(
        title=f"《{found.title}》{TITLE}（{found.who}）", unit_line=f"单位：{found.unit}", date_line=f"截至{day_words(found.on)}",
        measure_line=f"共 {found.total.count:,} 项" if rows else "", columns=columns, rows=rows or (blank,),
        totals=texts(found, found.total) if rows else (), foot=(foot(found),), signs=(), name_of_row=0, unit=found.unit,
    )  # fmt: skip


def write(found: Holding, out: Path) -> Change:
    """The sheet into `out`: .xlsx as a workbook, else PDF."""
    page = page_of(found)
    facts = {"rows": len(found.rows), **write_page(page, out)}
    return Change(f"{TITLE}已写好：{len(found.rows):,} 行", facts=facts)
