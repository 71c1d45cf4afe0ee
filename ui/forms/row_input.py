"""An input that names a row of another ledger: found by name, number or pinyin while the clerk types."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QModelIndex, Qt, QTimer
from PySide6.QtGui import QAction, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QCompleter, QLineEdit, QWidget

from app.office import Office
from ui import look
from ui.forms.inputs import LineInput, RowInputs
from ui.icons import icon

if TYPE_CHECKING:
    from app.links.relations import Candidate

Finder = Callable[[str], "Sequence[Candidate]"]
WAIT_MS = 150
WIDE = 420  # px: a number, a name and the ledger they stand in


class RowInput(LineInput):
    """What is kept is the number (152529-DP-2022-0001, with /M03 where one matter is meant); Enter takes the row shown."""

    def __init__(self, finder: Finder, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._finder = finder
        self.setPlaceholderText("打名称、编号或拼音首字母找")
        self.addAction(
            QAction(icon("search", look.INK2), "", self), QLineEdit.ActionPosition.TrailingPosition
        )
        self.found = QStandardItemModel(self)
        self._list = QCompleter(self.found, self)
        self._list.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._list.setCompletionRole(Qt.ItemDataRole.UserRole)
        self._list.setMaxVisibleItems(10)
        self._list.setWidget(self)
        self._list.popup().setAccessibleName("找到的行")
        chosen: Any = self._list.activated
        chosen[QModelIndex].connect(self._take)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self.look_up)
        self.textEdited.connect(lambda _text: self._soon.start(WAIT_MS))

    def look_up(self) -> None:
        """Show the rows that fit what is typed."""
        self.found.clear()
        for one in self._finder(self.text_now()):
            line = QStandardItem(f"{one.name}　{one.no}（{one.ledger}）")
            line.setData(one.no, Qt.ItemDataRole.UserRole)
            line.setToolTip(f"{one.name}，{one.standing}")
            self.found.appendRow(line)
        popup = self._list.popup()
        if not self.found.rowCount():
            popup.hide()
            return
        popup.setMinimumWidth(max(self.width(), look.sizes().grown(WIDE)))
        self._list.complete()
        popup.setCurrentIndex(self._list.completionModel().index(0, 0))

    def _take(self, index: QModelIndex) -> None:
        """The number of the row chosen, with the matter that was already written behind it."""
        matter = self.text_now().partition("/")[2]
        no = str(index.data(Qt.ItemDataRole.UserRole))
        self.set_text(f"{no}/{matter}" if matter else no)
        self.touched.emit()


def row_inputs(office: Office) -> RowInputs:
    """What makes the inputs of a form that name rows of the ledgers of this office, each of those its field allows."""

    def find(text: str, of: tuple[str, ...]) -> tuple[Candidate, ...]:
        from app.links import relations  # noqa: PLC0415 - with the first row that is looked for

        return relations.find(office, text, of)

    return lambda field: RowInput(lambda text: find(text, field.ledgers))
