"""Sending, looking, receiving between two real offices."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from app import office as offices
from app.exports.official import OfficialPaper, Para
from app.exports.official_docx import write_official_docx
from app.ledger import attachments, closing, entries, ledgers, versions
from app.listing import counts
from app.proof import replay
from app.today import statistics
from sync import exchange
from sync.bundles import looked
from tests.sync.looking import ledger_tables, refusal, rows, table
from tests.sync.offices import DAY, introduce, made, project

ON = DAY.isoformat()


def test_a_draft_ledger_goes_and_arrives_whole(two):
    """Decision 32: an unsealed ledger is sent, marked 未确定, and listed by its template's id."""
    first = two.project("示范牧场改造", M01="在办", M03="未办")
    two.project("二号供水", M02="待核")
    scan = two.scan()
    attachments.attach(two.bureau, first, scan)
    paper = two.folder / "报告.docx"
    write_official_docx(OfficialPaper("报告", (Para("正文"),)), paper)
    kept = attachments.keep(two.bureau, paper, written=True)  # as a sent report keeps its Word file
    with two.bureau.write("报告归档") as work:
        attachments.file_with(work, two.ledger, kept, entry_id=first, subject=first, rev=1)
    path = two.send()
    assert "未确定" in path.name
    assert "未加密" not in path.name
    seen = exchange.look(two.league, path)
    assert (seen.added, seen.changed, seen.attachments, seen.sealed, seen.seen) == (2, 0, 2, False, False)
    change = exchange.receive(two.league, path)
    assert "未确定" in change.said
    line = ledgers.find(two.league, "pending-approval")
    assert (line.own, line.origin, line.id, line.rows) == (False, two.bureau.name, two.ledger, 2)
    assert rows(two.league, two.ledger) == rows(two.bureau, two.ledger)
    assert (
        counts.count(two.league, two.ledger)["projects"] == counts.count(two.bureau, two.ledger)["projects"]
    )
    filed = attachments.of(two.league, first)
    assert {(one.name, one.kind): one.path.read_bytes() for one in filed} == {
        (scan.name, "png"): scan.read_bytes(),
        (paper.name, "docx"): paper.read_bytes(),
    }
    assert replay.verify(two.league) == []
    assert replay.verify(two.bureau) == []


def test_a_received_ledger_is_only_read(two):
    entry = two.project("甲", M01="在办")
    two.sent_and_received()
    assert refusal(entries.amend, two.league, entry, {"note": "改"}).code == "E_FOREIGN"
    assert refusal(exchange.send, two.league, two.ledger, two.bureau.name, two.folder).code == "E_FOREIGN"


def test_a_sealed_ledger_arrives_with_prints_signatures_and_seal(two):
    """SB 四(一): 期初 is frozen by the seal; the receiver works the root out again."""
    entry = two.project("甲", M01="在办")
    two.project("乙", M01="未办")
    printed = two.seal()
    closing.close(two.bureau, [(entry, "M01")], basis="批复", doc="锡发改字〔2022〕1号", on=ON)
    facts = two.sent_and_received()
    assert facts["sealed"]
    assert facts["counts"]["project"]["approved"] == 1
    (version,) = versions.of(two.league, two.ledger)
    assert version.sealed
    assert {s.role for s in version.signatures} == {"立项部门主要领导", "分管旗长"}
    assert attachments.path_of(two.league.folder, version.pdf).read_bytes() == printed.read_bytes()
    assert ledgers.find(two.league, two.ledger).sealed
    assert counts.count(two.league, two.ledger) | {"lights": 0} == counts.count(two.bureau, two.ledger) | {
        "lights": 0
    }
    assert replay.verify(two.league) == []


def test_the_same_bundle_twice_gives_the_same_receipt(two):
    """Attack 6."""
    two.project("甲", M01="在办")
    path = two.send()
    first = exchange.receive(two.league, path)
    receipt = Path(first.facts["receipt"])
    before, kept = table(two.league), receipt.read_bytes()
    receipt.unlink()
    second = exchange.receive(two.league, path)
    assert second.facts["again"]
    assert Path(second.facts["receipt"]).read_bytes() == kept
    assert table(two.league) == before
    assert exchange.look(two.league, path).seen


