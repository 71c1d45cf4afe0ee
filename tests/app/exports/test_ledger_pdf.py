"""The printed ledger: every row on paper once, readable, signed below, coded on every page."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pypdf
import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.exports.fonts import Shelf
from app.exports.ledger_pdf import write_pdf
from app.page import Page
from app.problem import Problem
from app.storage.scans import read_codes

MakePage = Callable[..., Page]
MakeRow = Callable[..., tuple[str, ...]]


def texts(path: Path) -> list[str]:
    with pypdfium2.PdfDocument(path) as document:
        return [page.get_textpage().get_text_bounded() for page in document]


def squeezed(text: str) -> str:
    return re.sub(r"[\s\x02\ufffe]+", "", text)


def rows_of(page: str) -> str:
    """A page's text between the table's head and the page's foot."""
    return re.split(r"第\d+页共\d+页", squeezed(page).split("备注", 1)[1])[0]


def test_rare_names_read_back_exactly(tmp_path: Path, page_of: MakePage, row: MakeRow, shelf: Shelf) -> None:
    """GB 18030-2022 level 3: names with characters beyond the BMP."""
    name = "䶮㙓𬭸鿍（一期）ABC-12项目"
    write_pdf(page_of((row(1, name), row(2))), tmp_path / "p.pdf", shelf=shelf)
    assert name in squeezed(texts(tmp_path / "p.pdf")[0])
    assert name in squeezed(pypdf.PdfReader(tmp_path / "p.pdf").pages[0].extract_text())


def test_a_glyph_of_the_other_face_is_borrowed(tmp_path: Path, page_of: MakePage, row: MakeRow) -> None:
    """𰻝 is in one of the product's two faces only."""
    write_pdf(page_of((row(1, "𰻝面"),)), tmp_path / "p.pdf", shelf=Shelf(extras=()))
    assert "𰻝面" in squeezed(texts(tmp_path / "p.pdf")[0])


def test_a_missing_glyph_is_named_and_nothing_is_written(
    tmp_path: Path, page_of: MakePage, row: MakeRow
) -> None:
    rows = (row(1), row(2, "坏\U0003fffd字"), row(3, note="\ue123"))
    with pytest.raises(Problem) as caught:
        write_pdf(page_of(rows), tmp_path / "p.pdf", shelf=Shelf(extras=()))
    assert caught.value.code == "E_GLYPH"
    assert caught.value.facts["missing"] == [
        {"char": "\U0003fffd", "code": "U+3FFFD", "row": 2, "name": "坏\U0003fffd字"},
        {"char": "\ue123", "code": "U+E123", "row": 3, "name": "示范项目之3"},
    ]
    assert "第 2 行" in caught.value.text and "U+3FFFD" in caught.value.text
    assert list(tmp_path.iterdir()) == []


def test_a_missing_glyph_in_title_and_head_is_named(tmp_path: Path, page_of: MakePage, row: MakeRow) -> None:
    with pytest.raises(Problem) as caught:
        write_pdf(page_of((row(1),), title="台\U0003fffd账"), tmp_path / "p.pdf", shelf=Shelf(extras=()))
    assert caught.value.facts["missing"][0]["row"] == 0


def test_a_cell_longer_than_a_page_continues_and_loses_nothing(
    tmp_path: Path, page_of: MakePage, row: MakeRow, shelf: Shelf
) -> None:
    sentences = "".join(f"第{n}句话，说明情况。" for n in range(1500))
    printed = write_pdf(
        page_of((row(1), row(2, note=sentences), row(3))), tmp_path / "p.pdf", paper="a4", shelf=shelf
    )
    assert printed.pages >= 3
    assert sentences in "".join(map(rows_of, texts(tmp_path / "p.pdf")))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lengths=st.lists(st.integers(0, 400), max_size=70), paper=st.sampled_from(["a3", "a4"]))
