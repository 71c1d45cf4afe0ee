"""The mark of a check list: read back unchanged, or not at all."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.checking.check_lists import CheckColumn, Mark, code_of, identity_digest, mark_of, rows_digest
from app.templating import template_reading
from tests.data.make_checks import check_sheet

MARK = Mark("1" * 32, 2, "a" * 32, "正镶白旗发展和改革委员会", "生态环境局", "2022-08-20", "d" * 32)


def test_a_mark_is_read_back() -> None:
    assert mark_of(MARK.text) == MARK
    assert code_of(f"核查部门：生态环境局　　标记：{MARK.code}") == MARK.code
    assert code_of(f"标记: {MARK.code.lower()}") == MARK.code


@pytest.mark.parametrize(
    "text",
    [
        "", "QDC1", "QDC1 x", MARK.text.replace("第", "").replace("生态环境局", "水利局"),
        MARK.text.replace(" 2,", " 3,"), MARK.text[:-1], "QDC1 AAAA " + "[" * 3000, "QDC1 AAAA {}",
        MARK.text.replace('"number": 2', '"number": "2"'),
    ],
)  # fmt: skip
def test_a_changed_mark_is_none(text: str) -> None:
    assert mark_of(text) is None


@given(st.text(max_size=200))
def test_no_text_upsets_the_reading(text: str) -> None:
    assert mark_of(text) is None
    assert mark_of("QDC1 " + text) is None
    code_of("标记：" + text)


def test_every_part_of_a_mark_changes_its_code() -> None:
    others = [
        replace(MARK, **{name: 3 if name == "number" else "别的"})  # type: ignore[arg-type]
        for name in ("round_id", "number", "ledger", "office", "dept", "due", "digest")
    ]
    assert len({mark.code for mark in (MARK, *others)}) == 8


def test_digests_follow_what_they_stand_for() -> None:
    assert identity_digest("2204-152529-04-01-1", "甲 项目（一期）", "环评") == identity_digest(
        "２２０４-152529-04-01-1", "甲项目(一期)", "环 评"
    )
    assert identity_digest("1", "甲", "环评") != identity_digest("1", "甲", "能评")
    sent = check_sheet(template_reading.builtin("pending-approval"), 2)
    assert rows_digest(sent.rows) == sent.mark.digest != rows_digest(sent.rows[1:])


def test_two_columns_may_not_be_called_the_same() -> None:
    sent = check_sheet(template_reading.builtin("pending-approval"), 1)
    with pytest.raises(ValueError, match="办理情况"):
        replace(sent, contest=CheckColumn("contest", "办理 情况"))
