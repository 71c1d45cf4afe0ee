"""Names of one unit count as one (decision 14's likeness): what was entered stays, the rank of the place before it does not
make another unit of it."""

from __future__ import annotations

import pytest

from app.engine import storing
from app.engine.rows import Held
from app.figures import figures, overdue_then, ranking_units
from app.ledger import entries, ledgers, units
from app.ledger.units import Units
from app.office import Office
from app.papers import overdue
from app.problem import Problem
from app.proof import replay
from app.rollups import rollup_systems
from tests.app.conftest import DAY

BANNER = "152529"


@pytest.mark.parametrize(
    ("name", "counted"),
    [
        ("发改委", "发改委"), ("旗发改委", "发改委"), ("正镶白旗发改委", "发改委"), ("锡林郭勒盟正镶白旗 发改委", "发改委"),
        ("本旗发改委", "发改委"), ("盟发改委", "盟发改委"), ("旗市场监管局", "市场监管局"), ("镶黄旗发改委", "镶黄旗发改委"),
        ("旗委", "旗委"), ("", ""),
    ],
)  # fmt: skip
def test_the_place_before_a_name_makes_no_other_unit(name: str, counted: str) -> None:
    assert Units(BANNER, {}).counted(name) == counted


def test_a_person_s_word_goes_before_what_names_say() -> None:
    """A department assigned to an office (round.offices) is that office, however it is written."""
    known = Units(BANNER, {"住建局": "a", "住房和城乡建设局": "a", "旗水利局": ""})
    assert known.counted("住房和城乡建设局") == known.counted("住建局") == "住建局"
    assert known.together(["住建局", "正镶白旗水利局", "水利局", "住建局"]) == {
        "住建局": ("住建局",),
        "水利局": ("正镶白旗水利局", "水利局"),
    }


def test_short_names_are_shown_and_never_put_together_unasked() -> None:
    known = Units(BANNER, {})
    names = ["旗住建局", "正镶白旗住房和城乡建设局", "水利局", "发展和改革委员会", "旗发改委", "林草局"]
    pairs = {("正镶白旗住房和城乡建设局", "旗住建局"), ("发展和改革委员会", "旗发改委")}
    assert set(known.alike(names)) == pairs
    assert known.counted("旗住建局") != known.counted("正镶白旗住房和城乡建设局")
    assert (
        Units("150525", {}).counted("奈曼旗水利局") == "水利局"
        and Units("999999", {}).counted("旗水利局") == "旗水利局"
    )


def test_every_statistic_counts_one_unit_whatever_it_was_called(bureau: Office) -> None:
    """期初 of 发改委 and of 旗发改委 is one number; the ranking, and the pages by department, know one unit."""
    ledger = str(ledgers.open_template(bureau, "pending-approval").subject)
    for name, unit in (("甲", "旗发改委"), ("乙", "发改委"), ("丙", "水利局")):
        items = {f"M0{n}": {"state": "不需办"} for n in range(1, 9)}
        items["M03"] = {"state": "在办", "d_submit": "2022-07-01", "dept": unit}
        texts = {"name": f"{name}项目", "build_state": "在建", "owner_org": "甲公司", "resp_unit": unit}
        entries.add(bureau, ledger, texts, not_secret="审核人乙", items=items)
    found = figures.of(bureau, ledger, by=("unit",))
    assert [(row.key, row.codes, row.values["open"], row.values["open.item"]) for row in found.rows] == [
        (("旗发改委",), ("发改委",), 2, 2),
        (("水利局",), ("水利局",), 1, 1),
    ]
    assert found.total["open"] == 3 and found.alike == ()
    ranked = ranking_units.of_figures(found, "red", found)
    assert [(one.key, one.value, one.before) for one in ranked] == [
        (("水利局",), 1, 1),
        (("旗发改委",), 2, 2),
    ]
    assert {name: len(rows) for name, rows in overdue_then.by_department(bureau, ledger, DAY).items()} == {
        "旗发改委": 2,
        "水利局": 1,
    }
    assert {one.dept for one in overdue.of(bureau, ledger)} == {"旗发改委", "水利局"}
    by_system = rollup_systems.by_system(bureau, "pending-approval")
    told = {one.title: one.items["open"] for one in by_system.rows if one.title != rollup_systems.NONE}
    assert told == {"发展改革": 2, "水利": 1}
    said = units.unite(bureau, "水利局", "正镶白旗发改委").said
    (one,) = figures.of(bureau, ledger, by=("unit",)).rows
    assert (one.key, one.values["open"]) == (("旗发改委",), 3) and "算作“正镶白旗发改委”" in said
    units.unite(bureau, "旗水利局", "水利局")
    assert len(figures.of(bureau, ledger, by=("unit",)).rows) == 2 and replay.verify(bureau) == []
    with pytest.raises(Problem, match="E_BLANK"):
        units.unite(bureau, " ", "水利局")
    kept = {row.name: row.cells["resp_unit"] for row in _rows(bureau, ledger)}
    assert kept == {"甲项目": "旗发改委", "乙项目": "发改委", "丙项目": "水利局"}  # as it was entered


def _rows(office: Office, ledger: str) -> list[Held]:
    with office.read() as connection:
        return list(storing.every_held(connection, ledger))
