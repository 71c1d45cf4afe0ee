"""Registers of several issuers: none brings a key back that another one revoked, or an older card (decisions 28, 29)."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pytest

from app.change import Change
from app.office import Office
from app.proof import replay
from sync import exchange
from sync.letters import registers
from sync.peers import keys, peers
from tests.stored import Stored, keep
from tests.sync.offices import born, introduce, opened


class Five(NamedTuple):
    """League and lead know everybody and each other; water, the receiver, knows both and the bureau."""

    folder: Path
    league: Office
    lead: Office
    bureau: Office
    water: Office

    def issued(self, office: Office, **how: object) -> Path:
        own = keys.load(office.folder / "keys")
        return registers.write(registers.issue(office, own, **how), own, self.folder / "名册")  # type: ignore[arg-type]

    def taken(self, office: Office, **how: object) -> Change:
        return exchange.receive(self.water, self.issued(office, **how))

    def state(self) -> str:
        return next(p.state for p in peers.all(self.water) if p.card.id == self.bureau.id)

    def confirmed(self, office: Office) -> None:
        card = Path(exchange.card(self.bureau, self.folder / "新.qidi-card").facts["file"])
        exchange.trust(office, card, confirmed=True)


@cache
def stored_five() -> Stored:
    with TemporaryDirectory() as nest:
        folder = Path(nest)
        league = born(folder / "league", "盟", "superior", "152500")
        lead = born(folder / "lead", "旗", "lead")
        bureau, water = born(folder / "bureau", "局", "sponsor"), born(folder / "water", "水利局", "handler")
        for one, other in ((league, lead), (league, bureau), (lead, bureau), (league, water), (lead, water)):
            introduce(one, other, folder)
        introduce(bureau, water, folder)
        for each in (league, lead, bureau, water):
            each.close()
        return keep(folder)


@pytest.fixture
def five(tmp_path: Path) -> Iterator[Five]:
    stored_five().lay(tmp_path)
    league, lead, bureau, water = (opened(tmp_path / name) for name in ("league", "lead", "bureau", "water"))
    yield Five(tmp_path, league, lead, bureau, water)
    for each in (league, lead, bureau, water):
        each.close()


def second(told: registers.Register) -> registers.Register:
    """Version 2 of a register, which revokes nobody."""
    members = tuple(registers.Member(m.card) for m in told.members)
    return registers.Register(told.issuer, told.issuer_name, 2, told.on, False, members)


def test_a_revoked_key_comes_back_by_its_revokers_later_register_or_by_a_person_alone(five: Five) -> None:
    five.taken(five.league, revoked={five.bureau.id: "U盾丢失"})
    change = five.taken(five.lead)
    assert five.state() == peers.REVOKED
    assert change.facts["still"] == ("局",) and "仍为作废 1 个（局）" in change.said
    back = registers.current(five.league, five.league.id)
    assert back is not None
    own = keys.load(five.league.folder / "keys")
    again = second(back)
    change = exchange.receive(five.water, registers.write(again, own, five.folder / "第2版"))
    assert (
        five.state() == peers.TRUSTED and change.facts["restored"] == ("局",) and "恢复 1 个" in change.said
    )
    peers.revoke(five.water, five.bureau.id, "来电说丢失")
    assert five.taken(five.lead).facts["still"] == ("局",)
    five.confirmed(five.water)
    assert five.state() == peers.TRUSTED
    assert replay.verify(five.water) == []


def test_who_revoked_second_must_take_back_too(five: Five) -> None:
    peers.revoke(five.water, five.bureau.id, "来电说丢失")
    first = five.taken(five.lead, revoked={five.bureau.id: "调离"})
    assert first.facts["revoked"] == ()
    told = registers.current(five.lead, five.lead.id)
    assert told is not None
    own = keys.load(five.lead.folder / "keys")
    again = second(told)
    exchange.receive(five.water, registers.write(again, own, five.folder / "第2版"))
    assert five.state() == peers.REVOKED
    assert replay.verify(five.water) == []


def test_an_older_card_never_replaces_or_revokes_a_newer_one(five: Five) -> None:
    old = keys.own_card(five.bureau.folder / "keys")
    shutil.rmtree(five.bureau.folder / "keys")
    exchange.make_keys(five.bureau)
    five.confirmed(five.water)
    new = keys.own_card(five.bureau.folder / "keys")
    for how in ({}, {"revoked": {five.bureau.id: "作废"}}):
        change = five.taken(five.lead, **how)
        peer = next(p for p in peers.all(five.water) if p.card.id == five.bureau.id)
        assert peer.card == new and peer.before == (old,) and peer.state == peers.TRUSTED
        assert change.facts["older"] == ("局",) and "名册里是旧名片、没有换 1 个（局）" in change.said
    assert replay.verify(five.water) == []


def test_a_register_is_shown_under_the_name_on_the_confirmed_card(five: Five) -> None:
    own = keys.load(five.lead.folder / "keys")
    told = registers.issue(five.lead, own)
    false = registers.Register(
        told.issuer, "内蒙古自治区人民政府", told.version, told.on, False, told.members
    )
    file = registers.write(false, own, five.folder / "名册")
    change = exchange.receive(five.water, file)
    assert "已收旗的" in change.said and exchange.receive(five.water, file).facts["again"]
    assert [r.issuer_name for r in registers.all(five.water)] == ["旗"]
