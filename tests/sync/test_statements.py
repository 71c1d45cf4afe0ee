"""Signed one-line files: what is refused of each, before anything of it is believed (decisions 24, 29, 30)."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.canon import canonical
from app.journals.trust import Known, OfficeCard
from app.problem import Problem
from sync.bundles import dsse, preamble
from sync.letters import documents, receipts, registers, remarks, slips
from sync.peers import statements
from sync.peers.statements import Form
from tests.sync.world import World

FORM = Form("QIDI_TRY", "application/vnd.qidi.try+json", ".qidi-try", "来信", 4096, "E_TRY")
FORMS = (receipts.FORM, slips.FORM, registers.FORM, documents.FORM, remarks.FORM)


def claims(world: World, **more: Any) -> dict[str, Any]:
    card = world.sender.card
    said = {"QIDI_TRY": 1, "issuer": card.id, "issuer_name": card.name, "to": world.receiver.card.id,
            "to_name": world.receiver.card.name, "rows": 3}  # fmt: skip
    return said | more


def shape(told: dict[str, Any], card: OfficeCard) -> tuple[int, str]:
    if told["rows"] < 0:
        raise ValueError("行数不对")
    return told["rows"], card.name


def line(world: World, **more: Any) -> bytes:
    return statements.to_bytes(statements.sign(FORM, claims(world, **more), world.sender))


def judged(world: World, data: bytes, me: str = "") -> tuple[int, str]:
    return statements.judge(FORM, data, "来信.qidi-try", world.trusted, shape, me)


def refusal(world: World, data: bytes, me: str = "") -> Problem:
    with pytest.raises(Problem) as caught:
        judged(world, data, me)
    return caught.value


def test_what_a_confirmed_office_signed_is_read(world: World, tmp_path: Path) -> None:
    file = tmp_path / "来信.txt"
    file.write_bytes(line(world))
    assert statements.begins(FORM, file)
    found = statements.read(FORM, file, world.trusted, shape, world.receiver.card.id)
    assert found == (3, world.sender.card.name)


def test_every_spoilt_byte_is_refused(world: World) -> None:
    data = line(world)
    for place in range(len(data)):
        for bit in (1, 4, 128):
            spoilt = bytearray(data)
            spoilt[place] ^= bit
            assert refusal(world, bytes(spoilt)).code in ("E_TRY", "E_NEWER", "E_UNKNOWN_SENDER")


def test_what_is_not_the_one_spelling_is_refused(world: World) -> None:
    data = line(world)
    told = json.loads(data)
    doubled = data.replace(b'"rows":3', b'"rows":3,"rows":3')
    loose = json.dumps(told, ensure_ascii=False).encode() + b"\n"
    loud = canonical({**told, "signature": told["signature"].upper()}) + b"\n"
    unsigned = canonical(claims(world)) + b"\n"
    long = line(world, more="长" * FORM.limit)
    for spoilt in (doubled, loose, loud, unsigned, long, data[:-1], b"[1]\n", b"\n", b""):
        problem = refusal(world, spoilt)
        assert problem.code == "E_TRY" and problem.facts["file"] == "来信.qidi-try"
        assert "不是有效的来信" in problem.text


def test_what_was_signed_but_says_something_odd_is_refused(world: World) -> None:
    for odd in (
        {"rows": -1},
        {"rows": "三"},
        {"rows": None},
        {"QIDI_TRY": True},
        {"issuer": 7},
        {"issuer_name": ["甲"]},
    ):
        assert refusal(world, line(world, **odd)).code == "E_TRY"


def test_a_later_version_says_so_before_anything_else(world: World) -> None:
    problem = refusal(world, line(world, QIDI_TRY=2, issuer="0" * 32))
    assert problem.code == "E_NEWER" and "第 2 版来信" in problem.text


def test_the_addressee_is_asked_for_where_it_counts(world: World) -> None:
    data, all_of_us = line(world), line(world, to="", to_name="")
    assert judged(world, data) == judged(world, all_of_us, "f" * 32)
    problem = refusal(world, data, world.stranger.card.id)
    assert problem.code == "E_NOT_FOR_US" and world.receiver.card.name in problem.text


def test_who_is_not_enrolled_or_no_longer_counts_is_refused(world: World) -> None:
    by = world.stranger
    told = claims(world, issuer=by.card.id, issuer_name=by.card.name)
    problem = refusal(world, statements.to_bytes(statements.sign(FORM, told, by)))
    assert (problem.code, problem.facts["sender"]) == ("E_UNKNOWN_SENDER", by.card.id)
    with pytest.raises(Problem) as caught:
        statements.judge(FORM, line(world), "来信", lambda _: Known(world.sender.card, revoked=True), shape)
    assert caught.value.code == "E_REVOKED"


def test_a_signature_by_another_or_for_another_kind_is_worth_nothing(world: World) -> None:
    by_another = statements.to_bytes(statements.sign(FORM, claims(world), world.stranger))
    other_kind = statements.to_bytes(
        statements.sign(replace(FORM, type="other"), claims(world), world.sender)
    )
    for data in (by_another, other_kind):
        problem = refusal(world, data)
        assert problem.code == "E_TRY" and "对不上" in problem.text


def test_a_changed_key_signs_anew_and_the_same_key_does_not(world: World) -> None:
    signed = statements.sign(FORM, claims(world), world.sender)
    assert statements.resigned(FORM, signed, world.sender) == signed
    anew = statements.resigned(FORM, signed, world.receiver)
    assert anew != signed and dsse.verifies(
        world.receiver.card.signing, bytes.fromhex(anew["signature"]), FORM.type, canonical(claims(world))
    )


def test_each_kind_is_known_by_how_it_begins_or_is_named(tmp_path: Path) -> None:
    for form in FORMS:
        file = tmp_path / f"改了名{form.suffix}.txt"
        file.write_bytes(form.magic + b"1}\n")
        assert [f for f in FORMS if statements.begins(f, file)] == [form]
        cut = tmp_path / f"损坏{form.suffix}"
        cut.write_bytes(b'{"QID')
        assert [f for f in FORMS if statements.begins(f, cut)] == [form]
    assert not any(statements.begins(f, tmp_path / "没有") or statements.begins(f, tmp_path) for f in FORMS)


def test_a_disk_that_fails_is_not_called_a_missing_file(world: World, tmp_path: Path) -> None:
    """Reading /proc/self/mem fails with EIO, as a loose stick does."""
    loose = tmp_path / "松动.qidi-try"
    loose.symlink_to("/proc/self/mem")
    for file, code in ((loose, "E_IO"), (tmp_path / "没有.qidi-try", "E_NO_FILE"), (tmp_path, "E_NO_FILE")):
        with pytest.raises(Problem) as caught:
            statements.read(FORM, file, world.trusted, shape)
        assert caught.value.code == code and file.name in caught.value.text
        with pytest.raises(Problem) as caught:
            preamble.examine(file)
        assert caught.value.code == code
