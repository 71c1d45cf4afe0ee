"""Which row a 台账编号 means: in the ledgers of the office that wrote it first, then in the others held here."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from app import ledgers
from app.ledgers import CHECK, LedgerLine
from app.templates import Field, Loaded
from models.schema import entry as entry_table

UNKNOWN = "查无此号"
CHUNK = 400


@dataclass(frozen=True)
class Place:
    """A row of some ledger held here, as far as a number needs it. `source` is the row it stands for."""

    id: str
    no: str
    line: LedgerLine
    source: str


def split(text: str) -> tuple[str, str]:
    """(number of the row, code of the matter) of 152529-DP-2022-0001/M03; the code is '' where the row is meant."""
    no, _, item = text.partition("/")
    return no, item


def row_fields(loaded: Loaded) -> tuple[Field, ...]:
    """The fields of a row that name rows elsewhere, in the template's order."""
    return tuple(f for f in loaded.t.fields if f.kind == "row")


def following_fields(loaded: Loaded) -> tuple[Field, ...]:
    """Those of them by which a row is the same project as the one it names."""
    return tuple(f for f in row_fields(loaded) if f.follows)


class Numbers:
    """The rows that a set of numbers may mean, read from the tables once."""

    def __init__(self, connection: Connection, numbers: Iterable[str]) -> None:
        self.lines = {line.id: line for line in ledgers.lines_in(connection) if line.purpose != CHECK}
        wanted = sorted({split(no)[0] for no in numbers})
        self._by_no: dict[str, list[Place]] = {}
        self._stand_ins: dict[str, list[Place]] = {}
        for place in self._read(connection, wanted):
            self._by_no.setdefault(place.no, []).append(place)
        found = [place.id for places in self._by_no.values() for place in places]
        for place in self._standing_for(connection, found):
            self._stand_ins.setdefault(place.source, []).append(place)

    def meant(
        self, text: str, writer: LedgerLine, field: Field, origin: LedgerLine | None = None
    ) -> Place | None:
        """The row a cell of `writer` means; `origin` is the ledger whose row the writing row stands for, if it does.

        A number is unique in the office that gave it: its own ledgers come first, then ours, then all others. Rows
        gathered here are meant where a gathered row names the row they stand for.
        """
        told = origin or writer
        best = nearest([p for p in self._by_no.get(split(text)[0], ()) if _fits(field, p.line)], told)
        if best is None or origin is None:
            return best
        own = [place for place in self._stand_ins.get(best.id, ()) if place.line.own]
        return own[0] if own else best

    def held(self, text: str) -> bool:
        """Whether any ledger held here has the number, whatever its kind."""
        return bool(self._by_no.get(split(text)[0]))

    def _read(self, connection: Connection, numbers: Sequence[str]) -> Iterable[Place]:
        e = entry_table.c
        for start in range(0, len(numbers), CHUNK):
            part = numbers[start : start + CHUNK]
            counts = sorted({int(no.rpartition("-")[2]) for no in part if no.rpartition("-")[2].isdigit()})
            kinds = {no.split("-")[1] for no in part if no.count("-") >= 3}
            held = [i for i, line in self.lines.items() if line.loaded.t.kind_code in kinds]
            query = select(e.id, e.no, e.ledger_id, e.source).where(
                e.ledger_id.in_(held), e.number.in_(counts), e.no.in_(part), e.standing != "deleted"
            )
            for row in connection.execute(query):
                yield Place(row.id, row.no, self.lines[row.ledger_id], row.source or "")

    def _standing_for(self, connection: Connection, ids: Sequence[str]) -> Iterable[Place]:
        e = entry_table.c
        for start in range(0, len(ids), CHUNK):
            query = select(e.id, e.no, e.ledger_id, e.source).where(
                e.ledger_id.in_(list(self.lines)),
                e.source.in_(ids[start : start + CHUNK]),
                e.standing != "deleted",
            )
            for row in connection.execute(query):
                yield Place(row.id, row.no, self.lines[row.ledger_id], row.source)


@dataclass(frozen=True)
class Unheld:
    """A cell that names a row which no ledger here holds: 查无此号. It is kept; the other ledger may come later."""

    entry_id: str
    no: str
    name: str
    field: Field
    text: str


def unheld(connection: Connection, line: LedgerLine) -> Iterator[Unheld]:
    """Every such cell of the rows of a ledger."""
    e = entry_table.c
    for field in row_fields(line.loaded):
        cell = e.cells[field.id].as_string()
        query = select(e.id, e.no, e.name, e.source, cell.label("cell")).where(
            e.ledger_id == line.id, e.standing.not_in(("deleted", "excluded")), cell.is_not(None)
        )
        rows = connection.execute(query.order_by(e.number)).all()
        told = Numbers(connection, [row.cell for row in rows]) if rows else None
        above = origins(connection, [row.source or "" for row in rows], told.lines) if told else {}
        for row in rows:
            if told and told.meant(row.cell, line, field, above.get(row.source or "")) is None:
                yield Unheld(row.id, row.no, row.name or "", field, row.cell)


def origins(
    connection: Connection, sources: Collection[str], lines: Mapping[str, LedgerLine]
) -> dict[str, LedgerLine]:
    """{row: its ledger} of the rows that gathered rows stand for, where they are held here."""
    e, wanted, found = entry_table.c, sorted(set(sources) - {""}), {}
    for start in range(0, len(wanted), CHUNK):
        query = select(e.id, e.ledger_id).where(e.id.in_(wanted[start : start + CHUNK]))
        found.update(
            {row.id: lines[row.ledger_id] for row in connection.execute(query) if row.ledger_id in lines}
        )
    return found


def nearest(places: Iterable[Place], writer: LedgerLine) -> Place | None:
    """Of several rows of one number the one that a row of `writer` means: its own office's first, then ours, then others'."""
    return min(places, key=lambda place: (*_rank(writer, place.line), place.line.id), default=None)


def _fits(field: Field, line: LedgerLine) -> bool:
    return not field.ledgers or line.template_id in field.ledgers


def _rank(writer: LedgerLine, line: LedgerLine) -> tuple[int, int]:
    same = line.own == writer.own and line.origin_id == writer.origin_id
    near = 0 if same else 1 if line.own else 2
    return near, 0 if line.purpose == writer.purpose else 1
