"""Choosing files and folders: each kind of file begins where it was last found, else on the stick, else in the documents."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog, QWidget

from ui.dressing import remembered
from ui.screens.exchanging import sticks

Place = QStandardPaths.StandardLocation


def start_folder(purpose: str, usual: Path | None = None) -> Path:
    """Where a dialog for `purpose` begins; `usual` comes before the stick and the documents."""
    last = Path(str(remembered().value(f"folders/{purpose}") or ""))
    if last.is_absolute() and last.is_dir():
        return last
    if usual is not None and usual.is_dir():
        return usual
    if plugged := sticks.plugged():
        return plugged[0].path
    places = (Path(QStandardPaths.writableLocation(p)) for p in (Place.DocumentsLocation, Place.DesktopLocation))
    return next((place for place in places if place.is_dir()), Path.home())


def keep(purpose: str, folder: Path) -> None:
    """Begin there the next time."""
    remembered().setValue(f"folders/{purpose}", str(folder))


def open_file(parent: QWidget, title: str, purpose: str, kinds: str, usual: Path | None = None) -> Path | None:
    """One file to read, None when given up. `kinds` in the words of QFileDialog."""
    name, _ = QFileDialog.getOpenFileName(parent, title, str(start_folder(purpose, usual)), kinds)
    return _kept(purpose, name)


def open_files(parent: QWidget, title: str, purpose: str, kinds: str) -> list[Path]:
    """Any number of files to read."""
    names, _ = QFileDialog.getOpenFileNames(parent, title, str(start_folder(purpose)), kinds)
    return [file for file in (_kept(purpose, name) for name in names) if file is not None]


def save_file(parent: QWidget, title: str, purpose: str, name: str, kinds: str) -> Path | None:
    """A file to write, `name` being offered; None when given up."""
    given, _ = QFileDialog.getSaveFileName(parent, title, str(start_folder(purpose) / name), kinds)
    return _kept(purpose, given)


def folder(parent: QWidget, title: str, purpose: str) -> Path | None:
    """A folder, None when given up."""
    name = QFileDialog.getExistingDirectory(parent, title, str(start_folder(purpose)))
    if not name:
        return None
    keep(purpose, Path(name))
    return Path(name)


def _kept(purpose: str, name: str) -> Path | None:
    if not name:
        return None
    keep(purpose, Path(name).parent)
    return Path(name)
