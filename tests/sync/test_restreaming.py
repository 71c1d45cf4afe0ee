"""E_FORK and the guided way out: a restored office begins the ledger's record anew (decision 16, attack 7)."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from app import office as offices
from app.journals import former
from app.ledger import attachments, closing, entries, ledgers
from app.listing import counts, history
from app.office import Office
from app.proof import ancestry, replay
from app.removal import purging
from app.rounds import rounds
from sync import exchange
from sync.letters import boxes
from sync.merges import arrivals, merges
from sync.receiving import restreaming
from tests.sync.looking import ledger_tables, refusal, rows
from tests.sync.offices import DAY, Pair
from tests.sync.rounds_world import WATER, Play, play


def kept(office: Office, to: Path) -> Office:
    """A copy of the office folder as a backup would bring it back; the office goes on."""
    office.close()
    shutil.copytree(office.folder, to)
    return offices.open_folder(office.folder, today=DAY)


def restored(two: Pair, backup: Path) -> None:
    two.bureau.close()
    two.bureau = offices.open_folder(backup, today=DAY)


def forked(two: Pair) -> None:
    """The league has 甲 and 乙; the bureau, put back, has 甲 and the rows typed since, 丙 and 丁."""
    entry = two.project("甲", M01="在办")
    attachments.attach(two.bureau, entry, two.scan())
    exchange.receive(two.bureau, Path(str(two.sent_and_received()["receipt"])))
    two.bureau = kept(two.bureau, two.folder / "old")
    two.project("乙", M01="在办")
    two.sent_and_received()
    restored(two, two.folder / "old")
    two.project("丙", M01="在办")
    two.project("丁", M01="未办")


def slip_of(two: Pair) -> Path:
    problem = refusal(exchange.receive, two.league, two.send())
    assert problem.code == "E_FORK"
    return Path(problem.facts["slip"])


def names(office: Office, ledger: str) -> list[str]:
    return [row[2] for row in rows(office, ledger)]


def stream(office: Office, ledger: str) -> str:
    with office.read() as connection:
        return ledgers.line_of(connection, ledger).stream


def proved(*all_: Office) -> bool:
    return [d.text for office in all_ for d in replay.verify(office)] == []


def test_the_way_out_from_fork_to_receipt(two: Pair) -> None:
    forked(two)
    assert refusal(restreaming.restream, two.bureau, two.ledger).code == "E_NO_FORK"
    before = ledger_tables(two.league)
    slip = slip_of(two)
    assert ledger_tables(two.league) == before
    exchange.receive(two.bureau, slip)
    asked = refusal(restreaming.restream, two.bureau, two.ledger)
    assert asked.code == "E_CONFIRM" and two.league.name in asked.text and "从头重发" in asked.text
    old = stream(two.bureau, two.ledger)
    change = restreaming.restream(two.bureau, two.ledger, confirmed=True)
    assert change.facts["parent"] == {**asked.facts["parent"], "stream": old}
    assert stream(two.bureau, two.ledger) == change.facts["stream"] != old
    assert proved(two.bureau)
    path = two.send()
    assert exchange.look(two.league, path).rows == 3
    facts = exchange.receive(two.league, path)
    differing = {"gone": 1, "other": 0, "fresh": 2, "names": ["152529-DP-2022-0002 乙"]}
    assert facts.facts["anew"] == {
        "was": old,
        "seq": change.facts["parent"]["seq"],
        "dropped": 1,
        **differing,
    }
    assert "1 行没有了、2 行是新的" in facts.said
    assert "另起了记录" in facts.said and "1 条不再算数" in facts.said
    assert names(two.league, two.ledger) == ["甲", "丙", "丁"]
    assert rows(two.league, two.ledger) == rows(two.bureau, two.ledger)
    assert (
        counts.count(two.league, two.ledger)["projects"] == counts.count(two.bureau, two.ledger)["projects"]
    )
    assert proved(two.bureau, two.league)
    exchange.receive(two.bureau, Path(facts.facts["receipt"]))
    first = rows(two.bureau, two.ledger)[0][0]
    assert [deed.title for deed in history.lines(two.bureau, first)].count("新增") == 1
    two.project("戊", M01="在办")
    assert two.sent_and_received()["added"] == 1
    assert "另起记录" in {deed.title for deed in history.lines(two.bureau)}
    assert proved(two.bureau, two.league)


def test_the_former_history_stays_readable_and_is_proved(two: Pair) -> None:
    forked(two)
    old = stream(two.league, two.ledger)
    exchange.receive(two.bureau, slip_of(two))
    restreaming.restream(two.bureau, two.ledger, confirmed=True)
    two.sent_and_received()
    with two.league.read() as connection:
        kept_lines = list(replay.lines(connection, old))
        assert [p["stream"] for p in former.parents(connection, stream(two.league, two.ledger))] == [old]
    assert len(kept_lines) == 4 and "乙" in kept_lines[-1]["body"]
    files = {one.facts["file"] for one in boxes.received(two.league) if one.verdict == "accepted"}
    assert len(files) == 3 and all((two.league.folder / "inbox" / f).is_file() for f in files)
    with two.league.engine.connect() as raw, raw.begin():
        (sql,) = raw.exec_driver_sql(
            "SELECT sql FROM sqlite_master WHERE name='journal_no_update'"
        ).fetchone()
        raw.exec_driver_sql("DROP TRIGGER journal_no_update")
        raw.exec_driver_sql("UPDATE journal SET clerk='x' WHERE stream=? AND seq=2", (old,))
        raw.exec_driver_sql(sql)
    (wrong,) = replay.verify(two.league)
    assert "另起记录以前" in wrong.text


@pytest.mark.parametrize("false", ["seq", "head", "stream", "content"])
def test_a_new_stream_without_a_parent_held_here_stays_a_fork(two: Pair, false: str) -> None:
    """Decision 16: only a parent head that the receiver has in its own copy counts, and only if all is the same so far."""
    forked(two)
    exchange.receive(two.bureau, slip_of(two))
    with two.bureau.read() as connection:
        line = ledgers.line_of(connection, two.ledger)
        mine = {r["seq"]: bytes(r["hash"]).hex() for r in replay.lines(connection, line.stream)}
    with two.league.read() as connection:
        theirs = {r["seq"]: bytes(r["hash"]).hex() for r in replay.lines(connection, line.stream)}
    parent: dict[str, Any] = {"stream": line.stream, "seq": 3, "head": mine[3]}
    parent |= {
        "seq": {"seq": max(mine), "head": mine[max(mine)]},
        "head": {"head": "ab" * 32},
        "stream": {"stream": "0" * 32},
        "content": {"seq": 4, "head": theirs[4]},
    }[false]
    with two.bureau.write("另起") as work:
        ancestry.begin_anew(work, ledgers.line_of(work.connection, two.ledger), parent)
    before = ledger_tables(two.league)
    assert refusal(exchange.receive, two.league, two.send()).code == "E_FORK"
    assert ledger_tables(two.league) == before and proved(two.league)


def test_a_seal_the_receiver_holds_cannot_be_lost_that_way(two: Pair) -> None:
    entry = two.project("甲", M01="在办")
    exchange.receive(two.bureau, Path(str(two.sent_and_received()["receipt"])))
    two.bureau = kept(two.bureau, two.folder / "old")
    two.seal()
    two.sent_and_received()
    restored(two, two.folder / "old")
    two.project("乙", M01="在办")
    exchange.receive(two.bureau, slip_of(two))
    restreaming.restream(two.bureau, two.ledger, confirmed=True)
    problem = refusal(exchange.receive, two.league, two.send())
    assert problem.code == "E_FORK" and "已确定" in problem.text
    assert ledgers.find(two.league, "pending-approval").sealed and proved(two.league)
    assert entry in {row[0] for row in rows(two.league, two.ledger)}


def test_a_sealed_ledger_with_prints_files_and_events_is_rebuilt(two: Pair) -> None:
    entry = two.project("甲", M01="在办", M03="未办")
    attachments.attach(two.bureau, entry, two.scan())
    two.seal()
    exchange.receive(two.bureau, Path(str(two.sent_and_received()["receipt"])))
    two.bureau = kept(two.bureau, two.folder / "old")
    closing.close(two.bureau, [(entry, "M01")], basis="批复", doc="1号", on=DAY.isoformat())
    two.sent_and_received()
    restored(two, two.folder / "old")
    closing.close(two.bureau, [(entry, "M03")], basis="批复", doc="3号", on=DAY.isoformat())
    exchange.receive(two.bureau, slip_of(two))
    restreaming.restream(two.bureau, two.ledger, confirmed=True)
    two.sent_and_received()
    assert rows(two.league, two.ledger) == rows(two.bureau, two.ledger)
    assert ledgers.find(two.league, "pending-approval").sealed and proved(two.bureau, two.league)


def test_a_second_restore_begins_anew_again(two: Pair) -> None:
    """The league never saw the stream in between: the older parent, named in it, still counts."""
    forked(two)
    exchange.receive(two.bureau, slip_of(two))
    restreaming.restream(two.bureau, two.ledger, confirmed=True)
    assert refusal(restreaming.restream, two.bureau, two.ledger).code == "E_NO_FORK"
    two.sent_and_received()
    two.bureau = kept(two.bureau, two.folder / "older")
    two.project("己", M01="在办")
    two.sent_and_received()
    restored(two, two.folder / "older")
    two.project("庚", M01="在办")
    exchange.receive(two.bureau, slip_of(two))
    restreaming.restream(two.bureau, two.ledger, confirmed=True)
    two.sent_and_received()
    assert names(two.league, two.ledger) == ["甲", "丙", "丁", "庚"] and proved(two.bureau, two.league)


def test_content_destroyed_later_goes_from_the_former_stream_too(two: Pair) -> None:
    """Decision 11: 误入处置 destroys the content everywhere."""
    forked(two)
    exchange.receive(two.bureau, slip_of(two))
    restreaming.restream(two.bureau, two.ledger, confirmed=True)
    secret = next(row[0] for row in rows(two.bureau, two.ledger) if row[2] == "丙")
    purging.purge(two.bureau, secret, by="经办人甲", second="审核人乙", reason="误录涉密项目")
    with two.bureau.engine.connect() as raw:
        left = raw.exec_driver_sql("SELECT count(*) FROM journal WHERE body LIKE '%丙%'").scalar()
    assert left == 0 and proved(two.bureau)


def test_a_department_restored_from_backup_finds_back(tmp_path: Path) -> None:
    """The same for a return: the mirror is rebuilt, the sponsor's own rows stay as they were merged."""
    world: Play = play(tmp_path)
    world.taken()
    world.says("项目1", "M04", verified="已核")
    mirror = world.back()
    merges.merge(world.sponsor, mirror)
    receipt = next((world.sponsor.folder / "outbox").glob("*.qidi-receipt"))
    exchange.receive(world.water, receipt)
    world.water = kept(world.water, tmp_path / "old")
    world.says("项目2", "M04", verified="核一")
    world.back()
    world.water.close()
    world.water = offices.open_folder(tmp_path / "old", today=DAY)
    world.says("项目3", "M04", verified="核二")
    sent = exchange.send(world.water, world.check().id, world.sponsor.id, world.usb).facts["file"]
    problem = refusal(exchange.receive, world.sponsor, Path(sent))
    exchange.receive(world.water, Path(problem.facts["slip"]))
    restreaming.restream(world.water, world.check().id, confirmed=True)
    merges.merge(world.sponsor, world.back())
    assert world.held("项目1").items["M04"]["verified"] == "已核"
    assert world.held("项目3").items["M04"]["verified"] == "核二"
    assert proved(world.sponsor, world.water)
    world.close()


