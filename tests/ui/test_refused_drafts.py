"""Drafts of the form: stored when the clerk moves on, kept and led back to when refused."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from app.ledger import ledgers
from app.listing import lists
from app.people import clerks
from tests.ui.conftest import NAMES, cell
from tests.ui.record_form import bench, panel, type_into
from ui.forms.drafts import Draft
from ui.forms.record_panel import MATTERS, RecordPanel
from ui.main_window import MainWindow
from ui.screens.ledger_screen import LedgerScreen
from ui.screens.workbench import Workbench
from ui.tables import roles

__all__ = ["bench", "panel"]

Key, Ctrl = Qt.Key, Qt.KeyboardModifier.ControlModifier


def test_a_refused_draft_waits_with_its_entry(qtbot: QtBot, bench: Workbench, panel: RecordPanel) -> None:
    entry = bench.table.current_id()
    type_into(qtbot, panel, "invest", "abc")
    qtbot.keyClick(panel.form.inputs["invest"], Key.Key_Down, Ctrl)
    assert panel.line is not None and panel.line.id != entry
    assert panel.form.inputs["invest"].text_now() != "abc"
    qtbot.keyClick(panel.form.inputs["name"], Key.Key_Up, Ctrl)
    assert panel.line.id == entry
    assert panel.form.inputs["invest"].text_now() == "abc"
    assert panel.dirty()


def test_what_was_typed_outlives_the_window_that_was_killed(
    qtbot: QtBot, bench: Workbench, panel: RecordPanel
) -> None:
    """The draft is on the disk when the hands rest; the next window shows it, its row waits, and saving ends it."""
    desk, entry = bench.desk, bench.table.current_id()
    type_into(qtbot, panel, "owner_org", "kept")
    panel.drafts.keep()
    told: list[str] = []
    desk.said.connect(told.append)
    office, other = desk.office, "经办人乙"
    clerks.add(office, other)
    desk.office = replace(office, clerk=other)
    his = Workbench(desk, bench.line)
    qtbot.addWidget(his)
    his.load(bench.query)
    his.take_drafts([])
    assert office.clerk in told.pop() and not his.drafts(), "it is another's: said, and never saved in this name"
    his.panel.drafts.put(Draft(entry, NAMES[1], {"owner_org": "his"}))
    his.panel.drafts.put(Draft(entry, ""))
    desk.office = office
    later = Workbench(desk, bench.line)  # the first one never said good-bye
    qtbot.addWidget(later)
    later.load(bench.query)
    later.take_drafts([])
    assert told and NAMES[1] in told[0]
    assert later.table.ledger_model.locked == {entry}
    later.panel.show_entry(entry)
    assert later.panel.form.inputs["owner_org"].text_now() == "kept" and later.panel.dirty()
    assert later.panel.save() and lists.line(desk.office, entry).cells["owner_org"] == "kept"
    assert not list((desk.office.folder / "drafts").glob("*.json"))


def test_closing_with_a_refused_draft_asks_first(
    qtbot: QtBot, window: MainWindow, panel: RecordPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    answer = ["回去改"]

    def press(box: QMessageBox) -> int:
        asked.append(box.text())
        next(b for b in box.buttons() if b.text() == answer[0]).click()
        return 0

    monkeypatch.setattr(QMessageBox, "exec", press)
    type_into(qtbot, panel, "invest", "abc")
    assert not window.close()
    assert "1 行" in asked[0] and window.isVisible()
    answer[0] = "不保存"
    assert window.close()


def other_row(bench: Workbench, row: int) -> str:
    bench.table.setCurrentIndex(cell(bench.table, row, "name"))
    return bench.table.current_id()


def test_clicking_another_row_saves_what_was_typed(qtbot: QtBot, bench: Workbench, panel: RecordPanel) -> None:
    """desk.md: moving saves the draft, by the mouse as by the keys."""
    entry = bench.table.current_id()
    type_into(qtbot, panel, "owner_org", "y")
    other_row(bench, 3)
    assert lists.line(bench.desk.office, entry).cells["owner_org"] == "y"
    assert entry not in bench.table.ledger_model.locked and not panel.strip.isVisible()
    type_into(qtbot, panel, "owner_org", "z")
    last = bench.table.current_id()
    bench.load(replace(bench.query, text="没有这样的项目"))
    assert lists.line(bench.desk.office, last).cells["owner_org"] == "z"


def test_a_refused_draft_marks_its_row_and_a_strip_leads_back(
    qtbot: QtBot, bench: Workbench, panel: RecordPanel
) -> None:
    entry, model, row = bench.table.current_id(), bench.table.ledger_model, bench.table.currentIndex().row()
    type_into(qtbot, panel, "invest", "abc")
    other_row(bench, 3)
    upright, tip = Qt.Orientation.Vertical, Qt.ItemDataRole.ToolTipRole
    assert model.headerData(row, upright) == "●" and "没有保存" in model.headerData(row, upright, tip)
    assert cell(bench.table, row, "name").data(roles.Tone) == "warn"
    assert panel.strip.isVisible() and NAMES[1] in panel.strip.words.text()
    link = next(b for b in panel.strip.findChildren(QPushButton) if b.text() == "回去改")
    qtbot.mouseClick(link, Qt.MouseButton.LeftButton)
    assert bench.table.current_id() == entry and panel.form.inputs["invest"].text_now() == "abc"
    assert panel.form.fault_keys() == ["invest"] and not panel.strip.isVisible()
    type_into(qtbot, panel, "invest", "12")
    other_row(bench, 3)
    assert lists.line(bench.desk.office, entry).cells["invest"] == 12_000_000
    assert model.headerData(row, upright) == str(row + 1)


def test_another_matter_saves_the_one_before_or_stays_with_what_was_refused(
    qtbot: QtBot, bench: Workbench, panel: RecordPanel
) -> None:
    panel.tabs.setCurrentIndex(MATTERS)
    page = panel.matters
    page.go("M03")
    page.form.inputs["d_accept"].set_text("2022.9.19")
    page.go("M01")
    line = lists.line(bench.desk.office, bench.table.current_id())
    assert line.items["M03"].cells["d_accept"] == "2022-09-19"
    page.go("M03")
    page.form.inputs["d_accept"].set_text("昨天下午")
    page.go("M01")
    qtbot.waitUntil(lambda: page.table.currentIndex().row() == page.model.find("M03"))
    assert page.form.inputs["d_accept"].text_now() == "昨天下午" and page.form.fault_keys() == ["d_accept"]
    other_row(bench, 3)
    assert "没有保存" in panel.strip.words.text()
    other_row(bench, 1)
    assert page.item().code == "M03" and page.form.inputs["d_accept"].text_now() == "昨天下午"  # type: ignore[union-attr]


def test_closing_names_the_rows_and_leads_back_to_them(
    qtbot: QtBot, window: MainWindow, bench: Workbench, panel: RecordPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[QMessageBox] = []
    answer = ["回去改"]

    def press(box: QMessageBox) -> int:
        asked.append(box)
        next(b for b in box.buttons() if b.text() == answer[0]).click()
        return 0

    monkeypatch.setattr(QMessageBox, "exec", press)
    entry = bench.table.current_id()
    type_into(qtbot, panel, "invest", "abc")
    other_row(bench, 3)
    window.show_page("today")
    assert not window.close()
    assert NAMES[1] in asked[0].text() and "总投资" in asked[0].informativeText()
    assert {b.text() for b in asked[0].buttons()} == {"保存", "不保存", "回去改"}
    assert window.key() == "ledger" and bench.table.current_id() == entry
    assert QApplication.focusWidget() is panel.form.inputs["invest"]
    answer[0] = "保存"
    assert not window.close() and panel.form.fault_keys() == ["invest"]
    answer[0] = "不保存"
    assert window.close()


def test_another_ledger_does_not_throw_a_draft_away(
    qtbot: QtBot, screen: LedgerScreen, bench: Workbench, panel: RecordPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def press(box: QMessageBox) -> int:
        asked.append(box.text())
        next(b for b in box.buttons() if b.text() == "回去改").click()
        return 0

    monkeypatch.setattr(QMessageBox, "exec", press)
    other = str(ledgers.open_template(bench.desk.office, "pending-approval", again=True).subject)
    type_into(qtbot, panel, "invest", "abc")
    screen.open_ledger(other)
    assert asked and screen.bench is bench and panel.form.inputs["invest"].text_now() == "abc"
