"""K2 may be counted from another day, where the plan names none; which was used is said."""

from __future__ import annotations

import pytest

from app.ledger import clock_choices, entries
from app.listing import explain, history, lists
from app.office import Office
from app.problem import Problem
from app.proof import replay
from tests.app.conftest import project


@pytest.fixture
def refused(bureau: Office, ledger: str) -> str:
    """环评 handed in on Monday 08-15, found wanting on Friday 08-19, nothing told yet."""
    one = project(bureau, ledger, "甲", M03="在办")
    dates = {"d_submit": "2022-08-15", "d_first": "2022-08-19", "r_first": "一次性告知补正"}
    entries.amend(bureau, one, {}, {"M03": {"level": "旗", **dates}})
    return one


def said(bureau: Office, entry: str) -> str:
    (told,) = explain.entry(bureau, entry, "M03")
    return "".join(told.sentences)


def test_the_start_is_the_day_of_submission_unless_the_office_chooses(
    bureau: Office, ledger: str, refused: str
) -> None:
    """SB 四(二)2, S54 四(二)2 (K2): no start is named; 提交日 by default, a setting; 3 wd, the region's 5 wd."""
    item = lists.line(bureau, refused).items["M03"]
    assert (item.due, item.upper_due) == ("2022-08-18", "2022-08-22")
    assert "旗方案 四(二)2没有写明，默认从提交（补正）日起算" in said(bureau, refused)
    change = clock_choices.choose(bureau, ledger, "K2", "d_first")
    assert change.facts == {"start": "d_first", "rows": 1}
    item = lists.line(bureau, refused).items["M03"]
    assert (item.due, item.upper_due) == ("2022-08-24", "2022-08-26")
    assert "本单位设置从初审结论日起算" in said(bureau, refused)
    assert "初审日期2022年8月19日起，5 个工作日" in said(bureau, refused)
    (known,) = clock_choices.known(bureau, ledger)
    assert (known.clock, known.chosen) == ("K2", "d_first") and "提交（补正）日" in known.said
    assert history.lines(bureau)[0].title == "改设置"
    clock_choices.choose(bureau, ledger, "K2", "提交（补正）日")
    assert lists.line(bureau, refused).items["M03"].due == "2022-08-18"
    assert replay.verify(bureau) == []


def test_only_a_named_choice_is_taken(bureau: Office, ledger: str, refused: str) -> None:
    for clock, start, code in (
        ("K2", "d_done", "E_START"),
        ("K1", "d_first", "E_NO_CLOCK"),
        ("K9", "x", "E_NO_CLOCK"),
    ):
        with pytest.raises(Problem) as problem:
            clock_choices.choose(bureau, ledger, clock, start)
        assert problem.value.code == code
    assert lists.line(bureau, refused).items["M03"].due == "2022-08-18"
    assert bureau.calendar().starts == {}


def test_the_other_clocks_do_not_move(bureau: Office, ledger: str, refused: str) -> None:
    """SB 四(三)1: K1 is counted from 提交, whatever K2 is counted from."""
    entries.amend(bureau, refused, {}, {"M03": {"d_first": "", "r_first": ""}})
    before = lists.line(bureau, refused).items["M03"].due
    clock_choices.choose(bureau, ledger, "K2", "d_first")
    assert lists.line(bureau, refused).items["M03"].due == before == "2022-08-22"
