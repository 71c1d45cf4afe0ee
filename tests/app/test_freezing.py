"""After the seal what an event writes is written by the event alone (decision 7)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.engine import freezing
from app.imports import drafting, intake
from app.ledger import entries, leaving, ledgers
from app.listing import lists
from app.office import Office
from app.problem import Problem
from app.proof import replay
from tests.app.conftest import DAY, project, sealed
from tests.data.make_lists import Sheet, write_xlsx

ON = DAY.isoformat()
TYPED = {
    "disposal": "移除", "judge_basis": "某政策", "judge_conclusion": "不合规", "judge_date": ON,
    "removal_targets": "在线审批平台", "removal_asked": ON, "removal_platform": ON, "removal_major": ON, "removal_region": ON,
}  # fmt: skip
SLIP: dict[str, Any] = {
    "reason": "主体灭失", "policy": "某政策", "conclusion": "不合规", "on": ON, "targets": ["在线审批平台", "重大项目库"],
    "second": "第二人乙",
}  # fmt: skip


def test_the_cells_of_removal_are_known_from_the_template(bureau: Office, ledger: str) -> None:
    """旗方案 四(二)1. Why a project was not built may be told of any project, removed or not."""
    found = freezing.written_by_removal(ledgers.find(bureau, ledger).loaded)
    assert found == dict.fromkeys(TYPED, "移除")


@pytest.mark.parametrize("key", TYPED)
def test_typing_into_removal_is_refused_with_the_event_that_does_it(
    bureau: Office, ledger: str, tmp_path: Path, key: str
) -> None:
    """The standing would not move: the row would look removed and still count."""
    one = project(bureau, ledger, M03="在办")
    sealed(bureau, ledger, tmp_path)
    with pytest.raises(Problem) as refused:
        entries.amend(bureau, one, {"note": "一起改", key: TYPED[key]})
    title = ledgers.find(bureau, ledger).loaded.fields[key].title
    assert (refused.value.code, refused.value.field) == ("E_FROZEN", key)
    assert f"“{title}”由“移除”登记" in refused.value.text
    line = lists.line(bureau, one)
    assert key not in line.cells and "note" not in line.cells and line.standing == "在账"


def test_what_may_be_typed_stays_so(bureau: Office, ledger: str, tmp_path: Path) -> None:
    one = project(bureau, ledger, M03="在办")
    entries.amend(bureau, one, {"disposal": "移除"})
    entries.amend(bureau, one, {"disposal": ""})
    sealed(bureau, ledger, tmp_path)
    entries.amend(bureau, one, {"note": "核对过", "reason_idle": "资金无着"}, {"M03": {"disposal": "退回"}})
    assert lists.line(bureau, one).cells["reason_idle"] == ["资金无着"]


def test_the_event_itself_writes_and_its_waiting_request_is_not_edited(
    bureau: Office, ledger: str, tmp_path: Path
) -> None:
    one = project(bureau, ledger, build="未开工", M03="在办")
    scan = sealed(bureau, ledger, tmp_path)
    leaving.remove(bureau, one, confirmed={"在线审批平台": ON}, scan=scan, **SLIP)
    for key, text in (("removal_major", ON), ("removal_platform", ""), ("disposal", "")):
        with pytest.raises(Problem) as refused:
            entries.amend(bureau, one, {key: text})
        assert refused.value.field == key
    leaving.remove(bureau, one, confirmed=dict.fromkeys(SLIP["targets"], ON), scan=scan, **SLIP)
    assert lists.line(bureau, one).standing == "已移除" and replay.verify(bureau) == []


def test_a_list_does_not_write_them_either_and_the_rest_of_it_comes_in(
    bureau: Office, ledger: str, tmp_path: Path
) -> None:
    one = project(bureau, ledger, "甲项目", M03="在办")
    sealed(bureau, ledger, tmp_path)
    rows = [["项目名称", "处置类别", "移除申请日", "备注"], ["甲项目", "移除", ON, "来自清单"]]
    loaded = ledgers.find(bureau, ledger).loaded
    path = write_xlsx([Sheet("表", rows)], tmp_path / "清单.xlsx")
    draft = drafting.draft(path, loaded, mapping={1: "disposal", 2: "removal_asked"})
    plan = intake.plan(bureau, ledger, draft)
    assert plan.rows[0].cells == {"note": "来自清单"} and "处置类别" in plan.rows[0].reason
    intake.commit(bureau, plan, not_secret="审核人乙")
    assert "disposal" not in lists.line(bureau, one).cells and replay.verify(bureau) == []
