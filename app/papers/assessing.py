"""12345 assessment: what the complaints of a month come to per department, by the register's own figures (SB 四(四))."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.change import Change
from app.engine import storing
from app.engine.evaluator import compile_expression
from app.engine.expressions import names_of_entry
from app.engine.rows import UNCOUNTED, Held
from app.exports.ledger_pdf import Tell, write_pdf
from app.figures import figure_sums
from app.ledger import ledgers, serving, units
from app.ledger.ledgers import LedgerLine
from app.listing import pages
from app.office import Office
from app.page import Column, Listed, Page
from app.problem import Problem
from app.reports import periods
from app.reports.periods import Period
from app.values import masking
from app.words.report_words import Figure
from app.words.template_names import entry_names

FORM = "assessment"
UNSAID = "（未填部门）"
SIGNS = ("考核人", "领导小组办公室负责人")
_CASES = (
    Column("order", "工单号", width=22, align="center"),
    Column("called", "来电日期", width=20, align="center"),
    Column("dept", "被投诉部门", width=26),
    Column("name", "诉求摘要", width=46),
    Column("about", "涉及项目", width=30, align="center"),
    Column("caller", "投诉人", width=24),
    Column("by", "答复时限", width=20, align="center"),
    Column("answered", "响应日", width=20, align="center"),
    Column("solved", "解决日", width=20, align="center"),
    Column("satisfied", "满意度", width=14, align="center"),
)


@dataclass(frozen=True)
class Assessed:
    """One department: its figures by id, a count, a percentage as text, None where nothing can be said."""

    dept: str
    values: Mapping[str, int | str | None]


@dataclass(frozen=True)
class Assessment:
    """The sheet of one month; `figures` are its columns (id, title, unit), `cases` the complaints behind it."""

    period: Period
    figures: tuple[Figure, ...]
    rows: tuple[Assessed, ...]
    total: Assessed
    cases: tuple[Held, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "month": self.period.id,
            "columns": [{"id": f.id, "title": f.title, "unit": f.unit} for f in self.figures],
            "rows": [{"dept": row.dept, **row.values} for row in self.rows],
            "total": dict(self.total.values),
        }


def of(office: Office, month: str = "") -> Assessment:
    """The assessment of a month (2022-09, '' the present one) as the register says today; complaints count in the month
    in which they came. Raises Problem E_NO_COMPLAINTS, E_PERIOD.
    """
    period = periods.parse(month or f"{office.today():%Y-%m}")
    register = serving.found(office, "complaints")
    if not register:
        raise Problem("E_NO_COMPLAINTS", "还没有 12345 投诉登记，请先用 open complaints 打开并登记")
    with office.read() as connection:
        line = ledgers.line_of(connection, register)
        cases = [held for held in storing.every_held(connection, register) if _counts(held, period)]
        known = units.of(connection, office.division)
    figures = _figures(line)
    count = _Counting(office, line, figures)
    depts: dict[str, list[Held]] = {}
    called = {name: every[0] for every in known.together(map(_dept, cases)).values() for name in every}
    for held in cases:
        depts.setdefault(called[_dept(held)], []).append(held)
    rows = tuple(
        Assessed(dept, count.of(depts[dept])) for dept in sorted(depts, key=lambda d: (d == UNSAID, d))
    )
    return Assessment(period, figures, rows, Assessed("合计", count.of(cases)), tuple(cases))


def write(office: Office, out: Path, month: str = "", *, tell: Tell | None = None) -> Change:
    """Print the assessment and the complaints behind it, callers masked. Raises what `of` and `write_pdf` raise."""
    found = of(office, month)
    printed = write_pdf(page_of(office, found), out, paper="a4", tell=tell)
    said = f"已写好{found.period.title}考核表：{len(found.cases):,} 件投诉、{len(found.rows):,} 个部门，共 {printed.pages} 页"
    return Change(said, facts={"file": str(out), "pages": printed.pages, **found.as_json()})


def page_of(office: Office, found: Assessment) -> Page:
    """The sheet as it is printed."""
    shown = [_texts(found.figures, row) for row in found.rows]
    return Page(
        title=f"12345项目审批投诉办理情况考核表（{found.period.title}）",
        unit_line=f"考核单位：{office.name}",
        date_line=pages.chinese_day(office.today()),
        measure_line=f"共 {len(found.cases):,} 件",
        columns=(
            Column("seq", "序号", width=6, align="center"),
            Column("dept", "手续办理部门", width=44),
            *(Column(f.id, _head(f), width=16, align="right") for f in found.figures),
        ),
        rows=tuple(
            (str(n), row.dept, *texts)
            for n, (row, texts) in enumerate(zip(found.rows, shown, strict=True), 1)
        ),
        totals=("", "合计", *_texts(found.figures, found.total)),
        foot=(
            "注：投诉按来电日期计入当月，办理情况以打印之日为准；率的分母为 0 时写“—”。"
            "没有到期的不计入按时响应率；工单没有答复时限的单列“未定时限”，不算按时也不算超期。"
            "立项部门领办，对各手续办理部门考核（旗方案四(四)）。",
        ),
        signs=SIGNS,
        after=(Listed("投诉明细", "投诉人姓名和电话已遮去。", _CASES, tuple(map(_case, found.cases))),)
        if found.cases
        else (),
        unit=office.name,
    )


class _Counting:
    """The register's own figures over rows in hand, as they stand today."""

    def __init__(self, office: Office, line: LedgerLine, figures: Sequence[Figure]) -> None:
        self._office, self._loaded = office, line.loaded
        every = {f.id: f for f in line.loaded.t.figures}
        over = [every[f.over] for f in figures if f.over]
        self._figures = tuple(figures)
        names = entry_names(line.loaded)
        self._rules = {f.id: compile_expression(f.expr or "True", names) for f in (*figures, *over)}

    def of(self, rows: Iterable[Held]) -> dict[str, int | str | None]:
        counts = dict.fromkeys(self._rules, 0)
        for held in rows:
            names = names_of_entry(self._loaded, held.cells, held.items, {"division": self._office.division})
            for key, rule in self._rules.items():
                counts[key] += rule.holds(names, self._office.today(), self._office.calendar())
        return {
            f.id: figure_sums.percent(counts[f.id], counts[f.over]) if f.over else counts[f.id]
            for f in self._figures
        }


