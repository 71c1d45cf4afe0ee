"""Both sides write the same cell while a part is on its way: nothing is overwritten unseen (旗方案 四(一), issue's rule)."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from app import office as offices
from app.ledger import entries
from app.problem import Problem
from app.proof import replay
from app.removal import purging
from app.rounds import rounds
from sync import exchange
from sync.letters import returning
from sync.merges import merges, pushes, returns
from tests.sync.forged_rounds import Told, returned
from tests.sync.rounds_world import WATER, Play, played

world = played()


def phoned(world: Play) -> list[str]:
    """The department has typed; the sponsor types what it was told by telephone, and the part goes out once more.
    What the department reads when it takes that in."""
    world.taken()
    world.says("项目1", "M04", note="部门先填的", handler="张三")
    entries.amend(
        world.sponsor, world.rows["项目1"], {}, {"M04": {"note": "电话里更正的", "handler": "李四"}}
    )
    file = world.push(WATER)[WATER]
    looked = exchange.look(world.water, file)
    change = exchange.receive(world.water, file)
    assert list(looked.kept) == change.facts["kept"] and "现在留着本单位填的" in change.said
    return list(change.facts["kept"])


def asks(world: Play, mirror: str) -> dict[str, tuple[object, object, object]]:
    _, plan = merges.rehearse(world.sponsor, mirror)
    return {d.field: (d.base, d.mine, d.theirs) for _, d in plan.differences() if d.verdict == "clash"}


def test_both_clerks_are_shown_what_the_other_wrote(world: Play) -> None:
    said = phoned(world)
    assert len(said) == 2 and any(
        "“备注”对方写的是“电话里更正的”，本单位填的是“部门先填的”" in each for each in said
    )
    standing = returns.mine(world.water, world.check().id).crossed
    assert [(c.field, c.theirs, c.mine) for c in standing] == [
        ("handler", "李四", "张三"), ("note", "电话里更正的", "部门先填的"),
    ]  # fmt: skip
    mirror = world.back()
    assert asks(world, mirror) == {
        "note": (None, "电话里更正的", "部门先填的"), "handler": (None, "李四", "张三"),
    }  # fmt: skip
    with pytest.raises(Problem, match="2 处两边都改过"):
        merges.merge(world.sponsor, mirror, keep=False)
    row = world.rows["项目1"]
    merges.merge(
        world.sponsor, mirror, {(row, "M04", "note"): "mine", (row, "M04", "handler"): "theirs"}, keep=False
    )
    items = world.held("项目1").items["M04"]
    assert (items["note"], items["handler"]) == ("电话里更正的", "张三")
    assert asks(world, world.back()) == {}, "decided once"
    assert exchange.receive(world.water, world.push(WATER)[WATER]).facts["kept"] == [], (
        "nothing new was written"
    )
    assert replay.verify(world.sponsor) == [] == replay.verify(world.water)


def test_what_the_department_writes_after_it_has_seen_that_is_its_answer(world: Play) -> None:
    phoned(world)
    world.says("项目1", "M04", note="看过了，应是这样")
    assert [c.field for c in returns.mine(world.water, world.check().id).crossed] == ["handler"]
    mirror = world.back()
    assert asks(world, mirror) == {"handler": (None, "李四", "张三")}
    merges.merge(world.sponsor, mirror, keep=False, default="mine")
    items = world.held("项目1").items["M04"]
    assert (items["note"], items["handler"]) == ("看过了，应是这样", "李四")


def test_the_answer_to_an_earlier_pushing_is_taken_though_the_part_went_another_way_since(
    world: Play,
) -> None:
    """A bundle was answered, and meanwhile the part was written once more as a workbook for nobody with the program."""
    world.taken()
    world.says("项目1", "M04", note="部门填好的")
    back = Path(exchange.send(world.water, world.check().id, world.sponsor.id, world.usb).facts["file"])
    pushes.assign(world.sponsor, WATER, "")
    world.push(WATER)
    mirror = exchange.receive(world.sponsor, back).facts["ledger"]
    merges.merge(world.sponsor, mirror, keep=False)
    assert (
        world.held("项目1").items["M04"]["note"] == "部门填好的"
        and world.part(WATER).state == rounds.RETURNED
    )


def test_a_merging_whose_rows_went_out_stays(world: Play) -> None:
    """What other departments were sent must be found here when they answer; taken back before that, it comes anew."""
    world.taken()
    entries.add(
        world.water, world.check().id, {"name": "新路"}, not_secret="声明人", items={"M04": {"state": "在办"}},
        basis="漏列",
    )  # fmt: skip
    world.says("项目1", "M04", note="改的")
    mirror = world.back()
    for turn in (1, 2):
        _, plan = merges.rehearse(world.sponsor, mirror)
        assert (plan.counts["new"], plan.counts["refused"], len(merges.needs(plan))) == (1, 0, 1)
        done = merges.merge(world.sponsor, mirror, keep=False, default="theirs")
        assert len(done.facts["added"]) == 1
        if turn == 1:
            merges.withdraw(world.sponsor, world.ledger, str(done.subject))
    assert merges.rehearse(world.sponsor, mirror)[1].counts["new"] == 0
    world.push(WATER)
    with pytest.raises(Problem, match="“新路”）已推送给正镶白旗水利局核查") as caught:
        merges.withdraw(world.sponsor, world.ledger, str(done.subject))
    assert caught.value.code == "E_SENT"
    assert "已推送给" in merges.why_not_withdrawn(world.sponsor, world.ledger, str(done.subject))
    assert replay.verify(world.sponsor) == []


def test_a_clock_set_back_forgets_no_answer(world: Play) -> None:
    """Decision 18, attack 15: what came back after it was sent is an answer, whatever day the machine says."""
    world.taken()
    world.says("项目1", "M04", note="核")
    world.sponsor.close()
    world.sponsor = offices.open_folder(world.folder / "sponsor", today=dt.date(2022, 7, 30))
    merges.merge(world.sponsor, world.back(), keep=False)
    assert world.part(WATER).state == rounds.RETURNED
    world.push(WATER)
    assert world.part(WATER).waiting(dt.date(2022, 7, 29)) == 0


def test_a_destroyed_row_does_not_come_back_by_name(world: Play) -> None:
    """Decision 11: the answer for a row destroyed here brings neither its content nor its name in again."""
    world.taken()
    world.says("项目3", "M04", note="机密")
    mirror = world.back()
    purging.purge(world.sponsor, world.rows["项目3"], by="经办人甲", second="审核人乙", reason="误录")
    refused = merges.merge(world.sponsor, mirror, keep=False).facts["refused"]
    assert [(one["row"], one["name"]) for one in refused] == [(world.rows["项目3"], "")]
    assert "误入处置" in refused[0]["reason"]
    slip = returning.of_merge(world.sponsor, mirror, refused)
    assert slip is not None and "项目3" not in slip.read_text("utf-8")
    exchange.receive(world.water, slip)
    with world.sponsor.engine.connect() as raw:
        told = raw.exec_driver_sql("SELECT body FROM journal WHERE verb='merge'").scalars().all()
    assert told and not any("项目3" in body or "机密" in body for body in told)


def test_an_added_row_that_was_destroyed_is_not_offered_anew(world: Play) -> None:
    """Decision 11: unlike a merging that was taken back, what was destroyed never comes in again."""
    world.taken()
    entries.add(
        world.water, world.check().id, {"name": "新路"}, not_secret="声明人", items={"M04": {"state": "在办"}},
        basis="漏列",
    )  # fmt: skip
    mirror = world.back()
    (own,) = merges.merge(world.sponsor, mirror, keep=False, default="theirs").facts["added"]
    purging.purge(world.sponsor, own, by="经办人甲", second="审核人乙", reason="误录")
    arrival, plan = merges.rehearse(world.sponsor, mirror)
    assert not arrival.added and [(r.id, r.name, r.kind) for r in plan.rows if r.kind == "refused"] == [
        (own, "", "refused")
    ]


def test_what_a_changed_program_calls_sent_harms_nothing(world: Play) -> None:
    """Attack 10: a line of a mirrored list may claim anything; what no cell can hold is no base."""
    phoned(world)

    def lie(rows: list[Told]) -> None:
        asked = [row["body"]["facts"] for row in rows if row["verb"] == "asked"]
        asked[0]["sent"], asked[-1]["sent"] = (
            {"M04": {"note": {"a": [1]}, "none": 1}, "M05": 5},
            {"M04": {"note": "乙"}},
        )

    mirror = exchange.receive(world.sponsor, returned(world, lie)).facts["ledger"]
    assert asks(world, mirror) == {} and replay.verify(world.sponsor) == []
