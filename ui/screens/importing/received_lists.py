"""收到的清单: lists that came down from above and lie in the inbox, each to be imported by one press."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from app.office import Office
from sync.letters import boxes
from sync.letters.came_down import LIST
from ui.widgets.buttons import button
from ui.widgets.labels import label


class ReceivedLists(QWidget):
    """`chosen(path)` of the list in the box; nothing is shown while none came."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.box = QComboBox()
        self.box.setAccessibleName("收到的清单")
        self.deed = button("读这份清单", lambda: self.chosen.emit(self.box.currentData()), sign="import")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(label("收到的清单"))
        row.addWidget(self.box, 1)
        row.addWidget(self.deed)
        self.hide()

    def show_lists(self, office: Office) -> None:
        """The newest first; one whose file is gone is left out."""
        kept = self.box.currentText()
        self.box.clear()
        for one in boxes.received(office):
            file = office.folder / "inbox" / str(one.facts.get("file") or "")
            if one.kind == LIST and file.is_file():
                self.box.addItem(f"{one.title}，来自{one.from_name}（{one.on}）", file)
        self.box.setCurrentIndex(max(0, self.box.findText(kept)))
        self.setVisible(self.box.count() > 0)
