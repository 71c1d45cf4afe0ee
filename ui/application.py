"""Building the QApplication and opening the window of an office."""

from __future__ import annotations

import datetime as dt
import os
import sys
from importlib import import_module
from pathlib import Path

from PySide6.QtCore import QLibraryInfo, QSettings, Qt, QTranslator
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog, QMessageBox

from app import office as offices
from app import settings
from app.office import Office
from app.paths import FONTS
from app.problem import Problem
from ui import crash, look
from ui.desk import Desk
from ui.dressing import dress, remembered
from ui.main_window import MainWindow


def run_window(data: Path | None, today: dt.date | None, clerk: str | None, sample: bool = False) -> int:
    """Open the window of the office in `data`, or of the last one, or ask at the first run. Returns the exit code."""
    application = make_application(sys.argv[:1])
    office = _opened(data, today, clerk, sample)
    if office is None:
        return 0
    try:
        crash.install(office.folder)
        dress(application, large=settings.get(office, "type_size") == "large")
        window = MainWindow(Desk(office))
        window.show()
        return application.exec()
    finally:
        office.close()


def make_application(argv: list[str]) -> QApplication:
    """The one QApplication: input method trap, high dpi, Chinese face, Fusion and our style sheet."""
    if os.environ.get("QT_IM_MODULE", "").startswith("fcitx"):
        os.environ["QT_IM_MODULE"] = "ibus"  # the wheel has no fcitx plug-in; fcitx speaks ibus
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    application = QApplication(argv)
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


def _opened(data: Path | None, today: dt.date | None, clerk: str | None, sample: bool) -> Office | None:
    last = remembered()
    folder = data or (Path(str(last.value("office"))) if last.value("office") and not sample else None)
    if folder is not None and (folder / offices.DATABASE).is_file():
        try:
            return _held(offices.open_folder(folder, clerk=clerk, today=today), last)
        except Problem as problem:
            QMessageBox.warning(None, "打不开", problem.text)
            if data is not None:
                return None
    # only now: the sample and the bundles it can start from cost a third of the time to the first window
    dialog = import_module("ui.screens.first_run_screen").FirstRunScreen(data, today, sample=sample)
    if dialog.exec() != QDialog.DialogCode.Accepted or dialog.office is None:
        return None
    return _held(dialog.office, last)


def _held(office: Office, last: QSettings) -> Office:
    office.hold()
    last.setValue("office", str(office.folder))
    return office
