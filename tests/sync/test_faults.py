"""Bundles that are cut, damaged, misdirected, forged or stolen (attacks 1-6 of the exchange design)."""

from __future__ import annotations

import base64
import hashlib
import os
from dataclasses import replace

import pyrage
import pytest

from app.canon import canonical, strict_loads
from app.journals.trust import Known
from app.problem import Problem
from sync.bundles import archive, bag, bundle, dsse, packing, preamble
from sync.peers import keys
from tests.sync.world import wrap


def spoilt(world, data: bytes):
    path = world.new("收到.qidi")
    path.write_bytes(data)
    return path


# 1 truncated, empty, zero-filled tail


@pytest.mark.parametrize("plain", [False, True])
def test_every_cut_copy_is_called_incomplete_with_its_bytes(world, plain):
    data = world.written(plain=plain).read_bytes()
    places = {
        0,
        1,
        5,
        9,
        10,
        11,
        100,
        300,
        data.index(b"\n"),
        data.index(b"\n") + 1,
        len(data) // 2,
        len(data) - 1,
    }
    for place in sorted(places):
        path = spoilt(world, data[:place])
        with pytest.raises(Problem) as caught:
            world.open(path)
        assert (caught.value.code, caught.value.facts["bytes"]) == ("E_INCOMPLETE_COPY", place)
        if place > data.index(b"\n"):
            assert caught.value.facts["expected"] == len(data)


