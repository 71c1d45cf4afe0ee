"""Expressions of templates: a small language, bounded in size, time and power (decision 34)."""

from __future__ import annotations

import datetime as dt
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.evaluator import LENGTH, compile_expression
from app.engine.expressions import hard_faults, names_of_item, rules_of, said
from app.engine.patterns import COST, SUBJECT, compile_pattern, matches
from app.problem import Problem
from app.templating.template_reading import builtin
from app.values.workdays import Calendar, published

NAMES = frozenset("abcd")
TODAY = dt.date(2022, 9, 1)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 + 2 * 3", 7),
        ("a == '旗'", True),
        ("has(a) and blank(b)", True),
        ("year(c)", 2022),
        ("month(c)", 8),
        ("year(b) < 2016", False),
        ("contains(d, '听证')", True),
        ("contains(['x'], b)", False),
        ("count(d) > 1", True),
        ("latest(b, c, '2021-01-01')", "2022-08-22"),
        ("earliest(b)", None),
        ("matches(a, '[旗县]')", True),
        ("today() > c", True),
        ("b if has(b) else a", "旗"),
        ("wd(c, '2022-08-25')", 3),
        ("-b", None),
    ],
)
def test_the_language(text: str, value: object) -> None:
    row = {"a": "旗", "c": "2022-08-22", "d": ["听证", "招标"]}
    calendar = Calendar(published().values())
    assert compile_expression(text, NAMES).value(row, TODAY, calendar) == value


@pytest.mark.parametrize("sign", ["<", "<=", ">", ">="])
def test_an_absent_cell_compares_as_neither(sign: str) -> None:
    expression = compile_expression(f"a {sign} b", NAMES)
    assert not expression.holds({"a": "2022-01-01"})
    assert not expression.holds({"b": 3})
    assert not expression.holds({})


@pytest.mark.parametrize(
    "text",
    [
        "9**9**9", "a.b", "a[0]", "__import__('os')", "lambda: 1", "[x for x in a]", "nowhere", "f'{a}'",
        "matches(a, b)", "matches(a, '(a+)+')", "a and", "1.5", "today(1)", "{1: 2}", "", "a := 1", "*a", "...",
        "print(a)", "has(a)(b)", "a if b", "1" * 20, "not " * 100 + "a", "-" * 400 + "1", "a" * (LENGTH + 1),
        "(" * 240 + "a" + ")" * 240, "+".join("a" for _ in range(200)), "(yield)", "a;b", "a\x00", "has(a=1)", "1 << 99",
    ],
)  # fmt: skip
def test_everything_else_is_refused_when_read(text: str) -> None:
    with pytest.raises(Problem, match=r"E_EXPRESSION|E_PATTERN"):
        compile_expression(text, NAMES)


def test_no_expression_makes_something_large() -> None:
    for text in ("'x' * 999999999999", "a * 999999999", "a + a"):
        assert compile_expression(text, NAMES).value({"a": "长" * 100}) is None


def test_an_expression_that_cannot_be_compared_is_a_problem() -> None:
    with pytest.raises(Problem, match="E_EXPRESSION"):
        compile_expression("a < b", NAMES).value({"a": "x", "b": 1})
    with pytest.raises(Problem, match="E_EXPRESSION"):
        compile_expression("today() > a", NAMES).value({"a": "x"})


def test_what_is_only_asked_for_is_worked_out_once_whatever_stands_there() -> None:
    rule = compile_expression("has(a) and not has(b) or c == '旗'", NAMES)
    told = [rule.holds({"a": f"2022-09-{day:02}", "b": blank}) for day, blank in ((1, None), (2, ""), (3, []), (4, None))]
    assert told == [True] * 4 and len(rule.seen) == 1
    assert not rule.holds({"a": "2022-09-01", "b": ["x"]}) and rule.holds({"c": "旗"}) and not rule.holds({"c": "县"})
    both = compile_expression("has(a) and a > '2022-09-02'", NAMES)
    assert [both.holds({"a": f"2022-09-0{day}"}) for day in (1, 2, 3)] == [False, False, True], "it is read as well"
    assert compile_expression("has(a) == has(b)", NAMES).holds({"a": 0, "b": False}), "0 and 否 are something"


