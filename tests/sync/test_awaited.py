"""What an office waits for: departments, receipts, and returns nobody merged yet (旗方案 四(一), decision 30)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from app.office import Office
from app.proof import replay
from app.rounds import rounds
from app.rounds.awaited import GIVEN_BACK, MERGE, RECEIPT, RETURN, Awaited
from app.today import statistics
from sync import exchange
from sync.merges import arrivals, merges
from tests.sync.looking import refusal
from tests.sync.offices import Pair
from tests.sync.rounds_world import FOREST, WATER, Play, played
from tests.sync.test_slips import gap

world = played()


def waits(office: Office, days: int = 0) -> tuple[Awaited, ...]:
    then = replace(office, fixed_today=office.today() + dt.timedelta(days))
    return statistics.today_list(then).awaited


def kinds(office: Office) -> list[tuple[str, str]]:
    return [(one.kind, one.who) for one in waits(office)]


def test_departments_are_waited_for_from_sending_to_merging(world: Play) -> None:
    assert waits(world.sponsor) == ()
    rounds.begin(world.sponsor, world.ledger, due="2022-08-25")
    assert waits(world.sponsor) == (), "nobody waits for what was never sent"
    parts = world.push(WATER, FOREST)
    first, second = waits(world.sponsor, days=2)
    assert {first.who, second.who} == {WATER, FOREST} and first.kind == RETURN
    assert (first.since, first.days, first.due, first.late) == ("2022-08-22", 2, "2022-08-25", False)
    assert first.ledger == world.ledger and first.what.startswith("第 1 轮核查《")
    assert all(one.late for one in waits(world.sponsor, days=4)), "past the day of the round"
    exchange.receive(world.water, parts[WATER])
    world.says("项目1", "M04", verified="已核")
    mirror = world.back()
    assert kinds(world.sponsor) == [(RETURN, FOREST), (MERGE, WATER)], "it has answered, we have not merged"
    merge = str(merges.merge(world.sponsor, mirror).subject)
    assert kinds(world.sponsor) == [(RETURN, FOREST)]
    merges.withdraw(world.sponsor, world.ledger, merge)
    assert kinds(world.sponsor) == [(RETURN, FOREST), (MERGE, WATER)], "it may be merged again"
    assert next(x.key for x in waits(world.sponsor) if x.kind == MERGE) == mirror
    merges.merge(world.sponsor, mirror)
    world.says("项目2", "M04", verified="又核")
    world.back()
    assert kinds(world.sponsor) == [(RETURN, FOREST), (MERGE, WATER)], "a second return waits in its turn"
    rounds.close(world.sponsor, world.ledger, reason="期限已到")
    assert kinds(world.sponsor) == [(MERGE, WATER)], "a round that is over waits for nobody"


class Ahead(dt.datetime):
    """A clock that runs ten years ahead; the instants it gives are plain ones."""

    @classmethod
    def now(cls, tz: dt.tzinfo | None = None) -> dt.datetime:  # type: ignore[override]
        return _NOW(tz) + dt.timedelta(days=3650)


_NOW = dt.datetime.now


def test_a_return_after_the_clock_was_set_back_waits_in_its_turn(
    world: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Decision 18: order is seq, the instant is information only; what brought nothing new is not waited for."""
    world.taken()
    world.says("项目1", "M04", verified="已核")
    mirror = world.back()
    with monkeypatch.context() as clock:
        clock.setattr(dt, "datetime", Ahead)
        first = str(merges.merge(world.sponsor, mirror).subject)
    assert kinds(world.sponsor) == []
    world.back()
    assert kinds(world.sponsor) == [], "the same once more"
    world.says("项目2", "M04", verified="又核")
    world.back()
    assert kinds(world.sponsor) == [(MERGE, WATER)]
    second = str(merges.merge(world.sponsor, mirror).subject)
    assert kinds(world.sponsor) == []
    merges.withdraw(world.sponsor, world.ledger, second)
    assert kinds(world.sponsor) == [(MERGE, WATER)], (
        "the first merging stands, the second return is open again"
    )
    merges.withdraw(world.sponsor, world.ledger, first)
    merges.merge(world.sponsor, mirror)
    assert kinds(world.sponsor) == [] and replay.verify(world.sponsor) == []


def test_a_merging_that_does_not_say_how_far_it_came_is_asked_for_once_more(world: Play) -> None:
    """As lines written before said nothing of it: nothing may be missed, and merging once more says it."""
    world.taken()
    world.says("项目1", "M04", verified="已核")
    mirror = world.back()
    with world.sponsor.write("合并回传") as work:
        told = {"origin": mirror, "dept": WATER, "round": "x", "first": 1}
        work.line(world.ledger, "merge", "ab" * 16, 1, {"merge": told})
    assert (MERGE, WATER) in kinds(world.sponsor)
    merges.merge(world.sponsor, mirror)
    assert (MERGE, WATER) not in kinds(world.sponsor) and replay.verify(world.sponsor) == []


def test_a_bundle_is_waited_for_until_its_receipt(world: Play) -> None:
    """Decision 30: what has no receipt is not done; only the newest bundle of a ledger counts."""
    line = world.taken()
    for _ in range(2):
        sent = exchange.send(world.water, line.id, world.sponsor.id, world.usb)
    (one,) = waits(world.water, days=3)
    assert (one.kind, one.who, one.days) == (RECEIPT, world.sponsor.name, 3) and line.title in one.what
    (result,) = arrivals.take(world.sponsor, [Path(str(sent.facts["file"]))])
    exchange.receive(world.water, Path(str(result.facts["receipt"])))
    assert waits(world.water) == ()


def test_what_came_back_is_told_first_until_it_is_sent_anew(two: Pair) -> None:
    """Decision 30: a bundle given back is the sender's to mend."""
    problem = refusal(exchange.receive, two.league, gap(two))
    exchange.receive(two.bureau, Path(problem.facts["slip"]))
    (one,) = waits(two.bureau)
    assert (one.kind, one.who) == (GIVEN_BACK, two.league.name) and not one.of_check
    two.send()
    assert [one.kind for one in waits(two.bureau)] == [RECEIPT]
