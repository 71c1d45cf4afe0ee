"""Bundles built and taken in, and received ledgers gathered; against hashing, copying and inserting the same."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import time
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyrage
from PIL import Image

from app import office as offices
from app.engine import storing
from app.ledger import attachments, entries, ledgers
from app.ledger.entries import NewRow
from app.office import DATABASE, Office
from app.samples import sample
from benches.tasks.offices import TEMPLATE, new_rows
from benches.tasks.storing import PRAGMAS
from sync import exchange
from sync.bundles import progress
from sync.merges import arrivals, previewing
from sync.upward import gathering

SIDE = (720, 420)  # a grey scan of this size and all noise is a PNG of some 300 KB
LOWER, UPPER = "lower", "upper"


def make_pair(folder: str, count: int, scans: int) -> dict[str, Any]:
    """A lower office with `count` projects and `scans` scans on them, an upper one, and the bundle between them."""
    nest = Path(folder)
    lower, upper = (
        _created(nest / LOWER, sample.NAME, "sponsor"),
        _created(nest / UPPER, "某盟发展和改革委员会", "superior"),
    )
    _introduce(lower, upper, nest)
    ledger = _filled(lower, count)
    with lower.read() as connection:
        ids = [held.id for held in storing.every_held(connection, ledger)]
    for number in range(scans):
        file = nest / f"{number}.png"
        Image.effect_noise(SIDE, 80 + number % 20).save(file)
        attachments.attach(lower, ids[number % len(ids)], file)
        file.unlink()
    change = exchange.send(lower, ledger, upper.id, nest / "stick")
    size = sum(file.stat().st_size for file in _stored(nest))
    for office in (lower, upper):
        office.close()
    return {"file": change.facts["file"], "bytes": size}


def build(nest: str) -> dict[str, Any]:
    """The bundle written and proved into the outbox; `whole` with the compared copy on the stick."""
    office = offices.open_folder(Path(nest) / LOWER, today=sample.TODAY)
    upper = offices.open_folder(Path(nest) / UPPER, today=sample.TODAY)
    to = upper.id
    upper.close()
    copying: list[float] = []

    def tell(_done: int, _total: int, phase: str) -> None:
        if phase == progress.WRITING and not copying:
            copying.append(time.perf_counter())

    ledger = ledgers.find(office, TEMPLATE).id
    began = time.perf_counter()
    exchange.send(office, ledger, to, Path(nest) / "again", tell=tell)
    whole = time.perf_counter() - began
    office.close()
    return {"seconds": copying[0] - began, "whole": whole}


def receive(nest: str, folder: str) -> dict[str, Any]:
    """Look, then receive, at a fresh copy of the upper office: by the calls of the window, in one process as there.

    What was looked at stays opened and is taken in as it was proved; on the command line these are two processes.
    """
    shutil.copytree(Path(nest) / UPPER, folder)
    file = sorted((Path(nest) / "stick").glob("*.qidi"))[0]
    office = offices.open_folder(Path(folder), today=sample.TODAY)
    began = time.perf_counter()
    previewing.look(office, file)
    looked = time.perf_counter()
    (found,) = arrivals.take(office, [file])
    seconds = time.perf_counter() - began
    office.close()
    return {"seconds": seconds, "look": looked - began, "rows": found.facts["rows"]}


def passes(nest: str, folder: str) -> dict[str, Any]:
    """The passes over the bytes that neither side can leave out, bare and one after the other: no form, no tables.

    `build`: read and check, encrypt, hash, write, sync; read back and hash, decrypt, check and hash.
    `take`: copy off the stick and hash, decrypt, check and hash, write each file, sync all.
    """
    files, place = _stored(Path(nest)), Path(folder)
    place.mkdir()
    key = pyrage.x25519.Identity.generate()
    packed, sealed, opened = place / "packed", place / "sealed", place / "opened"
    began = time.perf_counter()
    with packed.open("wb") as sink:
        for file in files:
            data = file.read_bytes()
            zlib.crc32(data)
            sink.write(data)
    with packed.open("rb") as source, sealed.open("wb") as sink:
        pyrage.encrypt_io(source, sink, [key.to_public()])
        os.fsync(sink.fileno())
    _hashed(sealed)
    read = time.perf_counter()
    _hashed(sealed)
    _decrypted(sealed, opened, key)
    _checked(opened, files)
    built = time.perf_counter()
    opened.unlink()
    again = time.perf_counter()
    shutil.copyfile(sealed, place / "original")
    _hashed(place / "original")
    _decrypted(place / "original", opened, key)
    _checked(opened, files, place)
    for file in place.iterdir():
        with file.open("rb+") as stream:
            os.fsync(stream.fileno())
    taken = time.perf_counter()
    return {"seconds": built - began, "wrote": read - began, "take": taken - again}


def _hashed(file: Path) -> None:
    with file.open("rb") as stream:
        hashlib.file_digest(stream, "sha256")


def _decrypted(sealed: Path, opened: Path, key: pyrage.x25519.Identity) -> None:
    with sealed.open("rb") as source, opened.open("wb") as sink:
        pyrage.decrypt_io(source, sink, [key])


def _checked(opened: Path, files: list[Path], place: Path | None = None) -> None:
    with opened.open("rb") as source:
        for number, file in enumerate(files):
            data = source.read(file.stat().st_size)
            zlib.crc32(data)
            hashlib.sha256(data).digest()
            if place:
                (place / f"{number}").write_bytes(data)


def copy(nest: str, folder: str) -> dict[str, Any]:
    """The peer: the same files hashed and copied, each synced as any file that must not be lost."""
    files = _stored(Path(nest))
    Path(folder).mkdir()
    began = time.perf_counter()
    for number, file in enumerate(files):
        with file.open("rb") as stream:
            hashlib.file_digest(stream, "sha256")
        target = Path(folder) / f"{number}"
        shutil.copyfile(file, target)
        with target.open("rb+") as stream:
            os.fsync(stream.fileno())
    return {"seconds": time.perf_counter() - began, "bytes": sum(f.stat().st_size for f in files)}


def make_mirrors(folder: str, mirrors: int, count: int) -> dict[str, Any]:
    """An office above with an empty own ledger for gathering, and `mirrors` received ledgers of `count` projects."""
    nest = Path(folder)
    upper = _created(nest / UPPER, "某盟发展和改革委员会", "superior")
    ledgers.open_template(upper, TEMPLATE, merged=True)
    for number in range(mirrors):
        lower = _created(nest / LOWER, f"某旗第{number}发展和改革委员会", "sponsor")
        _introduce(lower, upper, nest)
        ledger = _filled(lower, count, place=150_000 + number)
        file = exchange.send(lower, ledger, upper.id, nest / "stick").facts["file"]
        exchange.receive(upper, Path(file))
        lower.close()
        shutil.rmtree(nest / LOWER)
        shutil.rmtree(nest / "stick")
    upper.close()
    return {}


def make_post(folder: str, bundles: int, count: int) -> dict[str, Any]:
    """An office above that has received nothing yet, and `bundles` bundles of `count` projects for it on the stick."""
    nest = Path(folder)
    upper = _created(nest / UPPER, "某盟发展和改革委员会", "superior")
    ledgers.open_template(upper, TEMPLATE, merged=True)
    for number in range(bundles):
        lower = _created(nest / LOWER, f"某旗第{number}发展和改革委员会", "sponsor")
        _introduce(lower, upper, nest)
        exchange.send(lower, _filled(lower, count, place=150_000 + number), upper.id, nest / "stick")
        lower.close()
        shutil.rmtree(nest / LOWER)
    upper.close()
    return {}


def merge_post(nest: str, folder: str) -> dict[str, Any]:
    """Every bundle on the stick looked at, received and gathered, in a fresh copy of the office."""
    shutil.copytree(Path(nest) / UPPER, folder)
    office = offices.open_folder(Path(folder), today=sample.TODAY)
    own = ledgers.all(office)[0].id
    rows = 0
    began = time.perf_counter()
    for file in sorted((Path(nest) / "stick").rglob("*.qidi")):
        exchange.look(office, file)
        mirror = str(exchange.receive(office, file).facts["ledger"])
        rows += int(gathering.gather(office, own, mirror, keep=False).facts["added"])
    seconds = time.perf_counter() - began
    office.close()
    return {"seconds": seconds, "rows": rows}


def gather(nest: str, folder: str) -> dict[str, Any]:
    """All received ledgers gathered, one after the other, in a fresh copy of the office."""
    shutil.copytree(Path(nest) / UPPER, folder)
    office = offices.open_folder(Path(folder), today=sample.TODAY)
    lines = ledgers.all(office)
    own = next(line.id for line in lines if line.own)
    began = time.perf_counter()
    rows = sum(
        int(gathering.gather(office, own, line.id, keep=False).facts["added"])
        for line in lines
        if not line.own
    )
    seconds = time.perf_counter() - began
    office.close()
    kept = Path(nest) / "gathered.db"
    if not kept.exists():
        shutil.copyfile(Path(folder) / DATABASE, kept)
    return {"seconds": seconds, "rows": rows}


def raw(nest: str, folder: str) -> dict[str, Any]:
    """The peer: the rows that gathering wrote, bare, into an empty database of the same schema, in one transaction."""
    with sqlite3.connect(Path(nest) / "gathered.db") as live:
        rows = dict(_gathered(live))
        schema = [sql for (sql,) in live.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")]
    live.close()
    Path(folder).mkdir()
    bare = sqlite3.connect(Path(folder) / "raw.db", isolation_level=None)
    for pragma in (*PRAGMAS, "foreign_keys=OFF"):
        bare.execute(f"PRAGMA {pragma}")
    for sql in schema:
        bare.execute(sql)
    began = time.perf_counter()
    bare.execute("BEGIN IMMEDIATE")
    for table, found in rows.items():
        bare.executemany(f"INSERT INTO {table} VALUES ({','.join('?' * len(found[0]))})", found)
    bare.execute("COMMIT")
    seconds = time.perf_counter() - began
    bare.close()
    return {"seconds": seconds, "rows": len(rows["entry"])}


def _gathered(live: sqlite3.Connection) -> Iterator[tuple[str, list[Any]]]:
    (ledger, stream) = live.execute("SELECT id, stream FROM ledger WHERE own").fetchone()
    yield "entry", live.execute("SELECT * FROM entry WHERE ledger_id=?", (ledger,)).fetchall()
    mine = "SELECT item.* FROM item JOIN entry ON entry.id=item.entry_id WHERE entry.ledger_id=?"
    yield "item", live.execute(mine, (ledger,)).fetchall()
    yield "journal", live.execute("SELECT * FROM journal WHERE stream=?", (stream,)).fetchall()


def _stored(nest: Path) -> list[Path]:
    return sorted(p for p in (nest / LOWER / "files").rglob("*") if p.is_file())


def _created(folder: Path, name: str, role: str) -> Office:
    office = offices.create(
        folder, division=sample.DIVISION, name=name, roles=[role], clerk=sample.CLERK, today=sample.TODAY
    )
    exchange.make_keys(office)
    return office


def _introduce(one: Office, other: Office, nest: Path) -> None:
    for giver, taker in ((one, other), (other, one)):
        card = Path(exchange.card(giver, nest / "one.qidi-card").facts["file"])
        exchange.trust(taker, card, confirmed=True)


def _filled(office: Office, count: int, place: int = 0) -> str:
    """The ledger with `count` rows; with `place` their project codes are of that place and no other's."""
    ledger = str(ledgers.open_template(office, TEMPLATE).subject)
    with office.write("测速") as work:
        line = ledgers.line_of(work.connection, ledger)
        rows = (_moved(row, place) if place else row for row in new_rows(count))
        entries.add_many(work, line, office, rows, {"not_secret": sample.DECLARER})
    return ledger


def _moved(row: NewRow, place: int) -> NewRow:
    code = str(row.cells["project_code"]).replace(f"-{sample.DIVISION}-", f"-{place}-")
    return replace(row, cells={**row.cells, "project_code": code})
