"""What is the same row twice and what only looks like it; what differs from the ledger is told, never hidden."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.imports import drafting, intake
from app.imports.intake import Plan
from app.ledger import leaving
from app.listing import counts, lists
from app.listing.lists import Query
from app.office import Office
from app.proof import replay
from app.words.templates import Loaded
from tests.app.conftest import sealed
from tests.data import make_lists
from tests.data.make_lists import Sheet

HEADS = ["序号", "项目名称", "项目代码", "建设单位", "立项文号", "总投资（万元）", "建设状态", "环评"]
ONE, TWO = "2204-152529-04-01-000001", "2204-152529-04-01-000002"
ROAD = ["道路项目", ONE, "甲局", "某〔2022〕1号", 100, "在建", "办结"]
WHO = "审核人乙"


@pytest.fixture
def plan(bureau: Office, ledger: str, tmp_path: Path, loaded: Loaded):  # type: ignore[no-untyped-def]
    """A function that plans rows given without their 序号."""

    def planned(*rows: list[object], overwrite: bool = False) -> Plan:
        table = [[number, *row] for number, row in enumerate(rows, 1)]
        path = make_lists.write_xlsx([Sheet("表", [HEADS, *table])], tmp_path / "清单.xlsx")
        return intake.plan(bureau, ledger, drafting.draft(path, loaded), overwrite=overwrite)

    return planned


def brought(bureau: Office, plan: Plan) -> Plan:
    intake.commit(bureau, plan, not_secret=WHO)
    assert replay.verify(bureau) == []
    return plan


def fates(plan: Plan) -> list[str]:
    return [row.verdict for row in plan.rows]


# one file


def test_same_name_and_unit_with_other_contents_are_other_projects(bureau: Office, ledger: str, plan) -> None:  # type: ignore[no-untyped-def]
    """Decision 14: what is not certainly the same is added as new and reported as a look-alike."""
    rows = [
        ["道路项目", "", "乙局", "某〔2022〕4号", 400, "在建", "未办"],
        ["道路项目", "", "乙局", "某〔2023〕5号", 500, "未开工", "未办"],
        ["道路项目", "", "", "某〔2022〕4号", 400, "在建", "未办"],
    ]
    made = plan(*rows)
    assert fates(made) == ["added"] * 3
    assert [(x.row, x.other_row, x.entry_id) for x in made.look_alikes] == [(3, 2, ""), (4, 2, "")]
    brought(bureau, made)
    assert counts.count(bureau, ledger)["projects"]["base"] == 3
    again = plan(*rows)
    assert fates(again) == ["skipped"] * 3 and again.differences == [] and again.look_alikes == []


@pytest.mark.parametrize(
    "double", [ROAD, [*ROAD[:3], "某〔2022〕9号", 999, "建成", "在办"]], ids=["identical", "same code"]
)
def test_a_true_double_is_kept_as_struck_off(bureau: Office, ledger: str, plan, double: list[object]) -> None:  # type: ignore[no-untyped-def]
    """列入 = 基数 + 手续齐全 + 核查剔除 (decisions 1-2): the list's own number must come out."""
    made = brought(bureau, plan(ROAD, ["供水项目", TWO, "乙局", "", 1, "在建", "未办"], double))
    assert fates(made) == ["added"] * 3
    assert made.rows[2].cells["excluded"] == "重复" and "第 2 行" in made.rows[2].cells["exclude_reason"]
    projects = counts.count(bureau, ledger)["projects"]
    assert (projects["listed"], projects["base"], projects["complete"], projects["excluded"]) == (3, 2, 0, 1)
    told = made.as_json()["excluded_rows"]
    assert [(x["row"], x["of"]) for x in told] == [(4, 2)] and "项目代码相同" in told[0]["reason"]
    if double is not ROAD:
        assert "立项文号" in told[0]["reason"] and "总投资" in told[0]["reason"]


def test_a_double_without_code_is_one_only_when_every_cell_agrees(bureau: Office, ledger: str, plan) -> None:  # type: ignore[no-untyped-def]
    bare = ["供水项目", "", "乙局", "", 1, "在建", "未办"]
    made = brought(bureau, plan(bare, bare, ["供水项目", "", "乙局", "", "", "", ""]))
    assert [r.cells.get("excluded") for r in made.rows] == [None, "重复", None]
    assert [x.row for x in made.look_alikes] == [4]


def test_the_same_list_with_doubles_again_changes_nothing(bureau: Office, ledger: str, plan) -> None:  # type: ignore[no-untyped-def]
    rows = [
        ROAD,
        ROAD,
        ["供水项目", "", "乙局", "", 1, "在建", "未办"],
        ["供水项目", "", "乙局", "", 1, "在建", "未办"],
    ]
    brought(bureau, plan(*rows))
    again = plan(*rows)
    assert fates(again) == ["skipped"] * 4 and again.problems == []
    assert "核查剔除" in again.rows[1].reason and "核查剔除" in again.rows[3].reason
    assert counts.count(bureau, ledger)["projects"]["excluded"] == 2


def test_a_row_struck_off_by_hand_stays_so_and_the_other_is_kept(bureau: Office, ledger: str, plan) -> None:  # type: ignore[no-untyped-def]
    brought(bureau, plan(ROAD))
    leaving.exclude(bureau, lists.ids(bureau, ledger, Query())[0], reason="非本旗")
    again = plan([*ROAD[:4], 100, "在建", "办结"])
    assert fates(again) == ["skipped"]


