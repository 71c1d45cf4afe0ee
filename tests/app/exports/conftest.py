"""Pages to print, made small."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.exports.fonts import Shelf
from app.page import Column, Mark, Page

_COLUMNS = (
    Column("seq", "序号", "项目基本情况", 6, "center"),
    Column("name", "项目名称", "项目基本情况", 30),
    Column("code", "项目代码", "项目基本情况", 22),
    Column("invest", "总投资（万元）", "项目基本情况", 14, "right"),
    Column("M01", "土地预审", "审批事项办理情况", 9, "center"),
    Column("M03", "环评", "审批事项办理情况", 9, "center"),
    Column("note", "备注", "", 20),
)
_MARK = Mark("152529-DP-2022-0001", "ABCDEFGHIJKLMNOPQRSTUVWX27")


def _row(number: int, name: str | None = None, note: str = "") -> tuple[str, ...]:
    return (
        str(number),
        name or f"示范项目之{number}",
        f"2204-152529-04-01-{number:06d}",
        f"{number * 1234.5:,.2f}",
        "办结",
        "未办",
        note,
    )


@pytest.fixture(scope="session")
def row() -> Callable[..., tuple[str, ...]]:
    """row(number, name=None, note="") -> the texts of one row."""
    return _row


@pytest.fixture(scope="session")
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def page_of() -> Callable[..., Page]:
    def make(rows: tuple[tuple[str, ...], ...], **more: object) -> Page:
        given: dict[str, object] = {
            "title": "正镶白旗待批项目台账",
            "unit_line": "填报单位（盖章）：正镶白旗发展和改革委员会",
            "date_line": "填报日期：2022年8月22日",
            "measure_line": "单位：万元",
            "columns": _COLUMNS,
            "rows": rows,
            "totals": ("", "合计", "", "9,876.50", "", "", ""),
            "foot": ("期初 3 ＋ 新增 0 ＋ 恢复 0 ＝ 在账 3 ＋ 核减 0 ＋ 开工 0 ＋ 移除 0 ＋ 更正 0",),
            "mark": _MARK,
            "unit": "正镶白旗发展和改革委员会",
        }
        return Page(**{**given, **more})  # type: ignore[arg-type]

    return make
