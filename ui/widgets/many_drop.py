"""A drop area on which any number of files may fall at once."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, Signal
from PySide6.QtGui import QDropEvent

from ui.widgets.drop_area import DropArea


class ManyDropArea(DropArea):
    """`dropped_all([path, …])` beside `dropped(path)` of the first one, which a page of single files listens to."""

    dropped_all = Signal(object)

    def dropEvent(self, event: QDropEvent) -> None:
        files = local_files(event.mimeData())
        super().dropEvent(event)
        if files:
            self.dropped_all.emit(files)


def local_files(data: QMimeData) -> list[Path]:
    """The local files of a drag, in their order, each once."""
    found = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    return [path for path in dict.fromkeys(found) if path.is_file()]
