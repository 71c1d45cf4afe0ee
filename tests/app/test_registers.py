"""The running registers: each lives a ledger's life, and the program finds or opens the one that serves it."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from app.figures import figures
from app.imports import drafting, intake
from app.ledger import checks, closing, entries, leaving, ledgers, serving
from app.listing import counts, history, lists
from app.listing.lists import Query
from app.office import Office
from app.papers import assessing, complaint_twins
from app.problem import Problem
from app.proof import replay
from app.storage.paths import RESOURCES
from app.templating import template_reading
from tests.app.conftest import DAY
from tests.app.ledger_life import NOT_SECRET, live

ON = DAY.isoformat()
STARTS = RESOURCES / "starts" / "deliverables.csv"


@dataclass(frozen=True)
class Told:
    """What is typed into a register, how its row is closed and what its checks say of the row."""

    texts: Mapping[str, str]
    basis: str = ""
    red: str = ""
    found: frozenset[str] = frozenset()
    shown: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    given: Mapping[str, str] = field(default_factory=dict)


REGISTERS = {
    "reports": Told(
        {"name": "待批项目2022年8月上半月", "period": "2022-08A", "due_on": "2022-08-15", "zero": "是", "to": "旗发改委"},
        red="报送逾期", shown=("2022-08A", "未报", "旗发改委"),
    ),
    "supervision": Told(
        {"name": "环评逾期", "notice_kind": "挂牌督办", "target": "旗甲局", "reason": "环评3项超过承诺时限",
         "issued_on": "2022-08-08", "reply_by": "2022-08-15"},
        basis="整改到位", red="整改超期", shown=("挂牌督办", "旗甲局"),
    ),
    "informing": Told(
        {"name": "示范项目环评一次性告知", "about": "152529-DP-2022-0001/M03", "nth": "2", "told_on": "2022-08-19",
         "told_to": "签收人甲", "way": "当面", "told_by": "经办人甲", "problems": "1.缺公众参与说明", "advice": "先公示"},
        found=frozenset({"second-notice", "no-proof"}), shown=("152529-DP-2022-0001/M03", "当面"),
    ),
    "recheck": Told(
        {"name": "示范项目", "about": "152529-DP-2022-0001", "sample": "第一批", "seed": "7", "on": "2022-08-19",
         "way": "现场", "real": "否", "rebound": "否", "finding": "没有批复原件",
         "handling": "责令分局8月底前补齐原件"},
        basis="已恢复入账", shown=("第一批", "没有批复原件"),
    ),
    "complaints": Told(
        {"name": "环评久拖不办", "order_no": "某20220801001", "called_on": "2022-08-01", "kind": "拖延审批",
         "content": "三个月没有答复", "lead": "旗发改委", "dept": "旗甲局",
         "answer_by": "2022-08-05", "caller": "诉求人甲", "caller_tel": "13800000000"},
        basis="已解决", red="响应超期", shown=("某20220801001", "拖延审批", "旗甲局"), hidden=("诉求人甲", "13800000000"),
    ),
    "meetings": Told(
        {"name": "8月中旬调度会", "on": "2022-08-11", "turn": "2022年8月中旬", "resolved": "环评两周内办结",
         "resp_unit": "旗甲局", "due_on": "2022-08-19", "outcome": "环评19日批复"},
        basis="已落实", red="落实超期", shown=("环评两周内办结",),
    ),
    "online-status": Told(
        {"name": "旗甲局", "own_system": "否", "platform": "在线审批平台", "join_by": "2022-08-19"},
        basis="已入驻平台", red="入驻逾期", shown=("在线审批平台",),
    ),
    "assistance": Told(
        {"name": "某公司示范项目", "matter": "环评", "aide": "帮办人甲", "asked_on": "2022-08-08", "due_on": "2022-08-19"},
        basis="办成", red="帮办逾期", shown=("帮办人甲",),
    ),
    "deliverables": Told(
        {"name": "本部门细化措施", "kind": "细化措施", "document": "旗方案", "clause": "六(一)",
         "due_on": "2022-08-19", "resp_unit": "旗甲局"},
        basis="印发", red="成果逾期", shown=("旗方案", "细化措施"),
    ),
    "contacts": Told(
        {"name": "催环评批复", "on": "2022-08-15", "target": "旗甲局", "tel": "13800000001",
         "said": "电话已催，答应周五", "promised_on": "2022-08-19"},
        basis="已兑现", red="到日子没有兑现", shown=("电话已催，答应周五",), hidden=("13800000001",),
    ),
    "directory": Told(
        {"name": "旗甲局", "aliases": "甲局", "leader": "分管副旗长", "chief": "主要领导甲", "person": "责任人甲",
         "tel": "13800000002", "valid_from": "2022-08-01"},
        found=frozenset({"no-inspection"}), shown=("分管副旗长", "责任人甲"), hidden=("13800000002",),
    ),
}  # fmt: skip


SETTLED = ("informing", "directory")
"""Registers whose rows are done with when they are entered."""


@pytest.mark.parametrize("name", REGISTERS)
def test_a_register_lives(bureau: Office, tmp_path: Path, name: str) -> None:
    """旗方案 四(二)2、四(四)、六; 53号 七; 59号 五; 29号 三: opened, typed, imported, printed, closed, proved."""
    told = REGISTERS[name]
    seen: list[str] = []

    def close(office: Office, row: str, scan: Path) -> None:
        line = lists.line(office, row)
        seen.append(f"{line.light} {line.cause}".strip())
        if told.basis:
            closing.close(office, [(row, "")], basis=told.basis, on=ON)

    life = live(bureau, tmp_path, name, told.texts, close=close)
    loaded = ledgers.get(bureau, life.ledger).loaded
    assert loaded.t.nature == "register" and not loaded.t.signoffs
    assert seen == ([f"red {told.red}"] if told.red else ["" if name in SETTLED else "green"])
    assert told.found <= life.found
    assert all(word in life.text for word in told.shown), life.text
    assert not any(word in life.text for word in (*told.hidden, "填报人（签字"))  # nobody signs a register
    tally = counts.now(bureau, life.ledger)["project"]
    assert tally["listed"] == 2 and tally["open"] == (0 if name in SETTLED else 1 if told.basis else 2)
    for typed, kept in (("handling", "handled_by"), ("outcome", "done_by")):
        if typed in told.texts:  # what people wrote stays as it is
            assert [life.closed.cells[key] for key in (typed, kept)] == [told.texts[typed], told.basis]
    assert life.closed.light == ("" if told.basis or name in SETTLED else "red")
    (struck,) = loaded.closings("entry", "removed")
    row, before = life.closed.id, lists.line(bureau, life.closed.id)
    leaving.remove(bureau, row, reason=struck.bases[0])  # whatever it was: entered by mistake
    assert lists.standing_shown(lists.line(bureau, row)) == struck.title
    leaving.reopen(bureau, row, reason="登记有误")
    assert lists.line(bureau, row) == replace(before, rev=before.rev + 2)
    assert replay.verify(bureau) == []


def test_a_row_entered_twice_is_struck_off_and_comes_back(bureau: Office) -> None:
    """旗方案 四(四), decision 2: a register is not sealed, so its 退单 counts as struck off; it is seen and asked for no more."""
    calls = str(ledgers.open_template(bureau, "complaints").subject)
    told = {"called_on": "2022-08-01", "answer_by": "2022-08-05", "order_no": "1", "dept": "旗甲局"}
    _, twice = (
        str(entries.add(bureau, calls, {"name": name, **told}, not_secret=NOT_SECRET).subject)
        for name in "甲乙"
    )

    def counted() -> tuple[object, ...]:
        (sheet,) = assessing.of(bureau, "2022-08").rows
        cases = figures.of(bureau, calls, since=dt.date(2022, 8, 1)).total["cases"]
        reds = len(lists.ids(bureau, calls, Query(lights=("red",))))
        return sheet.values["cases"], cases, reds, len(complaint_twins.likely(bureau, told))

    def refused(deed: Callable[..., object], *given: object, **words: object) -> str:
        with pytest.raises(Problem) as found:
            deed(bureau, *given, **words)
        return found.value.code

    assert counted() == (2, 2, 2, 2)
    assert refused(leaving.remove, twice) == refused(leaving.remove, twice, reason="。") == "E_LACKING"
    assert refused(leaving.remove, twice, reason="重复工单", targets=["某库"]) == "E_TARGETS"
    assert refused(leaving.reopen, twice, reason="误退") == "E_STILL_OPEN"
    change = leaving.remove(bureau, twice, reason="重复工单", detail="与第1号相同")
    assert change.said == "已登记退单：乙" and counted() == (1, 1, 1, 1)
    tally = counts.now(bureau, calls)["project"]
    assert counts.balanced(tally) and counts.list_line(
        tally, ledgers.get(bureau, calls).loaded.t.words
    ).endswith("退单 1")
    assert len(lists.ids(bureau, calls, Query())) == 2  # still to be seen, and found by its own word
    assert lists.ids(bureau, calls, Query(where=(("standing", ("退单",)),))) == [twice]
    deed = history.lines(bureau, twice)[0]
    assert (deed.title, deed.facts) == ("退单", {"reason": "重复工单", "detail": "与第1号相同"})
    assert refused(leaving.remove, twice, reason="重复工单") == "E_NOT_OPEN"
    assert refused(closing.close, [(twice, "")], basis="已解决", on=ON) == "E_NOT_OPEN"
    assert refused(leaving.reopen, twice) == "E_LACKING" and replay.verify(bureau) == []
    assert leaving.reopen(bureau, twice, reason="误退").said == "已恢复：乙"
    assert counted() == (2, 2, 2, 2) and replay.verify(bureau) == []


def test_an_answer_in_time_stops_the_deadline_and_the_row_waits_for_the_other_side(bureau: Office) -> None:
    """旗方案 六(一): the limit is that of the answer; 六(四): 反馈 stops 整改时限, 摘牌 is the office's own turn."""
    calls = str(ledgers.open_template(bureau, "complaints").subject)
    texts = {"name": "环评久拖不办", "called_on": "2022-08-01"}
    row = str(entries.add(bureau, calls, texts, not_secret=NOT_SECRET).subject)
    line = lists.line(bureau, row)
    assert (line.light, line.due, line.holder) == (
        "red",
        "2022-08-08",
        "领办部门",
    )  # nothing told: 5 working days
    entries.amend(bureau, row, {"answer_by": "2022-08-26"})
    assert (lists.line(bureau, row).light, lists.line(bureau, row).deadline) == ("green", "2022-08-26")
    entries.amend(bureau, row, {"answered_on": "2022-08-19"})
    line = lists.line(bureau, row)
    assert (line.light, line.deadline, line.holder, line.waiting) == ("stopped", "", "手续部门", 1)

    acts = str(ledgers.open_template(bureau, "supervision").subject)
    texts = {
        "name": "环评逾期",
        "notice_kind": "挂牌督办",
        "issued_on": "2022-08-08",
        "reply_by": "2022-08-15",
    }
    row = str(entries.add(bureau, acts, texts, not_secret=NOT_SECRET).subject)
    entries.amend(bureau, row, {"reply": "已办结2项", "reply_on": "2022-08-19"})
    line = lists.line(bureau, row)
    assert (line.light, line.stage, line.holder) == ("stopped", "待摘牌", "督办单位")
    with pytest.raises(Problem) as refused:
        closing.close(bureau, [(row, "")], basis="批复", on=ON)
    assert "整改到位" in refused.value.text
    closing.close(bureau, [(row, "")], basis="反馈属实", on=ON, doc="某督字〔2022〕1号")
    assert lists.line(bureau, row).cells["lift_basis"] == "反馈属实"
    assert lists.ids(bureau, acts, Query(standing=("open",))) == []


