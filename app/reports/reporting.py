"""Periodic reports of a ledger: what falls due and was sent, and the draft of one from the numbers of its period."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from msgspec import structs

from app.figures.bridging import Move
from app.figures.figure_heads import Heading, headings
from app.figures.overdue_then import Late, by_department
from app.ledger import ledgers
from app.ledger.ledgers import LedgerLine
from app.office import Office
from app.problem import Problem
from app.reports import (
    report_about,
    report_after,
    report_amiss,
    report_changes,
    report_forms,
    report_numbers,
    report_rows,
    report_text,
)
from app.reports.periods import Period
from app.reports.report_about import About
from app.reports.report_changes import Changed
from app.reports.report_numbers import Numbers, Told
from app.reports.report_rows import AFTER, LATE, NOT_SENT, SENT, ZERO, Filed
from app.words.report_words import ReportForm

NOT_ASKED = "不用报"
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
        """未报, 已报, 迟报, 补报 or 零报告: what it was when it was first sent (domain A5); 不用报 where nobody could tell of
        it, for the ledger was opened afterwards."""
        if self.first is None or self.newest is None:
            return NOT_ASKED if self.early else NOT_SENT
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

    `amiss` are 台账编号 of the rows on which 期初 is not what the report before ended with.
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
    amiss: tuple[str, ...] = ()

    @property
    def edited(self) -> bool:
        """Whether the text is no longer what the numbers say."""
        return self.text != self.drafted

    @property
    def nothing(self) -> bool:
        """Whether nothing moved in the period: a 零报告 will do."""
        laid_in = self.numbers.after or self.numbers.late
        return not laid_in and not _moved(self.ledger, self.numbers, self.changed)

    @property
    def running(self) -> bool:
        """Whether its period goes on after the day it tells of: what is recorded until its end comes too late for it."""
        return self.on < self.period.ends

    @property
    def faults(self) -> tuple[str, ...]:
        """Where the numbers do not add up, in words."""
        return (*report_numbers.faults(self.numbers), *_gaps(self.ledger, self.numbers, self.before))


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
    there = {(r.form.id, r.period.id) for r in found}
    asked_for = wanted[0].id if form else ""
    found += [
        _report(one, period, known, today, early=False)
        for one, period in report_about.gone(line, known, asked_for, there)
    ]
    order = {one.id: at for at, one in enumerate(forms)}
    return tuple(sorted(found, key=lambda r: (r.period.due, order.get(r.form.id, len(order)))))


def before_opened(line: LedgerLine, periods: Sequence[Period]) -> str:
    """What is to be done in place of a report whose period was over before the ledger was opened."""
    first = next((one for one in periods if not _early(line, one)), None)
    if first is not None:
        return f"从{first.title}起写，应报 {first.due}。"
    return "方案里的各期都在建账以前，没有要报的；上级要近况，用“情况一段话”。"


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
    about = report_about.of(office, ledger_id, period, form)
    ledgers.refuse_foreign(about.line)
    one = about.period
    on = min(office.today(), one.ends)
    if one.starts > on:
        raise Problem("E_TOO_EARLY", f"{one.title}还没有开始，从 {one.starts} 起才能写", field="period")
    if _early(about.line, one):
        told = before_opened(about.line, report_forms.series(about.line.loaded, about.form))
        said = f"{one.title}在建这本台账（{about.line.opened_on}）以前就结束了，没有数可报，不算未报。{told}"
        raise Problem("E_BEFORE_OPENED", said, field="period")
    with office.read() as connection:
        about = about.ruled(connection, on)
    numbers, late = _numbers(office, about, on)
    kept, sent_before = about.newest(one, sent=False), about.newest(one, sent=True)
    return _whole(
        office, about, numbers, _was(office, about, numbers.heads), kept or Filed.none(), on=on, kept=kept,
        edition=sent_before.edition + 1 if sent_before else 1, state=_state(office.today(), about), late=late,
    )  # fmt: skip


def sent(office: Office, ledger_id: str, period: str, form: str = "", edition: int = 0) -> Draft | None:
    """The report as it was sent, from what was frozen (the last edition, or the one asked for); None where it was not.

    In the figures and words of the template it was sent under. Raises Problem E_PERIOD, E_NO_FORM.
    """
    found = report_about.as_sent(office, ledger_id, period, form, edition)
    if found is None:
        return None
    about, row = found
    numbers, was = report_numbers.load(row.text("figures"), {h.id: h for h in headings(about.line.loaded)})
    on = dt.date.fromisoformat(numbers.on)
    with office.read() as connection:
        border = about.border(connection) if numbers.border is None else numbers.border
    at = replace(numbers, border=border)
    late = report_after.found(office, about.line, at, about.form.figures, about.of_form).moves
    return _whole(
        office,
        about,
        numbers,
        was,
        _as_frozen(row),
        on=on,
        kept=None,
        edition=row.edition,
        state=row.state,
        late=late,
    )


def _as_frozen(row: Filed) -> Filed:
    """The row with the words that were frozen beside the numbers, whatever stands in the register now."""
    return structs.replace(row, cells={**row.cells, **report_numbers.said(row.text("figures"))})


def _numbers(office: Office, about: About, on: dt.date) -> tuple[Numbers, tuple[Move, ...]]:
    """The numbers of the period by day, with what came after the report before on a day that it had covered; the 补报."""
    line, form, before = about.line, about.form, about.newest(about.last, sent=True)
    numbers = report_numbers.gather(office, line.id, form.figures, since=about.since(), on=on, by=form.by)
    with office.read() as connection:
        numbers = replace(numbers, border=about.border(connection))
    after = report_after.found(office, line, numbers, form.figures, about.of_form)
    reported = before is not None and bool(before.text("figures"))
    return report_after.laid_in(line, numbers, after, reported=reported), after.moves


def _whole(
    office: Office, about: About, numbers: Numbers, was: Numbers | None, row: Filed, *, on: dt.date,
    kept: Filed | None, edition: int, state: str, late: tuple[Move, ...],
) -> Draft:  # fmt: skip
    """The draft of these numbers with what stands in `row`, a kept draft or a report that was sent."""
    line, one, chosen = about.line, about.period, about.form
    with office.read() as connection:
        border = about.border(connection) if numbers.border is None else numbers.border
        moved = report_changes.changed(connection, line, border, numbers.head)
        wanted = () if row.sent else asked(chosen)
        hints = {ask: report_changes.hints(connection, line, ask, moved) for ask in wanted}
        gaps = _gaps(line, numbers, was)
        amiss = report_amiss.rows(connection, line, border, numbers.head) if gaps else ()
    heads = {**{head.id: head for head in headings(line.loaded)}, **numbers.heads}
    spoken = report_numbers.spoken(replace(numbers, heads=heads), was)
    words = report_text.common(office, line.loaded, one, on) | spoken
    drafted = _drafted(line, chosen, words, numbers, moved)
    return Draft(
        ledger=line, form=chosen, period=one, on=on, drafted=drafted,
        title=row.text("name") if row.sent else _title(chosen, words), filed=row if row.sent else None,
        text=row.text("text") or drafted, asks=_asks(chosen, row, hints), to=row.text("to") or one.to,
        cc=row.text("cc") or chosen.cc, numbers=numbers, before=was,
        compared=report_numbers.compared(numbers, was, chosen.figures), changed=moved,
        late=late, amiss=amiss, edition=edition, head=line.head_seq, state=state, kept=kept,
        overdue=by_department(office, line.id, on, numbers.head) if chosen.pages_per else {},
    )  # fmt: skip


def _gaps(line: LedgerLine, numbers: Numbers, before: Numbers | None) -> tuple[str, ...]:
    """Where 期初 is not what the report before ended with; until the seal it moves."""
    sealed = before is not None and "" < line.sealed_on <= before.on
    return report_numbers.gaps(numbers, before) if sealed else ()


def _moved(line: LedgerLine, numbers: Numbers, changed: Sequence[Changed]) -> bool:
    """Whether anything came or went, or any of the template's own figures of a period has anything to count; of a ledger
    without items also whether a row changed: it has nothing else to tell its progress by."""
    own = (figure.id for figure in line.loaded.t.figures if figure.day)
    told = line.loaded.t.items is None and bool(changed)
    return told or numbers.moved or any(not numbers.empty(key) for key in own)


def _drafted(
    line: LedgerLine, form: ReportForm, words: Mapping[str, str], numbers: Numbers, changed: Sequence[Changed]
) -> str:
    """The text as the numbers have it; where only rows changed it says so, and nothing calls itself 零报告 that is none."""
    moved = _moved(line, numbers, changed)
    text = report_text.drafted(form, words, numbers.empty, moved=moved)
    w = line.loaded.t.words
    only = moved and not numbers.moved and line.loaded.t.items is None and changed
    more = f"本期有{len(changed):,}{w.count}{w.row}的情况有更新。" if only else ""
    after = report_after.told(numbers, numbers.heads, form.figures)
    text = text if not moved and not after else text.replace(report_text.ZERO, "")
    return "\n".join(filter(None, (text, more, after)))


def _was(office: Office, about: About, heads: Mapping[str, Heading]) -> Numbers | None:
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


def _state(today: dt.date, about: About) -> str:
    """What sending it today makes of it: 已报, 迟报 after its day, 补报 once a later one was reported."""
    reported = {f.period for f in about.filed if f.sent and f.form == about.form.id}
    one = about.period
    if any(p.id in reported and p.due > one.due and p.to == one.to for p in about.known):
        return AFTER
    return LATE if today > one.due else SENT
