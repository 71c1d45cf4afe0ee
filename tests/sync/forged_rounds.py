"""Parts, returns and workbooks of a check round as an enrolled office with a changed program would make them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import openpyxl
import pytest

from app.ids import new_id
from app.imports import check_reading
from app.journals import journal
from app.ledger import ledgers
from app.office import Office
from app.problem import Problem
from app.proof import replay
from app.rounds import rounds
from app.rounds.pushing import pushed
from sync import exchange
from sync.bundles import bundle, lines, packing
from sync.checking import checking
from sync.letters import sending
from sync.peers import keys, peers
from tests.sync.looking import ledger_tables
from tests.sync.rounds_world import WATER, Play

Told = dict[str, Any]
PartChange = Callable[[Told], Any]


def part(world: Play, change: PartChange = lambda told: None, dept: str = WATER, **info: Any) -> Path:
    """The part of a department, addressed to the water bureau, its check.json changed, signed as the sponsor does."""
    with world.sponsor.read() as connection:
        line = ledgers.line_of(connection, world.ledger)
        now = rounds.running(connection, line)
        found = now.part(dept)
        assert found is not None
        to = peers.find(world.sponsor, world.water.id)
        contents = checking.contents(
            world.sponsor, connection, line, now, found, to, list(pushed(connection, line, dept))
        )
        check = msgspec.json.decode(msgspec.json.encode(contents.check))
        change(check)
        about = {**contents.ledger, "id": info.get("ledger", line.id)}
        contents = replace(contents, info=replace(contents.info, **info), check=check, ledger=about)
        return _written(world, contents, world.sponsor, world.water)


def returned(world: Play, change: Callable[[list[Told]], None] = lambda rows: None, **info: Any) -> Path:
    """The water bureau's return with its journal changed (bodies as values), chained and signed anew."""
    with world.water.read() as connection:
        line = ledgers.line_of(connection, world.check().id)
        to = peers.find(world.water, world.sponsor.id)
        contents = sending.contents(world.water, connection, line, to, kind="return", whole=True)
        rows = [dict(r) for r in replay.lines(connection, line.stream)]
    for row in rows:
        row["body"] = msgspec.json.decode(row["body"])
    change(rows)
    head = journal.Head(line.stream, 0, journal.GENESIS)
    made = [
        journal.line(
            head, journal.Stamp(r["at"], r["on"], r["clerk"]), r["verb"], r["subject"], r["rev"], r["body"]
        )
        for r in rows
    ]
    told = replace(contents.info, **{"to_seq": head.seq, "head": head.hash.hex(), **info})
    contents = replace(contents, info=told, journal=[lines.encode(r) for r in made])
    return _written(world, contents, world.water, world.sponsor)


def reread(world: Play, path: Path, change: Callable[[Any], None]) -> check_reading.Returned:
    """The workbook changed by `change` (an openpyxl book), saved and read as it came back."""
    book = openpyxl.load_workbook(path)
    change(book)
    out = world.folder / f"{new_id()}.xlsx"
    book.save(out)
    return check_reading.look(out)


def refused(office: Office, path: Path) -> Problem:
    """The refusal of look and of receive, one and the same; the tables of the ledgers stay as they were."""
    before = ledger_tables(office)
    with pytest.raises(Problem) as looked:
        exchange.look(office, path)
    with pytest.raises(Problem) as caught:
        exchange.receive(office, path)
    assert looked.value.code == caught.value.code
    assert ledger_tables(office) == before
    assert any("\u4e00" <= c <= "\u9fff" for c in caught.value.text)
    return caught.value


def _written(world: Play, contents: packing.Contents, by: Office, to: Office) -> Path:
    out = world.folder / f"{new_id()}.qidi"
    bundle.write_bundle(out, contents, keys.load(by.folder / "keys"), keys.own_card(to.folder / "keys"))
    return out
