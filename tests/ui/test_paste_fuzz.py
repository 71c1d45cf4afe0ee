"""Whatever lies on the clipboard, a paste takes what reads, keeps the rest red, and never breaks."""

from __future__ import annotations

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication

from app.engine import calling
from app.listing import lists
from app.proof import replay
from tests.ui.conftest import cell
from ui.tables.clipboard import as_text, parse_block
from ui.tables.ledger_table import LedgerTable

ODD = (
    "", " ", "2026.13.5", "2022年9月31日", "152529202208220001", "1.52529E+17", "00123", "1000元", "三百万元", "１２。５",
    "=1+1", "#REF!", "\0", "a\0b", "\ud800", "\ufeff甲", "_x0041_", "两\n行", "一\t格", '"', '""', "甲\u200b乙", "𠮷", "NaN",
    "-0", "1e999", "99999999999999999999", "是", "已建成", "￥1,234.5", "1,23,4", "٣", "½", "２０２２－０９－１５",
)  # fmt: skip
TEXTS = st.one_of(st.sampled_from(ODD), st.text(max_size=9))
BLOCKS = st.lists(st.lists(TEXTS, min_size=1, max_size=4), min_size=1, max_size=4)
PAGES = st.sampled_from(
    (
        "", "<table></table>", "<table><tr><td rowspan=2>甲</td><td colspan=3>乙</td></tr><tr><td>丙</td></tr></table>",
        "<table><tr><td rowspan='99'>", "<td rowspan=2>", "<table><tr><td colspan=16384 rowspan=1048576>甲</td></tr></table>",
        "\0<table><tr><td rowspan=2>甲", "<?xml version='1.0'?><table><tr rowspan=2/></table>",
    )
)
FEW = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@given(st.lists(st.lists(st.text(max_size=6), min_size=1, max_size=3), min_size=1, max_size=3))
def test_any_block_reads_back(rows: list[list[str]]) -> None:
    kept = [[t.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").strip() for t in row] for row in rows]
    if any(any(row) for row in kept):
        assert parse_block(as_text(kept)) == kept


@given(st.text())
@example('"' * 1001)
@example('"a\t' * 400)
def test_any_text_is_some_block(text: str) -> None:
    assert all(isinstance(one, str) for row in parse_block(text) for one in row)


def test_any_paste_is_taken_or_kept_red(table: LedgerTable) -> None:
    office, model = table.desk.office, table.ledger_model
    fields = table.ledger.loaded.fields
    table.edits.grow = False  # the question about new rows has its own tests

    @FEW
    @given(BLOCKS, PAGES, st.integers(0, 39), st.sampled_from(("name", "place", "project_code", "left")))
    @example([["x" * 1_000_000, "9" * 1_000_000]], "", 0, "place")
    def paste(rows: list[list[str]], page: str, row: int, key: str) -> None:
        data = QMimeData()
        data.setText("\n".join("\t".join(line) for line in rows))
        if page:
            data.setHtml(page)
        QGuiApplication.clipboard().setMimeData(data)
        table.setCurrentIndex(cell(table, row, key))
        before = {one: lists.line(office, one).cells for one in model.ids[row : row + 6]}
        table.edits.paste()
        for one, was in before.items():
            now = lists.line(office, one).cells
            for key_ in now.keys() | was.keys():
                if (one, key_) in model.faults:
                    assert now.get(key_) == was.get(key_), "what is red was not written"
            shown = [calling.shown(table.ledger.loaded, fields[k], v) for k, v in now.items() if k in fields]
            assert all("\0" not in text for text in shown)
        assert model.rowCount() == 40 and now["name"]

    paste()
    assert max(len(why.text) for _, why in model.faults.values()) < 1_000
    assert replay.verify(office) == []
