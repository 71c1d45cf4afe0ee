"""退回的原因: every reason of a return slip, whole and row by row."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from sync.slips import Reason
from ui import look
from ui.tables.plain_model import PlainModel, PlainRow
from ui.tables.plain_table import PlainTable
from ui.widgets.buttons import button
from ui.widgets.labels import label


class ReasonsDialog(QDialog):
    """Read only; below the list the current reason stands in full."""

    def __init__(self, title: str, reasons: Sequence[Reason], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.resize(look.fitting(760, 460))
        self._reasons = list(reasons)
        self.model = PlainModel(("哪一行", "原因"), parent=self)
        self.table = PlainTable("退回的原因", self.model, (240, 300), stretch=1)
        self.whole = label("", wrap=True)
        self.whole.setAccessibleName("这一条的全文")
        self.whole.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.table.picked.connect(lambda _row: self._follow())
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(10)
        column.addWidget(label(f"{title}，共 {len(self._reasons):,} 条", "h2", wrap=True))
        column.addWidget(self.table, 1)
        column.addWidget(self.whole)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(button("复制全部", self.copy))
        foot.addWidget(button("关闭", self.accept, kind="primary"))
        column.addLayout(foot)
        self.model.set_rows(
            [
                PlainRow(("、".join(r.rows) or "整份", r.text), str(at), fact=r)
                for at, r in enumerate(self._reasons)
            ]
        )
        self.table.choose(0)
        self._follow()
        self.table.setFocus()

    def _follow(self) -> None:
        found = self.model.row(self.table.currentIndex().row())
        self.whole.setText(one_line(found.fact) if found is not None else "")

    def copy(self) -> None:
        """All of them as text, to be sent on or printed."""
        QGuiApplication.clipboard().setText("\n".join(one_line(one) for one in self._reasons))


def one_line(one: Reason) -> str:
    """第1号 某项目：原因."""
    return f"{'、'.join(one.rows)}：{one.text}" if one.rows else one.text
