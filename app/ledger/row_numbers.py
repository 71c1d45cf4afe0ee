"""Which row a 台账编号 means: in the ledgers of the office that wrote it first, then in the others held here."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, Literal

from msgspec import Struct
from sqlalchemy import Connection, select

from app.ledger import ledgers
from app.ledger.ledgers import CHECK, LedgerLine
from app.problem import Problem
from app.words.templates import Field, Loaded
from models.schema import entry as entry_table
from models.schema import link as link_table

UNKNOWN = "查无此号"
CHUNK = 400


class Place(Struct, frozen=True):
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
    found: tuple[Field, ...] | None = loaded.derived.get("row fields")
    if found is None:
        found = loaded.derived["row fields"] = tuple(f for f in loaded.t.fields if f.kind == "row")
    return found


def following_fields(loaded: Loaded) -> tuple[Field, ...]:
    """Those of them by which a row is the same project as the one it names."""
    return tuple(f for f in row_fields(loaded) if f.follows)


class Numbers:
    """The rows that a set of numbers may mean, read from the tables once."""

    def __init__(self, connection: Connection, numbers: Iterable[str], *, gone: bool = False) -> None:
        self._live = (
            () if gone else (entry_table.c.standing != "deleted",)
        )  # gone: rows withdrawn since are meant too
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
                e.ledger_id.in_(held), e.number.in_(counts), e.no.in_(part), *self._live
            )
            for row in connection.execute(query):
                yield Place(row.id, row.no, self.lines[row.ledger_id], row.source or "")

    def _standing_for(self, connection: Connection, ids: Sequence[str]) -> Iterable[Place]:
        e = entry_table.c
        for start in range(0, len(ids), CHUNK):
            query = select(e.id, e.no, e.ledger_id, e.source).where(
                e.ledger_id.in_(list(self.lines)),
                e.source.in_(ids[start : start + CHUNK]),
                *self._live,
            )
            for row in connection.execute(query):
                yield Place(row.id, row.no, self.lines[row.ledger_id], row.source)


class Misnamed(Struct, frozen=True):
    """A cell that names no row it may name. `why`: unknown (查无此号: kept, the other ledger may come later), self, ring."""

    entry_id: str
    no: str
    name: str
    field: Field
    text: str
    why: Literal["unknown", "self", "ring"] = "unknown"

    @property
    def said(self) -> str:
        head = f"{self.no} {self.name}：“{self.field.title}”{self.text} "
        return (
            head
            + {
                "unknown": f"{UNKNOWN}，请核对编号，或先收下那本台账",
                "self": "就是这一行自己，请改成另一本台账里的编号，或清空",
                "ring": "又反过来跟随这一行，两边互相跟随，请清空其中一边",
            }[self.why]
        )


def unheld(connection: Connection, line: LedgerLine) -> Iterator[Misnamed]:
    """Every cell of a ledger that names a row no ledger here holds."""
    return (one for one in misnamed(connection, line) if one.why == "unknown")


def misnamed(connection: Connection, line: LedgerLine) -> Iterator[Misnamed]:
    """Every cell of the rows of a ledger that names a row not held here, its own row, or one that follows it in turn."""
    e = entry_table.c
    chains = _Chains(connection)
    for field in row_fields(line.loaded):
        cell = e.cells[field.id].as_string()
        query = select(e.id, e.no, e.name, e.source, cell.label("cell")).where(
            e.ledger_id == line.id, e.standing.not_in(("deleted", "excluded")), cell.is_not(None)
        )
        rows = connection.execute(query.order_by(e.number)).all()
        told = Numbers(connection, [row.cell for row in rows]) if rows else None
        above = origins(connection, [row.source or "" for row in rows], told.lines) if told else {}
        for row in rows:
            place = told.meant(row.cell, line, field, above.get(row.source or "")) if told else None
            if place is None:
                yield Misnamed(row.id, row.no, row.name or "", field, row.cell)
            elif place.id == row.id:
                yield Misnamed(row.id, row.no, row.name or "", field, row.cell, "self")
            elif field.follows and chains.lead(place, row.id):
                yield Misnamed(row.id, row.no, row.name or "", field, row.cell, "ring")


def refuse_misnamed(
    connection: Connection, line: LedgerLine, entry_id: str, source: str, cells: Mapping[str, Any]
) -> None:
    """Of cells just written: one may name a row that is not here yet, never a row of another kind, its own, or a ring.

    Raises Problem E_ROW_KIND, E_LINK_SELF, E_LINK_RING.
    """
    texts = {f: str(cells[f.id]) for f in row_fields(line.loaded) if cells.get(f.id)}
    if not texts:
        return
    told = Numbers(connection, texts.values())
    origin = origins(connection, [source], told.lines).get(source)
    for field, text in texts.items():
        place = told.meant(text, line, field, origin)
        if place is None and told.held(text):
            raise wrong_kind(told, field, text)
        if place is not None and place.id == entry_id:
            raise Problem("E_LINK_SELF", "不能把一行关联到它自己，请选另一本台账里的那一行", field=field.id)
        if place is not None and field.follows and _Chains(connection).lead(place, entry_id):
            raise Problem("E_LINK_RING", f"{place.no} 已经跟随这一行，不能再反过来跟随", field=field.id)


def refuse_buried(connection: Connection, line: LedgerLine, source: str, cells: Mapping[str, Any]) -> None:
    """Refuse cells that name a row which is in the bin now. Raises Problem E_NO_ROW."""
    texts = {f: str(cells[f.id]) for f in row_fields(line.loaded) if cells.get(f.id)}
    there, ever = Numbers(connection, texts.values()), Numbers(connection, texts.values(), gone=True)
    origin = origins(connection, [source], there.lines).get(source)
    for field, text in texts.items():
        if there.meant(text, line, field, origin) is None and ever.meant(text, line, field, origin) is not None:
            said = f"“{field.title}”所指的 {text} 已经删除，请先在回收站里放回"
            raise Problem("E_NO_ROW", said, field=field.id)


def wrong_kind(told: Numbers, field: Field, text: str) -> Problem:
    """The refusal of a number of a ledger that the field may not name."""
    titles = {line.template_id: line.title for line in told.lines.values()}
    known = "、".join(titles.get(each, each) for each in field.ledgers)
    said = f"“{field.title}”只能写这些台账里的编号：{known}；{text} 不在其中"
    return Problem("E_ROW_KIND", said, field=field.id)


def followed(
    connection: Connection, line: LedgerLine, entry_id: str = ""
) -> Iterator[tuple[str, list[Place]]]:
    """(row, the rows it follows) of a ledger, or of one row of it."""
    t, e = link_table.c, entry_table.c
    query = select(t.entry_id, t.field, t.no, e.source).join_from(link_table, entry_table, e.id == t.entry_id)
    query = query.where(t.ledger_id == line.id, *((t.entry_id == entry_id,) if entry_id else ()))
    found = connection.execute(query.order_by(t.entry_id, t.field)).all()
    if not found:
        return
    told = Numbers(connection, [tie.no for tie in found])
    above = origins(connection, [tie.source or "" for tie in found], told.lines)
    for row, ties in groupby(found, key=lambda tie: str(tie.entry_id)):
        meant = [
            told.meant(tie.no, line, line.loaded.fields[tie.field], above.get(tie.source or ""))
            for tie in ties
        ]
        yield row, [place for place in meant if place is not None and place.id != row]


class _Chains:
    """The rows that follow one another, read a ledger at a time as they are met."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._read: dict[str, dict[str, list[Place]]] = {}

    def lead(self, place: Place, wanted: str) -> bool:
        """Whether going from row to row that is followed one comes from `place` to `wanted`."""
        met: set[str] = set()
        waiting = [place]
        while waiting:
            one = waiting.pop()
            if one.id == wanted:
                return True
            if one.id not in met:
                met.add(one.id)
                waiting += self._followed(one)
        return False

    def _followed(self, one: Place) -> list[Place]:
        if one.line.id not in self._read:
            self._read[one.line.id] = dict(followed(self._connection, one.line))
        return self._read[one.line.id].get(one.id, [])


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
