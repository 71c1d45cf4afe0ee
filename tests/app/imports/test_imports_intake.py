"""Rows become entries in one transaction: matched, completed, never merged by likeness."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.imports import drafting, intake
from app.imports.drafts import Draft, DraftRow
from app.imports.intake import Plan
from app.imports.matching import Existing, look_alikes, match
from app.ledger import entries
from app.listing import counts, lists
from app.listing.lists import Query
from app.office import Office
from app.problem import Problem
from app.proof import replay
from app.removal import withdrawing
from app.values import kinds
from app.words.templates import Loaded
from tests.app.conftest import sealed
from tests.data import make_lists
from tests.data.make_lists import Sheet

HEADS = ["序号", "项目名称", "项目代码", "建设单位", "建设地点", "总投资（万元）", "环评"]
FIRST = [1, "某镇供水工程（一期）", "2204-152529-04-01-000001", "某旗水利局", "", 10, ""]
SECOND = [2, "某镇供热工程", "", "某热力公司", "明安图镇", 20, "已办"]
WHO = "审核人乙"


def drafted(folder: Path, loaded: Loaded, *rows: list[object], heads: list[str] | None = None) -> Draft:
    path = make_lists.write_xlsx([Sheet("表", [heads or HEADS, *rows])], folder / "清单.xlsx")
    return drafting.draft(path, loaded)


def planned(
    office: Office, ledger: str, folder: Path, loaded: Loaded, *rows: list[object], **more: bool
) -> Plan:
    return intake.plan(office, ledger, drafted(folder, loaded, *rows), **more)


@pytest.fixture
def filled(bureau: Office, ledger: str, tmp_path: Path, loaded: Loaded) -> str:
    """A ledger with FIRST and SECOND brought in; the import's id."""
    plan = planned(bureau, ledger, tmp_path, loaded, FIRST, SECOND)
    return str(intake.commit(bureau, plan, not_secret=WHO).subject)


def verdicts(plan: Plan) -> list[tuple[int, str]]:
    return [(r.row, r.verdict) for r in plan.rows]


def cells_of(office: Office, ledger: str, name: str) -> dict[str, object]:
    ids = lists.ids(office, ledger, Query())
    return next(x.cells for x in lists.lines(office, ids) if x.name == name)


def test_a_list_comes_in_whole_and_can_be_withdrawn(
    bureau: Office, ledger: str, tmp_path: Path, loaded: Loaded, filled: str
) -> None:
    assert counts.count(bureau, ledger)["projects"]["listed"] == 2
    assert replay.verify(bureau) == []
    run = withdrawing.imports(bureau, ledger)[0]
    assert (run["file"], run["sheet"], run["not_secret"]) == ("清单.xlsx", "表", WHO)
    assert run["report"]["added"] == 2 and len(run["sha256"]) == 64
    withdrawing.withdraw(bureau, filled)
    assert counts.count(bureau, ledger)["projects"]["listed"] == 0
    assert replay.verify(bureau) == []
    again = planned(bureau, ledger, tmp_path, loaded, FIRST, SECOND)
    assert [v for _, v in verdicts(again)] == ["added", "added"]


def test_the_same_list_again_changes_nothing(
    bureau: Office, ledger: str, tmp_path: Path, loaded: Loaded, filled: str
) -> None:
    """By code, and without a code by name and unit."""
    plan = planned(bureau, ledger, tmp_path, loaded, FIRST, SECOND)
    assert plan.counts == {"rows": 2, "added": 0, "updated": 0, "skipped": 2, "problem": 0}
    assert "项目代码相同" in plan.rows[0].reason and "名称和建设单位相同" in plan.rows[1].reason


def test_an_update_fills_blanks_only_unless_told(
    bureau: Office, ledger: str, tmp_path: Path, loaded: Loaded, filled: str
) -> None:
    newer = ["", "某镇供水工程(一期)", "２２０４15252904 01000001", "另一单位", "星耀镇", 99, "在办"]
    plan = planned(bureau, ledger, tmp_path, loaded, newer)
    assert verdicts(plan) == [(2, "updated")]
    assert plan.rows[0].cells == {"place": "星耀镇"} and plan.rows[0].items == {"M03": {"state": "在办"}}
    over = planned(bureau, ledger, tmp_path, loaded, newer, overwrite=True)
    assert over.rows[0].cells.keys() == {"name", "place", "owner_org", "invest"}
    intake.commit(bureau, plan, not_secret=WHO)
    cells = cells_of(bureau, ledger, "某镇供水工程（一期）")
    assert (cells["place"], cells["invest"], cells["owner_org"]) == ("星耀镇", 10_000_000, "某旗水利局")
    assert replay.verify(bureau) == []


