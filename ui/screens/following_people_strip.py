"""The strip above 部门名录: how many rows in 在账 still say what the directory said before."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QWidget

from app.change import Change
from app.ledger import directory, following_people, ledgers, serving
from app.ledger.following_people import Plan
from app.ledger.ledgers import LedgerLine
from ui.desk import Desk
from ui.dialogs.following import people_dialog
from ui.dialogs.following.people_dialog import PeopleDialog
from ui.widgets.bars import Strip

MOST_AT_ONCE = 3000
"""Own rows up to which they are compared at once; more take a while, and are read off the screen thread."""


class FollowingStrip(Strip):
    """Hidden for every other ledger, and while all rows agree with the directory. `answered` when its dialog was closed."""

    answered = Signal()

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        desk.changed.connect(self._heed)
        self.line: LedgerLine | None = None
        self._plan = Plan(())
        self._kept: tuple[tuple[str, str, int], ...] | None = None
        self._news = False

    @property
    def link(self) -> QPushButton:
        """看看再改…."""
        return self._deed

    def show_for(self, line: LedgerLine | None) -> None:
        """Ask anew what fell behind; cheap where nothing did."""
        self.line = line
        if line is None or not serving.serves(line, directory.SERVICE):
            self.hide()
            return
        if sum(each.rows for each in ledgers.all(self._desk.office) if each.own) > MOST_AT_ONCE:
            self._desk.run(following_people.plan, title="正在对照部门名录", done=self._known)
        else:
            self._known(following_people.plan(self._desk.office))

    def _heed(self, change: Change) -> None:
        """The rows moved, and not the directory: what it had them say was taken back."""
        page = self.parentWidget()
        seen = page is not None and page.isVisible()
        if seen and self.line is not None and change.ledgers and self.line.id not in change.ledgers:
            self.show_for(self.line)

    def _known(self, plan: Plan) -> None:
        self._plan = plan
        self._news = self._news or (self._kept is not None and plan.kept != self._kept)
        self._kept = plan.kept
        if not plan.cells:
            if plan.kept and self._news:  # a department was renamed just now; of earlier days it is known
                self.tell(f"{plan.kept_words}。", "blue")
            else:
                self.hide()
            return
        self.tell(f"{people_dialog.asked(plan)}（{plan.by_ledger}）", "amber", "看看再改…", self._ask)

    def _ask(self) -> None:
        dialog = PeopleDialog(self._desk, parent=self.window(), plan=self._plan)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.finished.connect(lambda _done: self._answered())
        dialog.open()

    def _answered(self) -> None:
        self.show_for(self.line)
        self.answered.emit()
