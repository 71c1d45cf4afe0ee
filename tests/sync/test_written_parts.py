"""A part counts as sent once its file stands on the stick, read back and compared (exchange.md, writing to a stick)."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from app.ledger import entries, ledgers
from app.problem import Problem
from app.proof import replay
from app.rounds import rounds, unsent
from app.rounds.awaited import awaited
from sync import exchange
from sync.letters import boxes, rewriting
from sync.merges import pushes
from sync.offices import answers
from tests.sync.rounds_world import FOREST, WATER, Play, played

world = played(1)
GB = 1024**3


def states(world: Play) -> dict[str, str]:
    now = rounds.board(world.sponsor, world.ledger)
    assert now is not None
    return {part.dept: part.state for part in now.parts if not part.own}


def boxed(world: Play) -> dict[str, str]:
    return {Path(one.file).suffix: one.state for one in boxes.sent(world.sponsor)}


def full_for(monkeypatch: pytest.MonkeyPatch, stick: Path) -> None:
    """No room on this stick; the machine's own disk has."""
    monkeypatch.setattr(
        shutil, "disk_usage", lambda path: SimpleNamespace(free=0 if Path(path) == stick else GB, total=GB)
    )


def test_what_a_full_stick_did_not_take_is_not_sent_and_goes_with_the_next(
    world: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bundle and workbook alike stand in the outbox as 没写到盘上; each department is told apart."""
    rounds.begin(world.sponsor, world.ledger)
    world.usb.mkdir()
    with monkeypatch.context() as patched:
        full_for(patched, world.usb)
        with pytest.raises(Problem) as caught:
            pushes.push(world.sponsor, world.ledger, world.usb, depts=(FOREST, WATER))
    told = {part["dept"]: part for part in caught.value.facts["parts"]}
    assert caught.value.code == "E_DISK_FULL" and "2 个部门都没有写成" in caught.value.text
    assert told.keys() == {FOREST, WATER} and all("空间不足" in part["text"] for part in told.values())
    assert set(states(world).values()) == {"未发"} and boxed(world) == {".qidi": "built", ".xlsx": "built"}
    assert world.part(WATER).upto == 0 and world.part(WATER).items == 2 and not any(world.usb.iterdir())
    again = rewriting.again(world.sponsor, told[FOREST]["bundle"], world.usb)
    assert Path(again.facts["file"]).suffix == ".xlsx" and states(world)[FOREST] == "已发"
    sent = pushes.push(world.sponsor, world.ledger, world.usb).facts
    assert FOREST in sent["unchanged"] and WATER in {one["dept"] for one in sent["sent"]}
    assert set(states(world).values()) == {"已发"} and len(world.part(WATER).sent) == 1
    assert replay.verify(world.sponsor) == []


def test_a_workbook_is_in_the_outbox_and_waits_for_no_receipt(world: Play) -> None:
    """A workbook gets no receipt: its department is waited for, once."""
    rounds.begin(world.sponsor, world.ledger)
    world.push(FOREST)
    (one,) = boxes.sent(world.sponsor)
    assert (one.kind, one.to_name, one.state, one.facts["encrypted"]) == ("check", FOREST, "copied", False)
    with world.sponsor.read() as connection:
        waits = awaited(world.sponsor, connection, [ledgers.get(world.sponsor, world.ledger)])
    assert [(each.kind, each.who) for each in waits] == [("return", FOREST)]
    entries.amend(world.sponsor, world.rows["项目1"], {}, {"M06": {"handler": "某甲"}})
    now = rounds.board(world.sponsor, world.ledger)
    assert now is not None and unsent.moved(world.sponsor, now)[FOREST].changed == 1


def test_a_stick_that_is_pulled_out_is_not_made_again(world: Play) -> None:
    """The rest is named and stays unsent; a chosen folder that is gone never comes back on the disk beneath it."""
    rounds.begin(world.sponsor, world.ledger)
    stick = world.folder / "盘"
    stick.mkdir()

    def pulled(done: int, _total: int) -> None:
        if done == 2:
            shutil.rmtree(stick)

    change = pushes.push(world.sponsor, world.ledger, stick, workbook=True, tell=pulled)
    failed = {one["dept"]: one["code"] for one in change.facts["failed"]}
    assert len(change.facts["sent"]) == 2 and set(failed.values()) == {"E_NO_FOLDER"}
    assert all(dept in change.said for dept in failed) and "不在了" in change.said and not stick.exists()
    assert {dept for dept, state in states(world).items() if state == "未发"} == set(failed)
    inside = stick / "核查"
    refused: list[Callable[[], object]] = [
        lambda: pushes.push(world.sponsor, world.ledger, inside),
        lambda: exchange.send(world.sponsor, world.ledger, world.water.id, inside, aside=True),
        lambda: rewriting.again(world.sponsor, boxes.sent(world.sponsor)[0].bundle, inside),
    ]
    for deed in refused:
        with pytest.raises(Problem, match="不在了，盘可能拔掉了") as caught:
            deed()
        assert caught.value.code == "E_NO_FOLDER" and not stick.exists()
    exchange.receive(world.water, world.push(WATER)[WATER])
    with pytest.raises(Problem, match="不在了"):
        answers.hand(world.water, [answers.given(world.water)[0].bundle], inside)
