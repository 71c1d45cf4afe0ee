"""储备库 and 实施库: every rule of 内工改办〔2021〕29号 二(一) stands in the template, each test names its clause."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from app.engine.expressions import gaps, said
from app.ledger import closing, entries, leaving
from app.listing import counts, lists
from app.office import Office
from app.problem import Problem
from app.proof import replay
from app.templating.template_reading import builtin
from tests.app.ledger_life import ON, live

LOADED = builtin("reform-reserve")
T = LOADED.t
TODAY = dt.date(2021, 6, 30)
NEEDS = ("site", "land_kind", "planning_terms", "content", "scale", "invest")
ROW = {
    "name": "示范小区供热管网", "category": "城市基础设施", "fund_kind": "政府投资", "site": "镇区北部",
    "land_kind": "公用设施用地", "planning_terms": "沿道路敷设", "content": "一级管网", "scale": "3公里",
    "invest": 1_200_000_000, "planning": "已生成", "needs_on": "2021-04-20", "stored_on": "2021-05-20",
    "resp_unit": "旗住建局", "resp_tel": "0479-1234567",
}  # fmt: skip
FAULTS: list[tuple[str, dict[str, Any]]] = [
    ("moved-ownerless", {"moved_on": "2021-06-01"}),
    ("moved-unstored", {"moved_on": "2021-06-01", "owner_org": "旗甲局", "stored_on": None}),
    ("moved-before", {"moved_on": "2021-05-19", "owner_org": "旗甲局"}),
    ("future", {"stored_on": "2021-07-01"}),
    ("not-moved", {"owner_org": "旗甲局"}),
    ("not-public", {"fund_kind": "企业投资"}),
    ("promise-public", {"promise_ok": True}),
    ("invest-zero", {"invest": 0}),
    ("tel-form", {"resp_tel": "123"}),
    *(("stored-lacking", {key: None}) for key in NEEDS),
]


def met(**cells: Any) -> set[str]:
    row = {k: v for k, v in {**ROW, **cells}.items() if v is not None}
    return {each.check.id for each in said(LOADED, row, {}, TODAY)}


def test_every_field_of_the_data_dictionary_is_there() -> None:
    """domain B11: what is asked for by the end of April is asked before signing; 建设单位 may be empty."""
    assert {
        "owner_org",
        "moved_on",
        "planning",
        "area_assessed",
        "promise_ok",
        "category",
    } <= LOADED.fields.keys()
    lacking = {g.field.id for g in gaps(LOADED, {"name": "甲"}, {})}
    assert {*NEEDS, "category", "planning"} <= lacking and "owner_org" not in lacking
    assert [c.code for c in LOADED.codes["category"].codes][:2] == ["房屋建筑", "城市基础设施"]
    assert {c.id: c.until for c in T.clocks} == {"C1": "store_due", "C2": "needs_due"}
    assert (
        LOADED.fields["store_due"].default == "2021-05-31"
        and LOADED.fields["needs_due"].default == "2021-04-30"
    )
    assert {d.on.isoformat() for d in T.dates} == {"2021-04-30", "2021-05-31"}
    for each in (*T.fields, *T.checks, *T.dates, *T.closings, *T.figures, *T.cadences, *T.stages):
        for part in each.clause.split("；"):
            assert not part or part.startswith("29号方案 "), each


def test_checks() -> None:
    """29号 二(一): first stored, then, once its builder is known, moved; nothing is stored without what was asked."""
    assert {case[0] for case in FAULTS} == {c.id for c in T.checks} and met() == set()
    assert [name for name, cells in FAULTS if name not in met(**cells)] == []


def test_it_lives_and_moves_over(bureau: Office, tmp_path: Path) -> None:
    """29号 二(一) 在明确项目建设单位后及时转入实施库: counted apart, never as 核减, and back when the builder changes."""
    texts = {
        "name": "示范小区供热管网", "category": "市政", "site": "镇区北部", "land_kind": "公用设施用地", "planning": "已策划生成",
        "planning_terms": "沿道路敷设", "content": "一级管网", "scale": "3公里", "invest": "1200", "stored_on": "2021-05-20",
    }  # fmt: skip
    life = live(bureau, tmp_path, "reform-reserve", texts)
    assert "工程建设项目储备库" in life.text and life.lacking <= {"resp_unit", "fund_kind", "stored_on"}
    line = lists.line(bureau, life.row)
    assert (line.stage, line.computed["library"], line.computed["needs_full"]) == ("储备中", "储备库", True)
    with pytest.raises(Problem) as refused:
        closing.start(bureau, life.row, on=ON)
    assert refused.value.code == "E_NOT_NOW" and "建设单位还没有明确" in refused.value.text
    entries.amend(bureau, life.row, {"owner_org": "旗住建局", "owner_on": ON})
    assert lists.line(bureau, life.row).stage == "待转入实施库"
    closing.start(bureau, life.row, on=ON)
    line = lists.line(bureau, life.row)
    tally = counts.count(bureau, life.ledger)
    assert (line.cells["moved_on"], line.computed["library"]) == (ON, "实施库")
    assert (tally["projects"]["started"], tally["projects"]["approved"], tally["projects"]["open"]) == (
        1,
        0,
        1,
    )
    leaving.reopen(bureau, life.row, reason="建设单位变更")
    leaving.remove(
        bureau, life.listed, reason="不再实施", detail="规划调整", second="第二人乙", scan=life.pdf, on=ON
    )
    assert lists.line(bureau, life.listed).cells["planning"] == "不再实施"
    assert counts.count(bureau, life.ledger)["balanced"] and replay.verify(bureau) == []
