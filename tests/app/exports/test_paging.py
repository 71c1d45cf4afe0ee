"""Pages: every line of every row once and in order, no page overfull, rows above the sign block."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.exports.cells import Laid, RowSetter
from app.exports.fonts import Shelf
from app.exports.paging import paginate
from app.exports.paper import PAPERS, plan
from app.exports.typeface import Ink
from app.page import Column, Page

FIRST, REST, TAIL = 300.0, 360.0, 150.0


@pytest.fixture(scope="module")
def lay() -> Callable[[int], Laid]:
    """lay(lines) -> a row of so many lines."""
    page = Page("题", "", "", "", (Column("a", "甲"), Column("b", "乙")), ())
    ink = Ink(Shelf())
    setter = RowSetter(plan(page, PAPERS["a4"], ink), ink.body, ("left", "left"))
    return lambda count: setter.lay(("\n".join(str(n) for n in range(count)), "乙"))


def spread(lay: Callable[[int], Laid], counts: list[int], tail: float = TAIL) -> list[list[Laid]]:
    return list(paginate((lay(count) for count in counts), FIRST, REST, tail))


@settings(max_examples=300, deadline=None)
@given(counts=st.lists(st.one_of(st.integers(1, 6), st.integers(1, 120)), max_size=40))
def test_every_line_once_and_no_page_overfull(lay: Callable[[int], Laid], counts: list[int]) -> None:
    pages = spread(lay, counts)
    given_lines = [(n, line) for n, count in enumerate(counts) for line in range(count)]
    found = []
    number = -1
    for laid in (laid for page in pages for laid in page):
        number += laid.start == 0
        found += [(number, line) for line in range(laid.start, laid.start + laid.lines)]
    assert found == given_lines
    for place, page in enumerate(pages):
        assert sum(laid.height for laid in page) <= (REST if place else FIRST) + 1e-6
    room = REST if len(pages) > 1 else FIRST
    assert sum(laid.height for laid in pages[-1]) + TAIL <= room + 1e-6


@settings(max_examples=300, deadline=None)
@given(counts=st.lists(st.integers(1, 6), min_size=2, max_size=60))
def test_two_rows_above_the_signs_and_no_row_cut(lay: Callable[[int], Laid], counts: list[int]) -> None:
    pages = spread(lay, counts)
    assert len(pages[-1]) >= 2
    assert all(pages)
    cut = [laid for page in pages for laid in page if laid.part]
    assert not cut or (len(pages) == 2 and len(counts) <= 4), (
        "only page one may need half a row to stay filled"
    )


@settings(max_examples=200, deadline=None)
@given(counts=st.lists(st.integers(1, 120), min_size=1, max_size=12))
def test_some_row_always_stands_above_the_signs(lay: Callable[[int], Laid], counts: list[int]) -> None:
    assert spread(lay, counts)[-1]


def test_no_rows_make_one_page(lay: Callable[[int], Laid]) -> None:
    assert spread(lay, []) == [[]]


def test_a_row_that_fits_a_page_is_moved_not_cut(lay: Callable[[int], Laid]) -> None:
    pages = spread(lay, [10, 20, 3, 3], tail=10)
    assert [len(page) for page in pages] == [1, 3]
