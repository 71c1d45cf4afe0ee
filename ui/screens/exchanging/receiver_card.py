"""发给谁: an office whose card was confirmed, a card file, or only a name."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QWidget

from app.problem import Problem
from app.values import divisions
from sync.letters import superiors
from sync.peers import keys, peers
from ui import choosing
from ui.desk import Desk
from ui.screens.exchanging.cards_card import FILTER
from ui.screens.exchanging.trust_dialog import TrustDialog
from ui.screens.signing.cards import head_row
from ui.widgets.buttons import button
from ui.widgets.cards import Card
from ui.widgets.labels import dress, label


class ReceiverCard(Card):
    """`ref()` is the office id, or the name as written."""

    changed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._desk = desk
        self._ledger, self._suggested = "", ""
        row = head_row(self, "2  发给谁")
        row.addWidget(button("用名片文件…", self._choose, sign="user"))
        self.box = QComboBox()
        self.box.setEditable(True)
        self.box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.box.setAccessibleName("收件单位")
        line = self.box.lineEdit()
        assert line is not None
        line.setPlaceholderText("选单位，或写单位名称")
        line.setAccessibleName("收件单位")
        self.box.editTextChanged.connect(lambda _text: self._follow())
        self.note = label("", "muted", wrap=True)
        self.body.addWidget(self.box)
        self.body.addWidget(self.note)

    def refresh(self) -> None:
        kept = self.box.currentText()
        known = [p for p in peers.all(self._desk.office) if p.state == peers.TRUSTED]
        self.box.blockSignals(True)
        self.box.clear()
        for one in known:
            self.box.addItem(f"{one.card.name}（{divisions.full_name(one.card.division)}）", one.card.id)
        self.box.setCurrentIndex(self.box.findText(kept) if kept else -1)  # never the first one by itself
        if self.box.currentIndex() < 0:
            self.box.setEditText(kept)
        self.box.blockSignals(False)
        self._follow()

    def suggest(self, ledger_id: str) -> None:
        """The office this ledger went to last, else the one above; what was chosen for it by hand stays."""
        if ledger_id == self._ledger and self.box.currentText() != self._suggested:
            return
        found = superiors.suggested(self._desk.office, ledger_id)
        self._ledger = ledger_id
        self.box.setCurrentIndex(self.box.findData(found) if found else -1)
        if self.box.currentIndex() < 0:
            self.box.setEditText("")
        self._suggested = self.box.currentText()
        self._follow()

    def aside(self) -> str:
        """The name of the chosen office where ledgers do not go up to it, '' for one above or a mere name."""
        known = next((p.card for p in peers.all(self._desk.office) if p.card.id == self.ref()), None)
        return known.name if known and not superiors.is_above(self._desk.office, known) else ""

    def ref(self) -> str:
        at = self.box.findText(self.box.currentText())
        return str(self.box.itemData(at)) if at >= 0 else self.box.currentText().strip()

    def unknown(self) -> str:
        """The name as written, when no card of such an office was confirmed."""
        text = self.box.currentText()
        return "" if self.box.findText(text) >= 0 else text.strip()

    def name(self) -> str:
        """The name of the office chosen, or as written."""
        return self.box.currentText().partition("（")[0].strip()

    def choose_office(self, office_id: str) -> None:
        self.box.setCurrentIndex(self.box.findData(office_id))
        self._follow()

    def _follow(self) -> None:
        text = self.box.currentText().strip()
        known = self.box.findText(text) >= 0
        if not text:
            words, tone = "有对方名片就加密，只有对方打得开。", ""
        elif known:
            words, tone = "名片已确认：加密，只有对方打得开。", "green"
        else:
            words, tone = "没有这个单位的名片：不加密，谁拿到都能打开，包上会标明“未加密”。", "amber"
        self.note.setText(words)
        dress(self.note, tone=tone)
        self.changed.emit()

    def _choose(self) -> None:
        file = choosing.open_file(self, "选对方的名片文件", "card", FILTER)
        if file is not None:
            self.take(file)

    def take(self, file: Path) -> None:
        """Confirm the card of a file, then choose its office."""
        try:
            card = keys.read_card(file)
        except Problem as problem:
            self.note.setText(problem.text)
            dress(self.note, tone="red")
            return
        if any(p.card == card and p.state == peers.TRUSTED for p in peers.all(self._desk.office)):
            self.choose_office(card.id)
            return
        self.dialog = TrustDialog(self._desk, file, card, self)
        self.dialog.accepted.connect(lambda: (self.refresh(), self.choose_office(card.id)))
        self.dialog.open()
