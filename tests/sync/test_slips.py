"""退回单: what cannot be taken in goes back with every reason at once, signed; a later acceptance replaces it."""

from __future__ import annotations

import copy
import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app import office as offices
from app.ledger import attachments, entries, settings
from app.problem import Problem
from app.proof import replay
from app.removal import purging
from app.storage import files
from sync import exchange
from sync.letters import boxes, registers, sealed_slips, slips
from sync.merges import arrivals
from sync.peers import keys, peers, statements
from tests.sync.looking import ledger_tables, refusal, table
from tests.sync.offices import DAY, Pair, introduce, made
from tests.sync.rounds_world import Play, played
from tests.sync.test_hostile_sender import added, forged

world = played()


def returned(two: Pair, path: Path) -> tuple[Problem, Path]:
    """The refusal of a bundle and the slip written for it."""
    problem = refusal(exchange.receive, two.league, path)
    return problem, Path(problem.facts["slip"])


def gap(two: Pair) -> Path:
    """A delta whose beginning the league does not have: it was put back to how it stood before."""
    folder, spare = two.league.folder, two.folder / "before"
    two.league.close()
    shutil.copytree(folder, spare)
    two.league = offices.open_folder(folder, today=DAY)
    two.project("甲", M01="在办")
    exchange.receive(two.bureau, Path(str(two.sent_and_received()["receipt"])))
    two.project("乙", M01="在办")
    path = two.send()
    two.league.close()
    shutil.rmtree(folder)
    spare.rename(folder)
    two.league = offices.open_folder(folder, today=DAY)
    return path


def test_what_is_refused_goes_back_and_nothing_of_the_ledger_changes(two: Pair) -> None:
    two.project("甲", M01="在办")
    before = ledger_tables(two.league)
    problem, slip = returned(two, forged(two, ledger={"rows": 7}))
    assert problem.code == "E_COUNTS" and slip.name in problem.text
    assert slip.parent == two.league.folder / "outbox" and slip.suffix == slips.SUFFIX
    (row,) = boxes.received(two.league)
    assert (row.verdict, row.from_name, row.facts["codes"]) == ("returned", two.bureau.name, ["E_COUNTS"])
    assert ledger_tables(two.league) == before and replay.verify(two.league) == []
    assert not list((two.league.folder / "inbox").glob("*.qidi"))


def test_all_reasons_stand_on_one_slip_with_their_rows(two: Pair) -> None:
    """exchange.md: all reasons at once. Two rows and a file are bad; each is named, nothing is said twice."""
    one, other = two.project("甲牧场", M01="在办"), two.project("乙供水", M01="在办")
    attachments.attach(two.bureau, one, two.scan())

    def change(rows: list[dict[str, Any]]) -> None:
        for subject in (one, other):
            line = next(r for r in rows if r["subject"] == subject)
            rows.append(
                {**copy.deepcopy(line), "verb": "amend", "rev": 2, "body": {"cells": {"invest": "很多"}}}
            )
            rows.append(
                {**copy.deepcopy(line), "verb": "amend", "rev": 3, "body": {"cells": {"invest": "更多"}}}
            )
        told = next(r for r in rows if "attach" in r["body"])
        told["body"]["attach"]["sha256"] = "ab" * 32

    problem, slip = returned(two, forged(two, change))
    told = slips.read(slip, peers.lookup(two.bureau))
    assert [r.code for r in told.reasons] == ["E_CONTENT", "E_CONTENT", "E_NEED_ATTACHMENTS"]
    assert [r.rows[0].rpartition(" ")[2] for r in told.reasons[:2]] == ["甲牧场", "乙供水"]
    assert [r.line for r in told.reasons[:2]] == [5, 7] and told.reasons[2].files == ("ab" * 32,)
    assert "另有 2 处原因" in problem.text and len(problem.facts["reasons"]) == 3


