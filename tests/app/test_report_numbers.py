"""The numbers of a report: what is frozen fits its cell, differences are told as what they are, texts leave out the unknown."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from app.figures.figure_heads import Heading
from app.problem import Problem
from app.reports import report_numbers, report_text
from app.reports.report_numbers import Numbers, Told
from app.words.report_words import Paragraph, ReportForm

RATE = Heading("rate", "核减率", "entry", "%")
OPEN = Heading("open", "在账", "entry", "个")
LONGEST = Heading("longest_overdue", "最长超期", "entry", "工作日")
HEADS = {head.id: head for head in (RATE, OPEN, LONGEST)}
REGISTER = Path(__file__).resolve().parents[2] / "resources" / "templates" / "reports.toml"


def numbers(units: int, figures: int = 24) -> Numbers:
    rows = [
        (f"某某旗某某局{at:03}", {f"figure_{i}": (at * i) % 97 for i in range(figures)})
        for at in range(units)
    ]
    return Numbers(
        "2022-09-01", "2022-09-15", 1, HEADS, {"open": 1}, {"unit": rows, "place": rows}, 7, {"open": 2}
    )


def test_what_is_frozen_fits_its_field_and_reads_back_the_same() -> None:
    """A locked row can be exported always: a cell of a workbook holds 32,767 characters."""
    fields = {field["id"]: field for field in tomllib.loads(REGISTER.read_text("utf-8"))["field"]}
    assert fields["figures"]["max"] == report_numbers.LONGEST
    for units in (2, 300):
        now = numbers(units)
        text = report_numbers.dump(now, now, {"note": "议定事项"})
        assert len(text) <= report_numbers.LONGEST and report_numbers.said(text) == {"note": "议定事项"}
        again, was = report_numbers.load(text, HEADS)
        assert (again.border, again.after, was and was.total) == (7, {"open": 2}, {"open": 1})
        told = {name: {key: n for key, n in row.items() if n} for name, row in again.tables["unit"]}
        assert told == {name: {key: n for key, n in row.items() if n} for name, row in now.tables["unit"]}
    names = [(f"{at * 7919 % 10007:05}{at:x}" * 12, {"a": at * 104729 % 99991}) for at in range(9000)]
    with pytest.raises(Problem, match="E_TOO_LONG"):
        report_numbers.dump(Numbers("", "", 1, HEADS, {}, {"unit": names}), None)


def test_differences_are_told_as_what_they_are() -> None:
    """Two rates differ by points, never by per cent; where nothing can be compared nothing is 持平."""
    assert Told(RATE, "36.66", "33.33").more == "升 3.33 个百分点"
    assert Told(RATE, "30", "33.33").more == "降 3.33 个百分点"
    assert [Told(OPEN, n, 1000).more for n in (3000, 1000, 0)] == ["+2,000", "持平", "-1,000"]
    alone = report_numbers.spoken(Numbers("", "", 1, HEADS, {"open": 3}), None)
    assert alone["open_more"] == report_numbers.UNKNOWN != report_numbers.SAME


def test_the_longest_overdue_is_left_out_where_no_calendar_tells_it() -> None:
    text = Paragraph("红灯{open}个，最长超期{longest_overdue}个工作日。")
    form = ReportForm("a", "甲", paragraphs=(text,))
    for days, said in ((None, "红灯3个。"), (5, "红灯3个，最长超期5个工作日。")):
        now = Numbers("", "", 1, HEADS, {"open": 3, "longest_overdue": days})
        words = report_numbers.spoken(now, None)
        assert report_text.drafted(form, words, now.empty, moved=True) == said
