"""One row of the sheet as it stands there."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui import look
from ui.dialogs.passing_dialog import PassingDialog
from ui.screens.importing.mend_model import Shown
from ui.screens.importing.trial import Reading, shown
from ui.tables.plain_model import PlainModel, PlainRow
from ui.tables.plain_table import PlainTable
from ui.widgets.buttons import button
from ui.widgets.labels import label


class RowDialog(PassingDialog):
    """原表的列, what it says, what it was read as."""

    def __init__(self, row: Shown, reading: Reading, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"原表第 {row.source.row} 行")
        self.resize(look.fitting(720, 520))
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(10)
        column.addWidget(label(f"“{reading.draft.file}”工作表“{reading.draft.sheet}”第 {row.source.row} 行", "h2", wrap=True))
        model = PlainModel(("原表的列", "原表写的", "读作"), parent=self)
        said = row.source.raw
        rows = []
        for one in reading.draft.columns:
            taken = bool(one.target) and not one.target.startswith("#")
            value = shown(reading.line.loaded, row.source, one.target) if taken else "（不导入）"
            fault = row.faults.get(one.target) if taken else None
            note = fault.text if fault else row.notes.get(one.target, "")
            texts = (one.head, " ".join(said.get(one.head, "").split()), note or value)
            tones = {2: "red"} if fault else {2: "amber"} if note else {} if taken else {2: "muted"}
            rows.append(PlainRow(texts, tones=tones, tips={1: said.get(one.head, ""), 2: note or value}))
        model.set_rows(rows)
        table = PlainTable("原表这一行", model, (190, 240, 200), stretch=2)
        table.choose(0)
        column.addWidget(table, 1)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(button("关闭", self.accept, kind="primary"))
        column.addLayout(foot)
