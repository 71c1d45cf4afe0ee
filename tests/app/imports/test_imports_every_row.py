"""Every row of a sheet ends as a row of the list or aside with its reason, whatever the sheet looks like."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.imports import drafting, intake
from app.ledger import ledgers
from app.office import Office
from tests.data.make_lists import WRITERS, Grid, Sheet

WORDS = {
    "序号": ("序号", "编号"),
    "项目名称": ("项目名称", "工程名称", "项 目\n名 称"),
    "项目代码": ("项目代码", "统一项目代码"),
    "建设单位": ("建设单位", "项目单位"),
    "立项日期": ("立项日期", "批复时间"),
    "总投资": ("总投资", "总投资（元）", "估算总投资"),
    "建设状态": ("建设状态", "建设状况"),
    "环评": ("环评", "环评办理情况"),
    "能评": ("能评",),
}
ODD: tuple[tuple[Any, ...], ...] = (
    (), (), ("合计", "", 30), ("", "小计", "", 5), ("2016年（3个）",), ("一、审批类",), ("注：1.本表为示例",),
    ("其中：核准类", 1), ("", "", "", ""), ("填报人：", "", "审核人："), (1, 2, 3, 4), ("万元",), (7,), ("#REF!",), ("续表",),
)  # fmt: skip
DAYS = ("2022年3月5日", "2022.3.5", 44625, "2026.13.5", "2031年1月5日", "", "待定", "#N/A")
SUMS = (12.5, "1,000", "0.0000001", "约100万", "#REF!", -5, "", "3亿元", "100-200")
CODES = ("2204-152529-04-01-{:06}", 220415252904011234, "", "2.2E+17", "无")
STATES = ("√", "×", "/", "已批复（某审〔2022〕5号）", "在办", "", "已退回", "○", "#VALUE!", "办结中")


@st.composite
def sheets(draw: st.DrawFn) -> Sheet:
    order = draw(st.permutations(list(WORDS)))
    heads = [draw(st.sampled_from(WORDS[word])) for word in order]
    rows: Grid = [["某旗清单"], ["单位：万元"]] if draw(st.booleans()) else []
    rows.append(list(heads))
    if draw(st.booleans()):
        rows.insert(0, [])
    for number in range(draw(st.integers(0, 8))):
        rows += [list(odd) for odd in draw(st.lists(st.sampled_from(ODD), max_size=2))]
        cells = {
            "序号": draw(st.sampled_from((number + 1, "", "一"))),
            "项目名称": draw(st.sampled_from((f"某镇供水工程{number}", "某镇供水工程", "", "#REF!"))),
            "项目代码": _numbered(draw(st.sampled_from(CODES)), number),
            "建设单位": "某旗水利局",
            "立项日期": draw(st.sampled_from(DAYS)),
            "总投资": draw(st.sampled_from(SUMS)),
            "建设状态": draw(st.sampled_from(("在建", "未开工", "停工", ""))),
            "环评": draw(st.sampled_from(STATES)),
            "能评": draw(st.sampled_from(STATES)),
        }
        rows.append([cells[word] for word in order])
    rows += [list(odd) for odd in draw(st.lists(st.sampled_from(ODD), max_size=3))]
    return Sheet("表", [*rows, ["填报人：", "", "审核人："]])


def _numbered(code: Any, number: int) -> Any:
    return code.format(number) if isinstance(code, str) else code


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(sheet=sheets(), form=st.sampled_from(("list.xlsx", "list.csv", "html.xls")))
def test_each_row_has_one_end(bureau: Office, ledger: str, sheet: Sheet, form: str) -> None:
    """Reading a list: added, updated, skipped with the reason, or a problem with its original row number."""
    with tempfile.TemporaryDirectory() as folder:
        draft = drafting.draft(
            WRITERS[form]([sheet], Path(folder) / form), ledgers.find(bureau, ledger).loaded, unexplained="待核"
        )
    plan = intake.plan(bureau, ledger, draft)
    listed, aside = [r.row for r in plan.rows], [a.row for a in draft.skipped]
    assert sorted(listed + aside) == list(range(1, len(sheet.rows) + 1))
    assert all(a.reason for a in draft.skipped)
    told = plan.counts
    assert told["rows"] == sum(told[end] for end in ("added", "updated", "skipped", "problem")) == len(listed)
    assert all(r.reason for r in plan.rows if r.verdict in ("skipped", "problem"))
    assert {p.row for p in plan.problems} <= set(listed)
    assert {r.row for r in plan.rows if r.verdict == "problem"} <= {p.row for p in plan.problems}
