"""After an import: 责任人 that 部门名录 has for rows that came without one, offered in one press."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QPushButton, QWidget

from app.ledger import directory, following_people, serving
from app.ledger.following_people import Plan
from ui.desk import Desk
from ui.dialogs.following.people_dialog import PeopleDialog

WORDS = "按部门名录填责任人…"


class PeopleOffer(QObject):
    """`button` is hidden until there is something to fill; an office without a directory is not asked."""

    def __init__(self, desk: Desk, button: QPushButton, over: QWidget) -> None:
        super().__init__(over)
        self._desk, self._button, self._over = desk, button, over
        self._plan = Plan(())
        button.clicked.connect(self._ask)

    def look(self, run: str) -> None:
        """Which rows of this import could be filled, off the screen thread."""
        if serving.found(self._desk.office, directory.SERVICE):
            self._desk.run(following_people.after_import, run, title="正在看部门名录", done=self._known)

    def _known(self, plan: Plan) -> None:
        self._plan = plan
        self._button.setText(f"{WORDS.removesuffix('…')}（{plan.rows:,} 行）…")
        self._button.setVisible(bool(plan.cells))

    def _ask(self) -> None:
        dialog = PeopleDialog(self._desk, self._plan.ids, self._over.window(), self._plan)
        dialog.accepted.connect(self._button.hide)
        dialog.open()
