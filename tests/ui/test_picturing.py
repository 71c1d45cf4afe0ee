"""`--picture`: the window of an office as a file, for a look where nobody sits in front."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QMainWindow
from pytestqt.qtbot import QtBot

from ui import picturing


@pytest.mark.parametrize(("name", "code"), [("窗口.png", 0), ("没有这个文件夹/窗口.png", 1)])
def test_the_window_is_drawn_into_a_file(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, code: int
) -> None:
    """The exit code says whether it was written."""
    monkeypatch.setattr(picturing, "SETTLED_MS", 0)
    ended: list[int] = []
    monkeypatch.setattr(QApplication, "exit", ended.append)
    window = QMainWindow()
    qtbot.addWidget(window)
    window.resize(320, 200)
    window.show()
    called: list[bool] = []
    picturing.taking(tmp_path / name, lambda: called.append(True))()
    qtbot.waitUntil(lambda: bool(ended))
    assert (ended, called) == ([code], [True])
    assert QImage(str(tmp_path / name)).isNull() is bool(code)