def test_what_was_found_untrue_is_handled_before_it_is_settled(bureau: Office) -> None:
    """旗方案 六(四): what is to be done is written in words; the basis stands beside it, 恢复 takes that away alone."""
    again = str(ledgers.open_template(bureau, "recheck").subject)
    texts = {"name": "示范项目", "on": "2022-08-19", "way": "现场", "real": "否", "rebound": "否", "finding": "无"}  # fmt: skip
    row = str(entries.add(bureau, again, texts, not_secret=NOT_SECRET).subject)
    with pytest.raises(Problem, match="E_LACKING"):
        closing.close(bureau, [(row, "")], basis="整改到位", on=ON)
    entries.amend(bureau, row, {"handling": "责令补齐并问责"})
    closing.close(bureau, [(row, "")], basis="整改到位", on=ON)
    cells = lists.line(bureau, row).cells
    assert (cells["handling"], cells["handled_by"]) == ("责令补齐并问责", "整改到位")
    settled = next(c for c in template_reading.builtin("recheck").t.closings if c.id == "handled")
    assert set(settled.back) == {"handled_on", "handled_by"}


def test_only_departments_without_a_system_have_to_join(bureau: Office) -> None:
    """旗方案 六(三): without a system 09-30 for joining; all online from October, for everybody 10-01."""
    ledger = str(ledgers.open_template(bureau, "online-status").subject)
    for own, more, due in (
        ("是", {}, "2022-10-01"), ("否", {}, "2022-09-30"), ("否", {"joined_on": "2022-08-19"}, "2022-10-01"),
    ):  # fmt: skip
        row = entries.add(
            bureau, ledger, {"name": f"旗{due}{own}局", "own_system": own, **more}, not_secret=NOT_SECRET
        )
        assert lists.line(bureau, str(row.subject)).deadline == due


