"""Key files and office cards: private, provable, refused when touched (decision 29)."""

from __future__ import annotations

import json
import stat
from dataclasses import replace

import pyrage
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.canon import canonical
from app.problem import Problem
from sync.peers import keys
from tests.sync.world import card


def code_of(act, *args) -> str:
    with pytest.raises(Problem) as caught:
        act(*args)
    return caught.value.code


def test_keys_are_made_once_private_and_load_again(tmp_path):
    made = keys.make(tmp_path / "keys", card("某旗发改委", "sponsor"))
    loaded = keys.load(tmp_path / "keys")
    assert loaded.card == made.card == keys.own_card(tmp_path / "keys")
    assert loaded.signing.public_key().public_bytes_raw() == made.card.signing
    assert str(loaded.identity.to_public()) == made.card.age
    for name in (keys.SIGNING, keys.IDENTITY):
        assert stat.S_IMODE((tmp_path / "keys" / name).stat().st_mode) == 0o600
    assert code_of(keys.make, tmp_path / "keys", card("某旗发改委", "sponsor")) == "E_KEYS_EXIST"
    assert "PRIVATE" not in repr(loaded)
    assert "AGE-SECRET" not in repr(loaded)


def test_a_passphrase_wraps_both_keys(tmp_path):
    folder = tmp_path / "keys"
    made = keys.make(folder, card("某旗发改委", "lead"), "口令 一二三")
    assert keys.own_card(folder) == made.card, "the card needs no passphrase"
    assert b"ENCRYPTED PRIVATE KEY" in (folder / keys.SIGNING).read_bytes()
    assert b"AGE-SECRET-KEY" not in (folder / keys.IDENTITY).read_bytes()
    assert code_of(keys.load, folder) == "E_PASSPHRASE_NEEDED"
    assert code_of(keys.load, folder, "错的口令") == "E_PASSPHRASE"
    assert str(keys.load(folder, "口令 一二三").identity) == str(made.identity)


def test_missing_or_swapped_keys_are_said(tmp_path):
    assert code_of(keys.load, tmp_path) == "E_NO_KEYS"
    keys.make(tmp_path / "a", card("甲", "lead"))
    keys.make(tmp_path / "b", card("乙", "lead"))
    (tmp_path / "a" / keys.SIGNING).write_bytes((tmp_path / "b" / keys.SIGNING).read_bytes())
    assert code_of(keys.load, tmp_path / "a") == "E_KEYS_DAMAGED"
    (tmp_path / "b" / keys.IDENTITY).unlink()
    assert code_of(keys.load, tmp_path / "b") == "E_KEYS_DAMAGED"


@pytest.mark.parametrize("name", keys._ALL)
def test_a_disk_that_fails_is_not_called_a_damaged_key(tmp_path, name):
    """Reading /proc/self/mem fails with EIO: nobody should make new keys for a loose cable."""
    keys.make(tmp_path, card("甲", "lead"))
    (tmp_path / name).unlink()
    (tmp_path / name).symlink_to("/proc/self/mem")
    with pytest.raises(Problem) as caught:
        keys.load(tmp_path)
    assert caught.value.code == "E_IO" and name in caught.value.text


def test_a_fingerprint_is_thirty_digits_and_covers_both_keys(tmp_path):
    made = keys.make(tmp_path, card("某旗发改委", "sponsor")).card
    groups = made.fingerprint.split()
    assert [len(g) for g in groups] == [5] * 6
    assert "".join(groups).isdigit()
    other_age = str(pyrage.x25519.Identity.generate().to_public())
    other_key = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    prints = {
        made.fingerprint,
        replace(made, age=other_age).fingerprint,
        replace(made, signing=other_key).fingerprint,
    }
    assert len(prints) == 3
    assert replace(made, id="0" * 32).fingerprint not in prints


def test_a_card_reads_back_and_every_spoilt_byte_is_refused(tmp_path):
    made = keys.make(tmp_path, card("某旗发改委", "sponsor")).card
    data = keys.card_bytes(made)
    assert keys.card_of(data, "x") == made
    for place in range(len(data)):
        for flip in (1, 0x20, 0x80):
            spoilt = data[:place] + bytes([data[place] ^ flip]) + data[place + 1 :]
            with pytest.raises(Problem) as caught:
                keys.card_of(spoilt, "x")
            assert caught.value.code in ("E_CARD", "E_NEWER")
    for cut in (0, 1, len(data) // 2, len(data) - 1):
        assert code_of(keys.card_of, data[:cut], "x") == "E_CARD"
    assert code_of(keys.card_of, data + b"\n", "x") == "E_CARD"
    assert code_of(keys.card_of, b" " * 20_000, "x") == "E_CARD"


def test_a_card_with_another_offices_age_key_is_refused(tmp_path):
    """The Ed25519 key signs the age recipient: a swapped one would let a third party read along."""
    mine, thief = keys.make(tmp_path / "a", card("甲", "lead")), keys.make(tmp_path / "b", card("乙", "lead"))
    swapped = replace(mine.card, age=thief.card.age)
    assert code_of(keys.card_of, keys.card_bytes(swapped), "x") == "E_CARD"
    resigned = keys.signed(swapped, thief.signing)
    assert code_of(keys.card_of, keys.card_bytes(resigned), "x") == "E_CARD"


@pytest.mark.parametrize(
    "change",
    [
        {"id": "../../etc"},
        {"name": "甲\u202e乙"},
        {"name": " 甲"},
        {"name": ""},
        {"name": "长" * 81},
        {"division": "999999"},
        {"roles": ["root"]},
        {"roles": []},
        {"roles": ["lead", "lead"]},
        {"made_on": "2022-8-5"},
        {"age": "age1xyz"},
        {"signing": "00"},
        {"extra": 1},
    ],
    ids=str,
)
def test_a_truly_signed_card_with_odd_content_is_refused(tmp_path, change):
    mine = keys.make(tmp_path, card("甲", "lead"))
    told = {**mine.card.claims(), **change}
    told["signature"] = mine.signing.sign(keys.dsse.pae(keys.CARD_TYPE, canonical(told))).hex()
    assert code_of(keys.card_of, canonical(told) + b"\n", "x") == "E_CARD"


def test_a_card_of_a_later_program_asks_for_an_upgrade(tmp_path):
    told = json.loads(keys.card_bytes(keys.make(tmp_path, card("甲", "lead")).card))
    assert code_of(keys.card_of, canonical({**told, "qidi_card": 2}) + b"\n", "x") == "E_NEWER"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
@given(st.binary(max_size=300))
def test_anything_else_is_no_card(data):
    assert code_of(keys.card_of, data, "x") == "E_CARD"
