"""The printed list of a 回头看 sample: what was drawn, of how many, by which seed, and how to draw it again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.page import Column, Page

COLUMNS = (
    Column("seq", "序号", width=6, align="center"),
    Column("no", "台账编号", width=30, align="center"),
    Column("name", "项目", width=50),
    Column("unit", "责任单位", width=34),
    Column("standing", "账上情况", width=16, align="center"),
    Column("place", "抽签值（前16位）", width=28, align="center"),
    Column("real", "是否属实", width=14),
    Column("rebound", "是否反弹", width=14),
    Column("finding", "发现的问题", width=40),
)
NAME_AT = 2
SIGNS = ("抽样人", "监督人")


@dataclass(frozen=True)
class SampleList:
    """The sample of a ledger; `rows` are (台账编号, name, unit, standing, digest), `shares` (unit, rows, drawn)."""

    ledger: str
    office: str
    today: str
    seed: str
    rule: str
    n: int
    among: int
    rows: Sequence[tuple[str, str, str, str, str]]
    shares: Sequence[tuple[str, int, int]] = ()


def page_of(one: SampleList) -> Page:
    """The list on A4, one line a row drawn."""
    rows = tuple(
        (str(n), no, name, unit, standing, digest[:16], "", "", "")
        for n, (no, name, unit, standing, digest) in enumerate(one.rows, 1)
    )
    return Page(
        title="“回头看”抽样清单",
        unit_line=f"《{one.ledger}》　抽样范围：{one.rule}，共 {one.among:,} 个\n单位：{one.office}",
        date_line=one.today,
        measure_line=f"种子：{one.seed}　抽取 {len(rows):,} 个",
        columns=COLUMNS,
        rows=rows,
        foot=_foot(one),
        signs=SIGNS,
        name_of_row=NAME_AT,
        unit=one.office,
    )


def _foot(one: SampleList) -> tuple[str, ...]:
    units = "；".join(f"{unit} {drawn:,}/{rows:,}" for unit, rows, drawn in one.shares)
    shared = f"按单位比例分配（抽取/总数）：{units}；余数大的单位先得，单位内按抽签值取。" if units else ""
    again = (
        f"怎样重抽：抽签值 = SHA-256（“{one.seed}”、换行、台账编号，UTF-8 编码）的十六进制，从小到大取前 {one.n:,} 个；"
        "种子和范围相同，谁抽、何时抽结果都一样，可用 sample 子命令或任何能算 SHA-256 的程序核对。"
    )
    return tuple(filter(None, (shared, again)))
