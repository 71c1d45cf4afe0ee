"""The named events ask for what the ledger's own template says, no more and no less."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from app import office
from app.ledger import closing, entries, leaving, ledgers
from app.listing import counts, explain, lists
from app.office import Office
from app.problem import Problem
from app.proof import replay
from app.templating.template_reading import builtin
from tests.app.conftest import DAY, project, sealed

ON = DAY.isoformat()
SLIP: dict[str, Any] = {
    "reason": "主体灭失", "policy": "某政策", "conclusion": "不合规", "on": ON, "targets": ["在线审批平台"],
    "confirmed": {"在线审批平台": ON}, "second": "第二人乙",
}  # fmt: skip


def refusal(refused: pytest.ExceptionInfo[Problem]) -> tuple[str, str | None, Any]:
    return refused.value.code, refused.value.field, refused.value.facts.get("lacking")


def changed(bureau: Office, tmp_path: Path, old: str, new: str) -> str:
    """Open 待批项目台账 with one rule of its template changed, and nothing else."""
    source = builtin("pending-approval").source
    assert source.count(old) == 1, (old, source.count(old))
    file = tmp_path / "改.toml"
    file.write_text(source.replace(old, new), "utf-8")
    return str(ledgers.open_template(bureau, str(file)).subject)


def test_closing_needs_a_number_or_a_scan_until_the_template_says_otherwise(
    bureau: Office, tmp_path: Path
) -> None:
    """SB 四(一), decision 6: 文号 or 扫描件. The same deed under a template that asks for a responsible person."""
    ledger = changed(bureau, tmp_path, 'needs = ["d_done", "doc_no|scan"]', 'needs = ["d_done", "handler"]')
    one = project(bureau, ledger, "甲", M01="在办")
    with pytest.raises(Problem) as refused:
        closing.close(bureau, [(one, "M01")], basis="批复", doc="某审〔2022〕1号", on=ON)
    assert refusal(refused) == ("E_LACKING", "handler", ["事项责任人"])
    entries.amend(bureau, one, {}, {"M01": {"handler": "责任人乙"}})
    closing.close(bureau, [(one, "M01")], basis="批复", on=ON)
    cells = lists.line(bureau, one).items["M01"].cells
    assert (cells["state"], cells["result"], cells["basis"], cells["d_done"]) == ("办结", "批复", "批复", ON)
    assert "doc_no" not in cells


def test_a_refused_closing_leaves_every_row_of_the_document_alone(bureau: Office, ledger: str) -> None:
    """Decision 6: one 文号 may close many; nothing is half-written."""
    rows = [project(bureau, ledger, name, M01="在办") for name in "甲乙"]
    with pytest.raises(Problem) as refused:
        closing.close(bureau, [(r, "M01") for r in rows], basis="批复", on=ON)
    assert refusal(refused) == ("E_LACKING", "doc_no", ["批复文号或扫描件"])
    assert "旗方案 四(一)" in refused.value.text
    assert [lists.line(bureau, r).items["M01"].state for r in rows] == ["在办", "在办"]


def test_refused_or_withdrawn_stays_and_asks_for_a_disposal(
    bureau: Office, ledger: str, tmp_path: Path
) -> None:
    """Decision 6, SB 四(二)2: 不予许可 and 撤回 stop the clock, the matter stays in 在账."""
    one = project(bureau, ledger, "甲", M01="在办")
    sealed(bureau, ledger, tmp_path)
    before = counts.count(bureau, ledger)["items"]
    closing.close(bureau, [(one, "M01")], basis="不予许可", on=ON)
    item = lists.line(bureau, one).items["M01"]
    assert (item.stage, item.holder, item.cells["result"], item.cells["d_done"]) == (
        "待处置", "立项部门", "不予许可", ON,
    )  # fmt: skip
    assert counts.count(bureau, ledger)["items"] == before


@pytest.mark.parametrize(
    ("gone", "lacking"),
    [
        ({"policy": ""}, ["研判政策依据"]),
        ({"conclusion": ""}, ["研判结论"]),
        ({"targets": [], "confirmed": {}}, ["移出的库和平台"]),
        ({"reason": ""}, ["未建设具体原因"]),
        ({"scan": None}, ["扫描件"]),
        ({"policy": "", "scan": None}, ["研判政策依据", "扫描件"]),
    ],
)
def test_removal_needs_its_research_and_its_scan(
    bureau: Office, ledger: str, tmp_path: Path, gone: dict[str, Any], lacking: list[str]
) -> None:
    """SB 四(二)1, decision 6: 研判 (policy basis, conclusion, date), targets, a scan signed by a second person."""
    one = project(bureau, ledger, "甲", build="未开工", M01="在办")
    scan = sealed(bureau, ledger, tmp_path)
    with pytest.raises(Problem) as refused:
        leaving.remove(bureau, one, **{**SLIP, "scan": scan, **gone})
    assert (refused.value.code, refused.value.facts["lacking"]) == ("E_LACKING", lacking)
    line = lists.line(bureau, one)
    assert line.standing == "在账" and "disposal" not in line.cells
    leaving.remove(bureau, one, **SLIP, scan=scan)
    assert lists.line(bureau, one).standing == "已移除"


def test_a_project_judged_lawful_is_not_removed(bureau: Office, ledger: str, tmp_path: Path) -> None:
    """SB 四(二)1: only what does not comply goes; the 研判 and the removal contradict each other."""
    one = project(bureau, ledger, "甲", build="未开工", M01="在办")
    scan = sealed(bureau, ledger, tmp_path)
    with pytest.raises(Problem) as refused:
        leaving.remove(bureau, one, **{**SLIP, "conclusion": "合规"}, scan=scan)
    assert (refused.value.code, refused.value.field) == ("E_CHECK", "judge_conclusion")
    for said in ({"reason": ""}, {"reason": "—", "detail": "。"}):
        with pytest.raises(Problem) as refused:
            leaving.remove(bureau, one, **{"detail": "长期未动工", **SLIP, **said}, scan=scan)
        assert (refused.value.code, refused.value.field) == ("E_LACKING", "reason")
    for how in ({"leave": True}, {"items": {"M01": {"state": "不需办"}}}):
        with pytest.raises(Problem) as refused:
            leaving.correct(bureau, [one], reason="—", second="审核人乙", scan=scan, **how)  # type: ignore[arg-type]
        assert (refused.value.code, refused.value.field) == ("E_LACKING", "reason")
    line = lists.line(bureau, one)
    assert line.standing == "在账" and "disposal" not in line.cells
    leaving.remove(bureau, one, **SLIP, scan=scan)
    assert lists.line(bureau, one).standing == "已移除"


def test_a_removal_in_two_steps_keeps_what_the_first_recorded(
    bureau: Office, ledger: str, tmp_path: Path
) -> None:
    """Decision 6: 移除 leaves 在账 when each target is confirmed; its paper is signed once."""
    one = project(bureau, ledger, "甲", build="未开工", M01="在办")
    scan = sealed(bureau, ledger, tmp_path)
    asked = {**SLIP, "targets": ["在线审批平台", "重大项目库"], "scan": scan}
    said = leaving.remove(bureau, one, **asked).said
    assert "重大项目库确认后" in said and lists.line(bureau, one).standing == "在账"
    before = lists.line(bureau, one).cells
    with pytest.raises(Problem) as refused:  # without the first one there is nothing to go by
        leaving.remove(bureau, one, confirmed={"重大项目库": ON})
    assert refused.value.code == "E_TARGETS"
    later = office.open_folder(bureau.folder, today=DAY + dt.timedelta(3))
    leaving.remove(later, one, targets=["重大项目库"], confirmed={"重大项目库": "2022-08-24"}, keeping=True)
    line = lists.line(bureau, one)
    assert line.standing == "已移除" and line.cells == {**before, "removal_major": "2022-08-24"}
    assert (line.cells["removal_platform"], line.cells["removal_asked"]) == (ON, ON)
    assert counts.count(bureau, ledger)["projects"]["removed"] == 1 and replay.verify(bureau) == []
    leaving.reopen(bureau, one, reason="平台没有移除")  # taken back: the next one is asked for anew
    with pytest.raises(Problem) as refused:
        leaving.remove(bureau, one, confirmed={"重大项目库": ON}, keeping=True)
    assert refused.value.code == "E_TARGETS"
    later.close()


def test_a_whole_project_comes_back_with_what_it_left_by(
    bureau: Office, ledger: str, tmp_path: Path
) -> None:
    """SB 六(四), decision 2: an approval stands unless it is named; a row in 在账 has only matters to come back."""
    one = project(bureau, ledger, "甲", build="未开工", M01="在办", M02="在办", M03="在办")
    scan = sealed(bureau, ledger, tmp_path)
    closing.close(bureau, [(one, "M01"), (one, "M02")], basis="批复", doc="某审〔2022〕1号", on=ON)
    with pytest.raises(Problem) as refused:
        leaving.reopen(bureau, one, reason="回头看")
    assert refused.value.code == "E_STILL_OPEN" and "M01 土地预审、M02 能评" in refused.value.text
    leaving.remove(bureau, one, **SLIP, scan=scan)
    change = leaving.reopen(bureau, one, reason="平台没有移除")
    assert change.said == "已恢复在账：甲，连同 1 个事项：环评"
    standing = {code: item.standing for code, item in lists.line(bureau, one).items.items() if code < "M04"}
    assert standing == {"M01": "已核减", "M02": "已核减", "M03": "在账"}
    assert leaving.reopen(bureau, one, "M02", reason="批复被撤销").facts["items"] == ["能评"]
    closing.close(bureau, [(one, "M02"), (one, "M03")], basis="批复", doc="某审〔2022〕2号", on=ON)
    closing.start(bureau, one, on=ON, evidence="开工令")
    assert leaving.reopen(bureau, one, reason="实际没有开工").facts["items"] == []
    assert replay.verify(bureau) == []


def test_a_project_that_left_by_approval_comes_back_with_its_matters(
    bureau: Office, ledger: str, tmp_path: Path
) -> None:
    """Decision 1: a row in 在账 has an open matter, and the answer names those that came back."""
    one = project(bureau, ledger, "甲", M01="在办", M02="在办")
    sealed(bureau, ledger, tmp_path)
    closing.close(bureau, [(one, "M01"), (one, "M02")], basis="批复", doc="某审〔2022〕1号", on=ON)
    assert leaving.reopen(bureau, one, reason="回头看").said.endswith("连同 2 个事项：土地预审、能评")
    told = counts.count(bureau, ledger)
    assert (told["projects"]["restored"], told["items"]["restored"], told["balanced"]) == (1, 2, True)


def test_the_second_person_is_asked_for_where_the_template_says_so(bureau: Office, tmp_path: Path) -> None:
    """Decision 6: 移除 and 更正 by a named second person; a template without it asks for none."""
    one_rule = """needs = ["reason", "scan"]
