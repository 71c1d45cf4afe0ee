"""没写到盘上 / 已写出 / 已回执 / 已退回: what was sent and received, and its answer made once more any time."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from app.ledger import attachments, entries
from app.problem import Problem
from app.storage import files
from sync import exchange
from sync.letters import boxes
from sync.merges import arrivals
from tests.sync.looking import refusal
from tests.sync.offices import Pair
from tests.sync.rounds_world import Play, played
from tests.sync.test_slips import gap

world = played()


def state(two: Pair) -> list[str]:
    return [one.state for one in boxes.sent(two.bureau)]


def test_a_bundle_goes_through_its_states(two: Pair) -> None:
    two.project("甲", M01="在办")
    blocked = two.folder / "file"
    blocked.write_text("x")
    assert (
        refusal(exchange.send, two.bureau, two.ledger, two.league.id, blocked / "x").code == "E_NO_FOLDER"
    )
    assert state(two) == ["built"]
    facts = two.sent_and_received()
    assert state(two) == ["copied", "built"]
    exchange.receive(two.bureau, Path(str(facts["receipt"])))
    assert state(two) == ["receipted", "built"]
    (came,) = boxes.received(two.league)
    assert (came.from_name, came.verdict, came.kind, came.reasons) == (
        two.bureau.name,
        "accepted",
        "ledger",
        (),
    )


def test_nothing_leaves_the_outbox_before_its_receipt(two: Pair) -> None:
    """Issue of bundles lost on the way: every file that was built lies there still, copied, returned or not."""
    paths = [two.bureau.folder / "outbox" / gap(two).name]
    problem = refusal(exchange.receive, two.league, paths[0])
    exchange.receive(two.bureau, Path(problem.facts["slip"]))
    for name in "丙丁":
        two.project(name, M01="在办")
        paths.append(two.bureau.folder / "outbox" / two.send().name)
    assert "receipted" in state(two) and "returned" in state(two) and "copied" in state(two)
    for one in boxes.sent(two.bureau):
        assert (two.bureau.folder / one.file).is_file()
    assert all(path.is_file() for path in paths)


def test_the_receipt_is_made_again_from_the_file(two: Pair) -> None:
    two.project("甲", M01="在办")
    path = two.send()
    with pytest.raises(Problem) as caught:
        exchange.receipt(two.league, path)
    assert caught.value.code == "E_NOT_SEEN"
    first = Path(exchange.receive(two.league, path).facts["receipt"])
    kept = first.read_bytes()
    first.unlink()
    (again,) = exchange.receipt(two.league, path).facts["files"]
    assert Path(again).read_bytes() == kept


def test_the_slip_is_made_again_from_the_file(two: Pair) -> None:
    entry = two.project("甲", M01="在办")
    filed = two.scan()
    attachments.attach(two.bureau, entry, filed)
    exchange.receive(two.bureau, Path(str(two.sent_and_received()["receipt"])))
    attachments.path_of(two.league.folder, files.digest_of(filed)).unlink()
    two.project("乙", M01="在办")
    path = two.send()
    slip = Path(refusal(exchange.receive, two.league, path).facts["slip"])
    kept = slip.read_bytes()
    slip.unlink()
    change = exchange.receipt(two.league, path)
    assert change.facts["verdict"] == "returned" and Path(change.facts["files"][0]).read_bytes() == kept
    (came, _) = boxes.received(two.league)
    assert came.reasons[0].code == "E_NEED_ATTACHMENTS"


def test_receipt_and_row_slip_come_together(world: Play) -> None:
    world.taken()
    world.says("项目1", "M05", verified="已核")
    entries.amend(world.sponsor, world.rows["项目1"], {}, {"M05": {"dept": "农牧局"}})
    sent = Path(exchange.send(world.water, world.check().id, world.sponsor.id, world.usb).facts["file"])
    arrivals.take(world.sponsor, [sent])
    shutil.rmtree(world.sponsor.folder / "outbox")
    (world.sponsor.folder / "outbox").mkdir()
    made = [Path(f) for f in exchange.receipt(world.sponsor, sent).facts["files"]]
    assert [f.suffix for f in made] == [".qidi-receipt", ".qidi-slip"]
    assert [r.state for r in arrivals.take(world.water, made)] == [arrivals.RECEIVED] * 2
    (came,) = boxes.received(world.sponsor)
    assert came.reasons[0].item == "M05"
