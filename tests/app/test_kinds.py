"""Cells are read in the forms officials write them, and shown and read back unchanged."""

from __future__ import annotations

import datetime as dt
import string
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.problem import Problem
from app.values import amounts, codes, dates, kinds
from app.values.kinds import READERS
from app.words.templates import KINDS, Code, CodeList, Field

TYPES = CodeList(
    id="approval_type",
    title="立项类型",
    codes=(Code(code="审批"), Code(code="核准"), Code(code="备案", words=("备案制", "登记备案"))),
)


def field(kind: str, **more: Any) -> Field:
    return Field(id="x", title="栏目", kind=kind, **more)


def value(kind: str, cell: Any, **more: Any) -> Any:
    reading = kinds.parse(field(kind), None, cell, **more)
    return None if reading is None else reading.value


def fault(kind: str, cell: Any, listed: CodeList | None = None, **more: Any) -> Problem:
    with pytest.raises(Problem) as caught:
        kinds.parse(field(kind), listed, cell, **more)
    assert caught.value.field == "x"
    return caught.value


def test_every_kind_can_be_read() -> None:
    assert set(READERS) == set(KINDS)


@pytest.mark.parametrize(
    ("cell", "on"),
    [
        ("2022.8.5", "2022-08-05"),
        ("2022/8/5", "2022-08-05"),
        ("2022-8-5", "2022-08-05"),
        ("2022—8—5", "2022-08-05"),
        ("2022 8 5", "2022-08-05"),
        ("20220805", "2022-08-05"),
        (20220805.0, "2022-08-05"),
        ("220805", "2022-08-05"),
        ("22.8.5", "2022-08-05"),
        ("2022年8月5日", "2022-08-05"),
        ("2022年08月05号", "2022-08-05"),
        (" 2022年 8月 5日 ", "2022-08-05"),
        ("２０２２．８．５", "2022-08-05"),
        ("２０２２年８月５日", "2022-08-05"),
        ("二〇二二年八月五日", "2022-08-05"),
        ("二○二二年十二月三十一日", "2022-12-31"),
        ("二零二二年十月二十日", "2022-10-20"),
        ("2022-08-05 00:00:00", "2022-08-05"),
        ("2022-08-05T10:30:00", "2022-08-05"),
        ("2022年8月5日（星期五）", "2022-08-05"),
        ("2022年9月30日前", "2022-09-30"),
        ("2022年8月", "2022-08-31"),
        ("2022年2月", "2022-02-28"),
        ("2024.2", "2024-02-29"),
        ("22.8", "2022-08-31"),
        (22.8, "2022-08-31"),
        (202208, "2022-08-31"),
        ("2022年8月底前", "2022-08-31"),
        ("2022年8月中旬", "2022-08-20"),
        ("2022年底前", "2022-12-31"),
        ("2022年年底", "2022-12-31"),
        (44778, "2022-08-05"),
        (44778.5, "2022-08-05"),
        ("44778", "2022-08-05"),
        (dt.datetime(2022, 8, 5, 13, 30), "2022-08-05"),
        (dt.date(2022, 8, 5), "2022-08-05"),
    ],
)
def test_dates_in_all_their_forms(cell: Any, on: str) -> None:
    """C5: the forms met in real sheets."""
    assert value("date", cell) == on


@pytest.mark.parametrize("cell", ["8月底前", "8月31日", "八月底", "8月下旬"])
def test_a_date_without_a_year_needs_one(cell: str) -> None:
    assert fault("date", cell).code == "E_DATE"
    assert value("date", cell, year=2022) == "2022-08-31"


def test_the_1904_workbook_counts_from_another_day() -> None:
    assert value("date", 43316, base=1904) == value("date", 44778, base=1900) == "2022-08-05"


