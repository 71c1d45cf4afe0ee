"""Pictures of the way in: the columns, and the cells that are mended in place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

PRACTICE = "sample/practice-list.csv"


def _at(step: str) -> Callable[[Any], None]:
    def pose(window: Any) -> None:
        from PySide6.QtWidgets import QApplication

        from app.storage.paths import RESOURCES
        from ui.screens import import_screen

        window.show_page("import", {"file": RESOURCES / PRACTICE})
        while window.desk.busy:
            QApplication.processEvents()
        window.screen().show_step(getattr(import_screen, step))

    return pose


POSES: dict[str, Callable[[Any], Any]] = {"import-columns": _at("COLUMNS"), "import-mend": _at("MEND")}