def test_an_empty_cell_never_takes_anything_away(
    bureau: Office, ledger: str, tmp_path: Path, loaded: Loaded, filled: str
) -> None:
    bare = [1, SECOND[1], "", SECOND[3], "", "", ""]
    plan = planned(bureau, ledger, tmp_path, loaded, bare, overwrite=True)
    assert verdicts(plan) == [(2, "skipped")]


def test_look_alikes_are_added_and_reported(
    bureau: Office, ledger: str, tmp_path: Path, loaded: Loaded, filled: str
) -> None:
    """一期 / 二期 are different projects (decision 14)."""
    other = [1, "某镇供水工程（二期）", "2204-152529-04-01-000009", "某旗水利局", "", 10, ""]
    plan = planned(bureau, ledger, tmp_path, loaded, other)
    assert verdicts(plan) == [(2, "added")]
    assert [(x.row, x.other) for x in plan.look_alikes] == [(2, "某镇供水工程（一期）")]
    assert plan.as_json()["look_alikes"][0]["likeness"] >= 88


def test_same_name_with_another_code_or_unit_is_another_project(
    bureau: Office, ledger: str, tmp_path: Path, loaded: Loaded, filled: str
) -> None:
    coded = [1, FIRST[1], "2204-152529-04-01-000009", FIRST[3], "", 10, ""]
    elsewhere = [2, SECOND[1], "", "另一公司", "", 20, ""]
    plan = planned(bureau, ledger, tmp_path, loaded, coded, elsewhere)
    assert [v for _, v in verdicts(plan)] == ["added", "added"]
    assert len(plan.look_alikes) == 2


def test_doubles_inside_the_file_are_told(
    bureau: Office, ledger: str, tmp_path: Path, loaded: Loaded
) -> None:
    double = [3, FIRST[1], FIRST[2], FIRST[3], "", 10, ""]
    slip = [4, "另一工程", FIRST[2], "某局", "", 10, ""]
    plan = planned(bureau, ledger, tmp_path, loaded, FIRST, SECOND, double, slip, SECOND)
    assert [v for _, v in verdicts(plan)] == ["added", "added", "added", "problem", "added"]
    assert [(r.row, r.double_of) for r in plan.rows if r.double_of] == [(4, 2), (6, 3)]
    assert "与清单第 2 行重复" in plan.rows[2].reason and "核查剔除" in plan.rows[2].reason
    assert plan.problems[0].code == "E_DUPLICATE" and plan.problems[0].row == 5


def test_rows_with_problems_stay_out_and_the_good_ones_go_in(
    bureau: Office, ledger: str, tmp_path: Path, loaded: Loaded
) -> None:
    bad = [1, "坏行", "2204", "某局", "", "八百万", ""]
    plan = planned(bureau, ledger, tmp_path, loaded, bad, SECOND)
    data = plan.as_json()
    assert (data["rows"], data["added"], data["updated"], data["skipped"]) == (2, 1, 0, 0)
    assert [(p["row"], p["field"], p["code"]) for p in data["problems"]] == [
        (2, "project_code", "E_PROJECT_CODE"),
        (2, "invest", "E_MONEY"),
    ]
    intake.commit(bureau, plan, not_secret=WHO)
    assert [x.name for x in lists.lines(bureau, lists.ids(bureau, ledger, Query()))] == ["某镇供热工程"]


def test_what_is_not_answered_or_declared_is_refused(
    bureau: Office, ledger: str, tmp_path: Path, loaded: Loaded
) -> None:
    marked = [1, "甲工程", "", "某局", "", 1, "√"]
    plan = planned(bureau, ledger, tmp_path, loaded, marked)
    for code, given in (("E_SECRET", ""), ("E_ASK", WHO)):
        with pytest.raises(Problem) as caught:
            intake.commit(bureau, plan, not_secret=given)
        assert caught.value.code == code
    assert counts.count(bureau, ledger)["projects"]["listed"] == 0