def test_restored_again_from_the_same_backup_finds_out_too(two: Pair) -> None:
    """Attack 7: what was begun anew is forgotten by a second restore; the line shared with a former record leads out,
    and as that lets go of what was taken in since, a person at the receiver accepts it, having seen what differs."""
    two.project("甲", M01="在办")
    exchange.receive(two.bureau, Path(str(two.sent_and_received()["receipt"])))
    for name in ("old", "old2"):
        two.bureau = kept(two.bureau, two.folder / name)
    two.project("乙", M01="在办")
    two.sent_and_received()
    restored(two, two.folder / "old")
    two.project("丙", M01="在办")
    exchange.receive(two.bureau, slip_of(two))
    restreaming.restream(two.bureau, two.ledger, confirmed=True)
    late = two.send().rename(two.folder / "late.qidi")
    two.sent_and_received()
    restored(two, two.folder / "old2")
    two.project("丁", M01="在办")
    asked = refusal(exchange.receive, two.league, two.send(), anew=True)
    assert asked.code == "E_FORK" and "acceptable" not in asked.facts and asked.facts["common"] == 2
    exchange.receive(two.bureau, Path(asked.facts["slip"]))
    assert restreaming.restream(two.bureau, two.ledger, confirmed=True).facts["parent"]["seq"] == 2
    path = two.send()
    before = ledger_tables(two.league)
    assert refusal(exchange.receive, two.league, path).facts["acceptable"] is True
    told = exchange.look(two.league, path, anew=True).said
    assert "到第 2 条与以前的相同" in told and "1 行没有了、1 行是新的" in told
    assert ledger_tables(two.league) == before
    receipt = exchange.receive(two.league, path, anew=True).facts["receipt"]
    exchange.receive(two.bureau, Path(receipt))
    assert names(two.league, two.ledger) == ["甲", "丁"] and proved(two.bureau, two.league)
    assert refusal(exchange.receive, two.league, late, anew=True).code == "E_FORK"
    two.project("戊", M01="在办")
    assert two.sent_and_received()["added"] == 1 and proved(two.bureau, two.league)


