"""批注 and 答复: what was remarked on a row or a ledger, what was answered, and a new one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from app.rounds.remarks import Remark
from ui import look
from ui.dialogs.passing_dialog import PassingDialog
from ui.forms.inputs import TextInput
from ui.tables.plain_model import PlainModel, PlainRow
from ui.tables.plain_table import PlainTable
from ui.widgets.buttons import allow, button
from ui.widgets.labels import label

HEADS = ("日期", "谁提的", "项目", "事项", "批注", "答复")
WIDTHS = (100, 130, 140, 80, 200, 150)
STRETCHED = 4
WIDE, NARROW_HIDES = 760, (0, 3)


@dataclass(frozen=True)
class About:
    """What the dialog is about: `entry` and `to` where a new remark may be written, `matters` as (code, title).

    `me` is this office; a remark to it can be answered.
    """

    title: str
    me: str
    entry: str = ""
    to: str = ""
    matters: tuple[tuple[str, str], ...] = ()
    titles: Any = None


class RemarksDialog(PassingDialog):
    """`annotated(text, item, back)`, `answered(remark id, text)`, `carried(office id)`, `went(remark)`."""

    annotated = Signal(str, str, bool)
    answered = Signal(str, str)
    carried = Signal(str)
    went = Signal(object)

    def __init__(self, about: About, found: Sequence[Remark], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.about = about
        self.setWindowTitle(about.title)
        self.resize(look.fitting(look.sizes().grown(1000), look.sizes().grown(470)))
        self.none = label("这一行还没有批注。", "muted", wrap=True)
        self.model = PlainModel(HEADS, parent=self)
        self.table = PlainTable("批注和答复", self.model, WIDTHS, stretch=STRETCHED)
        for at in (1, 2):  # on one row it is plain who writes about what
            self.table.setColumnHidden(at, bool(about.entry))
        self.table.picked.connect(lambda _row: self._follow())
        self.table.opened.connect(lambda _row: self._go())
        self.whole = label("", wrap=True)
        self.matter = QComboBox()
        self.matter.setAccessibleName("批注哪个事项")
        self.matter.addItem("整个项目", "")
        for code, words in about.matters:
            self.matter.addItem(words, code)
        self.back = QCheckBox("退回，请对方改正后再报")
        self.back.setAccessibleName(self.back.text())
        self.text = TextInput()
        self.text.setAccessibleName("写批注" if about.entry else "写答复")
        self.text.textChanged.connect(self._follow)
        self.fault = label("", "error", wrap=True)
        self.fault.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 14, 18, 12)
        column.setSpacing(8)
        column.addWidget(label(about.title, "h2"))
        for made, stretch in ((self.none, 0), (self.table, 1), (self.whole, 0)):
            column.addWidget(made, stretch)
        column.addWidget(self.text)
        column.addWidget(self.fault)
        column.addLayout(self._foot())
        self.show_remarks(found)
        self.text.setFocus()

    def _foot(self) -> QHBoxLayout:
        self.carry = button("写出给对方…", self._carry, sign="usb", why="写成一个文件，下次交 U 盘时带给对方")
        self.open_row = button("到那一行", self._go)
        self.annotate = button("写下批注", self._annotate, sign="edit", kind="primary")
        self.answer = button("答复", self._answer, sign="edit", kind="primary")
        row = QHBoxLayout()
        for made in (self.carry, self.open_row):
            row.addWidget(made)
        row.addStretch(1)
        row.addWidget(self.back)
        row.addWidget(self.matter)
        for made in (self.annotate, self.answer):
            row.addWidget(made)
        row.addWidget(button("关闭", self.accept))
        return row

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for column in NARROW_HIDES:
            self.table.setColumnHidden(column, self.width() < look.sizes().grown(WIDE))

    def show_remarks(self, found: Sequence[Remark]) -> None:
        """The remarks, newest first; those that wait for an answer of this office stand out."""
        was = self.remark()
        self.model.set_rows([self._row(one) for one in found])
        at = self.model.find(was.id) if was else -1
        waits = next((i for i, r in enumerate(found) if r.to == self.about.me and not r.answers), 0)
        self.table.choose(at if at >= 0 else waits)
        self.table.setVisible(bool(found))
        self.none.setVisible(not found)
        self._follow()

    def _row(self, one: Remark) -> PlainRow:
        answered = "；".join(f"{a.on} {a.text}" for a in one.answers)
        told = answered or ("要您答复" if one.to == self.about.me else "还没有答复")
        titles = dict(self.about.titles or {})
        texts = (one.on, one.office_name, one.name, titles.get(one.item, one.item), one.text, told)
        tone = "" if answered else "amber"
        return PlainRow(
            texts,
            one.id,
            tones={4: "red" if one.back else "", 5: tone},
            tips=dict(enumerate(texts)),
            fact=one,
        )

    def remark(self) -> Remark | None:
        found = self.model.row(self.table.currentIndex().row())
        return found.fact if found is not None else None

    def said(self) -> str:
        return self.text.text_now()

    def tell(self, text: str) -> None:
        self.fault.setText(text)
        self.fault.setVisible(bool(text))

    def written(self, found: Sequence[Remark]) -> None:
        """A deed is done: the list anew, the input empty."""
        self.text.clear()
        self.back.setChecked(False)
        self.tell("")
        self.show_remarks(found)
        self.carry.setFocus()

    def _follow(self) -> None:
        one, said = self.remark(), bool(self.said())
        mine = one is not None and one.to == self.about.me
        annotates = bool(self.about.entry)
        self.matter.setVisible(annotates)
        self.back.setVisible(annotates)
        self.annotate.setVisible(annotates)
        self.answer.setVisible(not annotates and one is not None)
        self.text.setVisible(annotates or mine)
        allow(self.annotate, "写下批注", "" if said else "先写内容")
        allow(self.answer, "答复", "" if said and mine else "先写内容" if mine else "不用答复")
        self.open_row.setVisible(one is not None and not annotates)
        self.carry.setEnabled(bool(self._owed()))
        hint = f"写给{self.about.to}的意见" if annotates else "写答复" if mine else ""
        self.text.setPlaceholderText(hint)
        answers = "".join(f"\n{a.on} {a.office_name}答复：{a.text}" for a in one.answers) if one else ""
        self.whole.setText(f"{one.on} {one.office_name}对“{one.name}”：{one.text}{answers}" if one else "")
        self.whole.setVisible(one is not None)

    def _owed(self) -> str:
        """The office to which what was written here is to be carried."""
        for at in range(self.model.rowCount()):
            one: Remark = self.model.row(at).fact  # type: ignore[union-attr]
            if one.office == self.about.me:
                return one.to
            if any(a.office == self.about.me for a in one.answers):
                return one.office
        return ""

    def _annotate(self) -> None:
        self.annotated.emit(self.said(), str(self.matter.currentData() or ""), self.back.isChecked())

    def _answer(self) -> None:
        if (one := self.remark()) is not None:
            self.answered.emit(one.id, self.said())

    def _carry(self) -> None:
        self.carried.emit(self._owed())

    def _go(self) -> None:
        one = self.remark()
        if one is not None and not self.about.entry:
            self.went.emit(one)
            self.accept()
