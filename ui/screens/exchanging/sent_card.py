"""报出去的: everything sent, how far it has come, and what is to be done next."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from sync.boxes import Sent
from ui.tables.plain_model import PlainModel, PlainRow
from ui.tables.plain_table import PlainTable
from ui.widgets.cards import Card
from ui.widgets.labels import label

STATES = {
    "built": ("已写出", "red", "写好了，但没有拷到盘上；请再写出一次"),
    "copied": ("已拷贝", "amber", "等对方交回回执；收到后在“收件合并”里收下"),
    "receipted": ("已回执", "green", "对方已收下"),
    "returned": ("已退回", "red", "对方没有收下，改好后再报一次"),
}
KINDS = {"check": "核查清单", "return": "核查回传"}
MARKS = (("未确定", "sealed"), ("未加密", "encrypted"))
MOST = 4


class SentCard(Card):
    """The list, and below it the current one in whole."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("报出去的", parent=parent)
        self.model = PlainModel(("日期", "发给", "台账", "现在"), parent=self)
        self.table = PlainTable("报出去的", self.model, (104, 190, 160, 90), stretch=2)
        self.table.picked.connect(lambda _row: self._follow())
        self.told = label("", "muted", wrap=True)
        self.none = label(
            "还没有报过。报出去的每一份都会列在这里：已写出、已拷贝、已回执、已退回。", "muted", wrap=True
        )
        self.none.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.body.addWidget(self.table, 1)
        self.body.addWidget(self.told)
        self.body.addWidget(self.none, 1)

    def show_sent(self, sent: Sequence[Sent]) -> None:
        rows = []
        for one in sent:
            words, tone, _ = STATES.get(one.state, (one.state, "", ""))
            texts = (one.on, one.to_name, title_of(one), words)
            rows.append(
                PlainRow(texts, one.bundle, tones={3: tone}, tips={1: one.to_name, 2: one.file}, fact=one)
            )
        self.model.set_rows(rows)
        self.table.setVisible(bool(rows))
        self.told.setVisible(bool(rows))
        self.none.setVisible(not rows)
        self.table.choose(0)
        self._follow()

    def _follow(self) -> None:
        found = self.model.row(self.table.currentIndex().row())
        self.told.setText(next_words(found.fact) if found is not None else "")


def title_of(one: Sent) -> str:
    """The ledger, with what kind of bundle it was and the marks of an unsealed or unencrypted one."""
    marks = [KINDS[one.kind]] if one.kind in KINDS else []
    skipped = ("sealed",) if one.kind in KINDS else ()
    marks += [words for words, fact in MARKS if fact not in skipped and one.facts.get(fact) is False]
    return f"{one.title}（{'、'.join(marks)}）" if marks else one.title


def next_words(one: Sent) -> str:
    """What is to be done next, or why it came back."""
    said = STATES.get(one.state, ("", "", ""))[2]
    if not one.reasons:
        return f"{said}。" if said else ""
    more = f"等 {len(one.reasons)} 条" if len(one.reasons) > MOST else ""
    why = "；".join(_reason(r.text, r.rows) for r in one.reasons[:MOST])
    return f"{said}{'，但有没采用的' if one.state == 'receipted' else ''}：{why}{more}。"


def _reason(text: str, rows: Sequence[str]) -> str:
    return f"{'、'.join(rows)}：{text}" if rows else text
