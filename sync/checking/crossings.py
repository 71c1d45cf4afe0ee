"""Words that crossed: cells a department had typed before its sponsor's newer word came, and answers it lost since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, func, select

from app.engine import remains, wire
from app.engine.rows import Held, patched
from app.ledger.ledgers import LedgerLine
from app.rounds import rounds
from app.words.templates import Loaded
from models.schema import entry as entry_table
from models.schema import inbox as inbox_table
from models.schema import journal as journal_table
from sync.checking import checking
from sync.checking.checking import ASKED, Crossing
from sync.comparing.merging import HEAD, Parts
from sync.contents import values
from sync.contents.values import Cells


def of_return(connection: Connection, mirror: LedgerLine, sent: Mapping[str, Parts]) -> dict[str, Parts]:
    """By own entry id what had been sent of the cells of a return that were typed before the newer word came."""
    found = typed_before(connection, mirror)
    t = entry_table.c
    query = select(t.id, t.source).where(t.ledger_id == mirror.id, t.source.is_not(None))
    by = {row.source: found[row.id] for row in connection.execute(query) if row.id in found} if found else {}
    return {
        i: {
            c: {k: v for k, v in cells.items() if k in sent[i][c]}
            for c, cells in parts.items()
            if c in sent[i]
        }
        for i, parts in by.items()
        if i in sent
    }


def standing(
    connection: Connection, line: LedgerLine, rows: Sequence[Held], sent: Mapping[str, Parts]
) -> tuple[Crossing, ...]:
    """Of an own check ledger the cells that still say something else than the sponsor's newer word; `sent` by row is
    what it last said."""
    found = typed_before(connection, line)
    out: list[Crossing] = []
    for held in rows:
        here, said = wire.items_to_wire(line.loaded, held.items), sent.get(held.id, {})
        theirs = {
            c: {k: said.get(c, {}).get(k) for k in cells} for c, cells in found.get(held.id, {}).items()
        }
        places = [
            (c, k) for c, cells in theirs.items() for k, v in cells.items() if here.get(c, {}).get(k) != v
        ]
        out += checking.in_words(line.loaded, held, theirs, places)
    return tuple(out)


def forgotten(connection: Connection, line: LedgerLine, mirror: LedgerLine) -> frozenset[str]:
    """The mergings of what a department had answered in a record it lost: its present one is the same up to a line."""
    t = inbox_table.c
    facts = connection.scalars(select(t.facts).where(t.ledger_id == mirror.id, t.verdict == "accepted"))
    anew = [told["anew"] for told in facts if told.get("anew")]
    if not anew:
        return frozenset()
    was, same = {one["was"] for one in anew}, min(one["seq"] for one in anew)
    merges = [(row.subject, body.get("merge", {})) for row, body in rounds.told(connection, line.stream)]
    return frozenset(i for i, told in merges if told.get("stream") in was and told.get("upto", 0) > same)


def typed_before(connection: Connection, line: LedgerLine) -> dict[str, dict[str, Cells]]:
    """Of a check ledger, own or mirrored: by its entry id the cells typed before the sponsor's newer word came and
    left so since, {code: {field: what had been sent when they were typed}}."""
    t = journal_table.c
    left = remains.of_stream(connection, line.stream)
    twice = select(t.subject).where(t.stream == line.stream, t.verb == ASKED)
    twice = twice.group_by(t.subject).having(func.count() > 1)
    query = select(journal_table).where(t.stream == line.stream, t.subject.in_(twice)).order_by(t.seq)
    sent: dict[str, dict[str, dict[str, Any]]] = {}
    found: dict[str, dict[tuple[str, str], Any]] = {}
    for row in connection.execute(query).mappings():
        body = left.body(row) or {}
        parts, marks = sent.setdefault(row["subject"], {}), found.setdefault(row["subject"], {})
        wrote = {(code, key) for code, cells in body.get("items", {}).items() for key in cells}
        for place in wrote & marks.keys():
            del marks[place]
        for code, cells in _told(body).items():
            before = parts.get(code, {})
            if "new" not in body and code != HEAD:
                for key in cells:
                    if (code, key) not in wrote:
                        marks.setdefault((code, key), before.get(key))
            parts[code] = patched(before, cells)
    out: dict[str, dict[str, Cells]] = {}
    for entry, marks in found.items():
        for (code, key), base in marks.items():
            if not _may_be(line.loaded, code, key, base):
                continue
            out.setdefault(entry, {})[code] = {**out.get(entry, {}).get(code, {}), key: base}
    return out


def _told(body: Mapping[str, Any]) -> dict[str, Cells]:
    """What a line says was sent; of a mirrored ledger anything may stand there."""
    sent = (body.get("facts") or {}).get("sent")
    told = sent if isinstance(sent, dict) else {}
    return {code: cells for code, cells in told.items() if isinstance(cells, dict)}


def _may_be(loaded: Loaded, code: str, key: str, value: Any) -> bool:
    """Whether a matter's cell can say that."""
    try:
        values.refuse_items(loaded, {code: {key: value}}, gaps=True)
    except ValueError:
        return False
    return True
