"""Likely duplicates among complaints, callers looked at by a named act, departments that are not online."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app import office as offices
from app.ledger import attachments, entries, ledgers, serving
from app.listing import history, lights, lists
from app.listing.lists import Query
from app.office import Office
from app.papers import callers, complaint_twins, notices, offline_notices
from app.problem import Problem
from app.proof import replay
from app.values import masking
from tests.app.conftest import DAY
from tests.app.follow_up import ENVIRONMENT, HEAT, SEWAGE, WATER, on_paper, stored_follow_up

CALL: dict[str, str] = {
    "name": "环评报件三次被退", "order_no": "TS01", "called_on": "2022-08-15", "content": "环评报件被退三次", "kind": "要件反复",
    "dept": ENVIRONMENT, "about": f"{HEAT}/M03", "caller": "诉求人甲", "caller_tel": "13800000009",
}  # fmt: skip


@pytest.fixture
def late(tmp_path: Path) -> Iterator[Office]:
    opened = offices.open_folder(stored_follow_up().lay(tmp_path / "office"), today=DAY)
    yield opened
    opened.close()


def on_day(office: Office, day: str) -> Office:
    return replace(office, fixed_today=dt.date.fromisoformat(day))


@pytest.fixture
def calls(late: Office) -> Office:
    register = serving.ledger(late, "complaints")
    for texts in (CALL, {**CALL, "name": "水保不受理", "content": "水保", "order_no": "", "called_on": "2022-08-01",
                         "about": SEWAGE, "caller_tel": "", "caller": "诉求人乙", "answered_on": "2022-08-02"}):  # fmt: skip
        entries.add(late, register, texts, not_secret="审核人乙")
    return late


def test_likely_duplicates_are_told_and_never_refused(calls: Office) -> None:
    """SB 四(四): one complaint that came twice is seen while it is entered; the clerk decides."""

    def why(**texts: str) -> list[str]:
        return [one.why for one in complaint_twins.likely(calls, texts)]

    assert why(order_no="ts01") == ["工单号相同"]
    assert why(caller_tel="138 0000 0009", name="环评报件又被退了") == ["来电号码相同，内容相近"]
    assert why(caller="诉求人乙", name="水保不予受理") == [
        "投诉人相同，内容相近"
    ]  # one of them left no number
    assert (
        why(caller="诉求人甲", caller_tel="13900000001", name="环评报件三次被退") == []
    )  # another number, another man
    assert why(caller_tel="13800000009", name="征地补偿没有发") == []
    assert why(about=HEAT, called_on="2022-08-22") == [
        "同一个项目，上一件还在答复时限内"
    ]  # 15th and five working days
    assert why(about=HEAT, called_on="2022-08-23") == why(about=HEAT, called_on="2022-08-14") == []
    assert why(about=f"{HEAT}/M04", called_on="2022-08-16") == []  # another matter of it
    assert why(called_on="不是日期", about="") == why() == []
    (one,) = complaint_twins.likely(calls, {"order_no": "TS01"})
    assert (one.name, one.dept, one.called_on) == (CALL["name"], ENVIRONMENT, "2022-08-15")
    assert complaint_twins.likely(calls, {"order_no": "TS01"}, but=one.entry_id) == ()
    register = serving.found(calls, "complaints")
    with pytest.raises(Problem, match=r"E_CONFIRM"):  # on the command line the question is answered by --yes
        complaint_twins.refuse_unasked(calls, register, CALL)
    complaint_twins.refuse_unasked(calls, ledgers.find(calls, "pending-approval").id, CALL)
    entries.add(calls, register, CALL, not_secret="审核人乙")  # never refused


def test_an_answered_complaint_says_so(calls: Office) -> None:
    """SB 六(一): answered and not yet solved is 已答复; its clock stands still without 停表."""
    line = ledgers.get(calls, serving.found(calls, "complaints"))
    (answered,) = lists.lines(calls, lists.ids(calls, line.id, Query(lights=("stopped",))))
    assert answered.name == "水保不受理"
    assert lights.word(answered.light, stopped=line.loaded.t.words.stopped) == "已答复"
    assert lights.word("stopped") == "已停"


def test_callers_are_shown_by_an_act_that_the_journal_keeps(calls: Office) -> None:
    """Domain B12: the caller's data are masked; who looked and why stands in the journal, the data do not."""
    register = serving.found(calls, "complaints")
    entry = lists.ids(calls, register)[0]
    loaded = ledgers.get(calls, register).loaded
    assert masking.hidden(loaded) == {"caller", "caller_tel"}
    assert masking.hidden(ledgers.find(calls, "pending-approval").loaded) == frozenset()
    change = callers.look(calls, entry, why="回访")
    assert change.facts["caller"] == {"投诉人": "诉求人甲", "投诉人电话": "13800000009"}
    entries.amend(calls, entry, {"caller_tel": "13800000008"})
    changed, deed, *_ = history.lines(calls, entry)
    assert (deed.title, deed.facts["reason"]) == ("看投诉人", "回访")
    assert "138****0008" in str(changed) and "13800000009" not in str((changed, deed))
    with pytest.raises(Problem, match="E_BLANK"):
        callers.look(calls, entry, why=" ")
    assert replay.verify(calls) == []


