"""What a deed changed, cell by cell: long values wrap, none ends in …."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHeaderView, QStyledItemDelegate

from ui.tables.plain_model import PlainModel
from ui.tables.plain_table import PlainTable

WIDTHS = (136, 110, 110)


class ChangesTable(PlainTable):
    """栏目, 原来, 改成; each row as high as its longest value."""

    def __init__(self, model: PlainModel) -> None:
        super().__init__("改了什么", model, WIDTHS)
        header = self.horizontalHeader()
        for column in (1, 2):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        self.setItemDelegate(QStyledItemDelegate(self))
        self.setWordWrap(True)
        model.modelReset.connect(self.resizeRowsToContents)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resizeRowsToContents()
