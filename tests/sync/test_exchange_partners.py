"""Whom a bundle goes to and whose it is: cards, fingerprints, forged receipts."""

from __future__ import annotations

import shutil
from pathlib import Path

from app.ledger import ledgers, settings
from sync import exchange
from sync.letters import receipts
from sync.peers import peers
from tests.sync.looking import refusal, table
from tests.sync.offices import introduce, made


def test_whom_a_bundle_goes_to_is_said_by_id_name_or_card(two, tmp_path):
    assert refusal(exchange.card, two.league, tmp_path / "没有的夹").code == "E_NO_FOLDER"
    card = Path(exchange.card(two.league, tmp_path / "a.qidi-card").facts["file"])
    for ref in (two.league.id, two.league.name, " 锡林郭勒盟 发展和改革委员会", str(card)):
        found = peers.find(two.bureau, ref)
        assert (found.id, found.confirmed) == (two.league.id, True)
    assert peers.find(two.bureau, "没有名片的单位").card is None
    for ref, code in (
        ("0" * 32, "E_NO_PEER"),
        ("", "E_NO_PEER"),
        ("长" * 300, "E_NO_PEER"),
        ("x.qidi-card", "E_NO_FILE"),
    ):
        assert refusal(peers.find, two.bureau, ref).code == code
    assert refusal(peers.find, two.bureau, two.bureau.id).code == "E_TO_SELF"


def test_to_an_office_without_card_it_is_plain_marked_and_still_arrives(two):
    """Encrypt whenever the receiver's card is known; an unencrypted bundle is marked."""
    two.project("甲", M01="在办")
    other = made(two.folder / "other", "太仆寺旗发展和改革委员会", "lead")
    two.extra.append(other)
    change = exchange.send(two.bureau, two.ledger, other.name, two.folder / "U盘", plain=True)
    path = Path(change.facts["file"])
    assert change.facts["marks"] == ["未确定", "未加密"]
    assert "未加密" in path.name
    assert refusal(exchange.receive, other, path).code == "E_UNKNOWN_SENDER"
    exchange.trust(
        other, Path(exchange.card(two.bureau, two.folder / "c.qidi-card").facts["file"]), confirmed=True
    )
    assert "未加密" in exchange.receive(other, path).said
    assert refusal(exchange.receive, two.league, path).code == "E_NOT_FOR_US"
    settings.put(two.bureau, exchange.PLAIN_FORBIDDEN, True)
    assert (
        refusal(exchange.send, two.bureau, two.ledger, other.name, two.folder, plain=True).code
        == "E_PLAIN_FORBIDDEN"
    )


def test_a_mere_name_is_no_address_until_a_person_says_so(two):
    """Whoever finds an unencrypted bundle can open it: nothing is written before that was confirmed."""
    two.project("甲", M01="在办")
    problem = refusal(exchange.send, two.bureau, two.ledger, "锡林郭勒盟发改委", two.folder / "U盘")
    assert problem.code == "E_CONFIRM" and "不加密" in problem.text and "--yes" in problem.text
    assert problem.facts["near"] == [two.league.name] and two.league.name in problem.text
    assert not list(two.folder.rglob("*.qidi"))
    assert table(two.bureau)["outbox"] == []
    far = refusal(exchange.send, two.bureau, two.ledger, "某某水务公司", two.folder / "U盘")
    assert far.facts["near"] == [] and "是不是" not in far.text
    assert exchange.send(two.bureau, two.ledger, "某某水务公司", two.folder / "U盘", plain=True).facts["marks"]


def test_who_may_send_what(two):
    """Decision 28: a handler does not send a ledger; nobody sends another's."""
    handler = made(two.folder / "handler", "正镶白旗水利局", "handler")
    two.extra.append(handler)
    introduce(handler, two.league, two.folder)
    ledger = str(ledgers.open_template(handler, "pending-approval").subject)
    assert refusal(exchange.send, handler, ledger, two.league.name, two.folder).code == "E_NOT_ALLOWED"
    assert refusal(exchange.send, two.bureau, two.ledger, two.bureau.name, two.folder).code == "E_TO_SELF"


def test_a_card_is_confirmed_by_its_fingerprint(two):
    other = made(two.folder / "other", "太仆寺旗发展和改革委员会", "lead")
    two.extra.append(other)
    change = exchange.card(other, two.folder / "other.qidi-card")
    file = Path(change.facts["file"])
    problem = refusal(exchange.trust, two.bureau, file)
    assert problem.code == "E_CONFIRM"
    assert problem.facts["fingerprint"] == change.facts["fingerprint"]
    assert refusal(exchange.trust, two.bureau, file, confirmed="12345 " * 6).code == "E_FINGERPRINT"
    exchange.trust(two.bureau, file, confirmed=change.facts["fingerprint"].replace(" ", "-"))
    assert other.name in [p.card.name for p in peers.all(two.bureau)]
    own = exchange.card(two.bureau, two.folder)
    assert refusal(exchange.trust, two.bureau, Path(own.facts["file"]), confirmed=True).code == "E_TO_SELF"


def test_a_card_file_names_the_receiver(two):
    two.project("甲", M01="在办")
    other = made(two.folder / "other", "太仆寺旗发展和改革委员会", "lead")
    two.extra.append(other)
    file = exchange.card(other, two.folder / "other.qidi-card").facts["file"]
    change = exchange.send(two.bureau, two.ledger, file, two.folder / "U盘", aside=True)
    assert change.facts["encrypted"]
    assert "核对码还没有对过" in change.said
    exchange.trust(two.bureau, Path(file), confirmed=True)
    assert "没有核对" not in exchange.send(two.bureau, two.ledger, file, two.folder / "U盘", aside=True).said


def test_a_revoked_office_brings_only_what_was_receipted(two):
    """Attack 4."""
    two.project("甲", M01="在办")
    old = two.send()
    exchange.receive(two.league, old)
    two.project("乙", M01="在办")
    new = two.send()
    peers.revoke(two.league, two.bureau.name, "电脑丢失")
    assert refusal(exchange.receive, two.league, new).code == "E_REVOKED"
    assert exchange.receive(two.league, old).facts["again"]


def test_new_keys_are_a_mismatch_until_confirmed_again(two):
    two.project("甲", M01="在办")
    shutil.rmtree(two.bureau.folder / "keys")
    path = two.send()
    assert refusal(exchange.receive, two.league, path).code == "E_SENDER_MISMATCH"
    card = Path(exchange.card(two.bureau, two.folder / "new.qidi-card").facts["file"])
    assert exchange.trust(two.league, card, confirmed=True).facts["changed"]
    assert exchange.receive(two.league, path).facts["added"] == 1
    (peer,) = peers.all(two.league)
    assert len(peer.before) == 1


def test_a_forged_or_foreign_receipt_is_refused(two):
    two.project("甲", M01="在办")
    receipt = Path(two.sent_and_received()["receipt"])
    assert receipts.is_receipt(receipt)
    data = receipt.read_bytes()
    for place in range(20, len(data), 7):
        spoilt = two.folder / "x.qidi-receipt"
        spoilt.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
        assert refusal(exchange.receive, two.bureau, spoilt).code in (
            "E_RECEIPT", "E_UNKNOWN_SENDER",
        )  # fmt: skip
    assert refusal(exchange.receive, two.league, receipt).code == "E_UNKNOWN_SENDER"
    assert refusal(exchange.look, two.bureau, receipt).code == "E_IS_RECEIPT"
