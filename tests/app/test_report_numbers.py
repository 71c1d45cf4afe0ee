"""The numbers of a report: what is frozen fits its cell, differences are told as what they are, texts leave out the unknown."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from app.figures.figure_heads import Heading, headings
from app.problem import Problem
from app.reports import report_numbers, report_text
from app.reports.report_numbers import Numbers, Told
from app.templating.template_reading import builtin
from app.words.report_words import Paragraph, ReportForm
from app.words.template_words import Field

RATE = Heading("rate", "核减率", "entry", "%")
OPEN = Heading("open", "在账", "entry", "个")
LONGEST = Heading("longest_overdue", "最长超期", "entry", "工作日")
HEADS = {head.id: head for head in (RATE, OPEN, LONGEST)}
PENDING, UNFINISHED = builtin("pending-approval"), builtin("semi-finished")
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


def test_an_amount_has_two_decimals_throughout_half_up() -> None:
    """4050 元 beside 120,000 元 is 0.41 beside 12.00 万元; the sums were made of whole amounts (decision 17)."""
    money = next(head for head in headings(PENDING) if head.id == "invest_open")
    shown = [money.shown(value) for value in (405_000, 12_000_000, 404_900, -405_000, 0)]
    assert shown == ["0.41", "12.00", "0.40", "-0.41", "0.00"]
    assert replace(money, field=replace_field(money.field, unit="")).shown(405_000) == "0.41"


def test_limits_that_are_counted_together_are_named_together() -> None:
    """53号 六(三)(四): 方案 and 完成时限 are two limits of a row; one is never called by the other's name."""
    named = {head.id: head.title for head in headings(UNFINISHED)}
    assert named["deadline_past"] == "工程完成时限已过或处置方案超期"
    (text,) = [
        p.text for form in UNFINISHED.t.reports for p in form.paragraphs if "{deadline_past}" in p.text
    ]
    assert text.startswith("完成时限已过或处置方案超期的")
    assert {h.id: h.title for h in headings(PENDING)}["deadline_past"] == "项目完成时限已过"


def replace_field(field: Field | None, **changes: str) -> Field:
    assert field is not None
    return msgspec.structs.replace(field, **changes)
