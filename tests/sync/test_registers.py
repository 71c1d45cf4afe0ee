"""The register of offices (exchange.md: a signed, versioned register; a lower version is refused; decision 28)."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from app import office as offices
from app.ledger import settings
from app.office import Office
from app.problem import Problem
from app.proof import replay
from sync import exchange
from sync.letters import registers
from sync.offices import enrolling
from sync.peers import keys, peers
from tests.stored import Stored, keep
from tests.sync.offices import born, introduce, made, opened

FOUR = ("lead", "land", "water", "league")


@cache
def stored_four() -> Stored:
    with TemporaryDirectory() as nest:
        folder = Path(nest)
        lead = born(folder / "lead", "正镶白旗发展和改革委员会", "lead")
        land = born(folder / "land", "正镶白旗自然资源局", "handler")
        water = born(folder / "water", "正镶白旗水利局", "handler")
        league = born(folder / "league", "锡林郭勒盟发展和改革委员会", "superior", "152500")
        for other in (land, water, league):
            introduce(lead, other, folder)
        for one in (lead, land, water, league):
            one.close()
        return keep(folder)


@pytest.fixture
def four(tmp_path: Path) -> Iterator[tuple[Office, ...]]:
    """The lead, two departments it knows, and the league."""
    stored_four().lay(tmp_path)
    all_ = tuple(opened(tmp_path / name) for name in FOUR)
    yield all_
    for one in all_:
        one.close()


def own(office: Office):
    return keys.load(office.folder / "keys")


def issued(office: Office, folder: Path, **how) -> Path:
    register = registers.issue(office, own(office), **how)
    return registers.write(register, own(office), folder)


def taken(office: Office, file: Path):
    return registers.take(office, registers.read(file, peers.lookup(office)))


def test_departments_come_to_know_each_other_by_the_leads_register_alone(four, tmp_path):
    lead, land, water, _ = four
    change = taken(land, issued(lead, tmp_path))
    assert change.facts["added"] == (water.name,)
    assert peers.find(land, water.name).confirmed
    assert "第 1 版" in change.said and water.name in change.said


def test_only_offices_of_its_own_territory_stand_in_a_register(four, tmp_path):
    lead, _, _, league = four
    register = registers.issue(lead, own(lead))
    assert league.id not in {m.card.id for m in register.members}
    forged = replace(register, members=tuple(sorted((*register.members, registers.Member(own(league).card)),
                                                    key=lambda m: m.card.id)))  # fmt: skip
    file = registers.write(forged, own(lead), tmp_path)
    with pytest.raises(Problem) as caught:
        registers.read(file, peers.lookup(four[1]))
    assert caught.value.code == "E_NOT_ALLOWED" and league.name in caught.value.text


def test_a_lower_version_is_refused_and_the_same_again_is_harmless(four, tmp_path):
    lead, land, _, _ = four
    first, second = issued(lead, tmp_path), issued(lead, tmp_path)
    assert first != second
    taken(land, second)
    assert taken(land, second).facts["again"]
    with pytest.raises(Problem) as caught:
        taken(land, first)
    assert caught.value.code == "E_REGISTRY_ROLLBACK"
    assert (caught.value.facts["version"], caught.value.facts["have"]) == (1, 2)


def test_two_texts_under_one_number_are_refused(four, tmp_path):
    lead, land, _, _ = four
    register = registers.issue(lead, own(lead))
    registers.take(land, register)
    with pytest.raises(Problem) as caught:
        registers.take(land, replace(register, encrypt_only=True))
    assert caught.value.code == "E_REGISTRY_ROLLBACK"


def test_a_revoked_office_can_no_longer_send(four, tmp_path):
    lead, land, water, _ = four
    taken(land, issued(lead, tmp_path))
    change = taken(land, issued(lead, tmp_path, revoked={water.id: "U盾丢失"}))
    assert change.facts["revoked"] == (water.name,)
    with pytest.raises(Problem) as caught:
        peers.find(land, water.name)
    assert caught.value.code == "E_REVOKED"
    again = registers.issue(lead, own(lead))
    assert {m.card.id for m in again.members if m.state == registers.REVOKED} == {water.id}


def test_a_changed_key_comes_with_the_register_and_the_old_card_stays_for_old_history(four, tmp_path):
    lead, land, water, _ = four
    taken(land, issued(lead, tmp_path))
    old = own(water).card
    for file in (water.folder / "keys").iterdir():
        file.unlink()
    exchange.make_keys(water)
    introduce(lead, water, tmp_path)
    change = taken(land, issued(lead, tmp_path))
    assert change.facts["changed"] == (water.name,)
    peer = next(p for p in peers.all(land) if p.card.id == water.id)
    assert peer.card == own(water).card and peer.before == (old,)


def test_a_key_changed_after_a_clock_stood_ahead_comes_with_the_register(four, tmp_path):
    """Decision 18: order is not the clock's. The first card says 2031; every later one says a later day."""
    lead, _, _, league = four
    ahead = dt.date(2031, 1, 1)
    make = partial(offices.create, tmp_path / "forest", division="152529", roles=["handler"], clerk="甲")
    made_ahead = make(name="林业/草原局", today=ahead)
    exchange.make_keys(made_ahead)
    for other in (lead, league):
        introduce(made_ahead, other, tmp_path)
    introduce(lead, league, tmp_path)
    made_ahead.close()
    forest = opened(tmp_path / "forest")
    days = [own(forest).card.made_on]
    for _ in range(2):
        enrolling.renew_keys(forest, confirmed=True)
        days.append(own(forest).card.made_on)
    (forest.folder / "keys" / keys.CARD).unlink()
    exchange.make_keys(forest)
    days.append(own(forest).card.made_on)
    assert days == ["2031-01-01", "2031-01-02", "2031-01-03", "2031-01-04"]
    introduce(lead, forest, tmp_path)
    change = taken(league, issued(lead, tmp_path))
    assert change.facts["changed"] == (forest.name,) and change.facts["older"] == ()
    forest.close()


