"""The bridge from 期初 to 期末 as a sheet: on paper and as a workbook."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from app.change import Change
from app.exports.ledger_pdf import Tell, write_pdf
from app.exports.ledger_xlsx import write_page_xlsx
from app.figures import bridging
from app.figures.bridging import Bridge
from app.listing import pages
from app.office import Office
from app.page import Column, Page
from app.values import masking

TITLE = "增减变动表"
WHOLE = "（整个{row}）"
LATE = "（补报）"
COLUMNS = (
    Column("seq", "序号", width=6, align="center"),
    Column("word", "怎样变动", width=22, align="center"),
    Column("name", "名称", width=36),
    Column("no", "台账编号", width=27),
    Column("matter", "事项", width=22),
    Column("doc_no", "文号", width=28),
    Column("on", "业务日期", width=18, align="center"),
    Column("recorded", "记录日期", width=18, align="center"),
    Column("basis", "依据", width=32),
)


def page_of(found: Bridge) -> Page:
    """The sheet: one line a row or matter that moved, the sums below."""
    rows = tuple(
        (
            str(at), f"{'+' if move.change > 0 else '−'} {move.word}{LATE if move.late else ''}", masking.mask_in(move.name),
            move.no, move.matter or WHOLE.format(row=found.words.row), move.doc_no, pages.day_words(move.on),
            pages.day_words(move.recorded), masking.mask_in(move.basis),
        )
        for at, move in enumerate(found.moves, 1)
    )  # fmt: skip
    foot = [found.told(side) for side in found.sides]
    if found.late:
        foot.append(
            f"补报：业务日期早于 {pages.day_words(found.since)}、这一期才记录的 {found.late:,} 处，不改以前各期的数。"
        )
    return Page(
        title=f"《{found.title}》{TITLE}", unit_line=f"单位：{found.unit}",
        date_line=f"{pages.day_words(found.since)}至{pages.day_words(found.on)}", measure_line=f"共 {len(rows):,} 处",
        columns=COLUMNS, rows=rows, foot=tuple(foot), signs=(), name_of_row=2, unit=found.unit,
    )  # fmt: skip


def bridge_pdf(
    office: Office, ledger_id: str, since: dt.date, on: dt.date, out: Path, *, tell: Tell | None = None
) -> Change:
    """Print the bridge of `since` to `on` into `out`. Raises the Problems of `bridging.bridge` and of printing."""
    found = bridging.bridge(office, ledger_id, since, on)
    printed = write_pdf(page_of(found), out, paper="a4", tell=tell)
    said = f"已打印{TITLE}：{len(found.moves):,} 处，共 {printed.pages} 页"
    return Change(said, facts={"file": str(out), "pages": printed.pages, "rows": len(found.moves)})


def bridge_xlsx(office: Office, ledger_id: str, since: dt.date, on: dt.date, out: Path) -> Change:
    """The same as a workbook of one sheet."""
    found = bridging.bridge(office, ledger_id, since, on)
    write_page_xlsx(page_of(found), out)
    return Change(
        f"已导出{TITLE}：{len(found.moves):,} 处", facts={"file": str(out), "rows": len(found.moves)}
    )