def test_departments_are_assessed_by_what_is_registered_of_them(bureau: Office) -> None:
    """旗方案 四(四) and decision 15: cases, answered in time, solved, overdue of each 手续部门; the region's three rates."""
    calls = str(ledgers.open_template(bureau, "complaints").subject)
    told = {"called_on": "2022-08-01", "answer_by": "2022-08-05", "kind": "拖延审批"}
    solved = {
        "answered_on": "2022-08-04",
        "solved_on": "2022-08-08",
        "result": "已解决",
        "satisfied": "基本满意",
    }
    late = {
        "answered_on": "2022-08-09",
        "solved_on": "2022-08-10",
        "result": "已解释说明",
        "satisfied": "不满意",
    }
    for name, dept, more in (("甲", "旗甲局", solved), ("乙", "旗甲局", late), ("丙", "旗乙局", {})):
        entries.add(bureau, calls, {"name": name, "dept": dept, **told, **more}, not_secret=NOT_SECRET)
    for name, cells in (  # not due yet; no limit; solved in time and never said to be answered
        ("丁", {"called_on": ON, "answer_by": "2022-08-30"}), ("戊", {"answer_by": "", "answered_on": "2022-08-02"}),
        ("己", {"solved_on": "2022-08-05", "result": "已解决"}),
    ):  # fmt: skip
        entries.add(bureau, calls, {"name": name, "dept": "旗丙局", **told, **cells}, not_secret=NOT_SECRET)
    found = figures.of(bureau, calls, by=("unit",), since=dt.date(2022, 8, 1))
    wanted = (
        "cases", "answered", "answered_in_time", "solved", "late", "answer_rate", "in_time_rate", "solved_rate",
        "satisfied_rate",
    )  # fmt: skip
    assert {row.key: tuple(row.values[one] for one in wanted) for row in found.rows} == {
        ("旗丙局",): (3, 1, 1, 1, 0, "33.33", "100", "33.33", None),
        ("旗乙局",): (1, 0, 0, 0, 1, "0", "0", "0", None),
        ("旗甲局",): (2, 2, 1, 1, 1, "100", "50", "50", "50"),
    }
    assert [found.total[one] for one in ("due_cases", "answered_in_time", "late")] == [4, 2, 2]
    sheet = {row.dept: row.values for row in assessing.of(bureau, "2022-08").rows}
    assert (sheet["旗丙局"]["answer_rate"], sheet["旗丙局"]["in_time_rate"]) == ("33.33", "100")
    told_of = {f.code: f.level for f in checks.check(bureau, calls) if f.field == "answer_by"}
    assert told_of == {"C_no-limit": "warn"}  # optional, as its hint says
    assert found.total["answer_days"] is not None
    (cadence,) = ledgers.get(bureau, calls).loaded.t.cadences
    assert (cadence.every, cadence.form) == ("月", "assessment")


