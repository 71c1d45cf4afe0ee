"""Working days: anchors of the plans' year, two public packages as oracles, next year's notice as a file."""

from __future__ import annotations

import datetime as dt

import chinese_calendar
import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.problem import Problem
from app.values.workdays import Calendar, Rest, published, read_year, rest

DAY = dt.timedelta(days=1)
CALENDAR = Calendar(published().values())
KNOWN = st.dates(dt.date(2014, 1, 1), dt.date(2026, 12, 31))
EARLY = st.dates(dt.date(2014, 1, 1), dt.date(2025, 6, 30))

NEXT_YEAR = """\
year = 2027
source = "国务院办公厅关于2027年部分节假日安排的通知"
[[rest]]
name = "元旦"
from = 2027-01-01
to = 2027-01-03
[[rest]]
name = "劳动节"
from = 2027-05-01
to = 2027-05-05
[[rest]]
name = "国庆节"
from = 2027-10-01
to = 2027-10-07
[[work]]
name = "国庆节调休"
on = 2027-10-09
"""


def on(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def every_day(first: str, last: str) -> list[dt.date]:
    begin = on(first)
    return [begin + DAY * n for n in range((on(last) - begin).days + 1)]


def test_every_day_agrees_with_two_public_packages() -> None:
    """domain C6: `holidays` and `chinesecalendar` for every day 2014-2026, 调休 included."""
    china = holidays.country_holidays("CN", years=range(2014, 2027))
    for day in every_day("2014-01-01", "2026-12-31"):
        assert CALENDAR.is_workday(day) == chinese_calendar.is_workday(day) == china.is_working_day(day), day


@pytest.mark.parametrize(
    ("start", "n", "due"),
    [
        ("2022-08-22", 3, "2022-08-25"), ("2022-08-22", 5, "2022-08-29"), ("2022-08-22", 7, "2022-08-31"),
        ("2022-09-08", 3, "2022-09-14"), ("2022-09-08", 5, "2022-09-16"),
        ("2022-09-30", 3, "2022-10-10"), ("2022-09-30", 5, "2022-10-12"), ("2022-09-30", 7, "2022-10-14"),
        ("2022-10-01", 5, "2022-10-12"), ("2022-10-08", 5, "2022-10-13"),
        ("2022-12-29", 3, "2023-01-04"), ("2022-12-29", 5, "2023-01-06"), ("2022-12-29", 7, "2023-01-10"),
    ],
)  # fmt: skip
def test_anchors(start: str, n: int, due: str) -> None:
    """domain A5: the day of the start is not counted (民法典 201条), make-up days are."""
    assert CALENDAR.add(on(start), n) == on(due)
    assert CALENDAR.between(on(start), on(due)) == n


def test_working_days_of_each_year() -> None:
    """domain C6: 250 249 250 250 249 250 249 249 251 248 248."""
    counts = [sum(d.year == year for d in CALENDAR.workdays()) for year in range(2016, 2027)]
    assert counts == [250, 249, 250, 250, 249, 250, 249, 249, 251, 248, 248]


def test_fixed_days_that_fall_on_rest_days_show_the_last_working_day() -> None:
    """旗方案 四(一) 8月20日, 四(二)3 12月31日: never moved, only the last working day before is shown."""
    assert CALENDAR.before(on("2022-08-20")) == on("2022-08-19")
    assert CALENDAR.before(on("2022-12-31")) == on("2022-12-30")
    assert CALENDAR.before(on("2022-10-09")) == on("2022-10-09")


@pytest.mark.parametrize(
    ("start", "n", "year"), [("2026-12-30", 5, 2027), ("2030-01-01", 1, 2030), ("2013-12-31", 1, 2013)]
)
def test_beyond_the_known_years_the_day_is_refused(start: str, n: int, year: int) -> None:
    """decision 12: 2027 is not guessed."""
    with pytest.raises(Problem, match="E_NO_CALENDAR") as caught:
        CALENDAR.add(on(start), n)
    assert caught.value.facts["year"] == year and str(year) in caught.value.text


def test_the_ends_of_the_known_years() -> None:
    assert CALENDAR.last_year == 2026 and CALENDAR.first_year == 2014
    assert CALENDAR.add(on("2026-12-30"), 1) == on("2026-12-31")
    assert CALENDAR.add(on("2014-01-03"), -1) == on("2014-01-02")
    for call in (lambda: CALENDAR.add(on("2026-12-31"), 1), lambda: CALENDAR.before(on("2014-01-01")),
                 lambda: CALENDAR.add(on("2014-01-02"), -1), lambda: CALENDAR.is_workday(on("2027-01-01")),
                 lambda: CALENDAR.between(on("2026-12-31"), on("2027-01-04"))):  # fmt: skip
        with pytest.raises(Problem, match="E_NO_CALENDAR"):
            call()


def test_next_years_notice_as_toml() -> None:
    longer = Calendar([*published().values(), read_year(NEXT_YEAR)])
    assert longer.last_year == 2027
    assert longer.add(on("2026-12-30"), 5) == on("2027-01-07")
    assert longer.is_workday(on("2027-10-09")) and not longer.is_workday(on("2027-10-07"))
    assert longer.why(on("2027-10-09")) == "国庆节调休上班" and longer.why(on("2027-10-07")) == "国庆节放假"


def test_next_years_notice_as_csv_reads_the_same() -> None:
    text = (
        "\ufeff年度,2027\n来源,国务院办公厅关于2027年部分节假日安排的通知\n日期,安排,说明\n"
        "2027-01-01至2027-01-03,放假,元旦\n2027-05-01 2027-05-05,放假,劳动节\n"
        "2027-10-01~2027-10-07,放假,国庆节\n2027-10-09,上班,国庆节调休\n"
    )
    assert read_year(text) == read_year(NEXT_YEAR)


def test_a_notice_may_reach_into_the_december_before() -> None:
    """As the notice of 2019 did with 2018-12-29 and 12-31."""
    reaching = NEXT_YEAR.replace("from = 2027-01-01", "from = 2026-12-31")
    assert not Calendar([*published().values(), read_year(reaching)]).is_workday(on("2026-12-31"))


def test_a_gap_of_years_ends_the_calendar() -> None:
    later = read_year(NEXT_YEAR.replace("2027", "2028").replace("2028-10-09", "2028-09-30"))
    assert Calendar([*published().values(), later]).last_year == 2026


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("year = 2027", "yaer = 2027", "yaer"),
        ("year = 2027", 'year = "二〇二七"', "year"),
        ("year = 2027", "year = ", "第 1 行"),
        ('source = "国务院办公厅关于2027年部分节假日安排的通知"', 'source = " "', "来源"),
        ("on = 2027-10-09", "on = 2027-10-08", "工作日"),
        ("on = 2027-10-09", "on = 2027-10-03", "既写放假又写上班"),
        ("on = 2027-10-09", "on = 2028-10-08", "不在2027年"),
        ("to = 2027-10-07", "to = 2027-09-30", "起止"),
        ("to = 2027-10-07", "to = 2027-12-30", "起止"),
        ("from = 2027-10-01", "from = 2027-10-02", "国庆节"),
        ("from = 2027-05-01\nto = 2027-05-05", "from = 2027-05-02\nto = 2027-05-05", "劳动节"),
        ('name = "元旦"', 'nam = "元旦"', "nam"),
        ("to = 2027-01-03", 'to = 2027-01-03\n[[rest]]\nname = "重"\nfrom = 2027-01-03', "两次"),
    ],
)
def test_a_doubtful_notice_is_refused_in_plain_words(old: str, new: str, said: str) -> None:
    assert old in NEXT_YEAR
    with pytest.raises(Problem, match="E_CALENDAR") as caught:
        read_year(NEXT_YEAR.replace(old, new))
    assert said in caught.value.text


