"""A list filtered by conditions as in Excel, in words and in SQL; sorted by several columns."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from app.ledger import entries, ledgers
from app.listing import conditions, lists
from app.listing.conditions import Condition
from app.listing.lists import EMPTY, Query
from app.office import Office
from app.problem import Problem
from tests.app.conftest import DAY, project

NAMES = "甲乙丙丁戊"
ROWS = {
    "place": ("明安图镇", "明安图镇南街", "星耀镇", "100", ""),
    "invest": ("1200", "30", "200", "200", ""),
    "due_date": ("2022-08-20", "2022-08-22", "2022-08-28", "2022-09-01", ""),
    "scale": ("9", "10", "约10公里", "10.5", ""),
}


@pytest.fixture
def rows(bureau: Office, ledger: str) -> dict[str, str]:
    found = {name: project(bureau, ledger, f"{name}项目", M01="在办") for name in NAMES}
    for at, entry in enumerate(found.values()):
        entries.amend(bureau, entry, {key: texts[at] for key, texts in ROWS.items() if texts[at]})
    return {entry: name for name, entry in found.items()}


def test_each_condition_shows_what_its_words_say(bureau: Office, ledger: str, rows: dict[str, str]) -> None:
    """Today is Monday 2022-08-22: its week ends on the 28th."""
    assert DAY.isoformat() == "2022-08-22"
    loaded = ledgers.get(bureau, ledger).loaded

    def shown(*asked: Condition, query: Query = Query()) -> str:  # noqa: B008 - frozen
        found = lists.ids(bureau, ledger, replace(query, having=asked))
        return "".join(rows[each] for each in found)

    told = {
        ("place", "contains", "明安图"): ("甲乙", "包含“明安图”"),
        ("place", "lacks", "明安图"): ("丙丁戊", "不包含“明安图”"),
        ("place", "begins", "星"): ("丙", "开头是“星”"),
        ("place", "ends", "镇"): ("甲丙", "结尾是“镇”"),
        ("place", "contains", "%"): ("", "包含“%”"),
        ("place", "is", "明安图镇"): ("甲", "等于“明安图镇”"),
        ("place", "blank"): ("戊", "为空"),
        ("place", "filled"): ("甲乙丙丁", "不为空"),
        ("place", conditions.EXCEPT, "明安图镇", "100"): ("乙丙戊", "不是 明安图镇、100"),
        ("place", conditions.EXCEPT, "星耀镇", EMPTY): ("甲乙丁", "不是 星耀镇、（空）"),
        ("invest", "above", "２００"): ("甲", "大于 200.00"),
        ("invest", "below", "1,200"): ("乙丙丁", "小于 1,200.00"),
        ("invest", "between", "1200", "200"): ("甲丙丁", "介于 200.00 和 1,200.00"),
        ("invest", "equals", "30万元"): ("乙", "等于 30.00"),
        ("invest", "top", "2"): ("甲丙丁", "最大的前 2 项"),  # 丙 and 丁 are equal
        ("invest", "bottom", "1"): ("乙", "最小的前 1 项"),
        ("invest", "top", "99"): ("甲乙丙丁", "最大的前 99 项"),
        ("invest", "blank"): ("戊", "为空"),
        ("due", "today"): ("乙", "是今天"),
        ("due", "week"): ("乙丙", "在本周"),
        ("due_date", "month"): ("甲乙丙", "在本月"),
        ("due_date", "before", "2022.8.22"): ("甲", "早于 2022-08-22"),
        ("due_date", "after", "2022年8月22日"): ("丙丁", "晚于 2022-08-22"),
        ("due_date", "between", "2022-09-01", "2022-08-28"): ("丙丁", "介于 2022-08-28 和 2022-09-01"),
        ("due_date", "blank"): ("戊", "为空"),
        ("no", "ends", "0003"): ("丙", "结尾是“0003”"),
        ("n_open", "above", "0"): ("甲乙丙丁戊", "大于 0"),
        ("n_open", "equals", "0"): ("", "等于 0"),
    }  # fmt: skip
    for (key, op, *values), (names, words) in told.items():
        asked = Condition(key, op, tuple(values))
        assert shown(asked) == names, asked
        assert conditions.said(asked if op == conditions.EXCEPT else conditions.read(loaded, asked)) == words
        assert lists.count(bureau, ledger, Query(having=(asked,))) == len(names)
    both = (Condition("place", "contains", ("镇",)), Condition("invest", "below", ("1000",)))
    assert shown(*both) == "乙丙"
    assert shown(*both, query=Query(where=(("invest", ("200",)),))) == "丙"
    assert lists.tabs(bureau, ledger, Query(having=both))["all"] == 2, "the chips count what is filtered"
    assert dict(lists.values(bureau, ledger, "invest", Query(having=both))) == {"1,200.00": 1, "200.00": 1, "30.00": 1}
    assert dict(lists.values(bureau, ledger, "M01")) == {"在办": 5}, "a matter's own column has its states"
    assert lists.ids(bureau, ledger, Query(where=(("M01", ("办结",)),))) == []
    kept = Query(having=both, sort=(("place", True),))
    assert msgspec.json.decode(msgspec.json.encode(kept), type=Query) == kept


def test_what_cannot_be_asked_says_what_is_missing(bureau: Office, ledger: str) -> None:
    loaded = ledgers.get(bureau, ledger).loaded
    for asked, words in (
        (Condition("place", "contains", (" ",)), "要填一个值"),
        (Condition("invest", "between", ("1",)), "要填两个值"),
        (Condition("invest", "top", ("半",)), "整数"),
        (Condition("invest", "top", ("0",)), "整数"),
        (Condition("invest", "top", ("①",)), "整数"),
        (Condition("n_open", "above", ("①",)), "数字"),
        (Condition("place", "contains", ("镇" * 20_000,)), "太长"),
        (Condition("invest", "above", ("多",)), "总投资"),
        (Condition("due", "before", ("2022.13.5",)), "日期"),
        (Condition("light", "contains", ("红",)), "不能按这个条件"),
    ):
        with pytest.raises(Problem, match=words):
            conditions.read(loaded, asked)
    huge = Condition("n_open", "below", (str(10**30),))
    assert lists.ids(bureau, ledger, Query(having=(huge,))) == []


def test_several_columns_sort_with_numbers_by_size_and_blanks_last(
    bureau: Office, ledger: str, rows: dict[str, str]
) -> None:
    def order(*sort: tuple[str, bool]) -> str:
        return "".join(rows[each] for each in lists.ids(bureau, ledger, Query(sort=sort)))

    assert order(("scale", False)) == "甲乙丁丙戊", "9 before 10 before 10.5, words after numbers, blanks last"
    assert order(("scale", True)) == "丙丁乙甲戊"
    assert order(("invest", False), ("due_date", True)) == "乙丁丙甲戊"
    assert order(("invest", True), ("due_date", False)) == "甲丙丁乙戊"


def test_thousands_of_values_are_one_list(bureau: Office, ledger: str, rows: dict[str, str]) -> None:
    """SQLite takes 32,766 parameters where it is built as others build it."""
    many = tuple(f"第{n}处" for n in range(40_000))
    assert lists.count(bureau, ledger, Query(where=(("place", (*many, "100")),))) == 1
    assert lists.count(bureau, ledger, Query(where=(("place", (*many, EMPTY)),))) == 1
    assert lists.count(bureau, ledger, Query(having=(Condition("place", conditions.EXCEPT, (*many, "100")),))) == 4