second_person = true
clause = "旗方案 四(一)“不得随意调减”"
note = "一张更正单"""
    ledger = changed(
        bureau, tmp_path, one_rule, one_rule.replace("second_person = true", "second_person = false")
    )
    one = project(bureau, ledger, "甲", M01="在办")
    scan = sealed(bureau, ledger, tmp_path)
    leaving.correct(bureau, [one], texts={"name": "甲（改）"}, reason="错字", scan=scan)
    assert lists.line(bureau, one).name == "甲（改）"
    with pytest.raises(Problem) as refused:  # the slip for a matter alone is another rule
        leaving.correct(bureau, [one], items={"M01": {"state": "不需办"}}, reason="错", scan=scan)
    assert refused.value.code == "E_SECOND"
    with pytest.raises(Problem) as refused:
        leaving.correct(bureau, [one], texts={"name": "乙"}, scan=scan)
    assert refusal(refused) == ("E_LACKING", "reason", ["原因"])


def test_beginning_asks_for_its_evidence_only_when_the_row_leaves_by_it(
    bureau: Office, ledger: str, tmp_path: Path
) -> None:
    """Decision 1: 开工 (date, evidence); evidence still lacking is reminded of, since the paper may come later."""
    leaves = project(bureau, ledger, "甲", build="未开工")
    proved = project(bureau, ledger, "丙", build="未开工")
    stays = project(bureau, ledger, "乙", build="未开工", M01="在办")
    sealed(bureau, ledger, tmp_path)
    assert closing.start(bureau, leaves, on=ON).said.endswith("还没有依据或扫描件，请尽快补上")
    assert lists.line(bureau, leaves).standing == "已开工"
    assert "请尽快" not in closing.start(bureau, proved, on=ON, evidence="开工令").said
    assert "请尽快" not in closing.start(bureau, stays, on=ON).said
    line = lists.line(bureau, stays)
    assert (line.standing, line.cells["build_state"], line.cells["start_date"]) == ("在账", "在建", ON)
    with pytest.raises(Problem) as refused:
        closing.start(bureau, stays, on=ON)
    assert refused.value.code == "E_NOT_NOW" and "不是未开工" in refused.value.text


