"""Periodic reports of a ledger: what falls due and was sent, and the draft of one from the numbers of its period."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection

from app.figures import bridging
from app.figures.bridging import Move
from app.figures.figure_heads import Heading, headings
from app.figures.overdue_then import Late, by_department
from app.ledger import ledgers
from app.ledger.ledgers import LedgerLine
from app.office import Office
from app.problem import Problem
from app.reports import report_after, report_changes, report_forms, report_numbers, report_rows, report_text
from app.reports.periods import Period, find
from app.reports.report_changes import Changed
from app.reports.report_numbers import Numbers, Told
from app.reports.report_rows import AFTER, LATE, NOT_SENT, SENT, ZERO, Filed
from app.words.report_words import ReportForm

ASKED = {"problems": ("问题", "原因"), "suggestions": ("建议", "措施", "安排"), "note": ()}
"""The fields of 报送登记 that hold what the clerk writes in words, each with the words of what it is for."""


@dataclass(frozen=True)
class Report:
    """One report of a series: `first` and `newest` are its first and last edition that were sent, `draft` what is kept
    of the next one. `early`: its period was over before the ledger was opened."""

    form: ReportForm
    period: Period
    first: Filed | None = None
    newest: Filed | None = None
    draft: Filed | None = None
    overdue: bool = False
    early: bool = False

    @property
    def state(self) -> str:
        """未报, 已报, 迟报, 补报 or 零报告: what it was when it was first sent (domain A5)."""
        if self.first is None or self.newest is None:
            return NOT_SENT
        return ZERO if self.newest.zero and self.first.state == SENT else self.first.state

    @property
    def sent_on(self) -> str:
        return self.first.sent_on if self.first else ""

    @property
    def edition(self) -> int:
        return self.newest.edition if self.newest else 0


@dataclass(frozen=True)
class Ask:
    """What the clerk says in words, kept in the field `key`; `hints` is what the rows that changed say of it."""

    key: str
    title: str
    text: str
    hints: tuple[str, ...] = ()


@dataclass(frozen=True)
class Draft:
    """A report, whole. `text` is what the clerk left of `drafted`, which says what the numbers say.

    `late` is what happened before the period and was recorded in it (补报). `head` is the ledger's last journal line when
    it was drafted; `overdue` are its pages by department, where it has any. `filed` is the row of one that was sent.
    """

    ledger: LedgerLine
    form: ReportForm
    period: Period
    on: dt.date
    title: str
    drafted: str
    text: str
    asks: tuple[Ask, ...]
    to: str
    cc: str
    numbers: Numbers
    before: Numbers | None
    compared: tuple[Told, ...]
    changed: tuple[Changed, ...]
    late: tuple[Move, ...]
    edition: int
    head: int
    state: str
    overdue: Mapping[str, tuple[Late, ...]] = field(default_factory=dict)
    kept: Filed | None = None
    filed: Filed | None = None

    @property
    def edited(self) -> bool:
        """Whether the text is no longer what the numbers say."""
        return self.text != self.drafted

    @property
    def nothing(self) -> bool:
        """Whether nothing moved in the period: a 零报告 will do."""
        return not self.numbers.after and not _moved(self.ledger, self.numbers)

    @property
    def faults(self) -> tuple[str, ...]:
        """Where the numbers do not add up, in words."""
        sealed = (
            self.before is not None and "" < self.ledger.sealed_on <= self.before.on
        )  # 期初 moves until then
        gaps = report_numbers.gaps(self.numbers, self.before) if sealed else ()
        return (*report_numbers.faults(self.numbers), *gaps)


@dataclass(frozen=True)
class _About:
    """What is asked for: one period of one form, the periods and the rows of the register around it."""

    line: LedgerLine
    form: ReportForm
    known: tuple[Period, ...]
    period: Period
    filed: list[Filed]

    @property
    def last(self) -> Period | None:
        return report_forms.before(self.known, self.period)

    def newest(self, period: Period | None, *, sent: bool) -> Filed | None:
        return report_rows.newest(self.filed, self.form.id, period.id, sent=sent) if period else None


def series(office: Office, ledger_id: str, form: str = "") -> tuple[Report, ...]:
    """Every report of a ledger by due day, of one form or of all (SB 六(二), S59 五(二), S53 七(一), S29 三(四)).

    Raises Problem E_NO_LEDGER, E_NO_FORM.
    """
    with office.read() as connection:
        line = ledgers.line_of(connection, ledger_id)
        known = report_rows.filed(connection, line)
    return of_line(line, known, office.today(), form)


def of_line(line: LedgerLine, known: list[Filed], today: dt.date, form: str = "") -> tuple[Report, ...]:
    """The same from the rows of the register."""
    forms = report_forms.forms(line.loaded)
    wanted = (report_forms.form_of(line.loaded, form),) if form else forms
    found = [
        _report(one, period, known, today, early=_early(line, period))
        for one in wanted
        for period in report_forms.series(line.loaded, one)
    ]
    return tuple(sorted(found, key=lambda r: (r.period.due, forms.index(r.form))))


def _early(line: LedgerLine, period: Period) -> bool:
    return period.ends.isoformat() < line.opened_on


def _report(form: ReportForm, period: Period, known: list[Filed], today: dt.date, *, early: bool) -> Report:
    sent = [f for f in known if f.form == form.id and f.period == period.id and f.sent]
    return Report(
        form=form,
        period=period,
        first=min(sent, key=lambda f: f.edition, default=None),
        newest=max(sent, key=lambda f: f.edition, default=None),
        draft=report_rows.newest(known, form.id, period.id, sent=False),
        overdue=not sent and not early and period.due < today,
        early=early,
    )


def current(reports: Sequence[Report], today: dt.date) -> Report | None:
    """The one to be made next: the oldest not sent since the last that was, whose period began; else the last begun.

    What was over before the ledger was opened asks for nothing.
    """
    reports = [r for r in reports if not r.early] or reports[-1:]
    begun = [r for r in reports if r.period.starts <= today]
    sent = {(r.form.id, r.period.to): r.period.due for r in begun if r.newest}
    waiting = [
        r for r in begun if not r.newest and r.period.due > sent.get((r.form.id, r.period.to), dt.date.min)
    ]
    return next(iter(waiting), begun[-1] if begun else next(iter(reports), None))


def draft(office: Office, ledger_id: str, period: str, form: str = "") -> Draft:
    """The report of one period, drafted from its numbers as of its last day, or of today while it runs.

    Raises Problem E_PERIOD, E_NO_FORM, E_TOO_EARLY, E_BEFORE_OPENED, E_FOREIGN.
    """
    about = _about(office, ledger_id, period, form)
    ledgers.refuse_foreign(about.line)
    one = about.period
    on = min(office.today(), one.ends)
    if one.starts > on:
        raise Problem("E_TOO_EARLY", f"{one.title}还没有开始，从 {one.starts} 起才能写", field="period")
    if _early(about.line, one):
        raise Problem(
            "E_BEFORE_OPENED", f"{one.title}在建这本台账（{about.line.opened_on}）以前就结束了，没有数可报，"
            "请从建账以后的那一期写起", field="period",
        )  # fmt: skip
    numbers = _numbers(office, about, on)
    kept, sent_before = about.newest(one, sent=False), about.newest(one, sent=True)
    return _whole(
        office, about, numbers, _was(office, about, numbers.heads), kept or Filed.none(), on=on, kept=kept,
        edition=sent_before.edition + 1 if sent_before else 1, state=_state(office.today(), about),
    )  # fmt: skip


def sent(office: Office, ledger_id: str, period: str, form: str = "", edition: int = 0) -> Draft | None:
    """The report as it was sent, from what was frozen (the last edition, or the one asked for); None where it was not.

    Raises Problem E_PERIOD, E_NO_FORM.
    """
    about = _about(office, ledger_id, period, form)
    rows = [f for f in about.filed if (f.form, f.period) == (about.form.id, about.period.id) and f.sent]
    row = max((f for f in rows if edition in (0, f.edition)), key=lambda f: f.edition, default=None)
    if row is None or not row.text("figures"):
        return None
    numbers, was = report_numbers.load(row.text("figures"), {h.id: h for h in headings(about.line.loaded)})
    on = dt.date.fromisoformat(numbers.on)
    return _whole(
        office, about, numbers, was, _as_frozen(row), on=on, kept=None, edition=row.edition, state=row.state
    )


def _as_frozen(row: Filed) -> Filed:
    """The row with the words that were frozen beside the numbers, whatever stands in the register now."""
    return replace(row, cells={**row.cells, **report_numbers.said(row.text("figures"))})


def _numbers(office: Office, about: _About, on: dt.date) -> Numbers:
    """The numbers of the period by day, with what came after the report before on a day that it had covered."""
    line, form, before = about.line, about.form, about.newest(about.last, sent=True)
    numbers = report_numbers.gather(office, line.id, form.figures, since=_since(about), on=on, by=form.by)
    with office.read() as connection:
        numbers = replace(numbers, border=_border(connection, about))
    if before is None or not before.text("figures"):
        return numbers
    was = report_numbers.load(before.text("figures"), {})[0]
    late = _late(office, line, numbers)
    return report_after.laid_in(numbers, report_after.counted(office, line, numbers, was, late))


def _late(office: Office, line: LedgerLine, numbers: Numbers) -> tuple[Move, ...]:
    since, on = (dt.date.fromisoformat(day) for day in (numbers.since, numbers.on))
    border = bridging.LAST if numbers.border is None else numbers.border
    return bridging.late(office, line.id, since, on, border=border, head=numbers.head)


def _about(office: Office, ledger_id: str, period: str, form: str) -> _About:
    with office.read() as connection:
        line = ledgers.line_of(connection, ledger_id)
        filed = report_rows.filed(connection, line)
    chosen = report_forms.form_of(line.loaded, form)
    known = report_forms.series(line.loaded, chosen)
    return _About(line, chosen, known, find(known, period), filed)


def _whole(
    office: Office, about: _About, numbers: Numbers, was: Numbers | None, row: Filed, *, on: dt.date,
    kept: Filed | None, edition: int, state: str,
) -> Draft:  # fmt: skip
    """The draft of these numbers with what stands in `row`, a kept draft or a report that was sent."""
    line, one, chosen = about.line, about.period, about.form
    with office.read() as connection:
        border = _border(connection, about) if numbers.border is None else numbers.border
        moved = report_changes.changed(connection, line, border, numbers.head)
        wanted = () if row.sent else asked(chosen)
        hints = {ask: report_changes.hints(connection, line, ask, moved) for ask in wanted}
    words = report_text.common(office, line.loaded, one, on) | report_numbers.spoken(numbers, was)
    drafted = report_text.drafted(chosen, words, numbers.empty, moved=_moved(line, numbers))
    drafted = "\n".join(filter(None, (drafted, report_after.told(numbers.after, numbers.heads))))
    return Draft(
        ledger=line, form=chosen, period=one, on=on, drafted=drafted,
        title=row.text("name") if row.sent else _title(chosen, words), filed=row if row.sent else None,
        text=row.text("text") or drafted, asks=_asks(chosen, row, hints), to=row.text("to") or one.to,
        cc=row.text("cc") or chosen.cc, numbers=numbers, before=was,
        compared=report_numbers.compared(numbers, was, chosen.figures), changed=moved,
        late=_late(office, line, numbers),
        edition=edition, head=line.head_seq, state=state, kept=kept,
        overdue=by_department(office, line.id, on, numbers.head) if chosen.pages_per else {},
    )  # fmt: skip


def _since(about: _About) -> dt.date:
    """The first day it tells of: the period's own, or the one after the day the report before it stopped at, when that
    was sent before its period ended. No day falls between two reports."""
    before = about.newest(about.last, sent=True)
    if before is None or not before.text("figures"):
        return about.period.starts
    upto = dt.date.fromisoformat(report_numbers.load(before.text("figures"), {})[0].on)
    return min(about.period.starts, upto + dt.timedelta(days=1))


def _moved(line: LedgerLine, numbers: Numbers) -> bool:
    """Whether anything came or went, or any of the template's own figures of a period has anything to count."""
    own = (figure.id for figure in line.loaded.t.figures if figure.day)
    return numbers.moved or any(not numbers.empty(key) for key in own)


