"""Rows read back: search, filters, lights by worst matter, whose turn it is."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from app import office as offices
from app.ledger import closing, entries, recomputing, settings
from app.listing import counts, explain, history, lists
from app.listing.lists import EMPTY, Query
from app.office import Office
from app.problem import Problem
from app.today import statistics
from tests.app.conftest import DAY, project


def running(bureau: Office, ledger: str, name: str, **dates: str) -> str:
    """A project whose 环评 is under way with these dates, all else 不需办."""
    one = project(bureau, ledger, name, M03="在办")
    entries.amend(bureau, one, {}, {"M03": {"level": "旗", **dates}})
    return one


def test_red_when_the_department_is_late_and_only_then(bureau: Office, ledger: str) -> None:
    """S54 四(三)3, SB 四(三)3: 超期亮红灯; decision 4: 未提交 never does. Due 2022-08-19 for a filing of 08-12."""
    late = running(bureau, ledger, "甲", d_submit="2022-08-12")
    unsent = project(bureau, ledger, "乙", M03="未办")
    line = lists.line(bureau, late)
    assert (line.light, line.cause, line.due, line.light_text) == ("red", "审批超期", "2022-08-19", "逾 1 天")
    assert lists.line(bureau, unsent).light == "green"
    tally = counts.count(bureau, ledger)
    assert tally["lights"]["red"] == 1 and tally["overdue"] == {"approval": 1, "deadline": 0}
    assert lists.ids(bureau, ledger, Query(sublist="超期")) == [late]


def test_the_second_red_is_the_passed_deadline(bureau: Office, ledger: str) -> None:
    """Decision 4: 完成时限已过 (K5) is red too but is no 审批超期."""
    one = project(bureau, ledger, "甲", M03="未办")
    entries.amend(bureau, one, {"due_date": "2022-08-19"})
    line = lists.line(bureau, one)
    assert (line.light, line.cause) == ("red", "完成时限已过")
    assert counts.count(bureau, ledger)["overdue"] == {"approval": 0, "deadline": 1}
    assert lists.ids(bureau, ledger, Query(sublist="超期")) == []


def test_yellow_follows_the_setting(bureau: Office, ledger: str) -> None:
    """Yellow <= 2 working days is a setting."""
    one = running(bureau, ledger, "甲", d_submit="2022-08-18")  # due 08-25, three working days away
    assert lists.line(bureau, one).light == "green"
    settings.put(bureau, "light_days", 3)
    assert lists.line(bureau, one).light == "yellow"
    assert lists.ids(bureau, ledger, Query(lights=("yellow",))) == [one]


def test_a_stopped_clock_is_grey_and_goes_on(bureau: Office, ledger: str) -> None:
    """Decision 5, 行政许可法 45条: 听证 stops the clock."""
    one = running(bureau, ledger, "甲", d_submit="2022-08-08", d_accept="2022-08-09", promise_wd="5")
    assert lists.line(bureau, one).light == "red"
    closing.pause(bureau, one, "M03", reason="听证", on="2022-08-10")
    assert lists.line(bureau, one).light == "stopped"
    closing.resume(bureau, one, "M03", on="2022-08-22")
    assert lists.line(bureau, one).due > "2022-08-22"
    with pytest.raises(Problem) as refused:
        closing.pause(bureau, one, "M03", reason="太忙", on="2022-08-22")
    assert refused.value.code == "E_PAUSE_REASON"


def test_after_handing_up_the_banner_clock_stops(bureau: Office, ledger: str) -> None:
    """SB 四(二)3, decision 4: after 转报 the banner's clock stops and the superior holds it."""
    one = running(bureau, ledger, "甲", d_submit="2022-08-01", d_accept="2022-08-02")
    entries.amend(bureau, one, {}, {"M03": {"level": "盟市"}})
    assert lists.line(bureau, one).light == "red"
    entries.amend(bureau, one, {}, {"M03": {"d_forward": "2022-08-12", "forward_to": "盟生态环境局"}})
    line = lists.line(bureau, one)
    assert line.light != "red" and line.holder == "上级" and line.waiting > 0


