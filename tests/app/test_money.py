"""Money is whole 分: what is finer is refused when typed, and told when a list brings it (decision 17)."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app.imports import drafting, intake
from app.ledger import entries
from app.listing import lists
from app.office import Office
from app.problem import Problem
from app.proof import replay
from app.templating import template_reading
from app.values import kinds
from app.words.templates import Field
from models.schema import original
from tests.app.conftest import project
from tests.data.make_lists import Sheet, write_xlsx

MONEY = Field(id="x", title="栏目", kind="money")


@pytest.mark.parametrize(
    ("text", "unit", "hint"),
    [
        ("0.005元", None, "元计最多 2 位"), ("12.3456789", None, "万元计最多 6 位"), ("100.001", "元", "元计最多 2 位"),
        ("1.00000000001亿元", None, "亿元计最多 10 位"), ("0.000000001", None, "万元计最多 6 位"), (12.3456789, None, "6 位"),
        ("-0.0000001", None, "6 位"), ("1.000001千元", None, "千元计最多 5 位"),
    ],
)  # fmt: skip
def test_an_amount_finer_than_a_fen_is_refused(text: str | float, unit: str | None, hint: str) -> None:
    with pytest.raises(Problem) as refused:
        kinds.parse(MONEY, None, text, unit=unit)
    assert refused.value.code == "E_MONEY" and refused.value.field == "x"
    assert "1 分" in refused.value.text and hint in refused.value.text


@pytest.mark.parametrize(
    ("cell", "fen"),
    [("0.01元", 1), ("12.345678", 12_345_678), ("1.0000000001亿元", 10_000_000_001), (0.1 + 0.2, 300_000),
     ("5.0000000000", 5_000_000), (1234.5600000000001, 1_234_560_000)],
)  # fmt: skip
def test_a_whole_number_of_fen_is_kept_exactly(cell: str | float, fen: int) -> None:
    """Excel's binary dust behind the fifteenth digit is not what somebody wrote."""
    reading = kinds.parse(MONEY, None, cell)
    assert reading is not None and reading.value == fen


@given(st.decimals(0, 10**7, places=9))
def test_typed_money_is_kept_exactly_or_refused(number: Decimal) -> None:
    fen = number * 10**6
    try:
        reading = kinds.parse(MONEY, None, f"{number:f}")
    except Problem:
        assert fen != int(fen)
    else:
        assert reading is not None and reading.value == fen


def test_no_way_of_typing_rounds_silently(bureau: Office, ledger: str) -> None:
    entry = project(bureau, ledger)
    for deed in (
        lambda: entries.amend(bureau, entry, {"invest": "1.2345678"}),
        lambda: entries.add(bureau, ledger, {"name": "乙", "invest": "0.005元"}, not_secret="审核人乙"),
    ):
        with pytest.raises(Problem) as refused:
            deed()
        assert (refused.value.code, refused.value.field) == ("E_MONEY", "invest")
    assert "invest" not in lists.line(bureau, entry).cells and replay.verify(bureau) == []


def test_a_list_that_brings_such_amounts_is_told_and_keeps_the_cells(
    bureau: Office, ledger: str, tmp_path: Path
) -> None:
    loaded = template_reading.builtin("pending-approval")
    heads = ["项目名称", "总投资（万元）", "环评"]
    rows = [["甲项目", 12.3456789, "已办"], ["乙项目", "0.12345678", "未办"], ["丙项目", 3.5, "未办"]]
    draft = drafting.draft(write_xlsx([Sheet("表", [heads, *rows])], tmp_path / "清单.xlsx"), loaded)
    assert draft.problems == [] and [r.cells["invest"] for r in draft.rows] == [
        12_345_679,
        123_457,
        3_500_000,
    ]
    said = [n for n in draft.notes if "四舍五入" in n]
    assert said == [
        "“总投资（万元）”有 2 格比 1 分还细，按四舍五入读入（第 2、3 行），原来的数留在原始内容里"
    ]
    plan = intake.plan(bureau, ledger, draft)
    assert said[0] in plan.as_json()["notes"]
    intake.commit(bureau, plan, not_secret="审核人乙")
    entry = entries.find(bureau, "甲项目")
    with bureau.read() as connection:
        raw = connection.scalar(select(original.c.raw).where(original.c.entry_id == entry))
    assert raw["总投资（万元）"] == "12.3456789"
