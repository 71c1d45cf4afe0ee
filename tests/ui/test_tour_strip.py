"""第一小时: a walk through the sample office that knows what was done."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from app.imports import drafting
from app.ledger import entries
from app.listing import first_hour, history
from app.templating.template_reading import builtin
from tests.ui.pages import cut_buttons, nameless, quiet
from ui.dialogs.guide_dialog import GuideDialog
from ui.dialogs.passing_dialog import PassingDialog
from ui.main_window import MainWindow
from ui.screens import places
from ui.widgets.tour_strip import DONE, ENDED

Left, Key = Qt.MouseButton.LeftButton, Qt.Key
ANSWERS = {"√": "办结", "×": "未办", "/": "不需办"}


def test_the_walk_goes_on_by_what_was_done_and_comes_back_where_it_was_left(qtbot: QtBot, window: MainWindow) -> None:
    tour, desk = window.tour, window.desk
    assert tour.isHidden()
    qtbot.keyClick(window, Key.Key_F1)
    guide = window.findChildren(GuideDialog)[-1]
    qtbot.mouseClick(next(b for b in guide.findChildren(QPushButton) if b.text() == "第一小时"), Left)
    assert tour.isVisible() and tour.step().id == "find" and tour.on.text() == "做完了"
    assert nameless(window) == [] and cut_buttons(window) == []
    qtbot.mouseClick(tour.on, Left)
    assert tour.step().id == "type" and "做成了" not in tour.words.text()
    row = window.screen().bench.table.ledger_model.ids[0]  # type: ignore[attr-defined]
    desk.do(entries.amend, row, {"problem": "等批复"})
    assert "✓ 做成了" in tour.words.text()
    qtbot.mouseClick(tour.on, Left)
    qtbot.mouseClick(tour.lead, Left)
    quiet(qtbot, desk)
    assert tour.step().id == "import" and window.key() == "import" and window.screen().under_way()
    tour.hide()
    tour.resume()
    assert tour.step().id == "import"
    qtbot.mouseClick(tour.back, Left)
    assert tour.step().id == "type"
    tour.end()
    tour.resume()
    assert not tour.isVisible() and desk.state.value(ENDED) and desk.state.value(DONE) == "find"


def test_every_step_leads_to_a_page_and_the_practice_list_has_four_good_rows_and_two_bad() -> None:
    steps = first_hour.steps()
    assert {s.page for s in steps} <= {place.key for place in places()}
    assert len({s.id for s in steps}) == len(steps) and all(s.verbs <= history.VERBS.keys() for s in steps)
    (file,) = [s.file for s in steps if s.file]
    made = drafting.draft(file, builtin("pending-approval"), answers=ANSWERS)
    faulty = [row for row in made.rows if row.problems]
    assert (len(made.rows), len(faulty)) == (6, 2)


def test_f1_on_a_dialog_opens_the_guide_where_it_tells_of_it(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.keyClick(window, Key.Key_F1)
    first = window.findChildren(GuideDialog)[-1]
    first.accept()
    dialog = PassingDialog(window)
    dialog.setWindowTitle("撤回这次合并")
    dialog.open()
    qtbot.keyClick(dialog, Key.Key_F1)
    (guide,) = dialog.findChildren(GuideDialog)
    assert guide.isVisible() and guide.reader.chapters.currentItem().text() == "收件合并"
    assert "第一小时" not in [made.text() for made in guide.findChildren(QPushButton)]
    guide.accept()
    dialog.accept()
