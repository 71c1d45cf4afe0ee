"""What a report is asked for: one period of one form, under the template that ruled, with all that was filed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from msgspec import structs
from sqlalchemy import Connection

from app.ledger import ledgers, template_history
from app.ledger.ledgers import LedgerLine
from app.office import Office
from app.problem import Problem
from app.reports import periods, report_changes, report_forms, report_numbers, report_rows
from app.reports.periods import Period
from app.reports.report_rows import Filed
from app.words.report_words import ReportForm


@dataclass(frozen=True)
class About:
    """One period of one form, the periods and the rows of the register around it."""

    line: LedgerLine
    form: ReportForm
    known: tuple[Period, ...]
    period: Period
    filed: list[Filed]

    @property
    def last(self) -> Period | None:
        return report_forms.before(self.known, self.period)

    @property
    def of_form(self) -> list[Filed]:
        """The reports of this form of other periods."""
        return [one for one in self.filed if one.form == self.form.id and one.period != self.period.id]

    def newest(self, period: Period | None, *, sent: bool) -> Filed | None:
        return report_rows.newest(self.filed, self.form.id, period.id, sent=sent) if period else None

    def ruled(self, connection: Connection, on: dt.date) -> About:
        """The same with the words and the form of the template that ruled at the end of that day: its figures are those
        that can be counted of it."""
        head = report_changes.head_on(connection, self.line, on)
        then = template_history.of_ledger(connection, self.line).at(head)
        if then.digest == self.line.loaded.digest:
            return self
        form = next((one for one in report_forms.forms(then) if one.id == self.form.id), self.form)
        return replace(self, line=replace(self.line, loaded=then), form=form)

    def since(self) -> dt.date:
        """The first day it tells of: the period's own, or the one after the day the report before it stopped at, when that
        was sent before its period ended. No day falls between two reports."""
        before = self.newest(self.last, sent=True)
        if before is None or not before.text("figures"):
            return self.period.starts
        upto = dt.date.fromisoformat(report_numbers.load(before.text("figures"), {})[0].on)
        return min(self.period.starts, upto + dt.timedelta(days=1))

    def border(self, connection: Connection) -> int:
        """The journal line the report before ended with: what is new begins after it."""
        before = self.newest(self.last, sent=True)
        if before is not None:
            return before.head
        return report_changes.head_on(connection, self.line, self.period.starts - dt.timedelta(days=1))


def of(office: Office, ledger_id: str, period: str, form: str) -> About:
    """What is asked for today. Raises Problem E_NO_LEDGER, E_NO_FORM, E_PERIOD."""
    with office.read() as connection:
        line = ledgers.line_of(connection, ledger_id)
        filed = report_rows.filed(connection, line)
    return _under(line, filed, form, period)


def as_sent(
    office: Office, ledger_id: str, period: str, form: str, edition: int
) -> tuple[About, Filed] | None:
    """What was sent, under the template of its journal line: one that came later may know its period, its form or its
    figures no more. None where nothing was sent; `edition` 0 is the last. Raises Problem E_NO_FORM, E_PERIOD."""
    with office.read() as connection:
        line = ledgers.line_of(connection, ledger_id)
        filed = report_rows.filed(connection, line)
        templates = template_history.of_ledger(connection, line)
    wanted, code = _form_id(line, filed, form), periods.parse(period).id
    rows = [one for one in filed if (one.form, one.period) == (wanted, code) and one.sent]
    row = max((one for one in rows if edition in (0, one.edition)), key=lambda one: one.edition, default=None)
    if row is None or not row.text("figures"):
        if not rows:
            _under(line, filed, form, period)
        return None
    return _under(replace(line, loaded=templates.at(row.head)), filed, row.form, code), row


def gone(
    line: LedgerLine, filed: Sequence[Filed], form: str, known: set[tuple[str, str]]
) -> tuple[tuple[ReportForm, Period], ...]:
    """What was sent of periods, or by forms, that the template of today knows no more; `known` are (form, period)."""
    forms = {one.id: one for one in report_forms.forms(line.loaded)}
    found: dict[tuple[str, str], tuple[ReportForm, Period]] = {}
    for one in filed:
        frozen = one.sent and one.text("figures")
        if not frozen or (one.form, one.period) in known or form not in ("", one.form):
            continue
        made = forms.get(one.form) or ReportForm(one.form, one.text("name"))
        period = periods.parse(one.period)
        due = dt.date.fromisoformat(one.due) if one.due else period.due
        found[one.form, one.period] = made, structs.replace(period, due=due)
    return tuple(found.values())


def _under(line: LedgerLine, filed: list[Filed], form: str, period: str) -> About:
    chosen = report_forms.form_of(line.loaded, form)
    known = report_forms.series(line.loaded, chosen)
    return About(line, chosen, known, periods.find(known, period), filed)


def _form_id(line: LedgerLine, filed: Sequence[Filed], form: str) -> str:
    """The id of a form that the template knows, or by which something was sent. Raises Problem E_NO_FORM."""
    try:
        return report_forms.form_of(line.loaded, form).id
    except Problem:
        if form and any(one.form == form and one.sent for one in filed):
            return form
        raise
