"""The ledger of 工改任务: every rule of 内工改办〔2021〕29号 stands in the template, each test names its clause."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from app.engine.expressions import gaps, said
from app.imports import drafting, intake
from app.ledger import checks, closing, entries, ledgers
from app.listing import counts, lists
from app.office import Office
from app.problem import Problem
from app.proof import replay
from app.storage.paths import RESOURCES
from app.templating.template_reading import builtin
from app.words.cadence import due_days
from tests.app.ledger_life import NOT_SECRET, ON, live

LOADED = builtin("reform-tasks")
T = LOADED.t
TODAY = dt.date(2021, 9, 30)
STARTS = RESOURCES / "starts" / "reform-tasks.csv"
LEAGUES = [f"D{n:02}" for n in range(1, 13)]
ROW = {
    "measure": "多规合一", "name": "建成业务协同平台", "detail": "一张蓝图", "done_mark": "平台上线",
    "resp_unit": "自治区自然资源厅", "lead_leader": "自治区自然资源厅副厅长",
    "resp_leaders": "国土空间用途管制处处长、空间规划局四级调研员", "resp_depts": "自治区自然资源厅、各盟市",
    "due_date": "2021-09-30", "issue": "数据没有共享", "rectify": "统一底图", "pace": "短期见效",
    "resp_tel": "0471-1234567",
}  # fmt: skip
STEP = {
    "state": "在办", "needed": "需办", "matter_name": "平台建成", "due_date": "2021-09-30", "started_on": "2021-05-01",
}  # fmt: skip
FAULTS: list[tuple[str, dict[str, Any], dict[str, Any], str]] = [
    ("due-missing", {"due_date": None}, {}, "L01"),
    ("due-after", {"due_date": "2022-01-01"}, {}, "L01"),
    ("no-rectify", {"rectify": None}, {}, "L01"),
    ("no-milestone", {}, {"state": "不需办", "needed": "不需办"}, "L01"),
    ("closed-early", {"closed_on": "2021-09-30", "closed_by": "专班"}, {}, "L01"),
    ("closed-future", {"closed_on": "2021-10-01"}, {}, "L01"),
    ("closed-by-who", {"closed_on": "2021-09-30"}, {}, "L01"),
    ("all-done", {}, {"state": "办结", "needed": "已办", "done_on": "2021-09-01", "proof": "印发"}, "L01"),
    ("tel-form", {"resp_tel": "123"}, {}, "L01"),
    ("unnamed", {}, {"matter_name": None}, "L01"),
    ("milestone-undated", {}, {"due_date": None}, "L01"),
    ("milestone-late", {}, {"due_date": "2022-01-31"}, "L01"),
    ("done-no-date", {}, {"state": "办结", "proof": "印发"}, "L01"),
    ("done-no-proof", {}, {"state": "办结", "done_on": "2021-09-01"}, "L01"),
    ("done-before", {}, {"done_on": "2021-04-30"}, "L01"),
    ("future-date", {}, {"done_on": "2021-10-01"}, "L01"),
    ("done-late", {}, {"done_on": "2021-09-30", "due_date": "2021-09-29"}, "L01"),
    ("idle-dated", {}, {"state": "未办"}, "L01"),
    ("window-league", {"measure": "一个窗口"}, {}, "D03"),
]


def met(entry: dict[str, Any], item: dict[str, Any], code: str = "L01") -> set[str]:
    cells = {k: v for k, v in {**ROW, **entry}.items() if v is not None}
    own = {k: v for k, v in {**STEP, **item}.items() if v is not None}
    return {each.check.id for each in said(LOADED, cells, {code: own}, TODAY)}


def codes(list_id: str) -> list[str]:
    return [code.label for code in LOADED.codes[list_id].codes]


def test_every_field_of_the_data_dictionary_is_there() -> None:
    """domain B11: a task with several leaders and departments, its issue and its proof; leaders by their office only."""
    wanted = """measure name detail resp_unit lead_leader resp_leaders resp_depts due_date due_text issue rectify progress
        done_mark proof review_date review_result rules_made blame contact closed_on closed_by not_secret note"""
    assert set(wanted.split()) <= LOADED.fields.keys()
    assert {"due_date", "done_on", "proof", "state", "matter_name"} <= LOADED.item_fields.keys()
    assert all("职务" in LOADED.fields[key].title for key in ("lead_leader", "resp_leaders", "contact"))
    assert not [f.id for f in (*T.fields, *LOADED.item_fields.values()) if f.kind == "person"]
    lacking = {g.field.id for g in gaps(LOADED, {"name": "甲", "issue": "乙"}, {"L01": {"state": "在办"}})}
    assert {
        "measure",
        "resp_unit",
        "lead_leader",
        "resp_depts",
        "due_date",
        "rectify",
        "matter_name",
    } <= lacking


def test_six_measures_and_twelve_leagues() -> None:
    """29号 二(一)-(六): six measures; 三(四): each league under each; several milestones a task."""
    assert [c.words[0] for c in LOADED.codes["measure"].codes] == ["G1", "G2", "G3", "G4", "G5", "G6"]
    assert [p.code for p in LOADED.presets.values() if not p.named] == LEAGUES
    assert [p.title for p in LOADED.presets.values() if p.named] == [
        "里程碑一",
        "里程碑二",
        "里程碑三",
        "里程碑四",
    ]
    assert not [p for p in LOADED.presets.values() if p.always]
    assert codes("state") == ["已完成", "推进中", "未启动", "不涉及", "待核"]
    assert (T.words.row, T.words.item, T.words.approved, T.kind_code) == ("任务", "里程碑", "销号", "GG")


@pytest.mark.parametrize(
    ("day", "clause", "what"),
    [
        ("2021-03-31", "二(三)", "全流程"), ("2021-04-30", "二(一)", "选址意向"), ("2021-04-30", "二(四)", "区域评估"),
        ("2021-05-31", "二(一)", "储备库"), ("2021-06-30", "二(六)", "清单"), ("2021-09-30", "二(二)", "多规合一"),
        ("2021-09-30", "二(三)", "蒙速办"), ("2021-12-31", "二(三)", "一网通办"), ("2021-12-31", "二(五)", "一个窗口"),
        ("2021-12-31", "二(六)", "告知承诺制"),
    ],
)  # fmt: skip
def test_every_limit_of_the_measures(day: str, clause: str, what: str) -> None:
    """29号 二: the days of all measures, never moved."""
    assert any(d.on.isoformat() == day and d.clause.endswith(clause) and what in d.what for d in T.dates)


def test_cadences_and_conflicts() -> None:
    """29号 三(四): 旬调度, half-monthly from the leagues, monthly from the 专班; A5: what disagrees is shown."""
    ten, half, month = T.cadences
    assert (ten.every, half.every, month.every) == ("旬", "半月", "月")
    assert {each.proof for each in T.cadences} == {"report"}  # 旬 too can be 未报 and 已报
    assert [each.form for each in T.cadences] == ["dispatch", "league", "monthly"]
    days = [d.isoformat() for d in due_days(ten, T.starts, T.ends)]
    assert days[:4] == ["2021-04-10", "2021-04-20", "2021-04-30", "2021-05-10"]
    said_of = {c.id: (c.first, c.second) for c in T.conflicts}
    assert "4月底" in said_of["g1-day"][0] and "5月31日" in said_of["g1-day"][1]
    assert "6月底" in said_of["g6-day"][0] and "12月31日" in said_of["g6-day"][1]
    assert "台账" in said_of["spelling"][0] and "台帐" in said_of["spelling"][1] and "titles" in said_of
    for each in (
        *T.fields,
        *T.checks,
        *T.dates,
        *T.closings,
        *T.figures,
        *T.cadences,
        *LOADED.presets.values(),
    ):
        assert not each.clause or each.clause.startswith("29号方案 "), each


def test_every_check_has_a_case() -> None:
    assert {case[0] for case in FAULTS} == {check.id for check in T.checks} and met({}, {}) == set()


@pytest.mark.parametrize(("check", "entry", "item", "code"), FAULTS, ids=[case[0] for case in FAULTS])
def test_the_fault_is_found(check: str, entry: dict[str, Any], item: dict[str, Any], code: str) -> None:
    """domain B11 rules; the clause stands with each check."""
    assert check in met(entry, item, code)


def test_it_lives(bureau: Office, tmp_path: Path) -> None:
    """29号 三(四) 逐条逐项整改落实销号: milestones are done one by one, the task stays until it is struck off."""
    texts = {
        key: ROW[key] for key in ("name", "measure", "resp_unit", "lead_leader", "due_date", "done_mark")
    }
    steps = {
        "L01": {"state": "推进中", "matter_name": "平台建成", "due_date": "2022-08-31"},
        "D11": {"state": "未启动"},
    }
    life = live(bureau, tmp_path, "reform-tasks", texts, items=steps)
    assert "工改任务台账" in life.text and "锡林郭勒盟" in life.text
    line = lists.line(bureau, life.row)
    assert line.items["L01"].title == "平台建成" and line.items["D11"].state == "未办"
    assert line.computed["task_state"] == "超期" and line.light == "red"  # 各盟市用任务的时限，已过
    with pytest.raises(Problem) as refused:
        closing.close(bureau, [(life.row, "L01")], basis="系统上线", on=ON)
    assert refused.value.code == "E_LACKING" and refused.value.facts["lacking"] == ["佐证或印发文号或扫描件"]
    closing.close(
        bureau, [(life.row, "L01"), (life.row, "D11")], basis="系统上线", on=ON, doc="内自然资〔2022〕1号"
    )
    line = lists.line(bureau, life.row)
    assert (line.standing, line.stage, line.computed["task_state"]) == ("在账", "待销号", "已完成")
    assert "all-done" in {f.code.removeprefix("C_") for f in checks.check(bureau, life.ledger)}
    with pytest.raises(Problem) as refused:
        closing.close(bureau, [(life.row, "")], basis="整改到位", on=ON, doc="专班〔2022〕1号")
    assert refused.value.facts["lacking"] == ["销号认定单位"]
    entries.amend(bureau, life.row, {"closed_by": "自治区专项推进工作专班"})
    closing.close(bureau, [(life.row, "")], basis="整改到位", on=ON, doc="专班〔2022〕1号")
    tally = counts.count(bureau, life.ledger)
    assert (tally["projects"]["approved"], tally["items"]["approved"], tally["balanced"]) == (1, 2, True)
    assert replay.verify(bureau) == []


def test_the_tasks_of_the_document_come_in_by_the_ordinary_import(bureau: Office, tmp_path: Path) -> None:
    """29号 二: six tasks with nine milestones and the leagues, nothing unread and nothing to ask."""
    ledger = str(ledgers.open_template(bureau, "reform-tasks").subject)
    draft = drafting.draft(STARTS, LOADED)
    assert (draft.unmapped, draft.problems, draft.questions) == ([], [], []) or not [
        *draft.unmapped,
        *draft.problems,
    ]
    change = intake.commit(bureau, intake.plan(bureau, ledger, draft), not_secret=NOT_SECRET)
    assert (change.facts["added"], change.facts["problem"]) == (6, 0)
    rows = [lists.line(bureau, entry) for entry in lists.ids(bureau, ledger)]
    assert [sum(code.startswith("L") for code in row.items) for row in rows] == [2, 1, 3, 1, 1, 2]
    wanted = {(d.on.isoformat(), d.clause.removeprefix("29号方案 ")) for d in T.dates}
    clauses = {c.code: c.clause.removeprefix("29号方案 ") for c in LOADED.codes["measure"].codes}
    told = {
        (item.cells["due_date"], clauses[row.cells["measure"]])
        for row in rows for code, item in row.items.items() if code.startswith("L")
    }  # fmt: skip
    assert told == wanted
    window = next(row for row in rows if row.cells["measure"] == "一个窗口")
    assert {window.items[code].state for code in LEAGUES} == {"不需办"}
    assert {f.level for f in checks.check(bureau, ledger)} <= {"gap", "warn"}
    assert replay.verify(bureau) == []
