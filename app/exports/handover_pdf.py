"""工作交接单: what is open when a clerk leaves, with a column for the pen and the lines of the three who sign."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.page import Column, Page

COLUMNS = (
    Column("no", "序号", width=5, align="center"),
    Column("part", "类别", width=15),
    Column("what", "要交接的事", width=56),
    Column("who", "单位或在谁手里", width=24),
    Column("since", "从哪天起", width=11, align="center"),
    Column("due", "期限", width=22),
    Column("taken", "接交情况", width=14),
)
NAME_AT = 2
SIGNS = ("移交人", "接交人", "监交人")


@dataclass(frozen=True)
class Open:
    """One thing that is handed over, in words. `since` and `due` are '' where there is none."""

    part: str
    what: str
    who: str
    since: str = ""
    due: str = ""


@dataclass(frozen=True)
class HandoverSheet:
    """The whole of it: `by` hands over `to`; `foot` are sentences on keys, backups and what is not listed."""

    office: str
    day: str
    by: str
    to: str
    witness: str
    rows: Sequence[Open]
    foot: tuple[str, ...]


def page_of(sheet: HandoverSheet) -> Page:
    """The sheet on A4."""
    seen = f"　监交人：{sheet.witness}" if sheet.witness else ""
    rows = [
        (str(number), row.part, row.what, row.who, row.since, row.due, "")
        for number, row in enumerate(sheet.rows, 1)
    ]
    return Page(
        title="工作交接单",
        unit_line=f"单位：{sheet.office}\n移交人：{sheet.by}　接交人：{sheet.to}{seen}",
        date_line=sheet.day,
        measure_line=f"共 {len(rows):,} 项",
        columns=COLUMNS,
        rows=rows or [("", "", "没有在办的事", "", "", "", "")],
        foot=sheet.foot,
        signs=SIGNS,
        name_of_row=NAME_AT,
        unit=sheet.office,
    )
