"""Any edits on both sides of a real check round: no value is lost, twice is once, taken back is as before."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from app import office as offices
from app.engine import storing, wire
from app.engine.rows import Held
from app.ledger import entries, leaving, ledgers
from app.problem import Problem
from app.proof import replay
from app.rounds import rounds
from sync import exchange
from sync.checking import joining
from sync.merges import merges, pushes
from tests.sync.offices import DAY
from tests.sync.rounds_world import WATER, Play, play

NAMES = ("项目1", "项目2", "项目3")
VALUES = {
    "handler": ("张三", "李四"), "verified": ("已核", "有误"), "note": ("甲", "乙"), "promise_wd": ("10", "20"),
    "d_submit": ("2022-08-01", "2022-08-02"), "due_date": ("2022-12-31",), "needed_basis": ("区域评估",),
    "state": ("在办", "未办", "待核", "不需办"), "contest": ("非本部门", "重复"), "contest_reason": ("归林草局",),
}  # fmt: skip
CELL = st.sampled_from([(key, value) for key, values in VALUES.items() for value in (*values, "")])
EDIT = st.tuples(st.sampled_from(NAMES), st.sampled_from(["M04", "M05"]), CELL)
HAPPEN = st.sampled_from(["", "", "", "moved", "struck", "pushed again", "pushed and lost"])
PHASES = (
    Phase.explicit,
    Phase.generate,
)  # shrinking real offices takes minutes; the edits are printed anyway


@pytest.fixture(scope="module")
def born(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Path], Play]]:
    """Makes a copy of two offices whose part was taken in."""
    folder = tmp_path_factory.mktemp("born")
    first = play(folder)
    first.taken()
    first.close()

    def copied(to: Path) -> Play:
        shutil.copytree(folder, to, dirs_exist_ok=True)
        sponsor, water = (offices.open_folder(to / who, today=DAY) for who in ("sponsor", "water"))
        return Play(to, sponsor, water, first.ledger, dict(first.rows))

    yield copied


def typed(act: Callable[[], Any]) -> None:
    """A deed of a clerk, which may be refused for what it says."""
    try:
        act()
    except Problem as problem:
        assert problem.code.startswith("E_")


def edit(world: Play, side: str, name: str, item: str, cell: tuple[str, str]) -> None:
    if side == "theirs":
        typed(lambda: world.says(name, item, **dict([cell])))
    else:
        typed(lambda: entries.amend(world.sponsor, world.rows[name], {}, {item: dict([cell])}))


def happen(world: Play, what: str) -> None:
    if what == "moved":
        entries.amend(world.sponsor, world.rows["项目1"], {}, {"M05": {"dept": "农牧局"}})
    elif what == "struck":
        leaving.exclude(world.sponsor, world.rows["项目2"], reason="重复")
    elif what.startswith("pushed"):
        change = pushes.push(world.sponsor, world.ledger, world.usb, depts=(WATER,))
        if what == "pushed again":
            exchange.receive(world.water, Path(str(change.facts["sent"][0]["file"])))


def held(world: Play) -> dict[str, Held]:
    with world.sponsor.read() as connection:
        return {h.id: h for h in storing.every_held(connection, world.ledger)}


def cells(world: Play, rows: dict[str, Held]) -> dict[tuple[str, str, str], Any]:
    """Every cell that departments write, in wire form; empty ones are None."""
    with world.sponsor.read() as connection:
        line = ledgers.line_of(connection, world.ledger)
    keys = joining.writable(line)
    return {
        (row.id, code, key): told.get(key)
        for row in rows.values()
        for code, told in wire.items_to_wire(line.loaded, row.items).items()
        for key in keys
    }


def lost_in(world: Play, merge: str) -> set[tuple[str, str, str, Any]]:
    """What the journal says was lost by this merging, each with who decided it or the reason."""
    found = set()
    with world.sponsor.read() as connection:
        line = ledgers.line_of(connection, world.ledger)
        for row in replay.lines(connection, line.stream):
            facts = msgspec.json.decode(row["body"]).get("facts") or {}
            if facts.get("merge") != merge:
                continue
            for one in facts.get("lost", ()):
                assert one["by"] or one["reason"]
                found.add((row["subject"], one["item"], one["field"], one["value"]))
    return found


@settings(max_examples=8, deadline=None, phases=PHASES, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.tuples(st.sampled_from(["mine", "theirs", "theirs"]), EDIT), min_size=1, max_size=12),
    HAPPEN,
    st.lists(st.tuples(st.sampled_from(["mine", "theirs"]), EDIT), max_size=4),
    st.data(),
)
def test_no_value_is_lost_twice_is_once_and_back_is_as_before(
    born: Callable[[Path], Play], before: list[Any], what: str, after: list[Any], data: st.DataObject
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = born(Path(folder))
        try:
            for side, (name, item, cell) in before:
                edit(world, side, name, item, cell)
            happen(world, what)
            for side, (name, item, cell) in after:
                edit(world, side, name, item, cell)
            _merged(world, data)
        finally:
            world.close()


def _merged(world: Play, data: st.DataObject) -> None:
    mirror = world.back()
    arrival, plan = merges.rehearse(world.sponsor, mirror)
    choices = {
        key: data.draw(st.sampled_from(["mine", "theirs", {"value": data.draw(CELL_VALUE[key[2]])}]))
        for key in merges.needs(plan)
    }
    was, mine = held(world), cells(world, held(world))
    done = merges.merge(world.sponsor, mirror, choices, keep=False)
    now = cells(world, held(world))
    lost = lost_in(world, str(done.subject))
    gone = {row.id for row in plan.rows if row.reason}
    for key, value in mine.items():
        assert now[key] == value or value == _base(arrival, key) or (*key, value) in lost, (
            "mine",
            key,
            value,
        )
    for row in arrival.rows.values():
        for code, told in row.parts.items():
            for field, value in told.items():
                key = (row.id, code, field)
                same = value == _base(arrival, key) or row.id in gone
                assert same or now.get(key) == value or (*key, value) in lost, ("theirs", key, value)
    again = merges.merge(world.sponsor, mirror, default="mine", keep=False)
    assert again.facts["changed"] == [] and cells(world, held(world)) == now
    merges.withdraw(world.sponsor, world.ledger, str(again.subject))
    merges.withdraw(world.sponsor, world.ledger, str(done.subject))
    assert {i: (h.cells, h.items, h.standing) for i, h in held(world).items()} == {
        i: (h.cells, h.items, h.standing) for i, h in was.items()
    }
    assert replay.verify(world.sponsor) == [] and replay.verify(world.water) == []


def _base(arrival: joining.Arrival, key: tuple[str, str, str]) -> Any:
    return arrival.base.get(key[0], {}).get(key[1], {}).get(key[2])


CELL_VALUE = {
    key: st.sampled_from([int(v) if v.isdigit() else v for v in values]) for key, values in VALUES.items()
} | {"needed": st.just("需办")}


def test_a_pushing_that_was_lost_takes_nothing_back(born: Callable[[Path], Play], tmp_path: Path) -> None:
    """What was last exchanged is what they took in, not what was last sent: a lost stick empties no cell here."""
    world = born(tmp_path)
    entries.amend(world.sponsor, world.rows["项目1"], {}, {"M04": {"handler": "李四"}})
    happen(world, "pushed and lost")
    merges.merge(world.sponsor, world.back())
    assert world.held("项目1").items["M04"]["handler"] == "李四"
    assert rounds.board(world.sponsor, world.ledger) is not None
    world.close()


def test_a_state_that_follows_from_a_date_taken_over_is_listed(
    born: Callable[[Path], Play], tmp_path: Path
) -> None:
    """Their date makes the matter 在办; what was typed here about it meanwhile is not lost without a word."""
    world = born(tmp_path)
    world.says("项目2", "M04", d_submit="2022-08-01")
    entries.amend(world.sponsor, world.rows["项目2"], {}, {"M04": {"state": "待核"}})
    done = merges.merge(world.sponsor, world.back(), keep=False)
    assert world.held("项目2").items["M04"]["state"] == "在办"
    assert (world.rows["项目2"], "M04", "state", "待核") in lost_in(world, str(done.subject))
    assert replay.verify(world.sponsor) == []
    world.close()
