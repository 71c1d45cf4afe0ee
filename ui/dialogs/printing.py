"""A paper that is made, looked at, and then printed or kept: the same from every page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from ui import temporary
from ui.desk import Desk
from ui.dialogs.printed_dialog import PrintedDialog


class Printing(QObject):
    """`refused(problem)` when the paper could not be made, `made` when it is shown. `shown` is the dialog last opened."""

    made = Signal()
    refused = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk, self._over = desk, parent
        self.shown: PrintedDialog | None = None

    def make(self, name: str, command: Callable[..., Any], *args: Any, **kw: Any) -> None:
        """Run `command(office, *args, out=…, **kw)`, which writes a PDF, and show it; `name` is its title."""
        if self._desk.busy:
            return
        out = temporary.place(f"{name}.pdf")
        self._desk.run(
            command, *args, out=out, title=f"正在生成{name}", done=lambda _done: self._show(name, out),
            refused=self.refused.emit, **kw,
        )  # fmt: skip

    def _show(self, name: str, file: Path) -> None:
        self.shown = PrintedDialog(self._desk, name, file, self._over.window())
        self.shown.open()
        self.made.emit()