def test_a_plan_does_not_outlive_a_change_of_the_ledger(
    bureau: Office, ledger: str, tmp_path: Path, loaded: Loaded
) -> None:
    plan = planned(bureau, ledger, tmp_path, loaded, FIRST)
    entries.add(bureau, ledger, {"name": "别的项目"}, not_secret=WHO)
    with pytest.raises(Problem) as caught:
        intake.commit(bureau, plan, not_secret=WHO)
    assert caught.value.code == "E_STALE"


def test_an_import_stopped_in_the_middle_leaves_nothing(
    bureau: Office, ledger: str, tmp_path: Path, loaded: Loaded
) -> None:
    rows: list[list[object]] = [[i, f"第{i}工程", "", "某局", "", i, "已办"] for i in range(1, 1200)]
    plan = planned(bureau, ledger, tmp_path, loaded, *rows)

    def stop(done: int, total: int) -> None:
        if done >= 1000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        intake.commit(bureau, plan, not_secret=WHO, tell=stop)
    assert counts.count(bureau, ledger)["projects"]["listed"] == 0
    assert withdrawing.imports(bureau, ledger) == [] and replay.verify(bureau) == []
    assert intake.commit(bureau, plan, not_secret=WHO).facts["added"] == 1199


def test_a_sealed_ledger_keeps_what_is_frozen(
    bureau: Office, ledger: str, tmp_path: Path, loaded: Loaded, filled: str
) -> None:
    """不得随意调减 (SB 四(一)): frozen cells stay, others are filled in (decision 7)."""
    sealed(bureau, ledger, tmp_path)
    newer = [1, FIRST[1], FIRST[2], "另一单位", "星耀镇", 99, "已办"]
    plan = planned(bureau, ledger, tmp_path, loaded, newer, overwrite=True)
    assert plan.rows[0].cells == {"place": "星耀镇"} and plan.rows[0].items == {}
    assert "建设单位" in plan.rows[0].reason and "环评" in plan.rows[0].reason
    intake.commit(bureau, plan, not_secret=WHO)
    fresh = planned(bureau, ledger, tmp_path, loaded, [1, "补录工程", "", "某局", "", 1, "在办"])
    with pytest.raises(Problem) as caught:
        intake.commit(bureau, fresh, not_secret=WHO)
    assert caught.value.code == "E_ADD_BASIS"
    intake.commit(bureau, fresh, not_secret=WHO, basis="盟发改委补充清单")
    assert counts.count(bureau, ledger)["projects"]["added"] == 1
    assert replay.verify(bureau) == []


def test_the_original_cells_are_kept(bureau: Office, ledger: str, tmp_path: Path, loaded: Loaded) -> None:
    draft = drafted(
        tmp_path, loaded, [1, " 甲\n工程 ", "", "某局", "", "1.5亿元", "已批复（某审〔2016〕18号）"]
    )
    assert draft.rows[0].raw == {
        "序号": "1", "项目名称": " 甲\n工程 ", "建设单位": "某局", "总投资（万元）": "1.5亿元",
        "环评": "已批复（某审〔2016〕18号）",
    }  # fmt: skip


def test_matching_is_a_pure_function() -> None:
    def row(number: int, name: str, code: str = "", owner: str = "") -> DraftRow:
        cells = {"name": name, "project_code": code, "owner_org": owner}
        return DraftRow(number, {k: v for k, v in cells.items() if v}, {}, [], [])

    def one(key: str, name: str, code: str = "") -> Existing:
        return Existing(key, f"no-{key}", name, kinds.name_key(name), kinds.code_key(code))

    known = [one("a", "甲", "1-1"), one("b", "乙"), one("c", "乙"), one("d", "丙"), one("e", "丁", "2-2")]
    rows = [
        row(1, "甲改名", "11"),
        row(2, "乙", "", "某局"),
        row(3, "丙", "33"),
        row(4, "丁", "99"),
        row(5, "戊"),
    ]
    found = match(rows, known, lambda ids: {"b": ("某局", ""), "c": ("别局", "")})
    assert [m.entry_id for m in found] == ["a", "b", "d", "", ""]
    assert "名称不同" in found[0].reason
    both = match([row(2, "乙")], known, lambda ids: {})
    assert both[0].problem is not None and both[0].problem.code == "E_WHICH_ENTRY"
    assert [x.other for x in look_alikes(found, known)] == ["丁"]
