"""导出诊断包: everything that would be in it is shown before it is written anywhere."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from PySide6.QtWidgets import QPlainTextEdit, QWidget

from app.keeping import diagnosis
from app.problem import Problem
from ui import choosing, look
from ui.dialogs.plain_dialog import PlainDialog

SAVE = "存到…"
TOLD = "下面就是诊断包的全部内容，请先看一遍。程序不会自己发出去，您把存好的文件交给维护人员。"


class DiagnosisDialog(PlainDialog):
    """About the office in `folder`, which may be one that does not open. `file` is where it was written."""

    def __init__(self, folder: Path, parent: QWidget | None = None) -> None:
        super().__init__("导出诊断包", TOLD, parent)
        self.setMinimumWidth(look.sizes().grown(560))
        self._parts = diagnosis.collect(folder)
        self.file: Path | None = None
        self.shown = QPlainTextEdit("\n".join(f"【{name}】\n{text}" for name, text in self._parts.items()))
        self.shown.setReadOnly(True)
        self.shown.setTabChangesFocus(True)
        self.shown.setAccessibleName("诊断包的内容")
        self.shown.setMinimumHeight(look.sizes().row * 6)
        self.column.addWidget(self.shown, 1)
        self.deeds(SAVE, self._choose)

    def _choose(self) -> None:
        name = f"诊断包-{dt.date.today():%Y%m%d}.zip"
        file = choosing.save_file(self, "诊断包存到", "diagnosis", name, "压缩包 (*.zip)")
        if file is not None:
            self.save(file)

    def save(self, file: Path) -> None:
        """Write exactly what is shown; refused, the dialog stays and says why."""
        try:
            diagnosis.write(self._parts, file)
        except Problem as problem:
            self.fault(problem.text)
            return
        self.file = file
        self.accept()
