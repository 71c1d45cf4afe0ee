"""What stands on paper: dates as officials write them; files and JSON keep what reads back."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook

from app.imports import drafting, intake
from app.ledger import entries, ledgers
from app.listing import pages
from app.listing.pages import day_words
from app.office import Office
from app.signing import signoff
from app.templating import template_reading
from app.values import masking
from app.words.templates import Field
from app.workbooks import exporting
from tests.app.conftest import project
from tests.app.test_since import text_of

LOADED = template_reading.builtin("pending-approval")


@pytest.mark.parametrize(
    ("stored", "printed"),
    [("2022-08-09", "2022年8月9日"), ("2022-12-31", "2022年12月31日"), ("2022-08", "2022年8月")],
)
def test_a_day_is_printed_without_leading_zeros(stored: str, printed: str) -> None:
    """GB/T 15835: 2022年8月19日."""
    assert day_words(stored) == printed


def test_what_is_private_never_stands_whole_on_paper() -> None:
    """Domain C4, 12345 (caller's data: minimise, mask): names, telephones, accounts and 身份证 numbers."""

    def on_paper(kind: str, text: str) -> str:
        return pages.worded(LOADED, Field("x", "某", kind, private=True), text)

    names = [on_paper("person", name) for name in ("张", "张三", "诉求人甲", "额尔德尼巴图", "Batu")]
    assert names == ["张", "张*", "诉**", "额**", "B**"]
    assert on_paper("phone", "13800000000、0479-8812345") == "138****0000、0479****2345"
    assert [on_paper("text", text) for text in ("6222020000001234", "1234", "某路3号")] == [
        "…1234",
        "****",
        "某**",
    ]
    said = "身份证152529198001011234，15252919800101123X，电话0479-8812345，代码911525290000000012，账号1525291980010112345"
    assert masking.mask_in(said) == (
        "身份证152529********1234，152529********123X，电话0479****2345，代码911525290000000012，账号1525291980010112345"
    )


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


def test_the_banner_is_named_and_reads_back_as_it_was(bureau: Office, ledger: str, tmp_path: Path) -> None:
    """B0 旗县区 is required: a row without one is the banner's own, and says so without being changed by it."""
    project(bureau, ledger, "甲", M01="在办")
    abroad = project(bureau, ledger, "乙", M01="在办")
    entries.amend(bureau, abroad, {"region_code": "152530"})
    exporting.export_ledger(bureau, ledger, tmp_path / "台账.xlsx")
    sheet = load_workbook(tmp_path / "台账.xlsx")["全部字段"]
    assert [c.value for c in sheet["A"]] == ["旗县区", "正镶白旗", "正蓝旗"]
    sheet.parent.active = 1
    sheet["A3"] = "正镶白旗"
    sheet.parent.save(tmp_path / "改.xlsx")
    drafted = drafting.draft(tmp_path / "改.xlsx", ledgers.find(bureau, ledger).loaded)
    plan = intake.plan(bureau, ledger, drafted)
    assert [(r.verdict, r.cells) for r in plan.rows] == [("skipped", {})] * 2
    assert [(d.field, d.ledger, d.incoming) for d in plan.differences] == [
        ("region_code", "正蓝旗", "正镶白旗")
    ]
