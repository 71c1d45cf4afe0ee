"""看投诉人: the name and the number, after who looks has said why; that stands in the record."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.change import Change
from app.ledger import entries
from app.ledger.ledgers import LedgerLine
from app.listing.lists import Line
from app.papers import callers
from app.values import masking
from ui.desk import Desk
from ui.dialogs.deed_dialog import DeedDialog
from ui.forms.inputs import LineInput

SHOW, SAVE = "显示", "保存改动"


class CallerDialog(DeedDialog):
    """First 显示, which is journalled; then the same dialog shows what is stored and takes corrections."""

    def __init__(self, desk: Desk, ledger: LedgerLine, line: Line, parent: QWidget | None = None) -> None:
        super().__init__(desk, "看投诉人", line.name, parent)
        self._line, self._open = line, False
        fields = [f for f in ledger.loaded.t.fields if f.id in masking.hidden(ledger.loaded)]
        why = self.ask_choice("why", "为什么要看", [(each, each) for each in callers.WHYS])
        self._titles = {f.id: f.title for f in fields}
        for field in fields:
            made: LineInput = self.ask(field.id, field.title, LineInput())
            made.set_text(masking.veiled(field, str(line.cells.get(field.id) or "")))
            made.lock(True)
        self.end(SHOW)
        self.tell(f"会记下：{desk.office.clerk}什么时候、为什么看过。请不要抄给别人。")
        why.setFocus()

    def perform(self) -> Change | None:
        if self._open:
            texts = {key: self.text(key) for key in self._titles}
            return self.run(entries.amend, self._line.id, texts)
        change = self.run(callers.look, self._line.id, why=self.text("why"))
        if change is not None:
            self._show(change.facts["caller"])
        return None

    def _show(self, told: dict[str, str]) -> None:
        self._open = True
        self.put("why", False)
        for key, title in self._titles.items():
            made = self.inputs[key]
            assert isinstance(made, LineInput)
            made.lock(False)
            made.set_text(told.get(title, ""))
        self.primary.setText(SAVE)
        self.primary.setAccessibleName(SAVE)
        self.cancel.setText("关闭")
        self.cancel.setAccessibleName("关闭")
        self.cancel.setFocus()
        self.tell("看完请关闭。写错的可以在这里改。")
