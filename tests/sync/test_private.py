"""Who called 12345, and numbers told in free text: on no paper, in no workbook, in a bundle only when meant (domain B12, C4)."""

from __future__ import annotations

from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook

from app.imports import drafting, intake
from app.ledger import attachments, entries, ledgers
from app.listing import lists
from app.papers import notices
from app.problem import Problem
from app.reports import report_sending
from app.signing import signoff
from app.workbooks import exporting
from sync import exchange
from tests.app.follow_up import ENVIRONMENT, on_paper
from tests.sync.offices import pair

TEL, CARD, NAME = "13812345678", "152529198001012345", "巴特尔"


def told(path: Path, kind: str) -> str:
    """All that a file shows."""
    if kind == ".pdf":
        return on_paper(path)
    if kind == ".docx":
        body = Document(str(path))
        cells = [cell.text for table in body.tables for row in table.rows for cell in row.cells]
        return "".join([each.text for each in body.paragraphs] + cells)
    return "".join(str(c.value) for sheet in load_workbook(path) for row in sheet.iter_rows() for c in row)


def test_nothing_of_a_caller_leaves_the_office_unasked(tmp_path: Path) -> None:
    two = pair(tmp_path)
    office, out = two.bureau, tmp_path / "out"
    out.mkdir()
    calls = str(ledgers.open_template(office, "complaints").subject)
    said = {"called_on": "2022-08-01", "content": "拖延", "kind": "拖延审批", "dept": ENVIRONMENT}
    entries.add(office, calls, {"name": "环评拖延", **said}, not_secret="审核人乙")
    exchange.send(office, calls, two.league.name, tmp_path / "U盘")  # nobody is named in it yet
    texts = {"name": f"回电{TEL}", "caller": NAME, "caller_tel": TEL, "note": f"回拨{TEL}，{CARD}", **said}
    row = str(entries.add(office, calls, texts, not_secret="审核人乙").subject)

    signoff.print_ledger(office, calls, out / "台账.pdf")
    report_sending.write(office, calls, "2022-08", out=out)
    notices.supervise(
        office, out, reply_by="2022-09-10", entry_id=row, reason=f"来电人{TEL}反映", target=ENVIRONMENT
    )
    exporting.export_ledger(office, calls, tmp_path / "表.xlsx")
    papers = {each.name: each for each in out.iterdir()}
    assert {Path(name).suffix for name in papers} == {".pdf", ".docx", ".xlsx"} and len(papers) >= 6
    for name, path in papers.items():
        assert not [text for text in (TEL, CARD, NAME) if text in told(path, Path(name).suffix)], name
    for each in attachments.of(office, row):
        assert TEL not in told(each.path, Path(each.name).suffix)
    assert "138****5678" in on_paper(out / "台账.pdf")

    full = load_workbook(tmp_path / "表.xlsx")["全部字段"]
    heads = {str(cell.value) for cells in full.iter_rows() for cell in cells}
    assert not {NAME, "投诉人", "投诉人电话"} & heads and "诉求摘要" in heads
    drafted = drafting.draft(tmp_path / "表.xlsx", ledgers.find(office, calls).loaded)
    plan = intake.plan(office, calls, drafted)
    assert {(r.verdict, *r.cells) for r in plan.rows} == {
        ("skipped",)
    } and not plan.differences  # decision 26
    assert lists.line(office, row).cells["caller_tel"] == TEL

    assert exchange.callers_in(office, calls) == ["投诉人", "投诉人电话"]
    for plain, code in ((True, "E_STAYS"), (False, "E_CONFIRM")):
        to = "没有名片的单位" if plain else two.league.name
        with pytest.raises(Problem, match="投诉人、投诉人电话") as refused:
            exchange.send(office, calls, to, tmp_path / "U盘", plain=plain, callers=plain, aside=True)
        assert refused.value.code == code
    sent = Path(str(exchange.send(office, calls, two.league.name, tmp_path / "U盘", callers=True).facts["file"]))
    assert TEL.encode() not in sent.read_bytes()
    two.close()
