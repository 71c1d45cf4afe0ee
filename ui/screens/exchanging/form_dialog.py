"""照表样填: another office's own form, what each of its columns takes, and where the filled one goes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QWidget

from app.change import Change
from app.ledger.ledgers import LedgerLine
from app.problem import Problem
from app.template_books.faults import letters
from ui import choosing, look
from ui.desk import Desk
from ui.dialogs.plain_dialog import PlainDialog
from ui.forms.inputs import ChoiceInput
from ui.plain_words import plainly
from ui.tables.plain_model import PlainModel, PlainRow
from ui.tables.plain_table import PlainTable
from ui.widgets.buttons import allow, button
from ui.widgets.labels import ElidedLabel, label

DEED = "填好，另存为…"
SAID = "选上级发来的 .xlsx，照它的格子填上台账的行；它的格式、公式、图片都不动，原件不会被盖掉。每一列填什么记住，下次照用。"
WIDE, TALL = 720, 200
SEQ = "#seq"
KINDS = "Excel (*.xlsx *.xls *.et)"


class FormDialog(PlainDialog):
    """`filled` is what was done, None until then."""

    def __init__(self, desk: Desk, line: LedgerLine, parent: QWidget | None = None) -> None:
        super().__init__(f"照表样填：《{line.title}》", SAID, parent)
        self.setMinimumWidth(look.sizes().grown(WIDE))
        self._desk, self._line, self._file = desk, line, Path()
        self._given: dict[str, str] = {}
        self.filled: Change | None = None
        self.choose = button("选表样…", self._choose, sign="folder")
        self.named = ElidedLabel("还没有选", "muted")
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self.choose)
        row.addWidget(self.named, 1)
        self.row_of("表样", row)
        self.model = PlainModel(("列", "表头", "填什么", "怎么认的"), parent=self)
        self.table = PlainTable("表样的各列", self.model, (40, 250, 200, 150), stretch=1)
        self.table.setMinimumHeight(look.sizes().grown(TALL))
        self.table.picked.connect(lambda _row: self._follow())
        self.column.addWidget(self.table, 1)
        loaded = line.loaded
        fields = [(SEQ, "序号"), *((f.id, f.title) for f in loaded.t.fields if f.id != "seq")]
        self.which = ChoiceInput([*fields, *((p.code, p.title) for p in loaded.presets.values())])
        self.which.setAccessibleName("这一列填什么")
        self.which.setItemText(0, "（不填）")
        self.which.touched.connect(self._correct)
        foot = QHBoxLayout()
        foot.addWidget(label("这一列填"))
        foot.addWidget(self.which, 1)
        self.column.addLayout(foot)
        self.private = QCheckBox("不公开的姓名、电话、账号也写全")
        self.private.setAccessibleName(self.private.text())
        self.private.setToolTip("不勾就照打印的规矩遮去一部分；写全的表要当面交给该看的人")
        self.column.addWidget(self.private)
        self.every = QCheckBox(f"已经不{line.loaded.t.words.open}的也填")
        self.every.setAccessibleName(self.every.text())
        self.column.addWidget(self.every)
        self.deeds(DEED, self._save)
        self._follow()
        self.choose.setFocus()

    def take(self, file: Path) -> None:
        """Read the heads of a form."""
        self._file, self._given = file, {}
        self.named.setText(file.name)
        self._read()

    def write(self, out: Path) -> None:
        """Fill the form and write it there."""
        from app.workbooks import filling  # noqa: PLC0415 - openpyxl is slow to load

        self.primary.setEnabled(False)
        self._desk.run(
            filling.fill, self._line.id, self._file, out, given=self._given, private=self.private.isChecked(),
            every=self.every.isChecked(), title="正在照表样填写", done=self._done, refused=self._refused, gave_up=self._follow,
        )  # fmt: skip

    def _choose(self) -> None:
        file = choosing.open_file(self, "选上级发来的表样", "form", KINDS)
        if file is not None:
            self.take(file)

    def _save(self) -> None:
        out = choosing.save_file(
            self, "填好的另存为", "form-out", f"{self._file.stem}（已填）.xlsx", "Excel (*.xlsx)"
        )
        if out is not None:
            self.write(out)

    def _read(self) -> None:
        from app.workbooks import filling  # noqa: PLC0415 - openpyxl is slow to load

        self.fault("")
        self._desk.run(
            filling.look,
            self._line,
            self._file,
            given=self._given,
            title="正在读表样",
            done=self._show,
            refused=self._refused,
        )

    def _show(self, mapped: Any) -> None:
        was = self.table.currentIndex().row()
        titles = {self.which.itemData(n): self.which.itemText(n) for n in range(1, self.which.count())}
        rows = []
        for one in mapped.columns:
            if any(one.path):
                words = titles.get(one.target, one.target) or "（不填）"
                rows.append(
                    PlainRow((letters(one.index + 1), one.head, words, one.reason), one.head, fact=one)
                )
        self.model.set_rows(rows)
        self.table.choose(max(was, 0))
        self._follow()

    def _follow(self) -> None:
        row = self.model.row(self.table.currentIndex().row())
        self.which.setEnabled(row is not None)
        if row is not None and row.fact is not None:
            self.which.set_text(row.fact.target)
        allow(self.primary, DEED, "" if self.model.rowCount() else "还没选表样")

    def _correct(self) -> None:
        row = self.model.row(self.table.currentIndex().row())
        if row is not None:
            self._given[row.texts[0]] = self.which.text_now()
            self._read()

    def _done(self, change: Change) -> None:
        self.filled = change
        self.accept()

    def _refused(self, problem: Problem) -> None:
        self._follow()
        self.fault(plainly(problem)[0])
