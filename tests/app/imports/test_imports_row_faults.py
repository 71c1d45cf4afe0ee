"""One rule for typing and importing: what `set` refuses is a problem of its cell, and the row comes in without it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from app import office
from app.imports import drafting, intake
from app.imports.intake import Plan
from app.ledger import checks, entries, ledgers
from app.listing import lists
from app.office import Office
from app.problem import Problem
from app.proof import replay
from app.words.templates import Loaded
from tests.app.conftest import DAY
from tests.data.make_lists import Sheet, write_xlsx

LATER = "2022-08-23"
HEADS = ["项目名称", "建设单位", "立项日期", "环评", "环评提交日期", "环评受理日期", "环评办结日期"]
TARGETS = ("name", "owner_org", "approval_date", "M03", "M03.d_submit", "M03.d_accept", "M03.d_done")
GOOD = ("甲项目", "某局", "2022-08-22", "未办", "2022-08-01", "2022-08-02", "")
WHO = "审核人乙"


def listed(**cells: object) -> list[object]:
    """GOOD with other cells; a matter's field is written M03_d_done."""
    return [cells.get(target.replace(".", "_"), cell) for target, cell in zip(TARGETS, GOOD, strict=True)]


def planned(bureau: Office, ledger: str, folder: Path, *rows: list[object], **more: Any) -> Plan:
    loaded = ledgers.find(bureau, ledger).loaded
    path = write_xlsx([Sheet("表", [HEADS, *rows])], folder / "清单.xlsx")
    return intake.plan(bureau, ledger, drafting.draft(path, loaded, mapping=dict(enumerate(TARGETS)), **more))


def written(plan: Plan, at: int = 0) -> dict[str, object]:
    """What a new row would write, by target."""
    source = plan.rows[at].source
    matter = {f"M03.{k}": v for k, v in source.items.get("M03", {}).items()}
    return {**source.cells, **matter}


@pytest.mark.parametrize(
    ("cells", "field", "check", "typed"),
    [
        ({"approval_date": LATER}, "approval_date", "future-approval", {}),
        ({"approval_date": dt.date(2099, 1, 1)}, "approval_date", "future-approval", {}),
        ({"M03_d_submit": LATER, "M03_d_accept": ""}, "M03.d_submit", "future-submit", {"d_submit": LATER}),
        ({"M03_d_accept": LATER}, "M03.d_accept", "future-date", {"d_accept": LATER}),
        ({"M03_d_accept": "2022-07-31"}, "M03.d_accept", "accept-before-submit", {"d_accept": "2022-07-31"}),
        (
            {"M03": "已办", "M03_d_done": "2022-07-31"},
            "M03.d_done",
            "done-before",
            {"d_done": "2022-07-31", "state": "办结"},
        ),
    ],
)
def test_what_typing_refuses_is_a_problem_of_its_cell(
    bureau: Office,
    ledger: str,
    tmp_path: Path,
    loaded: Loaded,
    cells: dict[str, object],
    field: str,
    check: str,
    typed: dict[str, str],
) -> None:
    plan = planned(bureau, ledger, tmp_path, listed(name="乙项目", **cells))
    (found,) = plan.problems
    said = next(c.text for c in loaded.t.checks if c.id == check)
    assert (found.row, found.field, found.code, found.kept) == (2, field, "E_CHECK", "（空）")
    assert said in found.text and found.raw and found.head == HEADS[TARGETS.index(field)]
    rest = written(plan)
    assert field not in rest and rest["owner_org"] == "某局"
    assert rest["M03.state"] == ("办结" if cells.get("M03") == "已办" else "未办")
    entry = {"name": "丙项目", "approval_date": str(cells.get("approval_date", "2022-08-22"))}
    with pytest.raises(Problem) as refused:
        entries.add(bureau, ledger, entry, not_secret=WHO, items={"M03": {"d_submit": "2022-08-01", **typed}})
    assert (refused.value.code, refused.value.facts["check"]) == ("E_CHECK", check)


