"""Numbers of persons on paper: hidden in whatever way they are written, sums and codes left alone (domain C4)."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.listing import pages
from app.template_books.making import make
from app.values import codes, masking
from app.words.templates import Field
from tests.app.conftest import DAY
from tests.data import make_books


def digits(n: int) -> st.SearchStrategy[str]:
    return st.text("0123456789", min_size=n, max_size=n)


AROUND = st.sampled_from(["", "项目", "，", "（", "见", "、", "1.", "甲：", " "])
mobile = st.builds(lambda a, b: f"1{a}{b}", st.sampled_from("3456789"), digits(9))
MOBILES = (
    "{0}{1}{2}", "{0} {1} {2}", "{0}-{1}-{2}", "+86{0}{1}{2}", "+86 {0} {1} {2}", "86-{0}{1}{2}", "+86-{0}-{1}-{2}",
    "（{0}{1}{2}）", "{0}　{1}　{2}", "电话{0}{1}{2}", "tel:{0}{1}{2}",
)  # fmt: skip
AREAS = (
    "0479-{}",
    "0479{}",
    "(0479){}",
    "（0479）{}",
    "0479 {}",
    "+86-0479-{}",
    "+86 479 {}",
    "010-{}",
    "0479-{}转801",
    "{}",
    "电话：{}",
)
DIVISION, UNITS = "152529", ("元", "万元", "亿元", "亩", "平方米", "千瓦", "吨", "户", "人")


def wide(text: str) -> str:
    return text.translate({ord(c): chr(ord(c) + 0xFEE0) for c in "0123456789-+"})


@given(AROUND, mobile, st.sampled_from(MOBILES), st.booleans())
def test_a_mobile_number_never_stands_whole(before: str, number: str, way: str, full: bool) -> None:
    written = way.format(number[:3], number[3:7], number[7:])
    shown = masking.mask_in(f"{before}{wide(written) if full else written}反映")
    assert f"{number[:3]}****{number[-4:]}" in shown and shown.startswith(before) and shown.endswith("反映")


@given(
    AROUND.filter(lambda text: text != "1."),
    st.sampled_from("23568"),
    digits(6),
    st.sampled_from(AREAS),
    st.booleans(),
)
def test_a_local_number_never_stands_whole(before: str, first: str, rest: str, way: str, full: bool) -> None:
    """Seven digits, with and without their area code."""
    number = first + rest
    written = f"{before}{way.format(number)}，"
    assert number not in masking.mask_in(wide(written) if full else written).translate(
        str.maketrans("０１２３４５６７８９", "0123456789")
    )


@given(
    st.dates(dt.date(1930, 1, 1), dt.date(2022, 1, 1)),
    digits(3),
    st.sampled_from("0123456789Xx"),
    st.sampled_from(["", " ", "-"]),
)
def test_an_identity_number_never_stands_whole(born: dt.date, order: str, check: str, blank: str) -> None:
    day = f"{born:%Y%m%d}"
    shown = masking.mask_in(f"户主身份证{DIVISION}{blank}{day}{blank}{order}{check}。")
    assert shown == f"户主身份证{DIVISION}********{order}{check}。"


money = st.one_of(
    st.builds(lambda n, unit: f"{n}{unit}", st.integers(0, 10**12), st.sampled_from(UNITS[:7])),
    st.builds(lambda n, unit: f"{n}{unit}", st.integers(0, 10**9), st.sampled_from(UNITS)),
    st.builds(lambda n, unit: f"{n} {unit}", st.integers(0, 10**9), st.sampled_from(UNITS[:4])),
    st.builds(lambda n: f"{n:,}", st.integers(0, 10**12)),
    st.builds(lambda n, part: f"{n}.{part:02}", st.integers(0, 10**12), st.integers(0, 99)),
    st.builds(lambda n: f"¥{n}", st.integers(0, 10**12)),
    st.builds(
        lambda word, n: f"{word}{n}",
        st.sampled_from(["投资额", "金额：", "总投资", "资金"]),
        st.integers(0, 10**12),
    ),
)
project_code = st.builds(
    lambda year, a, b, c, cut: cut.join((str(year), "150000", a, b, c)),
    st.integers(2010, 2030), digits(2), digits(2), digits(6), st.sampled_from(["-", ""]),
)  # fmt: skip


@st.composite
def credit_code(draw: st.DrawFn) -> str:
    first = (
        draw(st.sampled_from(["91", "92", "93"]))
        + DIVISION
        + draw(st.text(codes.ALPHABET, min_size=9, max_size=9))
    )
    return first + codes.uscc_check(first)


other = st.one_of(
    st.dates(dt.date(2000, 1, 1), dt.date(2030, 1, 1)).map(lambda day: f"{day:%Y%m%d}"),
    st.builds(lambda n: f"152529-DP-2022-{n:04}", st.integers(1, 9999)),
    st.builds(lambda n: f"内发改审批字〔2022〕{n}号", st.integers(1, 99999)),
    st.sampled_from(["2020-2025年", "编号20221234", "图斑号2231234", "电子监管号1525292022B00012"]),
)


@given(AROUND.filter(lambda text: text != "1."), st.one_of(money, project_code, credit_code(), other))
def test_sums_codes_and_days_stay(before: str, text: str) -> None:
    """Domain C4 hides persons' numbers; an amount, 项目代码, 统一社会信用代码 or a day is what the ledger is about."""
    assert masking.mask_in(f"{before}{text}，") == f"{before}{text}，"


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("phone", "2231234", "****234"),
        ("phone", "666123", "****23"),
        ("phone", "0479-8812345-801", "0479****2345"),
        ("date", "1980-01-02", "1980年**月**日"),
        ("month", "1980-01", "1980年**月"),
        ("money", 1234567, "****"),
    ],
)
def test_what_is_private_is_hidden_whatever_its_kind(kind: str, value: object, shown: str) -> None:
    assert pages.printed(Field("x", "某", kind, private=True), value) == shown


def test_a_field_that_holds_a_number_of_things_keeps_it() -> None:
    """合同编号 22312345 is no telephone; an 身份证 number is hidden there too."""
    number, note = Field("x", "合同编号", "text"), Field("x", "备注", "longtext")
    assert (
        masking.on_paper(number, "22312345") == "22312345"
        and masking.on_paper(note, "22312345") == "****2345"
    )
    assert masking.on_paper(number, "152529198001012345") == "152529********2345"
    cards = "6222 0202 0001 2345 678，6222020200012345678"
    assert masking.on_paper(note, cards) == "****5678，****5678"


def test_a_form_made_from_a_workbook_hides_persons_numbers_and_says_so(tmp_path: Path) -> None:
    """Telephones, 身份证 and accounts are private though nobody said so; a clerk's own no lifts it."""
    heads = ("type", "name", "label", "required", "private")
    rows = (
        ("text", "name", "户主", "yes", ""), ("phone", "tel", "联系", "", ""), ("text", "idno", "身份证号", "", ""),
        ("text", "acct", "银行账号", "", "no"), ("text", "card", "一卡通卡号", "", ""), ("yesno", "has", "有无身份证", "", ""),
    )  # fmt: skip
    made = make(make_books.write(tmp_path / "户.xlsx", {"survey": [heads, *rows]}), today=DAY)
    assert {f.id for f in made.loaded.t.fields if f.private} == {"tel", "idno", "card"}
    assert "“联系”、“身份证号”、“一卡通卡号”是个人信息" in "；".join(made.notes)