def test_looking_enters_nothing_and_its_private_folder_goes_with_the_office(two):
    entry = two.project("甲", M01="在办")
    attachments.attach(two.bureau, entry, two.scan())
    path = two.send()
    before = table(two.league), sorted(two.league.folder.rglob("*"))
    exchange.look(two.league, path)
    assert path.exists() and table(two.league) == before[0]
    (kept,) = (two.league.folder / "inbox").iterdir()
    assert kept.name.startswith(looked.PREFIX) and kept.stat().st_mode & 0o077 == 0
    assert [p for p in sorted(two.league.folder.rglob("*")) if kept not in (p, *p.parents)] == before[1]
    looked.wipe(two.league)
    assert sorted(two.league.folder.rglob("*")) == before[1]


def test_what_look_says_is_what_receive_does(two):
    two.project("甲", M01="在办")
    path = two.send()
    seen = exchange.look(two.league, path).as_json()
    done = exchange.receive(two.league, path).facts
    assert {k: done[k] for k in seen} == json.loads(json.dumps(seen))


def test_a_receipt_comes_back_and_the_next_bundle_is_only_what_is_new(two):
    """The delta begins at the last receipted line; acknowledged attachments are left out."""
    entry = two.project("甲", M01="在办")
    attachments.attach(two.bureau, entry, two.scan())
    receipt = Path(two.sent_and_received()["receipt"])
    change = exchange.receive(two.bureau, receipt)
    assert "回执已登记" in change.said
    assert exchange.receive(two.bureau, receipt).facts["again"]
    entries.amend(two.bureau, entry, {"note": "补充"})
    two.project("乙", M02="未办")
    path = two.send()
    facts = exchange.receive(two.league, path).facts
    assert (facts["base_seq"], facts["attachments"], facts["lines"]) == (3, 0, 2)
    assert (facts["added"], facts["changed"]) == (1, 1)
    assert rows(two.league, two.ledger) == rows(two.bureau, two.ledger)
    assert replay.verify(two.league) == []


def test_without_receipts_everything_goes_each_time_and_any_order_converges(two):
    """A lost stick heals itself; an old bundle that comes late changes nothing."""
    paths = []
    for name in ("甲", "乙", "丙"):
        two.project(name, M01="在办")
        paths.append(two.send())
    exchange.receive(two.league, paths[1])
    late = exchange.receive(two.league, paths[0])
    assert (late.facts["added"], late.facts["rows"]) == (0, 2)
    exchange.receive(two.league, paths[2])
    assert rows(two.league, two.ledger) == rows(two.bureau, two.ledger)
    for path in paths:
        exchange.receive(two.bureau, Path(exchange.receive(two.league, path).facts["receipt"]))
    two.project("丁", M01="在办")
    assert exchange.look(two.league, two.send()).lines == 1, (
        "an older receipt never moves back what is acknowledged"
    )


def test_a_delta_after_a_lost_delta_is_a_gap(two, tmp_path):
    """Decision 30: a receiver restored from a backup answers E_GAP."""
    two.project("甲", M01="在办")
    exchange.receive(two.bureau, Path(two.sent_and_received()["receipt"]))
    two.project("乙", M01="在办")
    path = two.send()
    fresh = made(tmp_path / "fresh", two.league.name, "superior", "152500")
    two.extra.append(fresh)
    assert refusal(exchange.receive, fresh, path).code == "E_NOT_FOR_US"
    with two.league.engine.connect() as raw:
        raw.exec_driver_sql("PRAGMA foreign_keys=OFF")
        for name in ("attachment", "event", "item", "entry", "tally", "ledger", "inbox"):
            raw.exec_driver_sql(f"DELETE FROM {name}")
        raw.commit()
    problem = refusal(exchange.receive, two.league, path)
    assert (problem.code, problem.facts["have"]) == ("E_GAP", 0)