def test_a_day_beyond_the_calendar_is_unknown_until_the_notice_comes(tmp_path: Path) -> None:
    """Decision 12: only the computed day is refused; limits recompute when next year's notice is imported."""
    bureau = offices.create(
        tmp_path / "o", division="152529", name="某局", roles=["sponsor"], clerk="甲", today=dt.date(2026, 12, 29)
    )
    from app.ledger import ledgers  # noqa: PLC0415

    ledger = str(ledgers.open_template(bureau, "pending-approval").subject)
    one = running(bureau, ledger, "甲", d_submit="2026-12-29")
    assert lists.line(bureau, one).light == "unknown"
    notice = tmp_path / "2027.csv"
    notice.write_text(
        "年度,2027\n来源,某通知\n日期,安排,说明\n2027-01-01,放假,元旦\n2027-05-01,放假,劳动节\n"
        "2027-10-01至2027-10-03,放假,国庆节\n",
        "utf-8",
    )
    recomputing.import_notice(bureau, notice)
    line = lists.line(bureau, one)
    assert (line.light, line.due) == ("green", "2027-01-06")
    bureau.close()


def test_find_by_name_code_initials_and_number(bureau: Office, ledger: str) -> None:
    one = project(bureau, ledger, "宝拉根陶海苏木供水工程", M01="在办")
    entries.amend(bureau, one, {"project_code": "2204-152529-04-01-123456"})
    project(bureau, ledger, "别的项目", M01="在办")
    for text in ("供水 工程", "２２０４－152529", "blgthsm", "DP-2022-0001"):
        assert lists.ids(bureau, ledger, Query(text=text)) == [one], text
    assert lists.ids(bureau, ledger, Query(text="%")) == []


def test_filters_by_cell_item_and_blank_and_their_counts(bureau: Office, ledger: str) -> None:
    one = project(bureau, ledger, "甲", M01="在办")
    two = project(bureau, ledger, "乙", M01="未办")
    entries.amend(bureau, one, {"place": "明安图镇", "invest": "1,200.5万元"})
    assert lists.ids(bureau, ledger, Query(where=(("place", ("明安图镇",)),))) == [one]
    assert lists.ids(bureau, ledger, Query(where=(("place", (EMPTY,)),))) == [two]
    assert lists.ids(bureau, ledger, Query(where=(("M01.state", ("未办",)),))) == [two]
    assert lists.ids(bureau, ledger, Query(where=(("invest", ("1200.5",)),))) == [one]
    assert dict(lists.values(bureau, ledger, "place")) == {"明安图镇": 1, EMPTY: 1}
    assert lists.tabs(bureau, ledger)["all"] == 2
    with pytest.raises(Problem):
        lists.ids(bureau, ledger, Query(where=(("nothing", ("x",)),)))


def test_sorted_by_money_with_blanks_last_either_way(bureau: Office, ledger: str) -> None:
    ids = [project(bureau, ledger, name, M01="在办") for name in "甲乙丙"]
    for entry, amount in zip(ids[:2], ("30", "200"), strict=True):
        entries.amend(bureau, entry, {"invest": amount})
    assert lists.ids(bureau, ledger, Query(sort=(("invest", False),))) == ids
    assert lists.ids(bureau, ledger, Query(sort=(("invest", True),))) == [ids[1], ids[0], ids[2]]


def test_explain_names_start_clause_and_both_due_days(bureau: Office, ledger: str) -> None:
    """S54 四(二)3 7 wd from 接件 beside SB 四(二)3 5 wd from 受理."""
    one = running(bureau, ledger, "甲", d_submit="2022-08-15", d_accept="2022-08-19")
    entries.amend(bureau, one, {}, {"M03": {"level": "盟市", "promise_wd": "20"}})
    (told,) = explain.entry(bureau, one, "M03")
    text = "".join(told.sentences)
    assert "旗方案 四(二)3" in text and "区方案 四(二)3" in text
    assert "2022年8月26日" in text and "2022年8月24日" in text


