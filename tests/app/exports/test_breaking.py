"""Line breaking: nothing lost, nothing too wide, 避头尾, words and codes kept together."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.exports.breaking import NO_END, NO_START, break_lines, even_lines
from app.exports.fonts import Shelf
from app.exports.typeface import Ink, Typeface

TEXT = st.text(st.sampled_from("项目建设内容一二三，。（）“”、；《》ABC123.-/% 〔〕号\n"), max_size=80)


@pytest.fixture(scope="module")
def widths() -> Typeface:
    return Ink(Shelf()).body


def lines(text: str, ems: float, widths: Typeface) -> list[str]:
    return [line for line, _ in break_lines(text, int(ems * 1000), widths)]


@given(text=TEXT, ems=st.floats(0.5, 20))
def test_nothing_is_lost_and_widths_are_true(text: str, ems: float, widths: Typeface) -> None:
    broken = break_lines(text, int(ems * 1000), widths)
    assert "".join(line for line, _ in broken) == text.replace("\n", "")
    for line, width in broken:
        assert width == widths.measure(line)
        assert widths.measure(line.rstrip(" ")) <= ems * 1000 or len(line.rstrip(" ")) == 1


@given(text=st.text(st.sampled_from("项目建设内容，。（）“”、；《》"), max_size=60), ems=st.integers(6, 20))
def test_closing_marks_never_start_a_line_nor_opening_marks_end_one(
    text: str, ems: int, widths: Typeface
) -> None:
    """避头尾, wherever the marks do not pile up beyond half a line."""
    broken = lines(text, ems, widths)
    for before, after in pairwise(broken):
        around = before[-ems // 2 :] + after[: ems // 2]
        if sum(mark in NO_START or mark in NO_END for mark in around) <= 2:
            assert after[0] not in NO_START
            assert before[-1] not in NO_END


def test_a_full_stop_takes_its_neighbour_along(widths: Typeface) -> None:
    assert lines("甲乙丙丁。戊", 4, widths) == ["甲乙丙", "丁。戊"]


def test_an_opening_bracket_goes_over(widths: Typeface) -> None:
    assert lines("甲乙丙（丁）", 4, widths) == ["甲乙丙", "（丁）"]


def test_a_word_stays_whole_where_it_can(widths: Typeface) -> None:
    assert lines("项目ABCDEF", 5, widths) == ["项目", "ABCDEF"]


def test_a_code_breaks_after_its_dashes(widths: Typeface) -> None:
    assert lines("2204-152529-04-01-123456", 8, widths) == ["2204-152529-04-", "01-123456"]


def test_a_number_keeps_its_unit(widths: Typeface) -> None:
    assert lines("某发改字〔2016〕294号", 9.7, widths)[-1].endswith("294号")


def test_head_lines_are_even(widths: Typeface) -> None:
    assert [line for line, _ in even_lines("总投资（万元）", 5500, widths)] == ["总投资", "（万元）"]
    assert [line for line, _ in even_lines("土地预审", 3500, widths)] == ["土地", "预审"]


@pytest.mark.parametrize("ems", [5.2, 6, 6.8])
def test_a_date_breaks_after_the_year(ems: float, widths: Typeface) -> None:
    """GB/T 15835 dates in a narrow column: month and day stay together."""
    assert lines("2022年12月31日", ems, widths) == ["2022年", "12月31日"]
