"""The inputs of a form, one for each kind of field, all read and set as text."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QDate, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QWheelEvent
from PySide6.QtWidgets import (
    QCalendarWidget,
    QCheckBox,
    QComboBox,
    QFrame,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from app.words.templates import Field
from ui import look
from ui.icons import icon
from ui.widgets.labels import dress

SEPARATOR = "、"
TEXT_HEIGHT = 62


class LineInput(QLineEdit):
    """One line. Shows its beginning, not its end, when it is too long."""

    touched = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.textEdited.connect(lambda _text: self.touched.emit())

    def set_text(self, text: str) -> None:
        self.setText(text)
        self.setCursorPosition(0)

    def text_now(self) -> str:
        return self.text().strip()

    def lock(self, locked: bool) -> None:
        self.setReadOnly(locked)


def masked() -> LineInput:
    """An input that shows dots."""
    made = LineInput()
    made.setEchoMode(QLineEdit.EchoMode.Password)
    return made


class DateInput(LineInput):
    """A date as text in any form the program reads, with a calendar to pick from (Alt+Down)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText("如 2022-08-25")
        self._open = QAction(icon("calendar", look.INK2), "打开日历", self)
        self._open.triggered.connect(self.drop)
        self.addAction(self._open, QLineEdit.ActionPosition.TrailingPosition)
        self._popup: QFrame | None = None

    def lock(self, locked: bool) -> None:
        super().lock(locked)
        self._open.setVisible(not locked)

    def drop(self) -> None:
        """Show the calendar at the day now in the field."""
        popup = QFrame(self, Qt.WindowType.Popup)
        popup.setProperty("role", "popup")
        popup.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        calendar = QCalendarWidget()
        calendar.setAccessibleName("日历")
        calendar.setGridVisible(False)
        calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        calendar.setFirstDayOfWeek(Qt.DayOfWeek.Monday)
        day = QDate.fromString(self.text_now(), "yyyy-MM-dd")
        if day.isValid():
            calendar.setSelectedDate(day)
        QVBoxLayout(popup).addWidget(calendar)
        calendar.activated.connect(self._take)
        calendar.clicked.connect(self._take)
        self._popup = popup
        popup.adjustSize()
        popup.move(self.mapToGlobal(QPoint(self.width() - popup.width(), self.height())))
        popup.show()
        calendar.setFocus()

    def _take(self, day: QDate) -> None:
        self.set_text(day.toString("yyyy-MM-dd"))
        self.touched.emit()
        if self._popup is not None:
            self._popup.close()
            self._popup = None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        alt = event.modifiers() & Qt.KeyboardModifier.AltModifier
        if alt and event.key() == Qt.Key.Key_Down and not self.isReadOnly():
            self.drop()
        else:
            super().keyPressEvent(event)


class ChoiceInput(QComboBox):
    """One of a list. The wheel scrolls the form, it does not change the choice."""

    touched = Signal()

    def __init__(self, choices: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        """`choices` as (code, words)."""
        super().__init__(parent)
        self.addItem("", "")
        for code, words in choices:
            self.addItem(words, code)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(6)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMaxVisibleItems(14)
        self.activated.connect(lambda _at: self.touched.emit())

    def set_text(self, text: str) -> None:
        at = self.findData(text)
        if at < 0 and text:
            self.addItem(text, text)
            at = self.count() - 1
        self.setCurrentIndex(max(0, at))

    def text_now(self) -> str:
        return str(self.currentData() or "")

    def lock(self, locked: bool) -> None:
        self.setEnabled(not locked)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class TextInput(QPlainTextEdit):
    """Several lines; Tab leaves it."""

    touched = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTabChangesFocus(True)
        self.setFixedHeight(look.sizes().grown(TEXT_HEIGHT))
        self.setMinimumWidth(60)
        self._setting = False
        self.textChanged.connect(self._edited)

    def set_text(self, text: str) -> None:
        self._setting = True
        self.setPlainText(text)
        self._setting = False

    def text_now(self) -> str:
        return self.toPlainText().strip()

    def lock(self, locked: bool) -> None:
        self.setReadOnly(locked)

    def _edited(self) -> None:
        if not self._setting:
            self.touched.emit()


class ManyInput(QWidget):
    """Several of a list, ticked."""

    touched = Signal()

    def __init__(self, name: str, choices: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 3, 0, 3)
        column.setSpacing(0)
        self.boxes: dict[str, QCheckBox] = {}
        for code, words in choices:
            box = QCheckBox(words)
            box.setAccessibleName(f"{name}：{words}")
            box.clicked.connect(lambda _on: self.touched.emit())
            self.boxes[code] = box
            column.addWidget(box)

    def setFocus(self, reason: Qt.FocusReason = Qt.FocusReason.OtherFocusReason) -> None:
        """To the first box; a focus proxy would be one more stop for Tab wherever this widget is in the chain."""
        for box in list(self.boxes.values())[:1]:
            box.setFocus(reason)

    def set_text(self, text: str) -> None:
        wanted = set(text.split(SEPARATOR))
        for code, box in self.boxes.items():
            box.setChecked(code in wanted)

    def text_now(self) -> str:
        return SEPARATOR.join(code for code, box in self.boxes.items() if box.isChecked())

    def lock(self, locked: bool) -> None:
        for box in self.boxes.values():
            box.setEnabled(not locked)


Input = LineInput | ChoiceInput | TextInput | ManyInput
RowInputs = Callable[[Field], LineInput]


def input_for(
    field: Field,
    choices: Sequence[tuple[str, str]],
    name: str,
    rows: RowInputs | None = None,
) -> Input:
    """The input of a field of this kind, with its accessible name; `rows` makes one that finds rows of other ledgers."""
    made: Input
    if field.kind == "enums":
        made = ManyInput(name, choices)
    elif choices:
        made = ChoiceInput(choices)
    elif field.kind == "date":
        made = DateInput()
    elif field.kind == "longtext":
        made = TextInput()
    elif field.kind == "row" and rows is not None:
        made = rows(field)
    else:
        made = LineInput()
    made.setAccessibleName(name)
    if field.hint:
        made.setToolTip(field.hint)
    return made


def stops_of(made: Input) -> list[QWidget]:
    """The parts of an input that Tab meets, in their order."""
    return list(made.boxes.values()) if isinstance(made, ManyInput) else [made]


def mark(made: Input, wrong: bool) -> None:
    """Red border and tint while a field is refused."""
    dress(made, wrong="true" if wrong else "")
