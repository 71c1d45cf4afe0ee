"""查找和替换 in the grid, beside which it stays open."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QWidget

from app.listing.cell_search import Wanted
from ui.dialogs.plain_dialog import PlainDialog
from ui.forms.inputs import LineInput
from ui.tables.finder import ALL, CHOSEN, COLUMN, Finder
from ui.widgets.buttons import button
from ui.widgets.labels import label


class FindDialog(PlainDialog):
    """Enter looks for the next one, Shift+Enter for the one before, Esc closes; the grid stays in use meanwhile."""

    def __init__(self, finder: Finder, table: QWidget, text: str, *, replacing: bool) -> None:
        super().__init__("查找和替换", "", table)
        self._finder = finder
        self.setModal(False)
        self.sought, self.by = LineInput(), LineInput()
        self.sought.set_text(text)
        self.row("查找内容", self.sought)
        self.row("替换为", self.by)
        self.scope = QComboBox()
        self.scope.addItems([ALL, COLUMN, *([CHOSEN] if finder.several() else [])])
        self.scope.setCurrentText(CHOSEN if finder.several() else ALL)
        self.row("范围", self.scope)
        self.case, self.whole, self.width_ = (QCheckBox(words) for words in ("区分大小写", "整格相符", "区分全角半角"))
        ticks = QHBoxLayout()
        ticks.setSpacing(14)
        for tick in (self.case, self.whole, self.width_):
            tick.setAccessibleName(tick.text())
            ticks.addWidget(tick)
        ticks.addStretch(1)
        self.row_of("", ticks)
        self.said = label("", "muted", wrap=True)
        self.said.setMinimumHeight(self.said.fontMetrics().height() + 4)
        self.column.addWidget(self.said)
        self.deeds("查找下一个", self.find)
        self.cancel.setText("关闭")
        self.cancel.setAccessibleName("关闭")
        self.one, self.all = button("替换", self._replace), button("全部替换", self._replace_all)
        self.foot.insertWidget(0, self.all)
        self.foot.insertWidget(0, self.one)
        finder.told.connect(self._say)
        table.installEventFilter(self)
        self.begin(replacing)

    def begin(self, replacing: bool) -> None:
        """Ctrl+F starts with what is looked for, Ctrl+H with what is put in its place where that is known."""
        made = self.by if replacing and self.sought.text() else self.sought
        made.setFocus()
        made.selectAll()

    def wanted(self) -> Wanted:
        return Wanted(
            self.sought.text(), self.case.isChecked(), self.whole.isChecked(), self.width_.isChecked()
        )

    def find(self, step: int = 1) -> None:
        if self._known():
            self._finder.next(self.wanted(), self.scope.currentText(), step)

    def _replace(self) -> None:
        if self._known():
            self._finder.replace(self.wanted(), self.by.text(), self.scope.currentText())

    def _replace_all(self) -> None:
        if self._known():
            self._finder.replace_all(self.wanted(), self.by.text(), self.scope.currentText())

    def _known(self) -> bool:
        if not self.sought.text():
            self._say("请先写查找内容")
            self.sought.setFocus()
        return bool(self.sought.text())

    def _say(self, text: str) -> None:
        self.said.setText(text)
        self.said.setAccessibleName(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not held & Qt.KeyboardModifier.ControlModifier:
            self.find(-1 if held & Qt.KeyboardModifier.ShiftModifier else 1)
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Another page is shown, or another ledger: there is nothing left to look through."""
        if event.type() == QEvent.Type.Hide and not event.spontaneous():
            self.close()
        return super().eventFilter(watched, event)
