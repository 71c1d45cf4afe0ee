"""The deeds on the template the clerk stands on, and the one that makes a new one of a workbook."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from sync.letters.offered_templates import Offered
from ui.widgets.buttons import button

NEW = "由工作簿新建…"


class TemplateBar(QWidget):
    """`look_wished`, `trial_wished`, `open_wished`, `export_wished`, `issue_wished` carry the template; `new_wished` nothing."""

    look_wished = Signal(object)
    trial_wished = Signal(object)
    open_wished = Signal(object)
    export_wished = Signal(object)
    issue_wished = Signal(object)
    new_wished = Signal()

    def __init__(
        self, chosen: Callable[[], Offered | None], parent: QWidget | None = None, *, issuer: bool
    ) -> None:
        super().__init__(parent)
        self._chosen = chosen
        self.look = button("看栏目", lambda: self._emit(self.look_wished), sign="search")
        self.trial = button("试用…", lambda: self._emit(self.trial_wished))
        self.open = button("打开成台账", lambda: self._emit(self.open_wished))
        self.export = button("导出为工作簿…", lambda: self._emit(self.export_wished))
        self.issue = button("印发…", lambda: self._emit(self.issue_wished))
        self.new = button(NEW, self.new_wished.emit, sign="add")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        for made in (self.look, self.trial, self.open, self.export, self.issue):
            row.addWidget(made)
        row.addStretch(1)
        row.addWidget(self.new)
        self.issue.setVisible(issuer)

    def follow(self) -> None:
        """Allow what can be done with the chosen one."""
        there = self._chosen() is not None
        for made in (self.look, self.trial, self.open, self.export, self.issue):
            made.setEnabled(there)

    def _emit(self, wish: Any) -> None:
        if (one := self._chosen()) is not None:
            wish.emit(one)
