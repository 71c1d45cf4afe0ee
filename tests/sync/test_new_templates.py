"""Bundles carry the template's digest: a receiver with the older one is told the way out (decisions 21, 28)."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.ledger import entries, ledgers
from app.problem import Problem
from app.proof import replay, reverifying
from app.rounds import rounds
from app.template_books import template_upgrades
from app.words.templates import Loaded
from sync import exchange
from sync.letters import documents
from tests.app import newer_template as texts
from tests.sync.offices import introduce
from tests.sync.rounds_world import WATER
from tests.sync.rounds_world import play as played
from tests.sync.upward_world import Upward, upward


@pytest.fixture
def world(tmp_path: Path):
    found = upward(tmp_path, "dev", "lead", "league")
    yield found
    found.close()


def issue(world: Upward, who: str, text: str) -> Path:
    file = world.folder / "新版.toml"
    file.write_text(text, "utf-8")
    keys = exchange.own_keys(world[who], "")
    return Path(documents.issue(world[who], keys, "template", file, world.folder / "U盘").facts["file"])


def sent(world: Upward, who: str = "dev", to: str = "lead") -> Path:
    change = exchange.send(world[who], world.ledgers[who], world[to].id, world.folder / "U盘")
    return Path(change.facts["file"])


def test_a_receiver_with_the_older_template_is_told_and_then_takes_the_same_bundle(world):
    """The lower office goes over; nothing is taken until the template has come here too, then everything is."""
    world.add("dev", "甲", M01="在办", M03="未办")
    mirror = world.report("dev")
    newer = texts.read(texts.whole())
    template_upgrades.upgrade(world["dev"], world.ledgers["dev"], newer)
    world.add("dev", "乙")
    bundle = sent(world)
    with pytest.raises(Problem) as caught:
        exchange.receive(world["lead"], bundle)
    assert (
        caught.value.code == "E_TEMPLATE_CHANGED"
        and "2022.4" in caught.value.text
        and "issue" in caught.value.text
    )
    assert ledgers.get(world["lead"], mirror).loaded.t.version == "2022.3"
    exchange.receive(world["lead"], issue(world, "league", texts.whole()))
    exchange.receive(world["lead"], bundle)
    line = ledgers.get(world["lead"], mirror)
    assert line.loaded.digest == newer.digest and line.rows == 2
    assert world.held("lead", "甲", mirror).items["M20"]["state"] == "待核"
    assert world.proved()


def test_a_ledger_first_met_after_its_upgrade_is_played_under_both_templates(world):
    """What the lines before the upgrade say of a dropped amount is read as an amount."""
    file = world.folder / "旧版.toml"
    file.write_text(texts.first(), "utf-8")
    ledger = str(ledgers.open_template(world["dev"], str(file), again=True).subject)
    world.ledgers["dev"] = ledger
    row = world.add("dev", "甲", M01="在办")
    entries.amend(world["dev"], row, {"budget": "12.5"})
    template_upgrades.upgrade(world["dev"], ledger, texts.read(texts.whole()))
    template_upgrades.undo(world["dev"], ledger)
    template_upgrades.upgrade(world["dev"], ledger, texts.read(texts.whole()))
    assert "budget" not in world.held("lead", "甲", world.report("dev")).cells
    assert world.proved()


def test_a_sealed_ledger_is_reported_after_its_upgrade(world):
    """The seal is proved under the template it was made with, and the correction slip travels along."""
    row = world.add("dev", "甲", M01="在办", M03="未办")
    entries.amend(world["dev"], row, {"place": "明安图镇"}, {"M03": {"d_submit": "2022-08-15"}})
    world.add("dev", "乙")
    world.seal("dev")
    mirror = world.report("dev")
    exchange.receive(world["lead"], issue(world, "league", texts.whole()))
    slip = template_upgrades.Slip("盟里换了模板", "审核人乙", world.paper)
    template_upgrades.upgrade(world["dev"], world.ledgers["dev"], texts.read(texts.whole()), slip=slip)
    world.approve("dev", "乙", "M01")
    introduce(world["dev"], world["league"], world.folder)
    exchange.receive(world["league"], sent(world, to="league"))  # the seal and its leaves, first met after the upgrade
    assert world.report("dev") == mirror and ledgers.get(world["lead"], mirror).loaded.t.version == "2022.4"
    found = reverifying.verify_office(world["lead"], world["dev"].id)
    assert found.differences == [] and found.ledgers[0].codes == 1
    assert world.proved()


def test_a_department_goes_over_before_it_takes_the_next_round(tmp_path: Path):
    """Its own check ledger is upgraded by itself; the part of the new round is then taken as it is."""
    play = played(tmp_path)
    play.taken()
    play.back()
    rounds.close(play.sponsor, play.ledger, reason="收齐")
    newer = texts.read(texts.whole())
    template_upgrades.upgrade(play.sponsor, play.ledger, newer)
    rounds.begin(play.sponsor, play.ledger)
    part = play.push()[WATER]
    with pytest.raises(Problem) as caught:
        exchange.receive(play.water, part)
    assert caught.value.code == "E_TEMPLATE_CHANGED" and play.check().id in caught.value.text
    template_upgrades.upgrade(play.water, play.check().id, newer)
    exchange.receive(play.water, part)
    assert play.check().loaded.digest == newer.digest
    assert play.back()
    assert replay.verify(play.water) == [] and replay.verify(play.sponsor) == []
    play.close()


def test_a_sealed_ledger_that_goes_over_without_a_slip_is_refused(world):
    """Decision 21: whoever writes such a line past the program is found out by `verify` and by the receiver."""
    world.add("dev", "甲", M01="在办")
    world.seal("dev")
    world.report("dev")
    exchange.receive(world["lead"], issue(world, "league", texts.whole()))
    new = texts.read(texts.whole())
    told = {
        "deed": "d" * 32, "first": 1, "from": ledgers.get(world["dev"], world.ledgers["dev"]).loaded.digest,
        "template": new.t.id, "version": new.t.version, "digest": new.digest, "source": new.source,
    }  # fmt: skip
    with world["dev"].write("绕过") as work:
        work.line(world.ledgers["dev"], "template", world.ledgers["dev"], 1, {"upgrade": told})
        template_upgrades.put(work, world.ledgers["dev"], new)
    with pytest.raises(Problem) as caught:
        exchange.receive(world["lead"], sent(world))
    assert caught.value.code == "E_CONTENT"
    assert any("更正单" in wrong.text for wrong in replay.verify(world["dev"]))


def test_a_ledger_opened_under_a_text_that_is_not_the_one_it_names_is_refused(world):
    """The digest on the first line is that of a template known here, the text another one."""
    known = texts.read(texts.source())
    forged = Loaded(texts.read(texts.whole()).t, texts.whole())
    forged.digest = known.digest
    with world["dev"].write("冒名") as work:
        world.ledgers["dev"] = ledgers.begin(work, world["dev"], forged)
    assert any("模板" in wrong.text for wrong in replay.verify(world["dev"]))
    with pytest.raises(Problem) as caught:
        exchange.receive(world["lead"], sent(world))
    assert caught.value.code == "E_CONTENT"
