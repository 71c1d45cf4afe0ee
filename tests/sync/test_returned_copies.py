"""Copies of one check list that come back one after another: each is judged by the pushing it was written from."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.imports import check_reading
from app.imports.check_reading import Returned
from app.ledger import entries
from app.problem import Problem
from app.proof import replay
from app.rounds import rounds
from sync import exchange
from sync.comparing.merging import AMENDED, CLASH, MINE, STANDING, THEIRS
from sync.merges import merge_records, merge_sheets, merges
from tests.sync.rounds_world import FOREST, WATER, Play, played

world = played()
M = "林地征占"


def sent(world: Play) -> Path:
    rounds.begin(world.sponsor, world.ledger, due="2022-08-25")
    return world.push(FOREST, workbook=True)[FOREST]


def merged(world: Play, back: Returned) -> dict[str, int]:
    """Merge where nobody has to decide, a copy nobody filled in too; what was counted."""
    return dict(merges.merge(world.sponsor, back, confirmed=True, blank=True, keep=False).facts["counts"])


def said(world: Play, name: str) -> list[object]:
    return [world.held(name).items["M06"].get(key) for key in ("state", "handler", "note")]


def test_two_copies_of_one_list_add_up_and_neither_empties_what_the_other_said(world: Play) -> None:
    file = sent(world)
    one = world.filled(
        file,
        ("项目1", M, "办理情况", "在办"),
        ("项目1", M, "事项责任人", "张三"),
        ("项目1", M, "备注", "甲记"),
    )
    two = world.filled(file, ("项目2", M, "备注", "乙记"), ("项目3", M, "事项责任人", "王五"))
    assert merged(world, one)["changed"] == 1
    entries.amend(world.sponsor, world.rows["项目3"], {}, {"M06": {"note": "本单位记"}})
    assert merged(world, two)["changed"] == 2
    everything = [["在办", "张三", "甲记"], ["未办", None, "乙记"], ["未办", "王五", "本单位记"]]
    assert [said(world, name) for name in world.rows] == everything
    arrival, _ = merges.rehearse(world.sponsor, one)
    assert not arrival.late, "there is one round"
    second = world.push(FOREST, workbook=True)[FOREST]
    for again in (one, two, check_reading.look(file), check_reading.look(second)):
        assert merged(world, again)["changed"] == 0
        assert [said(world, name) for name in world.rows] == everything
    cleared = world.filled(second, ("项目1", M, "备注", None))  # type: ignore[arg-type]
    assert merged(world, cleared)["changed"] == 1, (
        "what stood in the copy and was emptied there is emptied here"
    )
    assert said(world, "项目1") == ["在办", "张三", None] and replay.verify(world.sponsor) == []


def test_two_copies_that_say_different_things_are_decided_by_a_person(world: Play) -> None:
    """A copy that does not carry on what the first one said is another clerk's, or an older draft."""
    file = sent(world)
    more = ("项目2", M, "事项责任人", "张三")
    one = world.filled(file, ("项目1", M, "备注", "甲记"), more)
    two = world.filled(file, ("项目1", M, "备注", "乙记"))
    merged(world, one)
    with pytest.raises(Problem) as caught:
        merged(world, two)
    assert caught.value.code == "E_UNDECIDED"
    key = (world.rows["项目1"], "M06", "note")
    kept = merges.merge(world.sponsor, two, {key: "mine"}, confirmed=True, keep=False)
    assert kept.facts["lost"] == 1 and said(world, "项目1")[2] == "甲记"
    assert merged(world, two)["clash"] == 0, "the same copy once more: that was decided"
    assert said(world, "项目1")[2] == "甲记"
    _, plan = merges.rehearse(world.sponsor, world.filled(file, ("项目1", M, "备注", "丙记")))
    assert [d.verdict for _, d in plan.differences()] == [CLASH, MINE]