@pytest.mark.parametrize(
    "cell",
    [
        "2026.13.5",
        "2022.2.30",
        "长期",
        "2022年",
        2022.1,
        "12/31/2022",
        3,
        1e9,
        "1022.1.1",
        float("nan"),
        True,
    ],
)
def test_a_date_that_cannot_be_meant_is_a_problem(cell: Any) -> None:
    assert fault("date", cell).code == "E_DATE"


def test_an_unusual_date_says_how_it_was_read() -> None:
    reading = kinds.parse(field("date"), None, "2022.8.5")
    assert reading is not None and reading.note == "由“2022.8.5”读作 2022年8月5日"
    exact = kinds.parse(field("date"), None, "2022-08-05")
    assert exact is not None and exact.note == ""
    vague = kinds.parse(field("date"), None, "2022年8月底前")
    assert vague is not None and "不是准确日期" in vague.note


@given(st.dates(dt.date(1950, 1, 1), dt.date(2099, 12, 31)), st.sampled_from("-./年"))
def test_a_date_reads_the_same_with_any_mark(on: dt.date, mark: str) -> None:
    ends = ("月", "日") if mark == "年" else (mark, "")
    text = f"{on.year}{mark}{on.month}{ends[0]}{on.day}{ends[1]}"
    assert dates.read(text).on == on


@pytest.mark.parametrize(
    ("cell", "unit", "fen"),
    [
        (2012.22, None, 2012220000),
        ("28,083.90", None, 28083900000),
        ("２８，０８３．９０", None, 28083900000),
        ("2.888013亿元", None, 28880130000),
        ("25853.22万元", None, 25853220000),
        ("25853.22 万", None, 25853220000),
        ("5千元", None, 500000),
        (20122200, "元", 2012220000),
        ("20122200", "元", 2012220000),
        (2012220, "千元", 201222000000),
        ("1200万元", "元", 1200000000),
        (28880.130000000001, None, 28880130000),
        (0, None, 0),
        ("约1200", None, 1200000000),
    ],
)
def test_amounts_with_units_from_cell_head_or_corner(cell: Any, unit: str | None, fen: int) -> None:
    assert value("money", cell, unit=unit) == fen


def test_an_amount_is_never_converted_silently() -> None:
    for cell, unit in (("2.888013亿元", None), (28880.13, "元"), ("4136.95元", None), (1, "亿元")):
        reading = kinds.parse(field("money"), None, cell, unit=unit)
        assert reading is not None and "读作" in reading.note


@pytest.mark.parametrize(
    "cell", ["八百万", "捌佰万元整", "¥1200", "1200美元", "1-2亿", "待定", "1,2,3", 1e300, "1.2.3"]
)
def test_an_amount_that_is_not_plain_is_a_problem(cell: Any) -> None:
    assert fault("money", cell).code == "E_MONEY"


def test_area_in_other_units_is_converted_with_a_note() -> None:
    """1 公顷 = 15 亩, 1 亩 = 666.6667 平方米 (C5)."""
    assert value("area", "3公顷") == value("area", 3, unit="公顷") == value("area", 45) == 450000
    assert value("area", "666.6667㎡") == 10000
    assert value("area", "1平方公里") == 15_000_000
    reading = kinds.parse(field("area"), None, "3公顷")
    assert reading is not None and reading.note == "由“3公顷”读作 45 亩"


@pytest.mark.parametrize("kind", ["text", "uscc", "project_code", "phone", "doc_no", "org"])
@pytest.mark.parametrize("cell", [152529199001011234, 2.2041525290401e19, "1.52529E+17"])
def test_a_long_number_damaged_by_excel_is_a_problem(kind: str, cell: Any) -> None:
    assert fault(kind, cell).code == "E_DIGITS_LOST"


def test_codes_keep_their_form() -> None:
    code = "2203-152529-01-02-767677"
    for cell in (code, "2203–152529–01–02–767677", "２２０３－152529-01-02-767677", "22031525290102767677"):
        assert value("project_code", cell) == code
    assert value("project_code", "无") is None
    assert fault("project_code", "2203-152529-01-02-76767").code == "E_PROJECT_CODE"


