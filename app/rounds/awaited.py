"""What an office waits for from others: departments that have not answered, bundles without a receipt, returns that
came in and are not merged yet; and what others wait for: remarks nobody answered (旗方案 四(一), decision 30)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, case, func, or_, select

from app.journals import sent_lines
from app.keeping import import_rests, put_aside
from app.ledger.ledgers import CHECK, MAIN, LedgerLine
from app.office import Office
from app.rounds import remarks, rounds
from app.rounds.rounds import SENT
from models.schema import inbox as inbox_table
from models.schema import outbox as outbox_table

RETURN, RECEIPT, GIVEN_BACK, MERGE, REMARK, REST = "return", "receipt", "returned", "merge", "remark", "rest"
ACCEPTED = "accepted"
Upto = tuple[str, int]
"""A stream and the last of its lines that was merged."""
_OPEN = {"built": RECEIPT, "copied": RECEIPT, "returned": GIVEN_BACK}


class Awaited(Struct, frozen=True):
    """One thing that is waited for. `who` is a department or an office, `what` says which round or ledger.

    `since` and `due` are ISO days, `due` '' when none was set; `days` are calendar days since then. `key` names it:
    the department of a RETURN, the bundle of a RECEIPT or one GIVEN_BACK, the mirrored ledger of a MERGE, the remark of a REMARK,
    which is on the matter `item` of the row `entry`.
    A REST is rows that an import, its `key`, left out.
    `file`: the copy of one that was put aside before it was taken in. `of_check`: the bundle gave a check list back.
    """

    kind: str
    who: str
    what: str
    since: str
    days: int
    ledger: str
    key: str
    due: str = ""
    late: bool = False
    of_check: bool = False
    entry: str = ""
    item: str = ""
    file: str = ""

    @property
    def returns(self) -> bool:
        return self.kind == RETURN

    @property
    def merges(self) -> bool:
        return self.kind == MERGE


def awaited(office: Office, connection: Connection, lines: Sequence[LedgerLine]) -> tuple[Awaited, ...]:
    """Everything that is waited for, inside a transaction: what is past its day first, then the oldest."""
    today = office.today()
    own = [x for x in lines if x.own]
    found = _unmerged(office, connection, lines, today)
    found += _put_aside(office, {x.id for x in own}, today)
    came = {(one.ledger, one.who) for one in found}  # has answered; it is on this office to merge it
    late = [one for line in own if line.purpose == MAIN for one in _unanswered(connection, line, today)]
    found += [one for one in late if (one.ledger, one.who) not in came]
    found += _unreceipted(office, connection, {x.id: x for x in lines}, today)
    found += _unanswered_remarks(office, connection, today)
    found += _rests(office, {x.id: x for x in own}, today)
    order = (REMARK, RETURN, MERGE, GIVEN_BACK, RECEIPT, REST)
    return tuple(sorted(found, key=lambda x: (not x.late, order.index(x.kind), x.since, x.who)))


def _put_aside(office: Office, own: Collection[str], today: dt.date) -> list[Awaited]:
    """What was looked at and put aside: it is not taken in yet."""
    return [
        Awaited(
            MERGE, one.who, one.what, one.since, _days(one.since, today), one.ledger, one.file.parent.name,
            file=str(one.file),
        )
        for one in put_aside.every(office.folder)
        if one.ledger in own
    ]  # fmt: skip


def _rests(office: Office, own: Mapping[str, LedgerLine], today: dt.date) -> list[Awaited]:
    """Rows of imports that had faults and wait to be mended; `who` is the ledger they are for."""
    return [
        Awaited(
            REST, own[one.ledger].title, f"“{one.file.name}”{len(one.rows):,} 行", one.on, _days(one.on, today),
            one.ledger, one.run,
        )
        for one in import_rests.every(office.folder)
        if one.ledger in own
    ]  # fmt: skip


def _unanswered(connection: Connection, line: LedgerLine, today: dt.date) -> list[Awaited]:
    """The departments of the running round to which it was sent and that have not answered."""
    if line.loaded.t.round is None:
        return []
    past = rounds.in_(connection, line)
    if not past or not past[-1].open:
        return []
    now = past[-1]
    late = bool(now.due) and today.isoformat() > now.due
    what = f"第 {now.number} 轮核查《{line.title}》"
    return [
        Awaited(RETURN, p.dept, what, p.sent_on, p.waiting(today), line.id, p.dept, now.due, late)
        for p in now.parts
        if p.state == SENT
    ]


def _unmerged(
    office: Office, connection: Connection, lines: Sequence[LedgerLine], today: dt.date
) -> list[Awaited]:
    """Returns of which something came in after what was last merged of them, or whose merging was withdrawn.

    What came first is told by the lines of the return, never by the clock (decision 18).
    """
    mirrors = {x.id: x for x in lines if not x.own and x.purpose == CHECK and x.origin_office == office.id}
    if not mirrors:
        return []
    own = {x.id: x for x in lines if x.own}
    merged: dict[str, Upto] = {}
    for ledger in {x.origin_ledger for x in mirrors.values()} & own.keys():
        merged |= _merged(connection, own[ledger])
    out = []
    for row in _came(connection, list(mirrors)):
        mirror = mirrors[row.ledger_id]
        if mirror.origin_ledger in own and _beyond(mirror, merged.get(mirror.id)):
            what = f"回传《{own[mirror.origin_ledger].title}》"
            out.append(
                Awaited(
                    MERGE, mirror.dept or mirror.origin, what, row.on, _days(row.on, today),
                    mirror.origin_ledger, mirror.id,
                )
            )  # fmt: skip
    return out


def _came(connection: Connection, mirrors: Sequence[str]) -> Sequence[Any]:
    """(ledger_id, on): the day of the newest bundle of each of these ledgers that was taken in."""
    i = inbox_table.c
    return connection.execute(
        select(i.ledger_id, func.max(i.on).label("on"))
        .where(i.ledger_id.in_(mirrors), i.verdict == ACCEPTED)
        .group_by(i.ledger_id)
    ).all()


def _beyond(mirror: LedgerLine, taken: Upto | None) -> bool:
    """Whether the mirrored ledger has a line that was not merged; one whose record began anew has."""
    return taken is None or mirror.stream != taken[0] or mirror.head_seq > taken[1]


def _merged(connection: Connection, line: LedgerLine) -> Mapping[str, Upto]:
    """{mirrored ledger: how far it was merged last}, of the mergings that stand, by the order of their lines.

    A merging that does not say how far counts as none: merging once more writes only that.
    """
    found: dict[str, tuple[str, Upto]] = {}
    for row, body in rounds.told(connection, line.stream):
        told = body.get("merge", {})
        if told.get("withdrawn"):
            found.pop(row.subject, None)
        elif told.get("origin"):
            found[row.subject] = (str(told["origin"]), (told.get("stream", ""), told.get("upto", 0)))
    return dict(found.values())


def _unanswered_remarks(office: Office, connection: Connection, today: dt.date) -> list[Awaited]:
    """Remarks that came from above and that this office did not answer."""
    return [
        Awaited(
            REMARK, r.office_name, f"{r.name}：{r.text}", r.on, _days(r.on, today), r.ledger, r.id,
            entry=r.entry, item=r.item,
        )
        for r in remarks.every(connection, office)
        if r.to == office.id and not r.re and not r.answers
    ]  # fmt: skip


def _unreceipted(
    office: Office, connection: Connection, lines: Mapping[str, LedgerLine], today: dt.date
) -> list[Awaited]:
    """The newest bundle of each ledger to each office, while it has no receipt. A part of a round that was sent is told
    by its department, unless it was given back."""
    t = outbox_table.c
    whole = func.coalesce(func.nullif(t.ledger_id, ""), t.bundle_id)  # a document stands for itself
    about = case((t.kind == remarks.KIND, t.kind), else_=whole)  # the last file of remarks has them all
    order = sent_lines.newest_first(office.stream)
    place = func.row_number().over(partition_by=(about, t.to_name, t.kind), order_by=order).label("place")
    placed = select(t.bundle_id, place).subquery()
    newest = select(placed.c.bundle_id).where(placed.c.place == 1)
    rows = connection.execute(
        select(t.bundle_id, t.ledger_id, t.to_name, t.on, t.state, t.facts, t.kind)
        .where(t.bundle_id.in_(newest), t.state.in_(_OPEN), or_(t.kind != CHECK, t.state == GIVEN_BACK))
        .order_by(t.on)
    )
    out = []
    for r in rows:
        line = lines.get(r.ledger_id)
        title = line.title if line else str((r.facts or {}).get("title", ""))
        check = line is not None and line.purpose == CHECK
        days = _days(r.on, today)
        out.append(
            Awaited(
                _OPEN[r.state],
                r.to_name,
                title if r.kind == remarks.KIND else f"《{title}》",
                r.on,
                days,
                r.ledger_id,
                r.bundle_id,
                of_check=check,
            )
        )
    return out


def _days(since: str, today: dt.date) -> int:
    return (today - dt.date.fromisoformat(since)).days