def test_every_row_stands_on_paper_exactly_once(
    lengths: list[int], paper: str, tmp_path: Path, page_of: MakePage, row: MakeRow, shelf: Shelf
) -> None:
    rows = tuple(row(n, f"【{n}】", note="贰" * length) for n, length in enumerate(lengths, 1))
    out = tmp_path / "p.pdf"
    printed = write_pdf(page_of(rows), out, paper=paper, shelf=shelf)  # type: ignore[arg-type]
    pages = list(map(squeezed, texts(out)))
    assert len(pages) == printed.pages
    whole = "".join(pages)
    assert re.findall("【([0-9]+)】", whole) == [str(n) for n in range(1, len(rows) + 1)]
    assert whole.count("贰") == sum(lengths)
    assert all("项目基本情况" in page and "土地预审" in page for page in pages)
    last = pages[-1]
    assert last.count("合计") == 1 and last.index("合计") < last.index("填报人")
    above = len(re.findall("【[0-9]+】", last))
    assert above >= min(2, len(rows)) or "贰" in last


def test_two_rows_stand_above_the_signatures(
    tmp_path: Path, page_of: MakePage, row: MakeRow, shelf: Shelf
) -> None:
    """Rows move over until the sign block has two above it, whatever their number."""
    for count in range(2, 60):
        rows = tuple(row(n, f"【{n}】") for n in range(1, count + 1))
        write_pdf(page_of(rows), tmp_path / "p.pdf", paper="a4", shelf=shelf)
        last = squeezed(texts(tmp_path / "p.pdf")[-1])
        assert last.count("【") >= 2 and "分管旗长" in last, count


def test_the_sign_block_leaves_room_for_a_seal(
    tmp_path: Path, page_of: MakePage, row: MakeRow, shelf: Shelf
) -> None:
    """A county seal is 42 mm across: 45 mm and more stand free between label and date."""
    write_pdf(page_of((row(1), row(2))), tmp_path / "p.pdf", shelf=shelf)
    with pypdfium2.PdfDocument(tmp_path / "p.pdf") as document:
        page = document[0].get_textpage()
        label, _ = page.search("填报人").get_next()
        date, _ = page.search("年　　月　　日").get_next()
        free = page.get_charbox(label)[1] - page.get_charbox(date)[3]
    assert free >= 45 / 25.4 * 72


def test_every_page_has_number_mark_and_code(
    tmp_path: Path, page_of: MakePage, row: MakeRow, shelf: Shelf
) -> None:
    rows = tuple(row(n) for n in range(1, 90))
    out = tmp_path / "p.pdf"
    printed = write_pdf(page_of(rows, appendix=("第3行：缺项目代码。",)), out, shelf=shelf)
    pages = list(map(squeezed, texts(out)))
    for number, text in enumerate(pages, 1):
        assert f"第{number}页共{printed.pages}页" in text
        assert "152529-DP-2022-0001" in text and "ABCDEFGHIJKLMNOPQRSTUVWX27" in text
    assert "缺项情况说明" in pages[-1] and "第3行：缺项目代码。" in pages[-1]
    codes = read_codes(out)
    assert [(c.page, c.pages) for c in codes] == [(n, printed.pages) for n in range(1, printed.pages + 1)]
    assert {c.code for c in codes} == {"ABCDEFGHIJKLMNOPQRSTUVWX27"}


def test_more_than_99_pages_are_still_coded(
    tmp_path: Path, page_of: MakePage, row: MakeRow, shelf: Shelf
) -> None:
    rows = tuple(row(n, note="长" * 600) for n in range(1, 500))
    out = tmp_path / "p.pdf"
    printed = write_pdf(page_of(rows), out, paper="a4", shelf=shelf)
    assert printed.pages > 99
    few = pypdf.PdfWriter()
    few.append(str(out), pages=(97, 101))
    few.append(str(out), pages=(printed.pages - 1, printed.pages))
    few.write(tmp_path / "few.pdf")
    assert [c.page for c in read_codes(tmp_path / "few.pdf")] == [98, 99, 100, 101, printed.pages]


def test_without_a_mark_nothing_identifies_it(
    tmp_path: Path, page_of: MakePage, row: MakeRow, shelf: Shelf
) -> None:
    write_pdf(page_of((row(1),), mark=None), tmp_path / "p.pdf", paper="a4", shelf=shelf)
    text = squeezed(texts(tmp_path / "p.pdf")[0])
    assert "打印编号" not in text and "草稿" not in text and read_codes(tmp_path / "p.pdf") == []


