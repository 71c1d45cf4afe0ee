"""Divisions: 103 of GB/T 2260, found as a clerk types."""

from __future__ import annotations

import pytest

from app.values import divisions


def test_the_region_has_twelve_leagues_and_103_banners() -> None:
    """domain C3."""
    sizes = {city.division.name: len(city.members) for city in divisions.tree()}
    assert sum(sizes.values()) == 103 and len(sizes) == 12
    assert sizes["锡林郭勒盟"] == 12 and sizes["呼伦贝尔市"] == 14 and sizes["阿拉善盟"] == 3


@pytest.mark.parametrize(
    "typed", ["zxbq", "ZXBQ", "zhengxiangbaiqi", "正镶白", "镶白旗", "152529", " 正镶白旗 ", "xlglmzxbq"]
)
def test_the_banner_is_found_first(typed: str) -> None:
    assert divisions.search(typed)[0].code == "152529"


def test_a_league_brings_its_banners() -> None:
    found = divisions.search("xlglm")
    assert found[0].name == "锡林郭勒盟" and len(found) == 13


def test_exact_initials_go_before_longer_ones() -> None:
    assert divisions.search("xhq")[0].name == "镶黄旗"
    assert divisions.search("nothing") == []
    assert len(divisions.search("")) == 116


def test_names_by_code() -> None:
    assert divisions.name_of("152529") == "正镶白旗"
    assert divisions.full_name("152529") == "锡林郭勒盟正镶白旗"
    assert divisions.name_of("999999") == "999999" and divisions.find("999999") is None
    assert divisions.code_of("正镶白旗") == divisions.code_of("锡林郭勒盟正镶白旗") == "152529"
    assert divisions.code_of("正镶") == ""


def test_statistical_zones_are_known_but_not_offered() -> None:
    zone = divisions.find("150172")
    assert zone is not None and not zone.statutory
    assert zone not in divisions.search("")
    assert all(d.statutory for city in divisions.tree() for d in city.members)


def test_every_division_hangs_on_the_tree() -> None:
    for each in divisions.every():
        assert each.code == divisions.REGION or divisions.find(each.parent) is not None