def test_history_tells_old_and_new_in_words(bureau: Office, ledger: str) -> None:
    """S54/SB 四(三)1 审批全程记录."""
    one = project(bureau, ledger, "甲", M01="在办")
    entries.amend(bureau, one, {"invest": "100"})
    entries.amend(bureau, one, {"invest": "250"})
    deed = history.lines(bureau, one)[0]
    assert (deed.clerk, deed.on, deed.title) == ("经办人甲", DAY.isoformat(), "修改")
    assert [(s.what, s.old, s.new) for s in deed.steps] == [("总投资", "100.00", "250.00")]


def test_today_lists_what_is_due_with_its_cell(bureau: Office, ledger: str) -> None:
    late = running(bureau, ledger, "甲", d_submit="2022-08-12")
    today = statistics.today_list(bureau)
    assert today.overdue == 1
    (todo,) = today.todos
    assert (todo.entry_id, todo.item, todo.field) == (late, "M03", "d_first")
    assert "环评" in todo.what and todo.light_text == "逾 1 天"


def test_resubmission_starts_the_clock_again_and_keeps_the_past(bureau: Office, ledger: str) -> None:
    """Decision 5: 补正 opens a new round, K1/K2 start again, history kept."""
    one = running(
        bureau, ledger, "甲", d_submit="2022-08-08", d_first="2022-08-10", r_first="一次性告知补正", d_notice="2022-08-10"
    )
    line = lists.line(bureau, one)
    assert line.light == "green" and line.holder == "项目单位"
    entries.amend(bureau, one, {}, {"M03": {"d_resubmit": "2022-08-19"}})
    item = lists.line(bureau, one).items["M03"]
    assert item.cells["d_submit"] == "2022-08-19" and "d_first" not in item.cells
    assert item.cells["rounds"][0]["d_submit"] == "2022-08-08"
    assert item.due == "2022-08-26"


def test_rows_without_a_light_can_be_asked_for(bureau: Office, ledger: str) -> None:
    project(bureau, ledger, "甲", M03="在办")
    done = project(bureau, ledger, "乙", **{f"M0{n}": "办结" for n in range(1, 9)})
    assert lists.line(bureau, done).light == ""
    assert dict(lists.values(bureau, ledger, "light"))[EMPTY] == 1
    assert lists.ids(bureau, ledger, Query(where=(("light", (EMPTY,)),))) == [done]


def test_what_is_filtered_and_sorted_by_is_what_is_shown(bureau: Office, ledger: str) -> None:
    """B1 办理时限 and 剩余: the day due, else 完成时限; 剩余 goes by the earlier of the two."""
    late = running(bureau, ledger, "甲", d_submit="2022-08-12")  # due 2022-08-19
    plan = project(bureau, ledger, "乙", M03="未办")
    entries.amend(bureau, plan, {"due_date": "2022-08-10"})
    both = running(bureau, ledger, "丙", d_submit="2022-08-15")
    entries.amend(bureau, both, {"due_date": "2022-08-01"})
    shown = {line.id: line.due or line.deadline for line in lists.lines(bureau, [late, plan, both])}
    assert dict(lists.values(bureau, ledger, "due")) == dict.fromkeys(shown.values(), 1)
    assert lists.ids(bureau, ledger, Query(where=(("due", ("2022-08-10",)),))) == [plan]
    assert lists.ids(bureau, ledger, Query(sort=(("due", False),))) == sorted(shown, key=lambda i: shown[i])
    assert lists.ids(bureau, ledger, Query(sort=(("light", False),))) == [both, plan, late]
