"""附件 of one entry: what is kept with it, adding and opening."""

from __future__ import annotations

import shutil
from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.ledger import attachments
from app.ledger.attachments import Filed
from app.removal import taking_off
from ui import choosing, temporary
from ui.desk import Desk
from ui.tables.plain_model import PlainModel, PlainRow
from ui.tables.plain_table import PlainTable
from ui.widgets.buttons import button
from ui.widgets.labels import label

HEADS = ("名称", "大小", "日期")


class FilesPage(QWidget):
    """A file dropped here is kept like one chosen by 添加附件."""

    counted = Signal(int)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._entry = ""
        self._files: list[Filed] = []
        self.setAcceptDrops(True)
        self.model = PlainModel(HEADS, frozenset({1}))
        self.table = PlainTable("附件", self.model, (150, 72, 96), stretch=0)
        self.table.opened.connect(self.open_file)
        self.empty = label("还没有附件。把文件拖到这里，或点“添加附件”。", "muted", wrap=True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.add = button("添加附件…", self.choose, sign="attach")
        self.open = button("打开", lambda: self.open_file(self.table.currentIndex().row()), sign="folder")
        self.off = button("撤下", self.take_off, sign="bin", why="附错了：从这一行撤下，可以撤销（Ctrl+Z）")
        foot = QHBoxLayout()
        foot.setContentsMargins(14, 8, 14, 8)
        for made in (self.add, self.open, self.off):
            foot.addWidget(made)
        foot.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.table, 1)
        column.addWidget(self.empty, 1)
        column.addLayout(foot)

    def show_entry(self, entry_id: str, locked: bool = False) -> None:
        self._entry = entry_id
        self._files = attachments.of(self._desk.office, entry_id)
        self.model.set_rows(
            [PlainRow((f.name, size_words(f.size), f.on), f.id, tips={0: f.name}) for f in self._files]
        )
        self.table.setVisible(bool(self._files))
        self.empty.setVisible(not self._files)
        self.open.setVisible(bool(self._files))
        self.off.setVisible(bool(self._files) and not locked)
        self.add.setEnabled(not locked)
        self.table.choose(0)
        self.counted.emit(len(self._files))

    def choose(self) -> None:
        kinds = "附件 (*.pdf *.jpg *.jpeg *.png);;所有文件 (*)"
        for file in choosing.open_files(self, "选附件", "files", kinds):
            self.keep(file)

    def keep(self, file: Path) -> None:
        self._desk.do(attachments.attach, self._entry, file)

    def take_off(self) -> None:
        """An attachment of another row, or the wrong file."""
        row = self.table.currentIndex().row()
        if 0 <= row < len(self._files):
            self._desk.do(taking_off.take_off, self._files[row].id)
            self.show_entry(self._entry)
            (self.table if self._files else self.add).setFocus()

    def open_file(self, row: int) -> None:
        """Open a copy under its own name with the system's viewer: the kept file itself is never touched."""
        if not 0 <= row < len(self._files):
            return
        filed = self._files[row]
        copy = temporary.place(Path(filed.name).with_suffix(f".{filed.kind}").name)
        shutil.copyfile(filed.path, copy)
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(copy)))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self.add.isEnabled() and event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        for url in event.mimeData().urls():
            if url.isLocalFile():
                self.keep(Path(url.toLocalFile()))


def size_words(size: int) -> str:
    if size < 1024:
        return f"{size} B"
    return f"{size / 1024:.0f} KB" if size < 1024**2 else f"{size / 1024**2:.1f} MB"
