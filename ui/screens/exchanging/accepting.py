"""看差别, 接受: what does not go on from what was received before is shown, and taken in or given back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.office import Office
from sync import exchange
from sync.receiving.plan import Plan
from ui.desk import Desk
from ui.screens.exchanging.accept_dialog import AcceptDialog


class Accepting(QObject):
    """`agreed(file)` when a person takes the sender's record as it is now, `left(file, words)` when not;
    `refused(problem)` when the file could not even be looked at so."""

    agreed = Signal(object)
    left = Signal(object, str)
    refused = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk, self._over = desk, parent
        self.asked: Any = None  # the dialog last opened

    def ask(self, file: Path, refused: str) -> None:
        """Say what taking this file would change; `refused` is why it was not taken in."""

        def seen(found: Plan) -> None:
            self.asked = AcceptDialog(found, self._over.window())
            self.asked.accepted.connect(lambda: self.agreed.emit(file))
            self.asked.rejected.connect(lambda: self.left.emit(file, refused))
            self.asked.open()

        self._desk.run(_as_now, file, title="正在查验", done=seen, refused=self.refused.emit)


def _as_now(office: Office, file: Path) -> Plan:
    """What taking the sender's record as it is now would come to; nothing is changed by that."""
    return exchange.look(office, file, anew=True)
