"""`verify` finds what was changed behind the program's back: any column of any table, any file, any missing row."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from app import office
from app.canon import canonical
from app.engine import storing
from app.journals import journal
from app.journals.column_words import COLUMNS, TABLES, UNPROVED
from app.ledger import ledgers
from app.ledger.recording import Event, Recorder, changed
from app.ledger.recording import _event_row as event_row
from app.office import Office
from app.problem import Problem
from app.proof import replay
from app.proof.replay import Difference
from models import database
from models.schema import metadata
from tests.app.conftest import project, sealed
from tests.data import make_office

TABLE_NAMES = sorted(metadata.tables)
CELLS = [(table, column.name) for table in TABLE_NAMES for column in metadata.tables[table].columns]
RECEIVED_TOO = (
    "ledger",
    "tally",
    "entry",
    "item",
)  # their last row is of the ledger that came from elsewhere
PLACES = [(*cell, 0) for cell in CELLS] + [(*cell, -1) for cell in CELLS if cell[0] in RECEIVED_TOO]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed office folder with something in every table."""
    folder = tmp_path_factory.mktemp("whole")
    made = make_office.make(folder)
    made.office.close()
    made.league.close()
    return folder / "office"


@pytest.fixture
def copy(whole: Path, tmp_path: Path) -> Path:
    shutil.copytree(whole, tmp_path / "office")
    return tmp_path / "office"


@contextmanager
def behind(folder: Path) -> Iterator[sqlite3.Connection]:
    """Raw access as any tool has it: no foreign keys, no checks, the triggers off and set again afterwards."""
    link = sqlite3.connect(folder / office.DATABASE, isolation_level=None)
    guards = link.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    link.execute("PRAGMA foreign_keys=OFF")
    link.execute("PRAGMA ignore_check_constraints=ON")
    for name, _ in guards:
        link.execute(f"DROP TRIGGER {name}")
    yield link
    for _, statement in guards:
        link.execute(statement)
    link.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    link.close()


def found(folder: Path) -> list[Difference]:
    """What `verify` says; a database it calls spoiled is a finding too."""
    opened = office.open_folder(folder, readonly=True)
    try:
        return replay.verify(opened)
    except Problem as problem:
        assert problem.code == "E_DB_DAMAGED"
        return [Difference("", problem.text)]
    finally:
        opened.close()


def other(value: Any, column: Any) -> Any:
    """Another value of the same kind."""
    if isinstance(value, bytes):
        return bytes([value[0] ^ 1]) + value[1:] if value else b"\x01"
    if isinstance(value, int):
        return 1 - value if str(column.type) == "BOOLEAN" else value + 1000
    if value is None:
        return 7 if str(column.type) == "INTEGER" else "2031-01-01"
    if type(column.type).__name__ == "AnyJson":
        told = json.loads(value)
        if isinstance(told, dict):
            return json.dumps({**told, "stray": "x"})
        return json.dumps([*told, "x"] if isinstance(told, list) else [told])
    return value[:-1] + ("x" if value[-1:] != "x" else "y")


def picked(link: sqlite3.Connection, table: str, at: int) -> sqlite3.Row:
    """One row of a table; of the settings one that has a journal line."""
    rows: list[sqlite3.Row] = link.execute(f'SELECT * FROM "{table}"').fetchall()
    return next(r for r in rows if r["key"] == "light_days") if table == "setting" else rows[at]


def key_of(table: str) -> str:
    return " AND ".join(f'"{c.name}" IS ?' for c in metadata.tables[table].primary_key.columns)


def test_an_untouched_office_verifies(copy: Path) -> None:
    assert found(copy) == []


@pytest.mark.parametrize(("table", "column", "at"), PLACES, ids=[f"{t}.{c}.{at}" for t, c, at in PLACES])
def test_every_column_of_every_table_is_proved(copy: Path, table: str, column: str, at: int) -> None:
    """Decision 23: whatever cell of the database is changed, `verify` names it."""
    keys = [c.name for c in metadata.tables[table].primary_key.columns]
    with behind(copy) as link:
        link.row_factory = sqlite3.Row
        row = picked(link, table, at)
        value = other(row[column], metadata.tables[table].columns[column])
        link.execute(
            f'UPDATE "{table}" SET "{column}" = ? WHERE {key_of(table)}', (value, *(row[k] for k in keys))
        )
    assert found(copy), f"{table}.{column}: {row[column]!r} -> {value!r}"


