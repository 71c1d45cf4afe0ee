"""A superior's remark on a row goes down to its owner as a signed file, the answer comes back (decision 28)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app import history, remarks, replay
from app.problem import Problem
from sync import boxes, exchange
from sync import remarks as carrying
from tests.sync.offices import introduce
from tests.sync.upward_world import Upward, risen


def gathered(found: Upward) -> None:
    found.add("dev", "甲", M01="在办")
    found.gather("dev")


world = risen("dev", "ind", "lead", then=gathered)


def annotated(world: Upward, text: str, entry: str = "", item: str = "") -> Path:
    lead = world["lead"]
    change = carrying.annotate(
        lead, exchange.own_keys(lead, ""), entry or world.rows["甲"], text=text, item=item
    )
    return Path(change.facts["file"])


def proved(world: Upward) -> bool:
    return replay.verify(world["lead"]) == [] and replay.verify(world["dev"]) == []


def test_a_remark_goes_down_and_its_answer_comes_back(world):
    dev, lead = world["dev"], world["lead"]
    file = annotated(world, "土地预审已过期，请核对", item="M01")
    with pytest.raises(Problem, match="请直接收下"):
        exchange.look(dev, file)
    got = exchange.receive(dev, file)
    assert "土地预审已过期" in got.said
    (asked,) = remarks.of_entry(dev, world.rows["甲"])
    assert (asked.office_name, asked.item, asked.name, asked.answers) == (lead.name, "M01", "甲", ())
    assert [one.kind for one in boxes.received(dev)] == ["remarks"]
    answer = carrying.reply(dev, exchange.own_keys(dev, ""), asked.id, text="已补办，文号附后").facts["file"]
    exchange.receive(lead, Path(answer))
    (told,) = remarks.all(lead)
    assert [a.text for a in told.answers] == ["已补办，文号附后"] and told.answers[0].office == dev.id
    assert history.VERBS[history.lines(dev, world.rows["甲"])[0].verb] == "意见" and proved(world)


def test_one_on_a_gathered_row_goes_to_where_it_came_from(world):
    row = world.held("lead", "甲")
    exchange.receive(world["dev"], annotated(world, "请说明", entry=row.id))
    assert [r.text for r in remarks.of_entry(world["dev"], world.rows["甲"])] == ["请说明"]
    assert [r.text for r in remarks.of_entry(world["lead"], row.id)] == ["请说明"]


def test_a_lost_file_heals_itself_and_twice_is_once(world):
    """Like bundles: the next file brings what was lost; the same again changes nothing."""
    annotated(world, "一")
    file = annotated(world, "二")
    assert len(exchange.receive(world["dev"], file).facts["remarks"]) == 2
    assert exchange.receive(world["dev"], file).facts["again"]
    assert len(remarks.of_entry(world["dev"], world.rows["甲"])) == 2 and proved(world)


def test_an_own_row_is_not_remarked_on(world):
    with pytest.raises(Problem) as caught:
        carrying.annotate(world["dev"], exchange.own_keys(world["dev"], ""), world.rows["甲"], text="甲")
    assert caught.value.code == "E_OWN_ROW"
    with pytest.raises(Problem) as caught:
        annotated(world, "  ")
    assert caught.value.code == "E_BLANK"


def test_only_who_was_sent_the_row_may_remark_on_it(world):
    """Decision 28: nobody speaks of another's rows."""
    introduce(world["ind"], world["dev"], world.folder)
    ind = world["ind"]
    told = remarks.Remark(
        "a" * 32, world.ledgers["dev"], world.rows["甲"], "", "改一下", "2022-08-22", "某人", ind.id, ind.name,
        world["dev"].id, world["dev"].name,
    )  # fmt: skip
    with ind.write("批注") as work:
        remarks.record(work, told)
    file = carrying.write(ind, exchange.own_keys(ind, ""), world["dev"].id)
    with pytest.raises(Problem) as caught:
        exchange.receive(world["dev"], file)
    assert caught.value.code == "E_NOT_ALLOWED" and remarks.all(world["dev"]) == []
    assert boxes.received(world["dev"]) == []


def test_a_changed_a_foreign_and_a_newer_file_are_refused(world):
    file = annotated(world, "请核对")
    told = json.loads(file.read_text("utf-8"))
    for change, code in (
        ({"on": "2022-08-23"}, "E_LETTER"), ({"to": "b" * 32}, "E_NOT_FOR_US"), ({"QIDI_REMARKS": 2}, "E_NEWER"),
        ({"issuer": "c" * 32}, "E_UNKNOWN_SENDER"), ({"content": "!!"}, "E_LETTER"),
    ):  # fmt: skip
        bad = world.folder / f"坏{code}.qidi-remarks"
        bad.write_text(
            json.dumps({**told, **change}, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n",
            "utf-8",
        )
        with pytest.raises(Problem) as caught:
            exchange.receive(world["dev"], bad)
        assert caught.value.code == code
    cut = world.folder / "断.qidi-remarks"
    cut.write_bytes(file.read_bytes()[:-40])
    with pytest.raises(Problem) as caught:
        exchange.receive(world["dev"], cut)
    assert caught.value.code == "E_LETTER" and remarks.all(world["dev"]) == []
