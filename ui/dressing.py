"""Type, palette and style sheet of the running program, and what is kept outside of any office."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSettings, QStandardPaths
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QTableView

from ui import look


def dress(application: QApplication, large: bool = False) -> None:
    """Type, palette and style sheet; `large` is the setting 大. Tables already shown take the new row height.

    The style itself, Fusion, is named when the application is made: Qt makes it but once that way.
    """
    pt = look.LARGE_PT if large else look.STANDARD_PT
    application.setFont(look.font(pt))
    palette = QPalette()
    for role, value in (
        (QPalette.ColorRole.Window, look.BACK),
        (QPalette.ColorRole.WindowText, look.INK),
        (QPalette.ColorRole.Base, look.WHITE),
        (QPalette.ColorRole.AlternateBase, look.ZEBRA),
        (QPalette.ColorRole.Text, look.INK),
        (QPalette.ColorRole.Button, look.WHITE),
        (QPalette.ColorRole.ButtonText, look.INK),
        (QPalette.ColorRole.Highlight, look.SELECTION),
        (QPalette.ColorRole.HighlightedText, look.INK),
        (QPalette.ColorRole.PlaceholderText, look.FAINT),
        (QPalette.ColorRole.Link, look.ACCENT),
        (QPalette.ColorRole.ToolTipBase, look.WHITE),
        (QPalette.ColorRole.ToolTipText, look.INK),
    ):
        palette.setColor(role, look.colour(value))
    application.setPalette(palette)
    application.setStyleSheet(look.style_sheet(pt))
    for widget in application.allWidgets():
        if isinstance(widget, QTableView):
            widget.verticalHeader().setDefaultSectionSize(look.sizes().row)


def remembered() -> QSettings:
    """What is kept outside of any office: where files were last found."""
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericConfigLocation)
    return QSettings(str(Path(folder) / "qidi" / "window.ini"), QSettings.Format.IniFormat)