def test_seal_counts_and_missing_rows_are_told_together(two: Pair) -> None:
    """Attack 8, with the list of what is missing."""
    entry = two.project("甲牧场", M01="在办")
    two.project("乙供水", M01="在办")
    two.seal()

    def change(rows: list[dict[str, Any]]) -> None:
        rows.append({**copy.deepcopy(added(rows)), "subject": entry, "verb": "amend", "rev": 9,
                     "body": {"standing": "deleted"}})  # fmt: skip

    _, slip = returned(two, forged(two, change, ledger={"rows": 7}))
    told = slips.read(slip, peers.lookup(two.bureau))
    assert {r.code for r in told.reasons} == {"E_SEALED_MISSING", "E_IDENTITY", "E_COUNTS"}
    assert any("甲牧场" in row for r in told.reasons for row in r.rows)


def test_the_sender_enters_the_slip_and_both_sides_are_proved(two: Pair) -> None:
    path = gap(two)
    problem, slip = returned(two, path)
    assert problem.code == "E_GAP"
    change = exchange.receive(two.bureau, slip)
    assert two.league.name in change.said and "重发" in change.said
    sent = {one.file.rpartition("/")[2]: one for one in boxes.sent(two.bureau)}[path.name]
    assert sent.state == "returned" and sent.facts["slip"]["reasons"][0]["code"] == "E_GAP"
    assert exchange.receive(two.bureau, slip).facts["again"]
    assert slip.name.startswith(f"退回单_{two.league.name}_致{two.bureau.name}_"), (
        "whose is which, on one stick"
    )
    first = slips.kept(json.loads(slip.read_bytes()))
    assert first is not None
    later = two.folder / "以后.qidi-slip"
    signed = slips.issue(replace(first, number=10_000), exchange.own_keys(two.league, ""))
    later.write_bytes(statements.to_bytes(signed))
    assert not exchange.receive(two.bureau, later).facts["again"], "no number ends the slips of a bundle"
    assert replay.verify(two.bureau) == []
    for was, words in (("receipted", "操作记录"), ("copied", "被退回")):
        with two.bureau.engine.connect() as raw, raw.begin():
            raw.exec_driver_sql(f"UPDATE outbox SET state='{was}' WHERE state='returned'")
        (wrong,) = replay.verify(two.bureau)
        assert wrong.field == "outbox.state" and words in wrong.text
        with two.bureau.engine.connect() as raw, raw.begin():
            raw.exec_driver_sql(f"UPDATE outbox SET state='returned' WHERE file LIKE '%{path.name}'")


def test_a_changed_reason_on_either_side_is_found_by_verify(two: Pair) -> None:
    _, slip = returned(two, gap(two))
    exchange.receive(two.bureau, slip)
    for office, table_, column in ((two.bureau, "outbox", "facts"), (two.league, "inbox", "receipt")):
        with office.engine.connect() as raw, raw.begin():
            raw.exec_driver_sql(f"UPDATE {table_} SET {column} = replace({column}, 'E_GAP', 'E_SEAL')")
        assert [d.field for d in replay.verify(office)][-1] == f"{table_}.{column}"


def test_after_a_gap_the_next_bundle_begins_where_the_receiver_stands(two: Pair) -> None:
    """Decision 30: the sender resends from an earlier seq; nobody has to know which."""
    _, slip = returned(two, gap(two))
    exchange.receive(two.bureau, slip)
    facts = two.sent_and_received()
    assert (facts["base_seq"], facts["added"]) == (0, 2)
    exchange.receive(two.bureau, Path(str(facts["receipt"])))
    two.project("丙", M01="在办")
    assert two.sent_and_received()["base_seq"] == facts["to_seq"]


def test_missing_files_are_sent_again_after_the_slip(two: Pair) -> None:
    entry = two.project("甲", M01="在办")
    filed = two.scan()
    attachments.attach(two.bureau, entry, filed)
    exchange.receive(two.bureau, Path(str(two.sent_and_received()["receipt"])))
    attachments.path_of(two.league.folder, files.digest_of(filed)).unlink()
    two.project("乙", M01="在办")
    problem, slip = returned(two, two.send())
    assert problem.code == "E_NEED_ATTACHMENTS"
    exchange.receive(two.bureau, slip)
    facts = two.sent_and_received()
    assert facts["attachments"] == 1 and replay.verify(two.league) == []


