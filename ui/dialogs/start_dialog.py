"""登记开工: the day, by what it is known, a scan."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.change import Change
from app.ledger import closing
from app.ledger.deeds import event_of
from app.ledger.ledgers import LedgerLine
from app.listing.lists import Line
from app.problem import Problem
from ui.desk import Desk
from ui.dialogs.deed_dialog import STAY, DeedDialog, open_items
from ui.dialogs.scan_input import ScanInput
from ui.forms.inputs import LineInput

START = "开工"


class StartDialog(DeedDialog):
    """开工 is counted apart, never as 核减."""

    def __init__(self, desk: Desk, ledger: LedgerLine, line: Line, parent: QWidget | None = None) -> None:
        event = event_of(ledger, "entry", "started")
        super().__init__(desk, f"登记{event.title}", line.name, parent)
        self._line, self._event = line, event
        self._proved = any("evidence" in need.split("|") for need in (*event.needs, *event.wants))
        self.ask_day("on", f"{event.title}日期")
        evidence: LineInput = self.ask("evidence", f"{event.title}依据", LineInput())
        evidence.setPlaceholderText("如 施工许可证号、开工令、现场核查记录" if event.title == START else "")
        self.ask("scan", "扫描件或照片", ScanInput())
        self.end(f"登记{event.title}")
        self._tell(ledger)
        self.inputs["on"].setFocus()

    def _tell(self, ledger: LedgerLine) -> None:
        still = len(open_items(self._line))
        if self._event.title != START:
            words = ledger.loaded.t.words
            self.tell(
                f"{words.open} −1、{words.started} +1，单列。"
                if ledger.sealed
                else "台账还没有确定：只记下日期。"
            )
        elif not ledger.sealed:
            self.tell("台账还没有确定：只把建设状态改为“在建”，并记下开工日期。")
        elif self._line.standing == STAY and not still:
            self.tell("事项都已办完：登记后 在账 −1、开工 +1，不计入核减。")
        else:
            self.tell(f"建设状态改为“在建”。还有 {still:,} 个事项没有办完，项目仍在账，计数不变。")

    def perform(self) -> Change | None:
        if self._proved and not self.text("evidence") and self.scan() is None:
            raise Problem(
                "E_EVIDENCE", f"请写明{self._event.title}依据，或附上扫描件、照片", field="evidence"
            )
        return self.run(
            closing.start, self._line.id, on=self.day("on"), evidence=self.text("evidence"), scan=self.scan()
        )
