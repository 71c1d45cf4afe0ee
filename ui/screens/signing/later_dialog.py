"""签后变动表: what changed since the version that was signed, as a table, to look at and to print."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.problem import Problem
from app.signing import later, later_print
from ui import look
from ui.desk import Desk
from ui.dialogs.passing_dialog import PassingDialog
from ui.dialogs.printed_dialog import PrintedDialog
from ui.screens.signing import papers as work
from ui.screens.signing.papers import Paperwork
from ui.tables.plain_model import PlainModel, PlainRow
from ui.tables.plain_table import PlainTable
from ui.widgets.buttons import button
from ui.widgets.labels import label

WIDTHS = (168, 190, 130, 120, 120, 170, 72, 110)
STRETCHED = 5


class LaterDialog(PassingDialog):
    """Rows to read; 打印 makes the table alone as a PDF."""

    def __init__(self, desk: Desk, papers: Paperwork, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._ledger = desk, papers.line.id
        base = later_print.base_of(list(papers.versions))
        since = f"{base.label}（{base.on}）" if base is not None else ""
        self.setWindowTitle(later.TITLE)
        self.resize(look.fitting(look.sizes().grown(1130), look.sizes().grown(500)))
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 14, 18, 12)
        column.setSpacing(8)
        column.addWidget(label(f"{since}以后的变动 {len(papers.later):,} 处", "h2"))
        self.model = PlainModel(tuple(c.title for c in later.columns(papers.line.loaded.t.words)), parent=self)
        self.model.set_rows(
            [
                PlainRow(one.texts, str(at), tips=dict(enumerate(one.texts)))
                for at, one in enumerate(papers.later)
            ]
        )
        self.table = PlainTable(later.TITLE, self.model, WIDTHS, stretch=STRETCHED)
        self.table.choose(0)
        column.addWidget(self.table, 1)
        self.fault = label("", "error", wrap=True)
        self.fault.hide()
        column.addWidget(self.fault)
        self.print_button = button("打印…", self.print_table, sign="print")
        foot = QHBoxLayout()
        foot.addWidget(label("再打印一版台账，这张表就附在签字栏前面。", "muted", wrap=True), 1)
        foot.addWidget(self.print_button)
        foot.addWidget(button("关闭", self.accept, kind="primary"))
        column.addLayout(foot)

    def print_table(self) -> None:
        self.fault.hide()
        self._desk.run(
            work.print_later,
            self._ledger,
            title="正在生成签后变动表",
            done=self._preview,
            refused=self._refused,
        )

    def _preview(self, file: Path) -> None:
        self.preview = PrintedDialog(self._desk, file.stem, file, self)
        self.preview.open()

    def _refused(self, problem: Problem) -> None:
        self.fault.setText(problem.text)
        self.fault.show()
