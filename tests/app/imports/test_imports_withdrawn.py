"""Imports are taken back newest first; what counts is what a row says, not how often it was written."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.imports import drafting, intake
from app.ledger import entries
from app.listing import counts, lists
from app.listing.lists import Query
from app.office import Office
from app.problem import Problem
from app.proof import replay
from app.removal import withdrawing
from app.words.templates import Loaded
from tests.data import make_lists
from tests.data.make_lists import Sheet

HEADS = ["项目名称", "项目代码", "建设单位", "建设地点", "总投资（万元）", "环评"]
ONE, TWO = "2204-152529-04-01-000001", "2204-152529-04-01-000002"
WHO = "审核人乙"


def brought(
    office: Office, ledger: str, loaded: Loaded, path: Path, *rows: list[object], overwrite: bool = False
) -> str:
    draft = drafting.draft(make_lists.write_xlsx([Sheet("表", [HEADS, *rows])], path), loaded)
    return str(
        intake.commit(office, intake.plan(office, ledger, draft, overwrite=overwrite), not_secret=WHO).subject
    )


@pytest.fixture
def runs(bureau: Office, ledger: str, loaded: Loaded, tmp_path: Path) -> list[str]:
    """Three imports, each building on the one before."""
    first: tuple[list[object], ...] = (
        ["道路项目", ONE, "甲局", "", 1, "未办"],
        ["供水项目", TWO, "乙局", "", 2, ""],
    )
    second: tuple[list[object], ...] = (
        ["道路项目", ONE, "甲局", "明安图镇", "", ""],
        ["供水项目", TWO, "", "", "", "在办"],
    )
    third: list[object] = ["道路项目", ONE, "丙局", "", 9, "已办"]
    return [
        brought(bureau, ledger, loaded, tmp_path / "一.xlsx", *first),
        brought(bureau, ledger, loaded, tmp_path / "二.xlsx", *second),
        brought(bureau, ledger, loaded, tmp_path / "三.xlsx", third, overwrite=True),
    ]


def test_newest_first_all_imports_go(bureau: Office, ledger: str, runs: list[str]) -> None:
    for run in reversed(runs):
        withdrawing.withdraw(bureau, run)
        assert replay.verify(bureau) == []
    assert counts.count(bureau, ledger)["projects"]["listed"] == 0


def test_an_older_one_waits_and_says_for_what(bureau: Office, ledger: str, runs: list[str]) -> None:
    with pytest.raises(Problem) as caught:
        withdrawing.withdraw(bureau, runs[0])
    told = caught.value
    assert told.code == "E_BUILT_ON" and "道路项目" in told.text and "供水项目" in told.text
    assert "请先撤回后来的导入“三.xlsx”、“二.xlsx”" in told.text and len(told.facts["rows"]) == 2


def test_a_row_changed_by_hand_is_named_with_the_next_step(
    bureau: Office, ledger: str, runs: list[str]
) -> None:
    for run in reversed(runs[1:]):
        withdrawing.withdraw(bureau, run)
    road = next(i for i in lists.ids(bureau, ledger, Query()) if lists.line(bureau, i).name == "道路项目")
    entries.amend(bureau, road, {"place": "星耀镇"})
    with pytest.raises(Problem) as caught:
        withdrawing.withdraw(bureau, runs[0])
    assert (
        "道路项目" in caught.value.text
        and "供水项目" not in caught.value.text
        and "改回" in caught.value.text
    )
    entries.amend(bureau, road, {"place": ""})
    withdrawing.withdraw(bureau, runs[0])
    assert counts.count(bureau, ledger)["projects"]["listed"] == 0 and replay.verify(bureau) == []


def test_the_same_list_twice_is_taken_back_either_way_and_comes_in_again(
    bureau: Office, ledger: str, loaded: Loaded, tmp_path: Path
) -> None:
    """Decision 19: the one that only found its rows takes nothing away; the one that brought them says who else had them."""

    def told() -> tuple[object, list[dict[str, object]]]:
        rows = lists.lines(bureau, lists.ids(bureau, ledger, Query()))
        return counts.count(bureau, ledger), [r.cells for r in rows]

    row: list[object] = ["道路项目", ONE, "甲局", "明安图镇", 1, "未办"]
    empty = told()
    first = brought(bureau, ledger, loaded, tmp_path / "一.xlsx", row)
    full = told()
    second = brought(bureau, ledger, loaded, tmp_path / "二.xlsx", row)
    assert withdrawing.withdraw(bureau, second).facts == {"removed": 0, "restored": 0}
    assert told() == full
    brought(bureau, ledger, loaded, tmp_path / "三.xlsx", row)
    change = withdrawing.withdraw(bureau, first)
    assert change.facts["removed"] == 1 and "“三.xlsx”" in change.said and "再导入一次" in change.said
    assert "二.xlsx" not in change.said and told() == empty
    brought(bureau, ledger, loaded, tmp_path / "三.xlsx", row)
    assert told() == full and replay.verify(bureau) == []
