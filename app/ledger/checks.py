"""What is missing or does not fit, row by row: before signing, before sending, or while typing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, func, select

from app.engine import expressions, storing
from app.engine.rows import STANDING_WORDS, Cells, Held, item_order
from app.ledger import kept_cells, ledgers, row_numbers, twins
from app.ledger.ledgers import LedgerLine
from app.office import Office
from app.problem import Problem
from app.words.templates import Check, Field, Loaded
from models.schema import attachment as attachment_table
from models.schema import entry as entry_table
from models.schema import item as item_table

LEVELS = {"gap": "缺项", "error": "有误", "warn": "请留意"}
REFUSED = "E_REFUSED_CELL"
_BOUNDS = frozenset(("campaign_start", "campaign_end", "code", "named"))
_MISNAMED = {"unknown": "E_NO_ROW", "self": "E_LINK_SELF", "ring": "E_LINK_RING"}
_MOST_REMEMBERED = 50_000


@dataclass(frozen=True)
class Finding:
    """One thing to mend: `level` is gap, error or warn; `field` and `item` lead to the exact cell."""

    entry_id: str
    no: str
    name: str
    field: str
    item: str
    level: str
    code: str
    text: str
    clause: str = ""


def check(office: Office, ledger_id: str) -> list[Finding]:
    """Everything to mend in a ledger: gaps, cross-field checks of the template, duplicates."""
    with office.read() as connection:
        line = ledgers.line_of(connection, ledger_id)
        refused = list(_refused(connection, line, office))
        out = gaps(connection, line, office.today())
        met = {(f.entry_id, f.item, f.field) for f in out}
        out += [f for f in _crossed(connection, line, office) if (f.entry_id, f.item, f.field) not in met]
        out += list(_duplicates(connection, line))
        out += list(_misnamed(connection, line))
        out += [_found(line.loaded, held, rule, "") for held, rule in twins.found(connection, line)]
    return refused + out


def refused_words(found: Iterable[Finding]) -> str:
    """What is red in the grid stands in no print and no bundle; '' while nothing is."""
    count = sum(f.code == REFUSED for f in found)
    return f"有 {count:,} 格填的没有存进去（红格），打印、上报用的还是原来的内容" if count else ""


def gaps(connection: Connection, line: LedgerLine, today: dt.date) -> list[Finding]:
    """Required fields (submit, or when their condition holds) that are empty, of rows in 在账 (decision 9).

    A matter still 待核 is one gap, whatever else it lacks (decision 7).
    """
    finder = GapFinder(line.loaded, today)
    return [gap for held in storing.every_held(connection, line.id) for gap in finder.of(held)]


def by_row(found: list[Finding]) -> list[str]:
    """One line a row: 台账编号 项目名称：缺甲、缺乙…"""
    rows: dict[str, list[str]] = {}
    for each in found:
        head = f"{each.no} {each.name}"
        rows.setdefault(head, []).append(each.text.removeprefix(f"{head}："))
    return [f"{head}：{'、'.join(said)}" for head, said in rows.items()]


def hard_fault(
    office: Office, line: LedgerLine, held: Held, touched: set[str], items: Mapping[str, set[str]]
) -> Problem | None:
    """The first error-level check that fails and reads a cell just entered, else None."""
    return expressions.hard_faults(line.loaded, held.cells, held.items, touched, items, office.today())


class Strange(Struct, frozen=True):
    """A cell whose code the template no longer has: it stays and is a gap (decision 21)."""

    field: Field
    value: str

    @property
    def id(self) -> str:
        return self.field.id


Lack = Field | Check | Strange


class GapFinder:
    """Finds empty required fields and what the template's checks of level gap say of the rest (decision 9).

    What a matter lacks is remembered by its cells, most matters being alike.
    """

    def __init__(self, loaded: Loaded, today: dt.date) -> None:
        self.loaded = loaded
        self.today = today
        self.rules = expressions.rules_of(loaded)
        own = loaded.item_fields.keys() | _BOUNDS
        self.checks = [(c, rule) for c, rule in self.rules.checks if c.level == "gap"]
        self.item_checks = [(c, rule) for c, rule in self.rules.item_checks if c.level == "gap"]
        rules = [when for _, when in self.rules.item_needs if when is not None] + [r for _, r in self.item_checks]
        self.alike = all(own | {"files"} >= set(rule.names) for rule in rules)
        self.seen: dict[Any, list[Lack]] = {}
        self.coded = _coded(loaded, loaded.t.fields)
        self.item_coded = _coded(loaded, loaded.item_fields.values())

    def of(self, held: Held) -> Iterator[Finding]:
        """The gaps of one row; a row that is not in 在账 has none."""
        if held.standing != "open":
            return
        live = held.open_items()
        names = expressions.names_of_entry(self.loaded, held.cells, held.items, {}, live)
        empty = set()
        for field, when in self.rules.needs:
            if held.cells.get(field.id) is None and (when is None or when.holds(names, self.today)):
                empty.add(field.id)
                yield self._finding(held, field, "")
        for strange in _strange(self.coded, held.cells):
            yield self._finding(held, strange, "")
        for check, rule in self.checks:
            if check.field not in empty and rule.holds(names, self.today):
                yield _found(self.loaded, held, check, "")
        for code in item_order(self.loaded, held.items):
            if held.standings.get(code) == "open":
                for lack in self._lacking(code, held.items[code], held.cells):
                    yield self._finding(held, lack, code)

    def _lacking(self, code: str, item: Cells, cells: Cells) -> list[Lack]:
        if item.get("state") == "待核":
            return [self.loaded.item_fields["state"]]
        key: Any = None
        if self.alike:
            try:
                key = (code, *item.items())
                if key in self.seen:
                    return self.seen[key]
            except TypeError:
                key = None
        names = expressions.names_of_item(self.loaded, code, item, cells, {"files": 0})
        default_dept = bool(self.loaded.preset_of(code).dept)
        lacking: list[Lack] = [
            field
            for field, when in self.rules.item_needs
            if item.get(field.id) is None
            and not (field.id == "dept" and default_dept)
            and (when is None or when.holds(names, self.today))
        ]
        empty = {each.id for each in lacking}
        lacking += _strange(self.item_coded, item)
        lacking += [c for c, rule in self.item_checks if c.field not in empty and rule.holds(names, self.today)]
        if key is not None and len(self.seen) < _MOST_REMEMBERED:
            self.seen[key] = lacking
        return lacking

    def _finding(self, held: Held, field: Lack, code: str) -> Finding:
        if isinstance(field, Check):
            return _found(self.loaded, held, field, code)
        if isinstance(field, Strange):
            where = self.loaded.preset_of(code).title if code else ""
            text = f"{held.no} {held.name}：{where}“{field.field.title}”的“{field.value}”已不在代码表里，请改选"
            return Finding(held.id, held.no, held.name, field.id, code, "gap", "E_GAP", text, field.field.clause)
        if not code:
            said = f"缺{field.title}"
        elif field.id == "state":
            said = f"{self.loaded.preset_of(code).title}待核"
        else:
            said = f"{self.loaded.preset_of(code).title}缺{field.title}"
        text = f"{held.no} {held.name}：{said}"
        return Finding(held.id, held.no, held.name, field.id, code, "gap", "E_GAP", text, field.clause)


def _coded(loaded: Loaded, fields: Iterable[Field]) -> list[tuple[Field, frozenset[str]]]:
    """The fields that hold codes, with the codes there are."""
    return [(f, frozenset(c.code for c in loaded.codes[f.choices].codes)) for f in fields if f.choices in loaded.codes]


def _strange(coded: list[tuple[Field, frozenset[str]]], cells: Cells) -> list[Strange]:
    found = []
    for field, known in coded:
        value = cells.get(field.id)
        held = [value] if isinstance(value, str) else value or ()
        if gone := [each for each in held if each not in known]:
            found.append(Strange(field, "、".join(gone)))
    return found


def _crossed(connection: Connection, line: LedgerLine, office: Office) -> Iterable[Finding]:
    """The template's checks over every row that counts."""
    loaded, today = line.loaded, office.today()
    files = _files(connection, line.id)
    due = _due(connection, line.id)
    for held in storing.every_held(connection, line.id):
        if held.standing in ("deleted", "excluded"):
            continue
        dates = {code: due[held.id, code] for code in held.items if (held.id, code) in due}
        overdue = sum(1 for d in dates.values() if d["due"] and d["due"] < today.isoformat())
        count = files.get(held.id, 0)
        facts = {
            "n_overdue": overdue,
            "standing": STANDING_WORDS[held.standing],
            "division": office.division,
            "sealed": line.sealed,
            "files": count,
        }
        item_facts = {code: {"files": count, **dates.get(code, {})} for code in held.items}
        for said in expressions.said(
            loaded,
            held.cells,
            held.items,
            today,
            facts=facts,
            item_facts=item_facts,
            calendar=office.calendar(),
            live=held.open_items(),
        ):
            yield _found(loaded, held, said.check, said.item)


