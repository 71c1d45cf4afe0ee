"""What must hold for every clock, whatever the days."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.engine.clock_runs import Stretch, due_day, stretches
from app.engine.clocks import explain, item_clocks
from app.templating.template_reading import builtin
from app.values.workdays import Calendar, published

LOADED = builtin("pending-approval")
CALENDAR = Calendar(published().values())
DAY = dt.timedelta(days=1)
DAYS = st.dates(dt.date(2022, 1, 1), dt.date(2023, 6, 30))
ISO = DAYS.map(dt.date.isoformat)


def pauses(most: int = 4) -> st.SearchStrategy[list[dict[str, str]]]:
    one = st.tuples(DAYS, st.integers(0, 40)).map(
        lambda p: {"from": p[0].isoformat(), "to": (p[0] + DAY * p[1]).isoformat(), "reason": "听证"}
    )
    return st.lists(one, max_size=most)


def joined(raw: list[dict[str, str]]) -> tuple[Stretch, ...]:
    return stretches({"pauses": raw}, ["pauses"])


def item_of(**given_: Any) -> dict[str, Any]:
    return {"state": "在办", "needed": "需办", "level": "旗", **given_}


@given(DAYS, st.integers(1, 60), pauses())
def test_the_due_day_counts_exactly_the_days_outside_pauses(
    start: dt.date, n: int, raw: list[dict[str, str]]
) -> None:
    stood = joined(raw)
    due, _, _ = due_day(CALENDAR, start, n, stood)
    day, left = start, n
    while left:
        day += DAY
        paused = any(s.first <= day and (s.last is None or day < s.last) for s in stood)
        left -= CALENDAR.is_workday(day) and not paused
    assert due == day


@given(DAYS, st.integers(1, 60), pauses(), DAYS, st.integers(0, 40))
def test_a_pause_never_shortens(
    start: dt.date, n: int, raw: list[dict[str, str]], begin: dt.date, length: int
) -> None:
    more = [*raw, {"from": begin.isoformat(), "to": (begin + DAY * length).isoformat(), "reason": "鉴定"}]
    assert due_day(CALENDAR, start, n, joined(more))[0] >= due_day(CALENDAR, start, n, joined(raw))[0]


@given(DAYS, DAYS, st.integers(1, 60), pauses())
def test_a_later_start_is_never_due_earlier(
    a: dt.date, b: dt.date, n: int, raw: list[dict[str, str]]
) -> None:
    first, last = sorted((a, b))
    stood = joined(raw)
    assert due_day(CALENDAR, first, n, stood)[0] <= due_day(CALENDAR, last, n, stood)[0]


@given(pauses(6))
def test_joined_pauses_are_apart_and_cover_the_same_days(raw: list[dict[str, str]]) -> None:
    def covered(spans: list[tuple[dt.date, dt.date]]) -> set[dt.date]:
        return {a + DAY * n for a, b in spans for n in range((b - a).days)}

    stood = joined(raw)
    wanted = covered([(dt.date.fromisoformat(p["from"]), dt.date.fromisoformat(p["to"])) for p in raw])
    assert covered([(s.first, s.last) for s in stood if s.last]) == wanted
    assert all(a.last is not None and a.last < b.first for a, b in pairwise(stood))


FIELDS = ("d_submit", "d_first", "d_notice", "d_resubmit", "d_accept", "d_forward", "d_done")
ITEMS = st.fixed_dictionaries(
    {"state": st.sampled_from("办结 在办 未办 不需办 待核".split()), "needed": st.sampled_from("需办 不需办 已办 待核".split())},
    optional={
        **dict.fromkeys(FIELDS, st.one_of(ISO, st.just("2026-12-30"))),
        "r_first": st.sampled_from(["受理", "一次性告知补正", "不予受理"]),
        "result": st.sampled_from(["批复", "不予许可", "撤回"]),
        "level": st.sampled_from(["旗", "盟市", "自治区", "国家"]),
        "promise_wd": st.integers(1, 60),
        "pauses": pauses(2),
        "rounds": st.lists(st.fixed_dictionaries({}, optional={"d_submit": ISO, "d_first": ISO, "d_notice": ISO}), max_size=2),
    },
)  # fmt: skip


@given(ITEMS)
def test_any_cells_give_a_consistent_answer(item: dict[str, Any]) -> None:
    """decision 4: a due day only in the department's turn, the earliest of what runs; a stage always."""
    now = item_clocks(LOADED, item, {"due_date": "2022-12-31"}, CALENDAR, item_code="M03")
    assert now.stage
    assert bool(now.due) == (now.state == "running")
    if now.state == "running":
        assert now.holder == "手续部门"
        assert now.due == min(run.due for run in now.runs if run.state == "running")
        assert now.clock in {"K1", "K2", "K3", "K4"}
    if now.state == "unknown":
        assert "2027年" in now.unknown
    assert (now.state == "closed" and not now.holder) == (now.deadline == "")
    assert now == item_clocks(LOADED, dict(item), {"due_date": "2022-12-31"}, CALENDAR, item_code="M03")


@given(ITEMS, DAYS)
def test_any_cells_can_be_explained(item: dict[str, Any], today: dt.date) -> None:
    sentences = explain(LOADED, item, {"due_date": "2022-12-31"}, CALENDAR, today, "M03")
    assert sentences[0].startswith("当前环节：")
    assert all(sentence.strip() for sentence in sentences)


@given(DAYS, DAYS, st.integers(1, 60))
def test_adding_a_stop_never_leaves_the_clock_running(submit: dt.date, done: dt.date, promise: int) -> None:
    item = item_of(d_submit=submit.isoformat(), d_accept=submit.isoformat(), promise_wd=promise)
    assert item_clocks(LOADED, item, {}, CALENDAR).state == "running"
    item |= {"d_done": done.isoformat(), "result": "批复", "state": "办结"}
    assert item_clocks(LOADED, item, {}, CALENDAR).state == "closed"


@given(DAYS, st.integers(1, 59))
def test_a_longer_promise_is_never_due_earlier(accept: dt.date, promise: int) -> None:
    dues = [
        item_clocks(LOADED, item_of(d_accept=accept.isoformat(), promise_wd=n), {}, CALENDAR).due
        for n in (promise, promise + 1)
    ]
    assert dues[0] < dues[1]