@pytest.mark.parametrize(
    "text",
    ["", "年度,27\n", "年度,2027\n来源,某通知\n2027-13-01,放假\n", "年度,2027\n来源,某通知\n2027-01-01,休息\n",
     "x" * 70_000, "x = " + "[" * 50_000, "来源,某通知\n2027-01-01,放假\n"],
)  # fmt: skip
def test_a_broken_file_is_refused(text: str) -> None:
    with pytest.raises(Problem, match="E_CALENDAR"):
        read_year(text)


def test_every_published_year_names_its_notice_and_reads_strictly() -> None:
    assert sorted(published()) == list(range(2014, 2027))
    for year, table in published().items():
        assert table.year == year and str(year) in table.source and "国务院办公厅" in table.source


def test_local_rest_days_move_the_due_day_and_are_named() -> None:
    """domain C6: local leave is dated and sourced."""
    naadam = rest("152529", "2022-08-24", "旗政府办通知")
    local = Calendar(published().values(), [naadam])
    assert local.add(on("2022-08-22"), 3) == on("2022-08-26")
    assert local.why(on("2022-08-24")) == "本地休息（旗政府办通知）"
    assert "旗政府办通知" in local.sources(on("2022-08-22"), on("2022-08-26"))
    assert CALENDAR.add(on("2022-08-22"), 3) == on("2022-08-25")


@pytest.mark.parametrize(
    "given_", [("152529", "2022-8-24", "依据"), ("1525", "2022-08-24", "依据"), ("152529", "2022-08-24", " ")]
)
def test_a_rest_day_without_date_division_or_source_is_refused(given_: tuple[str, str, str]) -> None:
    with pytest.raises(Problem, match="E_REST"):
        rest(*given_)


@given(EARLY, st.integers(0, 300))
def test_adding_and_measuring_are_inverse(start: dt.date, n: int) -> None:
    due = CALENDAR.add(start, n)
    assert CALENDAR.between(start, due) == n
    assert n == 0 or CALENDAR.is_workday(due)


@given(EARLY, st.integers(1, 60))
def test_adding_equals_counting_day_by_day(start: dt.date, n: int) -> None:
    day, left = start, n
    while left:
        day += DAY
        left -= CALENDAR.is_workday(day)
    assert CALENDAR.add(start, n) == day


@given(EARLY, EARLY, st.integers(0, 60))
def test_a_later_start_never_ends_earlier(a: dt.date, b: dt.date, n: int) -> None:
    first, last = sorted((a, b))
    assert CALENDAR.add(first, n) <= CALENDAR.add(last, n)


@given(KNOWN, KNOWN)
def test_measuring_is_antisymmetric(a: dt.date, b: dt.date) -> None:
    assert CALENDAR.between(a, b) == -CALENDAR.between(b, a)


@given(EARLY, st.integers(1, 40), st.sets(st.dates(dt.date(2014, 1, 1), dt.date(2025, 12, 31)), max_size=5))
def test_a_local_rest_day_never_makes_a_limit_end_earlier(start: dt.date, n: int, days: set[dt.date]) -> None:
    local = Calendar(published().values(), [Rest("152529", day, "通知") for day in days])
    assert local.add(start, n) >= CALENDAR.add(start, n)
