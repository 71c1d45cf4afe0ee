"""12345: what the complaints of a month come to per department, callers masked in print (SB 四(四), 六(一))."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.ledger import entries, serving
from app.office import Office
from app.papers import assessing
from app.problem import Problem
from tests.app.follow_up import ENVIRONMENT, WATER, on_paper

PRINTED = """12345项目审批投诉办理情况考核表（2022年8月）考核单位：正镶白旗发展和改革委员会2022年8月22日共4件
序号手续办理部门投诉件数（件）按时响应件数（件）已解决件数（件）超期件数（件）未定时限件数（件）响应率（%）按时响应率（%）解决率（%）满意率（%）
1正镶白旗水利局20011000—2正镶白旗生态环境分局2210010010050100合计421115066.6725100"""


def test_departments_are_assessed_by_month(bureau: Office, tmp_path: Path) -> None:
    with pytest.raises(Problem, match="E_NO_COMPLAINTS"):
        assessing.of(bureau, "2022-08")
    register = serving.ledger(bureau, "complaints")
    for dept, called, more in (
        (
            ENVIRONMENT,
            "2022-08-01",
            {"answered_on": "2022-08-05", "solved_on": "2022-08-10", "result": "已解决", "satisfied": "满意"},
        ),
        (ENVIRONMENT, "2022-08-02", {"answered_on": "2022-08-09"}),
        (
            WATER,
            "2022-08-03",
            {"caller": "诉求人甲", "caller_tel": "13800000009", "name": "请回电13800000009"},
        ),
        (WATER, "2022-08-04", {"answer_by": ""}),
        (WATER, "2022-07-31", {}),
    ):
        texts = {
            "name": "拖延环评",
            "called_on": called,
            "content": "拖延",
            "kind": "拖延审批",
            "dept": dept,
            "answer_by": "2022-08-10",
        }
        entries.add(bureau, register, texts | more, not_secret="审核人乙")
    change = assessing.write(bureau, tmp_path / "p.pdf", "2022-08")
    text = on_paper(tmp_path / "p.pdf")
    assert text.startswith("".join(PRINTED.split()))
    assert "诉**138****0009" in text and "13800000009" not in text and "诉求人甲" not in text
    assert "没有答复时限的单列“未定时限”，不算按时也不算超期" in text  # SB 六(一): counted openly
    assert change.facts["total"]["late"] == change.facts["total"]["no_limit"] == 1
    assert change.facts["rows"][1]["dept"] == ENVIRONMENT
    assert [row.dept for row in assessing.of(bureau, "2022-07").rows] == [WATER]
    assert assessing.of(bureau).period.id == "2022-08"
    empty = assessing.write(bureau, tmp_path / "q.pdf", "2022-06")
    assert empty.facts["rows"] == [] and empty.facts["total"]["in_time_rate"] is None
