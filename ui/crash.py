"""A fault of the program: kept in a log file and told in plain words."""

from __future__ import annotations

import datetime as dt
import sys
import threading
import traceback
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from ui.widgets.buttons import button
from ui.widgets.labels import label

KEPT_LOG_BYTES = 1_000_000


class CrashDialog(QDialog):
    """Says that it was the program's fault, that nothing half-done was kept, and offers the text to copy."""

    def __init__(self, text: str, log: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("程序出错")
        self.resize(620, 360)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(10)
        column.addWidget(label("程序出了错，这一步没有做成，已有的数据没有动。", "h2", wrap=True))
        column.addWidget(label(f"可以接着用；下面的内容已记在 {log}，请一并反馈。", "muted", wrap=True))
        detail = QPlainTextEdit(text)
        detail.setReadOnly(True)
        detail.setTabChangesFocus(True)
        detail.setAccessibleName("出错内容")
        column.addWidget(detail, 1)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(button("复制内容", lambda: QGuiApplication.clipboard().setText(text)))
        foot.addWidget(button("知道了", self.accept, kind="primary"))
        column.addLayout(foot)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)


def install(folder: Path) -> None:
    """Send every uncaught exception to `folder`/log/faults.txt and to a dialog."""
    log = folder / "log" / "faults.txt"
    showing: list[CrashDialog] = []

    def caught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        text = "".join(traceback.format_exception(kind, error, trace))
        write(log, text)
        print(text, file=sys.stderr)
        if not showing and threading.current_thread() is threading.main_thread():
            dialog = CrashDialog(text, log)
            showing.append(dialog)
            dialog.exec()
            showing.clear()

    sys.excepthook = caught


def write(log: Path, text: str) -> None:
    """Append to the log; start it anew when it has grown past 1 MB."""
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        fresh = log.exists() and log.stat().st_size > KEPT_LOG_BYTES
        with log.open("w" if fresh else "a", encoding="utf-8") as stream:
            stream.write(f"==== {dt.datetime.now():%Y-%m-%d %H:%M:%S}\n{text}\n")
    except OSError:
        print("出错记录没有写成", file=sys.stderr)
