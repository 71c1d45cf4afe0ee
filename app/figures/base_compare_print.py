"""A revised list beside the sealed base as a sheet: on paper and as a workbook."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from app.change import Change
from app.exports.sheet_file import write_page
from app.figures.base_compare import SAME, Compared, Comparison
from app.listing import pages
from app.page import Column, Page
from app.values import masking

TITLE = "清单比对表"
COLUMNS = (
    Column("seq", "序号", width=6, align="center"),
    Column("row", "来件行", width=9, align="center"),
    Column("word", "情况", width=18, align="center"),
    Column("name", "名称", width=38),
    Column("no", "台账编号", width=27),
    Column("field", "栏目", width=22),
    Column("sealed", "确定时", width=26),
    Column("now", "台账现在", width=26),
    Column("listed", "来件", width=26),
    Column("note", "说明", width=24),
)


def page_of(found: Comparison) -> Page:
    """The sheet: a line a cell that differs, a row that came or went; what agrees is counted below."""
    told = [texts for each in found.rows if each.fate != SAME for texts in _lines(each)]
    rows = tuple((str(at), *texts) for at, texts in enumerate(told, 1))
    foot = (
        found.said + "。",
        "只比对确定时冻结的内容；办理进度不比。要改底数，走“更正单”；要补列，走“补录”。",
    )
    return Page(
        title=f"《{found.title}》{TITLE}", unit_line=f"单位：{found.unit}　来件：{found.file}",
        date_line=f"底数确定于{pages.day_words(found.sealed_on)}", measure_line=f"共 {len(rows):,} 处", columns=COLUMNS,
        rows=rows, foot=foot, signs=(), name_of_row=3, unit=found.unit,
    )  # fmt: skip


def _lines(each: Compared) -> Iterator[tuple[str, ...]]:
    head = (str(each.row or ""), each.word, masking.mask_in(each.name), each.no)
    note = "　".join(text for text in (each.standing, each.note) if text)
    if not each.cells:
        yield (*head, "", "", "", "", note)
    for cell in each.cells:
        yield (*head, cell.title, cell.sealed, cell.now, cell.listed, note)


def write(found: Comparison, out: Path) -> Change:
    """The sheet into `out`: .xlsx as a workbook, else PDF."""
    page = page_of(found)
    facts = {"rows": len(page.rows), **write_page(page, out)}
    return Change(f"{TITLE}已写好：{found.said}", facts=facts)