def test_what_each_document_demands_comes_in_by_the_ordinary_way(bureau: Office) -> None:
    """The list that is shipped: every row reads without doubt, dated ones make lights."""
    with STARTS.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    ledger = str(ledgers.open_template(bureau, "deliverables").subject)
    draft = drafting.draft(STARTS, ledgers.get(bureau, ledger).loaded, memory={})
    assert draft.problems == [] and [c.head for c in draft.unmapped] == []
    change = intake.commit(bureau, intake.plan(bureau, ledger, draft), not_secret=NOT_SECRET)
    assert (change.facts["added"], change.facts["problem"]) == (len(rows), 0), change.said
    late = sum(bool(row["时限"]) and row["时限"] < ON for row in rows)
    assert len(lists.ids(bureau, ledger, Query(lights=("red",)))) == late > 0
    assert {row["依据文件"] for row in rows} == {
        "旗方案", "内政办发〔2022〕54号", "内政办发〔2022〕53号", "内政办发〔2022〕59号", "内工改办〔2021〕29号",
    }  # fmt: skip
    kinds = {code.code for code in ledgers.get(bureau, ledger).loaded.codes["kind"].codes}
    assert {row["成果类别"] for row in rows} <= kinds
    assert replay.verify(bureau) == []


def test_the_register_that_serves_is_found_or_opened_inside_the_deed(bureau: Office) -> None:
    assert all(what in template_reading.builtin(what).t.serves for what in serving.SERVICES)
    assert serving.found(bureau, "supervision") == ""
    with pytest.raises(Problem), bureau.write("某件事") as work:
        serving.within(work, bureau, "supervision")
        raise Problem("E_TEST", "这件事没有办成")
    assert ledgers.all(bureau) == []  # both or neither
    with bureau.write("某件事") as work:
        first = serving.within(work, bureau, "supervision")
        assert serving.within(work, bureau, "supervision") == first
    assert serving.ledger(bureau, "supervision") == serving.found(bureau, "supervision") == first
    other = serving.ledger(bureau, "reports")
    assert ledgers.get(bureau, other).template_id == "reports"
    assert serving.ledger(bureau, "reports") == other and len(ledgers.all(bureau)) == 2
    with pytest.raises(Problem) as refused:
        serving.ledger(bureau, "weather")
    assert refused.value.code == "E_NO_SERVICE"
    assert replay.verify(bureau) == []
