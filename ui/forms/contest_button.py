"""有异议: beside the name in the form of a check list, so that raising one needs no search (旗方案 四(一))."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from app.ledger.ledgers import CHECK, LedgerLine
from app.listing.lists import ItemLine
from ui.widgets.buttons import Button
from ui.widgets.labels import dress

ASK, RAISED = "有异议…", "已提异议"
WHY = "不归本单位办理、应当移除或重复的，点这里选一种并写明理由"


class ContestButton(Button):
    """Only in a check list of this office's own; `key` is the field of a matter that it leads to, '' elsewhere."""

    def __init__(self, ledger: LedgerLine, pressed: Callable[[], object], parent: QWidget) -> None:
        super().__init__(ASK, parent)
        rule = ledger.loaded.t.round
        self.key = rule.contest if rule is not None and ledger.own and ledger.purpose == CHECK else ""
        self.setProperty("kind", "link")
        self.setAutoDefault(False)
        self.setToolTip(WHY)
        self.clicked.connect(lambda _on=False: pressed())
        self.hide()

    def follow(self, item: ItemLine | None, shown: bool) -> None:
        """Say whether the matter shown was objected to; `shown` while there is one to object to."""
        kind = str(item.cells.get(self.key) or "") if item is not None and self.key else ""
        self.setText(f"{RAISED}：{kind}" if kind else ASK)
        self.setAccessibleName(self.text())
        dress(self, tone="red" if kind else "")
        self.setVisible(bool(self.key) and shown)
