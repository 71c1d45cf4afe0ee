"""Building the QApplication and showing the window of an office."""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path

from PySide6.QtCore import QEvent, QLibraryInfo, Qt, QTimer, QTranslator
from PySide6.QtGui import QFontDatabase, QGuiApplication, QIcon
from PySide6.QtWidgets import QApplication, QMessageBox

from app.ledger import settings
from app.office import Office
from app.problem import Problem
from app.storage.paths import FONTS, RESOURCES
from ui import crash, last_end, look, raising, seat, starting
from ui.collecting import Collecting
from ui.desk import Desk
from ui.dressing import dress
from ui.leaving import Leaving
from ui.main_window import MainWindow

NO_SCREEN = Problem("E_NO_SCREEN", "这里没有图形桌面，窗口打不开。请在桌面上启动，或用命令行：qidi --help")
STANDS_MS = 600  # by then the window has been painted


def run_window(
    data: Path | None, today: dt.date | None, clerk: str | None, sample: bool, stands: Callable[[], object]
) -> int:
    """Open the window of the office in `data`, or of the last one, or ask at the first run. Returns the exit code.

    `stands` is called once the window is there, or before the clerk is asked anything.
    """
    if _without_screen():
        print(json.dumps(NO_SCREEN.as_json(), ensure_ascii=False), file=sys.stderr)
        return 3
    application = make_application(sys.argv[:1])
    Collecting(application)
    code, came_back = 0, ("", True)
    opening: Callable[[], Office | None] = partial(starting.office, data, today, clerk, sample, stands)
    while True:
        try:
            office = opening()
            if office is None:
                return code
            code, file = _show(application, office, clerk, stands, *came_back)
            if file is None:
                return code
            opening = partial(starting.office, office.folder, today, clerk, False, stands)
            came_back = import_module("ui.putting_back").put_back(office.folder, file)
        except Exception as error:  # before the window stands: what the clerk can do then is offered
            stands()
            way_out = starting.way_out(data, today, error)
            if way_out is None:
                return 1
            opening = way_out


def _show(
    application: QApplication, office: Office, clerk: str | None, stands: Callable[[], object], said: str, good: bool
) -> tuple[int, Path | None]:
    """The window until it is closed, with a sentence on it; the exit code, and the backup that is to be put back.

    Raises the Problem of a database found damaged while the window stood; the window is gone by then.
    """
    told = _Refusals(application)
    watch = crash.install(office.folder, told.take)
    window = None
    try:
        badly = not office.readonly and last_end.begin(office.folder)
        if settings.get(office, "type_size") == "large":
            dress(application, large=True)
        desk = Desk(office)
        desk.office = seat.resumed(office, clerk, str(desk.state.value(seat.SAT) or ""))
        window = told.window = MainWindow(desk)
        window.may_close = Leaving(window.desk).ready
        if office.readonly:
            import_module("ui.emergency").dress(window)
        window.show()
        window.seat.begin()
        last_end.greet(window, said, good, badly)
        QTimer.singleShot(STANDS_MS, stands)
        raising.listen(window, office.folder)
        code = told.stand()
        last_end.end(office.folder)
        return code, window.desk.put_back
    finally:
        if window is not None:
            window.hide()
            window.desk.close()  # what is under way ends before the office does
            window.deleteLater()
        crash.remove(watch)
        office.close()


class _Refusals:
    """Problems nobody caught: told on the window, or the end of it where the data cannot be read any more."""

    def __init__(self, application: QApplication) -> None:
        self._application = application
        self.window: MainWindow | None = None
        self._spoilt: Problem | None = None
        self._standing = False

    def stand(self) -> int:
        """The loop of the program; the exit code. Raises the Problem that ended it, or was met before it began."""
        self._standing = True
        self._application.setQuitOnLastWindowClosed(True)
        code = self._application.exec() if self._spoilt is None else 0
        self._application.setQuitOnLastWindowClosed(False)  # no word to end may reach the dialogs that come after
        self._application.removePostedEvents(self._application, QEvent.Type.Quit)
        self._standing = False
        if self._spoilt is not None:
            raise self._spoilt
        return code

    def take(self, problem: Problem) -> None:
        if problem.code in starting.MENDED_BY_BACKUP:
            self._spoilt = self._spoilt or problem
            if self._standing:  # ended before it began, no dialog would stand any more
                self._application.exit(1)
        elif (dialog := QApplication.activeModalWidget()) is not None:
            QMessageBox.warning(dialog, "没有做成", problem.text)
        elif self.window is not None:
            self.window.strip.tell(problem.text, "red")


def _without_screen() -> bool:
    """Qt would end the program with a dump; it speaks X alone (under Wayland through XWayland)."""
    return sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("QT_QPA_PLATFORM"))


def make_application(argv: list[str]) -> QApplication:
    """The one QApplication: input method trap, high dpi, Chinese face, Fusion and our style sheet."""
    if os.environ.get("QT_IM_MODULE", "").startswith("fcitx"):
        os.environ["QT_IM_MODULE"] = "ibus"  # the wheel has no fcitx plug-in; fcitx speaks ibus
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    application = QApplication([*argv, "-style", "Fusion"])
    application.setApplicationName("qidi")
    application.setApplicationDisplayName("起底台账")
    application.setDesktopFileName("qidi")
    application.setWindowIcon(QIcon(str(RESOURCES / "images" / "qidi.png")))
    translator = QTranslator(application)  # Qt's own words: the file dialog, the menu of a line, Yes and No
    if translator.load("qtbase_zh_CN", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        application.installTranslator(translator)
    load_fonts()
    dress(application)
    application.aboutToQuit.connect(_leave_plain)
    return application


def _leave_plain() -> None:
    from ui.tables import clipboard  # noqa: PLC0415 - with the first grid

    clipboard.leave_plain()


def load_fonts() -> None:
    """Use the faces fetched at set-up where the system has none of ours."""
    families = set(QFontDatabase.families())
    if families & set(look.FAMILIES[:-1]):
        return
    for file in sorted(FONTS.glob("*Sans*.[to]t[fc]")):
        QFontDatabase.addApplicationFont(str(file))
