"""合并情况表: what one merging took over, what a person decided, and every value that lost (旗方案 四(一))."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.exports.ledger_pdf import Printed, Tell, write_sheets
from app.exports.page import Column, Page

COLUMNS = (
    Column("seq", "序号", width=5, align="center"),
    Column("how", "怎样处理", width=13, align="center"),
    Column("name", "项目", width=28),
    Column("item", "事项", width=13),
    Column("field", "栏目", width=13),
    Column("before", "原来", width=20),
    Column("after", "合并后", width=20),
    Column("lost", "没有采用的值", width=24),
    Column("why", "谁定的、原因", width=30),
)
NAME_AT = 2
SIGNS = ("经办人", "复核人")
FOOT = (
    "只有一边改过的栏目直接采用；两边都改过的由经办人逐处决定，没有采用的值保留在台账记录里，可以随时重印。电话按规定遮去中间几位。",
)


@dataclass(frozen=True)
class MergeLine:
    """One line of the sheet, all in words: `how` it was dealt with, `before` and `after` of the cell, the value
    that `lost` and whose it was, `why` or by whom it was decided. Texts are '' where they do not apply."""

    how: str
    name: str
    item: str = ""
    field: str = ""
    before: str = ""
    after: str = ""
    lost: str = ""
    why: str = ""


@dataclass(frozen=True)
class MergeSheet:
    """One merging: `sender` whose, `about` by what; `counts` in one line, `state` 有效 or 已撤回."""

    office: str
    ledger: str
    sender: str
    about: str
    day: str
    counts: str
    state: str
    lines: Sequence[MergeLine]


def write_merge_sheets(found: Sequence[MergeSheet], out: Path, *, tell: Tell | None = None) -> Printed:
    """Print the sheets on A4 into `out`, each merging from a page of its own.

    Raises the Problems of `ledger_pdf.write_pdf`; then nothing is written.
    """
    return write_sheets([page_of(one) for one in found], out, paper="a4", tell=tell)


def page_of(one: MergeSheet) -> Page:
    rows = tuple(
        (str(number), x.how, x.name, x.item, x.field, x.before, x.after, x.lost, x.why)
        for number, x in enumerate(one.lines, 1)
    )
    none = () if rows else ("这次合并没有改动任何栏目。",)
    return Page(
        title="合并情况表" if one.state == "有效" else f"合并情况表（{one.state}）",
        unit_line=f"《{one.ledger}》　{one.about}\n{one.counts}\n单位：{one.office}",
        date_line=one.day,
        measure_line=f"{one.sender}　共 {len(rows)} 处",
        columns=COLUMNS,
        rows=rows,
        foot=(*none, *FOOT),
        signs=SIGNS,
        name_of_row=NAME_AT,
        unit=one.office,
    )
