"""The periods of reports: their codes and names, the switch from half-months to months, and that they tile the plan."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.problem import Problem
from app.reports import periods, report_forms, reporting
from app.templating.template_reading import builtin
from app.words.template_words import Cadence

D = dt.date
T = builtin("pending-approval").t
BANNER = tuple(c for c in T.cadences if c.what == "进展情况报送")


@pytest.mark.parametrize(
    ("code", "title", "starts", "ends"),
    [
        ("2022-09A", "2022年9月上半月", D(2022, 9, 1), D(2022, 9, 15)),
        ("2022-09b", "2022年9月下半月", D(2022, 9, 16), D(2022, 9, 30)),
        ("2022-10", "2022年10月", D(2022, 10, 1), D(2022, 10, 31)),
        ("2024-02-1", "2024年2月上旬", D(2024, 2, 1), D(2024, 2, 10)),
        ("2024-02-2", "2024年2月中旬", D(2024, 2, 11), D(2024, 2, 20)),
        ("2024-02-3", "2024年2月下旬", D(2024, 2, 21), D(2024, 2, 29)),
    ],
)
def test_a_code_names_its_days(code: str, title: str, starts: dt.date, ends: dt.date) -> None:
    """Domain A5: 旬 1-10, 11-20, 21-end (S29 三(四)); half-months; months."""
    found = periods.parse(code)
    assert (found.title, found.starts, found.ends, found.due) == (title, starts, ends, ends)


@pytest.mark.parametrize("code", ["", "2022", "2022-13", "2022-9A", "2022-09C", "2022-09-4", "2022-09A1"])
def test_what_is_no_code_is_said(code: str) -> None:
    with pytest.raises(Problem) as caught:
        periods.parse(code)
    assert caught.value.code == "E_PERIOD" and caught.value.field == "period"


def test_the_banner_reports_half_months_until_the_thirtieth_of_september_then_months() -> None:
    """SB 六(二), S59 五(二), decision 15: the first half-month report is that of 2022-08-31."""
    found = periods.series(BANNER, T.starts, T.ends)
    told = [(p.id, f"{p.starts:%m%d}", f"{p.due:%m%d}") for p in found]
    assert told == [
        ("2022-08B", "0701", "0831"), ("2022-09A", "0901", "0915"), ("2022-09B", "0916", "0930"),
        ("2022-10", "1001", "1031"), ("2022-11", "1101", "1130"), ("2022-12", "1201", "1231"),
    ]  # fmt: skip
    assert {p.every for p in found[:3]} == {"半月"} and {p.every for p in found[3:]} == {"月"}
    inside = periods.containing(found, D(2022, 9, 20))
    assert inside is not None and inside.id == "2022-09B"
    before = periods.previous(found, inside)
    assert before is not None and before.id == "2022-09A" and periods.previous(found, found[0]) is None
    assert periods.containing(found, D(2023, 1, 1)) is None and periods.find(found, "2022-10").due == D(
        2022, 10, 31
    )
    with pytest.raises(Problem, match="2022-10A"):
        periods.find(found, "2022-10A")


def test_a_report_due_inside_the_month_reaches_from_the_one_before() -> None:
    """Days of the cadence that are not those of the calendar: still no day is reported twice or left out."""
    found = periods.series([Cadence(every="月", days=(25,))], D(2022, 8, 10), D(2022, 10, 31))
    assert [(p.id, p.starts, p.ends) for p in found] == [
        ("2022-08", D(2022, 8, 1), D(2022, 8, 25)),
        ("2022-09", D(2022, 8, 26), D(2022, 9, 25)),
        ("2022-10", D(2022, 9, 26), D(2022, 10, 25)),
    ]


DAYS = {"旬": 3, "半月": 2, "月": 1}
A_DAY = st.dates(D(2021, 1, 1), D(2024, 12, 31))


@st.composite
def cadences(draw: st.DrawFn) -> tuple[list[Cadence], dt.date, dt.date]:
    """A plan whose reports switch once from one cadence to another, on days of its own or of the calendar."""
    starts, switch, ends = sorted(draw(st.tuples(A_DAY, A_DAY, A_DAY)))
    made = []
    for first, until in ((starts, switch), (switch, ends)):
        every = draw(st.sampled_from(tuple(DAYS)))
        many = DAYS[every]
        own = draw(st.sets(st.integers(1, 31), min_size=many, max_size=many))
        days = tuple(sorted(own)) if draw(st.booleans()) else ()
        made.append(Cadence(every=every, days=days, first=first, until=until))  # type: ignore[arg-type]
    return made, starts, ends


@given(cadences())
def test_the_periods_tile_the_plan_without_gap_or_overlap(
    drawn: tuple[list[Cadence], dt.date, dt.date],
) -> None:
    """Domain A5: every day from the plan's first to the last due day lies in one period, and codes are not used twice
    by one cadence."""
    made, starts, ends = drawn
    found = periods.series(made, starts, ends)
    for one, following in itertools.pairwise(found):
        assert following.starts == one.ends + periods.DAY
    for one in found:
        assert one.starts <= one.ends == one.due and periods.containing(found, one.due) is one
    assert not found or (found[0].starts <= starts and found[-1].ends <= ends)
    for every in {one.every for one in found}:
        codes = [one.id for one in periods.series([c for c in made if c.every == every][:1], starts, ends)]
        assert len(codes) == len(set(codes))


@pytest.mark.parametrize(
    ("template", "form", "first", "last", "switched"),
    [
        ("semi-finished", "progress", "2022-08", "2023-12", ""),
        ("idle-funds", "progress", "2022-08B", "2022-12", "2022-10"),
        ("reform-tasks", "dispatch", "2021-04-1", "2021-12-3", ""),
        ("reform-tasks", "league", "2021-04A", "2021-12B", ""),
        ("reform-tasks", "monthly", "2021-04", "2021-12", ""),
    ],
)
def test_each_document_reports_by_its_own_cadence(
    template: str, form: str, first: str, last: str, switched: str
) -> None:
    """S53 七(一) monthly; S59 五(二) half-months until 2022-09-30, then months; S29 三(四) 旬调度, half-months, months."""
    loaded = builtin(template)
    found = report_forms.series(loaded, report_forms.form_of(loaded, form))
    assert (found[0].id, found[-1].id) == (first, last)
    assert not switched or [p.every for p in found].index("月") == [p.id for p in found].index(switched)


def test_what_is_asked_in_words_has_a_field_of_its_own() -> None:
    """存在问题 and 工作建议 (S53 七(一)) by what they are called; a third goes where there is room."""
    loaded = builtin("reform-tasks")
    assert reporting.asked(report_forms.form_of(loaded, "dispatch")) == {
        "议定事项": "note", "存在问题": "problems", "下旬安排": "suggestions",
    }  # fmt: skip
    assert reporting.asked(report_forms.form_of(loaded, "league")) == {
        "存在问题": "problems",
        "工作建议": "suggestions",
    }
