"""登记政府研究, 登记报送: what a step of the route asks for, taken down in one form (decision 10)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QComboBox, QWidget

from app.ledger.versions import Act, Version
from app.problem import Problem
from app.words.template_words import Step
from ui.dialogs.plain_dialog import PlainDialog
from ui.dialogs.scan_input import ScanInput
from ui.forms.inputs import DateInput, LineInput, mark

FIELDS = {"meeting": "会议名称", "date": "日期", "minutes_no": "纪要文号", "doc_no": "文号", "scan": "扫描件"}
HINTS = {
    "meeting": "如：旗人民政府2022年第12次常务会议",
    "minutes_no": "如：白政纪〔2022〕12号",
    "doc_no": "如：白政发〔2022〕35号",
}


class StepDialog(PlainDialog):
    """After it was accepted: `number()` of the version, `text(key)` and `scan()`; `was` fills in an earlier record."""

    at_work = False  # what is refused is mended in it, so it stays until the command is over

    def __init__(
        self,
        step: Step,
        known: Sequence[Version],
        today: str,
        was: Act | None = None,
        parent: QWidget | None = None,
    ) -> None:
        again = f"更正 {was.on} 的登记，以最后登记的为准" if was else ""
        super().__init__(f"登记{step.title}", again or step.note, parent, scrolled=True)
        self._needs = set(step.needs)
        self.version = QComboBox()
        for one in known:
            self.version.addItem(f"{one.label}（{one.on} 打印，{one.pages} 页）", one.number)
        self.row("哪一版", self.version)
        self.version.setEnabled(len(known) > 1)
        self.inputs: dict[str, LineInput] = {}
        for key in ("meeting", "date", "minutes_no", "doc_no"):
            if key in self._needs:
                self._input(key, today, was)
        self.scanned = ScanInput()
        self.scanned.refused.connect(lambda problem: self.fault(problem.text))
        words = "纪要扫描件" if "scan" in self._needs else "扫描件（可不附）"
        self.row(words, self.scanned)
        self.deeds(f"登记{step.title}", self._check)
        next(iter(self.inputs.values())).setFocus()

    def _input(self, key: str, today: str, was: Act | None) -> None:
        made = self.inputs[key] = DateInput() if key == "date" else LineInput()
        if key in HINTS:
            made.setPlaceholderText(HINTS[key])
        kept = (was.on if key == "date" else str(getattr(was, key))) if was else ""
        made.set_text(kept or (today if key == "date" else ""))
        self.row(FIELDS[key], made)

    def busy(self) -> bool:
        return self.at_work

    def take(self, scan: Path) -> None:
        """A scan that was dropped on the page."""
        self.scanned.take(scan)

    def choose(self, number: int) -> None:
        """The version it is about, unless another one is chosen."""
        self.version.setCurrentIndex(max(0, self.version.findData(number)))

    def number(self) -> int:
        return int(self.version.currentData())

    def text(self, key: str) -> str:
        return self.inputs[key].text_now() if key in self.inputs else ""

    def scan(self) -> Path | None:
        return self.scanned.file

    def refuse(self, problem: Problem) -> None:
        """What the deed said: above the button, at the field it names."""
        self.fault(problem.text)
        key = {"on": "date"}.get(str(problem.field), str(problem.field))
        if key in self.inputs:
            mark(self.inputs[key], True)
            self.inputs[key].setFocus()
        elif key == "scan":
            self.scanned.setFocus()

    def _check(self) -> None:
        for key, made in self.inputs.items():
            mark(made, not made.text_now())
            if not made.text_now():
                made.setFocus()
                self.fault(f"请写{FIELDS[key]}。")
                return
        if "scan" in self._needs and self.scanned.file is None:
            self.scanned.setFocus()
            self.fault("请选纪要的扫描件。")
            return
        self.accept()
