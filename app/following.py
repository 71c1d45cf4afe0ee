"""A row that follows the same project in another campaign: its limits, its way out, and counting the two once (S59)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, or_, select

from app import calling, closing, ledgers
from app.change import Change
from app.ledgers import LedgerLine
from app.office import Office
from app.problem import Problem
from app.row_numbers import Numbers, Place, following_fields, origins
from app.template_words import Closing
from models.schema import entry as entry_table
from models.schema import event as event_table
from models.schema import item as item_table

TOGETHER = "可随同{}"
WITH = ("随同", "跟随", "关联")
"""Words by which a template names the basis of leaving with the linked row."""
ENDED = ("approved", "started", "complete")
"""How a linked row has left so that its follower may leave by the same paper; 移除 and 更正 are judged anew."""


@dataclass(frozen=True)
class Limit:
    """A day by which a row is to be done, and whose it is. `rules`: it is the earliest, the one that counts."""

    no: str
    ledger: str
    day: str
    rules: bool


@dataclass(frozen=True)
class Linked:
    """The row that is followed. `left` is how it left (approved, started…), '' while it is in 在账.

    `on`, `basis` and `doc` are the day and the paper by which it left.
    """

    entry_id: str
    no: str
    name: str
    ledger_id: str
    ledger: str
    template: str
    standing: str
    stage: str
    day: str
    left: str = ""
    on: str = ""
    basis: str = ""
    doc: str = ""


@dataclass(frozen=True)
class Following:
    """A row and those it follows. `limits` are of all of them, `due` the earliest, '' where nobody has one.

    `together` says 可随同销号 where it is still in 在账 and a row it follows has left, else it is ''.
    """

    entry_id: str
    no: str
    name: str
    linked: tuple[Linked, ...]
    limits: tuple[Limit, ...] = ()
    together: str = ""

    @property
    def due(self) -> str:
        return next((limit.day for limit in self.limits if limit.rules), "")

    @property
    def differing(self) -> bool:
        """Whether the rows have different limits, which are both to be shown."""
        return len({limit.day for limit in self.limits}) > 1


def of(office: Office, entry_id: str) -> Following:
    """What a row follows; `linked` is () for a row that follows none. The earlier limit rules (decision 15).

    Raises Problem E_NO_ENTRY.
    """
    with office.read() as connection:
        found = _rows(connection, [entry_id])
        if entry_id not in found:
            raise Problem("E_NO_ENTRY", "没有这一行，可能已经撤回，请刷新后再看", entry=entry_id)
        line = ledgers.line_of(connection, found[entry_id]["ledger_id"])
        told = dict(_followed(connection, line, entry_id))
        return _following(connection, line, found[entry_id], told.get(entry_id, []))


def every(office: Office, ledger_id: str) -> dict[str, Following]:
    """{row: what it follows} of the rows of a ledger that follow one, for lists that show both standings and limits."""
    with office.read() as connection:
        line = ledgers.line_of(connection, ledger_id)
        told = dict(_followed(connection, line))
        rows = _rows(connection, told)
        return {i: _following(connection, line, rows[i], places) for i, places in told.items() if places}


def ready(office: Office, ledger_id: str) -> tuple[Following, ...]:
    """The rows of a ledger in 在账 whose linked row has left 在账: they may leave together with it."""
    with office.read() as connection:
        line = ledgers.line_of(connection, ledger_id)
        told = dict(_followed(connection, line))
        gone = _rows(connection, {place.id for places in told.values() for place in places})
        wanted = {
            i: p
            for i, p in told.items()
            if any(gone[one.id]["standing"] in ENDED for one in p if one.id in gone)
        }
        rows = _rows(connection, wanted)
        found = [_following(connection, line, rows[i], places) for i, places in wanted.items() if i in rows]
    return tuple(sorted((one for one in found if one.together), key=lambda one: one.no))


def close_after(
    office: Office, entry_id: str, *, basis: str = "", on: str = "", doc: str = "", scan: Path | None = None
) -> Change:
    """Close a row by its own template's closing, upon the paper by which the row it follows has left.

    What is not given is taken from there: day, number, and the basis that the template names for it. Where the template
    closes matters, each open one is closed by the paper of the same matter of that row. Raises Problem E_NOT_TOGETHER,
    E_BASIS (which bases there are) and those of `closing.close`.
    """
    found = of(office, entry_id)
    left = next((one for one in found.linked if one.left in ENDED), None)
    if left is None or not found.together:
        said = "它跟随的那一行还在账" if found.linked else "它没有关联其他台账的行"
        raise Problem("E_NOT_TOGETHER", f"“{found.name}”现在不能随同办理：{said}", entry=entry_id)
    with office.read() as connection:
        line = ledgers.line_of(connection, _rows(connection, [entry_id])[entry_id]["ledger_id"])
        papers = _papers(connection, line, entry_id, left)
    if not line.loaded.closings("entry", "approved"):
        return _by_matter(office, found, papers, scan)
    paper = doc or left.doc or (f"{left.no}（{left.basis}）" if left.basis else "")
    return closing.close(
        office, [(entry_id, "")], basis=basis or _basis(line, left), on=on or left.on, doc=paper, scan=scan
    )


def _by_matter(office: Office, found: Following, papers: Mapping[str, Any], scan: Path | None) -> Change:
    """Close the open matters of a row, each by the paper that closed the same matter of the row it follows, as one deed."""
    if not papers:
        said = f"“{found.name}”还没有办结的事项在所跟随的行里都找不到，请逐个办结"
        raise Problem("E_NOT_TOGETHER", said, entry=found.entry_id)
    with office.write("随同办理") as work:
        for code, event in papers.items():
            told = {key: str(event.facts.get(key) or "") for key in ("basis", "doc_no")}
            done = closing.close(
                office, [(found.entry_id, code)], basis=told["basis"], on=event.on, doc=told["doc_no"], scan=scan,
                within=work,
            )  # fmt: skip
    return done


def _papers(connection: Connection, line: LedgerLine, entry_id: str, left: Linked) -> dict[str, Any]:
    """{code of an open matter: the event by which the same matter of the linked row was approved}."""
    other = ledgers.line_of(connection, left.ledger_id).loaded
    t, i = event_table.c, item_table.c
    query = select(t.item, t.on, t.facts).where(
        t.entry_id == left.entry_id, t.kind == "approved", t.item.is_not(None)
    )
    told = {event.item: event for event in connection.execute(query.order_by(t.seq))}
    mine = connection.scalars(
        select(i.code).where(i.entry_id == entry_id, i.standing == "open").order_by(i.code)
    )
    return {
        code: told[code]
        for code in mine
        if code in told and other.preset_of(code).title == line.loaded.preset_of(code).title
    }


def counted_once(connection: Connection, ledger_ids: Sequence[str]) -> dict[str, list[str]]:
    """{ledger: ids of its rows that are not to be counted}, where rows of these ledgers are one project.

    Rows are one project when one follows the other or stands for it (gathered from it), also by way of a third. Of
    such rows the one that follows none is counted; of several, that of the earliest ledger in `ledger_ids`.
    """
    rows, pairs = _same(connection, ledger_ids)
    groups = _joined(rows, pairs)
    behind = {one for one, _ in pairs}
    place = {ledger: number for number, ledger in enumerate(ledger_ids)}
    out: dict[str, list[str]] = {}
    for group in groups:
        ordered = sorted(group, key=lambda one: (one in behind, place[rows[one]], one))
        for one in ordered[1:]:
            out.setdefault(rows[one], []).append(one)
    return out


def projects(office: Office, ledger_ids: Sequence[str], *, standing: Sequence[str] = ("open",)) -> int:
    """How many projects stand so in any of these ledgers, linked rows counted once.

    A project of several rows counts while one of them stands so.
    """
    e = entry_table.c
    with office.read() as connection:
        rows, pairs = _same(connection, ledger_ids)
        groups = _joined(rows, pairs)
        every = connection.scalar(
            select(func.count()).where(e.ledger_id.in_(list(ledger_ids)), e.standing.in_(list(standing)))
        )
        held = {
            i: row["standing"]
            for i, row in _rows(connection, {one for group in groups for one in group}).items()
        }
    inside = [sum(held.get(one) in standing for one in group) for group in groups]
    return int(every or 0) - sum(max(0, many - 1) for many in inside)


def _following(
    connection: Connection, line: LedgerLine, row: Mapping[str, Any], places: Sequence[Place]
) -> Following:
    rows = _rows(connection, {place.id for place in places})
    linked = tuple(_linked(connection, place.line, rows[place.id]) for place in places if place.id in rows)
    days = [(row["no"], line.called, _day(row))] + [
        (one.no, one.ledger, one.day) for one in linked if not one.left
    ]
    first = min((day for _, _, day in days if day), default="")
    limits = tuple(Limit(no, ledger, day, day == first) for no, ledger, day in days if day)
    gone = row["standing"] == "open" and any(one.left in ENDED for one in linked)
    together = TOGETHER.format(line.loaded.t.words.approved) if gone else ""
    return Following(row["id"], row["no"], row["name"] or "", linked, limits, together)


def _linked(connection: Connection, line: LedgerLine, row: Mapping[str, Any]) -> Linked:
    left = "" if row["standing"] == "open" else row["standing"]
    event = _last(connection, row["id"]) if left else None
    facts = event.facts if event else {}
    return Linked(
        row["id"], row["no"], row["name"] or "", line.id, line.called, line.template_id,
        calling.standing(line.loaded, row["standing"]), row["stage"] or "", "" if left else _day(row),
        left, event.on if event else "", str(facts.get("basis") or ""), str(facts.get("doc_no") or ""),
    )  # fmt: skip


def _last(connection: Connection, entry_id: str) -> Any:
    """The event by which a row left, with what it was given; that of its last matter where that says more."""
    t = event_table.c
    query = select(t.on, t.facts).where(t.entry_id == entry_id, t.kind != "added", t.kind != "restored")
    found = connection.execute(query.order_by(t.seq.desc(), t.item.is_(None).desc()).limit(9)).all()
    told = [event for event in found if (event.facts or {}).get("doc_no")]
    return next(iter(told or found), None)


def _basis(line: LedgerLine, left: Linked) -> str:
    """The basis of the template's own closing: the one it names for this, the one they share, the only one it has."""
    known: list[Closing] = line.loaded.closings("entry", "approved")
    bases = [basis for one in known for basis in one.bases or (one.id,)]
    named = [basis for basis in bases if any(word in basis for word in WITH)]
    fitting = named or [b for b in bases if b == left.basis] or bases
    if len(fitting) > 1:
        said = f"请写明凭什么{line.loaded.t.words.approved}，可用：{'、'.join(fitting)}"
        raise Problem("E_BASIS", said, field="basis", bases=fitting)
    return fitting[0]