def test_the_same_file_is_judged_anew_and_acceptance_replaces_the_verdict(two: Pair) -> None:
    """A bundle given back for a file that was missing here is taken in once the file is there again."""
    entry = two.project("甲", M01="在办")
    filed = two.scan()
    attachments.attach(two.bureau, entry, filed)
    exchange.receive(two.bureau, Path(str(two.sent_and_received()["receipt"])))
    store = attachments.path_of(two.league.folder, files.digest_of(filed))
    kept = store.read_bytes()
    store.unlink()
    two.project("乙", M01="在办")
    path = two.send()
    _, slip = returned(two, path)
    before = table(two.league)
    _, again = returned(two, path)
    assert again.read_bytes() == slip.read_bytes() and table(two.league) == before
    store.write_bytes(kept)
    done = exchange.receive(two.league, path)
    assert done.facts["verdict"] == "accepted" and not done.facts["again"]
    assert {one.verdict for one in boxes.received(two.league)} == {"accepted"}
    exchange.receive(two.bureau, slip)
    exchange.receive(two.bureau, Path(done.facts["receipt"]))
    late = exchange.receive(two.bureau, slip)
    assert late.facts["late"] and "没有改动" in late.said
    assert {one.state for one in boxes.sent(two.bureau)} == {"receipted"}
    assert replay.verify(two.bureau) == [] and replay.verify(two.league) == []


def test_a_return_of_a_foreign_ledger_comes_back_with_the_reason(world: Play, tmp_path: Path) -> None:
    """Decision 32."""
    world.taken()
    other = made(tmp_path / "other", "正镶白旗工业和信息化局", "sponsor")
    introduce(world.water, other, tmp_path)
    file = exchange.send(world.water, world.check().id, other.id, world.usb, aside=True).facts["file"]
    problem = refusal(exchange.receive, other, Path(file))
    assert replay.verify(other) == []
    other.close()
    exchange.receive(world.water, Path(problem.facts["slip"]))
    (sent,) = boxes.sent(world.water)
    assert sent.state == "returned" and "发展和改革委员会" in sent.facts["slip"]["reasons"][0]["text"]


def test_rows_that_were_not_adopted_travel_back_after_the_merge(world: Play) -> None:
    """The bundle is receipted, and the department learns which of its rows were not taken, and why."""
    world.taken()
    world.says("项目1", "M05", verified="已核")
    entries.amend(world.sponsor, world.rows["项目1"], {}, {"M05": {"dept": "农牧局"}})
    sent = exchange.send(world.water, world.check().id, world.sponsor.id, world.usb).facts["file"]
    (result,) = arrivals.take(world.sponsor, [Path(sent)])
    assert result.state == arrivals.MERGED
    back = arrivals.take(world.water, [Path(result.facts["slip"]), Path(result.facts["receipt"])])
    assert [r.state for r in back] == [arrivals.RECEIVED, arrivals.RECEIVED]
    assert "项目1" in back[0].said and "现已不归该部门办理" in back[0].said
    (row,) = boxes.sent(world.water)
    assert row.state == "receipted" and row.facts["rows"]["reasons"][0]["item"] == "M05"
    assert replay.verify(world.water) == [] and replay.verify(world.sponsor) == []


def test_a_merge_that_took_everything_writes_no_slip(world: Play) -> None:
    world.taken()
    world.says("项目1", "M05", verified="已核")
    sent = exchange.send(world.water, world.check().id, world.sponsor.id, world.usb).facts["file"]
    (result,) = arrivals.take(world.sponsor, [Path(sent)])
    assert result.facts["slip"] == "" and not list(world.sponsor.folder.glob("outbox/*.qidi-slip"))