def test_an_office_name_that_no_disk_takes_still_issues_and_one_too_long_is_refused(tmp_path):
    long = "正镶白旗发展和改革委员会/" * 7
    lead = made(tmp_path / "lead", long[:80], "lead")
    file = issued(lead, tmp_path)
    assert (
        file.parent == tmp_path
        and len(file.name.encode()) <= 200
        and file.name.endswith("第1版.qidi-register")
    )
    for out in (exchange.card(lead, tmp_path), enrolling.sheet(lead, tmp_path)):
        name = Path(out.facts["file"]).name
        assert "/" not in name and len(name.encode()) <= 200
    with pytest.raises(Problem) as caught:
        made(tmp_path / "other", long[:81] + "局", "lead")
    assert (caught.value.code, caught.value.field) == ("E_OFFICE_NAME", "name")
    assert not (tmp_path / "other").exists()
    lead.close()


def test_the_issuers_own_key_changes_only_over_the_phone(four, tmp_path):
    lead, land, _, _ = four
    for file in (lead.folder / "keys").iterdir():
        file.unlink()
    exchange.make_keys(lead)
    with pytest.raises(Problem) as caught:
        taken(land, issued(lead, tmp_path))
    assert caught.value.code == "E_REGISTER"


def test_the_leads_rule_that_everything_is_encrypted_binds_its_offices(four, tmp_path):
    lead, land, _, _ = four
    taken(land, issued(lead, tmp_path, encrypt_only=True))
    assert settings.get(land, exchange.PLAIN_FORBIDDEN) is True
    taken(land, issued(lead, tmp_path, encrypt_only=False))
    assert settings.get(land, exchange.PLAIN_FORBIDDEN) is False


def test_only_who_stands_above_an_office_has_a_say_and_it_is_bound_while_one_of_them_says_so(four, tmp_path):
    """Exchange: the lead's rule. A league that says nothing of it, or a lead of another banner, does not lift it."""
    lead, land, _, league = four
    abroad = made(tmp_path / "abroad", "苏尼特右旗发展和改革委员会", "lead", "152524")
    for other in (abroad, league):
        introduce(land, other, tmp_path)
    here = taken(land, issued(lead, tmp_path, encrypt_only=True))
    assert f"从现在起往来必须加密（{lead.name}规定）" in here.said and "单位没有变化" not in here.said
    for other in (abroad, league):
        change = taken(land, issued(other, tmp_path))
        assert settings.get(land, exchange.PLAIN_FORBIDDEN) is True and change.facts["encrypt_by"] == (
            lead.name,
        )
    assert "往来仍须加密" in change.said
    strict = taken(land, issued(league, tmp_path, encrypt_only=True))
    assert strict.facts["encrypt_by"] == (lead.name, league.name)
    assert "往来仍须加密" in taken(land, issued(lead, tmp_path, encrypt_only=False)).said
    lifted = taken(land, issued(league, tmp_path, encrypt_only=False))
    assert "往来可以不加密了" in lifted.said and settings.get(land, exchange.PLAIN_FORBIDDEN) is False
    foreign = taken(land, issued(abroad, tmp_path, encrypt_only=True))
    assert settings.get(land, exchange.PLAIN_FORBIDDEN) is False and "不管本单位" in foreign.said
    settings.put(land, exchange.PLAIN_FORBIDDEN, True)  # as an earlier program took it from anybody
    for file in (issued(abroad, tmp_path, encrypt_only=True), issued(abroad, tmp_path, encrypt_only=False)):
        for _ in range(2):
            assert "往来仍须加密（以前定的" in taken(land, file).said
            assert settings.get(land, exchange.PLAIN_FORBIDDEN) is True
    assert "往来可以不加密了" in taken(land, issued(lead, tmp_path)).said
    assert replay.verify(land) == []
    abroad.close()


