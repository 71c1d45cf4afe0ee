"""A fault of the program: kept in a log file on this machine and told in plain words; nothing is sent anywhere."""

from __future__ import annotations

import datetime as dt
import faulthandler
import sys
import threading
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

from msgspec import Struct
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from app.problem import Problem
from ui.widgets.buttons import button
from ui.widgets.labels import label

KEPT_LOG_BYTES = 1_000_000
FAULTS, HARD = "faults.txt", "hard.txt"


class CrashDialog(QDialog):
    """Says that it was the program's fault, that nothing half-done was kept, and offers the package and to go on."""

    def __init__(self, text: str, folder: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._folder = folder
        self.setWindowTitle("程序出错")
        self.resize(620, 360)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(10)
        column.addWidget(label("程序出了错，这一步没有做成，已有的数据没有动。", "h2", wrap=True))
        told = f"可以接着用，没保存的草稿还在。出错内容只记在这台电脑上：{folder / 'log' / FAULTS}"
        column.addWidget(label(told, "muted", wrap=True))
        detail = QPlainTextEdit(text)
        detail.setReadOnly(True)
        detail.setTabChangesFocus(True)
        detail.setAccessibleName("出错内容")
        column.addWidget(detail, 1)
        foot = QHBoxLayout()
        foot.addWidget(button("导出诊断包…", self.diagnose, why="交给维护人员看；里面没有台账内容"))
        foot.addWidget(button("复制内容", lambda: QGuiApplication.clipboard().setText(text)))
        foot.addStretch(1)
        self.go_on = button("接着用", self.accept, kind="primary")
        foot.addWidget(self.go_on)
        column.addLayout(foot)
        self.go_on.setFocus()
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

    def diagnose(self) -> None:
        """Show what would be in the package; afterwards this dialog is still there."""
        from ui.dialogs.diagnosis_dialog import DiagnosisDialog  # noqa: PLC0415 - with the first fault, not with each start

        DiagnosisDialog(self._folder, self).open()


Refused = Callable[[Problem], object]


class Faults:
    """Uncaught exceptions of one window: each into the log, one dialog at a time, the same fault told once.

    A Problem is no fault of the program: it goes to `refused`, where there is somebody to tell it.
    """

    def __init__(self, folder: Path, refused: Refused | None = None) -> None:
        self._folder = folder
        self._refused = refused
        self._log = folder / "log" / FAULTS
        self._told: Counter[str] = Counter()
        self._showing = False

    def caught(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """What `sys.excepthook` is given."""
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        text = "".join(traceback.format_exception(kind, error, trace))
        write(self._log, text)
        print(text, file=sys.stderr)
        where = _where(kind, trace)
        self._told[where] += 1
        on_screen = threading.current_thread() is threading.main_thread()
        if isinstance(error, Problem) and self._refused is not None and on_screen:
            self._refused(error)
            return
        if self._showing or self._told[where] > 1 or not on_screen:
            return  # it is in the log; a fault that comes again and again must not keep the clerk from going on
        self._showing = True
        try:
            CrashDialog(text, self._folder).exec()
        finally:
            self._showing = False

    def caught_in_thread(self, told: threading.ExceptHookArgs) -> None:
        """What `threading.excepthook` is given."""
        if told.exc_value is not None:
            self.caught(told.exc_type, told.exc_value, told.exc_traceback)


class Watch(Struct, frozen=True):
    """What `install` put in place: the file of hard crashes, and who was told of faults before."""

    hard: TextIO | None
    before: tuple[Any, Any]


def install(folder: Path, refused: Refused | None = None) -> Watch:
    """Send every uncaught exception to `folder`/log/faults.txt and to a dialog, and a hard crash to hard.txt beside it.

    An uncaught Problem goes to `refused` instead of the dialog. To be ended by `remove`.
    """
    before = sys.excepthook, threading.excepthook
    faults = Faults(folder, refused)
    sys.excepthook = faults.caught
    threading.excepthook = faults.caught_in_thread
    try:
        (folder / "log").mkdir(exist_ok=True)
        hard = (folder / "log" / HARD).open("a", encoding="utf-8")
    except OSError:
        return Watch(None, before)
    faulthandler.enable(hard)
    return Watch(hard, before)


def remove(watch: Watch) -> None:
    """The window is closed: nothing more is written there, and its faults are told nobody."""
    sys.excepthook, threading.excepthook = watch.before
    if watch.hard is not None:
        faulthandler.disable()
        watch.hard.close()


def write(log: Path, text: str) -> None:
    """Append to the log; start it anew when it has grown past 1 MB."""
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        fresh = log.exists() and log.stat().st_size > KEPT_LOG_BYTES
        with log.open("w" if fresh else "a", encoding="utf-8") as stream:
            stream.write(f"==== {dt.datetime.now():%Y-%m-%d %H:%M:%S}\n{text}\n")
    except OSError:
        print("出错记录没有写成", file=sys.stderr)


def _where(kind: type[BaseException], trace: TracebackType | None) -> str:
    """The kind of fault and the line it came from."""
    last = traceback.extract_tb(trace)[-1:] if trace is not None else []
    return f"{kind.__name__} " + "".join(f"{frame.filename}:{frame.lineno}" for frame in last)
