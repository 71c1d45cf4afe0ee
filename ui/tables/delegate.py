"""How a cell is painted and edited."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QInputMethodEvent, QKeyEvent, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QLineEdit,
    QStyledItemDelegate,
    QWidget,
)

from ui import look
from ui.tables import roles
from ui.widgets.pill import paint_pill

Index = QModelIndex | QPersistentModelIndex
STEPS = {Qt.Key.Key_Down: (1, 0), Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Right: (0, 1), Qt.Key.Key_Left: (0, -1)}
LEAVING = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab, Qt.Key.Key_Backtab)
ENDING = frozenset((*STEPS, *LEAVING, Qt.Key.Key_Escape))
MOST_SEEN = 500  # signs of a cell that can be seen at once
Display = Qt.ItemDataRole.DisplayRole
PLAIN = (look.INK, "")
LEFT, RIGHT = (
    int(side) | int(Qt.AlignmentFlag.AlignVCenter) | int(Qt.TextFlag.TextSingleLine)
    for side in (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight)
)


def face_of(index: Index) -> roles.Face:
    """What is painted of a cell, asked of its model at once or role by role."""
    model = index.model()
    ask = getattr(model, "face", None)
    if ask is not None:
        found: roles.Face = ask(index)
        return found
    align = index.data(Qt.ItemDataRole.TextAlignmentRole)
    return roles.Face(
        str(index.data(Display) or ""), index.data(roles.Tone) or "", index.data(roles.Light) or "",
        index.data(roles.LightWord) or "", bool(align) and bool(int(align) & int(Qt.AlignmentFlag.AlignRight)),
        bool(index.data(roles.Corner)), index.column() in getattr(model, "ended", ()),
    )  # fmt: skip


class CellDelegate(QStyledItemDelegate):
    """Paints ground, tint, text or pill, corner, grid line and the ring of the current cell."""

    def __init__(
        self, parent: QAbstractItemView, *, ring: bool = True, aside: bool = False, pad: int = look.CELL_PAD
    ) -> None:
        """`aside`: a list beside the one a page is about, whose chosen row is marked only while the keys go there."""
        super().__init__(parent)
        self._ring = ring
        self._aside = aside
        self._pad = pad + 3
        self._composing = False
        self.under = 0  # so many columns lie under another pane, which paints them

    def paint(self, painter: QPainter, option: Any, index: Index) -> None:
        if index.column() < self.under:
            return
        view = option.widget
        chosen = view.selectionModel().isSelected(index) and (view.hasFocus() or not self._aside)
        current = isinstance(view, QAbstractItemView) and view.currentIndex() == index
        face = face_of(index)
        ink, ground = roles.TONES.get(face.tone, PLAIN)
        if chosen and not (current and self._ring):
            ground = ground or look.SELECTION
        if not ground:
            ground = look.ZEBRA if index.row() % 2 else look.WHITE
        box = option.rect
        painter.save()
        painter.fillRect(box, look.colour(ground))
        if chosen and ground not in (look.SELECTION, look.ZEBRA, look.WHITE):
            painter.fillRect(box, QColor(31, 95, 168, 26))
        painter.setPen(look.colour(look.LINE2))
        left, top, right, bottom = box.getCoords()
        painter.drawLine(left, bottom, right, bottom)
        if self._ring:
            painter.drawLine(right, top, right, bottom)
        if face.light:
            paint_pill(painter, left + self._pad - 3, box.center().y() + 0.5, face.light, option.font, face.word)
        elif face.text:
            self._text(painter, option, face, ink)
        if face.corner:
            self._corner(painter, box, ink)
        if current and self._ring:
            self._current(painter, box)
        painter.restore()

    def _text(self, painter: QPainter, option: Any, face: roles.Face, ink: str) -> None:
        space = option.rect.adjusted(self._pad, 0, -self._pad, 0)
        painter.setFont(option.font)
        painter.setPen(look.colour(ink))
        line = face.text[:MOST_SEEN].replace("\n", " ")
        cut = Qt.TextElideMode.ElideMiddle if face.ended else Qt.TextElideMode.ElideRight
        shown = option.fontMetrics.elidedText(line, cut, space.width())
        painter.drawText(space, RIGHT if face.right else LEFT, shown)

    def _corner(self, painter: QPainter, box: QRect, ink: str) -> None:
        right, top = box.right() + 1, box.top()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(ink))
        painter.drawPolygon(
            QPolygonF([QPointF(right - 9, top), QPointF(right, top), QPointF(right, top + 9)])
        )

    def _current(self, painter: QPainter, box: QRect) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        pen = QPen(QColor(look.ACCENT), 2)
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        painter.setPen(pen)
        painter.drawRect(box.adjusted(1, 1, -1, -1))

    def sizeHint(self, option: Any, index: Index) -> QSize:
        text = str(index.data(Display) or "")[:MOST_SEEN]
        return QSize(option.fontMetrics.horizontalAdvance(text) + 2 * self._pad + 2, look.sizes().row)

    def createEditor(self, parent: QWidget, option: Any, index: Index) -> QWidget:
        choices = index.data(roles.Choices)
        made: QWidget
        if choices:
            box = QComboBox(parent)
            box.setEditable(True)
            box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
            box.addItems(list(choices))
            box.activated.connect(lambda: self._chosen(box))
            made = box
        else:
            made = QLineEdit(parent)
        made.setProperty("role", "cell")
        head = index.model().headerData(index.column(), Qt.Orientation.Horizontal, Display)
        made.setAccessibleName(f"{head}，第 {index.row() + 1} 行")
        return made

    def _chosen(self, box: QComboBox) -> None:
        self.commitData.emit(box)
        self.closeEditor.emit(box, QStyledItemDelegate.EndEditHint.NoHint)

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        text = str(index.data(Qt.ItemDataRole.EditRole) or "")
        if isinstance(editor, QComboBox):
            editor.setCurrentIndex(editor.findText(text))
            editor.setEditText(text)
            if (line := editor.lineEdit()) is not None:
                line.selectAll()
        elif isinstance(editor, QLineEdit):
            editor.setText(text)

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        text = editor.currentText() if isinstance(editor, QComboBox) else editor.text()  # type: ignore[attr-defined]
        if text != str(index.data(Qt.ItemDataRole.EditRole) or ""):
            model.setData(index, text, Qt.ItemDataRole.EditRole)

    def updateEditorGeometry(self, editor: QWidget, option: Any, index: Index) -> None:
        wide = max(option.rect.width(), 140 if isinstance(editor, QComboBox) else 96)
        outer = editor.parentWidget()
        room = outer.width() if outer is not None else wide
        left = max(0, min(option.rect.left(), room - wide))
        editor.setGeometry(left, option.rect.top(), wide, option.rect.height())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Down and Up leave a line being typed, as in Excel, Left and Right too where typing began it; Ctrl+Enter fills.

        While the input method composes, the keys are its own.
        """
        if isinstance(event, QInputMethodEvent):
            self._composing = bool(event.preeditString())
        elif event.type() == QEvent.Type.Hide:
            self._composing = False
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if self._composing:
                return Qt.Key(event.key()) in ENDING
            if self._ended_by(watched, event):
                return True
        return super().eventFilter(watched, event)

    def _ended_by(self, editor: QObject, event: QKeyEvent) -> bool:
        """Whether a key ended the editing here."""
        view: Any = self.parent()
        key, held = Qt.Key(event.key()), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and held == Qt.KeyboardModifier.ControlModifier:
            text = editor.currentText() if isinstance(editor, QComboBox) else editor.text()  # type: ignore[attr-defined]
            editor.blockSignals(True)
            self.closeEditor.emit(editor, QStyledItemDelegate.EndEditHint.RevertModelCache)
            view.fill_with(text)
            return True
        if isinstance(editor, QComboBox) and key in LEAVING:
            editor.blockSignals(True)  # a drop-down that is left with a word of its list would choose it once more
        if held != Qt.KeyboardModifier.NoModifier or not isinstance(editor, QLineEdit):
            return False
        if key == Qt.Key.Key_F2:
            view.caret_moves()
            return True
        if key not in STEPS or (STEPS[key][1] and not view.typed_into()):
            return False
        self.commitData.emit(editor)
        self.closeEditor.emit(editor, QStyledItemDelegate.EndEditHint.NoHint)
        view.step(*STEPS[key])
        return True
