"""A row that follows the same project in another campaign: its limits and its way out (S59)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from app.change import Change
from app.engine import calling
from app.ledger import closing, ledgers, row_numbers, ruling, ruling_words
from app.ledger.ledgers import LedgerLine
from app.ledger.row_numbers import Place
from app.ledger.ruling_words import Limit
from app.office import Office
from app.problem import Problem
from app.words.template_words import Closing
from models.schema import entry as entry_table
from models.schema import event as event_table
from models.schema import item as item_table

TOGETHER = "可随同{}"
WITH = ("随同", "跟随", "关联")
"""Words by which a template names the basis of leaving with the linked row."""
ENDED = ("approved", "started", "complete")
"""How a linked row has left so that its follower may leave by the same paper; 移除 and 更正 are judged anew."""


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
        found = rows_of(connection, [entry_id])
        if entry_id not in found:
            raise Problem("E_NO_ENTRY", "没有这一行，可能已经撤回，请刷新后再看", entry=entry_id)
        line = ledgers.line_of(connection, found[entry_id]["ledger_id"])
        told = dict(row_numbers.followed(connection, line, entry_id))
        limits = ruling_words.limits_of(connection, [entry_id])
        return _following(connection, line, found[entry_id], told.get(entry_id, []), limits)


def every(office: Office, ledger_id: str) -> dict[str, Following]:
    """{row: what it follows} of the rows of a ledger that follow one, for lists that show both standings and limits."""
    with office.read() as connection:
        line = ledgers.line_of(connection, ledger_id)
        told = dict(row_numbers.followed(connection, line))
        rows, limits = rows_of(connection, told), ruling_words.limits_of(connection, list(told))
        return {
            i: _following(connection, line, rows[i], places, limits) for i, places in told.items() if places
        }


def ready(office: Office, ledger_id: str) -> tuple[Following, ...]:
    """The rows of a ledger in 在账 whose linked row has left 在账: they may leave together with it."""
    with office.read() as connection:
        line = ledgers.line_of(connection, ledger_id)
        told = dict(row_numbers.followed(connection, line))
        gone = rows_of(connection, {place.id for places in told.values() for place in places})
        wanted = {
            i: p
            for i, p in told.items()
            if any(gone[one.id]["standing"] in ENDED for one in p if one.id in gone)
        }
        rows = rows_of(connection, wanted)
        found = [
            _following(connection, line, rows[i], places, {}) for i, places in wanted.items() if i in rows
        ]
    return tuple(sorted((one for one in found if one.together), key=lambda one: one.no))


def close_after(
    office: Office, entry_id: str, *, basis: str = "", on: str = "", doc: str = "", scan: Path | None = None
) -> Change:
    """Close a row by its own template's closing, upon the paper by which the row it follows has left.

    What is not given is taken from there: day, number, and the basis that the template names for it. Where the template
    closes matters, each open one is closed by the paper of the same matter of that row, or by what is given.
    Raises Problem E_NOT_TOGETHER, E_BASIS (which bases there are) and those of `closing.close`.
    """
    found = of(office, entry_id)
    left = next((one for one in found.linked if one.left in ENDED), None)
    if left is None or not found.together:
        said = "它跟随的那一行还在账" if found.linked else "它没有关联其他台账的行"
        raise Problem("E_NOT_TOGETHER", f"“{found.name}”现在不能随同办理：{said}", entry=entry_id)
    with office.read() as connection:
        line = ledgers.line_of(connection, rows_of(connection, [entry_id])[entry_id]["ledger_id"])
        papers = _papers(connection, line, entry_id, left)
    if not line.loaded.closings("entry", "approved"):
        given = {"basis": basis, "on": on, "doc": doc}
        return _by_matter(office, found, papers, given, scan)
    today = office.today().isoformat()  # a row 手续齐全 has no day on which it left
    paper = doc or left.doc or (f"{left.no}（{left.basis}）" if left.basis else "")
    return closing.close(
        office, [(entry_id, "")], basis=basis or _basis(line, left), on=on or left.on or today, doc=paper, scan=scan
    )


def _by_matter(
    office: Office, found: Following, papers: Mapping[str, Any], given: Mapping[str, str], scan: Path | None
) -> Change:
    """Close the open matters of a row, each by the paper that closed the same matter of the row it follows, as one deed.

    What is `given` (basis, on, doc) stands for what those papers say; the scan is filed once.
    """
    if not papers:
        said = f"“{found.name}”还没有办结的事项在所跟随的行里都找不到，请逐个办结"
        raise Problem("E_NOT_TOGETHER", said, entry=found.entry_id)
    by_paper: dict[tuple[str, str, str], list[str]] = {}
    for code, event in papers.items():
        told = {"basis": event.facts.get("basis"), "on": event.on, "doc": event.facts.get("doc_no")}
        basis, on, doc = (given[key] or str(told[key] or "") for key in ("basis", "on", "doc"))
        by_paper.setdefault((basis, on, doc), []).append(code)
    changes: list[Change] = []
    with office.write("随同办理") as work:
        for (basis, on, doc), codes in by_paper.items():
            changes.append(closing.close(
                office, [(found.entry_id, code) for code in codes], basis=basis, on=on, doc=doc, scan=scan,
                filed=bool(changes), within=work,
            ))  # fmt: skip
        said = closing.closed_words(work, found.entry_id, list(papers)) or changes[-1].said
    warnings = dict.fromkeys(str(each.facts["warning"]) for each in changes if "warning" in each.facts)
    odd = "；".join(warnings)
    return (
        replace(changes[-1], said=f"{said}；注意：{odd}", facts={"warning": odd})
        if odd
        else replace(changes[-1], said=said)
    )


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


def _following(
    connection: Connection,
    line: LedgerLine,
    row: Mapping[str, Any],
    places: Sequence[Place],
    limits: Mapping[str, tuple[Limit, ...]],
) -> Following:
    rows = rows_of(connection, {place.id for place in places})
    linked = tuple(_linked(connection, place.line, rows[place.id]) for place in places if place.id in rows)
    gone = row["standing"] == "open" and any(one.left in ENDED for one in linked)
    together = TOGETHER.format(line.loaded.t.words.approved) if gone else ""
    return Following(row["id"], row["no"], row["name"] or "", linked, limits.get(row["id"], ()), together)


def _linked(connection: Connection, line: LedgerLine, row: Mapping[str, Any]) -> Linked:
    left = "" if row["standing"] == "open" else row["standing"]
    event = _last(connection, row["id"]) if left else None
    facts = event.facts if event else {}
    day = "" if left else limit_of(row, ruling.own_limits(connection, [row["id"]]))
    return Linked(
        row["id"], row["no"], row["name"] or "", line.id, line.called, line.template_id,
        calling.standing(line.loaded, row["standing"]), row["stage"] or "", day,
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


def limit_of(row: Mapping[str, Any], own: Mapping[str, str]) -> str:
    """The day by which a row itself is to be done: that of the project, else the nearest of its matters; '' without one.

    `own` are the own limits of rows that follow others, whose `deadline` is the earlier one that rules.
    """
    return str(own.get(row["id"], row["deadline"]) or row["due"] or "")


def rows_of(connection: Connection, ids: Iterable[str]) -> dict[str, Mapping[str, Any]]:
    e = entry_table.c
    wanted = sorted(set(ids))
    out: dict[str, Mapping[str, Any]] = {}
    for start in range(0, len(wanted), 500):
        query = select(e.id, e.no, e.name, e.ledger_id, e.standing, e.stage, e.due, e.deadline)
        for row in connection.execute(query.where(e.id.in_(wanted[start : start + 500]))).mappings():
            out[row["id"]] = dict(row)
    return out
