"""Of the templates of one id which one rules, each listed with source and version; upgrading by it (decisions 21, 28)."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.ledger import ledgers
from app.problem import Problem
from app.proof import replay
from app.rollups import rollup_sheets, rollups
from sync import exchange
from sync.letters import documents, offered_templates
from sync.letters.offered_templates import BUILT_IN
from sync.peers import peers
from tests.app import newer_template as texts
from tests.sync.offices import introduce
from tests.sync.upward_world import TEMPLATE, Upward, upward


@pytest.fixture
def world(tmp_path: Path):
    found = upward(tmp_path, "lead", "league")
    yield found
    found.close()


def come(world: Upward, text: str, who: str = "league", to: str = "lead") -> str:
    file = world.folder / "模板.toml"
    file.write_text(text, "utf-8")
    issued = documents.issue(
        world[who], exchange.own_keys(world[who], ""), "template", file, world.folder / "U盘"
    )
    return exchange.receive(world[to], Path(issued.facts["file"])).said


def listed(world: Upward) -> list[tuple[str, str, bool]]:
    found = [one for one in offered_templates.all(world["lead"]) if one.template == TEMPLATE]
    return [(one.version, "盟" if one.source != BUILT_IN else "", one.rules) for one in found]


def test_the_latest_version_rules_and_an_older_one_never(world):
    """Both stay listed with where they come from; the issuer's key being revoked takes its template's right."""
    lead = world["lead"]
    assert listed(world) == [("2022.3", "", True)]
    come(world, texts.first())
    assert listed(world) == [("2022.3", "", True), ("2022.1", "盟", False)]
    assert offered_templates.newer_for(lead, ledgers.get(lead, world.ledgers["lead"])) is None
    come(world, texts.newer(version="2022.10"))
    come(world, texts.whole())
    assert listed(world) == [
        ("2022.10", "盟", True),
        ("2022.4", "盟", False),
        ("2022.3", "", False),
        ("2022.1", "盟", False),
    ]
    assert [one.why for one in offered_templates.all(lead) if one.template == TEMPLATE][1:3] == [
        "比 2022.10 旧"
    ] * 2
    peers.revoke(lead, world["league"].id, "换人")
    assert listed(world)[0] == ("2022.3", "", True)


def test_what_came_rules_over_the_built_in_one_of_the_same_version(world):
    come(world, texts.source().replace('title = "待批项目台账"', 'title = "待批项目台账（盟）"', 1))
    assert listed(world) == [("2022.3", "盟", True), ("2022.3", "", False)]


def told(world: Upward) -> list[tuple[str, str, str]]:
    """(version, whose, why it does not rule) of what lies at the bureau."""
    names = {world[who].name: who for who in ("lead", "league")}
    found = [one for one in offered_templates.all(world["dev"]) if one.template == TEMPLATE]
    return [(one.version, names.get(one.source, ""), one.why) for one in found]


def test_of_two_texts_under_one_version_the_higher_issuers_rules_and_no_ledger_goes_over_by_itself(tmp_path):
    world = upward(tmp_path, "dev", "lead", "league")
    dev, ledger = world["dev"], world.ledgers["dev"]
    introduce(dev, world["league"], world.folder)
    come(world, texts.whole(), "lead", "dev")
    offered_templates.upgrade(dev, ledger)
    mine = ledgers.get(dev, ledger).loaded.digest
    assert "同一版本两种内容" in come(world, texts.whole() + "\n# x\n", "league", "dev")
    said = come(world, texts.whole() + "\n# y\n", "lead", "dev")
    two = f"同一版本两种内容，以{world['league'].name}的为准"
    assert "同一版本两种内容" in said and next(x[:2] for x in told(world)) == ("2022.4", "league")
    assert [x[2] for x in told(world)] == ["", two, two, "比 2022.4 旧"]
    assert offered_templates.newer_for(dev, ledgers.get(dev, ledger)) is None
    with pytest.raises(Problem) as caught:
        offered_templates.upgrade(dev, ledger)
    assert caught.value.code == "E_TWO_TEXTS" and ledgers.get(dev, ledger).loaded.digest == mine
    offered_templates.upgrade(dev, ledger, ref=caught.value.facts["digest"])
    assert ledgers.get(dev, ledger).loaded.digest != mine and replay.verify(dev) == []
    world.close()


def test_a_layer_over_an_older_version_does_not_hide_the_newer_one(tmp_path):
    """However high it calls itself; a ledger that stands on it may go on to the newer one."""
    world = upward(tmp_path, "dev", "lead", "league")
    dev, ledger = world["dev"], world.ledgers["dev"]
    introduce(dev, world["league"], world.folder)
    layer = 'over = "pending-approval"\nover_version = "2022.3"\nversion = "2022.9"\n'
    come(world, layer, "lead", "dev")
    offered_templates.upgrade(dev, ledger)
    come(world, texts.whole(), "league", "dev")
    assert told(world)[:2] == [("2022.4", "league", ""), ("2022.9", "lead", "基于旧版 2022.3")]
    assert "基于旧版 2022.3" in come(world, layer + 'clause = "旗方案"\n', "lead", "dev")
    offered_templates.upgrade(dev, ledger)
    assert ledgers.get(dev, ledger).loaded.t.version == "2022.4" and replay.verify(dev) == []
    world.close()


def test_the_ledger_is_offered_the_newer_one_and_taken_over(world):
    lead, ledger = world["lead"], world.ledgers["lead"]
    come(world, texts.whole())
    one = offered_templates.newer_for(lead, ledgers.get(lead, ledger))
    assert one is not None and one.version == "2022.4"
    offered_templates.upgrade(lead, ledger)
    assert ledgers.get(lead, ledger).loaded.digest == one.digest
    assert offered_templates.newer_for(lead, ledgers.get(lead, ledger)) is None and replay.verify(lead) == []


def test_only_who_may_issue_upgrades_by_a_file_of_its_own(tmp_path):
    """Decision 28: a sponsor's own file is no template of its superior."""
    world = upward(tmp_path, "dev")
    file = tmp_path / "自己的.toml"
    file.write_text(texts.whole(), "utf-8")
    with pytest.raises(Problem) as caught:
        offered_templates.upgrade(world["dev"], world.ledgers["dev"], file=file)
    assert caught.value.code == "E_NOT_ALLOWED"
    world.close()


