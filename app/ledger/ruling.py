"""The earlier limit rules: of a row, and of the rows of other ledgers that it follows as the same project (decision 15)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Select, bindparam, delete, select, update

from app.engine.rows import Cells
from app.ledger import ledgers
from app.ledger.ledgers import LedgerLine
from app.ledger.row_numbers import Numbers, Place, following_fields, origins, split
from app.words.templates import Field, Loaded
from models import database
from models.schema import entry as entry_table
from models.schema import journal as journal_table
from models.schema import link as link_table

CHUNK = 400


class Knot(Struct, frozen=True):
    """A row among those it follows. `own` is its own limit, `due` the nearest of its matters; '' for none.

    `named` are the fields by which it follows with the numbers that stand in them.
    """

    id: str
    line: LedgerLine
    source: str
    open: bool
    own: str
    due: str
    named: tuple[tuple[Field, str], ...]

    @property
    def told(self) -> str:
        """The limit that binds those who follow it: that of the project, else the nearest of its matters."""
        return self.own or self.due


Load = Callable[[Sequence[Place]], Iterable[Knot]]


class Net:
    """Rows and all that they follow, directly or by way of others; `load` brings the rows that are met."""

    def __init__(
        self, connection: Connection, knots: Iterable[Knot], load: Load, *, gone: bool = False
    ) -> None:
        self.knots: dict[str, Knot] = {}
        self.followed: dict[str, list[str]] = {}
        wave = list(knots)
        while wave:
            self.knots |= {knot.id: knot for knot in wave}
            met = self._meant(connection, [knot for knot in wave if knot.named], gone=gone)
            wave = list(load([place for place in met.values() if place.id not in self.knots]))

    def limit(self, row: str) -> str | None:
        """The earliest limit of a row in 在账 and of the rows in 在账 that it follows; None where nobody has one."""
        if not self.knots[row].open:
            return None
        days = [self.knots[row].own, *(self.knots[one].told for one in self.reached(row))]
        return min(filter(None, days), default=None)

    def reached(self, row: str, *, closed: bool = False) -> list[str]:
        """The rows that this one follows, nearest first; beyond one that has left 在账 only where `closed`."""
        met, waiting, out = {row}, [row], []
        while waiting:
            for one in self.followed.get(waiting.pop(0), ()):
                if one in met or one not in self.knots:
                    continue
                met.add(one)
                if closed or self.knots[one].open:
                    out.append(one)
                    waiting.append(one)
        return out

    def _meant(self, connection: Connection, wave: Sequence[Knot], *, gone: bool) -> dict[str, Place]:
        if not wave:
            return {}
        told = Numbers(connection, [text for knot in wave for _, text in knot.named], gone=gone)
        above = origins(connection, [knot.source for knot in wave], told.lines)
        met: dict[str, Place] = {}
        for knot in wave:
            places = [
                told.meant(text, knot.line, field, above.get(knot.source)) for field, text in knot.named
            ]
            found = {place.id: place for place in places if place is not None and place.id != knot.id}
            self.followed[knot.id] = list(found)
            met |= found
        return met


def ties(loaded: Loaded, row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of `link` for a row of `entry` that has its own limit as its `deadline`; [] for one withdrawn."""
    if row["standing"] == "deleted":
        return []
    told = {"entry_id": row["id"], "ledger_id": row["ledger_id"], "own": row["deadline"]}
    return [{**told, "field": field.id, "no": no} for field, no in named(loaded, row["cells"])]


def named(loaded: Loaded, cells: Cells) -> list[tuple[Field, str]]:
    """The fields by which a row follows others, with the numbers of those."""
    fields = following_fields(loaded)
    return [(field, split(str(cells[field.id]))[0]) for field in fields if cells.get(field.id)]


def settle(connection: Connection, line: LedgerLine, rows: Sequence[Mapping[str, Any]]) -> None:
    """After rows of `entry` were stored with their own limits: their links, and the limits that rule.

    That is of these rows and of all that follow one of them, in whatever ledger. Cheap where nothing is linked.
    """
    t, ids = link_table.c, [row["id"] for row in rows]
    for part in _parts(ids):
        connection.execute(delete(link_table).where(t.entry_id.in_(part)))
    found = [tie for row in rows for tie in ties(line.loaded, row)]
    database.insert_many(connection, link_table, found)
    if not ids or connection.execute(select(t.no).limit(1)).first() is None:
        return
    waiting = {tie["entry_id"] for tie in found} | followers(connection, ids)
    net = net_of(connection, waiting)
    e = entry_table.c
    moved = []
    for start in _parts(sorted(waiting)):
        for row in connection.execute(select(e.id, e.deadline).where(e.id.in_(start))):
            if (day := net.limit(row.id)) != row.deadline:
                moved.append({"v_id": row.id, "v_day": day})
    if moved:
        changed = update(entry_table).where(e.id == bindparam("v_id")).values(deadline=bindparam("v_day"))
        connection.execute(changed, moved)


