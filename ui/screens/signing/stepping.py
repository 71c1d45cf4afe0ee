"""The acts of a route that are no signature, asked for and recorded: 政府研究, 报送盟行署 (decision 10); signatures mended."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from app.ledger import acts
from app.ledger.versions import Version
from app.problem import Problem
from ui.desk import Desk
from ui.screens.signing import papers
from ui.screens.signing.mend_dialog import MendDialog
from ui.screens.signing.papers import Paperwork, sealed_version
from ui.screens.signing.step_dialog import StepDialog


class Stepping(QObject):
    """`dialog` is the form last opened, `mending` that of a signature."""

    def __init__(self, desk: Desk, page: QWidget) -> None:
        super().__init__(page)
        self._desk, self._page = desk, page
        self._ledger = ""
        self.dialog: StepDialog | None = None
        self.mending: MendDialog | None = None
        self._doubted: Path | None = None

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
        made.accepted.connect(lambda: self._look_first(made, self._report if after else self._study))
        made.open()

    def mend(self, found: Paperwork | None, version: Version | None) -> None:
        """更正签字 of one of the versions."""
        if found is not None and version is not None and version.signatures:
            self.mending = MendDialog(self._desk, found.line.id, version, self._page, sealed=found.line.sealed)
            self.mending.open()

    def _look_first(self, made: StepDialog, go: Callable[[StepDialog], None]) -> None:
        """A scan that is another paper of ours by its own code is doubted once."""
        scan = made.scan()
        if scan is None or scan == self._doubted:
            go(made)
            return
        made.at_work = True

        def read(words: str) -> None:
            if not words:
                go(made)
                return
            self._doubted = scan
            self._again(made, Problem("E_SCAN_OTHER", words, field="scan"))

        self._desk.run(
            papers.other_paper, self._ledger, scan, made.number(), title="正在读扫描件上的二维码", done=read,
            gave_up=made.deleteLater, refused=lambda problem: self._again(made, problem),
        )  # fmt: skip

    def _study(self, made: StepDialog) -> None:
        made.at_work = True
        self._desk.run(
            acts.study, self._ledger, meeting=made.text("meeting"), on=made.text("date"), scan=made.scan(),
            minutes=made.text("minutes_no"), version=made.number(), title="正在登记政府研究",
            done=lambda _change: made.deleteLater(), gave_up=made.deleteLater,
            refused=lambda problem: self._again(made, problem),
        )  # fmt: skip

    def _report(self, made: StepDialog) -> None:
        made.at_work = True
        self._desk.run(
            acts.report, self._ledger, on=made.text("date"), number=made.text("doc_no"), scan=made.scan(),
            title="正在登记报送", done=lambda _change: made.deleteLater(), gave_up=made.deleteLater,
            refused=lambda problem: self._again(made, problem),
        )  # fmt: skip

    def _again(self, made: StepDialog, problem: Problem) -> None:
        """The form comes back as it was filled in, with what is wrong."""
        made.at_work = False
        made.open()
        made.refuse(problem)
