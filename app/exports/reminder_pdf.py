"""催办单: one page for each department that has not answered a check round: counts, and what presses most (旗方案 四(一))."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.exports.ledger_pdf import Printed, Tell, write_sheets
from app.page import Column, Page

COLUMNS = (
    Column("seq", "序号", width=5, align="center"),
    Column("no", "台账编号", width=27, align="center"),
    Column("name", "项目名称", width=44),
    Column("code", "项目代码", width=30, align="center"),
    Column("items", "待核查的事项", width=28),
    Column("left", "办理时限", width=26, align="center"),
    Column("answer", "何时回传", width=16),
)
MOST = 6  # projects of two lines each that leave room for the seal on the same page
NO_DAY = "9999"
NAME_AT = 2
SIGNS = ("催办单位经办人", "签收人")


@dataclass(frozen=True)
class Outstanding:
    """One project that waits for a department: `items` the titles of its matters, `overdue` and `soon` how many are late
    or nearly so; `due` the first day any is to be done by (ISO, '' when none is set), `left` the days to it in words."""

    no: str
    name: str
    code: str
    items: tuple[str, ...]
    overdue: int = 0
    soon: int = 0
    due: str = ""
    left: str = ""


@dataclass(frozen=True)
class Reminder:
    """What one department is reminded of; days in words (2022年8月23日), `due` '' when none was set.

    `by` is how it was sent, `waiting` and `late` are days, `late` 0 while the day has not passed.
    """

    dept: str
    office: str
    by: str
    ledger: str
    number: int
    sent_on: str
    due: str
    today: str
    waiting: int
    late: int
    sender: str
    rows: Sequence[Outstanding]

    @property
    def items(self) -> int:
        return sum(len(row.items) for row in self.rows)

    @property
    def overdue(self) -> int:
        """Matters that are late already."""
        return sum(row.overdue for row in self.rows)

    @property
    def pressing(self) -> tuple[Outstanding, ...]:
        """The projects that come first: the late ones and those due soonest, then the oldest of the ledger."""
        return tuple(sorted(self.rows, key=lambda row: (not row.overdue, row.due or NO_DAY))[:MOST])


def write_reminders(
    found: Sequence[Reminder], out: Path, *, whole: bool = False, tell: Tell | None = None
) -> Printed:
    """Print a page on A4 for each department into `out`; `whole`: behind it all that is outstanding, where it is more.

    Raises the Problems of `ledger_pdf.write_pdf`; then nothing is written.
    """
    pages = [
        page
        for one in found
        for page in (page_of(one), *([annex_of(one)] if whole and len(one.rows) > MOST else []))
    ]
    return write_sheets(pages, out, paper="a4", tell=tell)


def page_of(one: Reminder) -> Page:
    """The page a department is handed."""
    return _page(
        one,
        "部门核查催办单",
        one.pressing,
        foot=(
            "请核查后把结果回传；有异议的请在核查清单里写明理由，不必另行来文。已经回传的请告知，以便查对。",
        ),
        signs=SIGNS,
    )


def annex_of(one: Reminder) -> Page:
    """All that is outstanding, in the order of the ledger."""
    return _page(one, "部门核查催办单附表", one.rows, foot=(), signs=())


def _page(
    one: Reminder,
    title: str,
    rows: Sequence[Outstanding],
    *,
    foot: tuple[str, ...],
    signs: tuple[str, ...],
) -> Page:
    return Page(
        title=title,
        unit_line="\n".join(filter(None, (*_head(one), _counts(one, len(rows))))),
        date_line=one.today,
        measure_line=f"{one.dept}　{len(one.rows):,} 个项目 {one.items:,} 个事项",
        columns=COLUMNS,
        rows=tuple(
            (str(number), row.no, row.name, row.code, "、".join(row.items), _left(row), "")
            for number, row in enumerate(rows, 1)
        ),
        foot=foot,
        signs=signs,
        name_of_row=NAME_AT,
        unit=one.sender,
    )


def _counts(one: Reminder, listed: int) -> str:
    """其中逾期 13 个事项、临期 6 个事项；下面是最急的 6 个项目，其余 436 个见核查清单."""
    soon = sum(row.soon for row in one.rows)
    pressing = [f"{words} {n:,} 个事项" for words, n in (("逾期", one.overdue), ("临期", soon)) if n]
    left = len(one.rows) - listed
    some = f"下面是最急的 {listed:,} 个项目，其余 {left:,} 个见核查清单" if left else ""
    said = "；".join(filter(None, (f"其中{'、'.join(pressing)}" if pressing else "", some)))
    return f"{said}。" if said else ""


def _left(row: Outstanding) -> str:
    return f"{row.due} {row.left}" if row.due else ""


def _head(one: Reminder) -> tuple[str, str]:
    to = one.dept if one.office in ("", one.dept) else f"{one.dept}（{one.office}）"
    sent = f"《{one.ledger}》第 {one.number} 轮核查，{one.sent_on}以{one.by}送出"
    wanted = f"，请于{one.due}前回传" if one.due else ""
    late = f"，已过期限 {one.late} 天" if one.late else ""
    waited = f"至今没有收到回传，已等 {one.waiting} 天{late}" if one.waiting else "今天发出，等待回传"
    return (f"致：{to}　　单位：{one.sender}", f"{sent}{wanted}；{waited}。")
