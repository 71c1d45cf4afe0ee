"""Dates and amounts that are not said exactly: shown how they were read, or refused (C5)."""

from __future__ import annotations

import pytest

from app.problem import Problem
from app.values import codes, dates, kinds
from app.words.templates import Field


def field(kind: str) -> Field:
    return Field(id="f", title="某栏", kind=kind, group="basic")


@pytest.mark.parametrize("text", ["08/05/22", "5/8/22", "05-08-22", "08.05.22", "12/11/10"])
def test_a_date_that_can_be_read_in_several_ways_is_asked(text: str) -> None:
    """Year, month and day in which order? Never silently 2008."""
    with pytest.raises(Problem) as caught:
        dates.read(text)
    assert caught.value.code == "E_DATE" and "哪个是年" in caught.value.text


@pytest.mark.parametrize(
    ("text", "on"),
    [
        ("22/8/5", "2022-08-05"),
        ("22/08/05", "2022-08-05"),
        ("16.8.5", "2016-08-05"),
        ("08年5月22日", "2008-05-22"),
    ],
)
def test_a_short_year_that_can_only_be_one_is_read(text: str, on: str) -> None:
    assert dates.read(text).on.isoformat() == on


@pytest.mark.parametrize("text", ["2022年8月5日（已过）", "2022-08-05(签字)", "2022.8.5（第3次）"])
def test_words_in_brackets_beside_a_date_are_told(text: str) -> None:
    found = dates.read(text)
    assert found.on.isoformat() == "2022-08-05" and "括号里的话没有读" in found.note and text in found.note


@pytest.mark.parametrize(
    "text",
    [
        "2022年8月5日-2022年9月1日",
        "2022.8.5至2022.9.1",
        "2022年8月5日、2022年9月1日",
        "2022-08-05~2022-09-01",
    ],
)
def test_two_dates_in_one_cell_are_named(text: str) -> None:
    with pytest.raises(Problem) as caught:
        dates.read(text)
    assert (
        "两个日期" in caught.value.text
        and "2022年8月5日" in caught.value.text
        and "2022年9月1日" in caught.value.text
    )


@pytest.mark.parametrize("text", ["约500", "500左右", "500多", "大约500万元"])
def test_a_round_amount_says_how_it_was_read(text: str) -> None:
    found = kinds.parse(field("money"), None, text)
    assert found is not None and found.value == 500_000_000
    assert f"“{text}”是约数，按 500 万元 读取" in found.note


def test_a_sum_of_all_is_not_a_round_amount() -> None:
    found = kinds.parse(field("money"), None, "共500")
    assert found is not None and "约数" not in found.note


@pytest.mark.parametrize(
    "text", ["锡发改字〔２０２２〕１２号", "锡发改字［２０２２］第１２号", "锡发改字（２０２２）12号"]
)
def test_full_width_digits_of_a_document_number_are_made_plain(text: str) -> None:
    assert codes.doc_no(text) == "锡发改字〔2022〕12号"


def test_what_is_no_document_number_keeps_its_words_with_plain_digits() -> None:
    assert codes.doc_no("锡发改备字２０２２０３号") == "锡发改备字202203号"
