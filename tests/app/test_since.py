"""签后变动表: what was there at the seal and what is there now (decision 8)."""

from __future__ import annotations

from pathlib import Path

import pypdfium2

from app import closing, entries, leaving, ledgers, signoff, since
from app.office import Office
from tests.app.conftest import project, sealed

ON = "2022-08-22"


def told(bureau: Office, ledger: str) -> list[str]:
    """The lines after the seal."""
    with bureau.read() as connection:
        line = ledgers.line_of(connection, ledger)
        sealed_at = max(row.seq for row in signoff.versions.of_ledger(connection, ledger))
        return since.changes_since(connection, line, sealed_at)


def text_of(printed: Path) -> str:
    with pypdfium2.PdfDocument(printed) as pdf:
        return "".join(page.get_textpage().get_text_range() for page in pdf)


def test_what_changed_is_printed_with_what_it_was(bureau: Office, ledger: str, tmp_path: Path) -> None:
    """Decision 8: who signed must see what moved, not only that something did."""
    one = project(bureau, ledger, "甲", M01="在办")
    entries.amend(bureau, one, {"due_date": "2022-12-31", "resp_tel": "13800001234", "invest": "1200"})
    scan = sealed(bureau, ledger, tmp_path)
    leaving.correct(
        bureau,
        [one],
        reason="录入错误",
        second="复核人",
        scan=scan,
        texts={"due_date": "2022-11-30", "name": "乙"},
    )
    entries.amend(bureau, one, {"resp_tel": "13900005678", "progress": "已报送"}, {"M01": {"d_submit": ON}})
    entries.amend(bureau, one, {"progress": "已受理"})
    (line,) = told(bureau, ledger)
    assert line.startswith("1. 152529-DP-2022-0001 乙：")
    for words in (
        "完成时限：2022年12月31日 → 2022年11月30日",
        "项目名称：甲 → 乙",
        "进展情况：（空） → 已受理",
        "土地预审提交（接件）日期：（空） → 2022年8月22日",
        "138****1234 → 139****5678",
    ):
        assert words in line, (words, line)
    assert "13800001234" not in line and line.endswith("（2022年8月22日）")
    signoff.print_ledger(bureau, ledger, tmp_path / "再印.pdf")
    assert "2022年12月31日 → 2022年11月30日" in text_of(tmp_path / "再印.pdf").replace("\r\n", "")


def test_what_was_changed_back_is_no_change(bureau: Office, ledger: str, tmp_path: Path) -> None:
    one = project(bureau, ledger, "甲", M01="在办")
    entries.amend(bureau, one, {"progress": "甲"})
    sealed(bureau, ledger, tmp_path)
    entries.amend(bureau, one, {"progress": "乙"})
    assert len(told(bureau, ledger)) == 1
    entries.amend(bureau, one, {"progress": "甲"})
    assert told(bureau, ledger) == []


def test_a_named_event_is_told_as_such(bureau: Office, ledger: str, tmp_path: Path) -> None:
    one = project(bureau, ledger, "甲", M01="在办")
    scan = sealed(bureau, ledger, tmp_path)
    closing.close(bureau, [(one, "M01")], basis="批复", doc="某审〔2022〕9号", on=ON)
    late = project(bureau, ledger, "丙", basis="盟里补充下达", M01="未办")
    (first, second) = told(bureau, ledger)
    assert "土地预审核减（某审〔2022〕9号）" in first and "→" not in first
    assert "补录" in second and late
    again = tmp_path / "again.pdf"
    signoff.print_ledger(bureau, ledger, again)
    text = text_of(again)
    assert "签后变动表" in text and "某审〔2022〕9号" in text and scan


def test_a_very_long_text_is_cut_in_the_middle_of_nothing_but_itself(
    bureau: Office, ledger: str, tmp_path: Path
) -> None:
    one = project(bureau, ledger, "甲", M01="在办")
    sealed(bureau, ledger, tmp_path)
    entries.amend(bureau, one, {"progress": "进" * 500})
    (line,) = told(bureau, ledger)
    assert len(line) < 200 and "进…（" in line