def test_a_slip_that_is_not_for_us_or_was_touched_is_refused(two: Pair, tmp_path: Path) -> None:
    _, slip = returned(two, gap(two))
    told = json.loads(slip.read_bytes())
    for key, value in (("number", 2), ("to", "0" * 32), ("on", "2022-01-01")):
        bad = tmp_path / f"{key}.qidi-slip"
        bad.write_bytes(statements.to_bytes({**told, key: value}))
        assert refusal(exchange.receive, two.bureau, bad).code == "E_SLIP"
    stranger = made(tmp_path / "other", "别的单位", "sponsor")
    two.extra.append(stranger)
    assert refusal(exchange.receive, stranger, slip).code == "E_UNKNOWN_SENDER"
    introduce(two.league, stranger, tmp_path)
    assert refusal(exchange.receive, stranger, slip).code == "E_SLIP_OTHER"
    assert {one.state for one in boxes.sent(two.bureau)} == {"receipted", "copied"}


def test_every_spoilt_byte_of_a_slip_is_refused(two: Pair, tmp_path: Path) -> None:
    _, slip = returned(two, gap(two))
    data, known = slip.read_bytes(), peers.lookup(two.bureau)
    for place in range(0, len(data), 5):
        spoilt = bytearray(data)
        spoilt[place] ^= 4
        bad = tmp_path / "bad.qidi-slip"
        bad.write_bytes(bytes(spoilt))
        with pytest.raises(Problem) as caught:
            slips.read(bad, known)
        assert caught.value.code in ("E_SLIP", "E_NEWER", "E_UNKNOWN_SENDER")


def test_a_spoilt_copy_and_an_unknown_sender_get_no_slip(two: Pair, tmp_path: Path) -> None:
    """What the sender cannot mend, or what nobody proved, is not answered."""
    two.project("甲", M01="在办")
    path = two.send()
    cut = tmp_path / "cut.qidi"
    cut.write_bytes(path.read_bytes()[:-40])
    assert "slip" not in refusal(exchange.receive, two.league, cut).facts
    stranger = made(tmp_path / "other", "别的单位", "superior", "152500")
    two.extra.append(stranger)
    card = keys.own_card(stranger.folder / "keys")
    peers.put(two.bureau, card)
    sent = exchange.send(two.bureau, two.ledger, stranger.id, tmp_path).facts["file"]
    assert "slip" not in refusal(exchange.receive, stranger, Path(sent)).facts
    assert boxes.received(two.league) == [] and boxes.received(stranger) == []


@pytest.mark.parametrize("encrypted", [False, True])
def test_a_slip_that_names_destroyed_content_goes_with_it(world: Play, encrypted: bool) -> None:
    """Decision 11: 误入处置 destroys the content everywhere, in what was answered too, and verify still holds."""
    settings.put(world.sponsor, registers.ENCRYPT_ONLY, encrypted)
    world.add("某涉密雷达站")
    world.taken()
    world.says("某涉密雷达站", "M05", verified="已核")
    entries.amend(world.sponsor, world.rows["某涉密雷达站"], {}, {"M05": {"dept": "农牧局"}})
    sent = Path(exchange.send(world.water, world.check().id, world.sponsor.id, world.usb).facts["file"])
    (result,) = arrivals.take(world.sponsor, [sent])
    assert sealed_slips.is_sealed(Path(result.facts["slip"])) is encrypted
    exchange.receive(world.water, Path(result.facts["slip"]))
    deed = {"by": "经办人甲", "second": "审核人乙", "reason": "误录涉密项目"}
    told = purging.purge(world.sponsor, world.rows["某涉密雷达站"], **deed)
    assert not Path(result.facts["slip"]).exists()
    assert not [found for found in told.facts["found"] if "收件" in found or "qidi-slip" in found]
    purging.purge(world.water, world.theirs("某涉密雷达站").id, **deed)
    (came,), (row,) = boxes.received(world.sponsor), boxes.sent(world.water)
    assert came.reasons == row.reasons == () and row.facts["rows"]["number"] == 1
    assert [p.suffix for p in map(Path, exchange.receipt(world.sponsor, sent).facts["files"])] == [
        ".qidi-receipt"
    ]
    assert replay.verify(world.sponsor) == [] and replay.verify(world.water) == []
