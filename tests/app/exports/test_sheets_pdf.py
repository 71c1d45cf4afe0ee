"""Several sheets in one file: each numbered on its own, the characters of all of them embedded once."""

from __future__ import annotations

import re
from pathlib import Path

import pypdfium2
import pytest

from app.exports.fonts import Shelf
from app.exports.ledger_pdf import write_pdf, write_sheets
from app.page import Column, Page
from app.problem import Problem

COLUMNS = (Column("seq", "序号", width=5, align="center"), Column("name", "项目名称", width=40))


def page(title: str, rows: int, word: str = "示范") -> Page:
    lines = tuple((str(n), f"{word}项目{n}") for n in range(1, rows + 1))
    return Page(title, f"单位：{title}局", "2022年8月23日", f"{rows} 个", COLUMNS, lines, signs=("签收人",))


def read(path: Path) -> list[str]:
    with pypdfium2.PdfDocument(path) as document:
        return [re.sub(r"\s+", "", p.get_textpage().get_text_bounded()) for p in document]


def test_each_sheet_begins_a_page_and_counts_its_own(tmp_path: Path) -> None:
    printed = write_sheets([page("甲", 60, "取水"), page("乙", 2, "林草")], tmp_path / "p.pdf")
    pages = read(tmp_path / "p.pdf")
    own = printed.pages - 1
    assert len(pages) == printed.pages and own > 1
    assert f"第1页共{own}页" in pages[0] and "甲（续）" in pages[1] and "第1页共1页" in pages[-1]
    assert "林草项目2" in pages[-1] and "取水" not in pages[-1]


def test_one_sheet_is_the_same_file_as_a_print_of_it(tmp_path: Path) -> None:
    write_sheets([page("甲", 3)], tmp_path / "a.pdf")
    write_pdf(page("甲", 3), tmp_path / "b.pdf", paper="a4")
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()


def test_a_sheet_that_cannot_be_set_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(Problem) as caught:
        write_sheets([page("甲", 3), page("乙", 3, "\ue123")], tmp_path / "p.pdf", shelf=Shelf(extras=()))
    assert caught.value.code == "E_GLYPH" and not (tmp_path / "p.pdf").exists()