@pytest.mark.parametrize("table", TABLE_NAMES)
def test_a_row_that_went_and_a_row_that_came_are_found(copy: Path, tmp_path: Path, table: str) -> None:
    """Every row of every table is missed, and a double of it under another key is not taken for one."""
    keys = [c.name for c in metadata.tables[table].primary_key.columns]
    names = [c.name for c in metadata.tables[table].columns]
    shutil.copytree(copy, tmp_path / "second")
    with behind(copy) as link:
        link.row_factory = sqlite3.Row
        row = dict(picked(link, table, 0))
        link.execute(f'DELETE FROM "{table}" WHERE {key_of(table)}', [row[k] for k in keys])
    gone = office_is_gone(copy) or found(copy)
    assert gone, f"{table}: a row is gone"
    with behind(tmp_path / "second") as link:
        unique = {c.name for c in metadata.tables[table].columns if c.unique} | {"number", "role", keys[-1]}
        for name in unique & set(names):
            row[name] = other(row[name], metadata.tables[table].columns[name])
        marks = ", ".join("?" * len(names))
        quoted = ", ".join(f'"{n}"' for n in names)
        link.execute(f'INSERT INTO "{table}" ({quoted}) VALUES ({marks})', [row[n] for n in names])
    come = office_is_gone(tmp_path / "second") or found(tmp_path / "second")
    assert come or f"{table}.{keys[-1]}" in UNPROVED, f"{table}: a row came"


def office_is_gone(folder: Path) -> bool:
    """An office without its one row, or with two, does not open at all."""
    with sqlite3.connect(folder / office.DATABASE) as link:
        one = link.execute("SELECT count(*) FROM office").fetchone() == (1,)
    link.close()
    return not one


def test_a_difference_says_what_where_and_both_values(copy: Path) -> None:
    with behind(copy) as link:
        link.execute(
            "UPDATE entry SET cells = json_set(cells, '$.owner_org', '某单位') WHERE no = '152529-DP-2022-0001'"
        )
        link.execute("UPDATE item SET due = '2022-09-30' WHERE code = 'M01' AND due IS NOT NULL")
        link.execute("UPDATE event SET \"on\" = '2022-08-01' WHERE kind = 'approved'")
        link.execute("UPDATE signature SET by = '另一人' WHERE role = '分管旗长'")
    told = {d.field: d for d in found(copy)}
    cell = told["entry.cells.owner_org"]
    assert (cell.journal, cell.table) == ("示范水利局", "某单位")
    assert "152529-DP-2022-0001" in cell.where and "示范供水工程" in cell.text and "建设单位" in cell.text
    assert told["event.on"].table == "2022-08-01" and "日期" in told["event.on"].text
    assert told["signature.by"].journal == "签字人乙"


def test_triggers_that_are_off_are_named(copy: Path) -> None:
    link = sqlite3.connect(copy / office.DATABASE)
    link.execute("DROP TRIGGER journal_no_update")
    link.commit()
    link.close()
    assert [d.text for d in found(copy)] == ["“只能添加”的保护被去掉了，请从备份恢复"]


def test_a_chain_written_anew_is_found_by_the_heads_noted_outside_it(whole: Path, copy: Path) -> None:
    """Exchange: a hash chain alone proves nothing against its own writer; the head held elsewhere does."""
    noted = json.loads((copy / "head").read_text())
    stream = next(iter(noted))
    noted[stream][1] = "0" * 64
    (copy / "head").write_text(json.dumps(noted))
    assert any("不是同一条" in d.text for d in found(copy))


def rewritten(folder: Path, stream: str, change: Callable[[str, dict[str, Any]], None]) -> None:
    """The whole chain of a stream written anew around changed bodies, head and all, as its own writer could."""
    with behind(folder) as link:
        link.row_factory = sqlite3.Row
        prev = journal.GENESIS
        for row in link.execute("SELECT * FROM journal WHERE stream = ? ORDER BY seq", (stream,)).fetchall():
            told = dict(row)
            body = json.loads(told["body"])
            change(told["verb"], body)
            told["body"] = canonical(body).decode()
            digest = hashlib.sha256(told["salt"] + told["body"].encode()).digest()
            hashed = journal.link(prev, told, digest)
            link.execute(
                "UPDATE journal SET body = ?, digest = ?, prev = ?, hash = ? WHERE stream = ? AND seq = ?",
                (told["body"], digest, prev, hashed, stream, told["seq"]),
            )
            prev = hashed
        link.execute("UPDATE ledger SET head_hash = ? WHERE stream = ?", (prev, stream))
    (folder / "head").unlink(missing_ok=True)


