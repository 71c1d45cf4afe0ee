"""An office that cannot be opened: which backup to bring back in its place, or what is still readable looked at."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QHBoxLayout, QListWidget, QListWidgetItem, QWidget

from app.keeping import recovery
from app.keeping.snapshots import Backup
from app.problem import Problem
from ui import choosing, look
from ui.dialogs.diagnosis_dialog import DiagnosisDialog
from ui.dialogs.plain_dialog import PlainDialog
from ui.forms.files_page import size_words
from ui.widgets.buttons import allow, button

RESTORE, EMERGENCY = "从备份恢复", "应急打开，只看不改"
NOT_THERE = "E_NO_OFFICE"
WHICH = Qt.ItemDataRole.UserRole


class RecoveryDialog(PlainDialog):
    """`said` is the sentence of the restoring after it was accepted; `emergency`: what is readable is wanted instead.

    Cancelled, nothing has changed. `restores` is False where no backup helps, as with data of a newer program.
    """

    def __init__(
        self, folder: Path, problem: Problem, parent: QWidget | None = None, *, restores: bool = True
    ) -> None:
        super().__init__("打不开单位数据", problem.text, parent)
        self._folder = folder
        self.said, self.emergency = "", False
        self.list = QListWidget()
        self.list.setAccessibleName("备份，新的在前")
        self.list.setMinimumHeight(look.sizes().row * 4)
        there = recovery.backups(folder)
        for one in there:
            self._add(one.file, "　".join(_told(one)))
        self.column.addWidget(self.list, 1)
        other = QHBoxLayout()
        self.other = button("选别的备份文件…", self._choose, sign="folder")
        other.addWidget(self.other)
        other.addWidget(button("导出诊断包…", self.diagnose, why="交给维护人员看；里面没有台账内容"))
        other.addStretch(1)
        self.column.addLayout(other)
        for part in (self.list, self.other):
            part.setVisible(restores)
        if not restores:
            self.say("可以先应急打开，看现在的内容、导出工作簿；什么都不会改动。")
            self.deeds(EMERGENCY, self.look)
            self.primary.setFocus()
            return
        self.say("恢复前，现在的数据整夹改名留在旁边，不会删除；备份以后做的操作要重做。")
        self.deeds(RESTORE, self.restore)
        if problem.code != NOT_THERE:
            self.foot.insertWidget(0, button(EMERGENCY, self.look, why="看还能读出来的内容，导出成工作簿；原来的文件不动"))
        self.list.currentRowChanged.connect(lambda _row: self._allow())
        self.list.setCurrentRow(next((at for at, one in enumerate(there) if not one.wrong), 0))
        self._allow()
        self.list.setFocus()

    def _add(self, file: Path, words: str) -> None:
        item = QListWidgetItem(words, self.list)
        item.setData(WHICH, str(file))
        item.setToolTip(str(file))

    def _choose(self) -> None:
        file = choosing.open_file(self, "选备份文件", "backup", "备份 (*.zip);;所有文件 (*)", self._folder / recovery.BACKUPS)
        if file is not None:
            self.take(file)

    def take(self, file: Path) -> None:
        """Add a backup from elsewhere and choose it."""
        self._add(file, str(file))
        self.list.setCurrentRow(self.list.count() - 1)

    def chosen(self) -> Path | None:
        item = self.list.currentItem()
        return Path(str(item.data(WHICH))) if item else None

    def _allow(self) -> None:
        allow(self.primary, RESTORE, "" if self.chosen() else "先选备份文件")

    def restore(self) -> None:
        """Bring the chosen backup back; refused, the dialog stays and says why."""
        file = self.chosen()
        if file is None:
            return
        self.fault("")
        QApplication.setOverrideCursor(Qt.CursorShape.BusyCursor)
        try:
            self.said = recovery.recover(self._folder, file).said
        except Problem as problem:
            self.fault(problem.text)
            return
        finally:
            QApplication.restoreOverrideCursor()
        self.accept()

    def diagnose(self) -> None:
        DiagnosisDialog(self._folder, self).open()

    def look(self) -> None:
        """What can be read is wanted, for reading only."""
        self.emergency = True
        self.accept()


def _told(one: Backup) -> list[str]:
    """When, what for, how much was in it, and what is wrong with it."""
    rows = sum(count for _, count in one.about.told.ledgers) if one.about is not None else 0
    wrong = one.wrong or (f"缺 {one.lacks:,} 个附件" if one.lacks else "")
    parts = (f"{one.at:%Y-%m-%d %H:%M}", one.why or "整份文件", f"{rows:,} 行" if rows else "", size_words(one.size), wrong)
    return [part for part in parts if part]
