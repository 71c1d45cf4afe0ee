"""Adding and amending the rows of a ledger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, func, insert, or_, select

from app import canon
from app.change import Change
from app.engine import entering, storing
from app.engine.entering import Texts
from app.engine.freezing import refuse_frozen, refuse_locked, refuse_outside_part
from app.engine.rows import (
    Cells,
    Changes,
    Held,
    ItemRows,
    born_item,
    fresh_items,
    in_base,
    patched,
    settle_item,
)
from app.ids import new_id
from app.journals.writing import Write
from app.ledger import checks, ledgers, row_numbers
from app.ledger.ledgers import LedgerLine
from app.ledger.recording import Event, Recorder
from app.office import Office
from app.problem import Problem
from app.values import dates, kinds
from app.words import wording
from models import database
from models.schema import entry as entry_table
from models.schema import ledger as ledger_table
from models.schema import original as original_table

_OWN_NUMBERS = ("order_no", "doc_no")
"""The fields in which the rows of a register keep their own number."""


class NewRow(msgspec.Struct, frozen=True):
    """A parsed row to add: values as stored, and the cells it was read from by head."""

    cells: Cells
    items: ItemRows = msgspec.field(default_factory=dict)
    raw: Mapping[str, Any] = msgspec.field(default_factory=dict)
    row: int = 0
    source: str = ""


class RowChange(msgspec.Struct, frozen=True):
    """A parsed row that completes or corrects an entry."""

    entry_id: str
    cells: Changes
    items: Mapping[str, Changes] = msgspec.field(default_factory=dict)
    raw: Mapping[str, Any] = msgspec.field(default_factory=dict)
    row: int = 0


def declare(not_secret: str) -> str:
    """The named declaration that nothing here is 涉密 (S53 三(二), decision 11). Raises Problem E_SECRET."""
    person = wording.one_line(not_secret)
    if not person:
        raise Problem(
            "E_SECRET",
            "涉密项目由各部门自行保管，不得录入；请由具体的人声明“不涉密”并填写姓名后再继续",
            field="not_secret",
        )
    return person


def add(
    office: Office,
    ledger_id: str,
    texts: Texts,
    *,
    not_secret: str,
    items: Mapping[str, Texts] | None = None,
    basis: str = "",
    on: str = "",
) -> Change:
    """Add one entry by hand. In a sealed ledger it counts as 新增 and needs `basis` (decision 2).

    Raises Problem E_SECRET, E_REQUIRED, E_ADD_BASIS, E_FOREIGN and the kinds' own.
    """
    person = declare(not_secret)
    day = dates.business_day(on, office.today()) if on else ""
    with office.write("新增项目") as work:
        line = ledgers.line_of(work.connection, ledger_id)
        loaded = line.loaded
        given = entering.item_changes(loaded, items or {})
        row = NewRow(entering.changes_of(loaded, texts), given)
        entry = add_many(work, line, office, [row], {"not_secret": person}, basis=wording.clean(basis), on=day)[0]
        held = storing.held_of(work.connection, [entry])[entry]
        refuse_faults(office, line, held, set(texts), {c: set(t) for c, t in (items or {}).items()})
        row_numbers.refuse_misnamed(work.connection, line, entry, held.source, held.cells)
    return Change(f"已新增：{held.name}", frozenset({ledger_id}), entry, {"no": held.no})


def amend(
    office: Office, entry_id: str, texts: Texts, items: Mapping[str, Texts] | None = None
) -> Change:
    """Change cells of an entry and of its matters; an empty text clears a cell.

    Raises Problem E_NO_ENTRY, E_FOREIGN, E_FROZEN, E_LOCKED, E_ROW_KIND, E_LINK_SELF, E_LINK_RING and the kinds' own;
    nothing is written then.
    """
    with office.write("修改") as work:
        changed, new, line = amend_in(work, office, entry_id, texts, items)
    said = f"已保存：{new.name}" if changed else "没有改动"
    return Change(said, frozenset({line.id}), entry_id, {"changed": changed})


def amend_in(
    work: Write, office: Office, entry_id: str, texts: Texts, items: Mapping[str, Texts] | None = None
) -> tuple[bool, Held, LedgerLine]:
    """The same in the open transaction of a larger deed: whether anything changed, the row as it is now, its ledger."""
    old, line = held_for(work, entry_id)
    changes = entering.changes_of(line.loaded, texts)
    by_item = entering.item_changes(line.loaded, items or {})
    new = amended(line, old, changes, by_item)
    if line.purpose == ledgers.CHECK:
        refuse_outside_part(line.loaded, old, new)
    if work.ledger(line.id).sealed:
        refuse_frozen(line.loaded, old, new)
    refuse_locked(line.loaded, old, new)
    refuse_faults(office, line, new, set(changes), {c: set(v) for c, v in by_item.items()})
    linked = {key: new.cells.get(key) for key in changes if new.cells.get(key) != old.cells.get(key)}
    row_numbers.refuse_misnamed(work.connection, line, entry_id, new.source, linked)
    recorder = Recorder(work, line, office.calendar(), sparing=True)
    seq = recorder.put(old, new, "amend")
    recorder.flush()
    return bool(seq), new, line


def amended(
    line: LedgerLine, old: Held, changes: Changes, items: Mapping[str, Changes], *, sharing: bool = False
) -> Held:
    """A copy of `old` with the changes, each touched matter made consistent.

    `sharing`: the other matters are those of `old` themselves, for a caller that changes none of them.
    """
    new = old.copy(items=not sharing)
    new.cells = patched(old.cells, changes)
    for code, patch in items.items():
        before = old.items.get(code, {})
        new.items[code] = settle_item(line.loaded, before, patched(before, patch))
        if code not in new.standings:
            new.standings[code] = "open"
    if absent := entering.missing(line.loaded, new.cells):
        raise Problem("E_REQUIRED", f"“{absent[0].title}”不能空，请填写", field=absent[0].id)
    return new


def add_many(
    work: Write,
    line: LedgerLine,
    office: Office,
    rows: Iterable[NewRow],
    facts: dict[str, Any],
    *,
    basis: str = "",
    on: str = "",
    import_id: str = "",
) -> list[str]:
    """Add parsed rows in the open transaction; returns their ids in order.

    Raises Problem E_REQUIRED (naming the row), E_ADD_BASIS, E_ADD_COMPLETE, E_FOREIGN.
    """
    ledgers.refuse_foreign(line)
    head = work.ledger(line.id)
    if line.purpose == ledgers.CHECK and not basis.strip():
        raise Problem("E_ADD_REASON", f"补报的项目要写明理由，{line.origin_name}据此核定", field="basis")
    if head.sealed and not basis.strip():
        raise Problem(
            "E_ADD_BASIS", "台账已确定，补录项目要写明依据（文号或来由），不得随意增减", field="basis"
        )
    names = {"division": office.division, "office": office.name, "today": work.on}
    stem = stem_of(office, line)
    fresh = fresh_items(line.loaded)
    recorder = Recorder(work, line, office.calendar())
    originals: list[dict[str, Any]] = []
    ids = []
    for row in rows:
        held = _newborn(line, row, names, stem, head.next_no, fresh)
        head.next_no += 1
        events = _as_addition(line, held, basis, on or work.on) if head.sealed else ()
        why = {"reason": basis} if line.purpose == ledgers.CHECK else {}
        recorder.put(None, held, "add", facts | why | _told(row), events)
        if import_id and row.raw:
            originals.append({"entry_id": held.id, "import_id": import_id, "row": row.row, "raw": dict(row.raw)})
        ids.append(held.id)
    recorder.flush()
    if originals:
        database.insert_many(work.connection, original_table, originals)
    return ids


def stem_of(office: Office, line: LedgerLine) -> str:
    """What the 台账编号 of every row of a ledger begins with."""
    return f"{office.division}-{line.loaded.t.kind_code}-{line.loaded.t.start_year}"


def update_many(
    work: Write,
    line: LedgerLine,
    office: Office,
    changes: Iterable[RowChange],
    facts: dict[str, Any],
    *,
    import_id: str = "",
) -> int:
    """Apply parsed changes in the open transaction; returns how many entries really changed."""
    ledgers.refuse_foreign(line)
    ledgers.refuse_part(line)
    wanted = list(changes)
    held = storing.held_of(work.connection, [c.entry_id for c in wanted])
    recorder = Recorder(work, line, office.calendar())
    originals = []
    done = 0
    for change in wanted:
        old = held[change.entry_id]
        new = amended(line, old, change.cells, change.items)
        if work.ledger(line.id).sealed:
            refuse_frozen(line.loaded, old, new)
        refuse_locked(line.loaded, old, new)
        stored = recorder.put(old, new, "amend", facts | _told(change))
        done += bool(stored)
        held[change.entry_id] = new
        if stored and import_id and change.raw:
            originals.append(
                {"entry_id": old.id, "import_id": import_id, "row": change.row, "raw": dict(change.raw)}
            )
    recorder.flush()
    if originals:
        work.connection.execute(insert(original_table).prefix_with("OR REPLACE", dialect="sqlite"), originals)
    return done


def _told(row: NewRow | RowChange) -> dict[str, Any]:
    """Where the row stood in the sheet, and the digest of its original cells (`verify` compares them)."""
    told: dict[str, Any] = {"row": row.row} if row.row else {}
    return told | ({"raw": canon.fingerprint(dict(row.raw))} if row.raw else {})


def held_for(work: Write, entry_id: str) -> tuple[Held, LedgerLine]:
    """An entry that may be written, and its ledger. Raises Problem E_NO_ENTRY, E_FOREIGN."""
    return every_held_for(work, [entry_id])[entry_id]


def every_held_for(work: Write, ids: Sequence[str]) -> dict[str, tuple[Held, LedgerLine]]:
    """The same of many rows, of one ledger or several."""
    helds = storing.held_of(work.connection, ids)
    lines: dict[str, LedgerLine] = {}
    out = {}
    for entry_id in ids:
        ledger = ledger_of(work.connection, entry_id)
        if ledger not in lines:
            lines[ledger] = ledgers.line_of(work.connection, ledger)
            ledgers.refuse_foreign(lines[ledger])
        held = helds[entry_id]
        if held.standing == "deleted":
            raise Problem("E_NO_ENTRY", f"“{held.name}”已随导入撤回，不能再改", entry=entry_id)
        if work.destroyed(entry_id):
            raise Problem("E_DESTROYED", f"{held.no} 已按误入处置，内容已销毁，不能再改", entry=entry_id)
        out[entry_id] = held, lines[ledger]
    return out


def ledger_of(connection: Connection, entry_id: str) -> str:
    """The id of the ledger a row stands in. Raises Problem E_NO_ENTRY."""
    found = connection.scalar(select(entry_table.c.ledger_id).where(entry_table.c.id == entry_id))
    if found is None:
        raise Problem("E_NO_ENTRY", "没有这一行，可能已经撤回，请刷新后再看", entry=entry_id)
    return str(found)


def find(office: Office, ref: str) -> str:
    """The id of the entry named by id, 台账编号, project code or exact name, else of a register's row by its own number.

    That is the number of a paper or of a call (文号, 工单号). Raises E_NO_ENTRY, E_WHICH_ENTRY.
    """
    t = entry_table.c
    with office.read() as connection:
        for rule in (
            t.id == ref,
            t.no == ref,
            t.code_key == kinds.code_key(ref),
            t.name_key == kinds.name_key(ref),
            or_(*(func.json_extract(t.cells, f"$.{key}") == ref.strip() for key in _OWN_NUMBERS)),
        ):
            query = select(t.id, t.no, ledger_table.c.own).join(ledger_table, ledger_table.c.id == t.ledger_id)
            query = query.where(rule, t.standing != "deleted").order_by(ledger_table.c.own.desc(), t.no).limit(9)
            found = connection.execute(query).all()
            found = [r for r in found if r.own] or found
            if len(found) == 1:
                return str(found[0].id)
            if found:
                raise Problem(
                    "E_WHICH_ENTRY",
                    f"“{ref}”对应 {len(found):,} 行，请改用台账编号：{'、'.join(r.no for r in found)}",
                    entries=[r.id for r in found],
                )
    raise Problem("E_NO_ENTRY", f"没有“{ref}”这一行，请用台账编号、项目代码或项目名称查找", entry=ref)


def refuse_faults(
    office: Office, line: LedgerLine, held: Held, touched: set[str], items: Mapping[str, set[str]]
) -> None:
    """Raise the first hard cross-field fault that concerns what was just entered."""
    fault = checks.hard_fault(office, line, held, touched, items)
    if fault is not None:
        raise fault


def _newborn(
    line: LedgerLine, row: NewRow, names: Mapping[str, str], stem: str, number: int, fresh: ItemRows
) -> Held:
    cells = entering.defaults(line.loaded, row.cells, names)
    if absent := entering.missing(line.loaded, cells):
        where = f"第 {row.row} 行：" if row.row else ""
        raise Problem("E_REQUIRED", f"{where}“{absent[0].title}”不能空，请填写", field=absent[0].id, row=row.row)
    items = {code: dict(base) for code, base in fresh.items()}
    for code, given in row.items.items():
        items[code] = born_item(line.loaded, items.get(code, {}), given)
    return Held(new_id(), number, f"{stem}-{number:04}", cells, items, source=row.source)


def _as_addition(line: LedgerLine, held: Held, basis: str, on: str) -> tuple[Event, ...]:
    """The events of an entry that comes after the seal: it and its open matters are 新增."""
    if not in_base(line.loaded, held.cells, held.items):
        word = line.loaded.t.words.complete
        raise Problem("E_ADD_COMPLETE", f"“{held.name}”{word}、不算在基数里，不需要补录进《{line.title}》")
    held.added = True
    held.standing = "open"
    held.added_items = set(held.items)
    facts = {"basis": basis}
    events = [Event("added", on, None, facts)]
    for code, cells in held.items.items():
        is_open = cells.get("state") in ("在办", "未办", "待核")
        held.standings[code] = "open" if is_open else "complete"
        if is_open:
            events.append(Event("added", on, code, facts))
    return tuple(events)
