"""第一次使用: which banner, which office, who; blank, sample, or from a backup."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QWidget

from app import divisions
from app import office as offices
from app.office import Office
from app.problem import Problem
from ui.dialogs.plain_dialog import PlainDialog
from ui.forms.inputs import ChoiceInput, LineInput


class FirstRunDialog(PlainDialog):
    """`office` is the opened office after it was accepted."""

    def __init__(
        self, data: Path | None, today: dt.date | None, *, sample: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__("第一次使用", "选好旗县、写上单位和姓名就可以开始。", parent)
        self._data, self._today = data, today
        self.office: Office | None = None
        self.place = ChoiceInput([(d.code, d.name) for d in divisions.every() if d.level == "旗县"])
        self.name, self.clerk = LineInput(), LineInput()
        self.row("旗县", self.place)
        self.row("单位名称", self.name)
        self.row("经办人", self.clerk)
        self.deeds("开始", self._make)

    def _make(self) -> None:
        documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        folder = self._data or Path(documents) / "起底台账" / (self.name.text_now() or "单位")
        try:
            self.office = offices.create(
                folder,
                division=self.place.text_now(),
                name=self.name.text_now(),
                roles=["sponsor"],
                clerk=self.clerk.text_now(),
                today=self._today,
            )
        except Problem as problem:
            self.fault(problem.text)
            return
        self.accept()
