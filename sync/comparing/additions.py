"""Projects a department adds to its check list: one project each, and matched with what the own ledger has already."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, select

from app.checking.check_answers import AddedRow
from app.engine import storing, wire
from app.engine.rows import Held
from app.ledger.ledgers import LedgerLine
from app.problem import Problem
from app.rounds import pushing
from app.values import kinds
from models.schema import entry as entry_table
from sync.comparing.merging import HEAD, Cells, Row

OPEN = ("open", "complete")
_LEFT = {
    "removed": "已移除",
    "approved": "已核减",
    "started": "已开工",
    "corrected": "已更正",
    "excluded": "已核查剔除",
}
_CHUNK = 500
UNKNOWN, HERE = "待核", "台账里已有"


@dataclass(frozen=True)
class Known:
    """An own project that an added one is. `joins`: taking it in adds its matters there, and no second project;
    else it only looks like it, and `why` says how."""

    entry: str
    name: str
    no: str
    joins: bool
    why: str

    @property
    def said(self) -> str:
        if self.joins:
            return f"{HERE}这个项目（{self.no}，{self.why}），收进来是给它补上事项，不另立项目"
        return f"{HERE}“{self.name}”（{self.no}，{self.why}），请核对是不是同一个项目"


def grouped(rows: Iterable[AddedRow]) -> list[list[AddedRow]]:
    """The lines of each project: those of one code, or without a code of one name and no other owner.

    A line without a code goes with the only coded project of its name (旗方案 四(一): a line for each matter).
    """
    groups: list[list[AddedRow]] = []
    coded: dict[str, list[AddedRow]] = {}
    bare: list[AddedRow] = []
    for row in rows:
        code = _code(row.cells)
        if not code:
            bare.append(row)
        elif code in coded:
            coded[code].append(row)
        else:
            coded[code] = [row]
            groups.append(coded[code])
    for row in bare:
        fits = [group for group in groups if _is_of(row, group)]
        if len(fits) == 1:
            fits[0].append(row)
        else:
            groups.append([row])
    return groups


def named(group: Sequence[AddedRow]) -> str:
    """What tells a project of one list from the others of it: its code, else its name and owner."""
    code = next((found for row in group if (found := _code(row.cells))), "")
    return code or "|".join((_key(group[0].cells, "name"), _key(group[0].cells, "owner_org")))


def known(connection: Connection, line: LedgerLine, added: Mapping[str, Row]) -> dict[str, Known]:
    """Of added rows those that the own ledger has by code or by name; {added id: which}."""
    heads = {i: wire.from_wire(line.loaded, dict(row.parts.get(HEAD, {}))) for i, row in added.items()}
    codes, names = ({_of(cells) for cells in heads.values()} - {""} for _of in (_code, _name))
    here = _here(connection, line, codes, names)
    found = {i: _match(cells, here) for i, cells in heads.items()}
    return {i: one for i, one in found.items() if one is not None}


@dataclass(frozen=True)
class Placed:
    """A return whose additions were looked up in the own ledger: `rows` with answers to own projects, what is left
    `added`, and the own projects these are or look like."""

    rows: dict[str, Row]
    added: dict[str, Row]
    known: dict[str, Known]


def placed(
    connection: Connection,
    line: LedgerLine,
    dept: str,
    rows: Mapping[str, Row],
    added: Mapping[str, Row],
    keys: Sequence[str],
    answered: Callable[[list[str]], set[tuple[str, str]]],
) -> Placed:
    """Additions to projects that stand here, cut down to the `keys` of the matters they bring.

    What was taken in before ({(own row, matter)} by `answered`), says what stands here, or is another department's, is
    an answer to that row like any other.
    """
    found = known(connection, line, added)
    before = answered([one.entry for one in found.values() if one.joins])
    out = Placed(dict(rows), {}, {})
    for id_, row in added.items():
        one = found.get(id_)
        if one is None or not one.joins:
            out.added[id_] = row
            out.known.update({id_: one} if one else {})
            continue
        held = storing.held_of(connection, [one.entry])[one.entry]
        fresh: dict[str, Cells] = {}
        for code, said in _said(row, keys).items():
            here = out.rows.get(one.entry, Row(one.entry, one.name, {}))
            usual = (one.entry, code) in before or not _is_theirs(line, dept, held, code)
            if code not in here.parts and (usual or _stands(line, held, code, said)):
                out.rows[one.entry] = replace(here, parts={**here.parts, code: said})
            elif not (code in here.parts and _stands(line, held, code, said)):
                fresh[code] = said
        if fresh:
            out.added[id_] = replace(row, parts={HEAD: row.parts.get(HEAD, {}), **fresh})
            out.known[id_] = one
    return out


def _said(row: Row, keys: Sequence[str]) -> dict[str, Cells]:
    """What a row says of its matters; one of which nothing is known says nothing."""
    found: dict[str, Cells] = {}
    for code, cells in row.parts.items():
        said = {k: v for k, v in cells.items() if k in keys and v is not None}
        if code != HEAD and said and said != {"state": UNKNOWN}:
            found[code] = said
    return found


def _is_theirs(line: LedgerLine, dept: str, held: Held, code: str) -> bool:
    here = held.items.get(code)
    return here is None or pushing.dept_of(line.loaded, code, here) == dept


def _stands(line: LedgerLine, held: Held, code: str, said: Cells) -> bool:
    """Whether the own project says all that already."""
    here = wire.items_to_wire(line.loaded, held.items).get(code, {})
    return all(here.get(key) == value for key, value in said.items())


def _is_of(row: AddedRow, group: Sequence[AddedRow]) -> bool:
    first = group[0].cells
    owners = {_key(row.cells, "owner_org"), _key(first, "owner_org")} - {""}
    name = _key(row.cells, "name")
    return bool(name) and name == _key(first, "name") and len(owners) < 2


def _match(cells: Mapping[str, Any], here: Sequence[Any]) -> Known | None:
    code, name = _code(cells), _name(cells)
    same = [r for r in here if code and r.code_key == code and r.standing in OPEN]
    if len(same) == 1:
        return _known(same[0], True, "同一个项目代码")
    alike = [r for r in here if name and r.name_key == name and r.standing in OPEN]
    owner = _key(cells, "owner_org")
    fits = [
        r for r in alike
        if not (code and r.code_key) and len({owner, kinds.name_key(r.unit or "")} - {""}) < 2
    ]  # fmt: skip
    if not same and len(fits) == 1 and len(alike) == 1:
        return _known(fits[0], True, "同名")
    left = [r for r in here if r.standing in _LEFT]
    for row, why in (
        *((r, "代码相同") for r in same),
        *((r, "同名") for r in alike),
        *((r, "") for r in left),
    ):
        return _known(row, False, why or _LEFT[row.standing])
    return None


def _known(row: Any, joins: bool, why: str) -> Known:
    return Known(row.id, row.name or "", row.no, joins, why)


def _here(connection: Connection, line: LedgerLine, codes: set[str], names: set[str]) -> list[Any]:
    t = entry_table.c
    query = select(t.id, t.no, t.name, t.name_key, t.code_key, t.unit, t.standing).where(
        t.ledger_id == line.id
    )
    found: dict[str, Any] = {}
    for column, keys in ((t.code_key, sorted(codes)), (t.name_key, sorted(names))):
        for start in range(0, len(keys), _CHUNK):
            some = query.where(column.in_(keys[start : start + _CHUNK]), t.standing != "deleted")
            found |= {row.id: row for row in connection.execute(some.order_by(t.number))}
    return list(found.values())


def _code(cells: Mapping[str, Any]) -> str:
    return kinds.code_key(_text(cells, "project_code"))


def _name(cells: Mapping[str, Any]) -> str:
    return _key(cells, "name")


def _key(cells: Mapping[str, Any], field: str) -> str:
    return kinds.name_key(_text(cells, field))


def _text(cells: Mapping[str, Any], field: str) -> str:
    value = cells.get(field)
    return "" if value is None or isinstance(value, Problem) else str(value)
