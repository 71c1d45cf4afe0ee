"""The rows of 报送登记 that are reports of a ledger: drafts kept, and editions that were sent."""

from __future__ import annotations

from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Select, select

from app.engine import storing
from app.engine.rows import UNCOUNTED, Held
from app.ledger import ledgers, serving
from app.ledger.ledgers import MAIN, LedgerLine
from models.schema import entry as entry_table

SERVES = "reports"
NOT_SENT, SENT, LATE, AFTER, ZERO = "未报", "已报", "迟报", "补报", "零报告"


class Filed(Struct, frozen=True):
    """One row; `sent_on` '' while it is a draft. `head` is the journal line of the ledger it was frozen at."""

    id: str
    no: str
    form: str
    period: str
    due: str
    sent_on: str
    edition: int
    state: str
    zero: bool
    head: int
    digest: str
    cells: dict[str, Any]

    @classmethod
    def none(cls) -> Filed:
        """Nothing filed yet."""
        return cls("", "", "", "", "", "", 0, NOT_SENT, False, 0, "", {})

    @property
    def sent(self) -> bool:
        return bool(self.sent_on)

    def text(self, key: str) -> str:
        return str(self.cells.get(key) or "")


def about(connection: Connection, line: LedgerLine) -> str:
    """What 所报台账 says of a ledger: the id of its template, its own where another of this office has that template too."""
    if line.purpose == MAIN:
        every = ledgers.lines_in(connection)
        same = [x.id for x in every if x.own and x.purpose == MAIN and x.template_id == line.template_id]
        if min(same, default="") == line.id:
            return line.template_id
    return line.id


def filed(connection: Connection, line: LedgerLine) -> list[Filed]:
    """Every draft and edition of this ledger's reports, in the order they were begun; a withdrawn row is none."""
    register = serving.found_in(connection, SERVES)
    if not register:
        return []
    t = entry_table.c
    ids = connection.scalars(_of(connection, line, register, t.id).order_by(t.number)).all()
    held = storing.held_of(connection, ids)
    return [_filed(held[each]) for each in ids]


def first_sent(connection: Connection, line: LedgerLine) -> dict[tuple[str, str], str]:
    """{(form, due day): the day its report was first sent}, of the cells that say so alone: the first page asks for it."""
    register = serving.found_in(connection, SERVES)
    if not register:
        return {}
    cells = entry_table.c.cells
    form, due, sent = (cells[key].as_string() for key in ("form", "due_on", "sent_on"))
    query = _of(connection, line, register, form, due, sent).where(sent.is_not(None))
    found: dict[tuple[str, str], str] = {}
    for of_form, day, on in connection.execute(query.order_by(entry_table.c.number)):
        found.setdefault((of_form or "", day or ""), on)
    return found


def _of(connection: Connection, line: LedgerLine, register: str, *columns: Any) -> Select[Any]:
    """These columns of the rows that are reports of this ledger."""
    t = entry_table.c
    wanted = t.cells["about_ledger"].as_string() == about(connection, line)
    standing = t.standing.not_in(UNCOUNTED)
    return select(*columns).where(t.ledger_id == register, wanted, standing)


def newest(known: list[Filed], form: str, period: str, *, sent: bool) -> Filed | None:
    """The last edition of one period that was sent, or the draft of the next one."""
    found = [f for f in known if (f.form, f.period, f.sent) == (form, period, sent)]
    return max(found, key=lambda f: f.edition, default=None)


def _filed(held: Held) -> Filed:
    cells = held.cells
    return Filed(
        id=held.id,
        no=held.no,
        form=str(cells.get("form") or ""),
        period=str(cells.get("period") or ""),
        due=str(cells.get("due_on") or ""),
        sent_on=str(cells.get("sent_on") or ""),
        edition=int(cells.get("edition") or 1),
        state=str(cells.get("report_state") or NOT_SENT),
        zero=bool(cells.get("zero")),
        head=int(cells.get("head") or 0),
        digest=str(cells.get("digest") or ""),
        cells=dict(cells),
    )
