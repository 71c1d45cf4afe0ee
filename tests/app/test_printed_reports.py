"""What the papers of periodic reports say, word for word: the half-month, the monthly pages by department, 情况简报, 统计表."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pypdfium2
import pytest
from docx import Document

from app.figures import figure_print, figures
from app.ledger import entries
from app.reports import one_liner, report_sending
from tests.app.reporting_world import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path / "world")
    yield made
    made.office.close()


def texts(world: World, out: Path) -> dict[str, str]:
    """Each form as it leaves the office on 2022-09-30, a row approved late and one accepted late among them."""
    report_sending.send(world.on(9, 15), world.ledger, "2022-09A", zero=True)
    here = world.on(9, 30)
    world.approve("甲", "M01", "2022-09-10")
    days = {"d_submit": "2022-09-07", "d_first": "2022-09-08", "d_accept": "2022-09-08", "channel": "线上"}
    entries.amend(here, entries.find(here, "乙项目"), {}, {"M03": days})
    said = {"problems": "资金没有到位。", "suggestions": "建议尽快批复。"}
    pdf, docx, book = (
        Path(file) for file in report_sending.send(here, world.ledger, "2022-09B", said=said).facts["files"]
    )
    monthly = Path(report_sending.send(here, world.ledger, "2022-09", "overdue").facts["files"][0])
    one_liner.write(here, world.ledger, out / "简报.pdf")
    found = figures.of(here, world.ledger, since=dt.date(2022, 9, 16), by=("unit",))
    figure_print.write(found, "正镶白旗", out / "统计.pdf")
    papers = {"report": pdf, "monthly": monthly, "brief": out / "简报.pdf", "stats": out / "统计.pdf"}
    told = {name: _of_pdf(file) for name, file in papers.items()}
    return told | {"word": _of_word(docx), "book": _of_book(book)}


def _of_pdf(file: Path) -> str:
    with pypdfium2.PdfDocument(file) as document:
        pages = [page.get_textpage().get_text_bounded() for page in document]
    return "\n".join(" ".join(line.split()) for page in pages for line in page.splitlines() if line.strip())


def _of_word(file: Path) -> str:
    document = Document(str(file))
    rows = (" ".join(cell.text for cell in row.cells) for table in document.tables for row in table.rows)
    return "\n".join((*(p.text for p in document.paragraphs if p.text.strip()), *rows))


def _of_book(file: Path) -> str:
    book = openpyxl.load_workbook(file)
    return "\n".join(
        " ".join(str(cell) for cell in row if cell is not None)
        for sheet in book for row in sheet.iter_rows(values_only=True)
    )  # fmt: skip


GOLDEN = Path(__file__).parents[1] / "data" / "printed"


def test_each_paper_says_what_it_should_word_for_word(world: World, tmp_path: Path) -> None:
    """SB 六(二), 四(三)2: figures, 与上期比, 补报 with both days, problems and suggestions, annexes, 抄送; the same in Word
    and in the workbook."""
    told = texts(world, tmp_path)
    for name, text in told.items():
        assert bare(text) == bare((GOLDEN / f"{name}.txt").read_text("utf-8")), name


def bare(text: str) -> str:
    """Without blanks, and without hyphens, which the reader of a PDF takes away at the end of a line."""
    return "".join(text.split()).replace("-", "")
