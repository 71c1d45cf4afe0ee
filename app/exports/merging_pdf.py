"""合并情况表: what one merging took over, what a person decided, and every value that lost (旗方案 四(一))."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from app.exports.ledger_pdf import Printed, Tell, write_sheets
from app.exports.ledger_xlsx import write_page_xlsx
from app.page import Column, Page

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
GATHERING = "汇总合并情况表"
NUMBERS = (("added", "新增（行）"), ("changed", "更新（行）"), ("lost", "没有采用的值"), ("refused", "拒收（处）"))
NOTHING_TO_MIND = "没有两边都改过、没有采用或者要核对的。"
LISTED = "逐行的清单可以另存成 Excel。"
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
    """One merging: `sender` whose, `about` by what; `counts` in one line, `state` 有效 or 已撤回.

    `gathered`: a lower office's ledger, not a return; `numbers` are its counts by name, `unlisted` rows that came in
    without anything to mind of them, counted on paper and listed in the workbook alone.
    """

    office: str
    ledger: str
    sender: str
    about: str
    day: str
    counts: str
    state: str
    lines: Sequence[MergeLine]
    gathered: bool = False
    numbers: Mapping[str, int] = field(default_factory=dict)
    unlisted: int = 0


def write_merge_sheets(found: Sequence[MergeSheet], out: Path, *, tell: Tell | None = None) -> Printed:
    """Print the sheets on A4 into `out`, each merging from a page of its own; several gatherings first by office.

    A gathering with nothing to mind then stands in the table of offices alone. Raises the Problems of
    `ledger_pdf.write_pdf`; then nothing is written.
    """
    gathered = [one for one in found if one.gathered]
    if len(gathered) < 2:
        return write_sheets([page_of(one) for one in found], out, paper="a4", tell=tell)
    rest = [one for one in found if one.lines or not one.gathered]
    return write_sheets([overview(gathered), *(page_of(one) for one in rest)], out, paper="a4", tell=tell)


def write_merge_list(found: Sequence[MergeSheet], out: Path) -> int:
    """Every line of these mergings as one workbook; how many there are. Raises the Problems of writing it."""
    page = page_of(found[0])
    rows = [(one.sender, *row[1:]) for one in found for row in page_of(one).rows]
    columns = (COLUMNS[0], Column("sender", "谁的", width=24), *COLUMNS[1:])
    numbered = tuple((str(at), *row) for at, row in enumerate(rows, 1))
    about = "\n".join(f"{one.about}：{one.counts}" for one in found)
    whole = replace(
        page, columns=columns, rows=numbered, unit_line=f"《{found[0].ledger}》\n{about}", measure_line=f"共 {len(rows):,} 处",
        name_of_row=NAME_AT + 1,
    )  # fmt: skip
    write_page_xlsx(whole, out)
    return len(rows)


def overview(found: Sequence[MergeSheet]) -> Page:
    """What was gathered, one row an office, and how much of it stands on the sheets behind."""
    totals = {key: sum(one.numbers.get(key, 0) for one in found) for key, _ in NUMBERS}
    minded = sum(len(one.lines) for one in found)
    rows = tuple(
        (
            str(at), one.sender, one.day, *(f"{one.numbers.get(key, 0):,}" for key, _ in NUMBERS),
            f"{len(one.lines):,}", one.state,
        )
        for at, one in enumerate(found, 1)
    )  # fmt: skip
    first = found[0]
    return Page(
        title=GATHERING, unit_line=f"《{first.ledger}》　汇总单位：{first.office}", date_line=found[-1].day,
        measure_line=f"共 {len(found)} 次汇总",
        columns=(
            COLUMNS[0], Column("office", "单位", width=30), Column("day", "汇总日期", width=16, align="center"),
            *(Column(key, title, width=12, align="right") for key, title in NUMBERS),
            Column("minded", "要看的（处）", width=12, align="right"), Column("state", "状态", width=10, align="center"),
        ),
        rows=rows, totals=("", "合计", "", *(f"{totals[key]:,}" for key, _ in NUMBERS), f"{minded:,}", ""),
        foot=(LISTED, *FOOT), signs=SIGNS, unit=first.office,
    )  # fmt: skip


def page_of(one: MergeSheet) -> Page:
    rows = tuple(
        (str(number), x.how, x.name, x.item, x.field, x.before, x.after, x.lost, x.why)
        for number, x in enumerate(one.lines, 1)
    )
    title = GATHERING if one.gathered else "合并情况表"
    none = () if rows else (NOTHING_TO_MIND if one.gathered else "这次合并没有改动任何栏目。",)
    if one.unlisted:
        none = (*none, f"新增的 {one.unlisted:,} 行没有要看的，不逐行打印。{LISTED}")
    return Page(
        title=title if one.state == "有效" else f"{title}（{one.state}）",
        unit_line=f"《{one.ledger}》　{one.about}\n{one.counts}\n单位：{one.office}",
        date_line=one.day,
        measure_line=f"{one.sender}　共 {len(rows):,} 处",
        columns=COLUMNS,
        rows=rows,
        foot=(*none, *FOOT),
        signs=SIGNS,
        name_of_row=NAME_AT,
        unit=one.office,
    )
