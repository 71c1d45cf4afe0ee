"""Which scans are spoilt, row by row, and how each comes back."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from app.keeping import spoilt
from ui import look
from ui.dialogs.plain_dialog import PlainDialog
from ui.tables.plain_model import PlainModel, PlainRow
from ui.tables.plain_table import PlainTable

WIDTHS = (700,)
MOST_SHOWN = 10


class SpoiltDialog(PlainDialog):
    """Only told; nothing is done here."""

    def __init__(self, names: Sequence[str], parent: QWidget | None = None) -> None:
        said = f"这些文件坏了、不见了或读不出来，其余都备份好了。{spoilt.REMEDY}。"
        super().__init__("坏了的附件", said, parent, scrolled=True)
        self.setMinimumWidth(look.sizes().grown(720))
        self.model = PlainModel(("哪一行的哪个附件",), parent=self)
        self.table = PlainTable("坏了的附件", self.model, WIDTHS, stretch=0)
        self.model.set_rows([PlainRow((name,), name, tips={0: name}) for name in names])
        self.table.setFixedHeight(look.sizes().row * (min(len(names), MOST_SHOWN) + 1) + 8)
        self.body.column.insertWidget(self.body.column.count() - 1, self.table)
        self.deeds("知道了", self.accept)
        self.cancel.hide()
