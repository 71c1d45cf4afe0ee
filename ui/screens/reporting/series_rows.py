"""The series of reports as rows of a table: period, due day, state."""

from __future__ import annotations

from collections.abc import Sequence

from app.reports import reporting
from app.reports.report_rows import NOT_SENT
from app.reports.reporting import Draft, Report
from ui.tables.plain_model import PlainRow

HEADS = ("期次", "应报", "状态")
WIDTHS = (140, 84, 118)
STRETCH = 0
TONES = {"迟报": "amber", "补报": "amber"}


def key_of(report: Report) -> str:
    return f"{report.form.id} {report.period.id}"


def rows(reports: Sequence[Report]) -> list[PlainRow]:
    """A row a report."""
    return [_row(each) for each in reports]


def words(report: Report) -> str:
    """未报 · 过期, 未报 · 有草稿, 迟报 · 第 2 版."""
    if report.state == reporting.NOT_ASKED:
        return report.state
    more = "过期" if report.overdue else "有草稿" if report.draft and report.state == NOT_SENT else ""
    more = f"第 {report.edition} 版" if report.edition > 1 else more
    return f"{report.state} · {more}" if more else report.state


def state_words(draft: Draft, report: Report, *, locked: bool) -> str:
    """截至 2022-09-14 · 应报 2022-09-15 · 现在报出记为“已报” · 报给领导小组办公室."""
    edition = draft.edition
    many = f"，第 {edition} 版" if edition > 1 else ""
    state = f"{report.sent_on} {report.state}{many}" if locked else f"现在报出记为“{draft.state}”{many}"
    to = (f"报给{draft.to}",) if draft.to else ()
    return " · ".join((f"截至 {draft.on}", f"应报 {draft.period.due}", state, *to))


def _row(report: Report) -> PlainRow:
    p = report.period
    tone = "red" if report.overdue else TONES.get(report.state, "")
    early = "这一期结束以后才建的账，不算未报" if report.early else "还没有报"
    sent = f"{report.sent_on} 报" if report.sent_on else early
    tip = f"{p.what}\n{p.starts} 至 {p.ends}\n报给：{p.to}\n{sent}\n{p.clause}".strip()
    return PlainRow(
        (p.title, f"{p.due:%m-%d}" if p.due.year == p.starts.year else p.due.isoformat(), words(report)),
        key_of(report), tones={2: tone} if tone else {}, tips={0: tip, 1: tip, 2: tip}, fact=report,
    )  # fmt: skip
