"""What drops from a column's head: sort, a condition, or the values to show, searched and ticked."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct
from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.listing.conditions import EXCEPT, Condition, Op
from app.problem import Problem
from ui import look
from ui.tables.condition_box import ConditionBox
from ui.tables.value_list import LISTED, ValueList, Values, letting
from ui.widgets.buttons import button
from ui.widgets.labels import dress, label, rule

MANY = 200
"""From so many ticked values on, those taken out are kept instead, where they are the fewer."""
LIST_HEIGHT, LEAST_HEIGHT, ROOM_BESIDE = 216, 96, 330
FURTHER = "按住 Shift 再点：先按已有的排序，相同的再按这一列"


class Asked(Struct, frozen=True):
    """What a column is filtered by now, and what it can be filtered by.

    `values` as (value, words, count); `on` those let through now, empty for all; `ready` judges a condition before it is
    put in force and raises its Problem.
    """

    title: str
    values: Sequence[tuple[str, str, int]] = ()
    on: Sequence[str] = ()
    ops: Sequence[Op] = ()
    now: Condition | None = None
    example: str = ""
    ready: Callable[[str, tuple[str, ...]], object] = lambda _op, _values: None


class FilterPopup(QFrame):
    """`sorted(descending, further)`, or `chosen(op, values)`: op '' for values, none of them for no filter. Closes itself."""

    sorted = Signal(bool, bool)
    chosen = Signal(str, tuple)

    def __init__(self, asked: Asked, *, sortable: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setProperty("role", "popup")
        self.setAccessibleName(f"{asked.title}的筛选")
        self.setFixedWidth(look.sizes().grown(268))
        self._asked = asked
        now = asked.now
        off = now.values if now is not None and now.op == EXCEPT else ()
        self.values = Values(asked.values, letting(asked.on, off), self)
        self.values.settled.connect(self._settle)
        self._build(sortable)
        self._turn()

    def _build(self, sortable: bool) -> None:
        asked = self._asked
        listed = bool(asked.values)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(6)
        if sortable:
            row = QHBoxLayout()
            row.addWidget(button("升序", lambda: self._sort(False), sign="ascending", why=FURTHER))
            row.addWidget(button("降序", lambda: self._sort(True), sign="descending", why=FURTHER))
            column.addLayout(row)
            if listed or asked.ops:
                column.addWidget(rule())
        self.condition = ConditionBox(asked.ops, asked.now, asked.example)
        self.condition.turned.connect(self._turn)
        self.box = QLineEdit()
        self.box.setPlaceholderText("在值里找")
        self.box.setAccessibleName("在值里找")
        self.box.setClearButtonEnabled(True)
        self.box.textChanged.connect(self.values.narrow)
        self.list = ValueList(self.values)
        self.note = label("", "small", wrap=True)
        self.ok = button("确定", self._choose, kind="primary")
        foot = QHBoxLayout()
        foot.addWidget(button("清除", self._clear), 1)
        foot.addWidget(self.ok, 1)
        for part in (self.condition, self.box, self.list, self.note):
            column.addWidget(part)
        self.condition.setVisible(bool(asked.ops))  # in its place: shown before, it would be a window of its own
        if listed or asked.ops:
            column.addLayout(foot)

    def _turn(self) -> None:
        """By values or by a condition: the other is put away."""
        by_values = bool(self._asked.values) and not self.condition.op()
        self.box.setVisible(by_values)
        self.list.setVisible(by_values)
        self._settle()
        if self.isVisible():
            self.adjustSize()
            (self.condition if self.condition.op() else self.list).setFocus()
            if self.condition.op():
                self.condition.focus_first()

    def _settle(self) -> None:
        dress(self.note, tone="")
        if self.condition.op() or not self._asked.values:
            self.note.setVisible(False)
            self.ok.setEnabled(bool(self.condition.op()))
            return
        ticked = len(self.values.ticked())
        more = f"，列出前 {LISTED:,} 个，其余请在上面找" if self.values.seen() > LISTED else ""
        self.note.setText(f"选中 {ticked:,} 个，共 {self.values.seen():,} 个值{more}")
        self.note.setVisible(True)
        self.ok.setEnabled(ticked > 0)

    def _choose(self) -> None:
        op = self.condition.op()
        if op:
            try:
                self._asked.ready(op, self.condition.texts())
            except Problem as problem:
                self._refuse(problem.text)
                return
            self.chosen.emit(op, self.condition.texts())
        else:
            self.chosen.emit(*self._ticked())
        self.close()

    def _ticked(self) -> tuple[str, tuple[str, ...]]:
        on = self.values.ticked()
        if len(on) == len(self._asked.values):
            return "", ()
        if len(on) > MANY and len(on) * 2 > len(self._asked.values):
            return EXCEPT, tuple(self.values.unticked())
        return "", tuple(on)

    def _refuse(self, why: str) -> None:
        dress(self.note, tone="red")
        self.note.setText(why)
        self.note.setVisible(True)
        self.adjustSize()
        self.condition.focus_first()

    def _clear(self) -> None:
        self.chosen.emit("", ())
        self.close()

    def _sort(self, descending: bool, further: bool | None = None) -> None:
        held = QGuiApplication.keyboardModifiers() & Qt.KeyboardModifier.ShiftModifier
        self.sorted.emit(descending, bool(held) if further is None else further)
        self.close()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.ok.isEnabled():
            self._choose()
        elif event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def open_at(self, where: QPoint) -> None:
        """Show with the left upper corner at `where`, kept inside the screen."""
        room = self.screen().availableGeometry()
        self.list.setMinimumHeight(max(LEAST_HEIGHT, min(LIST_HEIGHT, room.height() - ROOM_BESIDE)))
        self.adjustSize()
        left = min(where.x(), room.right() - self.width())
        top = min(where.y(), room.bottom() - self.height())
        self.move(max(room.left(), left), max(room.top(), top))
        self.show()
        if self.condition.op():
            self.condition.focus_first()
        else:
            (self.box if self.box.isVisible() else self).setFocus()
