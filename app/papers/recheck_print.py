"""回头看 on paper: how true what was closed turned out, per unit and per matter, and what was found (SB 六(四))."""

from __future__ import annotations

from pathlib import Path

from app.change import Change
from app.exports.ledger_pdf import Tell, write_pdf
from app.listing import pages
from app.office import Office
from app.page import Column, Listed, Page
from app.papers import batches
from app.papers.batches import Checked, Rate, Rates
from app.values import masking

SIGNS = ("核查人", "领导小组办公室负责人")
HEADS = ("抽查", "已核查", "不属实", "反弹", "恢复入账", "属实率（%）")
_NUMBERS = tuple(Column(f"n{at}", head, width=18, align="right") for at, head in enumerate(HEADS))
_FOUND = (
    Column("no", "台账编号", width=32, align="center"),
    Column("name", "对象", width=44),
    Column("unit", "责任单位", width=30),
    Column("matter", "事项", width=22),
    Column("on", "日期", width=22, align="center"),
    Column("verdict", "结论", width=20, align="center"),
    Column("finding", "发现的问题", width=50),
    Column("back", "恢复入账日", width=22, align="center"),
)


def write(office: Office, out: Path, batch: str = "", *, tell: Tell | None = None) -> Change:
    """Print the rates of a batch, or of all of 回头看 with `batch` ''. Raises Problem E_NO_BATCH, those of `write_pdf`."""
    found = batches.rates(office, batch)
    printed = write_pdf(page_of(office, found), out, paper="a4", tell=tell)
    said = f"已写好回头看情况表：已核查 {found.total.checked:,} 个，属实率 {found.total.true_rate or '—'}%，共 {printed.pages} 页"
    return Change(said, facts={"file": str(out), "pages": printed.pages})


def page_of(office: Office, found: Rates) -> Page:
    """The sheet: units above, matters and findings below."""
    matters = Listed(
        "分事项", "登记结果时没有指明事项的，算“整个项目”。", (Column("matter", "事项", width=44), *_NUMBERS),
        tuple((one.name, *texts(one)) for one in found.matters),
    )  # fmt: skip
    bad = [row for row in found.rows if row.bad]
    listed = Listed(f"查出的问题（{len(bad):,} 条）", "", _FOUND, tuple(map(_told, bad)))
    return Page(
        title="“回头看”核查情况表",
        unit_line=f"核查单位：{office.name}",
        date_line=pages.chinese_day(office.today()),
        measure_line=f"批次：{found.batch}" if found.batch else "全部回头看登记",
        columns=(
            Column("seq", "序号", width=8, align="center"),
            Column("unit", "责任单位", width=44),
            *_NUMBERS,
        ),
        rows=tuple((str(n), one.name, *texts(one)) for n, one in enumerate(found.units, 1)),
        totals=("", "合计", *texts(found.total)),
        foot=("注：属实率 = 属实个数 ÷ 已核查个数；还没有核查的不算，没有核查的单位写“—”。",),
        signs=SIGNS,
        after=(matters, *((listed,) if bad else ())) if found.rows else (),
        unit=office.name,
    )


def texts(one: Rate) -> tuple[str, ...]:
    """The numbers of a unit or matter, in the order of HEADS."""
    counts = (one.drawn, one.checked, one.untrue, one.rebounded, one.reopened)
    return (*(f"{n:,}" for n in counts), one.true_rate or "—")


def verdict(row: Checked) -> str:
    """What the check came to: 属实, 不属实、反弹, '' before it."""
    if not row.on:
        return ""
    said = "属实" if row.real else "不属实"
    return f"{said}、反弹" if row.rebound else said


def _told(row: Checked) -> tuple[str, ...]:
    return (
        row.no,
        masking.mask_in(row.name),
        row.unit,
        row.matter,
        row.on,
        verdict(row),
        masking.mask_in(row.finding),
        row.reopened_on,
    )
