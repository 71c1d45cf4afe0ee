"""One rule for typing and importing: what `set` refuses is a problem of its cell when a list brings it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from app import checks, entries, ledgers, office, replay
from app.imports import drafting, intake
from app.imports.intake import Plan
from app.office import Office
from app.problem import Problem
from app.templates import Loaded
from tests.app.conftest import DAY
from tests.data import make_lists as lists

LATER = "2022-08-23"
GOOD = ["甲项目", "某局", "2022-08-22", "未办", "2022-08-01", "2022-08-02", ""]
HEADS = ["项目名称", "建设单位", "立项日期", "环评", "环评提交日期", "环评受理日期", "环评办结日期"]
TARGETS = ("name", "owner_org", "approval_date", "M03", "M03.d_submit", "M03.d_accept", "M03.d_done")


def planned(bureau: Office, ledger: str, folder: Path, *rows: list[object], **more: object) -> Plan:
    loaded = ledgers.find(bureau, ledger).loaded
    path = lists.write_xlsx([lists.Sheet("表", [HEADS, *rows])], folder / "清单.xlsx")
    mapping = dict(enumerate(TARGETS))
    return intake.plan(bureau, ledger, drafting.draft(path, loaded, mapping=mapping, **more))  # type: ignore[arg-type]


def changed(**cells: object) -> list[object]:
    return [cells.get(target.replace(".", "_"), cell) for target, cell in zip(TARGETS, GOOD, strict=True)]


@pytest.mark.parametrize(
    ("cells", "field", "check"),
    [
        ({"approval_date": LATER}, "approval_date", "future-approval"),
        ({"approval_date": dt.date(2099, 1, 1)}, "approval_date", "future-approval"),
        ({"M03_d_submit": LATER, "M03_d_accept": ""}, "M03.d_submit", "future-submit"),
        ({"M03_d_accept": LATER}, "M03.d_accept", "future-date"),
        ({"M03_d_accept": "2022-07-31"}, "M03.d_accept", "accept-before-submit"),
        ({"M03": "已办", "M03_d_done": "2022-08-01"}, "M03.d_done", "done-before"),
        ({"M03": "已办（2022年8月30日）", "M03_d_submit": "", "M03_d_accept": ""}, "M03", "future-date"),
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
) -> None:
    plan = planned(bureau, ledger, tmp_path, GOOD, changed(name="乙项目", **cells))
    (found,) = plan.problems
    text = next(c.text for c in loaded.t.checks if c.id == check)
    assert (found.row, found.field, found.code) == (3, field, "E_CHECK") and text in found.text
    assert found.raw and "“20" in found.text and found.head == HEADS[TARGETS.index(field)]
    assert (plan.counts["added"], plan.counts["problem"]) == (1, 1)
    typed = {
        k: str(v) for k, v in zip(TARGETS, changed(name="丙项目", **cells), strict=True) if v and "." not in k
    }
    matter = {
        k.partition(".")[2]: v for k, v in zip(TARGETS, changed(**cells), strict=True) if v and "." in k
    }
    if typed.pop("M03") == "已办" or "d_done" in matter:
        matter["state"] = "办结"
    if field == "M03":
        matter |= {"d_done": "2022-08-30", "state": "办结"}
    with pytest.raises(Problem) as refused:
        entries.add(bureau, ledger, typed, not_secret="审核人乙", items={"M03": matter})
    assert (refused.value.code, refused.value.facts["check"]) == ("E_CHECK", check)


def test_the_rest_comes_in_and_check_has_nothing_to_say_of_it(
    bureau: Office, ledger: str, tmp_path: Path
) -> None:
    plan = planned(bureau, ledger, tmp_path, GOOD, changed(name="乙项目", approval_date=LATER))
    intake.commit(bureau, plan, not_secret="审核人乙")
    assert [f for f in checks.check(bureau, ledger) if f.level == "error"] == [] and replay.verify(
        bureau
    ) == []
    assert plan.as_json()["problems"][0]["field"] == "approval_date"


def test_it_is_mended_in_place(bureau: Office, ledger: str, tmp_path: Path) -> None:
    row = changed(name="乙项目", approval_date=LATER)
    plan = planned(bureau, ledger, tmp_path, row, fixes={(2, "approval_date"): "2022-08-20"})
    assert plan.problems == [] and plan.counts["added"] == 1


def test_it_depends_on_the_day(bureau: Office, ledger: str, tmp_path: Path) -> None:
    row = changed(name="乙项目", approval_date=LATER)
    assert planned(bureau, ledger, tmp_path, row).counts["problem"] == 1
    bureau.close()
    tomorrow = office.open_folder(bureau.folder, today=DAY + dt.timedelta(days=1))
    assert planned(tomorrow, ledger, tmp_path, row).counts["added"] == 1
    tomorrow.close()


def test_an_update_is_judged_with_what_the_ledger_has(bureau: Office, ledger: str, tmp_path: Path) -> None:
    entries.add(
        bureau, ledger, {"name": "甲项目", "owner_org": "某局"}, not_secret="审核人乙",
        items={"M03": {"state": "在办", "d_submit": "2022-08-10"}},
    )  # fmt: skip
    plan = planned(bureau, ledger, tmp_path, changed(M03="在办", M03_d_submit="", M03_d_accept="2022-08-09"))
    assert [(p.row, p.field) for p in plan.problems] == [(2, "M03.d_accept")]
    assert plan.rows[0].verdict == "problem" and plan.rows[0].entry_id
    plan = planned(bureau, ledger, tmp_path, changed(M03="在办", M03_d_submit="", M03_d_accept="2022-08-11"))
    assert plan.counts["updated"] == 1


def test_two_faults_of_a_row_are_both_told(bureau: Office, ledger: str, tmp_path: Path) -> None:
    plan = planned(bureau, ledger, tmp_path, changed(approval_date=LATER, M03_d_accept="2022-07-31"))
    assert [p.field for p in plan.problems] == ["approval_date", "M03.d_accept"]
    assert plan.rows[0].reason == plan.problems[0].text
