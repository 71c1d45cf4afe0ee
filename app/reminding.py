"""催办: which departments have not answered the running check round, and with what (旗方案 四(一))."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from pathlib import Path

from sqlalchemy import Connection

from app import ledgers, pushing, rounds
from app.change import Change
from app.exports.ledger_pdf import Tell
from app.exports.reminder_pdf import Outstanding, Reminder, write_reminders
from app.ledgers import LedgerLine
from app.office import Office
from app.pages import chinese_day, day_words
from app.problem import Problem
from app.rounds import SENT, Part, Round

MEDIA = {rounds.BUNDLE: "核查包", rounds.WORKBOOK: "核查表"}


def waiting(office: Office, ledger_id: str) -> tuple[Reminder, ...]:
    """A reminder for each department whose part was sent and not answered. Raises Problem E_NO_ROUND, E_FOREIGN."""
    with office.read() as connection:
        line = ledgers.line_of(connection, ledger_id)
        ledgers.refuse_foreign(line)
        now = rounds.running(connection, line)
        late = [part for part in now.parts if part.state == SENT]
        return tuple(_reminder(connection, office, line, now, part) for part in late)


def remind(
    office: Office, ledger_id: str, out: Path, *, depts: Collection[str] = (), tell: Tell | None = None
) -> Change:
    """Print 催办单 into `out` for all that have not answered, or for those of `depts` alone.

    Raises E_NOTHING besides those of `waiting` and printing.
    """
    found = tuple(one for one in waiting(office, ledger_id) if not depts or one.dept in depts)
    if not found:
        raise Problem(
            "E_NOTHING", "没有要催办的：推送出去的都回传了；还没有推送的部门请先推送", ledger=ledger_id
        )
    printed = write_reminders(found, out, tell=tell)
    told = [
        {"dept": r.dept, "waiting": r.waiting, "late": r.late, "rows": len(r.rows), "items": r.items}
        for r in found
    ]
    return Change(
        f"催办单已写好：{len(found)} 个部门，共 {printed.pages} 页",
        facts={"file": str(out), "pages": printed.pages, "depts": told},
    )


def _reminder(connection: Connection, office: Office, line: LedgerLine, now: Round, part: Part) -> Reminder:
    today = office.today()
    late = max((today - dt.date.fromisoformat(now.due)).days, 0) if now.due else 0
    return Reminder(
        dept=part.dept, office=part.office_name, by=MEDIA.get(part.medium, part.medium), ledger=line.title,
        number=now.number, sent_on=day_words(part.sent_on), due=day_words(now.due) if now.due else "",
        today=chinese_day(today), waiting=part.waiting(today), late=late, sender=office.name,
        rows=_outstanding(connection, line, part),
    )  # fmt: skip


def _outstanding(connection: Connection, line: LedgerLine, part: Part) -> tuple[Outstanding, ...]:
    return tuple(
        Outstanding(
            row.no,
            row.name,
            str(row.cells.get("project_code", "")),
            tuple(pushing.matter_title(line.loaded, code, cells) for code, cells in row.items.items()),
        )
        for row in pushing.pushed(connection, line, part.dept)
    )