def test_a_rule_lost_to_another_register_comes_back_with_the_same_register(four, tmp_path):
    lead, land, _, _ = four
    file = issued(lead, tmp_path, encrypt_only=True)
    taken(land, file)
    settings.put(land, exchange.PLAIN_FORBIDDEN, False)
    again = taken(land, file)
    assert again.facts["again"] and "往来必须加密" in again.said
    assert settings.get(land, exchange.PLAIN_FORBIDDEN) is True and replay.verify(land) == []


def test_the_issuer_is_bound_by_those_above_it(four, tmp_path):
    lead, _, _, league = four
    taken(lead, issued(league, tmp_path, encrypt_only=True))
    register = registers.issue(lead, own(lead), encrypt_only=False)
    assert register.encrypt_only is False and settings.get(lead, exchange.PLAIN_FORBIDDEN) is True
    assert "本单位往来仍须加密" in enrolling.issue(lead, tmp_path).said


@pytest.mark.parametrize("who", [1, 2])
def test_a_department_cannot_issue_one(four, who):
    with pytest.raises(Problem) as caught:
        registers.issue(four[who], own(four[who]))
    assert caught.value.code == "E_NOT_ALLOWED"


def test_a_departments_signature_under_a_register_is_worth_nothing(four, tmp_path):
    lead, land, water, _ = four
    introduce(land, water, tmp_path)
    register = replace(registers.issue(lead, own(lead)), issuer=water.id, issuer_name=water.name)
    file = registers.write(register, own(water), tmp_path)
    with pytest.raises(Problem) as caught:
        registers.read(file, peers.lookup(land))
    assert caught.value.code == "E_NOT_ALLOWED"


def test_every_spoilt_byte_is_refused(four, tmp_path):
    lead, land, _, _ = four
    data = issued(lead, tmp_path).read_bytes()
    known = peers.lookup(land)
    for place in range(0, len(data), 7):
        spoilt = bytearray(data)
        spoilt[place] ^= 4
        bad = tmp_path / "坏.qidi-register"
        bad.write_bytes(bytes(spoilt))
        with pytest.raises(Problem) as caught:
            registers.read(bad, known)
        assert caught.value.code in ("E_REGISTER", "E_NEWER", "E_UNKNOWN_SENDER")


def test_a_register_of_a_later_program_and_of_a_stranger_say_so(four, tmp_path):
    lead, land, water, league = four
    later = issued(lead, tmp_path)
    later.write_bytes(later.read_bytes().replace(b'"QIDI_REGISTER":1', b'"QIDI_REGISTER":2'))
    with pytest.raises(Problem) as newer:
        registers.read(later, peers.lookup(land))
    assert newer.value.code == "E_NEWER"
    stranger = issued(league, tmp_path)
    with pytest.raises(Problem) as unknown:
        registers.read(stranger, peers.lookup(water))
    assert unknown.value.code == "E_UNKNOWN_SENDER" and league.name in unknown.value.text


def test_what_a_register_changed_is_proved_from_the_journal(four, tmp_path):
    lead, land, water, _ = four
    taken(land, issued(lead, tmp_path, encrypt_only=True))
    taken(land, issued(lead, tmp_path, revoked={water.id: "人员调离"}))
    assert replay.verify(land) == [] and replay.verify(lead) == []
    again = settings.get(land, f"register.{lead.id}")
    with land.engine.connect() as connection, connection.begin():
        connection.exec_driver_sql(
            "UPDATE setting SET value = ? WHERE key = ?",
            (json.dumps({**again, "version": 9}), f"register.{lead.id}"),
        )
    assert [d.table for d in replay.verify(land)] != []
