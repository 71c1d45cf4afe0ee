"""退回单 on paper: why what came in was not taken in, or which rows of it were not adopted (decision 30)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.page import Column, Page

COLUMNS = (
    Column("seq", "序号", width=6, align="center"),
    Column("name", "项目", width=52),
    Column("why", "原因", width=80),
    Column("done", "改正情况", width=26),
)
NAME_AT = 1
SIGNS = ("退回单位经办人", "签收人")


@dataclass(frozen=True)
class Fault:
    """One reason: the `rows` it is about, none when it is about the whole file."""

    rows: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class SlipSheet:
    """What `office` gave back to `to`. `whole`: the whole bundle, else only the rows named; `on` and `today` in words."""

    office: str
    to: str
    title: str
    on: str
    whole: bool
    faults: Sequence[Fault]
    today: str


def page_of(one: SlipSheet) -> Page:
    """The sheet on A4, one line a reason."""
    rows = tuple(
        (str(number), "、".join(fault.rows) or "整份", fault.text, "")
        for number, fault in enumerate(one.faults, 1)
    )
    said = "没有收下，请按下面的原因改好后重新报来" if one.whole else "已经收下，其中下面各处没有采用"
    return Page(
        title="退回单",
        unit_line=f"致：{one.to}\n{one.on}收到的《{one.title}》{said}。\n单位：{one.office}",
        date_line=one.today,
        measure_line=f"共 {len(rows):,} 处",
        columns=COLUMNS,
        rows=rows,
        foot=("程序能认的退回单另有一份文件，请一并带回导入。",),
        signs=SIGNS,
        name_of_row=NAME_AT,
        unit=one.office,
    )
