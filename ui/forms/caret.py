"""The place in a field where a clerk is writing, kept while the form is read again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import shiboken6
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit


@contextmanager
def caret_kept() -> Iterator[None]:
    """Focus, caret and scroll of the field that has the focus are afterwards what they were.

    A caret at the end stays at the end, whatever the text became: 2022.9.19 is stored as 2022-09-19.
    """
    field = QApplication.focusWidget()
    if not isinstance(field, QLineEdit | QPlainTextEdit):
        yield
        return
    at, length = _caret(field)
    scrolled = field.verticalScrollBar().value() if isinstance(field, QPlainTextEdit) else 0
    yield
    if not shiboken6.isValid(field) or not field.isVisible() or not field.isEnabled():
        return
    if not field.hasFocus():
        field.setFocus()
    now = _caret(field)[1]
    _put(field, now if at >= length else min(at, now))
    if isinstance(field, QPlainTextEdit):
        field.verticalScrollBar().setValue(scrolled)


def _caret(field: QLineEdit | QPlainTextEdit) -> tuple[int, int]:
    """Where the caret stands, and how long the text is."""
    if isinstance(field, QLineEdit):
        return field.cursorPosition(), len(field.text())
    return field.textCursor().position(), len(field.toPlainText())


def _put(field: QLineEdit | QPlainTextEdit, at: int) -> None:
    if isinstance(field, QLineEdit):
        field.setCursorPosition(at)
        return
    cursor = QTextCursor(field.document())
    cursor.setPosition(at)
    field.setTextCursor(cursor)