@pytest.mark.parametrize("what", ["root", "counts"])
def test_a_seal_that_states_another_root_or_count_than_its_rows_is_found(
    bureau: Office, ledger: str, tmp_path: Path, what: str
) -> None:
    """Decision 23: root and counts are worked out again from the leaves, whatever chain and tables agree upon."""
    project(bureau, ledger, "甲", M01="在办")
    sealed(bureau, ledger, tmp_path)
    line = ledgers.find(bureau, ledger)
    bureau.close()

    def change(verb: str, body: dict[str, Any]) -> None:
        for key in {"version", "seal"} & body.keys() if verb in ("print", "seal") else ():
            body[key][what] = (
                "0" * 64 if what == "root" else {u: {**c, "excluded": 9} for u, c in body[key][what].items()}
            )

    rewritten(bureau.folder, line.stream, lambda verb, body: None)
    assert found(bureau.folder) == []
    rewritten(bureau.folder, line.stream, change)
    with behind(bureau.folder) as link:
        for table in ("version", "seal"):
            counted = json.loads(link.execute(f"SELECT counts FROM {table}").fetchone()[0])
            wrong = {u: {**c, "excluded": 9} for u, c in counted.items()}
            value = "0" * 64 if what == "root" else json.dumps(wrong)
            link.execute(f"UPDATE {table} SET {what} = ?", (value,))
    told = found(bureau.folder)
    assert {d.field for d in told if d.field in ("root", "counts")} == {what}
    assert any("第1版" in d.where for d in told) and any("确定" in d.where for d in told)


def test_a_changed_and_a_missing_file_are_found(copy: Path) -> None:
    files = sorted(p for p in (copy / "files").rglob("*") if p.is_file())
    files[0].write_bytes(b"other")
    files[1].unlink()
    assert {d.text for d in found(copy)} == {"附件文件被改动", "附件文件不见了"}


def test_every_table_and_column_has_its_word() -> None:
    assert set(TABLES) == set(TABLE_NAMES)
    assert [f"{t}.{c}" for t, c in CELLS if c not in COLUMNS[t]] == []
    assert set(UNPROVED) <= {f"{t}.{c}" for t, c in CELLS}


def test_guards_are_what_the_program_sets(copy: Path) -> None:
    engine = database.engine_for(copy / office.DATABASE)
    with engine.connect() as connection, connection.begin():
        assert not database.unguarded(connection)
    database.settle(engine)


def test_a_standing_that_follows_from_nothing_is_named(bureau: Office, ledger: str, tmp_path: Path) -> None:
    """Decisions 1 and 2: lines, tables and counters may all agree on a row that nobody's entry or deed made so."""
    entry = project(bureau, ledger, "甲项目", M01="在办", M02="在办")

    def forged(item: str, standing: str, *events: Event) -> list[Difference]:
        with bureau.write("试") as work:
            line = ledgers.line_of(work.connection, ledger)
            old = storing.held_of(work.connection, [entry])[entry]
            new, deed = old.copy(), Recorder(work, line, bureau.calendar())
            new.standings[item] = standing
            new.rev = old.rev + 1
            body = {**changed(line, old, new), **({"events": [e.as_json() for e in events]} if events else {})}
            seq = work.line(ledger, "amend", entry, new.rev, body)
            deed._count(old, new, line.sealed, events)
            deed._events = [event_row(ledger, entry, e, seq) for e in events]
            deed.flush()
            row, items = storing.columns(line.loaded, bureau.calendar(), ledger, new, seq)
            storing.put_changed(work.connection, [row], items)
        return replay.verify(bureau)

    (one,) = forged("M01", "complete")
    assert one.field == "standing" and "甲项目" in one.text
    assert "按所填内容应是“在账”，记的是“手续齐全”" in one.text
    assert forged("M01", "open") == []
    sealed(bureau, ledger, tmp_path)
    assert replay.verify(bureau) == []
    (one,) = forged("M02", "approved", Event("removed", "2022-08-22", "M02"))
    assert "按登记应是“已移除”，记的是“已核减”" in one.text
