"""What a department gave back in a round: objections, added rows, what was not taken, and rows that are missing."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.rounds.rounds import Part
from sync.merges.returns import Answer, Objection, Said
from ui import look
from ui.dialogs.passing_dialog import PassingDialog
from ui.screens.rounds.board_rows import state_words
from ui.tables.plain_model import PlainModel, PlainRow
from ui.tables.plain_table import PlainTable
from ui.widgets.buttons import button
from ui.widgets.labels import label


class AnswerDialog(PassingDialog):
    """`chosen(entry, item)` to open a row in the ledger, `reply_wished(objection)` to answer one, `undone(merge)` to
    take the merging back."""

    chosen = Signal(str, str)
    reply_wished = Signal(object)
    undone = Signal(str)

    def __init__(self, part: Part, answer: Answer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._merge = answer.merge
        self.setWindowTitle(f"{part.dept}的核查结果")
        self.resize(look.fitting(860, 480))
        self.model = PlainModel(("哪一种", "项目名称", "事项", "说的是什么"), parent=self)
        self.table = PlainTable("核查结果", self.model, (84, 210, 100, 260), stretch=3)
        self.table.picked.connect(lambda _row: self._follow())
        self.told = label("", wrap=True)
        self.table.opened.connect(self._open)
        self.model.set_rows(_rows(answer))
        self.head = label(f"{part.dept} · {state_words(part, len(answer.objections))}", "h2")
        self.said = label(_said(part, answer), "muted", wrap=True)
        self.undo = button("撤回这次合并…", self._undo, sign="undo")
        self.undo.setVisible(bool(answer.merge))
        self.see = button("打开这个项目", lambda: self._open(self.table.currentIndex().row()), kind="primary")
        self.reply = button("答复异议…", self._reply, sign="edit")
        shown = self.model.rowCount() > 0
        self.reply.setVisible(bool(answer.objections))
        self.table.setVisible(shown)
        self.see.setVisible(shown)
        self._lay_out(shown)

    def _lay_out(self, shown: bool) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(10)
        column.addWidget(self.head)
        column.addWidget(self.said)
        column.addWidget(self.table, 1)
        column.addWidget(self.told)
        if not shown:
            column.addStretch(1)
        foot = QHBoxLayout()
        foot.addWidget(self.undo)
        foot.addStretch(1)
        self.shut = button("关闭", self.reject)
        foot.addWidget(self.shut)
        foot.addWidget(self.reply)
        foot.addWidget(self.see)
        column.addLayout(foot)
        self.table.choose(0)
        (self.table if shown else self.shut).setFocus()

    def _follow(self) -> None:
        """The current row in whole, where the table may cut it."""
        found = self.model.row(self.table.currentIndex().row())
        self.told.setText("：".join(filter(None, found.texts[1:])) if found is not None else "")
        self.reply.setEnabled(found is not None and isinstance(found.fact, Objection))

    def _open(self, row: int) -> None:
        found = self.model.row(row)
        if found is not None and found.fact is not None and found.fact.entry:
            self.accept()
            self.chosen.emit(found.fact.entry, getattr(found.fact, "item", ""))

    def _reply(self) -> None:
        found = self.model.row(self.table.currentIndex().row())
        if found is not None and isinstance(found.fact, Objection):
            self.accept()
            self.reply_wished.emit(found.fact)

    def _undo(self) -> None:
        self.accept()
        self.undone.emit(self._merge)


def _rows(answer: Answer) -> list[PlainRow]:
    rows = [_row("异议", o.name, o.matter, _both(o.kind, o.reason), "red", o) for o in answer.objections]
    rows += [_row("补报", a.name, "", a.reason or "没有写理由", "blue", a) for a in answer.added]
    rows += [_row("没有采用", r.name, r.what, r.reason, "amber", r) for r in answer.refused]
    return rows + [_row("没有带回", name, "", "对方的回传里没有这个项目", "muted") for name in answer.missing]


def _row(
    kind: str, name: str, what: str, said: str, tone: str, fact: Objection | Said | None = None
) -> PlainRow:
    return PlainRow((kind, name, what, said), tones={0: tone}, tips={1: name, 2: what, 3: said}, fact=fact)


def _both(kind: str, reason: str) -> str:
    return f"{kind}：{reason}" if reason else kind


def _said(part: Part, answer: Answer) -> str:
    if not part.sent_on:
        return f"还没有发出。归它办理的有 {part.rows:,} 个项目、{part.items:,} 个事项。"
    if not part.returned_on:
        return f"{part.sent_on} 发给{part.office_name}，还没有收回。"
    done = max(0, part.contested - len(answer.objections))
    counted = (
        (done, "处异议已经答复"),
        (len(answer.objections), "处有异议"), (len(answer.added), "个补报的项目"), (len(answer.refused), "处没有采用"),
        (len(answer.missing), "个项目没有带回来"),
    )  # fmt: skip
    told = "，".join(f"{number:,} {words}" for number, words in counted if number)
    return f"{part.returned_on} 收回并合并：{told or '没有异议，也没有补报'}。"
