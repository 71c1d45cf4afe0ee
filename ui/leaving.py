"""Closing the window: a backup first when something was done, within a time; nothing of it holds the clerk."""

from __future__ import annotations

from PySide6.QtCore import QEventLoop

from app.problem import Problem
from ui.desk import Desk

TITLE = "正在备份，备份完就关闭"


class Leaving:
    """Asked once when the window is about to close. `ready` is False while it is still at it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._under_way = False
        self.said = ""

    def ready(self) -> bool:
        """Back up and wait for it; cancelled, late or failed, the window closes all the same, and the next start tells."""
        if self._under_way:
            return False
        self._under_way = True
        loop = QEventLoop()
        self._desk.finished.connect(loop.quit)
        try:
            if self._stop(loop) and self._due():
                self._back_up(loop)
        finally:
            self._desk.finished.disconnect(loop.quit)
            self._under_way = False
        return True

    def _stop(self, loop: QEventLoop) -> bool:
        """Give up what can be given up and wait for the rest: what it wrote belongs into the backup.

        False when the program was told to end meanwhile: no loop runs any more then.
        """
        while self._desk.busy:
            self._desk.give_up()
            if loop.exec():
                return False
        return True

    def _back_up(self, loop: QEventLoop) -> None:
        from app.keeping import backing_up, snapshots  # noqa: PLC0415 - when the window goes, not before it stands

        wanted = self._desk.put_back  # is to be restored next, and must not make room for the new one
        spare = [wanted.name] if wanted is not None else []
        why = snapshots.ON_CLOSE if wanted is None else snapshots.BEFORE_RESTORE
        self._desk.run(backing_up.on_close, why=why, title=TITLE, refused=self._refused, spare=spare)
        loop.exec()

    def _due(self) -> bool:
        from app.keeping import backing_up  # noqa: PLC0415

        try:
            return backing_up.due(self._desk.office)
        except (Problem, OSError):
            return False

    def _refused(self, problem: Problem) -> None:
        self.said = problem.text
