"""F1: the guide opens, says what the guide says, and Esc puts it away."""

from __future__ import annotations

import re

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.storage.paths import RESOURCES
from tests.ui.pages import cut_buttons, nameless
from ui.dialogs.guide_dialog import HELP, GuideDialog
from ui.main_window import MainWindow

Key = Qt.Key


def test_f1_opens_the_guide_at_the_chapter_of_the_page(qtbot: QtBot, window: MainWindow) -> None:
    window.show_page("reports")
    qtbot.keyClick(window, Key.Key_F1)
    opened = window.findChildren(GuideDialog)
    assert len(opened) == 1 and opened[0].isVisible()
    dialog = opened[0]
    assert dialog.focusWidget() is dialog.reader.chapters and dialog.reader.chapters.currentItem().text() == "进展报告和领导口径"
    assert "“进展报告”左边列着每一期" in below(dialog)
    qtbot.keyClick(dialog.reader.chapters, Key.Key_Down)
    assert below(dialog).startswith("统计")
    for page in ("操作记录", "设置"):
        dialog.reader.turn_to(page)
        assert dialog.reader.chapters.currentItem().text() == page and below(dialog).startswith(page)


def below(dialog: GuideDialog) -> str:
    """What stands at the top of the page."""
    first = dialog.reader.text.cursorForPosition(QPoint(20, 12))
    first.movePosition(first.MoveOperation.StartOfBlock)
    return dialog.reader.text.toPlainText()[first.position() :][:200]


def test_the_guide_has_all_its_headings_and_esc_closes_it(qtbot: QtBot) -> None:
    dialog = GuideDialog()
    qtbot.addWidget(dialog)
    with qtbot.waitExposed(dialog):
        dialog.show()
    source = (RESOURCES / "guide" / "使用说明.md").read_text("utf-8")
    headings = re.findall(r"^#+ (.+)$", source, re.M)
    shown = dialog.reader.text.toPlainText()
    assert len(headings) > 3 and not [each for each in headings if each not in shown]
    assert {words for words in (made.text() for made in dialog.findChildren(QLabel))} >= {
        keys for keys, _ in HELP
    }
    assert nameless(dialog) == [] and cut_buttons(dialog) == []
    qtbot.keyClick(dialog, Key.Key_Escape)
    assert not dialog.isVisible()
