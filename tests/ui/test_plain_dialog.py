"""A dialog that was answered is gone: nothing of it stays on its page."""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QDialog, QWidget
from pytestqt.qtbot import QtBot

from ui.dialogs.plain_dialog import PlainDialog


def left(page: QWidget) -> list[QDialog]:
    """The dialogs that still stand behind a page once the event loop has come round."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return page.findChildren(QDialog)


def test_it_goes_with_its_answer(qtbot: QtBot) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    for answer in ("accept", "reject"):
        made = PlainDialog("手填", parent=page)
        heard: list[str] = []
        made.accepted.connect(lambda asked=made, heard=heard: heard.append(asked.windowTitle()))
        made.open()
        assert left(page) == [made]
        getattr(made, answer)()
        assert shiboken6.isValid(made), "who asked may still read it"
        assert left(page) == [] and not shiboken6.isValid(made)
        assert heard == (["手填"] if answer == "accept" else [])


def test_one_without_a_page_belongs_to_who_made_it(qtbot: QtBot) -> None:
    made = PlainDialog("列")
    qtbot.addWidget(made)
    made.open()
    made.accept()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert shiboken6.isValid(made)


class Working(PlainDialog):
    at_work = True

    def busy(self) -> bool:
        return self.at_work


def test_one_whose_command_is_under_way_goes_when_that_is_over(qtbot: QtBot) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    made = Working("密钥口令", parent=page)
    made.open()
    made.reject()
    assert left(page) == [made]
    made.at_work = False
    made.accept()
    assert left(page) == []
