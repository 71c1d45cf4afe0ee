"""Events of a whole row that its template names: 认定, 申请销号, 销号…, and leaving without a place to leave from."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.change import Change
from app.ledger import closing, deeds, leaving
from app.ledger.ledgers import LedgerLine
from app.listing.lists import Line
from app.words.template_words import Closing
from ui.desk import Desk
from ui.dialogs.deed_dialog import DeedDialog
from ui.dialogs.scan_input import ScanInput
from ui.forms.inputs import LineInput


def events(ledger: LedgerLine) -> list[Closing]:
    """The events by which a whole row is done with, or goes a step towards that."""
    return ledger.loaded.closings("entry", "approved", "kept")


def titles(ledger: LedgerLine) -> str:
    """认定、申请销号、销号."""
    return "、".join(dict.fromkeys(event.title for event in events(ledger)))


def why_not(ledger: LedgerLine, line: Line) -> str:
    """Why none of them can be recorded now, '' when one can."""
    cells = {code: item.cells for code, item in line.items.items()}
    told = [deeds.unmet(ledger.loaded, event, line.cells, cells) for event in events(ledger)]
    return "" if "" in told else told[0]


class RowClosingDialog(DeedDialog):
    """依据, 日期, 文号, 扫描件; which cells have to be filled before is said at once."""

    def __init__(self, desk: Desk, ledger: LedgerLine, line: Line, parent: QWidget | None = None) -> None:
        super().__init__(desk, f"登记{titles(ledger)}", line.name, parent)
        self._ledger, self._line = ledger, line
        self._by_basis = {basis: event for event in events(ledger) for basis in event.bases or (event.id,)}
        shown = [(b, b if b == e.title else f"{e.title}：{b}") for b, e in self._by_basis.items()]
        basis = self.ask_choice("basis", "登记什么", shown)
        self.ask_day("on", "日期")
        self.ask("doc", "文号", LineInput())
        self.ask("scan", "扫描件", ScanInput())
        self.end("登记")
        basis.set_text(next(filter(self._may, self._by_basis), ""))
        self.follow()
        basis.setFocus()

    def follow(self) -> None:
        """What the chosen event presumes, asks for and does."""
        basis = self.text("basis")
        if basis not in self._by_basis:
            self.tell("")
            return
        event, words = self._by_basis[basis], self._ledger.loaded.t.words
        lacking = deeds.still_lacking(self._ledger.loaded, event, self._line.cells)
        if not self._may(basis):
            self.tell(self._unmet(basis), "amber")
        elif lacking:
            self.tell(f"先在这一行里填好：{'、'.join(lacking)}。", "amber")
        elif event.to == "kept":
            self.tell(f"登记以后仍{words.open}。{event.note}")
        else:
            self.tell(f"{self._counted()}{event.note}")

    def _counted(self) -> str:
        """What it does to the counts; a register has none to begin with."""
        words = self._ledger.loaded.t.words
        if self._ledger.loaded.t.nature == "register":
            return ""
        return (
            f"{words.open} −1、{words.approved} +1。"
            if self._ledger.sealed
            else "台账还没有确定，不列入基数。"
        )

    def perform(self) -> Change | None:
        target = [(self._line.id, "")]
        return self.run(
            closing.close,
            target,
            basis=self.text("basis"),
            on=self.day("on"),
            doc=self.text("doc"),
            scan=self.scan(),
        )

    def _may(self, basis: str) -> bool:
        return not self._unmet(basis)

    def _unmet(self, basis: str) -> str:
        cells = {code: item.cells for code, item in self._line.items.items()}
        return deeds.unmet(self._ledger.loaded, self._by_basis[basis], self._line.cells, cells)


class RowRemovalDialog(DeedDialog):
    """Leaving by a slip of a second person, where the template names no place to be taken off."""

    def __init__(self, desk: Desk, ledger: LedgerLine, line: Line, parent: QWidget | None = None) -> None:
        event = ledger.loaded.closings("entry", "removed")[0]
        super().__init__(desk, event.title, line.name, parent)
        self._line, words = line, ledger.loaded.t.words
        self.ask_choice("reason", "原因", [(basis, basis) for basis in event.bases])
        self.ask_text("detail", "说明", need=True)
        self.ask_day("on", "日期")
        self.ask_approval()
        self.end(event.title)
        self.tell(f"{words.open} −1、{words.removed} +1。{event.note}")
        self.inputs["reason"].setFocus()

    def perform(self) -> Change | None:
        return self.run(
            leaving.remove, self._line.id, reason=self.text("reason"), detail=self.text("detail"), on=self.day("on"),
            second=self.text("second"), scan=self.scan(),
        )  # fmt: skip