def test_all_faces_are_embedded_subsets(
    tmp_path: Path, page_of: MakePage, row: MakeRow, shelf: Shelf
) -> None:
    """Decision 25: no unembedded Helvetica."""
    write_pdf(page_of((row(1, "䶮𬭸"),)), tmp_path / "p.pdf", shelf=shelf)
    reader = pypdf.PdfReader(tmp_path / "p.pdf")
    fonts = reader.pages[0]["/Resources"]["/Font"]
    names = [font.get_object()["/BaseFont"] for font in fonts.values()]
    assert names and all(re.match(r"/[A-Z]{6}\+", name) for name in names)
    for font in fonts.values():
        descriptor = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        assert "/FontFile2" in descriptor.get_object()
    assert b"Helvetica" not in (tmp_path / "p.pdf").read_bytes()


def test_properties_and_no_script(tmp_path: Path, page_of: MakePage, row: MakeRow, shelf: Shelf) -> None:
    write_pdf(page_of((row(1),)), tmp_path / "p.pdf", shelf=shelf)
    reader = pypdf.PdfReader(tmp_path / "p.pdf")
    assert reader.metadata is not None
    assert reader.metadata.title == "正镶白旗待批项目台账"
    assert reader.metadata.author == "正镶白旗发展和改革委员会"
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "zh-CN" and "/OpenAction" not in root and "/Names" not in root


def test_the_same_page_gives_the_same_bytes(tmp_path: Path, page_of: MakePage, row: MakeRow) -> None:
    page = page_of(tuple(row(n, "䶮𬭸𰻝") for n in range(1, 40)))
    for name in ("a.pdf", "b.pdf"):
        write_pdf(page, tmp_path / name, shelf=Shelf())
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()


def test_invisible_and_reversing_characters_are_not_printed(
    tmp_path: Path, page_of: MakePage, row: MakeRow, shelf: Shelf
) -> None:
    write_pdf(page_of((row(1, "甲\u200b乙\u202e丙\ufeff丁\r\n戊\t己"),)), tmp_path / "p.pdf", shelf=shelf)
    assert "甲乙丙丁戊己" in squeezed(texts(tmp_path / "p.pdf")[0])


def test_cancelling_writes_nothing(tmp_path: Path, page_of: MakePage, row: MakeRow, shelf: Shelf) -> None:
    def stop(done: int, total: int) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        write_pdf(page_of(tuple(row(n) for n in range(1, 900))), tmp_path / "p.pdf", tell=stop, shelf=shelf)
    assert list(tmp_path.iterdir()) == []


def test_progress_ends_at_the_total(tmp_path: Path, page_of: MakePage, row: MakeRow, shelf: Shelf) -> None:
    heard: list[tuple[int, int]] = []
    rows = tuple(row(n) for n in range(1, 451))
    write_pdf(page_of(rows), tmp_path / "p.pdf", tell=lambda *at: heard.append(at), shelf=shelf)
    assert heard == [(200, 450), (400, 450), (450, 450)]


def test_too_many_columns_are_refused_in_words(tmp_path: Path, page_of: MakePage, shelf: Shelf) -> None:
    columns = page_of(()).columns
    page = page_of((tuple("x" * 7) * 20,), columns=columns * 20, totals=())
    with pytest.raises(Problem) as caught:
        write_pdf(page, tmp_path / "p.pdf", paper="a4", shelf=shelf)
    assert caught.value.code == "E_PAPER"


def test_missing_fonts_are_a_problem(tmp_path: Path) -> None:
    with pytest.raises(Problem) as caught:
        Shelf(own=tmp_path)
    assert caught.value.code == "E_FONTS"


def test_more_foot_lines_than_a_page_holds_follow_on_their_own_page(
    tmp_path: Path, page_of: MakePage, row: MakeRow, shelf: Shelf
) -> None:
    foot = tuple(f"注{n}：说明。" for n in range(120))
    printed = write_pdf(page_of((row(1), row(2)), foot=foot), tmp_path / "p.pdf", paper="a4", shelf=shelf)
    whole = "".join(map(squeezed, texts(tmp_path / "p.pdf")))
    assert printed.pages > 2 and all(f"注{n}：" in whole for n in range(120))
