"""The received original: kept once the bundle was taken in, whatever fails after that (exchange.md, inbox)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from app.ids import new_id
from app.proof import replay
from sync import exchange
from sync.bundles import preamble
from sync.letters import boxes
from sync.receiving import keeping
from tests.sync.looking import refusal
from tests.sync.offices import Pair
from tests.sync.world import World


def test_the_original_stays_though_the_receipt_could_not_be_written(two: Pair) -> None:
    two.project("甲", M01="在办")
    file = two.send()
    told, _ = preamble.examine(file)
    on = two.league.today().isoformat()
    named = f"回执_{two.league.name}_致{two.bureau.name}_{on}_{told.id[-12:]}"  # on one stick, whose is which
    blocked = two.league.folder / "outbox" / f"{named}.qidi-receipt"
    blocked.mkdir()
    problem = refusal(exchange.receive, two.league, file)
    assert problem.code == "E_CANNOT_WRITE"
    (came,) = boxes.received(two.league)
    (kept,) = (two.league.folder / "inbox").iterdir()
    assert came.verdict == "accepted" and kept.read_bytes() == file.read_bytes()
    blocked.rmdir()
    again = exchange.receive(two.league, file)
    assert again.facts["again"] and Path(str(again.facts["receipt"])) == blocked and kept.is_file()
    assert replay.verify(two.league) == []


def test_what_another_office_sends_under_the_same_number_lies_beside_it(two: Pair, world: World) -> None:
    """A sender chooses the id of its bundle: it must not reach the file of another sender."""
    file = world.written()
    found, again = world.open(file), world.open(file)
    other = replace(again, info=replace(again.info, sender=new_id()))
    with keeping.original(two.league, found) as first:
        pass
    with keeping.original(two.league, other) as second:
        pass
    assert first != second and first.is_file() and second.is_file()