def test_a_sender_restored_from_an_old_backup_is_a_fork(two):
    """Attack 7: never overwritten."""
    two.project("甲", M01="在办")
    two.bureau.close()
    copy = two.folder / "old"
    shutil.copytree(two.bureau.folder, copy)
    two.bureau = offices.open_folder(two.bureau.folder, today=DAY)
    two.project("乙", M01="在办")
    two.sent_and_received()
    two.bureau.close()
    two.bureau = offices.open_folder(copy, today=DAY)
    two.project("丙", M01="在办")
    two.project("丁", M01="在办")
    before = ledger_tables(two.league)
    path = two.send()
    assert refusal(exchange.look, two.league, path).code == "E_FORK"
    assert refusal(exchange.receive, two.league, path).code == "E_FORK"
    assert ledger_tables(two.league) == before


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda d: d[: len(d) // 2], "E_INCOMPLETE_COPY"),
        (lambda d: d[:-40] + bytes([d[-40] ^ 4]) + d[-39:], "E_DAMAGED"),
        (lambda d: b"", "E_INCOMPLETE_COPY"),
        (lambda d: b"not a bundle" * 400, "E_DAMAGED"),
    ],
)
def test_a_bad_file_leaves_the_database_and_folders_as_they_were(two, spoil, code):
    two.project("甲", M01="在办")
    path = two.send()
    path.write_bytes(spoil(path.read_bytes()))
    before = table(two.league), sorted(two.league.folder.rglob("*"))
    assert refusal(exchange.receive, two.league, path).code == code
    assert (table(two.league), sorted(two.league.folder.rglob("*"))) == before


def test_a_lost_file_is_said_before_sending(two):
    entry = two.project("甲", M01="在办")
    scan = two.scan()
    sha = attachments.attach(two.bureau, entry, scan).facts["sha256"]
    attachments.path_of(two.bureau.folder, sha).unlink()
    assert (
        refusal(exchange.send, two.bureau, two.ledger, two.league.name, two.folder / "U盘").code
        == "E_FILE_GONE"
    )
    assert not list(two.bureau.folder.glob("outbox/*"))


def test_acknowledged_files_that_were_lost_there_are_asked_for(two):
    entry = two.project("甲", M01="在办")
    sha = attachments.attach(two.bureau, entry, two.scan()).facts["sha256"]
    exchange.receive(two.bureau, Path(two.sent_and_received()["receipt"]))
    two.project("乙", M01="在办")
    path = two.send()
    attachments.path_of(two.league.folder, sha).unlink()
    problem = refusal(exchange.receive, two.league, path)
    assert (problem.code, problem.facts["missing"]) == ("E_NEED_ATTACHMENTS", [sha])
    again = exchange.send(two.bureau, two.ledger, two.league.id, two.folder / "U盘", whole=True)
    assert exchange.receive(two.league, Path(again.facts["file"])).facts["added"] == 1
    assert replay.verify(two.league) == []


def test_a_stick_that_cannot_be_written_is_said(two):
    two.project("甲", M01="在办")
    blocked = two.folder / "file"
    blocked.write_text("x")
    for stick, code in ((blocked, "E_CANNOT_WRITE"), (blocked / "x", "E_NO_FOLDER")):
        assert refusal(exchange.send, two.bureau, two.ledger, two.league.name, stick).code == code


def test_what_was_received_is_neither_our_work_nor_found_before_our_own(two, tmp_path):
    """今日要办 counts own ledgers; a 台账编号 that both ledgers carry names our row."""
    one = two.project("示范牧场改造", M01="在办")
    two.seal()
    closing.close(two.bureau, [(one, "M01")], basis="批复", doc="某环审〔2022〕9号", on=ON)
    lead = made(tmp_path / "lead", "正镶白旗统计局", "lead")
    two.extra.append(lead)
    introduce(two.bureau, lead, tmp_path)
    mine = project(lead, str(ledgers.open_template(lead, "pending-approval").subject), "本单位项目", M01="在办")
    exchange.receive(lead, two.send(lead.name))
    assert statistics.today_list(two.bureau).done_this_month == 1
    assert statistics.today_list(lead).done_this_month == 0
    assert entries.find(lead, "152529-DP-2022-0001") == mine


def test_what_does_not_go_its_usual_way_goes_after_a_person_said_so(two):
    """Decision 28: a ledger goes up. To an office beside, or below, all of it goes only when a person means it."""
    two.project("甲", M01="在办")
    side = made(two.folder / "side", "正镶白旗水利局", "handler")
    two.extra.append(side)
    introduce(two.bureau, side, two.folder)
    problem = refusal(exchange.send, two.bureau, two.ledger, side.name, two.folder / "U盘")
    assert problem.code == "E_CONFIRM" and problem.facts["aside"] == side.name and "1 个项目" in problem.text
    assert table(two.bureau)["outbox"] == [] and not (two.folder / "U盘").exists()
    assert exchange.send(two.bureau, two.ledger, side.name, two.folder / "U盘", aside=True).facts["to"] == side.id
    theirs = str(ledgers.open_template(two.league, "pending-approval").subject)
    assert refusal(exchange.send, two.league, theirs, two.bureau.id, two.folder).code == "E_CONFIRM"
