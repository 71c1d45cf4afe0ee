"""The receiving half of 收件合并: choose or drop files, read the judgement, take them in."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.change import Change
from app.problem import Problem
from sync.bundles import faults
from sync.comparing.merging import Key
from sync.letters import slip_sheets
from sync.merges import merges
from sync.merges.arrivals import RECEIVED, REFUSED, Result
from sync.receiving.plan import Plan
from ui import choosing, look
from ui.desk import Desk
from ui.dialogs.printing import Printing
from ui.screens.exchanging import arriving
from ui.screens.exchanging.accepting import Accepting
from ui.screens.exchanging.arriving import FILTER, Case, Seen
from ui.screens.exchanging.batch_card import BatchCard
from ui.screens.exchanging.came_words import answer_words, list_of, marks_of, what_came
from ui.screens.exchanging.handing_back import HandingBack
from ui.screens.exchanging.judgement_card import JudgementCard
from ui.screens.exchanging.keeping import ANSWERS, keep_copy
from ui.screens.exchanging.letting_go import let_go
from ui.screens.exchanging.received_card import ReceivedCard
from ui.screens.exchanging.slip_dialog import SlipDialog
from ui.screens.exchanging.vouch_dialog import VouchDialog
from ui.widgets.bars import Strip
from ui.widgets.buttons import button
from ui.widgets.many_drop import ManyDropArea
from ui.widgets.screen import Screen

QWIDGETSIZE_MAX = 16_777_215  # Qt's own word for no limit
LOW = 560  # a page lower than this cannot show drop area, judgement and list at once
PASSED = "查验通过：发件单位、签名、内容都对得上"
UNKNOWN = ("E_UNKNOWN_SENDER",)


class ReceivingScreen(Screen):
    """A page on which files are looked at and taken in; `self.side` holds it all, `self.strip` tells refusals."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.file: Path | None = None
        self.asked: Any = None  # the dialog last opened
        self.decided: dict[Path, dict[Key, Any]] = {}  # of files that are not taken in yet
        self._receipt: Path | None = None
        self._ledger = self._list_file = self._who = ""
        self.strip = Strip()
        self.side = self._build()
        self._wire()

    def _build(self) -> QWidget:
        self.choose = button("选文件…", self._choose, kind="primary", sign="folder")
        words = "把收到的文件拖到这里，可以一次拖很多份"
        note = "数据包、回执、Excel 核查表都行。先看清楚是谁发的，您点“收下”才动数据。"
        self.area = ManyDropArea(words, note, (), (self.choose,))
        self.area.setMinimumHeight(130)
        self.card = JudgementCard()
        self.verdict, self.said, self.marks = self.card.verdict, self.card.said, self.card.marks
        self.take, self.differ, self.leave, self.save, self.see, self.to_import = self.card.deeds()
        self.batch = BatchCard()
        self.batch.hide()
        self.listed = ReceivedCard(lambda *which: merges.why_not_withdrawn(self.desk.office, *which))
        self.printing = Printing(self.desk, self)
        self.handing = HandingBack(self.desk, self)
        self.accepting = Accepting(self.desk, self)
        self.model, self.table, self.none = self.listed.model, self.listed.table, self.listed.none
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        for made, stretch in ((self.area, 1), (self.card, 0), (self.batch, 3), (self.listed, 2)):
            column.addWidget(made, stretch)
        return whole

    def _wire(self) -> None:
        self.area.dropped_all.connect(self.look_at_all)
        self.card.take_wished.connect(self.receive)
        self.card.leave_wished.connect(self._leave)
        self.card.save_wished.connect(self._save_receipt)
        self.card.see_wished.connect(lambda: self.wished.emit("ledger", {"ledger": self._ledger}))
        self.card.list_wished.connect(lambda: self.wished.emit("import", {"file": self._list_file}))
        self.batch.take_wished.connect(self.take_all)
        self.batch.save_wished.connect(self._save_answer)
        self.batch.see_wished.connect(lambda one: self.wished.emit("ledger", {"ledger": one.facts["ledger"]}))
        self.batch.import_wished.connect(lambda one: self.wished.emit("import", {"file": list_of(one)}))
        self.batch.shut.connect(self._put_away)
        self.batch.comments_wished.connect(self.handing.ask_of)
        self.batch.give_back_wished.connect(self.give_back)
        self.listed.slip_wished.connect(
            lambda one: self.read_slip(slip_sheets.file_of(self.desk.office, one))
        )
        self.accepting.agreed.connect(
            lambda one: self._run_take([one], frozenset((one,)), self._received, True)
        )
        self.accepting.left.connect(
            lambda one, said: self.strip.tell(said, "red", "写退回单…", lambda: self.give_back(one))
        )
        for made in (self.printing, self.handing, self.accepting):
            made.refused.connect(lambda problem: self.strip.tell(problem.text))
        self.handing.done.connect(lambda change: self.strip.tell(f"{change.said}。", "blue"))

    def _choose(self) -> None:
        self.look_at_all(choosing.open_files(self, "选收到的文件，可以选很多份", "bundle", FILTER))

    def look_at_all(self, found: Sequence[Path]) -> None:
        """Judge any number of files; nothing is changed by that."""
        wanted = [Path(file) for file in found]
        if len(wanted) == 1 and not arriving.is_book(wanted[0]):
            self.look_at(wanted[0])
        elif wanted:
            self.forget()
            self.desk.run(arriving.look_all, wanted, title="正在查验", done=self._seen, refused=self._refused)

    def look_at(self, file: Path) -> None:
        """Judge one bundle or receipt."""
        self.forget()
        self.file = file
        if (answer := answer_words(file)) is not None:
            self._show(*answer, "blue")
            return
        self.desk.run(arriving.look, file, title="正在查验", done=self._judged, refused=self._refused)

    def _judged(self, looked: tuple[Plan, Case | None]) -> None:
        found, case = looked
        self._who = found.sender_name
        more, merging = ((self.differ,), f"\n{case.told}") if case is not None else ((), "")
        seen = ("以前收过", found.said, "blue")
        verdict, said, tone = seen if found.seen else (PASSED, what_came(found), "green")
        self._show(verdict, said + merging, tone, marks_of(found), more)

    def _show(
        self, verdict: str, said: str, tone: str, marks: Sequence[str] = (), more: Sequence[Any] = ()
    ) -> None:
        self.strip.hide()
        self.card.tell(verdict, said, tone, marks, (self.take, self.leave, *more))
        self._make_room()
        self.take.setFocus()

    def _seen(self, found: list[Seen]) -> None:
        self.batch.show()
        self.batch.show_seen(found)
        self._make_room()

    def _refused(self, problem: Problem) -> None:
        self.card.hide()
        file = self.file
        if problem.code in UNKNOWN and self.desk.has_page("settings"):
            self.strip.tell(
                problem.text, "red", "去导入对方名片", lambda: self.wished.emit("settings", "cards")
            )
            return
        said = f"{problem.text}。本单位的数据没有动。".replace("。。", "。")
        if file is not None and problem.facts.get("acceptable"):
            self.strip.tell(said, "red", "看差别…", lambda: self.accepting.ask(file, said))
        elif file is not None and faults.theirs(problem.code):
            self.strip.tell(said, "red", "写退回单…", lambda: self.give_back(file))
        else:
            self.strip.tell(said, "red")

    def give_back(self, file: Path) -> None:
        """退回: write the slip for a file that its sender has to mend, and show it."""
        self._run_take([file], frozenset(), self._given_back)

    def _given_back(self, change: Change) -> None:
        one: Result = change.facts["results"][0]
        if one.facts.get("slip"):
            self.read_slip(Path(str(one.facts["slip"])))
        else:
            self._refused(Problem(one.code, one.said))

    def forget(self) -> None:
        """Leave the files where they are; nothing was changed."""
        self.file = self._receipt = None
        self._who = ""
        self.decided = {}
        self.card.hide()
        self.batch.hide()
        self.strip.hide()
        self._make_room()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        make_room(self.area, self.card, self.batch, self.listed, self.height())

    def receive(self) -> None:
        """收下 of a single file."""
        if self.file is not None:
            self._run_take([self.file], frozenset(), self._received)

    def _run_take(
        self, wanted: Sequence[Path], vouched: frozenset[Path], done: Any, anew: bool = False
    ) -> None:
        self.desk.run(
            arriving.take_all, list(wanted), vouched, dict(self.decided), anew, title="正在收件", done=done,
            refused=self._refused,
        )  # fmt: skip

    def _received(self, change: Change) -> None:
        one: Result = change.facts["results"][0]
        if one.state == REFUSED:
            self._not_taken(one)
            return
        if one.state != RECEIVED:
            self.card.hide()
            self.batch.seen = [Seen(self.file, self._who)] if self.file is not None else []
            self._taken(change)
            return
        out = one.facts.get("receipt")
        self._receipt, self._ledger = (Path(str(out)) if out else None), str(one.facts.get("ledger") or "")
        said = f"{one.said}\n回执要交还给对方，对方才知道收到了。" if self._receipt else one.said
        self._list_file = list_of(one)
        offered = ((self.save, self._receipt), (self.see, self._ledger), (self.to_import, self._list_file))
        deeds = [made for made, on in offered if on]
        self.card.tell("已收下", said, "green", (), deeds)
        (self.save if self._receipt else self.to_import if self._list_file else self.choose).setFocus()

    def _not_taken(self, one: Result) -> None:
        """Where the sender can mend it, there is a slip to hand back."""
        self._refused(Problem(one.code, one.said))
        self.choose.setFocus()
        if one.facts.get("slip"):
            self.strip.tell(
                self.strip.words.text(), "red", "看退回单…", lambda: self._save_answer(one, "slip")
            )

    def take_all(self, seen: Sequence[Seen]) -> None:
        """收下 of many: unsigned workbooks are asked about first; the others go even where nobody stands up for those."""
        unsigned = [one for one in seen if one.unsigned]
        if not unsigned:
            self._run_take([one.file for one in seen], frozenset(), self._taken)
            return
        self.asked = VouchDialog(unsigned, self, others=len(seen) - len(unsigned))
        self.asked.accepted.connect(
            lambda: self._run_take([one.file for one in seen], self.asked.vouched(), self._taken)
        )
        self.asked.open()

    def _taken(self, change: Change) -> None:
        self.batch.show()
        self.batch.show_results([*change.facts["results"], *self.batch.left_out(change.facts["results"])])
        self._make_room()

    def _save_answer(self, one: Result, which: str) -> None:
        """另存 the receipt of a result, or read its slip."""
        if which == "slip":
            self.read_slip(Path(str(one.facts[which])))
            return
        self._receipt = Path(str(one.facts[which]))
        self._save_receipt()

    def read_slip(self, file: Path | None) -> None:
        """Every reason at once, to be printed or kept for the sender."""
        if file is None:
            self.strip.tell("退回单的文件不在了；把对方的来件再收一次，就会重做", "amber")
            return
        given = self.desk.do(slip_sheets.of_file, file, refused=lambda p: self.strip.tell(p.text))
        if given is not None:
            self.asked = SlipDialog(self.desk, given, self)
            self.asked.open()

    def _put_away(self) -> None:
        """The files of this time are done with: back to where others are chosen; what had been put aside waits no more."""
        if not self.batch.results:
            let_go(self.desk, [one.file for one in self.batch.seen], self.refresh)
        self.forget()
        self.choose.setFocus()
        self.refresh()

    def _leave(self) -> None:
        let_go(self.desk, [self.file] if self.file else [], self.refresh)
        self.forget()

    def _save_receipt(self) -> None:
        if self._receipt is None:
            return
        file = choosing.save_file(self, "另存给对方的文件", "receipt", self._receipt.name, ANSWERS)
        if file is not None:
            self.save_receipt(file)

    def save_receipt(self, out: Path) -> None:
        """A copy of the receipt for the sender."""
        if self._receipt is not None:
            self.desk.do(keep_copy, self._receipt, out, refused=self._refused)


def make_room(
    area: ManyDropArea, card: JudgementCard, batch: BatchCard, listed: ReceivedCard, height: int
) -> None:
    """With a judgement on a low screen, and with many files on any, the drop area is its button alone."""
    size = look.sizes()
    many = not batch.isHidden()
    low = many or (not card.isHidden() and height < size.grown(LOW))
    listed.setHidden(low)
    for made in (area.words, area.note):
        made.setHidden(low)
    area.setMinimumHeight(size.grown(64 if low else 130))
    area.setMaximumHeight(size.grown(64) if many else QWIDGETSIZE_MAX)