def test_a_zero_filled_tail_is_an_incomplete_copy(world):
    data = world.written().read_bytes()
    for place in (0, 50, 700, len(data) // 2, len(data) - 20):
        path = spoilt(world, data[:place] + bytes(len(data) - place))
        with pytest.raises(Problem) as caught:
            world.open(path)
        assert caught.value.code == "E_INCOMPLETE_COPY"
        assert abs(caught.value.facts["bytes"] - place) <= 2


def test_a_missing_file_and_a_folder_are_said(world):
    assert world.refusal(world.new("没有.qidi")) == "E_NO_FILE"
    assert world.refusal(world.new()) == "E_NO_FILE"


# 2 any bit flip


@pytest.mark.parametrize("plain", [False, True])
def test_any_flipped_bit_is_damage(world, plain):
    data = world.written(plain=plain).read_bytes()
    head = data.index(b"\n") + 1
    places = [*range(head + 200), *range(head + 200, len(data), 53), len(data) - 1]
    for place in places:
        flipped = data[:place] + bytes([data[place] ^ (1 << place % 8)]) + data[place + 1 :]
        assert world.refusal(spoilt(world, flipped)) == "E_DAMAGED", place


def test_other_files_are_not_bundles(world):
    for data in (
        b"PK\x03\x04" + bytes(5000),
        os.urandom(9000),
        b"%PDF-1.7\n",
        b"\n" * 5000,
        b'{"QIDI":1}\n',
    ):
        assert world.refusal(spoilt(world, data)) == "E_DAMAGED"


def test_junk_behind_the_end_is_damage(world):
    data = world.written().read_bytes()
    assert world.refusal(spoilt(world, data + b"x")) == "E_DAMAGED"
    assert world.refusal(spoilt(world, data + bytes(4096))) == "E_DAMAGED"


def rewritten(world, data: bytes, **changes):
    """The file with another, self-consistent preamble."""
    first, _, body = data.partition(b"\n")
    told = strict_loads(first)
    del told["check"], told["QIDI"]
    return spoilt(world, replace(preamble.Preamble(**told), **changes).line() + body)


def test_a_preamble_that_lies_about_size_or_version_is_answered(world):
    data = world.written().read_bytes()
    assert world.refusal(rewritten(world, data, length=2 * 1024**3)) == "E_LIMIT"
    assert world.refusal(rewritten(world, data, sha256="0" * 64)) == "E_DAMAGED"
    assert world.refusal(rewritten(world, data, cipher="none")) == "E_ZIP"
    assert world.refusal(rewritten(world, data, cipher="rot13")) == "E_DAMAGED"
    assert world.refusal(rewritten(world, data, id="x")) == "E_DAMAGED"
    told = {"QIDI": 2, "id": "later"}
    line = canonical({**told, "check": preamble._check(told)}) + b"\n"
    assert world.refusal(spoilt(world, line + b"body")) == "E_NEWER"


@pytest.mark.parametrize("field", ["id", "sender", "sender_name", "to_name"])
def test_a_preamble_that_differs_from_the_signed_bag_is_damage(world, field):
    """Decision 27: to, from, id must equal the signed bag-info."""
    data = world.written().read_bytes()
    value = "冒名" if field.endswith("name") else "ab" * 16
    assert world.refusal(rewritten(world, data, **{field: value})) == "E_DAMAGED"


# 3 for another office; re-encrypted to us


def test_for_another_office(world):
    path = world.written()
    with pytest.raises(Problem) as caught:
        world.open(path, world.stranger)
    assert caught.value.code == "E_NOT_FOR_US"
    assert "盟发展和改革委员会" in caught.value.text


def test_addressed_to_us_but_encrypted_to_another_key(world):
    out = world.new("旧钥匙.qidi")
    old = replace(world.receiver.card, age=world.stranger.card.age)
    bundle.write_bundle(out, world.contents, world.sender, old)
    assert world.refusal(out) == "E_NOT_FOR_US"


def test_re_encrypted_to_us(world):
    """The recipient stands inside the signed bytes: a bundle for one office cannot be passed on as another's."""
    zipped = world.zipped()
    out = world.new("转手.qidi")
    said = replace(world.contents.info, to=world.stranger.card.id, to_name=world.stranger.card.name)
    wrap(out, zipped.read_bytes(), said, world.sender, world.stranger.card)
    assert world.refusal(out, world.stranger) == "E_WRONG_ADDRESSEE"


# 4 unknown or revoked key


def test_an_unknown_sender(world):
    assert world.refusal(world.written(), trusted=lambda _: None) == "E_UNKNOWN_SENDER"


def test_from_a_revoked_key_only_receipted_history_is_accepted(world):
    path = world.written()
    digest = world.open(path).digest
    revoked = Known(world.sender.card, revoked=True)
    assert world.refusal(path, trusted=lambda _: revoked) == "E_REVOKED"
    assert world.open(path, trusted=lambda _: revoked, receipted={digest}.__contains__).digest == digest


# 5 a valid key of one office claiming to be another


def test_signed_by_another_trusted_office(world):
    path = world.forged(lambda parts: None, signer=world.stranger)
    assert world.refusal(path, trusted=world.trusting_all) == "E_SENDER_MISMATCH"


def test_the_keyid_is_a_hint_and_never_trust(world):
    def lie(parts):
        envelope_ = strict_loads(parts[bag.SIGNATURE])
        envelope_["signatures"][0]["keyid"] = world.stranger.card.id
        parts[bag.SIGNATURE] = canonical(envelope_)

    assert world.open(world.forged(lie), trusted=world.trusting_all).count == 3


def test_every_signature_must_verify_and_one_be_the_senders(world):
    def with_signers(*signers):
        def change(parts):
            parts[bag.SIGNATURE] = dsse.seal(packing.TAG_TYPE, parts[bag.TAGS], signers)

        return world.forged(change)

    both = with_signers(world.sender, world.stranger)
    assert world.open(both, trusted=world.trusting_all).count == 3
    assert world.refusal(both) == "E_SENDER_MISMATCH", "the second signer is not enrolled here"
    assert world.refusal(with_signers(world.stranger), trusted=world.trusting_all) == "E_SENDER_MISMATCH"

    def broken_second(parts):
        envelope_ = strict_loads(dsse.seal(packing.TAG_TYPE, parts[bag.TAGS], [world.sender, world.stranger]))
        envelope_["signatures"][1]["sig"] = base64.b64encode(bytes(64)).decode()
        parts[bag.SIGNATURE] = canonical(envelope_)

    assert world.refusal(world.forged(broken_second), trusted=world.trusting_all) == "E_SENDER_MISMATCH"


# tampering by somebody who can re-encrypt but not sign


@pytest.mark.parametrize(
    ("name", "code"),
    [
        (bag.BAGIT, "E_BAG"),
        (bag.INFO, "E_TAMPERED"),
        (bag.MANIFEST, "E_TAMPERED"),
        (bag.TAGS, "E_TAMPERED"),
        (packing.LEDGER, "E_TAMPERED"),
        (packing.TEMPLATE, "E_TAMPERED"),
        (packing.SEAL, "E_TAMPERED"),
        (packing.HELD, "E_TAMPERED"),
        ("data/journal.jsonl", "E_TAMPERED"),
    ],
)
def test_each_part_is_covered_by_the_signature(world, name, code):
    def change(parts):
        data, place = parts[name], len(parts[name]) // 2
        flipped = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        parts[name] = data.replace(b"2022-08-25", b"2022-08-26") if name == bag.INFO else flipped

    assert world.refusal(world.forged(change)) == code


def test_a_spoilt_signature_file_is_refused(world):
    whole = world.parts()[bag.SIGNATURE]
    hint = whole.index(world.sender.card.id.encode())
    for place in {*range(0, len(whole), 3)} - {*range(hint, hint + 32)}:

        def change(parts, place=place):
            data = parts[bag.SIGNATURE]
            parts[bag.SIGNATURE] = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]

        code = world.refusal(world.forged(change))
        assert code in ("E_BAG", "E_TAMPERED", "E_SENDER_MISMATCH"), place


def test_a_changed_attachment_is_found(world):
    def change(parts):
        name = next(n for n in parts if "/att/" in n)
        parts[name] = parts[name][:-1] + b" "

    assert world.refusal(world.forged(change)) == "E_TAMPERED"


