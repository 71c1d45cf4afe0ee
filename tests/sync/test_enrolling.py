"""A new key, the register, the rule that all is encrypted, and the card on paper (exchange.md; decisions 28, 29)."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from app import office as offices
from app.ledger import ledgers, settings
from app.office import Office
from app.problem import Problem
from app.proof import replay
from app.rounds import rounds
from sync import exchange
from sync.bundles import bundle
from sync.letters import boxes, registers, rewriting, sealed_slips, sending, slips
from sync.merges import pushes
from sync.offices import enrolling
from sync.peers import card_days, keys, peers
from tests.sync.looking import refusal
from tests.sync.offices import DAY, Pair, introduce, made
from tests.sync.rounds_world import FOREST, WATER, Play, played
from tests.sync.test_hostile_sender import forged
from tests.sync.world import card
from tests.sync.wrapping import quick

__all__ = ["quick"]

world = played()


def proved(*offices: Office) -> bool:
    return all(replay.verify(one) == [] for one in offices)


def test_old_history_stays_valid_after_a_key_change(two: Pair) -> None:
    """Decision 29: the same bundle of the old key still gets its receipt; a new one must bear the new key."""
    two.project("甲", M01="在办")
    old = two.send()
    first = Path(str(exchange.receive(two.league, old).facts["receipt"])).read_bytes()
    two.project("乙", M01="在办")
    late = two.send()
    assert refusal(enrolling.renew_keys, two.bureau).code == "E_CONFIRM"
    enrolling.renew_keys(two.bureau, confirmed=True)
    assert exchange.look(two.league, late).added == 1
    introduce(two.bureau, two.league, two.folder)
    again = exchange.receive(two.league, old)
    assert again.facts["again"] and Path(again.facts["receipt"]).read_bytes() == first
    assert exchange.receive(two.bureau, Path(again.facts["receipt"])).facts["seq"] == 2
    assert refusal(exchange.receive, two.league, late).code == "E_REVOKED"
    facts = two.sent_and_received()
    assert (facts["base_seq"], facts["added"]) == (2, 1)
    assert proved(two.bureau, two.league)


def test_a_changed_key_still_opens_what_was_encrypted_to_it_and_signs_its_receipts_anew(two: Pair) -> None:
    two.project("甲", M01="在办")
    path = two.send()
    receipt = Path(str(exchange.receive(two.league, path).facts["receipt"]))
    kept = receipt.read_bytes()
    two.project("乙", M01="在办")
    under_way = two.send()
    enrolling.renew_keys(two.league, confirmed=True)
    introduce(two.league, two.bureau, two.folder)
    assert exchange.receive(two.league, under_way).facts["added"] == 1
    receipt.write_bytes(kept)
    problem = refusal(exchange.receive, two.bureau, receipt)
    assert problem.code == "E_RECEIPT" and "重做" in problem.text
    (made_again,) = exchange.receipt(two.league, path).facts["files"]
    assert exchange.receive(two.bureau, Path(made_again)).facts["seq"] == 2
    assert len(keys.load(two.league.folder / "keys").former) == 1 and proved(two.league, two.bureau)


def test_a_key_with_a_passphrase_is_changed_by_who_knows_it(tmp_path: Path) -> None:
    one = offices.create(
        tmp_path / "a", division="152529", name="某局", roles=["handler"], clerk="甲", today=DAY
    )
    exchange.make_keys(one, "口令一")
    assert refusal(enrolling.renew_keys, one, "口令二", confirmed=True).code == "E_PASSPHRASE"
    was = keys.own_card(one.folder / "keys").fingerprint
    enrolling.renew_keys(one, "口令一", confirmed=True)
    assert keys.own_card(one.folder / "keys").fingerprint != was
    assert len(keys.load(one.folder / "keys", "口令一").former) == 1
    assert {p.name for p in one.folder.glob("keys*")} == {"keys"}
    with one.write("换密钥") as work:  # made with a clock on its last day; no day follows it
        work.office_line("keys", one.id, {"fingerprint": was, "made_on": "9999-12-31"})
    assert card_days.following(one) == "9999-12-31"
    one.close()


@pytest.mark.parametrize("stop", range(1, 11))
def test_killed_while_keys_change_one_pair_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stop: int
) -> None:
    """At each file that is written: the office signs with the old pair or with the new one, never with none."""
    folder = tmp_path / "keys"
    old = keys.make(folder, card("某旗发改委", "sponsor"))
    real, left = Path.replace, [stop]

    def replace_(self: Path, target: Path) -> Path:
        left[0] -= 1
        if left[0] == 0:
            raise KeyboardInterrupt
        return real(self, target)

    monkeypatch.setattr(Path, "replace", replace_)
    try:
        keys.renew(folder, replace(old.card, signature=b""))
    except KeyboardInterrupt:
        assert left == [0]
    monkeypatch.undo()
    own = keys.load(folder)
    assert own.card == keys.own_card(folder) and not (folder / "next" / keys.CARD).exists()
    assert (own.card == old.card) == (stop < 7)
    assert str(old.identity.to_public()) in {str(one.to_public()) for one in (own.identity, *own.former)}


def test_the_register_comes_as_a_file_that_is_received(tmp_path: Path) -> None:
    lead = made(tmp_path / "lead", "正镶白旗发展和改革委员会", "lead")
    land, water = (
        made(tmp_path / n, name, "handler") for n, name in (("land", "自然资源局"), ("water", "水利局"))
    )
    for other in (land, water):
        introduce(lead, other, tmp_path)
    out = tmp_path / "U盘"
    first = enrolling.issue(lead, out)
    file = Path(first.facts["file"])
    assert first.facts["offices"] == 3 and file.parent == out
    assert exchange.receive(land, file).facts["added"] == (water.name,)
    assert refusal(exchange.look, land, file).code == "E_IS_REGISTER"
    assert refusal(enrolling.issue, lead, out, revoke=water.name).code == "E_REASON"
    assert refusal(enrolling.issue, lead, out, revoke="没有的局", reason="x").code == "E_NO_PEER"
    gone = enrolling.issue(lead, out, revoke=water.name, reason="U盾丢失")
    assert gone.facts["revoked"] == [water.name]
    assert exchange.receive(land, Path(gone.facts["file"])).facts["revoked"] == (water.name,)
    for office in (lead, land):
        assert refusal(peers.find, office, water.name).code == "E_REVOKED"
    assert refusal(exchange.receive, land, file).code == "E_REGISTRY_ROLLBACK"
    enrolling.renew_keys(water, confirmed=True)
    introduce(water, lead, tmp_path)
    back = enrolling.issue(lead, out)
    assert back.facts["revoked"] == []
    assert exchange.receive(land, Path(back.facts["file"])).facts["changed"] == (water.name,)
    assert proved(lead, land)
    for one in (lead, land, water):
        one.close()


def test_the_rule_of_the_lead_binds_send_return_and_push(world: Play, tmp_path: Path) -> None:
    """Issue point 1, policy of the lead office: with it nothing leaves unencrypted unasked."""
    lead = made(tmp_path / "lead", "正镶白旗行政审批和政务服务局", "lead")
    for other in (world.sponsor, world.water):
        introduce(lead, other, tmp_path)
    file = Path(enrolling.issue(lead, tmp_path / "U盘", encrypt_only=True).facts["file"])
    for office in (world.sponsor, world.water):
        exchange.receive(office, file)
    rounds.begin(world.sponsor, world.ledger)
    problem = refusal(pushes.push, world.sponsor, world.ledger, world.usb, depts=(FOREST,))
    assert problem.code == "E_PLAIN_FORBIDDEN"
    assert len(world.push(FOREST, workbook=True)) == 1
    exchange.receive(world.water, world.push(WATER)[WATER])
    for office, ledger in ((world.sponsor, world.ledger), (world.water, world.check().id), (lead, "")):
        if ledger:
            problem = refusal(exchange.send, office, ledger, "没有名片的单位", world.usb, plain=True)
            assert problem.code == "E_PLAIN_FORBIDDEN"
    assert lead.id in {r.issuer for r in registers.all(world.water)}
    allowed = Path(enrolling.issue(lead, tmp_path / "U盘", encrypt_only=False).facts["file"])
    exchange.receive(world.sponsor, allowed)
    exchange.send(world.sponsor, world.ledger, "没有名片的单位", world.usb, plain=True)
    assert boxes.sent(world.sponsor)[0].facts["encrypted"] is False
    assert proved(world.sponsor, world.water, lead)
    lead.close()


def test_what_was_written_open_before_the_rule_is_not_written_again(two: Pair) -> None:
    """Exchange, policy of the lead: it holds for 再写一次 too; what came open is taken in, and the rule is said."""
    two.project("甲牧场", M01="在办")
    old = exchange.send(two.bureau, two.ledger, "某某局", two.folder / "U盘", plain=True).facts["bundle"]
    opened, info = (
        two.folder / "来件.qidi",
        exchange.addressed(two.bureau, two.league.id, "ledger", plain=False),
    )
    with two.bureau.read() as connection:
        line = ledgers.line_of(connection, two.ledger)
        contents = sending.contents(two.bureau, connection, line, info)
        bundle.write_bundle(opened, contents, exchange.own_keys(two.bureau, ""), None)
    for office in (two.bureau, two.league):
        settings.put(office, registers.ENCRYPT_ONLY, True)
    problem = refusal(rewriting.again, two.bureau, old, two.folder / "再")
    assert problem.code == "E_PLAIN_FORBIDDEN" and "某某局" in problem.text
    assert not (two.folder / "再").exists()
    assert "往来必须加密" in exchange.receive(two.league, opened).said
    settings.put(two.bureau, registers.ENCRYPT_ONLY, False)
    rewriting.again(two.bureau, old, two.folder / "再")


def test_under_the_rule_a_return_slip_is_for_its_addressee_alone(two: Pair, tmp_path: Path) -> None:
    """Exchange, policy of the lead: a slip names projects. It is opened, entered, made once more, and destroyed."""
    two.project("甲牧场", M01="在办")

    def spoil(rows: list[dict[str, Any]]) -> None:
        rows.append({**rows[-1], "verb": "amend", "rev": 2, "body": {"cells": {"invest": "很多"}}})

    path = forged(two, spoil)
    open_ = Path(refusal(exchange.receive, two.league, path).facts["slip"])
    assert "甲牧场".encode() in open_.read_bytes() and not sealed_slips.is_sealed(open_)
    settings.put(two.league, registers.ENCRYPT_ONLY, True)
    slip = Path(refusal(exchange.receive, two.league, path).facts["slip"])
    data = slip.read_bytes()
    assert "甲牧场".encode() not in data and sealed_slips.is_sealed(slip) and slips.is_slip(slip)
    own = partial(exchange.own_keys, two.bureau, "")
    told = sealed_slips.read(slip, peers.lookup(two.bureau), own)
    assert told.reasons[0].rows[0].endswith("甲牧场")
    assert (
        refusal(exchange.receive, two.bureau, slip).code == "E_SLIP_OTHER"
    )  # a forged bundle was never sent
    (again,) = exchange.receipt(two.league, path).facts["files"]
    assert sealed_slips.is_sealed(Path(again))
    stranger = made(tmp_path / "other", "别的单位", "sponsor")
    introduce(two.league, stranger, tmp_path)
    assert refusal(exchange.receive, stranger, slip).code == "E_NOT_FOR_US"
    stranger.close()
    bad = tmp_path / "坏.qidi-slip"
    for place in range(1, len(data), 97):
        bad.write_bytes(data[:place] + bytes([data[place] ^ 4]) + data[place + 1 :])
        with pytest.raises(Problem) as caught:
            if slips.is_slip(bad):
                sealed_slips.read(bad, peers.lookup(two.bureau), own)
            raise Problem("E_SLIP", "不再像退回单")
        assert caught.value.code in ("E_SLIP", "E_NOT_FOR_US", "E_NEWER")


def test_the_rule_holds_for_who_issued_it(tmp_path: Path) -> None:
    lead = made(tmp_path / "lead", "正镶白旗发展和改革委员会", "lead")
    enrolling.issue(lead, tmp_path, encrypt_only=True)
    with pytest.raises(Problem) as caught:
        exchange.addressed(lead, "没有名片的单位", "ledger", plain=True)
    assert caught.value.code == "E_PLAIN_FORBIDDEN" and proved(lead)
    lead.close()


def test_the_card_on_paper_says_the_digits_and_its_code_reads_back(two: Pair) -> None:
    """Decision 29: the fingerprint is shown as groups of digits, to be read over the phone."""
    zxingcpp = pytest.importorskip("zxingcpp")
    change = enrolling.sheet(two.bureau, two.folder)
    file = Path(change.facts["file"])
    own = keys.own_card(two.bureau.folder / "keys")
    with pypdfium2.PdfDocument(file) as pdf:
        assert len(pdf) == 1
        text = pdf[0].get_textpage().get_text_range()
        picture = pdf[0].render(scale=200 / 72).to_pil()
    assert two.bureau.name in text.replace("\r\n", "") and "逐组对上" in text
    for group in own.fingerprint.split(" "):
        assert group in text
    (read,) = zxingcpp.read_barcodes(picture)
    assert read.text == f"QDC1*{own.id.upper()}*{own.fingerprint.replace(' ', '')}"
