"""The second start on an office: the window that is open answers, and where none is, nothing is waited for."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from ui import raising


def test_the_open_window_comes_each_time_it_is_called(qtbot: QtBot, tmp_path: Path) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.showMinimized()
    raising.listen(window, tmp_path)
    for _ in range(2):
        assert raising.call(tmp_path, 10_000)
        assert window.isVisible() and not window.isMinimized()
        window.showMinimized()


def test_where_no_window_is_open_nobody_answers(qtbot: QtBot, tmp_path: Path) -> None:
    assert not raising.call(tmp_path)
    window = QWidget()
    raising.listen(window, tmp_path)
    window.deleteLater()
    qtbot.waitUntil(lambda: raising.call(tmp_path, 100) is False)
    assert (tmp_path / raising.CALL).read_text("ascii") == ""


def test_where_nothing_can_be_written_the_window_stands_all_the_same(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / raising.CALL).mkdir()
    window = QWidget()
    qtbot.addWidget(window)
    raising.listen(window, tmp_path)
