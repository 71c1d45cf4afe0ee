"""Who sits down at the desk: 换人 by choice, and the lock that nobody passes without his PIN."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel, QListWidget, QListWidgetItem, QWidget

from app.people import locking
from app.people.clerks import Clerk
from app.problem import Problem
from ui import look
from ui.desk import Desk
from ui.dialogs.plain_dialog import PlainDialog
from ui.forms.inputs import masked
from ui.widgets.buttons import button
from ui.widgets.labels import label

MOST_SHOWN = 4
FORGOT = (
    "忘了口令，请单位里的“管理”在“设置”的“人员”里点“清除口令”，然后自己再设一个。只有一位管理、又正是他忘了：关闭程序，"
    "在单位数据文件夹里的 keys 文件夹中删去 pins.json，再打开，所有人的口令就都没有了，数据一点不少。"
    "口令只是共用电脑时锁一下屏幕，不加密数据。"
)


class Names(QListWidget):
    """Enter takes the name, and goes no further."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.itemActivated.emit(self.currentItem())
        else:
            super().keyPressEvent(event)


class WhoDialog(PlainDialog):
    """`chosen` is who sat down, once it is accepted: one of `among`, with his PIN where he has one."""

    def __init__(
        self, desk: Desk, among: Sequence[Clerk], title: str, subtitle: str, words: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(title, subtitle, parent)
        self.desk = desk
        self.chosen: Clerk | None = None
        self._among = list(among)
        self.who = Names()
        for clerk in self._among:
            self.who.addItem(QListWidgetItem(f"{clerk.name}（{clerk.role}）{'  有口令' if clerk.pin else ''}"))
        row = look.sizes().row
        self.who.setFixedHeight(row * min(MOST_SHOWN, len(self._among)) + 6)
        self.who.setStyleSheet(f"QListWidget::item {{ height: {row}px; }}")
        self.word = masked()
        self.row("谁来经办", self.who)
        self.row("口令", self.word)
        self._tag = self._label_of(self.word)
        self.more = button("忘了口令？", self._explain, kind="link")
        self.grid.addWidget(self.more, self.grid.rowCount(), 1, Qt.AlignmentFlag.AlignLeft)
        self.forgot = label(FORGOT, "muted", wrap=True)
        self.column.addWidget(self.forgot)
        self.deeds(words, self._enter)
        self.word.returnPressed.connect(self._enter)
        self.who.itemActivated.connect(lambda _item: self._go())
        self.who.currentRowChanged.connect(lambda _at: self._turn())

    def begin(self, name: str = "") -> None:
        """The list begins at this clerk."""
        self.who.setCurrentRow(next((at for at, c in enumerate(self._among) if c.name == name), 0))
        self._turn()
        (self.word if self.clerk().pin else self.who).setFocus()

    def clerk(self) -> Clerk:
        return self._among[max(0, self.who.currentRow())]

    def _label_of(self, made: QWidget) -> QLabel | None:
        tags = self.findChildren(QLabel)
        return next((tag for tag in tags if tag.buddy() is made), None)

    def _turn(self) -> None:
        locked = self.clerk().pin
        for made in (self.word, self._tag, self.more):
            if made is not None:
                made.setVisible(locked)
        self.forgot.hide()
        self.word.clear()
        self.fault("")

    def _go(self) -> None:
        """Enter or a double click on a name: to his PIN, or straight in."""
        if self.clerk().pin and not self.word.text():
            self.word.setFocus()
        else:
            self._enter()

    def _enter(self) -> None:
        try:
            locking.enter(self.desk.office, self.clerk(), self.word.text())
        except Problem as problem:
            self.fault(problem.text)
            QTimer.singleShot(0, self.word, self._again)  # Enter has yet to move on
            return
        self.chosen = self.clerk()
        self.accept()

    def _again(self) -> None:
        self.word.setFocus()
        self.word.selectAll()

    def _explain(self) -> None:
        self.forgot.show()
        self.fit()


class LockDialog(WhoDialog):
    """Stays until somebody may sit down, or the program is closed; Esc and the cross do nothing."""

    def __init__(
        self, desk: Desk, among: Sequence[Clerk], title: str, subtitle: str, leave: Callable[[], object], parent: QWidget
    ) -> None:
        super().__init__(desk, among, title, subtitle, "开始办理", parent)
        self.setWindowModality(Qt.WindowModality.ApplicationModal)
        self.cancel.setText("关闭程序")
        self.cancel.setAccessibleName("关闭程序")
        self.cancel.clicked.connect(lambda _on=False: leave())

    def reject(self) -> None:
        """Nothing: only a right choice opens it."""
