"""今日要办 on paper: what is late and what is due, to be taken along or handed out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.page import Column, Page

COLUMNS = (
    Column("no", "序号", width=4, align="center"),
    Column("light", "灯号", width=8, align="center"),
    Column("left", "时限（工作日）", width=10, align="center"),
    Column("due", "到期日", width=11, align="center"),
    Column("what", "要办的事", width=26),
    Column("name", "项目", width=40),
    Column("unit", "责任单位", width=22),
    Column("done", "办理情况", width=22),
)
NAME_AT = 5


@dataclass(frozen=True)
class Due:
    """One thing to do. `light` and `left` in words (■ 逾期, 逾 3 天), `due` YYYY-MM-DD."""

    light: str
    left: str
    due: str
    what: str
    name: str
    unit: str


@dataclass(frozen=True)
class TodayList:
    """The list as it is shown: of which office, for which day, `scope` which part of it (全部, 逾期…)."""

    office: str
    day: str
    scope: str
    dues: Sequence[Due]
    foot: tuple[str, ...] = ()


def page_of(found: TodayList) -> Page:
    """The list on A4, with a column left free for the pen."""
    rows = tuple(
        (str(number), due.light, due.left, due.due, due.what, due.name, due.unit, "")
        for number, due in enumerate(found.dues, 1)
    )
    return Page(
        title="今日要办清单" if found.scope == "全部" else f"今日要办清单（{found.scope}）",
        unit_line=f"单位：{found.office}",
        date_line=found.day,
        measure_line=f"共 {len(rows):,} 项",
        columns=COLUMNS,
        rows=rows,
        foot=found.foot,
        signs=(),
        name_of_row=NAME_AT,
        unit=found.office,
    )