def _day(row: Mapping[str, Any]) -> str:
    return str(row["deadline"] or row["due"] or "")


def _followed(
    connection: Connection, line: LedgerLine, entry_id: str = ""
) -> Iterator[tuple[str, list[Place]]]:
    """(row, the rows it follows) of a ledger, or of one row of it."""
    e = entry_table.c
    fields = following_fields(line.loaded)
    if not fields:
        return
    cells = [e.cells[field.id].as_string() for field in fields]
    query = select(e.id, e.source, *cells).where(
        e.ledger_id == line.id, e.standing != "deleted", or_(*(cell.is_not(None) for cell in cells))
    )
    found = connection.execute(query.where(e.id == entry_id) if entry_id else query).all()
    told = Numbers(connection, [text for row in found for text in row[2:] if text])
    above = origins(connection, [row.source or "" for row in found], told.lines)
    for row in found:
        meant = [
            told.meant(text, line, field, above.get(row.source or ""))
            for field, text in zip(fields, row[2:], strict=True)
            if text
        ]
        yield row.id, [place for place in meant if place is not None and place.id != row.id]


def _same(connection: Connection, ledger_ids: Sequence[str]) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """({row: its ledger} of the rows that are in a pair, the pairs (row, the one it follows or stands for))."""
    wanted = set(ledger_ids)
    rows: dict[str, str] = {}
    pairs: list[tuple[str, str]] = []
    for ledger in ledger_ids:
        for one, places in _followed(connection, ledgers.line_of(connection, ledger)):
            for place in places:
                if place.line.id in wanted:
                    rows |= {one: ledger, place.id: place.line.id}
                    pairs.append((one, place.id))
    upper, lower = entry_table.alias(), entry_table.alias()
    query = (
        select(upper.c.id, upper.c.ledger_id, lower.c.id, lower.c.ledger_id)
        .join(lower, lower.c.id == upper.c.source)
        .where(upper.c.ledger_id.in_(wanted), lower.c.ledger_id.in_(wanted), upper.c.standing != "deleted")
    )
    for one, ledger, other, its in connection.execute(query):
        rows |= {one: ledger, other: its}
        pairs.append((one, other))
    return rows, pairs


def _joined(rows: Iterable[str], pairs: Iterable[tuple[str, str]]) -> list[set[str]]:
    """The rows put together into projects."""
    group = {row: {row} for row in rows}
    for one, other in pairs:
        if group[one] is not group[other]:
            merged = group[one] | group[other]
            for row in merged:
                group[row] = merged
    return list({id(found): found for found in group.values()}.values())


def _rows(connection: Connection, ids: Iterable[str]) -> dict[str, Mapping[str, Any]]:
    e = entry_table.c
    wanted = sorted(set(ids))
    out: dict[str, Mapping[str, Any]] = {}
    for start in range(0, len(wanted), 500):
        query = select(e.id, e.no, e.name, e.ledger_id, e.standing, e.stage, e.due, e.deadline)
        for row in connection.execute(query.where(e.id.in_(wanted[start : start + 500]))).mappings():
            out[row["id"]] = dict(row)
    return out