DEPTS: tuple[dict[str, Any], ...] = (
    {"name": WATER, "own_system": "否", "person": "责任人丙", "matters_offline": "水土保持"},
    {"name": ENVIRONMENT, "own_system": "是", "system_name": "环评系统", "online_on": "2022-08-20"},
    {"name": "正镶白旗自然资源局", "own_system": "是", "system_name": "用地系统"},
)


def test_departments_that_are_not_online_get_their_notices_in_one_deed(late: Office, tmp_path: Path) -> None:
    """SB 六(三): by 2022-09-30 on a platform, from October all online; 六(四): who is not gets 挂牌督办."""
    with pytest.raises(Problem, match="E_NO_ONLINE"):
        offline_notices.late(late)
    listed = str(ledgers.open_template(late, "online-status").subject)
    for texts in DEPTS:
        entries.add(late, listed, texts, not_secret="审核人乙")
    with pytest.raises(Problem, match="没有到期还没有线上办理的部门"):  # on 2022-08-22 nobody is late
        offline_notices.notify(late, tmp_path, reply_by="2022-10-20")
    october = on_day(late, "2022-10-08")
    assert [one.dept for one in offline_notices.late(october)] == [WATER, "正镶白旗自然资源局"]
    with pytest.raises(Problem, match="E_DATE_ORDER"):
        offline_notices.notify(october, tmp_path, reply_by="2022-10-07")
    change = offline_notices.notify(october, tmp_path, reply_by="2022-10-20")
    assert [paper["doc_no"][-2:] for paper in change.facts["papers"]] == ["1号", "2号"]
    text = on_paper(Path(change.facts["papers"][0]["pdf"]))
    assert "没有在线审批系统，应于2022年9月30日前入驻平台，至今没有入驻（旗方案六(三)）" in text
    assert "按照《正镶白旗待批项目大起底工作方案》" in text and "还在线下办的有水土保持" in text
    assert "入驻平台" not in on_paper(Path(change.facts["papers"][1]["pdf"])).partition("整改要求")[0]
    row = lists.ids(october, listed)[0]
    assert len(attachments.of(october, row)) == 1 and len(list(tmp_path.glob("*.docx"))) == 2
    with pytest.raises(Problem, match="都已经下过挂牌督办，还没有了结"):
        offline_notices.notify(october, tmp_path, reply_by="2022-10-20")
    notices.reply(october, change.facts["papers"][0]["doc_no"], text="已入驻", on="2022-10-08")
    notices.lift(october, change.facts["papers"][0]["doc_no"], tmp_path, basis="整改到位")
    second = offline_notices.notify(october, tmp_path, reply_by="2022-10-20")  # lifted, and still not online
    assert (
        len(second.facts["papers"]) == 1 and "正镶白旗自然资源局已有没了结的挂牌督办，没有再下" in second.said
    )
    assert replay.verify(october) == []
