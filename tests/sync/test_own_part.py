"""A department of a round that is this office itself: nobody is asked, its matters are filled in here (decision 10)."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.problem import Problem
from app.rounds import rounds
from app.rounds.rounds import OWN
from app.words import own_part
from sync import exchange
from sync.merges import pushes
from tests.sync.offices import introduce, made
from tests.sync.rounds_world import Play, played

HERE = "发改委"
world = played(1)


def parts(world: Play) -> dict[str, str]:
    now = rounds.board(world.sponsor, world.ledger)
    assert now is not None
    return {part.dept: part.state for part in now.parts}


def test_matters_of_this_office_itself_are_sent_to_nobody(world: Play, tmp_path: Path) -> None:
    """Not to the league's 发改委 either: an office of another division is never proposed for a department's name."""
    league = made(tmp_path / "league", "锡林郭勒盟发展和改革委员会", "superior", "152500")
    introduce(world.sponsor, league, tmp_path)
    league.close()
    rounds.begin(world.sponsor, world.ledger)
    now = rounds.board(world.sponsor, world.ledger)
    assert now is not None and parts(world)[HERE] == OWN
    way = {each.dept: each for each in pushes.ways(world.sponsor, now)}[HERE]
    assert (way.office, way.medium, way.doubt) == (world.sponsor.id, "", "")
    sent = pushes.push(world.sponsor, world.ledger, world.usb).facts
    assert sent["own"] == [HERE] and len(sent["sent"]) == 5 and sent["failed"] == []
    assert not any(HERE in file.name.replace(world.sponsor.name, "") for file in world.usb.iterdir())
    for depts in ((), (HERE,)):
        with pytest.raises(Problem) as caught:
            pushes.push(world.sponsor, world.ledger, world.usb, depts=depts)
        assert caught.value.code == ("E_OWN_PART" if depts else "E_NOTHING")
    exchange.receive(world.water, next(world.usb.glob("*.qidi")))
    with pytest.raises(Problem) as caught:
        rounds.close(world.sponsor, world.ledger)
    assert HERE not in caught.value.facts["depts"], "nobody waits for itself"


def test_a_person_may_say_that_another_office_handles_them(world: Play) -> None:
    rounds.begin(world.sponsor, world.ledger)
    pushes.assign(world.sponsor, HERE, "")
    assert parts(world)[HERE] == rounds.UNSENT and world.push(HERE)[HERE].suffix == ".xlsx"
    assert parts(world)[HERE] == rounds.SENT
    said = pushes.assign(world.sponsor, HERE, world.sponsor.name).said
    assert "本单位自己办" in said and parts(world)[HERE] == rounds.SENT, "what was sent is waited for"
    pushes.assign(world.sponsor, "林草局", world.sponsor.id)
    assert parts(world)["林草局"] == OWN
    world.add("项目2")
    sent = pushes.push(world.sponsor, world.ledger, world.usb).facts
    assert sent["failed"] == [] and HERE in sent["own"], "what is done here since is sent no more"
    with pytest.raises(Problem) as caught:
        pushes.push(world.sponsor, world.ledger, world.usb)
    assert caught.value.code == "E_NOTHING"


def test_what_an_office_is_called_besides_is_not_part_of_its_name() -> None:
    """Decision 10."""
    assert own_part.fits("正镶白旗水利局（河湖局）", "水利局") and own_part.fits(
        "正镶白旗水利局", "水利局(河湖局)"
    )
    assert not own_part.fits("正镶白旗河湖局（水利中心）", "水利局") and not own_part.fits(
        "（水利局）", "水利局"
    )
