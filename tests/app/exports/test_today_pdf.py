"""The list of 今日要办 on paper: every line once, the part that is shown in the title, room for the pen."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pypdfium2

from app.exports.ledger_pdf import write_pdf
from app.exports.today_pdf import Due, TodayList, page_of

DUES = tuple(
    Due(
        "■ 逾期" if n < 3 else "▲ 临期",
        f"逾 {n} 天",
        f"2022-09-{n:02}",
        f"环评：第{n}步",
        f"示范项目{n}",
        "旗水利局",
    )
    for n in range(1, 29)
)
LIST = TodayList("示范局", "2022年9月20日 星期二", "全部", DUES, ("只列最急的 28 项。",))


def read(path: Path) -> list[str]:
    with pypdfium2.PdfDocument(path) as document:
        return [re.sub(r"\s+", "", page.get_textpage().get_text_bounded()) for page in document]


def test_every_line_stands_on_paper_once(tmp_path: Path) -> None:
    printed = write_pdf(page_of(LIST), tmp_path / "p.pdf", paper="a4")
    pages = read(tmp_path / "p.pdf")
    assert len(pages) == printed.pages > 1
    whole = "".join(pages)
    for due in DUES:
        assert len(re.findall(f"{due.name}(?!\\d)", whole)) == 1
    assert "今日要办清单" in pages[0] and "单位：示范局" in pages[0] and "共28项" in pages[0]
    assert "■逾期" in pages[0] and "办理情况" in pages[0] and "只列最急的28项" in pages[-1]
    assert f"第1页共{len(pages)}页" in pages[0]
    assert "签字" not in whole


def test_a_part_of_the_list_says_which() -> None:
    assert page_of(replace(LIST, scope="逾期")).title == "今日要办清单（逾期）"
    assert page_of(LIST).title == "今日要办清单"