def test_coming_back_needs_a_reason_and_takes_back_what_was_written(
    bureau: Office, ledger: str, tmp_path: Path
) -> None:
    """SB 二, 六(四) 回头看; the reasons a project stands idle stay, the removal goes."""
    one = project(bureau, ledger, "甲", build="未开工", M01="在办")
    scan = sealed(bureau, ledger, tmp_path)
    leaving.remove(bureau, one, **SLIP, scan=scan)
    with pytest.raises(Problem) as refused:
        leaving.reopen(bureau, one)
    assert refusal(refused) == ("E_LACKING", "reason", ["原因"])
    leaving.reopen(bureau, one, reason="平台没有移除")
    cells = lists.line(bureau, one).cells
    gone = {
        "disposal",
        "judge_basis",
        "judge_conclusion",
        "judge_date",
        "removal_targets",
        "removal_platform",
    }
    assert not gone & cells.keys() and cells["reason_idle"] == ["主体灭失"]


def test_explain_says_what_the_chosen_route_still_lacks(bureau: Office, ledger: str) -> None:
    """SB 四(二)3: 转报上级 needs level, 受理, 转报 day and who received it."""
    one = project(bureau, ledger, "甲", M03="在办")
    entries.amend(bureau, one, {}, {"M03": {"disposal": "转报上级", "level": "盟市"}})
    (told,) = explain.entry(bureau, one, "M03")
    assert any(
        "处置类别“转报上级”还缺受理日期、转报日期、接收机关（旗方案 四(二)3" in said
        for said in told.sentences
    )
