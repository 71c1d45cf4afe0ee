"""Choosing files and folders: each kind of file begins where it was last found, else on the stick, else where any file was
last found, else in the documents.

What goes from office to office begins on the stick whenever one is plugged in.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog, QWidget

from app.storage import volumes
from ui.dialogs import file_dialog
from ui.dressing import remembered

Place = QStandardPaths.StandardLocation
CARRIED = frozenset(
    ("bundle", "card", "receipt", "send", "handing-back")
)  # purposes of what travels on sticks


ANY = "any"


def start_folder(purpose: str, usual: Path | None = None) -> Path:
    """Where a dialog for `purpose` begins; `usual` comes before the stick and the documents."""
    last = _last(purpose)
    kept = last.is_absolute() and last.is_dir()
    plugged = [each.path for each in volumes.sticks() if each.writable]
    if purpose in CARRIED and plugged and not (kept and any(last.is_relative_to(p) for p in plugged)):
        return plugged[0]
    if kept:
        return last
    if usual is not None and usual.is_dir():
        return usual
    if plugged:
        return plugged[0]
    usual_places = (Path(QStandardPaths.writableLocation(p)) for p in (Place.DocumentsLocation, Place.DesktopLocation))
    places = (_last(ANY), *usual_places)
    return next((place for place in places if place.is_absolute() and place.is_dir()), Path.home())


def _last(purpose: str) -> Path:
    return Path(str(remembered().value(f"folders/{purpose}") or ""))


def keep(purpose: str, folder: Path) -> None:
    """Begin there the next time."""
    for each in (purpose, ANY):
        remembered().setValue(f"folders/{each}", str(folder))


def places() -> list[tuple[str, Path]]:
    """(words, folder) of what stands at the side of a dialog: 桌面, 文档, 主文件夹, and what is plugged in."""
    usual = (
        ("桌面", Path(QStandardPaths.writableLocation(Place.DesktopLocation))),
        ("文档", Path(QStandardPaths.writableLocation(Place.DocumentsLocation))),
        ("主文件夹", Path.home()),
    )
    found = {folder: words for words, folder in reversed(usual) if folder.is_dir()}
    return [
        *((words, folder) for folder, words in reversed(found.items())),
        *((f"U 盘 {each.name}", each.path) for each in volumes.sticks()),
    ]


def open_file(
    parent: QWidget, title: str, purpose: str, kinds: str, usual: Path | None = None
) -> Path | None:
    """One file to read, None when given up. `kinds` in the words of QFileDialog."""
    dialog = file_dialog.made(parent, title, start_folder(purpose, usual), kinds, places())
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    return next(iter(_asked(dialog, purpose)), None)


def open_files(parent: QWidget, title: str, purpose: str, kinds: str) -> list[Path]:
    """Any number of files to read."""
    dialog = file_dialog.made(parent, title, start_folder(purpose), kinds, places())
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    return _asked(dialog, purpose)


def save_file(parent: QWidget, title: str, purpose: str, name: str, kinds: str) -> Path | None:
    """A file to write, `name` being offered; None when given up."""
    dialog = file_dialog.made(parent, title, start_folder(purpose), kinds, places())
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setLabelText(QFileDialog.DialogLabel.Accept, "保存")
    dialog.selectFile(name)
    return next(iter(_asked(dialog, purpose)), None)


def folder(parent: QWidget, title: str, purpose: str) -> Path | None:
    """A folder, None when given up."""
    dialog = file_dialog.made(parent, title, start_folder(purpose), "", places())
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    dialog.setLabelText(QFileDialog.DialogLabel.Accept, "选这个文件夹")
    return next(iter(_asked(dialog, purpose)), None)


def _asked(dialog: QFileDialog, purpose: str) -> list[Path]:
    """What was chosen, and where, for the next time; [] when given up."""
    chosen = [Path(name) for name in dialog.selectedFiles()] if dialog.exec() else []
    dialog.deleteLater()
    if chosen:
        only_folders = dialog.fileMode() == QFileDialog.FileMode.Directory
        keep(purpose, chosen[0] if only_folders else chosen[0].parent)
    return chosen
