"""The rows of ledgers that a damaged office has lost while their entries or their journal are there."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec

from models import salvage
from models.schema import metadata


def starts_of_ledgers(file: Path) -> dict[str, tuple[str, str]]:
    """{id: (template, version)} of ledgers whose rows may be cut off behind that."""
    found: dict[str, tuple[str, str]] = {}
    with closing(salvage.opened(file)) as link:
        for rowid in range(1, 200):
            with contextlib.suppress(sqlite3.DatabaseError):
                ask = "SELECT id, template_id, template_version FROM ledger WHERE rowid = ?"
                row = link.execute(ask, (rowid,)).fetchone()
                if row is not None:
                    found[str(row[0])] = (str(row[1]), str(row[2]))
    return found


def ledger_rows(file: Path, wanted: Sequence[str]) -> list[dict[str, Any]]:
    """The rows of these ledgers in a sound database; none where it is not."""
    marks = ", ".join("?" * len(wanted))
    with closing(salvage.opened(file)) as link, contextlib.suppress(sqlite3.DatabaseError):
        link.row_factory = sqlite3.Row
        return [dict(row) for row in link.execute(f"SELECT * FROM ledger WHERE id IN ({marks})", list(wanted))]
    return []


def orphans(made: Path) -> list[str]:
    """Ledgers that rows belong to, or that the journal opens, and that are not there."""
    with closing(sqlite3.connect(made)) as link:
        told = "SELECT ledger_id FROM entry UNION SELECT ledger_id FROM item"
        told += " UNION SELECT subject FROM journal WHERE verb = 'open' AND body IS NOT NULL"
        return [str(row[0]) for row in link.execute(f"{told} EXCEPT SELECT id FROM ledger")]


def sources(made: Path) -> list[tuple[str, str, str]]:
    """(ledger, source of its template, digest that this should have)."""
    with closing(sqlite3.connect(made)) as link:
        return list(link.execute("SELECT id, template_source, template_digest FROM ledger"))


def take_out(made: Path, ledger: str) -> None:
    """Take out the row of a ledger that was garbled; its entries stay."""
    with closing(sqlite3.connect(made)) as link, link:
        link.execute("DELETE FROM ledger WHERE id = ?", (ledger,))


def number_of(made: Path, ledger: str) -> str:
    """The number of some row of a ledger, which tells of what kind it is; '' where it has none."""
    with closing(sqlite3.connect(made)) as link:
        row = link.execute("SELECT no FROM entry WHERE ledger_id = ? LIMIT 1", (ledger,)).fetchone()
        return str(row[0]) if row else ""


def put_ledgers(made: Path, rows: Sequence[dict[str, Any]]) -> None:
    """Put ledgers in whose rows could not be read, at the head of the journal that tells of them."""
    known = [column.name for column in metadata.tables["ledger"].columns]
    with closing(sqlite3.connect(made)) as link, link:
        for row in rows:
            stream = _stream_of(link, row["id"]) or row["stream"]
            head = link.execute("SELECT max(seq) FROM journal WHERE stream = ?", (stream,)).fetchone()[0] or 0
            told = {**row, "stream": stream, "head_seq": max(head, row["head_seq"])}
            names = [name for name in known if name in told]
            into, marks = ", ".join(names), ", ".join("?" * len(names))
            link.execute(f"INSERT OR IGNORE INTO ledger ({into}) VALUES ({marks})", [told[name] for name in names])
    give_counts(made)


def give_counts(made: Path) -> None:
    """Give every ledger whose counts are lost some, of nothing: without them it is not shown."""
    counted = [column.name for column in metadata.tables["tally"].columns][2:]
    counts, zeros = ", ".join(counted), ", 0" * len(counted)
    with closing(sqlite3.connect(made)) as link, link:
        for unit in ("project", "item"):
            ask = f"INSERT OR IGNORE INTO tally (ledger_id, unit, {counts}) SELECT id, '{unit}'{zeros} FROM ledger"
            link.execute(ask)


def _stream_of(link: sqlite3.Connection, ledger: str) -> str:
    """The stream whose lines are about this ledger or its rows, '' for none that is not another's."""
    ask = (
        "SELECT stream FROM journal WHERE stream NOT IN (SELECT stream FROM office UNION SELECT stream FROM ledger) AND "
        "(subject = :id OR subject IN (SELECT id FROM entry WHERE ledger_id = :id UNION SELECT entry_id FROM item WHERE "
        "ledger_id = :id)) GROUP BY stream ORDER BY count(*) DESC LIMIT 1"
    )
    row = link.execute(ask, {"id": ledger}).fetchone()
    return str(row[0]) if row else ""


def openings(made: Path, wanted: Sequence[str]) -> list[tuple[str, str, str]]:
    """(ledger, source of its template, stream) as the first lines of the journal tell it."""
    marks = ", ".join("?" * len(wanted))
    ask = f"SELECT subject, body, stream FROM journal WHERE verb = 'open' AND body IS NOT NULL AND subject IN ({marks})"
    with closing(sqlite3.connect(made)) as link:
        rows = link.execute(ask, list(wanted)).fetchall()
    told = ((str(subject), msgspec.json.decode(body), str(stream)) for subject, body, stream in rows)
    return [(subject, str(body["source"]), stream) for subject, body, stream in told if "source" in body]
