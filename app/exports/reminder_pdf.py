"""催办单: a sheet for each department that has not answered a check round, with what is outstanding (旗方案 四(一))."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.exports.ledger_pdf import Printed, Tell, write_sheets
from app.exports.page import Column, Page

COLUMNS = (
    Column("seq", "序号", width=5, align="center"),
    Column("no", "台账编号", width=21, align="center"),
    Column("name", "项目名称", width=46),
    Column("code", "项目代码", width=30, align="center"),
    Column("items", "待核查的事项", width=36),
    Column("answer", "何时回传", width=16),
)
NAME_AT = 2
SIGNS = ("催办单位经办人", "签收人")


@dataclass(frozen=True)
class Outstanding:
    """One project that waits for a department: `items` the titles of its matters."""

    no: str
    name: str
    code: str
    items: tuple[str, ...]


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


def write_reminders(found: Sequence[Reminder], out: Path, *, tell: Tell | None = None) -> Printed:
    """Print the sheets on A4 into `out`, each department's from a page of its own.

    Raises the Problems of `ledger_pdf.write_pdf`; then nothing is written.
    """
    return write_sheets([page_of(one) for one in found], out, paper="a4", tell=tell)


def page_of(one: Reminder) -> Page:
    rows = tuple(
        (str(number), row.no, row.name, row.code, "、".join(row.items), "")
        for number, row in enumerate(one.rows, 1)
    )
    return Page(
        title="部门核查催办单",
        unit_line="\n".join(_head(one)),
        date_line=one.today,
        measure_line=f"{one.dept}　{len(rows)} 个项目 {one.items} 个事项",
        columns=COLUMNS,
        rows=rows,
        foot=(
            "请核查后把结果回传；有异议的请在核查清单里写明理由，不必另行来文。已经回传的请告知，以便查对。",
        ),
        signs=SIGNS,
        name_of_row=NAME_AT,
        unit=one.sender,
    )


def _head(one: Reminder) -> tuple[str, str, str]:
    to = one.dept if one.office in ("", one.dept) else f"{one.dept}（{one.office}）"
    sent = f"《{one.ledger}》第 {one.number} 轮核查，{one.sent_on}以{one.by}送出"
    wanted = f"，请于{one.due}前回传" if one.due else ""
    late = f"，已过期限 {one.late} 天" if one.late else ""
    return (
        f"致：{to}",
        f"{sent}{wanted}；至今没有收到回传，已等 {one.waiting} 天{late}。",
        f"单位：{one.sender}",
    )