def _due(connection: Connection, ledger_id: str) -> dict[tuple[str, str], dict[str, Any]]:
    t = item_table.c
    rows = connection.execute(
        select(t.entry_id, t.code, t.due, t.upper_due, t.clock).where(
            t.ledger_id == ledger_id, t.clock.isnot(None)
        )
    )
    return {(r.entry_id, r.code): {"due": r.due, "upper_due": r.upper_due, "clock": r.clock} for r in rows}


def _duplicates(connection: Connection, line: LedgerLine) -> Iterable[Finding]:
    """Rows with the same code, or the same name, look like one project entered twice."""
    t = entry_table.c
    live = (t.ledger_id == line.id, t.standing.notin_(("deleted", "excluded")))
    for column, field, word in ((t.code_key, "project_code", "项目代码"), (t.name_key, "name", "项目名称")):
        twice = (
            select(column).where(*live, column.isnot(None)).group_by(column).having(func.count() > 1)
        )
        for row in connection.execute(select(t.id, t.no, t.name).where(*live, column.in_(twice))):
            text = f"{row.no} {row.name}：{word}与另一行相同，请核对是否重复列入"
            yield Finding(row.id, row.no, row.name, field, "", "warn", "E_LOOKS_TWICE", text)


def _refused(connection: Connection, line: LedgerLine, office: Office) -> Iterable[Finding]:
    """Cells that were typed or pasted, refused, and not mended since."""
    kept = {(cell.entry, cell.key): cell for cell in kept_cells.of(office, line.id)}
    t = entry_table.c
    gone = ("deleted", "excluded", "removed", "corrected")
    names = select(t.id, t.no, t.name).where(t.ledger_id == line.id, t.standing.notin_(gone))
    rows = {row.id: row for row in connection.execute(names)} if kept else {}
    for (entry, key), cell in kept.items():
        if entry in rows:
            row, field = rows[entry], line.loaded.fields.get(key)
            title, private = (field.title, field.private) if field else ("有一格", False)
            text = f"{row.no} {row.name}：{title}{'' if private else f'“{cell.text[:20]}”'}没有存进去，请改好"
            yield Finding(row.id, row.no, row.name, key if field else "name", "", "error", REFUSED, text)


def _misnamed(connection: Connection, line: LedgerLine) -> Iterable[Finding]:
    """Cells that name a row of a ledger which is not here, or not here yet; their own row, or one that follows it."""
    for one in row_numbers.misnamed(connection, line):
        code = _MISNAMED[one.why]
        yield Finding(one.entry_id, one.no, one.name, one.field.id, "", "warn", code, one.said)


def _files(connection: Connection, ledger_id: str) -> dict[str, int]:
    t = attachment_table.c
    rows = connection.execute(
        select(t.entry_id, func.count())
        .where(t.ledger_id == ledger_id, t.entry_id.isnot(None))
        .group_by(t.entry_id)
    )
    return {str(entry): n for entry, n in rows}


def _found(loaded: Loaded, held: Held, rule: Check, code: str) -> Finding:
    where = loaded.preset_of(code).title if code else ""
    text = f"{held.no} {held.name}：{where}{rule.text}"
    return Finding(held.id, held.no, held.name, rule.field, code, rule.level, f"C_{rule.id}", text, rule.clause)
