"""Building the QApplication and showing the window of an office."""

from __future__ import annotations

import datetime as dt
import os
import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QLibraryInfo, Qt, QTimer, QTranslator
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QApplication

from app.ledger import settings
from app.storage.paths import FONTS
from ui import crash, look, raising, starting
from ui.collecting import Collecting
from ui.desk import Desk
from ui.dressing import dress
from ui.main_window import MainWindow

STANDS_MS = 600  # by then the window has been painted


def run_window(
    data: Path | None, today: dt.date | None, clerk: str | None, sample: bool, stands: Callable[[], object]
) -> int:
    """Open the window of the office in `data`, or of the last one, or ask at the first run. Returns the exit code.

    `stands` is called once the window is there, or before the clerk is asked anything.
    """
    application = make_application(sys.argv[:1])
    Collecting(application)
    office = starting.office(data, today, clerk, sample, stands)
    if office is None:
        return 0
    try:
        crash.install(office.folder)
        if settings.get(office, "type_size") == "large":
            dress(application, large=True)
        window = MainWindow(Desk(office))
        window.show()
        QTimer.singleShot(STANDS_MS, stands)
        raising.listen(window, office.folder)
        return application.exec()
    finally:
        office.close()


def make_application(argv: list[str]) -> QApplication:
    """The one QApplication: input method trap, high dpi, Chinese face, Fusion and our style sheet."""
    if os.environ.get("QT_IM_MODULE", "").startswith("fcitx"):
        os.environ["QT_IM_MODULE"] = "ibus"  # the wheel has no fcitx plug-in; fcitx speaks ibus
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    application = QApplication([*argv, "-style", "Fusion"])
    application.setApplicationName("qidi")
    application.setApplicationDisplayName("起底台账")
    translator = QTranslator(application)  # Qt's own words: the file dialog, the menu of a line, Yes and No
    if translator.load("qtbase_zh_CN", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        application.installTranslator(translator)
    load_fonts()
    dress(application)
    return application


def load_fonts() -> None:
    """Use the faces fetched at set-up where the system has none of ours."""
    families = set(QFontDatabase.families())
    if families & set(look.FAMILIES[:-1]):
        return
    for file in sorted(FONTS.glob("*Sans*.[to]t[fc]")):
        QFontDatabase.addApplicationFont(str(file))
