"""催办: which departments have not answered the running check round, and with what (旗方案 四(一))."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from app.change import Change
from app.exports.ledger_pdf import Tell
from app.exports.reminder_pdf import Outstanding, Reminder, write_reminders
from app.ledger import ledgers
from app.ledger.ledgers import LedgerLine
from app.listing import lists
from app.listing.lists import ItemLine, Line
from app.listing.pages import chinese_day, day_words
from app.office import Office
from app.problem import Problem
from app.rounds import pushing, rounds
from app.rounds.pushing import Pushed
from app.rounds.rounds import SENT, Part, Round
from app.values import masking

MEDIA = {rounds.BUNDLE: "核查包", rounds.WORKBOOK: "核查表"}


def waiting(office: Office, ledger_id: str) -> tuple[Reminder, ...]:
    """A reminder for each department whose part was sent and not answered. Raises Problem E_NO_ROUND, E_FOREIGN."""
    with office.read() as connection:
        line = ledgers.line_of(connection, ledger_id)
        ledgers.refuse_foreign(line)
        now = rounds.running(connection, line)
        late = [part for part in now.parts if part.state == SENT]
        owed = {part.dept: list(pushing.pushed(connection, line, part.dept)) for part in late}
    ids = list(dict.fromkeys(row.id for rows in owed.values() for row in rows))
    lit: dict[str, Line] = {}
    for start in range(0, len(ids), pushing.CHUNK):
        lit |= {one.id: one for one in lists.lines(office, ids[start : start + pushing.CHUNK])}
    return tuple(_reminder(office, line, now, part, owed[part.dept], lit) for part in late)


def remind(
    office: Office,
    ledger_id: str,
    out: Path,
    *,
    depts: Collection[str] = (),
    whole: bool = False,
    tell: Tell | None = None,
) -> Change:
    """Print 催办单 into `out` for all that have not answered, or for those of `depts` alone; one page for each.

    `whole`: behind it, as an annex, everything that is outstanding. Raises E_NOTHING besides those of `waiting` and
    printing.
    """
    found = tuple(one for one in waiting(office, ledger_id) if not depts or one.dept in depts)
    if not found:
        raise Problem(
            "E_NOTHING", "没有要催办的：推送出去的都回传了；还没有推送的部门请先推送", ledger=ledger_id
        )
    printed = write_reminders(found, out, whole=whole, tell=tell)
    told = [
        {
            "dept": r.dept,
            "waiting": r.waiting,
            "late": r.late,
            "rows": len(r.rows),
            "items": r.items,
            "overdue": r.overdue,
        }
        for r in found
    ]
    return Change(
        f"催办单已写好：{len(found):,} 个部门，共 {printed.pages} 页",
        facts={"file": str(out), "pages": printed.pages, "depts": told},
    )


def _reminder(
    office: Office,
    line: LedgerLine,
    now: Round,
    part: Part,
    rows: Sequence[Pushed],
    lit: Mapping[str, Line],
) -> Reminder:
    today = office.today()
    late = max((today - dt.date.fromisoformat(now.due)).days, 0) if now.due else 0
    return Reminder(
        dept=part.dept, office=part.office_name, by=MEDIA.get(part.medium, part.medium), ledger=line.title,
        number=now.number, sent_on=day_words(part.sent_on), due=day_words(now.due) if now.due else "",
        today=chinese_day(today), waiting=part.waiting(today), late=late, sender=office.name,
        rows=tuple(_outstanding(line, row, lit.get(row.id)) for row in rows),
    )  # fmt: skip


def _outstanding(line: LedgerLine, row: Pushed, lit: Line | None) -> Outstanding:
    """What is outstanding of one project: how many of its matters are red or yellow, and the day that came first."""
    matters = [lit.items[code] for code in row.items if lit is not None and code in lit.items]
    dated = min((m for m in matters if m.light and _day(m)), key=_day, default=None)
    return Outstanding(
        row.no,
        masking.mask_in(row.name),
        str(row.cells.get("project_code", "")),
        tuple(pushing.matter_title(line.loaded, code, cells) for code, cells in row.items.items()),
        overdue=sum(m.light == "red" for m in matters),
        soon=sum(m.light == "yellow" for m in matters),
        due=_day(dated) if dated else "",
        left=dated.light_text if dated else "",
    )


def _day(matter: ItemLine) -> str:
    """The day it is to be done by, '' when none is set."""
    return min((day for day in (matter.due, matter.deadline) if day), default="")
