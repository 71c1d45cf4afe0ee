"""One report: its text to put right by hand, its numbers beside those of the period before, what changed, what came late."""

from __future__ import annotations

from itertools import zip_longest

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from app.reports.report_papers import AFTER_TITLE, CHANGED, LATE
from app.reports.reporting import ASKED, Draft
from ui.screens.reporting.ask_box import AskBox, writing
from ui.tables.plain_model import PlainModel, PlainRow
from ui.tables.plain_table import PlainTable
from ui.widgets.buttons import button
from ui.widgets.chips import ChipRow
from ui.widgets.labels import dress, label

TEXT, NUMBERS, MOVED, AFTER = "text", "numbers", "moved", "after"
LEAST = 50
TOLD = ("指标", "本期", "上期", "与上期比")
WITHOUT = ("seq", "no")
SHOWN = 2000
"""Changed rows on the screen; the workbook has them all."""


class DraftPage(QWidget):
    """`touched` when the clerk typed; `see_wished(no)` on Enter in a row, and for one that does not add up."""

    touched = Signal()
    see_wished = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.draft: Draft | None = None
        self._amiss: list[str] = []
        self.views = ChipRow("看这一期的什么")
        self.views.picked.connect(self.show_view)
        self.anew = button(
            "按数字重写正文", self._anew, kind="link", why="丢开手写的正文，照现在的数字重新起草"
        )
        self.stack = QStackedWidget()
        top = QHBoxLayout()
        top.addWidget(self.views)
        top.addStretch(1)
        top.addWidget(self.anew)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(top)
        column.addWidget(self.stack, 1)
        self.parts = {
            TEXT: self._text(),
            NUMBERS: self._numbers(),
            MOVED: self._moved(),
            AFTER: self._after(),
        }
        for part in self.parts.values():
            self.stack.addWidget(part)

    # the parts

    def _text(self) -> QWidget:
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        self.text = writing("正文", LEAST)
        self.text.touched.connect(self._typed)
        column.addWidget(self.text, 5)
        self.boxes = tuple(AskBox() for _ in ASKED)
        for box in self.boxes:
            box.touched.connect(self._typed)
            column.addWidget(box, 2)
        scroll = QScrollArea()  # three things asked for on a small screen
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(whole)
        return scroll

    def _typed(self) -> None:
        if self.draft is not None:
            self.anew.setVisible(self.text.text_now() != self.draft.drafted)
        self.touched.emit()

    def _numbers(self) -> QWidget:
        self.told = PlainModel(TOLD, frozenset((1, 2, 3)), parent=self)
        self.table = PlainTable("数字和与上期比", self.told, (260, 110, 110, 110), stretch=0)
        self.fault = label("", "error", wrap=True)
        self.rows = button("到台账里看这一行", self._see_amiss, kind="link")
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        line = QHBoxLayout()
        line.addWidget(self.fault, 1)
        line.addWidget(self.rows)
        column.addLayout(line)
        column.addWidget(self.table, 1)
        return whole

    def _moved(self) -> QWidget:
        kept = [at for at, column in enumerate(CHANGED) if column.key not in WITHOUT]
        self._kept = kept
        self.moved = PlainModel([CHANGED[at].title for at in kept], parent=self)
        made = PlainTable("本期有变化的", self.moved, (130, 240, 120, 126), stretch=1)
        made.opened.connect(lambda at: self._see(self.moved, at))
        self.moved_table = made
        return made

    def _after(self) -> QWidget:
        self.after = PlainModel([column.title for column in LATE[1:]], parent=self)
        made = PlainTable(AFTER_TITLE, self.after, (140, 100, 64, 130, 96, 96), stretch=0)
        made.opened.connect(lambda at: self._see(self.after, at))
        self.after_table = made
        return made

    def _see_amiss(self) -> None:
        """The very row; of several the next one each time."""
        no = self._amiss.pop(0)
        self._amiss.append(no)
        self.see_wished.emit(no)

    def _see(self, model: PlainModel, at: int) -> None:
        found = model.row(at)
        if found is not None:
            self.see_wished.emit(found.key)

    # what is shown

    def show_draft(self, draft: Draft, said: dict[str, str] | None = None, *, locked: bool = False) -> None:
        """A report; `said` is what the clerk typed and has not kept, `locked` one that was sent."""
        same = self.draft is not None and (self.draft.form.id, self.draft.period.id) == (
            draft.form.id,
            draft.period.id,
        )
        self.draft = draft
        said = said or {}
        self.text.set_text(said.get("text", draft.text))
        self.text.lock(locked)
        for box, ask in zip_longest(self.boxes, draft.asks):
            box.show_ask(ask, said.get(ask.key, ask.text) if ask else "", locked=locked)
        self._tables(draft)
        self.anew.setVisible(not locked and self.text.text_now() != draft.drafted)
        chips = [
            (TEXT, "正文", None), (NUMBERS, "数字", None), (MOVED, "本期变化", len(draft.changed)),
            *([(AFTER, "补报", len(draft.late))] if draft.late else []),
        ]  # fmt: skip
        self.views.set(chips)
        self.show_view(
            self.views.current() if same and self.views.current() in {c[0] for c in chips} else TEXT
        )

    def _tables(self, draft: Draft) -> None:
        self.told.set_rows([PlainRow(one.texts, one.head.id) for one in draft.compared])
        changed = [("", *one.texts) for one in draft.changed[:SHOWN]]
        self.moved.set_rows([PlainRow(tuple(row[at] for at in self._kept), row[1]) for row in changed])
        self.after.set_rows(
            [
                PlainRow((one.name, one.matter, one.word, one.doc_no, one.on, one.recorded), one.no)
                for one in draft.late
            ]
        )
        for table in (self.table, self.moved_table, self.after_table):
            table.choose(0)
        good = not draft.faults
        self.fault.setText("各项数字相加对得上。" if good else "；".join(draft.faults))
        dress(self.fault, role="muted" if good else "error")
        many = len(draft.amiss)
        self.rows.setText("到台账里看这一行" if many == 1 else f"逐行去看这 {many:,} 行")
        self.rows.setAccessibleName(f"{self.rows.text()}：{'、'.join(draft.amiss)}")
        self.rows.setVisible(bool(draft.amiss))
        self._amiss = list(draft.amiss)

    def show_view(self, key: str) -> None:
        self.views.choose(key)
        self.stack.setCurrentWidget(self.parts[key])

    def said(self) -> dict[str, str]:
        """What stands in the boxes that are asked for."""
        asked = {box.ask.key: box.text.text_now() for box in self.boxes if box.ask}
        return {"text": self.text.text_now(), **asked}

    def show_text(self) -> None:
        """To the writing."""
        self.show_view(TEXT)
        self.text.setFocus()

    def _anew(self) -> None:
        if self.draft is not None:
            self.text.setFocus()  # the focus goes before its button does
            self.text.setPlainText(self.draft.drafted)

    def regions(self) -> list[QWidget]:
        first = self.views.first()
        inside: dict[str, QWidget] = {
            TEXT: self.text, NUMBERS: self.table, MOVED: self.moved_table, AFTER: self.after_table,
        }  # fmt: skip
        return [*([first] if first else []), inside[self.views.current() or TEXT]]
