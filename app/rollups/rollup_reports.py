"""Who has not sent a periodic report that is proved by the report itself: told only where that office's 报送登记 is held here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import Connection, select

from app.engine.rows import UNCOUNTED
from app.ledger.ledgers import CHECK, LedgerLine
from app.reports import report_forms
from app.words import cadence
from app.words.templates import Loaded
from models.schema import entry as entry_table

SERVES = "reports"


def unsent(
    connection: Connection,
    every: Sequence[LedgerLine],
    loaded: Loaded,
    today: dt.date,
    received: Mapping[str, str],
) -> Iterator[tuple[str, str, str]]:
    """(office id, form, due day) of the last report of each form that was due and of which its register tells no sending.

    `received` is the day of the last bundle by ledger: a register that came on or before the due day tells nothing yet,
    and where none came nobody can tell. A later report of the same form tells the state of then as well.
    """
    wanted = _due(loaded, today)
    registers = [
        line for line in every if not line.own and line.purpose != CHECK and SERVES in line.loaded.t.serves
    ]
    for register in registers if wanted else ():
        sent = _sent(connection, register, loaded)
        for form, due in wanted.items():
            if received.get(register.id, "") > due > sent.get(form, "") and due >= register.opened_on:
                yield register.origin_id, form, due


def _due(loaded: Loaded, today: dt.date) -> dict[str, str]:
    """{form: the last day before today on which a report of it was due}."""
    found: dict[str, str] = {}
    for each in loaded.t.cadences:
        days = cadence.due_days(each, loaded.t.starts, loaded.t.ends) if each.proof == "report" else ()
        form = report_forms.asked(loaded, each)
        last = max((day.isoformat() for day in days if day < today), default="")
        if form and last:
            found[form] = max(found.get(form, ""), last)
    return found


def _sent(connection: Connection, register: LedgerLine, loaded: Loaded) -> dict[str, str]:
    """{form: the latest due day of which a report was sent} as a register tells of ledgers of this template."""
    e, found = entry_table.c, dict[str, str]()
    cells = {key: e.cells[key].as_string() for key in ("form", "due_on", "sent_on", "about_ledger")}
    query = select(cells["form"].label("form"), cells["due_on"].label("due")).where(
        e.ledger_id == register.id,
        e.standing.not_in(UNCOUNTED),
        cells["about_ledger"] == loaded.t.id,
        cells["sent_on"].is_not(None),
    )
    for row in connection.execute(query):
        found[row.form] = max(found.get(row.form or "", ""), row.due or "")
    return found
