"""The acts of a route that are no signature, asked for and recorded: 政府研究, 报送盟行署 (decision 10)."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from app import acts
from app.problem import Problem
from app.versions import Version
from ui.desk import Desk
from ui.screens.signing.papers import Paperwork, sealed_version
from ui.screens.signing.step_dialog import StepDialog


class Stepping(QObject):
    """`dialog` is the form last opened."""

    def __init__(self, desk: Desk, page: QWidget) -> None:
        super().__init__(page)
        self._desk, self._page = desk, page
        self._ledger = ""
        self.dialog: StepDialog | None = None

    def ask(
        self, found: Paperwork, chosen: Version | None, scan: Path | None = None, *, after: bool = False
    ) -> None:
        """Open the form of the act before the seal, or with `after` of the one that follows it."""
        version = sealed_version(found) if after else None
        step = found.after[0] if after and found.after else found.step
        if step is None or not found.versions or (after and version is None):
            return
        known = [version] if version else list(found.versions)
        about = version or chosen or known[0]
        was = next((act for act in about.acts if act.title == step.title), None)
        self._ledger = found.line.id
        made = self.dialog = StepDialog(step, known, f"{self._desk.office.today():%Y-%m-%d}", was, self._page)
        made.choose(about.number)
        if scan is not None:
            made.take(scan)
        made.accepted.connect(lambda: self._report(made) if after else self._study(made))
        made.open()

    def _study(self, made: StepDialog) -> None:
        self._desk.run(
            acts.study, self._ledger, meeting=made.text("meeting"), on=made.text("date"), scan=made.scan(),
            minutes=made.text("minutes_no"), version=made.number(), title="正在登记政府研究",
            refused=lambda problem: self._again(made, problem),
        )  # fmt: skip

    def _report(self, made: StepDialog) -> None:
        self._desk.run(
            acts.report, self._ledger, on=made.text("date"), number=made.text("doc_no"), scan=made.scan(),
            title="正在登记报送", refused=lambda problem: self._again(made, problem),
        )  # fmt: skip

    def _again(self, made: StepDialog, problem: Problem) -> None:
        """The form comes back as it was filled in, with what is wrong."""
        made.open()
        made.refuse(problem)
