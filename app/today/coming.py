"""What falls due by the plan itself: reports by their cadence, and the days that the plan names."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

import msgspec
from sqlalchemy import Connection, select

from app.ledger import ledgers, versions
from app.ledger.ledgers import LedgerLine
from app.listing import lights
from app.office import Office
from app.reports import report_forms, report_rows
from app.words import cadence
from app.words.template_words import FixedDate
from models.schema import outbox as outbox_table

AHEAD = dt.timedelta(days=16)  # the next half-month report is always in sight


class Coming(msgspec.Struct, frozen=True):
    """A report (`who` gets it) or a day of the plan (`who` has to act). Days are ISO text.

    `done` is the day on which it was done, '' while it is not or nobody can tell; `light` is red when it was missed,
    yellow when it is near, green, or '' when done. `form` is the id of the report's form, '' where it has none.
    """

    ledger_id: str
    ledger: str
    kind: Literal["report", "date"]
    what: str
    who: str
    due: str
    clause: str
    light: str
    light_text: str
    done: str = ""
    note: str = ""
    form: str = ""

    @property
    def late(self) -> bool:
        """Done, but after its day (迟报)."""
        return self.done > self.due

    @property
    def unreported(self) -> bool:
        """A report past its day that no later one has made up for."""
        return self.kind == "report" and bool(self.form) and self.light == "red"


class _Sent(msgspec.Struct, frozen=True):
    """The days on which the ledger was sent, and {(form, due day): the day its report was first sent}."""

    bundles: tuple[str, ...] = ()
    reports: Mapping[tuple[str, str], str] = msgspec.field(default_factory=dict)


def schedule(office: Office, ledger_id: str) -> tuple[Coming, ...]:
    """Every report and named day of a ledger's plan in order, done, missed and to come (SB 四(一), 六(二))."""
    with office.read() as connection:
        return tuple(_all(office, connection, ledgers.line_of(connection, ledger_id)))


def coming(office: Office, connection: Connection, line: LedgerLine) -> list[Coming]:
    """What of it matters today: missed since the ledger was opened, or due within sixteen days, and not done."""
    today = office.today()
    last = (today + AHEAD).isoformat()
    return [
        each
        for each in _all(office, connection, line)
        if not each.done and each.due <= last and (each.due >= today.isoformat() or each.light == "red")
    ]


def _all(office: Office, connection: Connection, line: LedgerLine) -> list[Coming]:
    day = lights.days(office)
    sent = _sent(connection, line) if line.loaded.t.cadences else _Sent()
    out = [
        c
        for to in dict.fromkeys(c.to for c in line.loaded.t.cadences)
        for c in _reports(office, line, to, sent, day)
    ]
    out += [_named(office, line, each, day) for each in line.loaded.t.dates]
    return sorted(out, key=lambda c: (c.due, c.kind))


def _reports(office: Office, line: LedgerLine, to: str, sent: _Sent, day: lights.Today) -> Iterator[Coming]:
    """All reports to one receiver, whatever their cadence (half-monthly first, then monthly).

    A report of that form that was sent and filed is the report; where the template says so, a bundle of the ledger is
    that of the due day it was sent nearest to as well.
    One that was left out is red until a later one is made: that tells the state of then as well.
    """
    t = line.loaded.t
    wanted = [
        (on.isoformat(), c) for c in t.cadences if c.to == to for on in cadence.due_days(c, t.starts, t.ends)
    ]
    by_bundle = _made([due for due, each in wanted if each.proof == "bundle"], sent.bundles)
    done: dict[tuple[str, str], str] = {}
    for due, each in wanted:
        form = report_forms.asked(line.loaded, each)
        ways = (sent.reports.get((form, due), ""), by_bundle.get(due, "") if each.proof == "bundle" else "")
        done[form, due] = min(filter(None, ways), default="")
    newest = {
        form: max(due for key, due in done if key == form and done[key, due])
        for form, due in done
        if done[form, due]
    }
    for due, each in wanted:
        form = report_forms.asked(line.loaded, each)
        made = done[form, due]
        told = bool(each.proof) and due > newest.get(form, "")
        yield Coming(
            ledger_id=line.id,
            ledger=line.title,
            kind="report",
            what=each.what,
            who=each.to,
            due=due,
            clause=each.clause,
            light=_light(line, due, made, day, told=told),
            light_text=lights.remaining(office, due),
            done=made,
            note=each.note,
            form=form,
        )


def _made(days: list[str], sent: Sequence[str]) -> dict[str, str]:
    """{due day: the first day on which its report was sent}."""
    found: dict[str, str] = {}
    for on in sent if days else ():
        nearest = min(days, key=lambda due: abs(dt.date.fromisoformat(due) - dt.date.fromisoformat(on)))
        found.setdefault(nearest, on)
    return found


def _named(office: Office, line: LedgerLine, each: FixedDate, day: lights.Today) -> Coming:
    """The day a route of signing is due is done by the seal; of the others nobody can tell."""
    due = each.on.isoformat()
    told = bool(line.loaded.t.signoffs) and versions.route_of(line).due == each.id
    done = line.sealed_on if told else ""
    return Coming(
        ledger_id=line.id,
        ledger=line.title,
        kind="date",
        what=each.what,
        who=each.who,
        due=due,
        clause=each.clause,
        light=_light(line, due, done, day, told=told),
        light_text=lights.remaining(office, due),
        done=done,
        note=each.note,
    )


def _light(line: LedgerLine, due: str, done: str, day: lights.Today, *, told: bool) -> str:
    if done:
        return ""
    if due < day.today:
        return "red" if told and due >= line.opened_on else ""
    return "yellow" if due <= day.soon else "green"


def _sent(connection: Connection, line: LedgerLine) -> _Sent:
    t = outbox_table.c
    days = connection.scalars(select(t.on).where(t.ledger_id == line.id, t.kind == "ledger").order_by(t.on))
    return _Sent(tuple(days), report_rows.first_sent(connection, line))