def test_the_credit_code_has_its_own_check_and_villages_may_have_one() -> None:
    """GB 32100-2015; codes of 嘎查村 begin with N."""
    assert value("uscc", "N2152529MFTEXT026M") == "N2152529MFTEXT026M"
    assert value("uscc", " 91152529matext01x2 ") == "91152529MATEXT01X2"
    wrong = fault("uscc", "91152529MATEXTO1X2")
    assert wrong.code == "E_USCC" and wrong.facts["near"] == ["91152529MATEXT01X2"]
    assert fault("uscc", "91152529MATEXT01X3").code == "E_USCC"
    assert codes.uscc_check("9115252O") == ""


@given(st.text(codes.ALPHABET, min_size=17, max_size=17), st.integers(0, 16), st.sampled_from(codes.ALPHABET))
def test_any_single_slip_in_a_credit_code_is_found(body: str, place: int, other: str) -> None:
    slipped = body[:place] + other + body[place + 1 :]
    if slipped != body:
        assert codes.uscc_check(slipped) != codes.uscc_check(body)


def test_phones_and_document_numbers() -> None:
    assert value("phone", 13800000000.0) == "13800000000"
    assert value("phone", "（0479）7221234") == "0479-7221234"
    assert value("phone", "138 0000 0000/0479-7221234") == "13800000000、0479-7221234"
    assert fault("phone", "12345").code == "E_PHONE"
    for cell in (
        "某发改字[2022]第1号",
        "某发改字（2022）1号",
        "某发改字【2022】 1 号",
        "某发改字〔2022〕1号",
    ):
        assert value("doc_no", cell) == "某发改字〔2022〕1号"


def test_a_code_word_is_found_by_its_other_spellings_and_near_ones_are_offered() -> None:
    read = kinds.reader(field("enum"), TYPES)
    for cell in ("备案", "备案制", " 备 案 ", "登记备案"):
        reading = read(cell)
        assert reading is not None and reading.value == "备案"
    loose = read("核准制")
    assert loose is not None and loose.value == "核准" and loose.note
    assert fault("enum", "备按", TYPES).facts["near"] == ["备案"]
    assert kinds.parse(field("enums"), TYPES, "备案、核准") == kinds.Reading(["备案", "核准"])


@pytest.mark.parametrize("cell", [None, "", "  ", "\u3000", "—", "/", "-", "\n"])
@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_cell_is_absent(kind: str, cell: Any) -> None:
    assert kinds.parse(field(kind), None, cell) is None


def test_names_lose_breaks_and_blanks_but_keep_latin_words_apart() -> None:
    assert value("text", "  乌兰查布\n苏木 冷链 物流 ") == "乌兰查布苏木冷链物流"
    assert value("text", "某 Smart  Grid 110 kV 工程") == "某Smart Grid 110 kV工程"
    assert value("person", "责 任 人 甲") == "责任人甲"
    assert value("longtext", "一行\r\n二 行\r\n") == "一行\n二 行"


def test_keys_compare_names_and_codes() -> None:
    assert kinds.name_key("某旗示范项目(一期) ") == kinds.name_key("某旗示范\n项目（一期）")
    assert kinds.name_key("第2标段") == kinds.name_key("第２标段") != kinds.name_key("第3标段")
    assert kinds.code_key("2203–152529–01–02–767677") == kinds.code_key("22031525290102767677")


def test_initials_find_a_banner() -> None:
    assert kinds.initials("正镶白旗") == "zxbq"
    assert kinds.initials("重庆路110kV（二期）") == "cql110kveq"


def test_bounds_of_numbers_are_in_the_unit_shown() -> None:
    bounded = field("money", min=0, max=100)
    assert kinds.parse(bounded, None, 100) is not None
    for cell in (-1, 100.01):
        with pytest.raises(Problem, match="栏目不能"):
            kinds.parse(bounded, None, cell)


