"""What stands on paper: dates as officials write them; files and JSON keep what reads back."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook

from app import entries, exporting, signoff
from app.office import Office
from app.pages import day_words
from tests.app.conftest import project
from tests.app.test_since import text_of


@pytest.mark.parametrize(
    ("stored", "printed"),
    [("2022-08-09", "2022年8月9日"), ("2022-12-31", "2022年12月31日"), ("2022-08", "2022年8月")],
)
def test_a_day_is_printed_without_leading_zeros(stored: str, printed: str) -> None:
    """GB/T 15835: 2022年8月19日."""
    assert day_words(stored) == printed


def test_the_print_says_dates_in_words_and_the_file_that_reads_back_does_not(
    bureau: Office, ledger: str, tmp_path: Path
) -> None:
    one = project(bureau, ledger, "甲", M01="在办")
    entries.amend(bureau, one, {"due_date": "2022-12-31", "approval_date": "2022-03-05"})
    signoff.print_ledger(bureau, ledger, tmp_path / "台账.pdf")
    text = text_of(tmp_path / "台账.pdf").replace("\r\n", "")
    assert "2022年12月31日" in text and "2022年3月5日" in text and "2022-12-31" not in text
    exporting.export_ledger(bureau, ledger, tmp_path / "台账.xlsx")
    book = load_workbook(tmp_path / "台账.xlsx")
    said = {
        name: {str(c.value) for row in book[name].iter_rows() for c in row} for name in ("台账", "全部字段")
    }
    assert "2022年12月31日" in said["台账"] and "2022-12-31" in said["全部字段"]
