"""进展报告 in pictures: the numbers beside those before, and what changed."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any


def _at(view: str) -> Callable[[Any], None]:
    def pose(window: Any) -> None:
        from PySide6.QtWidgets import QApplication

        window.show_page("reports")
        while window.desk.busy:
            QApplication.processEvents()
            time.sleep(0.02)
        QApplication.processEvents()
        window.screen().page.show_view(view)

    return pose


POSES: dict[str, Callable[[Any], Any]] = {f"reports-{view}": _at(view) for view in ("numbers", "moved")}
