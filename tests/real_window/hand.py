"""The clerk's hand: key strokes and clicks, true events of the X server where xdotool is installed, else QTest's."""

from __future__ import annotations

import os
import shutil
import subprocess

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

TOOL = shutil.which("xdotool")


class Hand:
    """What it does arrives later, as with a real hand: wait for the effect."""

    def press(self, *keys: str) -> None:
        """Key strokes for the window in front, in Qt's words: "Ctrl+K", "Return"."""
        if TOOL:
            xdotool("key", "--delay", "2", *map(_in_x, keys))
            return
        for stroke in keys:
            QTest.keySequence(_in_front(), QKeySequence(stroke))

    def write(self, text: str) -> None:
        """Type a text; a sign that is on no key is put on one before."""
        if TOOL:
            if not text.isascii():
                _put_on_keys(text)
            xdotool("type", "--delay", "2", text)
        else:
            QTest.keyClicks(_in_front(), text)

    def click(self, widget: QWidget, at: QPoint | None = None) -> None:
        """One press of the left button in the middle of a widget, or `at` a point of it."""
        QApplication.processEvents()  # a hand goes where the thing is seen, so it is laid out first
        spot = at or widget.rect().center()
        if TOOL:
            there = widget.mapToGlobal(spot) * widget.devicePixelRatioF()
            xdotool("mousemove", str(there.x()), str(there.y()), "click", "1")
        else:
            QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=spot)

    def shut(self, window: QWidget) -> None:
        """Close the window in front through the window manager."""
        if TOOL:
            xdotool("key", "alt+F4")
        else:
            window.close()


def xdotool(*words: str) -> str:
    """What xdotool answers; "" when it found nothing."""
    assert TOOL
    done = subprocess.run([TOOL, *words], capture_output=True, text=True, timeout=20, check=False)
    assert not done.stderr.strip() or done.returncode, done.stderr
    return done.stdout.strip()


def _put_on_keys(text: str) -> None:
    """Give keys of the screen that have no sign those of `text`; the program hears of it before it hears the strokes."""
    screen = os.environ["DISPLAY"]
    board = subprocess.run(["xkbcomp", "-w0", screen, "-"], capture_output=True, text=True, timeout=20, check=True).stdout
    free = [f"<I{code}>" for code in range(255, 207, -1) if f"<I{code}> =" in board and f"key <I{code}>" not in board]
    signs = dict.fromkeys(sign for sign in text if not sign.isascii())
    keys = "".join(f"    key {place} {{ [ U{ord(sign):04X} ] }};\n" for place, sign in zip(free, signs, strict=False))
    before, block, after = board.partition("xkb_symbols ")
    head, line_end, rest = after.partition("\n")
    whole = "".join((before, block, head, line_end, keys, rest))
    subprocess.run(["xkbcomp", "-w0", "-", screen], input=whole, capture_output=True, text=True, timeout=20, check=True)


def _in_x(keys: str) -> str:
    *held, key = keys.split("+")
    named = {"Space": "space", "PgDown": "Next", "PgUp": "Prior"}.get(
        key, key.lower() if len(key) == 1 else key
    )
    return "+".join([*map(str.lower, held), named])


def _in_front() -> QWidget:
    found = QApplication.activePopupWidget() or QApplication.focusWidget() or QApplication.activeWindow()
    assert found is not None, "no window has the focus"
    return found