def test_a_department_restored_to_before_its_part_is_accepted_by_the_sponsor(tmp_path: Path) -> None:
    """Attack 7: it took the part in again, so no line is shared; nothing it had answered is taken back unseen."""
    world = play(tmp_path)
    world.water = kept(world.water, tmp_path / "old")
    world.taken()
    push = next(world.usb.glob("*.qidi"))
    world.says("项目1", "M04", note="第一次")
    world.says("项目2", "M04", note="第一次")
    merges.merge(world.sponsor, world.back(), keep=False)
    world.water.close()
    world.water = offices.open_folder(tmp_path / "old", today=DAY)
    exchange.receive(world.water, push)
    world.says("项目1", "M04", note="第二次")
    file = Path(exchange.send(world.water, world.check().id, world.sponsor.id, world.usb).facts["file"])
    problem = refusal(exchange.receive, world.sponsor, file)
    assert problem.code == "E_FORK" and problem.facts["acceptable"] is True
    exchange.receive(world.water, Path(problem.facts["slip"]))
    asked = refusal(restreaming.restream, world.water, world.check().id)
    assert asked.code == "E_NO_PARENT" and "看过差别后接受" in asked.text
    was = stream(world.sponsor, world.check().id)
    (asking,) = arrivals.take(world.sponsor, [file], anew=True)
    assert asking.code == "E_CONFIRM" and "2 行不一样" in asking.said and "--yes" in asking.said
    change = exchange.receive(world.sponsor, file, anew=True)
    assert "没有与以前相同的记录" in change.said and "2 行不一样" in change.said
    _, plan = merges.rehearse(world.sponsor, change.facts["ledger"])
    asks = [
        (d.field, d.base, d.mine, d.theirs)
        for d in (d for _, d in plan.differences())
        if d.verdict == "clash"
    ]
    assert asks == [("note", None, "第一次", "第二次")]
    merges.merge(world.sponsor, change.facts["ledger"], keep=False, default="theirs")
    notes = [world.held(name).items["M04"].get("note") for name in ("项目1", "项目2")]
    assert notes == ["第二次", "第一次"] and proved(world.sponsor, world.water)
    with world.sponsor.read() as connection:
        assert former.of_ledger(connection, world.check().id, stream(world.sponsor, world.check().id)) == [
            was
        ]
    exchange.receive(world.water, Path(change.facts["receipt"]))
    world.says("项目3", "M04", note="接着来")
    merges.merge(world.sponsor, world.back(), keep=False)
    assert world.held("项目3").items["M04"]["note"] == "接着来" and proved(world.sponsor, world.water)
    world.close()


