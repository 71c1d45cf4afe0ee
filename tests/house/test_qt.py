"""The Qt binding is one that keeps count of None: PySide6 6.12 on Python 3.11 loses a reference at each virtual."""

from __future__ import annotations

import ast
import sys

import PySide6
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.house.rooms import ROOT, modules, short, telling

PAINTS = 2_000
MAY_LOSE = 500
ALONE = {"PassingDialog", "ProgressDialog", "CrashDialog", "FirstRunScreen"}
"""What may be a QDialog of its own: the rule itself, what goes with its job, and what stands before there is a window."""


class _Painted(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.paints = 0

    def paintEvent(self, event: QPaintEvent) -> None:
        self.paints += 1


def test_the_pinned_binding_is_installed() -> None:
    assert PySide6.__version__ == "6.9.3"


def test_paint_events_in_python_lose_no_none(qtbot: QtBot) -> None:
    widget = _Painted()
    qtbot.addWidget(widget)
    with qtbot.waitExposed(widget):
        widget.show()
    first, before = widget.paints, sys.getrefcount(None)
    for _ in range(PAINTS):
        widget.repaint()
    after = sys.getrefcount(None)
    assert widget.paints - first >= PAINTS
    assert after > before - MAY_LOSE, f"{before - after} references to None were lost"


def test_nobody_asks_a_widget_for_the_next_in_the_focus_chain() -> None:
    """The binding takes the answer for a child of the asked widget, and frees it with that one: a crash long after."""
    asked = ("nextIn" + "FocusChain", "previousIn" + "FocusChain")
    paths = [path for room in ("ui", "tests", "build") for path in (ROOT / room).rglob("*.py")]
    assert [short(path) for path in paths if any(word in path.read_text("utf-8") for word in asked)] == []


def test_every_dialog_goes_with_its_answer() -> None:
    """A dialog that is kept after it was closed keeps its page, its rows and its pictures in memory with it."""
    found = {
        node.name
        for _, parsed in telling(r"^class .*\bQDialog\b", modules())
        for node in ast.walk(parsed)
        if isinstance(node, ast.ClassDef)
        and any(isinstance(b, ast.Name) and b.id == "QDialog" for b in node.bases)
    }
    assert found == ALONE