def test_the_value_follows_the_row_and_the_day() -> None:
    expression = compile_expression("a < today()", NAMES)
    assert [expression.value({"a": "2022-08-31"}, day) for day in (TODAY, dt.date(2022, 8, 1))] == [
        True,
        False,
    ]
    assert [expression.value({"a": day}, TODAY) for day in ("2022-09-01", "2022-08-01")] == [False, True]


@given(st.text(max_size=60))
def test_any_text_is_either_a_bounded_expression_or_a_problem(text: str) -> None:
    try:
        expression = compile_expression(text, NAMES)
        expression.value({}, TODAY)
    except Problem as problem:
        assert problem.code in ("E_EXPRESSION", "E_PATTERN")


@pytest.mark.parametrize(
    "text",
    ["(a+)+$", "(a|a)*$", "(.*)(.*)(.*)x", "(a{1,50}){1,50}", r"(a)\1", "(?=a)b", "(?i)a", "a{500}", "(", "a)", "[a",
     "*a", "a**", "a{3,1}", "\\", "x" * 201, "(x?)" * 20, "((((((((((((a))))))))))))"],
)  # fmt: skip
def test_a_pattern_that_could_run_away_is_refused(text: str) -> None:
    with pytest.raises(Problem, match="E_PATTERN"):
        compile_pattern(text)


def test_patterns_in_use_are_accepted_and_match_whole_texts() -> None:
    phone = compile_pattern(r"^(1[3-9]\d{9}|0\d{2,3}-?\d{7,8})$")
    assert matches(phone, "13800000000") and matches(phone, "0479-1234567") and matches(phone, "04791234567")
    assert not matches(phone, "138000000001") and not matches(phone, "x13800000000")
    assert not matches(compile_pattern("a*"), "a" * (SUBJECT + 1))


def test_the_worst_pattern_still_ends_soon() -> None:
    pattern = compile_pattern("a*a*b")
    began = time.perf_counter()
    assert not matches(pattern, "a" * SUBJECT)
    assert time.perf_counter() - began < 2
    assert SUBJECT**2 <= COST


def test_a_hard_fault_is_said_only_about_what_was_touched() -> None:
    """旗方案 四(三)1: a date before the submission is refused while typing, older faults stand in nobody's way."""
    loaded = builtin("pending-approval")
    items = {"M03": {"d_submit": "2022-08-22", "d_accept": "2022-08-20", "state": "在办", "needed": "需办"}}
    found = hard_faults(loaded, {}, items, set(), {"M03": {"d_accept"}}, TODAY)
    assert found is not None and found.code == "E_CHECK" and found.field == "d_accept"
    assert found.facts["item"] == "M03" and "环评" in found.text
    assert hard_faults(loaded, {}, items, {"note"}, {"M03": {"handler"}}, TODAY) is None
    assert hard_faults(loaded, {"approval_date": "2023-01-01"}, {}, {"approval_date"}, {}, TODAY) is not None


def test_an_items_own_cell_hides_the_entrys() -> None:
    loaded = builtin("pending-approval")
    names = names_of_item(
        loaded, "M99.2", {"note": "事项"}, {"note": "项目", "name": "甲", "due_date": "x"}, {}
    )
    assert names["note"] == "事项" and names["name"] == "甲" and names["named"] is True
    assert "due_date" not in names


def test_checks_run_over_rows_by_the_thousand() -> None:
    loaded = builtin("pending-approval")
    rules_of(loaded)
    row = {"name": "甲", "build_state": "未开工", "approval_date": "2020-01-01"}
    items = {f"M0{n}": {"state": "在办", "needed": "需办", "level": "旗"} for n in range(1, 9)}
    began = time.perf_counter()
    for n in range(200):
        list(said(loaded, {**row, "name": str(n)}, items, TODAY))
    assert time.perf_counter() - began < 2