def test_a_corrected_copy_is_the_departments_later_word_and_an_older_one_is_not(world: Play) -> None:
    """Nobody else touched the cell; what they said before is kept as the losing value, and named."""
    file, key = sent(world), (world.rows["项目1"], "M06", "note")
    said_first = (("项目1", M, "备注", "甲记"), ("项目2", M, "事项责任人", "张三"))
    one = world.filled(file, *said_first)
    two = world.filled(file, ("项目1", M, "备注", "乙记"), said_first[1], ("项目3", M, "备注", "又记"))
    merged(world, one)
    _, plan = merges.rehearse(world.sponsor, two)
    assert {k: d.reason for k, d in plan.differences() if d.verdict == THEIRS and d.reason} == {key: AMENDED}
    change = merges.merge(world.sponsor, two, confirmed=True, keep=False)
    assert change.facts["lost"] == 1 and said(world, "项目1")[2] == "乙记"
    (line,) = (
        x
        for x in merge_sheets.sheet(world.sponsor, world.ledger, str(change.subject)).lines
        if x.how == "改答"
    )
    assert (line.before, line.after, line.lost, line.why) == ("甲记", "乙记", "我这里：甲记", AMENDED)
    _, plan = merges.rehearse(world.sponsor, check_reading.look(file))
    assert not plan.needs and {d.reason for _, d in plan.differences()} == {STANDING}, "a blank one, and it is said"
    _, plan = merges.rehearse(world.sponsor, one)
    assert plan.needs == (key,), "what was said before and given up since is asked about, be it a late older copy"
    entries.amend(world.sponsor, world.rows["项目1"], {}, {"M06": {"note": "本单位记"}})
    third = world.filled(file, ("项目1", M, "备注", "丙记"), said_first[1], ("项目3", M, "备注", "又记"))
    assert merges.rehearse(world.sponsor, third)[1].needs == (key,), "typed over here since: both sides"
    assert replay.verify(world.sponsor) == []


def test_an_objection_stands_when_a_copy_comes_that_does_not_raise_it(world: Play) -> None:
    file = sent(world)
    why = (("项目1", M, "异议", "重复"), ("项目1", M, "异议理由", "与项目2重复"))
    merged(world, world.filled(file, *why))
    merged(world, world.filled(file, ("项目2", M, "备注", "乙记")))
    assert world.held("项目1").items["M06"]["contest"] == "重复"
    assert (world.part(FOREST).state, world.part(FOREST).contested) == (rounds.CONTESTED, 1)


def test_a_late_copy_of_an_older_round_takes_nothing_back(world: Play) -> None:
    file = sent(world)
    old = world.filled(file, ("项目1", M, "备注", "头一轮"))
    rounds.close(world.sponsor, world.ledger, reason="没有交")
    second = sent(world)
    merged(world, world.filled(second, ("项目1", M, "事项责任人", "张三")))
    assert merges.rehearse(world.sponsor, old)[0].late
    assert merged(world, old)["changed"] == 1 and said(world, "项目1") == ["未办", "张三", "头一轮"]
    assert merged(world, check_reading.look(file))["changed"] == 0
    assert merged(world, check_reading.look(second))["changed"] == 0
    assert said(world, "项目1") == ["未办", "张三", "头一轮"]
    records = merge_records.records(world.sponsor, world.ledger)
    assert [bool(r.told["late"]) for r in records] == [False, True, True, False]


def test_a_second_pushing_between_two_returns_resets_nothing(world: Play) -> None:
    """What they answered was typed over here and pushed: their part says ours since, and sending it back is no change."""
    world.taken()
    world.says("项目1", "M04", note="部门记")
    merges.merge(world.sponsor, world.back(), keep=False)
    for ours in (None, "本单位记"):
        if ours:
            entries.amend(world.sponsor, world.rows["项目1"], {}, {"M04": {"note": ours}})
        exchange.receive(world.water, world.push(WATER)[WATER])
    assert world.theirs("项目1").items["M04"]["note"] == "本单位记"
    for ours in ("部门记", "改过的"):
        entries.amend(world.sponsor, world.rows["项目1"], {}, {"M04": {"note": ours}})
        _, plan = merges.rehearse(world.sponsor, world.back())
        assert not plan.needs and plan.counts["changed"] == 0
    world.says("项目1", "M04", note="又查过")
    assert merges.rehearse(world.sponsor, world.back())[1].needs == ((world.rows["项目1"], "M04", "note"),)