def test_shown_and_plain_amounts() -> None:
    money = field("money")
    assert kinds.show(money, 2453820000) == "2,453.82"
    assert kinds.show(money, 6222800000) == "6,222.80"
    assert kinds.plain(money, 6222800000) == "6222.8"
    assert kinds.plain(money, 100) == "0.0001"
    assert kinds.show(money, -50000) == "-0.05"
    assert kinds.show(field("money", unit="元"), 125000000) == "1,250,000.00"


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
BIG = st.integers(-(10**14), 10**14)


@given(st.sampled_from(["text", "longtext", "org", "person", "doc_no"]), TEXTS)
def test_a_text_read_once_stays_as_it_is(kind: str, text: str) -> None:
    one = field(kind)
    try:
        first = kinds.parse(one, None, text)
    except Problem:
        return
    if first is not None:
        assert kinds.parse(one, None, kinds.to_text(one, first.value)) == first


@given(BIG, st.sampled_from(["", "元", "万元", "亿元"]))
def test_money_survives_its_text(fen: int, unit: str) -> None:
    one = field("money", unit=unit)
    reading = kinds.parse(one, None, kinds.to_text(one, fen))
    shown = kinds.parse(one, None, kinds.show(one, fen))
    assert reading is not None and reading.value == fen and not reading.note
    assert shown == reading
    assert amounts.MONEY_UNITS["万元"] * Decimal(str(kinds.plain(one, fen))) == fen


@given(BIG, st.sampled_from(["", "亩", "公顷", "平方米"]))
def test_area_survives_its_text(area: int, unit: str) -> None:
    one = field("area", unit=unit)
    reading = kinds.parse(one, None, kinds.to_text(one, area))
    assert reading is not None and reading.value == area


@given(st.sampled_from(["int", "percent"]), st.integers(-(10**12), 10**12))
def test_integers_survive_their_text(kind: str, number: int) -> None:
    one = field(kind)
    assert kinds.parse(one, None, kinds.to_text(one, number)) == kinds.Reading(number)


@given(st.decimals(-(10**9), 10**9, places=4))
def test_decimals_survive_their_text(number: Any) -> None:
    one = field("number")
    first = kinds.parse(one, None, str(number))
    assert first is not None
    assert kinds.parse(one, None, kinds.to_text(one, first.value)) == first
    shown = kinds.parse(one, None, kinds.show(one, first.value))
    assert shown is not None and shown.value == first.value


@given(st.dates(dt.date(1950, 1, 1), dt.date(2099, 12, 31)))
def test_dates_survive_their_text(on: dt.date) -> None:
    for kind, stored in (("date", on.isoformat()), ("month", on.isoformat()[:7]), ("year", on.year)):
        one = field(kind)
        assert kinds.parse(one, None, kinds.to_text(one, stored)) == kinds.Reading(stored)


@given(
    st.sampled_from(KINDS),
    st.one_of(TEXTS, st.floats(), st.integers(), st.booleans(), st.dates(), st.datetimes()),
)
def test_any_cell_of_any_kind_is_read_or_refused_in_plain_words(kind: str, cell: Any) -> None:
    listed = TYPES if kind in ("enum", "enums") else None
    try:
        kinds.parse(field(kind), listed, cell)
    except Problem as problem:
        assert problem.code.startswith("E_") and problem.field == "x"
        assert any(c in string.printable or c > "\u2e00" for c in problem.text)


@given(st.decimals(0, 10**8, places=8))
def test_the_quick_way_with_plain_amounts_agrees_with_the_exact_one(number: Decimal) -> None:
    """What `_at_once` answers is what the decimal route answers."""
    read = kinds.reader(field("money"), None, kinds.Context(rounds=True))
    for cell in (str(number.normalize()), float(number)):
        exact, note = amounts.read(cell, amounts.MONEY_UNITS, "万元", "万元", "E_MONEY", "x", "栏目")
        reading = read(cell)
        assert reading is not None and (reading.value, reading.note) == (exact, note)
