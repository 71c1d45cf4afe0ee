"""汇总: the ledgers of lower offices gathered, counted by office, proved again, and looked at."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QStackedWidget, QWidget

from app.change import Change
from app.ledger import ledgers
from sync.comparing.merging import Key
from sync.upward import lower_ledgers
from sync.upward.lower_ledgers import Board, Source, Trial
from ui.desk import Desk
from ui.screens.exchanging.clash_page import ClashPage
from ui.screens.upward.gathering_case import GatheringCase, case_of
from ui.screens.upward.lower_page import LowerPage
from ui.screens.upward.plan_page import PlanPage
from ui.screens.upward.proof_page import ProofPage
from ui.screens.upward.remarking import Remarking
from ui.screens.upward.rollup_page import RollupPage
from ui.screens.upward.undo_gathering_dialog import UndoGatheringDialog
from ui.widgets.bars import Strip
from ui.widgets.chips import ChipRow
from ui.widgets.screen import Screen

LOWER, ROLLUP, PROOF = "lower", "rollup", "proof"
VIEWS = ((LOWER, "下级台账"), (ROLLUP, "分单位情况"), (PROOF, "复核历史"))


class GatheringScreen(Screen):
    """A place is {"view": lower, rollup or proof, "office": id}."""

    title = "汇总"

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.found: Board | None = None
        self._wanted: list[str] = []
        self._choices: dict[Key, Any] = {}
        self._decided: set[str] = set()
        self._done: list[str] = []
        self.asked: UndoGatheringDialog | None = None
        head = self.head()
        self.views = ChipRow("看什么")
        self.views.set([(key, words, None) for key, words in VIEWS])
        self.views.picked.connect(self.show_view)
        self.which = QComboBox()
        self.which.setAccessibleName("哪一种台账")
        self.which.activated.connect(lambda _at: self._read())
        head.addWidget(self.views)
        head.addStretch(1)
        head.addWidget(self.which)
        self.strip = Strip()
        self.body.addWidget(self.strip)
        self.stack = QStackedWidget()
        self.body.addWidget(self.stack, 1)
        self._build()

    def _build(self) -> None:
        self.came, self.plan, self.clash = LowerPage(), PlanPage(), ClashPage()
        self.rollup, self.proof = RollupPage(self.desk), ProofPage(self.desk)
        for made in (self.came, self.plan, self.clash, self.rollup, self.proof):
            self.stack.addWidget(made)
        self.came.gather_wished.connect(self.rehearse)
        self.came.see_wished.connect(lambda one: self.wished.emit("ledger", {"ledger": one.ledger}))
        self.came.prove_wished.connect(self._prove)
        self.came.undo_wished.connect(self._undo_one)
        self.came.remarks_wished.connect(self._remarks)
        self.came.inbox_wished.connect(lambda: self.wished.emit("inbox", None))
        self.plan.gather_wished.connect(self.gather)
        self.plan.decide_wished.connect(self.decide)
        self.plan.undo_wished.connect(self.undo)
        self.plan.left.connect(self.leave)
        self.clash.merge_wished.connect(self._take_choices)
        self.clash.left.connect(self.leave)
        self.remarking = Remarking(self.desk, self, alone=True)
        self.remarking.went.connect(lambda place: self.wished.emit("ledger", place))
        self.rollup.refused.connect(self.strip.refuse)
        self.rollup.see_wished.connect(lambda ledger: self.wished.emit("ledger", {"ledger": ledger}))

    # reading

    def go(self, place: Any) -> None:
        place = place or {}
        self.refresh()
        view = str(place.get("view") or LOWER)
        self.views.choose(view)
        self.show_view(view)
        if view == PROOF and place.get("office"):
            self.proof.prove(str(place["office"]))
        self.take_focus()

    def refresh(self) -> None:
        kept = self.which.currentData()
        kinds = lower_ledgers.kinds(self.desk.office)
        self.which.clear()
        for key, words in kinds:
            self.which.addItem(f"《{words}》", key)
        self.which.setCurrentIndex(max(0, self.which.findData(kept)))
        self.which.setVisible(len(kinds) > 1)
        self._read()

    def template(self) -> str:
        return str(self.which.currentData() or "")

    def _read(self) -> None:
        self.found = lower_ledgers.board(self.desk.office, self.template())
        self.came.show_board(self.found)
        self.proof.show_sources([s for s in self.found.sources if not s.own])
        if self.stack.currentWidget() is self.rollup:
            self.rollup.show_template(self.template() if self.found.sources else "")
        self.told_status()

    def told_status(self) -> None:
        came = len(self.found.sources) if self.found else 0
        self.counted.emit(f"下级台账 {came:,} 本" if came else "")

    def show_view(self, view: str) -> None:
        """One of the three views; a plan that was only looked at is left."""
        self.strip.hide()
        if view == ROLLUP:
            self.rollup.show_template(self.template() if self.found and self.found.sources else "")
        self.stack.setCurrentWidget({LOWER: self.came, ROLLUP: self.rollup, PROOF: self.proof}[view])

    # gathering

    def rehearse(self, wanted: list[str]) -> None:
        """汇总…: the plan first."""
        if self.found is None:
            return
        self.strip.hide()
        self._wanted, self._choices, self._decided = list(wanted), {}, set()
        self.desk.run(
            lower_ledgers.rehearse, self.found, self._wanted, title="正在比对各单位的台账", done=self._planned,
            refused=self.strip.refuse,
        )  # fmt: skip

    def _planned(self, trials: list[Trial]) -> None:
        self.plan.show_trials(trials, frozenset(self._decided))
        self.stack.setCurrentWidget(self.plan)
        self.plan.deed.setFocus()

    def decide(self, trial: Trial) -> None:
        """去决定: the three-way page of one office."""
        if self.found is not None and self.found.target is not None:
            case = self.desk.do(case_of, self.found.target, trial, refused=self.strip.refuse)
            if case is not None:
                self.clash.open_case(case)
                self.stack.setCurrentWidget(self.clash)
                self.clash.table.setFocus()

    def _take_choices(self, case: GatheringCase, choices: dict[Key, Any]) -> None:
        self._choices |= choices
        self._decided.add(case.trial.source)
        self._planned(self.plan.trials)
        if self.plan.ready():  # everything is said: no press more
            self.plan.deed.click()

    def gather(self, basis: str) -> None:
        """汇总, as planned and decided."""
        self.desk.run(
            lower_ledgers.gather, self.template(), self._wanted, self._choices, basis, title="正在汇总",
            done=self._gathered, refused=self.strip.refuse,
        )  # fmt: skip

    def _gathered(self, change: Change) -> None:
        done = change.facts["done"]
        self._done = [one["merge"] for one in done if "merge" in one]
        self.plan.show_done(change.said, done)
        self.stack.setCurrentWidget(self.plan)
        self.plan.deed.setFocus()

    def undo(self) -> None:
        """撤回这次汇总."""
        self._withdraw(self._done)

    def _undo_one(self, one: Source) -> None:
        self._withdraw([one.merge])

    def _withdraw(self, done: list[str]) -> None:
        """Once it was said what that undoes."""
        if self.found is not None and self.found.target is not None:
            self.asked = UndoGatheringDialog(self.desk, self.found.target.id, done, self)
            self.asked.accepted.connect(self._withdrawn)
            self.asked.open()

    def _withdrawn(self) -> None:
        change = self.asked.told if self.asked is not None else None
        self.leave()
        if change is not None and change.facts["left"]:
            self.strip.tell(change.said, "amber")

    def leave(self) -> None:
        """Back to the list; nothing else is changed."""
        self.views.choose(LOWER)
        self.stack.setCurrentWidget(self.came)
        self.take_focus()

    def _remarks(self, one: Source) -> None:
        """What was remarked on that ledger, and answered."""
        self.remarking.show_line(ledgers.get(self.desk.office, one.ledger))
        self.remarking.see()

    def _prove(self, one: Source) -> None:
        self.views.choose(PROOF)
        self.show_view(PROOF)
        self.proof.prove(one.office_id)
        self.take_focus()

    # the window asks

    def next_problem(self, step: int) -> None:
        if self.stack.currentWidget() is self.clash:
            self.clash.step(step)

    def print_shown(self) -> bool:
        if self.stack.currentWidget() is self.rollup:
            self.rollup.print_table()
            return True
        return False

    def under_way(self) -> bool:
        return self.stack.currentWidget() in (self.plan, self.clash)

    def regions(self) -> list[QWidget]:
        shown: Any = self.stack.currentWidget()
        first = self.views.first()
        parts = [*([first] if first else []), *shown.regions()]
        return [part for part in parts if part.isVisibleTo(self) and part.isEnabled()]

    def take_focus(self) -> None:
        shown: Any = self.stack.currentWidget()
        parts = [part for part in shown.regions() if part.isVisibleTo(self) and part.isEnabled()]
        if parts:
            parts[-1].setFocus(Qt.FocusReason.OtherFocusReason)
