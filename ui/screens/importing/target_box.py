"""The drop-downs of 对列: which place of the ledger a column goes to. The wheel scrolls the list, it never chooses."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QCompleter, QSpinBox

from app.imports.mapping import Column
from app.words.templates import Loaded
from ui.screens.importing.trial import title_of

NOT_TAKEN = "（不导入这一列）"


class StillCombo(QComboBox):
    """A choice that only a click or a key changes."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class StillSpin(QSpinBox):
    """A number that only typing or its arrows change."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


def target_box(loaded: Loaded, column: Column) -> StillCombo:
    """All places of the ledger a column may go to, the nearest ones first; typing finds by any part of the words."""
    made = StillCombo()
    made.setEditable(True)
    made.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    made.setMaxVisibleItems(16)
    made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    made.setMinimumContentsLength(10)
    made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    made.addItem(NOT_TAKEN, "")
    targets = [f.id for f in loaded.t.fields if f.need != "auto"] + list(loaded.presets)
    parts = [f"{code}.{part}" for code in loaded.presets for part in loaded.item_fields if part != "state"]
    for target in dict.fromkeys((*column.near, column.target, *targets, *parts)):
        if target and not target.startswith("#"):
            made.addItem(title_of(loaded, target), target)
    made.setCurrentIndex(max(0, made.findData(column.target)))
    completer, line = made.completer(), made.lineEdit()
    assert completer is not None and line is not None
    completer.setFilterMode(Qt.MatchFlag.MatchContains)
    completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
    line.setCursorPosition(0)
    line.editingFinished.connect(lambda: _settle(made))
    return made


def _settle(made: QComboBox) -> None:
    """Words that are no place of the ledger go back to what was chosen."""
    at = made.findText(made.currentText())
    if at < 0:
        made.setEditText(made.itemText(made.currentIndex()))