def test_a_part_added_or_taken_away_is_found(world):
    def add(parts):
        parts["data/att/" + "f" * 64 + ".pdf"] = b"x"

    def take(parts):
        del parts[packing.SEAL]

    assert world.refusal(world.forged(add)) == "E_BAG"
    assert world.refusal(world.forged(take)) == "E_BAG"


def test_a_signature_of_another_bundle_does_not_serve(world):
    other = replace(world.contents, ledger={"id": "另一本"})
    parts = {}
    zipped = archive.Archive(world.zipped(other))
    parts[bag.SIGNATURE] = zipped.read(bag.SIGNATURE)
    assert world.refusal(world.forged(lambda p: p.update(parts))) == "E_TAMPERED"


def test_a_signature_over_another_payload_type_does_not_serve(world):
    """A card's or receipt's signature must not pass for a bundle's: the payload type is fixed."""

    def change(parts):
        parts[bag.SIGNATURE] = dsse.seal(keys.CARD_TYPE, parts[bag.TAGS], [world.sender])

    assert world.refusal(world.forged(change)) == "E_TAMPERED"


# a truly signed bag of the sender whose own parts disagree


def test_an_attachment_whose_name_is_not_its_digest(world):
    def change(parts):
        name = next(n for n in parts if "/att/" in n)
        parts[name] = b"%PDF another"

    assert world.refusal(world.forged(change, signer=world.sender)) == "E_ATTACHMENT"


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        (packing.LEDGER, b"[]", "E_CONTENT"),
        (packing.LEDGER, b'{"a":1,"a":2}', "E_CONTENT"),
        (packing.LEDGER, b'{"a":1.5}', "E_CONTENT"),
        (packing.SEAL, b'{"a":"\\ud800"}', "E_CONTENT"),
        (packing.HELD, b'{"attachments":["x"]}', "E_CONTENT"),
        (packing.HELD, b'{"attachments":[1]}', "E_CONTENT"),
        (packing.HELD, b"{}", "E_CONTENT"),
        (packing.TEMPLATE, b"id = 1", "E_TAMPERED"),
        (packing.TEMPLATE, b"x" * 600_000, "E_LIMIT"),
        (bag.INFO, b"", "E_BAG"),
        (bag.INFO, b"Qidi-Version: 2\n", "E_NEWER"),
    ],
    ids=lambda v: repr(v)[:30],
)
def test_signed_nonsense_is_refused(world, name, data, code):
    def change(parts):
        parts[name] = data

    assert world.refusal(world.forged(change, signer=world.sender)) == code


def test_a_wrong_total_in_the_info_is_refused(world):
    def change(parts):
        parts[bag.INFO] = bag.info_bytes(world.contents.info, "1.1")

    assert world.refusal(world.forged(change, signer=world.sender)) == "E_BAG"


@pytest.mark.parametrize(
    ("count", "code"), [(b"1 of 2", "E_BAG"), (b"1 of 100", "E_NEWER"), (b"2 of 1", "E_BAG")]
)
def test_a_volume_alone_without_its_list_is_no_bag_and_more_than_99_are_a_later_program_s(world, count, code):
    def change(parts):
        parts[bag.INFO] = parts[bag.INFO].replace(b"Bag-Count: 1 of 1", b"Bag-Count: " + count)

    assert world.refusal(world.forged(change, signer=world.sender)) == code


def test_a_body_that_is_not_a_zip_or_not_age_is_refused(world):
    zipped = world.new("x.zip")
    zipped.write_bytes(b"not a zip at all, but long enough to look at")
    assert world.refusal(world.wrapped(zipped)) == "E_ZIP"
    path = world.written()
    data = path.read_bytes()
    head, _, body = data.partition(b"\n")
    for other in (
        b"age-encryption.org/v1\n",
        b"\0" * 40,
        body[:-1] + bytes([body[-1] ^ 1]),
        body[:-70000] or body[:200],
    ):
        broken = world.new("body")
        broken.write_bytes(other)
        info = world.contents.info
        assert world.refusal(spoilt(world, first_line(info, other) + other)) in ("E_DAMAGED", "E_NOT_FOR_US")
    assert strict_loads(head)["cipher"] == "age"


def first_line(info, body: bytes) -> bytes:
    """A true preamble for any body."""
    who = (info.id, info.sender, info.sender_name, info.to, info.to_name)
    return preamble.Preamble("age", *who, len(body), hashlib.sha256(body).hexdigest()).line()


def test_a_body_locked_by_a_passphrase_is_not_for_us(world):
    zipped = world.zipped()
    locked = world.new("body")
    locked.write_bytes(pyrage.passphrase.encrypt(zipped.read_bytes(), "猜"))
    info = world.contents.info
    path = world.new("x.qidi")
    path.write_bytes(first_line(info, locked.read_bytes()) + locked.read_bytes())
    assert world.refusal(path) in ("E_DAMAGED", "E_NOT_FOR_US")
