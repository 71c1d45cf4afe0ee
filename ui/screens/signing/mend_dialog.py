"""更正签字: a signature that was filed under a wrong name or day, with the reason and a second person."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QWidget

from app.change import Change
from app.ledger.versions import Version
from app.problem import Problem
from app.signing import mending
from ui.desk import Desk
from ui.dialogs.plain_dialog import PlainDialog
from ui.dialogs.scan_input import ScanInput
from ui.forms.inputs import DateInput, LineInput, mark

TITLE = "更正签字"
WHAT = "照签过字的纸面改登记的姓名、日期；纸和扫描件不变，原来登记的留在操作记录里。"


class MendDialog(PlainDialog):
    """Accepted once it is done; what is refused is told in it."""

    def __init__(self, desk: Desk, ledger: str, version: Version, parent: QWidget | None = None, *, sealed: bool) -> None:
        super().__init__(TITLE, version.label, parent, scrolled=True)
        self._desk, self._ledger, self._version = desk, ledger, version
        self.role = QComboBox()
        for one in version.signatures:
            self.role.addItem(f"{one.role}（{one.by}，{one.on}）", one.role)
        self.role.activated.connect(lambda _at: self._show())
        self.row("哪个签字", self.role)
        self.inputs: dict[str, LineInput] = {"by": LineInput(), "on": DateInput(), "behalf": LineInput()}
        self.inputs |= {"reason": LineInput(), "second": LineInput()}
        words = {"by": "签字人", "on": "签字日期", "behalf": "代签授权", "reason": "更正原因", "second": "第二人"}
        for key, made in self.inputs.items():
            self.row(words[key], made)
        self.inputs["reason"].setPlaceholderText("如：登记时姓名打错了一个字")
        self.inputs["second"].setPlaceholderText("和纸面核对过的另一个人")
        self.scanned = ScanInput()
        self.scanned.refused.connect(self.refuse)
        self.row("更正单扫描件" if sealed else "扫描件（可不附）", self.scanned)
        self.say(WHAT)
        self.deeds(TITLE, self.do)
        self._show()
        self.inputs["by"].setFocus()

    def _show(self) -> None:
        """What is filed of the chosen signature, to be written over."""
        was = next(one for one in self._version.signatures if one.role == self.role.currentData())
        for key in ("by", "on", "behalf"):
            self.inputs[key].set_text(str(getattr(was, key)))

    def do(self) -> None:
        """Put it right; refused, the dialog stays with what is wrong."""
        for made in self.inputs.values():
            mark(made, False)
        said = {key: made.text_now() for key, made in self.inputs.items()}
        done = self._desk.do(
            mending.mend, self._ledger, version=self._version.number, role=str(self.role.currentData()), **said,
            scan=self.scanned.file, refused=self.refuse,
        )  # fmt: skip
        if isinstance(done, Change):
            self.accept()

    def refuse(self, problem: Problem) -> None:
        self.fault(problem.text)
        made = self.inputs.get(problem.field or "")
        if made is not None:
            mark(made, True)
            made.setFocus()
