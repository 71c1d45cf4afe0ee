"""Several dates a row is to be done by, and milestones each with a limit of its own: the earliest one counts."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.ledger import entries, ledgers
from app.listing import counts, explain, lists
from app.listing.lists import Query
from app.office import Office
from app.proof import replay
from app.templating import template_reading
from app.today import statistics
from tests.app.works import TASKS

STONES = {
    "S01": {"matter_name": "印发办法", "due_date": "2022-08-10"},
    "S01.2": {"matter_name": "系统上线", "due_date": "2022-09-30"},
    "S01.10": {"matter_name": "总结"},
}


@pytest.fixture
def tasks(bureau: Office) -> str:
    return str(ledgers.open_template(bureau, template_reading.read(TASKS, "任务.toml")).subject)


def task(
    bureau: Office, ledger: str, name: str, items: dict[str, dict[str, str]] | None = None, **texts: str
) -> str:
    change = entries.add(bureau, ledger, {"name": name, **texts}, items=items or {}, not_secret="审核人乙")
    return str(change.subject)


def test_the_earliest_limit_counts_and_says_which_it_is(bureau: Office, tasks: str) -> None:
    """Today is 2022-08-22. A row's deadline is the earliest of its own dates and of its open milestones'."""
    hard = task(bureau, tasks, "硬期限", end_by="2022-12-31", hard_by="2022-08-15")
    soft = task(bureau, tasks, "软期限", end_by="2022-08-20", hard_by="2022-12-31")
    stone = task(bureau, tasks, "里程碑早", STONES, end_by="2022-12-31")
    late = task(
        bureau, tasks, "都不急", {"S01": {"matter_name": "甲", "due_date": "2022-12-01"}}, end_by="2022-11-30"
    )
    shown = {i: lists.line(bureau, i) for i in (hard, soft, stone, late)}
    assert [shown[i].deadline for i in shown] == ["2022-08-15", "2022-08-20", "2022-08-10", "2022-11-30"]
    assert [shown[i].cause for i in shown] == ["方案期限已过", "任务过期", "里程碑过期", ""]
    stones = shown[stone].items
    assert list(stones) == ["S01", "S01.2", "S01.10"], "in the order of their numbers"
    assert [(s.title, s.deadline, s.light) for s in stones.values()] == [
        ("印发办法", "2022-08-10", "red"), ("系统上线", "2022-09-30", "green"), ("总结", "2022-12-31", "green"),
    ]  # fmt: skip
    assert shown[late].items["S01"].deadline == "2022-11-30" and shown[late].light == "green"
    assert lists.ids(bureau, tasks, Query(lights=("red",))) == [hard, soft, stone]
    told = counts.count(bureau, tasks)
    assert told["overdue"]["deadline"] == 3 and told["item_overdue"]["deadline"] == 1 and told["balanced"]
    assert told["item_lights"]["red"] == 1 and told["lights"]["red"] == 3
    todo = {
        t.name: (t.what, t.item, t.field, t.cause)
        for t in statistics.today_list(bureau).todos
        if t.light == "red"
    }
    assert todo == {
        "硬期限": ("办结全部里程碑（方案规定的期限）", "", "hard_by", "方案期限已过"),
        "软期限": ("办结全部里程碑（任务期限）", "", "end_by", "任务过期"),
        "里程碑早": ("印发办法（里程碑期限）", "S01", "due_date", "里程碑过期"),
    }
    said = " ".join(t for one in explain.entry(bureau, hard) for t in one.sentences)
    assert "2022年8月15日" in said and "2022年12月31日" in said, "both limits are shown"
    entries.amend(bureau, stone, {}, {"S01": {"state": "已完成"}})
    now = lists.line(bureau, stone)
    assert (
        now.deadline == "2022-09-30"
        and now.items["S01"].light == ""
        and now.items["S01"].state_text == "已完成"
    )
    entries.amend(
        bureau,
        stone,
        {},
        {"S01.3": {"matter_name": "加一个", "due_date": "2022-08-23", "sent_on": "2022-08-22"}},
    )
    now = lists.line(bureau, stone)
    assert now.deadline == "2022-08-23" and now.light == "yellow" and now.items["S01.3"].due == "2022-08-29"
    assert replay.verify(bureau) == []


def test_a_row_without_items_has_several_limits_until_each_is_met(bureau: Office) -> None:
    """S53 三: a plan by one day, the close by another; what a limit waits for ends that limit alone."""
    source = (Path(__file__).parents[1] / "data" / "idle-schools.toml").read_text("utf-8")
    more = '[[clock]]\nid = "S3"\ntitle = "方案期限"\nuntil = "plan_by"\nstops = ["plan_on"]\ncause = "方案期限已过"\n\n'
    text = source.replace("[[computed]]", f"{more}[[computed]]", 1).replace(
        '[[field]]\nid = "plan"',
        '[[field]]\nid = "plan_by"\ntitle = "方案期限"\nkind = "date"\n\n[[field]]\nid = "plan"',
        1,
    )
    ledger = str(ledgers.open_template(bureau, template_reading.read(text, "校舍.toml")).subject)
    row = str(
        entries.add(
            bureau,
            ledger,
            {"name": "甲校", "use_by": "2022-12-31", "plan_by": "2022-08-19"},
            not_secret="审核人乙",
        ).subject
    )
    shown = lists.line(bureau, row)
    assert (shown.deadline, shown.cause, shown.light) == ("2022-08-19", "方案期限已过", "red")
    (todo,) = [t for t in statistics.today_list(bureau).todos if t.entry_id == row]
    assert (todo.what, todo.field) == ("方案期限", "plan_by")
    entries.amend(bureau, row, {"plan_on": "2022-08-20"})
    shown = lists.line(bureau, row)
    assert (shown.deadline, shown.light) == ("2022-12-31", "stopped"), "and no red any more"
    assert replay.verify(bureau) == []
