"""The looking half of 上报导出: what the check found, what would be written, the ledger as a workbook."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QComboBox, QHBoxLayout

from app.ledger import ledgers
from app.ledger.checks import Finding
from app.workbooks import exporting
from ui import choosing
from ui.screens.exchanging.form_dialog import FormDialog
from ui.screens.exchanging.receiver_card import ReceiverCard
from ui.screens.exchanging.target_card import TargetCard
from ui.screens.exchanging.write_card import WriteCard
from ui.screens.signing.gaps_dialog import GapsDialog
from ui.widgets.bars import Strip
from ui.widgets.buttons import button
from ui.widgets.screen import Screen


class SendingLooks(Screen):
    """A page of the ledger in `which`, written by `write` for `to` into `target`."""

    which: QComboBox
    strip: Strip
    to: ReceiverCard
    target: TargetCard
    write: WriteCard
    _found: list[Finding]
    asked: Any

    def ledger_id(self) -> str:
        return str(self.which.currentData() or "")

    def add_deeds(self, head: QHBoxLayout) -> None:
        """照表样填… and 导出 Excel… at the head of the page."""
        self.form = button("照表样填…", self.fill_form)
        self.workbook = button("导出 Excel…", self._save_workbook, sign="excel")
        for made in (self.form, self.workbook):
            head.addWidget(made)

    def show_deeds(self, there: bool) -> None:
        """Whether there is a ledger to write out."""
        for made in (self.form, self.workbook):
            made.setVisible(there)

    def show_findings(self) -> None:
        dialog = GapsDialog("报送前检查", self._found, self)
        dialog.chosen.connect(self._open_entry)
        dialog.open()

    def _open_entry(self, found: Finding) -> None:
        place = {
            "ledger": self.ledger_id(), "entry": found.entry_id, "item": found.item, "field": found.field,
        }  # fmt: skip
        self.wished.emit("ledger", place | {"form": True})

    def what_now(self) -> tuple[str, int, str, str] | None:
        """What would be written where; None while a card or answers go along, which may be others each time."""
        line = next((x for x in ledgers.all(self.desk.office) if x.id == self.ledger_id()), None)
        if line is None or self.write.takes_along() or self.write.takes_card():
            return None
        return line.id, line.head_seq, self.to.ref(), str(self.target.folder() or "")

    def _save_workbook(self) -> None:
        file = choosing.save_file(
            self, "导出 Excel", "export", f"{self.which.currentText()}.xlsx", "Excel (*.xlsx)"
        )
        if file is not None:
            self.export(file)

    def fill_form(self) -> None:
        """照表样填…: another office's own form filled with the ledger's rows."""
        line = next((x for x in ledgers.all(self.desk.office) if x.id == self.ledger_id()), None)
        if line is not None:
            self.asked = FormDialog(self.desk, line, self)
            self.asked.open()

    def export(self, out: Path) -> None:
        """The ledger as a workbook that looks like the print and reads back."""
        self.desk.run(exporting.export_ledger, self.ledger_id(), out, title="正在导出",
                      refused=lambda p: self.strip.tell(p.text))  # fmt: skip
