"""签后变动表: what was there at the seal and what is there now (decision 8)."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest

from app.ledger import closing, entries, leaving, ledgers, versions
from app.office import Office
from app.problem import Problem
from app.signing import later, later_print, signoff, since
from app.signing.later import Moved
from app.today import statistics
from tests.app.conftest import project, sealed

ON = "2022-08-22"


def told(bureau: Office, ledger: str) -> list[Moved]:
    """The lines after the seal."""
    with bureau.read() as connection:
        line = ledgers.line_of(connection, ledger)
        sealed_at = max(row.seq for row in signoff.versions.of_ledger(connection, ledger))
        return later.changes_since(connection, line, sealed_at)


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
    found = {one.what: one for one in told(bureau, ledger)}
    assert {(o.no, o.name, o.on) for o in found.values()} == {("152529-DP-2022-0001", "乙", "2022年8月22日")}
    for what, old, new in (
        ("完成时限", "2022年12月31日", "2022年11月30日"),
        ("项目名称", "甲", "乙"),
        ("进展情况", "（空）", "已受理"),
        ("土地预审提交（接件）日期", "（空）", "2022年8月22日"),
    ):
        assert (found[what].old, found[what].new) == (old, new), found[what]
    phone = next(o for o in found.values() if "138" in o.old)
    assert (phone.old, phone.new) == ("138****1234", "139****5678")
    assert (found["完成时限"].why, found["完成时限"].second) == ("更正：录入错误", "复核人")
    assert (found["进展情况"].why, found["进展情况"].second) == ("", "")
    signoff.print_ledger(bureau, ledger, tmp_path / "再印.pdf")
    text = text_of(tmp_path / "再印.pdf").replace("\r\n", "")
    assert "更正：录入错误" in text and "复核人" in text and "2022年12月31日" in text


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
    assert (first.what, first.new, first.why.partition("，")[0]) == ("项目、土地预审", "办结核减", "某审〔2022〕9号")
    assert (second.what, second.new, second.why) == ("项目", "补录", "盟里补充下达") and late
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
    assert len(line.new) < 80 and line.new.endswith("进…")


def test_a_removal_names_its_second_person_and_not_the_cells_it_wrote(
    bureau: Office, ledger: str, tmp_path: Path
) -> None:
    """未建设具体原因 is the removal's own; nobody typed it into the row."""
    one = project(bureau, ledger, "甲", M01="在办")
    scan = sealed(bureau, ledger, tmp_path)
    leaving.remove(
        bureau, one, reason="资金无着", policy="政策甲", conclusion="不合规", on=ON, targets=["自治区项目库"],
        confirmed={"自治区项目库": ON}, second="复核人乙", scan=scan,
    )  # fmt: skip
    (line,) = told(bureau, ledger)
    assert (line.what, line.old, line.new, line.second) == ("项目、土地预审", "在账", "移除", "复核人乙")
    assert "资金无着" in line.why


def test_the_table_and_the_gaps_stand_before_the_sign_lines(bureau: Office, ledger: str, tmp_path: Path) -> None:
    """Who signs has read them first."""
    one = project(bureau, ledger, "甲", M01="在办")
    sealed(bureau, ledger, tmp_path)
    entries.amend(bureau, one, {"progress": "已受理"})
    out = tmp_path / "again.pdf"
    signoff.print_ledger(bureau, ledger, out, explain="月底前补齐。")
    text = text_of(out)
    assert 0 < text.index("缺项情况说明") < text.index("签后变动表") < text.index("填报人")
    assert text.count("填报人") == 1 and "缺「责任人」：1 个项目" in text
    assert "第2版　2022年8月22日打印" in text


def test_nothing_changed_since_the_new_print(bureau: Office, ledger: str, tmp_path: Path) -> None:
    """Deeds before a print are no changes since it."""
    one, two = project(bureau, ledger, "甲", M01="在办"), project(bureau, ledger, "乙", M01="在办", M03="在办")
    sealed(bureau, ledger, tmp_path)
    closing.close(bureau, [(one, "M01"), (two, "M03")], basis="批复", doc="某审〔2022〕9号", on=ON)
    signoff.print_ledger(bureau, ledger, tmp_path / "again.pdf")
    newest = versions.of(bureau, ledger)[0]
    assert newest.number == 2 and later.after(bureau, ledger, newest.seq) == []
    assert len(told(bureau, ledger)) == 2 or newest.number == 2


def test_a_print_after_the_seal_waits_only_when_counts_or_terms_moved(
    bureau: Office, ledger: str, tmp_path: Path
) -> None:
    """Decision 8: later changes ask for a new signature only when they touch counts, 责任人 or 完成时限."""
    one = project(bureau, ledger, "甲", M01="在办")
    sealed(bureau, ledger, tmp_path)
    entries.amend(bureau, one, {"progress": "已受理"})
    signoff.print_ledger(bureau, ledger, tmp_path / "二.pdf")
    assert statistics.today_list(bureau).papers == ()
    entries.amend(bureau, one, {"resp_person": "责任人乙"})
    signoff.print_ledger(bureau, ledger, tmp_path / "三.pdf")
    (waiting,) = statistics.today_list(bureau).papers
    assert waiting.left == ("立项部门主要领导", "分管旗长")
    with bureau.read() as connection:
        line = ledgers.line_of(connection, ledger)
        known = versions.of_ledger(connection, ledger)
        assert since.left_to_sign(connection, line, known) == waiting.left
        assert since.left_to_sign(connection, line, known[1:]) == ()


def test_the_table_prints_alone_and_makes_no_version(bureau: Office, ledger: str, tmp_path: Path) -> None:
    one = project(bureau, ledger, "甲", M01="在办")
    out = tmp_path / "变动.pdf"
    with pytest.raises(Problem, match="还没有打印过"):
        later_print.print_later(bureau, ledger, out)
    sealed(bureau, ledger, tmp_path)
    with pytest.raises(Problem, match="没有变动"):
        later_print.print_later(bureau, ledger, out)
    assert not out.exists()
    entries.amend(bureau, one, {"progress": "已受理"})
    assert later_print.print_later(bureau, ledger, out).facts["rows"] == 1
    text = text_of(out)
    assert "签后变动表" in text and "已受理" in text and "分管旗长" in text
    assert len(versions.of(bureau, ledger)) == 1
