"""How far a ledger has got: the bars of 统计 say what the figures and the list of the day say (domain A5, decision 4)."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from app.figures import figures, headway
from app.figures.headway import Headway
from app.ledger import entries, ledgers
from app.listing import lists
from app.listing.lists import Query
from tests.app.counting_world import world

NEXT = dt.timedelta(1)


def _told(found: Headway) -> dict[str, tuple[int, int, int]]:
    return {one.name: (one.closed, one.timely, one.late) for one in found.groups}


def test_bars_by_unit_place_and_matter_now_and_on_a_past_day(tmp_path: Path) -> None:
    made = world(tmp_path)
    a = made.add("甲井", resp_unit="水利局", place="甲镇", due_on="2022-08-23")
    b = made.add("乙井", resp_unit="林草局", place="乙镇")
    c = made.add("丙井", resp_unit="旗水利局", place="乙镇", states=("未办", "不需办", "不需办"))
    early = headway.of(made.office, made.ledger)
    assert not early.sealed and _told(early) == {"旗水利局": (0, 2, 0), "林草局": (0, 1, 0)}
    made.seal()
    sealed = made.day
    made.go(3)
    made.close(c, "W01")
    made.go(5)
    made.drop(b)
    made.add("丁井", place="甲镇")
    now = headway.of(made.office, made.ledger)
    assert [one.name for one in now.groups] == ["旗水利局", "（未填）", "林草局"]  # the worst first
    assert _told(now) == {"旗水利局": (1, 0, 1), "（未填）": (0, 1, 0), "林草局": (1, 0, 0)}
    assert now.groups[0].codes == ("旗水利局", "水利局")  # two names of one unit
    total = figures.of(made.office, made.ledger).total
    assert now.whole.open == total["open"] and now.whole.total == int(total["base"] or 0) + int(
        total["added"] or 0
    )
    red = lists.ids(made.office, made.ledger, Query(lights=("red",)))
    assert red == [a] and now.whole.late == len(red)
    for day in (sealed, sealed + NEXT * 3):
        past = headway.of(made.office, made.ledger, on=day)
        assert past.whole.open == figures.of(made.office, made.ledger, on=day).total["open"]
    assert _told(past)["旗水利局"] == (1, 0, 1) and "（未填）" not in _told(past)
    states = {one.name: (one.open, one.out) for one in past.states}
    assert (
        sum(still for still, _ in states.values())
        == figures.of(made.office, made.ledger, on=day).total["open.item"]
    )
    assert past.state_of == "state" and states["办结"][1] == 1 and states["不需办"] == (0, 2)
    matters = headway.of(made.office, made.ledger, by="matter")
    assert matters.item and matters.who == "事项" and _told(matters)["断电拆泵"] == (2, 1, 1)
    depts = headway.of(made.office, made.ledger, by="unit", item=True)
    assert depts.whole.open == total["open.item"] and depts.whole.total == matters.whole.total
    period = headway.of(
        made.office, made.ledger, since=sealed + NEXT * 4, before=(sealed, sealed + NEXT * 3), by="place"
    )
    assert {one.name: (one.closed, one.before) for one in period.groups} == {
        "甲镇": (0, (0, 1)),
        "乙镇": (1, (1, 1)),
    }
    made.add("戊井", resp_unit="林业和草原局")
    assert headway.of(made.office, made.ledger).alike == (("林业和草原局", "林草局"),)
    assert headway.of(made.office, made.ledger, by="place").alike == ()
    made.office.close()


def test_a_register_shows_what_is_settled_and_rows_by_stage(tmp_path: Path) -> None:
    """One word of a ledger may stand for several ways to be over (已办结): its filter shows them all."""
    made = world(tmp_path)
    register = str(ledgers.open_template(made.office, "complaints").subject)
    over = {"answered_on": "2022-08-05", "solved_on": "2022-08-06", "result": "已解决", "satisfied": "满意"}
    for n, dept in enumerate(("水利局", "水利局", "水利局", "林草局")):
        texts = {
            "name": f"投诉{n}",
            "called_on": "2022-08-01",
            "content": "拖",
            "dept": dept,
            "answer_by": "2022-08-10",
        }
        entries.add(made.office, register, {**texts, **(over if n else {})}, not_secret="声明人")
    found = headway.of(made.office, register, by="unit")
    assert not found.item and found.state_of == "stage"
    assert _told(found) == {"水利局": (2, 0, 1), "林草局": (1, 0, 0)}  # of 林草局 all is settled
    red = lists.ids(made.office, register, Query(lights=("red",)))
    assert found.whole.late == len(red) == 1
    settled = lists.ids(made.office, register, Query(where=(("standing", (found.words.complete,)),)))
    assert len(settled) == found.whole.closed == 3
    assert sum(one.open for one in found.states) == found.whole.open
    for one in found.states:
        rows = lists.ids(made.office, register, Query(where=(("stage", (one.name,)),)))
        assert len(rows) == one.total
    made.office.close()
