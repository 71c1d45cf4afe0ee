"""One ledger's tables beside its journal: every column of every row, derived ones worked out again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, select

from app import canon
from app.engine import storing
from app.engine.rows import Held
from app.journals import comparing
from app.journals.column_words import COLUMNS, TABLES
from app.journals.comparing import Difference, apart
from app.journals.writing import UNITS
from app.ledger import ruling
from app.listing import counts
from app.proof.standing import Standings
from app.proof.told_ledger import COUNTED, LedgerTale
from app.proof.told_office import OfficeTale
from app.values import kinds
from app.values.workdays import Calendar
from app.words.templates import Field
from models import schema
from models.schema import entry as entry_table
from models.schema import item as item_table

CHUNK = 500
_UNITS = {"project": "项目", "item": "事项"}


def ledger(
    connection: Connection, tale: LedgerTale, office: OfficeTale, calendar: Calendar
) -> Iterator[Difference]:
    """Every difference of one ledger; the tale is used up."""
    title = f"《{tale.line.title}》"
    yield from tale.faults
    row = connection.execute(select(schema.ledger).where(schema.ledger.c.id == tale.line.id)).mappings().one()
    told = tale.ledger(office.mirrors.get(tale.line.id), office.particulars)
    yield from comparing.columns("ledger", told, row, title)
    yield from _entries(connection, tale, calendar)
    yield from _papers(connection, tale, title)
    yield from _imports(connection, tale, title)
    yield from _tallies(connection, tale.line.id, title)


def _entries(connection: Connection, tale: LedgerTale, calendar: Calendar) -> Iterator[Difference]:
    loaded, left, ruled = tale.line.loaded, tale.held, Standings(tale)
    limits, ties = ruling.limits(connection, tale.line.id), list[dict[str, Any]]()
    for rows, items in _pages(connection, tale.line.id):
        for row in rows:
            held = left.pop(row["id"], None)
            where = f"《{tale.line.title}》{row['no']}"
            if held is None:
                yield Difference(where, f"“{row['name'] or row['no']}”没有录入记录", "entry")
                continue
            yield from ruled.differences(held, where)
            told, matters = storing.columns(loaded, calendar, tale.line.id, held, tale.seqs[held.id])
            ties += ruling.ties(loaded, told)
            told["deadline"] = limits.get(held.id, told["deadline"])
            if told != row:
                yield from _unlike("entry", where, f"“{held.name}”", loaded.fields, told, row)
            stored = items.pop(held.id, {})
            for matter in matters:
                yield from _matter(tale, where, held, matter, stored.pop(matter["code"], None))
            for code in stored:
                yield Difference(where, f"“{held.name}”的事项 {code} 没有操作记录", "item")
    for held in left.values():
        where = f"《{tale.line.title}》{held.no}"
        yield Difference(where, f"“{held.name}”有录入记录，台账里却没有", "entry")
    yield from _links(connection, tale, ties)


def _links(connection: Connection, tale: LedgerTale, ties: list[dict[str, Any]]) -> Iterator[Difference]:
    """Whom the rows follow, and what their own limits are."""
    t, e = schema.link.c, entry_table.c
    query = select(schema.link).join_from(schema.link, entry_table, e.id == t.entry_id)
    stored = connection.execute(query.where(e.ledger_id == tale.line.id)).mappings()
    yield from comparing.rows(
        "link",
        {(tie["entry_id"], tie["field"]): tie for tie in ties},
        (((row["entry_id"], row["field"]), row) for row in stored),
        lambda row: _place(connection, f"《{tale.line.title}》", row),
    )


def _matter(
    tale: LedgerTale, where: str, held: Held, told: dict[str, Any], row: Mapping[str, Any] | None
) -> Iterator[Difference]:
    title = tale.line.loaded.preset_of(told["code"]).title
    if row is None:
        yield Difference(where, f"“{held.name}”的事项“{title}”记在操作记录里，台账里却没有", "item")
    elif row != told:
        yield from _unlike("item", where, f"“{held.name}”{title}", tale.line.loaded.item_fields, told, row)


def _unlike(
    table: str,
    where: str,
    named: str,
    fields: Mapping[str, Field],
    told: dict[str, Any],
    row: Mapping[str, Any],
) -> Iterator[Difference]:
    """What of a row differs, its cells one by one by their titles."""
    rest = {column: value for column, value in told.items() if column != "cells"}
    yield from comparing.columns(table, rest, row, where, named)
    ours, theirs = told["cells"], row["cells"]
    if not isinstance(theirs, dict):
        yield apart(where, f"{named}的内容", f"{table}.cells", ours, theirs)
        return
    for key in sorted(ours.keys() | theirs.keys()):
        if ours.get(key) != theirs.get(key):
            title = fields[key].title if key in fields else key
            shown = [_shown(fields.get(key), side.get(key)) for side in (ours, theirs)]
            yield apart(where, f"{named}的“{title}”", f"{table}.cells.{key}", *shown)


def _shown(field: Field | None, value: Any) -> Any:
    try:
        return value if field is None or value is None else kinds.show(field, value)
    except (TypeError, ValueError, LookupError, AttributeError):  # not a value of this field at all
        return value


def _pages(
    connection: Connection, ledger_id: str
) -> Iterator[tuple[list[dict[str, Any]], dict[str, dict[str, dict[str, Any]]]]]:
    """Rows of `entry` with {entry id: {code: row of `item`}}, some hundred at a time."""
    t, last = entry_table.c, ""
    while True:
        page = select(entry_table).where(t.ledger_id == ledger_id, t.id > last).order_by(t.id).limit(CHUNK)
        rows = [dict(row) for row in connection.execute(page).mappings()]
        if not rows:
            return
        items: dict[str, dict[str, dict[str, Any]]] = {}
        wanted = item_table.c.entry_id.in_([row["id"] for row in rows])
        for item in connection.execute(select(item_table).where(wanted)).mappings():
            items.setdefault(item["entry_id"], {})[item["code"]] = dict(item)
        yield rows, items
        last = rows[-1]["id"]


def _papers(connection: Connection, tale: LedgerTale, title: str) -> Iterator[Difference]:
    """Events, attachments, prints, signatures and the seal."""
    ledger_id = tale.line.id
    seal = {ledger_id: tale.seal} if tale.seal else {}
    for table, expected in (
        (schema.event, tale.events),
        (schema.attachment, tale.attachments),
        (schema.version, tale.versions),
        (schema.seal, seal),
    ):
        key = "ledger_id" if table is schema.seal else "id"
        query = select(table).where(table.c.ledger_id == ledger_id)
        stored = ((row[key], row) for row in connection.execute(query).mappings())
        yield from comparing.rows(table.name, expected, stored, lambda row: _place(connection, title, row))
    ours = select(schema.version.c.id).where(schema.version.c.ledger_id == ledger_id)
    signed = select(schema.signature).where(schema.signature.c.version_id.in_(ours))
    stored = ((row["id"], row) for row in connection.execute(signed).mappings())
    yield from comparing.rows(
        "signature", tale.signatures, stored, lambda row: f"{title}{row['role']}{row['by']}"
    )


def _place(connection: Connection, title: str, row: Mapping[str, Any]) -> str:
    """The row of the ledger, or the paper, that a row of another table speaks of."""
    if label := row.get("label"):
        return f"{title}{label}"
    no = None
    if row.get("entry_id"):
        no = connection.scalar(select(entry_table.c.no).where(entry_table.c.id == row["entry_id"]))
    return f"{title}{no or row.get('name') or row.get('on')}"


def _imports(connection: Connection, tale: LedgerTale, title: str) -> Iterator[Difference]:
    """Imports with their counters, and the original cells."""
    runs = select(schema.import_run).where(schema.import_run.c.ledger_id == tale.line.id)
    stored = [dict(row) for row in connection.execute(runs).mappings()]
    for row in stored:
        report = row["report"] if isinstance(row["report"], dict) else {}
        row["counts"] = {key: report.get(key) for key in COUNTED}
        row["report"] = canon.fingerprint(row["report"])
    known = set(tale.imports)
    named = {row["id"]: row["file"] for row in stored}
    yield from comparing.rows(
        "import_run", tale.imports, ((r["id"], r) for r in stored), lambda r: f"{title}导入“{r['file']}”"
    )
    yield from comparing.rows(
        "original",
        tale.originals,
        _originals(connection, tale, known - tale.strict_imports),
        lambda r: f"{title}导入“{named.get(r['import_id'], '')}”第 {r['row']} 行",
    )


def _originals(
    connection: Connection, tale: LedgerTale, lenient: set[str]
) -> Iterator[tuple[Any, dict[str, Any]]]:
    """Original cells by (entry, import); those of older imports, whose lines carry no digest, are left out."""
    t = schema.original.c
    ours = select(entry_table.c.id).where(entry_table.c.ledger_id == tale.line.id)
    for row in connection.execute(select(schema.original).where(t.entry_id.in_(ours))).mappings():
        key = (row["entry_id"], row["import_id"])
        if key in tale.originals or row["import_id"] not in lenient:
            yield key, {**row, "raw": canon.fingerprint(row["raw"])}


def _tallies(connection: Connection, ledger_id: str, title: str) -> Iterator[Difference]:
    again, stored = counts.recount(connection, ledger_id), counts.stored(connection, ledger_id)
    words = COLUMNS["tally"]
    for stray in stored.keys() - set(UNITS):
        yield Difference(title, f"有一组台账数字不是项目也不是事项的（{stray}）", "tally.unit")
    for unit in UNITS:
        for name, number in again[unit].items():
            kept = stored.get(unit, {}).get(name)
            if kept != number:
                what = f"{_UNITS[unit]}的“{words[name]}”"
                text = (
                    f"重新点数与台账数字不一致：{what}逐行点数是 {number}，台账数字是 {comparing.show(kept)}"
                )
                yield Difference(title, text, f"tally.{name}", str(number), comparing.show(kept))


def unread(connection: Connection, known: set[str]) -> Iterator[Difference]:
    """Journal lines of a ledger that is not there, and rows that lead nowhere."""
    t = schema.journal.c
    for stream in connection.scalars(select(t.stream).distinct()):
        if stream not in known:
            yield Difference(
                "操作记录", f"有一本台账的操作记录还在，台账却没有了（记录流 {stream}）", "ledger"
            )
    whole = select(schema.tally.c.ledger_id)
    for title in connection.scalars(select(schema.ledger.c.title).where(schema.ledger.c.id.not_in(whole))):
        yield Difference(f"《{title}》", "有一本台账没有操作记录，也没有台账数字", "ledger")
    for table, *_ in connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall():
        word = TABLES.get(table, ("", table))[1]
        yield Difference(word, f"有一处{word}指向不存在的内容", str(table))