def _figures(line: LedgerLine) -> tuple[Figure, ...]:
    """The columns: what the template's report asks for, of those that are counted of complaints."""
    known = {f.id: f for f in line.loaded.t.figures if f.of == "count" and f.scope == "entry"}
    form = next((report for report in line.loaded.t.reports if report.id == FORM), None)
    return tuple(known[key] for key in (form.figures if form else known) if key in known)


def _counts(held: Held, period: Period) -> bool:
    day = str(held.cells.get("called_on") or "")
    return held.standing not in UNCOUNTED and period.starts.isoformat() <= day <= period.ends.isoformat()


def _dept(held: Held) -> str:
    return next((str(held.cells[key]) for key in storing.UNIT_FIELDS if held.cells.get(key)), UNSAID)


def _head(figure: Figure) -> str:
    return f"{figure.title}（{figure.unit}）" if figure.unit else figure.title


def _texts(figures: Sequence[Figure], row: Assessed) -> tuple[str, ...]:
    values = (row.values[f.id] for f in figures)
    return tuple("—" if v is None else f"{v:,}" if isinstance(v, int) else v for v in values)


def _case(held: Held) -> tuple[str, ...]:
    cells = held.cells
    caller = f"{masking.mask_name(str(cells.get('caller') or ''))} {masking.mask(str(cells.get('caller_tel') or ''))}".strip()
    days = {key: str(cells.get(key) or "") for key in ("called_on", "answer_by", "answered_on", "solved_on")}
    return (
        str(cells.get("order_no") or held.no), days["called_on"], _dept(held), masking.mask_in(held.name),
        str(cells.get("about") or ""), caller, days["answer_by"], days["answered_on"], days["solved_on"],
        str(cells.get("satisfied") or ""),
    )  # fmt: skip