def test_after_the_seal_a_double_is_only_told(bureau: Office, ledger: str, tmp_path: Path, plan) -> None:  # type: ignore[no-untyped-def]
    brought(bureau, plan(ROAD))
    sealed(bureau, ledger, tmp_path)
    made = plan(
        ["供热项目", TWO, "乙局", "", 1, "在建", "未办"], ["供热项目", TWO, "乙局", "", 1, "在建", "未办"]
    )
    assert fates(made) == ["added", "skipped"]


# against the ledger


def test_a_row_without_unit_is_not_the_row_with_one(bureau: Office, ledger: str, plan) -> None:  # type: ignore[no-untyped-def]
    brought(bureau, plan(["供水项目", TWO, "乙局", "", "", "在建", "未办"]))
    made = plan(["供水项目", "", "", "", 5, "", ""])
    assert fates(made) == ["added"] and [x.row for x in made.look_alikes] == [2]
    coded = plan(["供水项目", TWO, "", "", 5, "", ""])
    assert fates(coded) == ["updated"] and coded.rows[0].cells == {"invest": 5_000_000}


def test_another_document_number_is_another_project(bureau: Office, ledger: str, plan) -> None:  # type: ignore[no-untyped-def]
    """Nothing of it may fill the blanks of the first; without a number it is the same by name and unit."""
    brought(bureau, plan(["道路项目", "", "乙局", "某〔2022〕4号", "", "在建", "未办"]))
    made = plan(["道路项目", "", "乙局", "某〔2022〕5号", 500, "在建", "未办"])
    assert fates(made) == ["added"] and [(x.row, x.other) for x in made.look_alikes] == [(2, "道路项目")]
    bare = plan(["道路项目", "", "乙局", "", 500, "在建", "未办"])
    assert fates(bare) == ["updated"] and bare.rows[0].cells == {"invest": 500_000_000}


def test_what_differs_is_told_cell_by_cell(bureau: Office, ledger: str, plan) -> None:  # type: ignore[no-untyped-def]
    """The ledger keeps what it has; the answer says so truly: row, field, 台账里, 来件."""
    brought(bureau, plan(ROAD))
    made = plan(["道路项目", ONE, "甲局", "某〔2022〕99号", 999, "建成", "在办"])
    assert fates(made) == ["skipped"] and "一致" not in made.rows[0].reason
    found = [(d["row"], d["field"], d["ledger"], d["incoming"]) for d in made.as_json()["differences"]]
    assert found == [
        (2, "approval_doc", "某〔2022〕1号", "某〔2022〕99号"), (2, "invest", "100.00", "999.00"),
        (2, "build_state", "在建", "建成"), (2, "M03", "办结", "在办"),
    ]  # fmt: skip
    assert "4 处" in made.rows[0].reason and "4 处与台账不同" in made.said
    assert any("4 处与台账不同" in note for note in made.as_json()["notes"])
    same = plan(ROAD)
    assert "与台账一致" in same.rows[0].reason and same.differences == []
    over = plan(["道路项目", ONE, "甲局", "某〔2022〕99号", 999, "建成", "在办"], overwrite=True)
    assert fates(over) == ["updated"] and over.differences == []


def test_state_number_and_day_of_a_matter_move_together(bureau: Office, ledger: str, plan) -> None:  # type: ignore[no-untyped-def]
    brought(bureau, plan(["道路项目", ONE, "甲局", "", 1, "在建", "未办"]))
    done = ["道路项目", ONE, "甲局", "", 1, "在建", "已批复（锡环审〔2022〕5号）"]
    made = plan(done)
    assert fates(made) == ["skipped"] and made.rows[0].items == {}
    assert [(d.field, d.ledger, d.incoming) for d in made.differences] == [
        ("M03", "未办", "办结"), ("M03.doc_no", "", "锡环审〔2022〕5号"),
    ]  # fmt: skip
    over = brought(bureau, plan(done, overwrite=True))
    assert over.rows[0].items == {"M03": {"state": "办结", "doc_no": "锡环审〔2022〕5号"}}
    back = brought(bureau, plan(["道路项目", ONE, "甲局", "", 1, "在建", "在办"], overwrite=True))
    assert back.rows[0].items == {"M03": {"state": "在办", "doc_no": None}}
    row = lists.lines(bureau, lists.ids(bureau, ledger, Query()))[0]
    assert row.items["M03"].cells.get("doc_no") is None


def test_an_agreed_state_takes_its_number(bureau: Office, ledger: str, plan) -> None:  # type: ignore[no-untyped-def]
    brought(bureau, plan(ROAD))
    made = plan([*ROAD[:6], "已批复（锡环审〔2022〕5号）"])
    assert made.rows[0].items == {"M03": {"doc_no": "锡环审〔2022〕5号"}} and made.differences == []


def test_after_the_seal_the_number_stays_with_its_state(
    bureau: Office, ledger: str, tmp_path: Path, plan
) -> None:  # type: ignore[no-untyped-def]
    brought(bureau, plan(["道路项目", ONE, "甲局", "", 1, "在建", "未办"]))
    sealed(bureau, ledger, tmp_path)
    made = plan(["道路项目", ONE, "甲局", "", 1, "在建", "已批复（锡环审〔2022〕5号）"], overwrite=True)
    assert made.rows[0].items == {} and [d.field for d in made.differences] == ["M03", "M03.doc_no"]
