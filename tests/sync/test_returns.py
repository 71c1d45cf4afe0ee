"""What came back, as the desk shows it (旗方案 四(一)): objections, additions, refusals, and what still waits."""

from __future__ import annotations

from app.ledger import entries
from app.rounds import rounds
from sync.merges import merges, returns
from tests.sync.rounds_world import WATER, Play, played

world = played()


def answer(world: Play) -> returns.Answer:
    now = rounds.board(world.sponsor, world.ledger)
    assert now is not None
    return returns.answer(world.sponsor, world.ledger, now.id, WATER)


def added(world: Play) -> None:
    entries.add(
        world.water, world.check().id, {"name": "漏报项目"}, not_secret="声明人", items={"M04": {"state": "在办"}},
        basis="清单漏列",
    )  # fmt: skip


def test_objections_additions_and_refusals_are_named(world: Play) -> None:
    world.taken()
    world.says("项目1", "M04", contest="重复", contest_reason="与项目2重复")
    world.says("项目2", "M05", verified="已核")
    entries.amend(world.sponsor, world.rows["项目2"], {}, {"M05": {"dept": "农牧局"}})
    added(world)
    mirror = world.back()
    assert answer(world).merge == "" and answer(world).mirror == mirror
    key = merges.needs(merges.rehearse(world.sponsor, mirror)[1])[0]
    merged = merges.merge(world.sponsor, mirror, {key: "theirs"})
    told = answer(world)
    assert [(o.name, o.kind, o.reason) for o in told.objections] == [("项目1", "重复", "与项目2重复")]
    assert [(a.name, a.reason) for a in told.added] == [("漏报项目", "清单漏列")]
    assert [(r.name, r.reason) for r in told.refused] == [("项目2", "现已不归该部门办理")]
    assert "核查情况" in told.refused[0].what and told.merge == merged.subject


def test_a_withdrawn_merging_is_no_longer_told(world: Play) -> None:
    world.taken()
    world.says("项目1", "M04", contest="重复", contest_reason="与项目2重复")
    merged = str(merges.merge(world.sponsor, world.back()).subject)
    merges.withdraw(world.sponsor, world.ledger, merged)
    assert answer(world).merge == "" and answer(world).objections == ()
    assert [p.decide for p in returns.pending(world.sponsor)] == [0], "it can be merged again"


def test_what_waits_for_a_decision_is_found_again(world: Play) -> None:
    world.taken()
    world.says("项目1", "M04", handler="张三")
    entries.amend(world.sponsor, world.rows["项目1"], {}, {"M04": {"handler": "李四"}})
    mirror = world.back()
    assert [(p.mirror, p.dept, p.number, p.decide) for p in returns.pending(world.sponsor)] == [
        (mirror, WATER, 1, 1)
    ]
    merges.merge(world.sponsor, mirror, default="mine")
    assert returns.pending(world.sponsor) == []


def test_a_row_once_turned_down_waits_no_more(world: Play) -> None:
    world.taken()
    added(world)
    mirror = world.back()
    assert [p.decide for p in returns.pending(world.sponsor)] == [1]
    merges.merge(world.sponsor, mirror, default="mine")
    assert (
        returns.pending(world.sponsor) == []
        and len(returns.left_out(world.sponsor, world.ledger, mirror)) == 1
    )


def test_the_department_sees_what_its_return_would_say(world: Play) -> None:
    line = world.taken()
    world.says("项目1", "M04", contest="重复", contest_reason="与项目2重复")
    added(world)
    assert returns.mine(world.water, line.id) == returns.Mine(4, 8, 1, 1, 1, "2022-08-25", "", 3)
