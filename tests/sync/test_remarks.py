"""A superior's remark on a row goes down to its owner as a signed file, the answer comes back (decision 28)."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Executable, delete, update

from app.listing import history
from app.office import Office
from app.problem import Problem
from app.proof import replay
from app.rounds import remarks
from app.rounds.awaited import GIVEN_BACK, RECEIPT, REMARK
from app.today import statistics
from models.schema import inbox as inbox_table
from models.schema import outbox as outbox_table
from sync import exchange
from sync.letters import boxes, rewriting
from sync.letters import remarks as carrying
from sync.offices import answers
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
    assert waits(dev) == [(REMARK, lead.name)]
    (asked,) = remarks.of_entry(dev, world.rows["甲"])
    assert (asked.office_name, asked.item, asked.name, asked.answers) == (lead.name, "M01", "甲", ())
    assert [one.kind for one in boxes.received(dev)] == ["remarks"]
    answer = carrying.reply(dev, exchange.own_keys(dev, ""), asked.id, text="已补办，文号附后").facts["file"]
    exchange.receive(lead, Path(answer))
    (told,) = remarks.all(lead)
    assert [a.text for a in told.answers] == ["已补办，文号附后"] and told.answers[0].office == dev.id
    assert waits(dev) == [(RECEIPT, lead.name)], "answered, and the answer's receipt is on its way"
    assert history.VERBS[history.lines(dev, world.rows["甲"])[0].verb] == "意见" and proved(world)


def test_one_on_a_gathered_row_goes_to_where_it_came_from(world):
    row = world.held("lead", "甲")
    exchange.receive(world["dev"], annotated(world, "请说明", entry=row.id))
    assert [r.text for r in remarks.of_entry(world["dev"], world.rows["甲"])] == ["请说明"]
    assert [r.text for r in remarks.of_entry(world["lead"], row.id)] == ["请说明"]


def waits(office: Office) -> list[tuple[str, str]]:
    return [(one.kind, one.who) for one in statistics.today_list(office).awaited]


def letters_of(office: Office) -> list[tuple[str, str]]:
    return [(one.state, one.title) for one in boxes.sent(office) if one.kind == "remarks"]


def test_a_lost_file_heals_itself_and_twice_is_once(world):
    """Like bundles: the next file brings what was lost; the same again changes nothing."""
    annotated(world, "一")
    file = annotated(world, "二")
    assert len(exchange.receive(world["dev"], file).facts["remarks"]) == 2
    assert exchange.receive(world["dev"], file).facts["again"]
    assert len(remarks.of_entry(world["dev"], world.rows["甲"])) == 2 and proved(world)


def test_remarks_are_known_to_have_come_by_their_receipt(world):
    """Decision 30: 没写到盘上, 已写出, 已回执; what a later file brought again is receipted with it."""
    dev, lead, stick = world["dev"], world["lead"], world.folder / "U盘"
    keys = exchange.own_keys(lead, "")
    annotated(world, "一")
    annotated(world, "二")
    assert letters_of(lead) == [("built", "意见 2 条")], (
        "the file written over is told by the one that holds it too"
    )
    first = carrying.carry(lead, carrying.ready(lead, keys, dev.id), stick)
    assert letters_of(lead) == [("copied", "意见 2 条")] and waits(lead) == [(RECEIPT, dev.name)]
    assert carrying.ready(lead, keys, dev.id).name == first.name, (
        "nothing new was said: the same file once more"
    )
    assert len(list((lead.folder / "outbox").glob("*.qidi-remarks"))) == 1
    more = carrying.annotate(lead, keys, world.rows["甲"], text="三", out=stick).facts["file"]
    assert letters_of(lead) == [("copied", "意见 3 条"), ("copied", "意见 2 条")], "that stick may be lost"
    again = rewriting.again(lead, boxes.sent(lead)[0].bundle, world.folder / "另一个盘").facts["file"]
    assert Path(again).read_bytes() == Path(more).read_bytes() != first.read_bytes()
    (given,) = [exchange.receive(dev, Path(again)).facts["receipt"]]
    assert Path(given).read_bytes() == Path(exchange.receive(dev, Path(more)).facts["receipt"]).read_bytes()
    assert Path(given).name.startswith(f"回执_{dev.name}_致{lead.name}_")
    assert exchange.receipt(dev, Path(more)).facts["files"] == [given]
    late = exchange.receive(dev, first)
    assert late.facts["again"] and late.facts["receipt"] != given, "nothing new in it, and it is answered"
    exchange.receive(lead, Path(given))
    assert {state for state, _ in letters_of(lead)} == {"receipted"} and waits(lead) == []
    assert answers.given(dev)[0].to == lead.id and proved(world)
    keys_of_dev = exchange.own_keys(dev, "")
    carrying.reply(dev, keys_of_dev, remarks.all(dev)[0].id, text="好", out=stick)
    assert letters_of(dev) == [("copied", "意见 1 条")] and proved(world)


def kept(office: Office, change: Executable) -> None:
    """What an earlier program left in the records."""
    with office.engine.connect().execution_options(write=True) as connection, connection.begin():
        connection.execute(change)


def test_letters_of_an_earlier_program_are_receipted_late(world):
    """Decision 30 holds for what came before it: the receipt is made when it is asked for; one for a letter that is on
    no list here is said to need no entering."""
    dev, lead, t = world["dev"], world["lead"], outbox_table.c
    file = annotated(world, "一")
    exchange.receive(dev, file)
    kept(dev, update(inbox_table).where(inbox_table.c.kind == "remarks").values(receipt={}))
    (late,) = exchange.receipt(dev, file).facts["files"]
    assert "以前已收过" in (again := exchange.receive(dev, file)).said and again.facts["receipt"] == late
    kept(lead, delete(outbox_table).where(t.kind == "remarks"))
    with pytest.raises(Problem, match="不用登记") as caught:
        exchange.receive(lead, Path(late))
    assert caught.value.code == "E_RECEIPT_OTHER" and replay.verify(dev) == []


class Once(type(Path())):  # type: ignore[misc]
    """A file on a stick that is pulled out as soon as it was read."""

    def open(self, *args: Any, **named: Any) -> Any:
        stream = super().open(*args, **named)
        self.unlink()
        return stream


def test_a_letter_is_read_once_and_written_over_until_it_went(world):
    """What is taken in is what was proved: a stick that is gone by then takes nothing with it."""
    dev, lead = world["dev"], world["lead"]
    keys = exchange.own_keys(lead, "")
    carrying.carry(lead, annotated(world, "一"), world.folder / "U盘")
    files = {annotated(world, text) for text in ("二", "三", "四")}
    assert len(files) == 1 and len(list((lead.folder / "outbox").glob("*.qidi-remarks"))) == 2
    stick = Once(carrying.carry(lead, carrying.ready(lead, keys, dev.id), world.folder / "U盘"))
    got = carrying.take(dev, exchange.own_keys(dev, ""), stick)
    assert len(got.facts["remarks"]) == 4 and not stick.exists() and proved(world)


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
    exchange.receive(ind, Path(caught.value.facts["slip"]))
    (sent,), (came,) = [x for x in boxes.sent(ind) if x.kind == "remarks"], boxes.received(world["dev"])
    assert (sent.state, sent.reasons, came.verdict) == ("returned", came.reasons, "returned")
    assert waits(ind) == [(GIVEN_BACK, world["dev"].name)]
    assert proved(world) and replay.verify(ind) == []
    exchange.send(world["dev"], world.ledgers["dev"], ind.id, world.folder / "U盘", aside=True)
    exchange.receive(ind, Path(exchange.receive(world["dev"], file).facts["receipt"]))  # now it may
    assert letters_of(ind) == [("receipted", "意见 1 条")] and proved(world) and replay.verify(ind) == []


def test_one_foreign_remark_keeps_none_of_the_others_out(world):
    """Decision 28 is about that one: it is named and left, the others are taken."""
    dev, lead = world["dev"], world["lead"]
    annotated(world, "一")
    (own,) = remarks.all(lead)
    with lead.write("批注") as work:
        remarks.record(work, replace(own, id="a" * 32, entry="b" * 32, name="别家的项目"))
    got = exchange.receive(dev, annotated(world, "二"))
    assert (
        "2 条意见" in got.said
        and "“别家的项目”的 1 条没有收" in got.said
        and got.facts["foreign"] == ["别家的项目"]
    )
    assert {r.text for r in remarks.all(dev)} == {"一", "二"} and proved(world)
    exchange.receive(lead, Path(got.facts["receipt"]))
    assert {state for state, _ in letters_of(lead)} == {"receipted"} and proved(world)


def test_the_last_file_of_remarks_is_the_last_one_written(world, monkeypatch):
    """Decision 18: order is told by the records; a clock that was set back makes no file older."""
    dev, lead, stick = world["dev"], world["lead"], world.folder / "U盘"
    first = carrying.carry(lead, annotated(world, "一"), stick)
    monkeypatch.setattr(carrying, "new_id", lambda: "0" * 32)
    more = carrying.carry(lead, annotated(world, "二"), stick)
    receipts = [Path(exchange.receive(dev, each).facts["receipt"]) for each in (first, more)]
    exchange.receive(lead, receipts[0])
    assert sorted(state for state, _ in letters_of(lead)) == ["copied", "receipted"]
    assert waits(lead) == [(RECEIPT, dev.name)], "the last one is still out"
    exchange.receive(lead, receipts[1])
    assert {state for state, _ in letters_of(lead)} == {"receipted"} and waits(lead) == [] and proved(world)


def test_answers_are_found_without_asking_every_one_of_every_one():
    """The list of today asks for them each time it is shown."""

    def took(number: int) -> float:
        told = remarks.Remark("", "", "", "", "甲", "", "", "", "", "", "")
        asked = [replace(told, id=str(at), re=str(at - 1) if at % 2 else "") for at in range(number)]
        begun = time.process_time()
        found = remarks._answered(asked)
        done = time.process_time() - begun
        assert [len(one.answers) for one in found[:3]] == [1, 0, 1]
        return done

    few, many = (min(took(number) for _ in range(3)) for number in (500, 4000))
    assert many < few * 24, "eight times as many take eight times as long, not sixty-four"


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
