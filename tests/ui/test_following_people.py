"""部门名录 in the window: the strip offers, the dialog shows, one press changes all; a new row is proposed its people."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.ledger import entries, following_people, ledgers
from app.rounds import rounds
from sync.merges import pushes
from tests.sync.rounds_world import Play, played
from tests.ui.books import Book
from tests.ui.pages import cut_buttons, nameless, open_page
from ui.desk import Desk
from ui.dialogs import deeds_menu
from ui.dialogs.following.people_dialog import PeopleDialog
from ui.dialogs.new_entry_dialog import NewEntryDialog
from ui.screens.following_people_strip import FollowingStrip
from ui.screens.register_screen import RegisterScreen

Left = Qt.MouseButton.LeftButton
world = played()
DEPARTMENT = {"name": "旗水利局", "aliases": "水利局", "person": "责任人甲", "tel": "13800000001"}


def test_a_new_contact_is_offered_to_the_rows_in_the_books(qtbot: QtBot, book: Book) -> None:
    """旗方案 四(一): the strip says how many, the table which, one press changes them; then the strip is gone."""
    office = book.office
    register = str(ledgers.open_template(office, "directory").subject)
    row = str(entries.add(office, register, DEPARTMENT, not_secret="声明人甲").subject)
    for name in ("示范水库", "示范牧场"):
        entries.amend(office, book.line(name).id, {"resp_person": "责任人甲"})
    page = open_page(qtbot, book.desk, RegisterScreen)
    page.go({"ledger": register})
    assert page.following.isHidden()
    book.desk.do(entries.amend, row, {"person": "责任人乙"})
    qtbot.waitUntil(lambda: page.following.isVisible())
    assert "同时改 2 个在账项目的责任人" in page.following.words.text() and "《待批项目台账》2 行" in page.following.words.text()
    link = page.following.link
    assert link.text() == "看看再改…" and link in page.regions()  # F6 leads to it
    qtbot.mouseClick(link, Left)
    dialog = page.window().findChild(PeopleDialog)
    assert dialog is not None and dialog.table.model().rowCount() == 4  # 责任人 and his number of two rows
    assert nameless(dialog) == [] and cut_buttons(dialog) == [] and dialog.focusWidget() is dialog.primary
    qtbot.mouseClick(dialog.primary, Left)
    assert [book.line(name).cells["resp_person"] for name in ("示范水库", "示范牧场")] == ["责任人乙"] * 2
    assert page.following.isHidden() and "resp_person" not in book.line("示范物流园").cells
    assert page.bench is not None and page.window().focusWidget() is page.bench.table, "the hand stays on the page"
    book.desk.steps.undo()
    assert page.following.isVisible(), "taken back, it is offered again"
    book.desk.steps.redo()
    assert page.following.isHidden()
    offered = {d.key: d.words for d in deeds_menu.deeds(book.desk, book.ledger, [book.line("示范物流园")] * 2)}
    assert offered["people"] == "按部门名录填责任人…（2 行）"
    filling = PeopleDialog(book.desk, [book.line("示范物流园").id])
    qtbot.addWidget(filling)
    assert [(cell.title, cell.new) for cell in filling.plan.cells] == [("责任人", "责任人乙"), ("责任人电话", "13800000001")]
    fresh = NewEntryDialog(book.desk, book.ledger, fields=("name", "resp_unit", "resp_person"))
    qtbot.addWidget(fresh)
    typed(fresh, "水利局")
    assert fresh.texts()["resp_person"] == "责任人乙"
    typed(fresh, "旗住建局")
    assert fresh.texts()["resp_person"] == ""  # what nobody typed goes with the unit it came from


def test_a_new_name_says_which_pushed_ledger_keeps_the_old_one(qtbot: QtBot, world: Play) -> None:
    """旗方案 四(一): parts lie with the departments under the name they were pushed with; nobody has to find that out."""
    office = world.sponsor
    register = str(ledgers.open_template(office, "directory").subject)
    row = str(entries.add(office, register, DEPARTMENT, not_secret="声明人甲").subject)
    for name in ("项目1", "项目2"):
        entries.amend(office, world.rows[name], {}, {"M04": {"dept": "旗水利局"}})
    rounds.begin(office, world.ledger)
    pushes.push(office, world.ledger, world.usb, depts=["旗水利局"], workbook=True)
    desk, parent = Desk(office), QWidget()
    qtbot.addWidget(parent)
    strip = FollowingStrip(desk, parent)
    line = ledgers.get(office, register)
    strip.show_for(line)
    assert strip.isHidden()
    entries.amend(office, row, {"name": "旗水务局"})
    plan = following_people.plan(office)
    assert plan.cells == () and plan.kept == (("待批项目台账", "旗水利局", 2),)
    strip.show_for(line)
    assert not strip.isHidden() and strip.words.text() == f"{plan.kept_words}。" and strip.link.isHidden()
    assert "《待批项目台账》2 个事项的“旗水利局”已推送给部门核查，部门名称不跟着改" in strip.words.text()
    told = PeopleDialog(desk)
    qtbot.addWidget(told)
    assert any(plan.kept_words in each.text() for each in told.findChildren(QLabel))
    entries.amend(office, row, {"name": "旗水利局"})
    strip.show_for(line)
    assert strip.isHidden()
    desk.close()


def typed(dialog: NewEntryDialog, unit: str) -> None:
    made = dialog.form.inputs["resp_unit"]
    made.set_text(unit)
    made.touched.emit()