def test_the_banners_layer_is_bound_to_what_came_from_the_league_and_goes_down_whole(tmp_path):
    """A department needs nothing but the document; the league takes the banner's ledger without having its layer."""
    world = upward(tmp_path, "dev", "lead", "league")
    world.add("dev", "甲", M01="在办")
    mirror = world.report("dev")
    come(world, texts.whole())
    layer = tmp_path / "旗方案.toml"
    layer.write_text('over = "pending-approval"\nover_version = "2022.9"\nversion = "2022.9.1"\n', "utf-8")
    keys = exchange.own_keys(world["lead"], "")
    with pytest.raises(Problem) as caught:
        documents.issue(world["lead"], keys, "template", layer, tmp_path / "U盘")
    assert caught.value.code == "E_NO_TEMPLATE" and "2022.4" in caught.value.text
    layer.write_text(
        'over = "pending-approval"\nover_version = "2022.4"\nversion = "2022.4.1"\n\n[[clock]]\nid = "K1"\nworkdays = 2\n',
        "utf-8",
    )
    issued = documents.issue(world["lead"], keys, "template", layer, tmp_path / "U盘")
    exchange.receive(world["dev"], Path(issued.facts["file"]))
    offered_templates.upgrade(world["dev"], world.ledgers["dev"])
    line = ledgers.get(world["dev"], world.ledgers["dev"])
    assert line.loaded.t.version == "2022.4.1" and line.loaded.clocks["K1"].upper.workdays == 4
    assert world.report("dev") == mirror and world.proved()
    offered_templates.upgrade(world["lead"], world.ledgers["lead"], file=layer)
    above = world.report("lead")
    assert ledgers.get(world["league"], above).loaded.digest == line.loaded.digest
    world.close()


def test_a_first_bundle_under_the_lower_offices_own_text_is_taken_and_marked(tmp_path):
    """Same id and version, another rule of what counts: taken, and said wherever its numbers are shown."""
    world = upward(tmp_path, "dev", "lead")
    dev, lead = world["dev"], world["lead"]
    own, file = texts.source().replace('base = "n_open > 0', 'base = "n_open > 99', 1), tmp_path / "own.toml"
    file.write_text(own, "utf-8")
    assert own != texts.source()
    plain = Path(exchange.send(dev, world.ledgers["dev"], lead.id, tmp_path / "U盘").facts["file"])
    assert exchange.look(lead, plain).odd == "" and "模板" not in exchange.receive(lead, plain).said
    assert rollups.rollup(lead, TEMPLATE).doubts == ()
    ledger = str(ledgers.open_template(dev, str(file), again=True).subject)
    sent = Path(exchange.send(dev, ledger, lead.id, tmp_path / "U盘").facts["file"])
    said = "该单位的台账模板与本单位的不一样（版本相同，内容不同），数字口径可能不同"
    assert said in exchange.look(lead, sent).said and said in exchange.receive(lead, sent).said
    found = rollups.rollup(lead, TEMPLATE)
    assert [row.odd for row in found.rows if row.ledger == ledger] == [said]
    page = rollup_sheets.page_of(lead, found)
    (marked,) = (row for row in page.rows if row[1].startswith("※ "))
    assert "模板不一样" in marked[2] and any(said in text for text in page.foot)
    assert f"{dev.name}：{said}" in rollups.lines(found) and replay.verify(lead) == []
    world.close()
