"""报出去的 and 收到的, one at a time: how far everything has come, and what can be done with it any time."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from app.change import Change
from app.problem import Problem
from sync.letters import boxes
from sync.letters.boxes import Sent
from sync.offices import answers
from sync.offices.answers import Answer
from sync.receiving import restreaming
from ui.desk import Desk
from ui.screens.exchanging.answers_card import AnswersCard
from ui.screens.exchanging.reasons_dialog import ReasonsDialog
from ui.screens.exchanging.restream_dialog import NO_PARENT, RestreamDialog
from ui.screens.exchanging.sent_card import SentCard
from ui.screens.exchanging.target_card import TargetCard
from ui.widgets.cards import Card
from ui.widgets.chips import ChipRow

SENT, ANSWERS = "sent", "answers"


class BoxesSide(Card):
    """`told(sentence, tone)` for the strip of the page; `begun_anew(sent, names)` when a ledger's record was."""

    told = Signal(str, str)
    begun_anew = Signal(object, object)

    def __init__(self, desk: Desk, target: TargetCard, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._desk, self._target = desk, target
        self.asked: Any = None  # the dialog last opened
        self.sent, self.answers = SentCard(), AnswersCard()
        self.chips = ChipRow("看哪一边")
        self.chips.picked.connect(self._show)
        self.stack = QStackedWidget()
        for made in (self.sent, self.answers):
            self.stack.addWidget(made)
            made.reasons_wished.connect(self.show_reasons)
        self.sent.restream_wished.connect(self.ask_restream)
        self.answers.hand_wished.connect(self.hand)
        top = QHBoxLayout()
        top.addWidget(self.chips)
        top.addStretch(1)
        self.body.addLayout(top)
        self.body.addWidget(self.stack, 1)

    def refresh(self) -> None:
        self.sent.show_sent(boxes.sent(self._desk.office))
        self.answers.show_answers(answers.given(self._desk.office))
        waits = len(self.answers.waiting())
        came = f"收到的（{waits} 份没交还）" if waits else "收到的"
        counts = self.sent.model.rowCount(), self.answers.model.rowCount()
        self.chips.set([(SENT, "报出去的", counts[0]), (ANSWERS, came, counts[1])])

    def turn(self, key: str) -> None:
        """Show SENT or ANSWERS."""
        self.chips.choose(key)
        self._show(key)

    def _show(self, key: str) -> None:
        self.stack.setCurrentWidget(self.answers if key == ANSWERS else self.sent)

    def ready(self, why: str) -> None:
        """Whether something can be written now: why not, '' when it can."""
        self.sent.ready(why)
        self.answers.ready(why)

    def parts(self) -> list[QWidget]:
        """For F6."""
        first = self.chips.first()
        table = self.answers.table if self.stack.currentWidget() is self.answers else self.sent.table
        return [*([first] if first else []), table]

    # deeds

    def hand(self, bundles: list[str]) -> None:
        """Write receipts and return slips to the place chosen, any time and as often as wanted."""
        folder = self._target.folder()
        if folder is not None and bundles and not self._target.lost():
            self._desk.run(
                answers.hand, bundles, folder, title="正在写回执", done=self._handed,
                refused=lambda p: self.told.emit(p.text, "red"),
            )  # fmt: skip

    def _handed(self, change: Change) -> None:
        said = change.said if self._target.on_stick() else change.said.partition("，可以拔盘")[0]
        self.told.emit(f"{said}。", "blue")

    def show_reasons(self, one: Sent | Answer) -> None:
        """Every reason of a return slip, in full."""
        self.asked = ReasonsDialog(f"{one.to_name}：《{one.title}》退回的原因", one.reasons, self.window())
        self.asked.open()

    def ask_restream(self, one: Sent) -> None:
        """另起记录: says first what happened and what will come."""
        self._desk.do(restreaming.restream, one.ledger, refused=lambda p: self._restream_asked(one, p))

    def _restream_asked(self, one: Sent, problem: Problem) -> None:
        if problem.code != "E_CONFIRM":
            whole = problem.code == "E_NO_PARENT" and "accept" not in problem.facts
            self.told.emit(NO_PARENT if whole else problem.text, "amber")
            return
        self.asked = RestreamDialog(self._desk, one.ledger, one.title, problem, self.window())
        self.asked.accepted.connect(lambda: self.begun_anew.emit(one, self.asked.offices))
        self.asked.open()