def followers(connection: Connection, ids: Iterable[str]) -> set[str]:
    """The rows that follow one of these, directly or by way of others; also by a number that only may mean one."""
    t, e, source = link_table.c, entry_table, entry_table.alias()
    met: set[str] = set()
    wave = sorted(set(ids))
    while wave:
        found: set[str] = set()
        for part in _parts(wave):
            own = select(e.c.no).where(e.c.id.in_(part))
            stood_for = select(source.c.no).join(e, e.c.source == source.c.id).where(e.c.id.in_(part))
            numbers = own.union(stood_for)
            found |= set(connection.scalars(select(t.entry_id).where(t.no.in_(numbers))))
        wave = sorted(found - met)
        met |= found
    return met


def limits(connection: Connection, ledger_id: str) -> dict[str, str | None]:
    """{row that follows another: the limit that rules it}, worked out anew."""
    net = net_of(connection, _following(connection, ledger_id))
    return {row: net.limit(row) for row in _following(connection, ledger_id)}


def own_limits(connection: Connection, ids: Sequence[str]) -> dict[str, str]:
    """{row: its own limit, '' for none} of those among these that follow another."""
    t = link_table.c
    found: dict[str, str] = {}
    for part in _parts(ids):
        query = select(t.entry_id, t.own).where(t.entry_id.in_(part))
        found |= {row.entry_id: row.own or "" for row in connection.execute(query)}
    return found


def moved_with(connection: Connection, line: LedgerLine, day: str) -> list[str]:
    """The rows of a ledger that follow one of which something was recorded after `day` (ISO): their limits may be others.

    A number that meant nothing then, or the row of another ledger, is not told apart: what it means now counts.
    """
    ids = _following(connection, line.id)
    if not ids:
        return []
    net = net_of(connection, ids, gone=True)
    t = journal_table.c
    streams = {net.knots[one].line.stream for one in net.knots}
    later = {
        subject
        for stream in streams
        for subject in connection.scalars(select(t.subject).where(t.stream == stream, t.on > day).distinct())
    }
    return [row for row in ids if later.intersection(net.reached(row, closed=True))]


def following(ledger_id: str) -> Select[Any]:
    """The ids of the rows of a ledger that follow others."""
    t = link_table.c
    return select(t.entry_id).where(t.ledger_id == ledger_id).distinct()


def _following(connection: Connection, ledger_id: str) -> list[str]:
    return list(connection.scalars(following(ledger_id).order_by(link_table.c.entry_id)))


def net_of(connection: Connection, ids: Iterable[str], *, gone: bool = False) -> Net:
    """These rows and all that they follow, as they stand in the tables; `gone`: also rows that were withdrawn."""
    lines = {line.id: line for line in ledgers.lines_in(connection)}

    def load(places: Sequence[Place]) -> Iterator[Knot]:
        return _stored(connection, lines, [place.id for place in places])

    return Net(connection, _stored(connection, lines, sorted(set(ids))), load, gone=gone)


def _stored(connection: Connection, lines: Mapping[str, LedgerLine], ids: Sequence[str]) -> Iterator[Knot]:
    """These rows as they stand in the tables."""
    e, t = entry_table.c, link_table.c
    for part in _parts(ids):
        found: dict[str, list[Any]] = {}
        for tie in connection.execute(select(link_table).where(t.entry_id.in_(part)).order_by(t.field)):
            found.setdefault(tie.entry_id, []).append(tie)
        query = select(e.id, e.ledger_id, e.source, e.standing, e.deadline, e.due).where(e.id.in_(part))
        for row in connection.execute(query):
            line, told = lines[row.ledger_id], found.get(row.id, [])
            fields = line.loaded.fields
            yield Knot(
                row.id, line, row.source or "", row.standing == "open",
                (told[0].own if told else row.deadline) or "", row.due or "",
                tuple((fields[tie.field], tie.no) for tie in told if tie.field in fields),
            )  # fmt: skip


def knot_of(line: LedgerLine, row: Mapping[str, Any]) -> Knot:
    """The same of a row of `entry` in hand that has its own limit as its `deadline`."""
    standing = row["standing"]
    told = () if standing == "deleted" else tuple(named(line.loaded, row["cells"]))
    return Knot(
        row["id"],
        line,
        row["source"] or "",
        standing == "open",
        row["deadline"] or "",
        row["due"] or "",
        told,
    )


def _parts(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]
