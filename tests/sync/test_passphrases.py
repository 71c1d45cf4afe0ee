"""The passphrase of the keys: set, changed, wrong, taken away; killed in the middle (decisions 29, 33)."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from app import office as offices
from app.problem import Problem
from app.proof import replay
from sync import exchange
from sync.offices import enrolling, passphrases
from sync.peers import keys
from tests.sync.looking import refusal
from tests.sync.offices import DAY, Pair, introduce
from tests.sync.wrapping import quick

__all__ = ["quick"]

FIRST, SECOND = "牧场水库二零二二", "another one 2022"


def test_keys_under_a_passphrase_ask_for_it_and_former_ones_follow(two: Pair) -> None:
    office, folder = two.bureau, two.bureau.folder / "keys"
    two.project("甲", M01="在办")
    enrolling.renew_keys(office, confirmed=True)
    introduce(office, two.league, two.folder)
    assert not passphrases.held(office)
    assert refusal(passphrases.put, office, "short", "short").code == "E_PASSPHRASE_SHORT"
    assert refusal(passphrases.put, office, FIRST, SECOND).code == "E_PASSPHRASE_TWICE"
    assert not passphrases.held(office), "a refused one changes nothing"
    card = keys.own_card(folder)
    passphrases.put(office, FIRST, FIRST)
    assert passphrases.held(office) and keys.own_card(folder) == card, "the card and its digits stay"
    assert two.send().is_file(), "the office that set it is unlocked"
    office.unlock("")
    assert refusal(two.send).code == "E_PASSPHRASE_NEEDED"
    assert refusal(passphrases.unlock, office, SECOND).code == "E_PASSPHRASE" and not office.passphrase
    passphrases.unlock(office, FIRST)
    assert two.send().is_file() and len(keys.load(folder, FIRST).former) == 1
    assert refusal(passphrases.put, office, SECOND, SECOND, now="wrong").code == "E_PASSPHRASE"
    assert refusal(passphrases.put, office, SECOND, SECOND).code == "E_PASSPHRASE", (
        "being unlocked is not enough"
    )
    passphrases.put(office, SECOND, SECOND, now=FIRST)
    assert len(keys.load(folder, SECOND).former) == 1
    passphrases.put(office, "", "", now=SECOND)
    assert not passphrases.held(office) and len(keys.load(folder).former) == 1
    assert exchange.receive(two.league, two.send()).said and replay.verify(office) == []


def test_a_passphrase_opens_however_the_keyboard_spells_it(two: Pair) -> None:
    """RFC 8265: one spelling (NFC) locks; one that an earlier program took as it was typed opens, too."""
    office, folder = two.bureau, two.bureau.folder / "keys"
    composed, apart = (unicodedata.normalize(form, "café Müller ñ") for form in ("NFC", "NFD"))
    enrolling.renew_keys(office, confirmed=True)
    passphrases.put(office, apart, composed)
    for word in (composed, apart):
        passphrases.unlock(office, word)
        assert len(keys.load(folder, word).former) == 1
    old = keys.load(folder, composed)
    (folder / keys.SIGNING).write_bytes(keys._pem(old.signing, apart))
    (folder / keys.IDENTITY).write_bytes(keys._wrapped(str(old.identity).encode(), apart))
    for word in (apart, composed):
        passphrases.unlock(office, word)
    assert refusal(passphrases.unlock, office, "ｃａｆé Müller ñ").code == "E_PASSPHRASE"
    passphrases.put(office, composed, apart, now=composed)
    assert keys.load(folder, apart).card == old.card


def test_the_first_keys_are_never_written_without_the_passphrase(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What once stood on the disk in clear may be read from it long after."""
    new = offices.create(
        tmp_path / "new", division="152529", name="某旗发改委", roles=["sponsor"], clerk="经办人甲", today=DAY
    )
    seen, real = [], keys._write_private

    def noted(path: Path, data: bytes) -> None:
        seen.append(data)
        real(path, data)

    monkeypatch.setattr(keys, "_write_private", noted)
    passphrases.put(new, FIRST, FIRST)
    assert seen and not any(b"BEGIN PRIVATE KEY" in data or data.startswith(keys._ARMOUR) for data in seen)
    assert passphrases.held(new) and keys.load(new.folder / "keys", FIRST).card and replay.verify(new) == []
    assert refusal(passphrases.put, new, SECOND, SECOND).code == "E_PASSPHRASE"
    new.close()


@pytest.mark.parametrize("at", [1, 2])
def test_killed_while_it_is_taken_away_no_key_stays_in_clear(
    two: Pair, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    """Before the new card is written the passphrase holds, and so nothing may lie beside it in clear."""
    folder = two.bureau.folder / "keys"
    passphrases.put(two.bureau, FIRST, FIRST)
    count, real = [0], keys._write_private

    def torn(path: Path, data: bytes) -> None:
        if count[0] == at:
            raise KeyboardInterrupt
        count[0] += 1
        real(path, data)

    with monkeypatch.context() as patched:
        patched.setattr(keys, "_write_private", torn)
        with pytest.raises(KeyboardInterrupt):
            keys.rewrap(folder, FIRST, "")
    assert keys.locked(folder) and list((folder / keys.NEXT).iterdir())
    assert refusal(keys.load, folder, SECOND).code == "E_PASSPHRASE", "the next start asks for it"
    assert not (folder / keys.NEXT).exists() and keys.load(folder, FIRST).card


@pytest.mark.parametrize("at", range(5))
def test_killed_while_it_is_changed_all_keys_stand_under_one(
    tmp_path: Path, two: Pair, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    folder = two.bureau.folder / "keys"
    enrolling.renew_keys(two.bureau, confirmed=True)
    written, real = [], keys._write_private

    def torn(path: Path, data: bytes) -> None:
        if len(written) == 1 + 2 * at:
            raise KeyboardInterrupt
        written.append(path)
        real(path, data)

    with monkeypatch.context() as patched:
        patched.setattr(keys, "_write_private", torn)
        with pytest.raises(KeyboardInterrupt):
            keys.rewrap(folder, "", FIRST)
    keys.own_card(folder)  # the next start settles what was begun
    opened = []
    for word in ("", FIRST):
        try:
            opened.append(keys.load(folder, word))
        except Problem as problem:
            assert problem.code == "E_PASSPHRASE_NEEDED"
    assert opened and len(opened[-1].former) == 1
