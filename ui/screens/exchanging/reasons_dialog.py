"""退回的原因: every reason of a return slip, whole and row by row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ui import look
from ui.dialogs.passing_dialog import PassingDialog
from ui.tables.plain_model import PlainModel, PlainRow
from ui.tables.plain_table import PlainTable
from ui.widgets.buttons import button
from ui.widgets.labels import label


class Why(Protocol):
    """One reason and the rows it is about, none when it is about the whole file."""

    @property
    def rows(self) -> tuple[str, ...]: ...

    @property
    def text(self) -> str: ...


class ReasonsDialog(PassingDialog):
    """Read only; below the list the current reason stands in full. `deeds` stand before 关闭, the last as what is meant."""

    def __init__(
        self,
        title: str,
        reasons: Sequence[Why],
        parent: QWidget | None = None,
        *,
        head: str = "",
        beneath: Sequence[QWidget] = (),
        deeds: Sequence[QPushButton] = (),
    ) -> None:
        """`head` is the sentence above the list, made from the title when there is none."""
        super().__init__(parent)
        self.setWindowTitle(title)
        self.resize(look.fitting(look.sizes().grown(760), look.sizes().grown(460)))
        self._reasons = list(reasons)
        self.model = PlainModel(("哪一行", "原因"), parent=self)
        self.table = PlainTable("退回的原因", self.model, (240, 420), stretch=1)
        self.told = label("", wrap=True)
        self.told.setAccessibleName("这一条的全文")
        self.told.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.table.picked.connect(lambda _row: self._follow())
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(10)
        column.addWidget(label(head or f"{title}，共 {len(self._reasons):,} 条", "h2", wrap=True))
        column.addWidget(self.table, 1)
        for made in (self.told, *beneath):
            column.addWidget(made)
        column.addLayout(self._foot(deeds))
        self.model.set_rows(
            [
                PlainRow((where(r), r.text), str(at), tips={0: where(r), 1: r.text}, fact=r)
                for at, r in enumerate(self._reasons)
            ]
        )
        self.table.choose(0)
        self._follow()
        self.table.setFocus()

    def _foot(self, deeds: Sequence[QPushButton]) -> QHBoxLayout:
        foot = QHBoxLayout()
        foot.addWidget(button("复制全部", self.copy))
        foot.addStretch(1)
        for made in deeds:
            foot.addWidget(made)
        foot.addWidget(button("关闭", self.accept, kind="" if deeds else "primary"))
        return foot

    def _follow(self) -> None:
        """The current reason in whole, where the table may cut it."""
        found = self.model.row(self.table.currentIndex().row())
        self.told.setText(one_line(found.fact) if found is not None else "")

    def copy(self) -> None:
        """All of them as text, to be sent on or printed."""
        QGuiApplication.clipboard().setText("\n".join(one_line(one) for one in self._reasons))


def where(one: Why) -> str:
    """第1号 某项目、第2号 某项目, or 整份."""
    return "、".join(one.rows) or "整份"


def one_line(one: Why) -> str:
    """第1号 某项目：原因."""
    return f"{where(one)}：{one.text}" if one.rows else one.text
