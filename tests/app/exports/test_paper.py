"""Type sizes and columns: as large as stays readable, never below the custom's floor, numbers kept whole."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from app.exports.breaking import break_lines
from app.exports.fonts import Shelf
from app.exports.paper import PAPERS, Plan, plan
from app.exports.typeface import Ink
from app.page import Column, Page

MakePage = Callable[..., Page]
MakeRow = Callable[..., tuple[str, ...]]


def planned(page: Page, paper: str) -> tuple[Plan, Ink]:
    ink = Ink(Shelf())
    return plan(page, PAPERS[paper], ink), ink


@pytest.mark.parametrize(("paper", "least", "most"), [("a3", 9, 10.5), ("a4", 7.5, 9)])
@pytest.mark.parametrize("columns", [3, 16, 30])
def test_body_size_keeps_within_the_custom(paper: str, least: float, most: float, columns: int) -> None:
    """C1: body 五号, at least 小五 on A3, never below 六号 7.5 pt."""
    page = Page(
        "题", "", "", "", tuple(Column(f"c{n}", "栏") for n in range(columns)), (("内容" * 9,) * columns,)
    )
    made, _ = planned(page, paper)
    assert least <= made.size <= most
    assert made.edges[-1] == pytest.approx(made.paper.width - made.paper.side, abs=0.1)


@pytest.mark.parametrize("paper", ["a3", "a4"])
def test_numbers_and_short_words_are_not_broken(page_of: MakePage, row: MakeRow, paper: str) -> None:
    page = page_of(tuple(row(n) for n in range(1, 50)))
    narrow = replace(
        page, columns=tuple(replace(c, width=1 if c.align != "left" else 40) for c in page.columns)
    )
    made, ink = planned(narrow, paper)
    for place, column in enumerate(narrow.columns):
        if column.align != "left":
            limit = int(made.room(place) * 1000 / made.size)
            assert all(len(break_lines(texts[place], limit, ink.body)) == 1 for texts in narrow.rows)


def test_a_total_is_never_broken_the_type_gives_way(page_of: MakePage) -> None:
    """C1: totals stand in the type of the head and are wider than the rows; 小五, or 7.5 pt where it must be."""
    columns = tuple(Column(f"n{n}", "实际入库税收", width=4, align="right") for n in range(12))
    totals = ("1,150.55", "1,234,567.89", "", "999.9%") * 3
    told = tuple(Column(f"t{n}", "情况", width=20) for n in range(11))
    for late in (False, True):  # the widest number behind the rows that are sampled
        rows = [("350.55", "", "-12,345.67", "1") * 3] * 210
        rows[205] = ("8,888,888.88",) * 12 if late else rows[0]
        page = page_of(
            tuple((*row, *("情况说明" * 3,) * 11) for row in rows),
            columns=columns + told,
            totals=(*totals, *("",) * 11),
        )
        made, ink = planned(page, "a3")
        assert made.size >= 7.5
        for face, texts in ((ink.head, [page.totals]), (ink.body, page.rows)):
            for place in range(12):
                limit = int(made.room(place) * 1000 / made.size)
                assert all(len(break_lines(text[place], limit, face)) == 1 for text in texts)
    crowded = page_of(
        (("1,234,567.89",) * 20,), columns=columns + columns[:8], totals=("11,234,567.89",) * 20
    )
    made, _ = planned(crowded, "a4")
    assert made.size == 7.5


def test_a_group_has_one_head(page_of: MakePage) -> None:
    """Columns of a group that do not stand together: the longest run keeps the head, the others have none."""
    names = ("甲", "诉求", "诉求", "承办", "诉求", "")
    page = page_of((), columns=tuple(Column(f"c{n}", "栏", name) for n, name in enumerate(names)), totals=())
    assert [column.group for column in page.columns] == ["甲", "诉求", "诉求", "承办", "", ""]


def test_weights_are_respected_where_nothing_presses(page_of: MakePage) -> None:
    page = page_of((), columns=(Column("a", "甲", width=10), Column("b", "乙", width=30)), totals=())
    made, _ = planned(page, "a3")
    first, second = made.edges[1] - made.edges[0], made.edges[2] - made.edges[1]
    assert second == pytest.approx(3 * first, rel=0.01)
