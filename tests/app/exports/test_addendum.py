"""缺项情况说明 and 签后变动表: before the sign lines, under their own heads, over as many pages as they take."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest

from app.exports.fonts import Shelf
from app.exports.ledger_pdf import write_pdf
from app.page import Listed, Page
from app.signing.later import COLUMNS, TITLE

MakePage = Callable[..., Page]
MakeRow = Callable[..., tuple[str, ...]]
ROWS = 120


def texts(out: Path) -> list[str]:
    with pypdfium2.PdfDocument(out) as pdf:
        return [re.sub(r"[\s\x02\ufffe]+", "", page.get_textpage().get_text_range()) for page in pdf]


def moved(count: int) -> Listed:
    rows = tuple(
        (f"152529-DP-2022-9{at:03d}", f"示范项目{at}", "完成时限", "2022年12月31日", "2023年6月30日", "更正：录入错误" * 3,
         "复核人", "2022年9月1日")
        for at in range(1, count + 1)
    )  # fmt: skip
    return Listed(TITLE, "自第1版以后的变动：", COLUMNS, rows)


@pytest.fixture
def page(page_of: MakePage, row: MakeRow) -> Page:
    return page_of(tuple(row(n) for n in range(1, 9)))


@pytest.mark.parametrize("paper", ["a3", "a4"])
def test_a_long_table_repeats_its_head_and_the_sign_lines_stand_once_at_the_end(
    tmp_path: Path, page: Page, shelf: Shelf, paper: str
) -> None:
    out = tmp_path / "p.pdf"
    told = replace(page, appendix=("月底前补齐。",), after=(moved(ROWS),))
    printed = write_pdf(told, out, paper=paper, shelf=shelf)  # type: ignore[arg-type]
    pages = texts(out)
    assert printed.pages == len(pages)
    with_rows = [text for text in pages if "示范项目" in text and "更正：录入错误" in text]
    assert len(with_rows) > 1 and all("栏目/事项" in text for text in with_rows)
    for at in range(1, ROWS + 1):
        assert sum(f"152529-DP-2022-9{at:03d}" in text for text in with_rows) == 1, at
    signs = [at for at, text in enumerate(pages) if page.signs[0] in text]
    assert signs == [len(pages) - 1]
    assert "示范项目120" in pages[-1], "the sign lines never stand on a page alone"


@pytest.mark.parametrize("count", range(1, 40, 3))
def test_whatever_its_length_the_sign_lines_have_rows_above_and_room(
    tmp_path: Path, page: Page, shelf: Shelf, count: int
) -> None:
    out = tmp_path / "p.pdf"
    write_pdf(replace(page, after=(moved(count),)), out, paper="a4", shelf=shelf)
    pages = texts(out)
    assert f"152529-DP-2022-9{count:03d}" in pages[-1] and page.signs[0] in pages[-1]
    with pypdfium2.PdfDocument(out) as pdf:
        last = pdf[len(pdf) - 1].get_textpage()
        spots = [last.get_charbox(at) for at in range(last.count_chars())]
    low = [at for at, box in enumerate(spots) if box[1] < 8]
    assert low == [], "nothing falls off the sheet"


def test_what_is_told_begins_under_the_table_and_the_sign_lines_stay_with_it(
    tmp_path: Path, page: Page, shelf: Shelf
) -> None:
    """C1: the sign block stands with the table where it fits, 缺项情况说明 between them on the same page."""
    out = tmp_path / "p.pdf"
    said = tuple(f"缺第{at}处。" for at in range(1, 6))
    assert write_pdf(replace(page, appendix=said), out, shelf=shelf).pages == 1
    (text,) = texts(out)
    assert (
        text.index("期初3") < text.index("缺项情况说明") < text.index("缺第5处。") < text.index(page.signs[0])
    )
    for count in range(6, 34, 3):
        said = tuple(f"缺第{at}处。" for at in range(1, count + 1))
        write_pdf(replace(page, appendix=said), out, paper="a4", shelf=shelf)
        pages = texts(out)
        assert page.signs[0] in pages[-1] and f"缺第{count}处。" in pages[-1] and len(pages) <= 3
        assert "缺第1处。" in next(text for text in pages if "缺项情况说明" in text), "no head alone"
        with pypdfium2.PdfDocument(out) as pdf:
            last = pdf[len(pdf) - 1].get_textpage()
            low = last.get_charbox(texts_at(last, f"缺第{count}处。"))[1]
        assert low > 59 * 72 / 25.4 + 85, "room for the seal above the foot"


def texts_at(page: pypdfium2.PdfTextPage, text: str) -> int:
    at, _ = page.search(text).get_next()
    return int(at)


def test_without_anything_to_tell_the_sign_lines_stay_below_the_table(
    tmp_path: Path, page: Page, shelf: Shelf
) -> None:
    out = tmp_path / "p.pdf"
    assert write_pdf(page, out, shelf=shelf).pages == 1
    assert page.signs[0] in texts(out)[0]
