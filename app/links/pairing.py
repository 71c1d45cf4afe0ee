"""Rows of two ledgers of different campaigns that may be one project: proposed, never joined by the program."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from app.ledger import ledgers
from app.ledger.ledgers import CHECK, LedgerLine
from app.ledger.row_numbers import following_fields, split
from app.office import Office
from app.values import likeness
from app.words import wording
from models.schema import entry as entry_table
from models.schema import setting as setting_table

CROWD = 200
"""Rows of one bucket that a name is compared with at most."""
PLAIN = 500
"""Rows of one place that are all compared; of more, those whose names begin or end alike."""
APART = "apart:"
"""Settings of the rows that a row was said not to be the same project as, one for each row that would follow."""
_Home = tuple[str, frozenset[tuple[str, str]]]
OUT = ("deleted", "excluded")
"""Rows that are no longer there: neither proposed, nor is what they say of others a link."""
_COLUMNS = ("id", "no", "name", "name_key", "code_key", "place")


@dataclass(frozen=True)
class Pair:
    """Two rows that may be one project: `entry_id` would follow `other_id`. `sure`: they have the same project code.

    `why` says in words what speaks for it, `likeness` how near the names are (100: equal).
    """

    entry_id: str
    no: str
    name: str
    ledger_id: str
    other_id: str
    other_no: str
    other_name: str
    other_ledger: str
    sure: bool
    why: str
    likeness: int = 100


@dataclass(frozen=True)
class _Row:
    id: str
    no: str
    name: str
    name_key: str
    code_key: str
    place: str


def doubtful(office: Office, ledger_id: str) -> tuple[Pair, ...]:
    """Pairs of a row of this ledger and one of another campaign that are not linked yet, sure ones first.

    By project code (sure), by equal names that no place contradicts, by near names in the same place; 一期 and 二期,
    第2标段 and 第3标段 are never proposed (decision 14). Confirm one with `relations.link(office, pair.entry_id,
    pair.other_no)`.
    """
    with office.read() as connection:
        lines = [line for line in ledgers.lines_in(connection) if line.purpose != CHECK]
        line = next((each for each in lines if each.id == ledger_id), None) or ledgers.line_of(
            connection, ledger_id
        )
        return _sorted(_between(connection, *_turned(line, other)) for other in _others(line, lines))


def every(office: Office, *, tell: Callable[[int, int], object] | None = None) -> tuple[Pair, ...]:
    """The same of all own ledgers and those that came, each two once; `tell(done, total)` counts the ledgers compared."""
    with office.read() as connection:
        lines = [line for line in ledgers.lines_in(connection) if line.purpose != CHECK]
        own = [line for line in lines if line.own]
        couples = {frozenset((line.id, other.id)): (line, other) for line in own for other in _others(line, lines)}
        found = []
        for at, (line, other) in enumerate(couples.values(), 1):
            found.append(list(_between(connection, *_turned(line, other))))
            if tell is not None:
                tell(at, len(couples))
    return _sorted(found)


def parted(connection: Connection) -> set[frozenset[str]]:
    """The pairs of rows of which a person said that they are not the same project."""
    t = setting_table.c
    rows = connection.execute(select(t.key, t.value).where(t.key.startswith(APART, autoescape=True)))
    return {frozenset((row.key.removeprefix(APART), other)) for row in rows for other in row.value}


def _sorted(found: Iterable[Iterable[Pair]]) -> tuple[Pair, ...]:
    pairs = [pair for each in found for pair in each]
    return tuple(sorted(pairs, key=lambda p: (not p.sure, -p.likeness, p.no, p.other_no)))


def _others(line: LedgerLine, every: Sequence[LedgerLine]) -> list[LedgerLine]:
    """Ledgers of other campaigns with which this one may share projects; a received one where we have none of its kind."""
    own = {each.template_id for each in every if each.own}
    return [
        each
        for each in every
        if each.template_id != line.template_id
        and (each.own or each.template_id not in own)
        and (follows(line, each) or follows(each, line))
    ]


def _turned(line: LedgerLine, other: LedgerLine) -> tuple[LedgerLine, LedgerLine]:
    return (line, other) if follows(line, other) else (other, line)


def follows(line: LedgerLine, other: LedgerLine) -> bool:
    """Whether rows of our ledger may say that they are the same project as rows of the other."""
    fields = following_fields(line.loaded) if line.own else ()
    return any(not field.ledgers or other.template_id in field.ledgers for field in fields)


def _between(connection: Connection, line: LedgerLine, other: LedgerLine) -> Iterator[Pair]:
    """The proposals between two ledgers, each row in one at most."""
    mine, theirs = _rows(connection, line), _rows(connection, other)
    ours, back = _links(connection, line), _links(connection, other)
    named = {number for _, number in ours}
    numbers = {row.no for row in mine}
    named |= {no for no, number in back if number in numbers}
    taken = {no for no, _ in ours} | {number for _, number in back}
    mine = [row for row in mine if row.no not in taken]
    theirs = [row for row in theirs if row.no not in named]
    met: set[str] = set()
    apart = parted(connection)
    for one, two, sure, why, near in _proposed(mine, theirs):
        if one.id in met or two.id in met or frozenset((one.id, two.id)) in apart:
            continue
        met |= {one.id, two.id}
        yield Pair(one.id, one.no, one.name, line.id, two.id, two.no, two.name, other.id, sure, why, near)


def _proposed(mine: Sequence[_Row], theirs: Sequence[_Row]) -> Iterator[tuple[_Row, _Row, bool, str, int]]:
    """(one, other, sure, why, likeness), the best reasons first."""
    coded, named = _by(theirs, "code_key"), _by(theirs, "name_key")
    for one in mine:
        for two in coded.get(one.code_key, ()):
            if not likeness.contrary(one.name, two.name):
                yield one, two, True, "项目代码相同", 100
    for one in mine:
        for two in named.get(one.name_key, ()):
            if not (one.code_key and two.code_key) and (same := _same_place(one, two)):
                yield one, two, False, f"名称相同，{same}", 100
    yield from _near(mine, theirs)


def _near(mine: Sequence[_Row], theirs: Sequence[_Row]) -> Iterator[tuple[_Row, _Row, bool, str, int]]:
    """Names that differ a little, in the same place; rows that both have a code are told apart by it."""
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - slow to load, and only this page asks for it

    homes: dict[_Home, list[_Row]] = defaultdict(list)
    for two in theirs:
        if two.place and two.name_key:
            homes[_home(two)].append(two)
    crowds = {home: _bucketed(rows) for home, rows in homes.items() if len(rows) > PLAIN}
    for one in mine:
        home = _home(one)
        near = homes.get(home, []) if one.place and one.name_key else []
        if home in crowds:
            near = [two for end in likeness.ends(one.name_key) for two in crowds[home].get(end, ())[:CROWD]]
        near = [two for two in near if not (one.code_key and two.code_key)]
        names = [two.name_key for two in near]
        for _, score, at in process.extract(
            one.name_key, names, scorer=fuzz.ratio, score_cutoff=likeness.ALIKE, limit=3
        ):
            yield one, near[at], False, "名称相近，地点相同", round(score)


def _home(row: _Row) -> _Home:
    """Rows of one place whose names number the same parts: no others can be one project (decision 14)."""
    return row.place, likeness.parts(row.name)


def _bucketed(rows: Iterable[_Row]) -> dict[str, list[_Row]]:
    out: dict[str, list[_Row]] = defaultdict(list)
    for row in rows:
        for end in likeness.ends(row.name_key):
            out[end].append(row)
    return out


def _same_place(one: _Row, two: _Row) -> str:
    """'' where two rows stand in different places."""
    if one.place and two.place:
        return "地点相同" if one.place == two.place else ""
    return "有一边没有填地点"


def _by(rows: Iterable[_Row], key: str) -> dict[str, list[_Row]]:
    out: dict[str, list[_Row]] = defaultdict(list)
    for row in rows:
        if getattr(row, key):
            out[getattr(row, key)].append(row)
    return out


def _rows(connection: Connection, line: LedgerLine) -> list[_Row]:
    e = entry_table.c
    query = select(*(e[name] for name in _COLUMNS)).where(e.ledger_id == line.id, e.standing.not_in(OUT))
    return [
        _Row(r.id, r.no, r.name or "", r.name_key or "", r.code_key or "", wording.key(r.place or ""))
        for r in connection.execute(query.order_by(e.number))
    ]


def _links(connection: Connection, line: LedgerLine) -> list[tuple[str, str]]:
    """(number of a row, number of the row it says it is the same project as) of a ledger."""
    e = entry_table.c
    found: list[tuple[str, str]] = []
    for field in following_fields(line.loaded):
        cell = e.cells[field.id].as_string()
        live = select(e.no, cell).where(e.ledger_id == line.id, e.standing.not_in(OUT))
        rows = connection.execute(live.where(cell.is_not(None)))
        found += [(no, split(text)[0]) for no, text in rows]
    return found