def test_all_rows_come_in_and_check_has_nothing_to_say_of_them(
    bureau: Office, ledger: str, tmp_path: Path
) -> None:
    plan = planned(bureau, ledger, tmp_path, listed(), listed(name="乙项目", approval_date=LATER))
    assert (plan.counts["added"], plan.counts["problem"]) == (2, 0)
    assert "1 格填的内容不能入账，没有填进去" in plan.said
    intake.commit(bureau, plan, not_secret=WHO)
    assert [f for f in checks.check(bureau, ledger) if f.level == "error"] == []
    assert "approval_date" not in lists.line(bureau, entries.find(bureau, "乙项目")).cells
    assert replay.verify(bureau) == []


def test_planning_twice_says_the_same(bureau: Office, ledger: str, tmp_path: Path) -> None:
    """The draft stays as it was read."""
    plan = planned(bureau, ledger, tmp_path, listed(approval_date=LATER))
    again = intake.plan(bureau, ledger, plan.draft)
    assert again.problems == plan.problems and len(plan.problems) == 1


@pytest.mark.parametrize(
    ("cells", "field", "left"),
    [
        ({"M03": "2022年8月30日"}, "M03", {}),
        ({"M03": "已办（2022年8月30日）"}, "M03", {"M03.state": "办结"}),
        ({"M03": "", "M03_d_done": "2022-08-30"}, "M03.d_done", {}),
        (
            {"M03": "某环审〔2022〕1号 2022年8月30日"},
            "M03",
            {"M03.state": "办结", "M03.doc_no": "某环审〔2022〕1号"},
        ),
    ],
)
def test_a_matter_is_not_done_by_a_day_to_come(
    bureau: Office, ledger: str, tmp_path: Path, cells: dict[str, object], field: str, left: dict[str, object]
) -> None:
    """Where the date alone spoke for 办结, the matter stays 待核 (decision 13)."""
    plan = planned(bureau, ledger, tmp_path, listed(M03_d_submit="", M03_d_accept="", **cells))
    assert [(p.field, p.code) for p in plan.problems] == [(field, "E_CHECK")]
    found = {k: v for k, v in written(plan).items() if k.startswith("M03.") and v != "待核"}
    assert found == left


def test_it_is_mended_in_place(bureau: Office, ledger: str, tmp_path: Path) -> None:
    row = listed(approval_date=LATER)
    plan = planned(bureau, ledger, tmp_path, row, fixes={(2, "approval_date"): "2022-08-20"})
    assert plan.problems == [] and written(plan)["approval_date"] == "2022-08-20"


def test_it_depends_on_the_day(bureau: Office, ledger: str, tmp_path: Path) -> None:
    row = listed(approval_date=LATER)
    assert len(planned(bureau, ledger, tmp_path, row).problems) == 1
    bureau.close()
    tomorrow = office.open_folder(bureau.folder, today=DAY + dt.timedelta(days=1))
    assert planned(tomorrow, ledger, tmp_path, row).problems == []
    tomorrow.close()


def test_an_update_is_judged_with_what_the_ledger_has(bureau: Office, ledger: str, tmp_path: Path) -> None:
    items = {"M03": {"state": "在办", "d_submit": "2022-08-10"}}
    entries.add(bureau, ledger, {"name": "甲项目", "owner_org": "某局"}, not_secret=WHO, items=items)
    early = listed(M03="在办", M03_d_submit="", M03_d_accept="2022-08-09")
    plan = planned(bureau, ledger, tmp_path, early)
    assert [(p.row, p.field) for p in plan.problems] == [(2, "M03.d_accept")]
    assert plan.rows[0].verdict == "updated" and plan.rows[0].cells == {"approval_date": "2022-08-22"}
    assert plan.rows[0].items == {}
    early[2] = ""
    (row,) = planned(bureau, ledger, tmp_path, early).rows
    assert row.verdict == "skipped" and row.reason == row.problems[0].text
    later = listed(M03="在办", M03_d_submit="", M03_d_accept="2022-08-11")
    assert planned(bureau, ledger, tmp_path, later).rows[0].items == {"M03": {"d_accept": "2022-08-11"}}


def test_two_faults_of_a_row_are_both_told(bureau: Office, ledger: str, tmp_path: Path) -> None:
    plan = planned(bureau, ledger, tmp_path, listed(approval_date=LATER, M03_d_accept="2022-07-31"))
    assert [p.field for p in plan.problems] == ["approval_date", "M03.d_accept"]
    assert plan.counts["added"] == 1