def _border(connection: Connection, about: _About) -> int:
    """The journal line the report before ended with: what is new begins after it."""
    before = about.newest(about.last, sent=True)
    if before is not None:
        return before.head
    return report_changes.head_on(connection, about.line, about.period.starts - dt.timedelta(days=1))


def _was(office: Office, about: _About, heads: Mapping[str, Heading]) -> Numbers | None:
    """The numbers of the period before, as they were reported; worked out anew where it was not."""
    last, before = about.last, about.newest(about.last, sent=True)
    if last is None or (before is None and _early(about.line, last)):
        return None
    if before is not None and before.text("figures"):
        return report_numbers.load(before.text("figures"), heads)[0]
    return report_numbers.gather(office, about.line.id, about.form.figures, since=last.starts, on=last.ends)


def _title(form: ReportForm, words: Mapping[str, str]) -> str:
    named = "" if "{period}" in form.title else f"（{words['period']}）"
    return report_text.filled(form.title, words) + named


def _asks(form: ReportForm, row: Filed, hints: Mapping[str, tuple[str, ...]]) -> tuple[Ask, ...]:
    return tuple(Ask(key, ask, row.text(key), hints.get(ask, ())) for ask, key in asked(form).items())


def asked(form: ReportForm) -> dict[str, str]:
    """{what the form asks for in words: the field of the register that keeps it}; three at most."""
    found: dict[str, str] = {}
    for ask in form.asks:
        fits = [key for key, words in ASKED.items() if any(word in ask for word in words)]
        free = [key for key in (*fits, *reversed(ASKED)) if key not in found.values()]
        if free:
            found[ask] = free[0]
    return found


def _state(today: dt.date, about: _About) -> str:
    """What sending it today makes of it: 已报, 迟报 after its day, 补报 once a later one was reported."""
    reported = {f.period for f in about.filed if f.sent and f.form == about.form.id}
    one = about.period
    if any(p.id in reported and p.due > one.due and p.to == one.to for p in about.known):
        return AFTER
    return LATE if today > one.due else SENT