def test_a_sponsor_restored_to_before_its_push_is_told_from_an_old_part(tmp_path: Path) -> None:
    """Attack 7: the part does not know of the one taken in before, be its record shorter or longer by now."""
    world = play(tmp_path)
    world.sponsor = kept(world.sponsor, tmp_path / "old")
    world.taken()
    world.says("项目1", "M04", note="部门写的")
    world.sponsor.close()
    world.sponsor = offices.open_folder(tmp_path / "old", today=DAY)
    for place in ("甲地", "乙地", "丙地"):
        entries.amend(world.sponsor, world.rows["项目2"], {"place": place})
    rounds.begin(world.sponsor, world.ledger)
    file = world.push(WATER)[WATER]
    problem = refusal(exchange.receive, world.water, file)
    assert problem.code == "E_FORK" and problem.facts["acceptable"] is True
    exchange.receive(world.sponsor, Path(problem.facts["slip"]))
    asked = refusal(restreaming.restream, world.sponsor, world.ledger)
    assert asked.code == "E_NO_FORK" and "看过差别后接受" in asked.text
    assert exchange.look(world.water, file, anew=True).changed == 1
    exchange.receive(world.water, file, anew=True)
    row = (world.theirs("项目1"), world.theirs("项目2"))
    assert (row[0].items["M04"]["note"], row[1].cells["place"]) == ("部门写的", "丙地")
    entries.amend(world.sponsor, world.rows["项目3"], {"place": "丁地"})
    assert exchange.receive(world.water, world.push(WATER)[WATER]).facts["changed"] == 1
    merges.merge(world.sponsor, world.back(), keep=False)
    assert world.held("项目1").items["M04"]["note"] == "部门写的" and proved(world.sponsor, world.water)
    world.close()
