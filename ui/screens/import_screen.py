"""导入 Excel: five steps from a file to the ledger; before the last one nothing is stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.change import Change
from app.imports.matters import Question
from app.keeping import import_rests
from app.ledger import ledgers
from app.problem import Problem
from app.removal import withdrawing
from ui.desk import Desk
from ui.screens.importing import rests
from ui.screens.importing import trial as trials
from ui.screens.importing.column_page import ColumnPage
from ui.screens.importing.confirm_page import ConfirmPage
from ui.screens.importing.error_lists import ErrorLists
from ui.screens.importing.foot import COLUMNS, CONFIRM, HEAD, MEND, PICK, ImportFoot
from ui.screens.importing.give_up_dialog import GiveUpDialog
from ui.screens.importing.head_page import HeadPage
from ui.screens.importing.mend_page import MendPage
from ui.screens.importing.people_offer import PeopleOffer
from ui.screens.importing.pick_page import PickPage
from ui.screens.importing.steps_bar import StepsBar
from ui.screens.importing.trial import Mended, Reading, Trial
from ui.widgets.bars import Strip
from ui.widgets.empty import EmptyState
from ui.widgets.labels import ElidedLabel
from ui.widgets.screen import Screen

Made = TypeVar("Made")


class ImportScreen(Screen):
    """A place is {"ledger": id}, {"file": path} or {"rest": id of an import whose faulty rows wait}, each optional.

    Esc goes back a step, at the first one out.
    """

    title = "导入 Excel"

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.trial: Trial | None = None
        self.reading: Reading | None = None
        self._asked: list[Question] = []
        self._wanted, self._step, self._import = "", PICK, ""
        head = self.head()
        self.about = ElidedLabel("", "muted")
        self.bar = StepsBar()
        self.bar.picked.connect(self.show_step)
        head.addWidget(self.bar)
        head.addWidget(self.about, 1)
        self.strip = Strip()
        self.pick, self.heads, self.columns = PickPage(desk), HeadPage(), ColumnPage()
        self.mend, self.confirm = MendPage(), ConfirmPage()
        self.people = PeopleOffer(desk, self.confirm.people, self)
        self.none = EmptyState("还没有可导入的台账", "先在“项目台账”里打开一本台账。")
        self.stack = QStackedWidget()
        for page in (self.pick, self.heads, self.columns, self.mend, self.confirm, self.none):
            self.stack.addWidget(page)
        self.body.addWidget(self.strip)
        self.body.addWidget(self.stack, 1)
        self.lists = ErrorLists(desk, self, lambda: self.reading, self.strip.refuse)
        self.foot = ImportFoot(self.lists.choices)
        self.errors, self.early, self.primary = self.foot.errors, self.foot.early, self.foot.primary
        self.cancel = self.foot.cancel
        self.body.addWidget(self.foot)
        self._wire()

    def _wire(self) -> None:
        self.lists.mended.connect(lambda cells: self._chosen(lambda t, _: t.take_mended(cells)))
        self.cancel.clicked.connect(self.ask_reset)
        self.foot.back.clicked.connect(lambda: self.show_step(self._step - 1))
        self.early.clicked.connect(lambda: self.show_step(CONFIRM))
        self.primary.clicked.connect(self.forward)
        self.pick.chosen.connect(self.take)
        self.pick.rests.chosen.connect(lambda rest: self._begin(rests.trial_of(rest)))
        self.pick.blank_wished.connect(lambda out: self.desk.do(trials.save_blank, self.pick.ledger_id(), out))
        self.heads.changed.connect(self._other_head)
        self.columns.mapped.connect(lambda *column: self._chosen(lambda t, r: t.put_column(r, *column)))
        self.mend.mended.connect(lambda *cell: self._offer_undo(self._chosen(lambda t, r: t.mend(r, *cell))))
        self.confirm.entered.connect(self.primary.click)
        self.mend.left_out.connect(lambda row: self._chosen(lambda t, _: t.leave_out(row)))
        self.mend.settled.connect(lambda *row: self._chosen(lambda t, r: t.settle(r, *row)))
        self.confirm.changed.connect(self._show_foot)
        self.confirm.overwritten.connect(lambda on: self._chosen(lambda t, _: t.replace_cells(on)))
        self.confirm.wished.connect(self._after)

    # coming and going

    def refresh(self) -> None:
        own = [x for x in ledgers.all(self.desk.office) if x.own]
        self.pick.show_ledgers(own, self._wanted)
        self._wanted = ""
        if not own:
            self.reset()
        self.show_step(self._step if own else PICK)

    def go(self, place: Any) -> None:
        place = place or {}
        self._wanted = str(place.get("ledger") or "")
        if self.confirm.ended():
            self.reset()
        self.refresh()
        wanted = _wanted(self.desk, place, self.pick.ledger_id())
        if wanted is not None and not self.pick.refuses(self.under_way(), self.strip):
            self._begin(wanted)
        self.take_focus()

    def under_way(self) -> bool:
        return self.reading is not None and not self.confirm.ended()

    def unsaved(self) -> list[str]:
        return [f"清单“{self.reading.draft.file}”读到一半，还没有入账"] if self.reading and self.under_way() else []

    def ask_reset(self) -> None:
        """Ask before what was read and mended is given up."""
        if self.reading is None or self.trial is None or self.confirm.ended():
            self.reset()
        else:
            self.giving_up = GiveUpDialog(self.reading, self.trial, self)
            self.giving_up.accepted.connect(self.reset)
            self.giving_up.open()

    def reset(self) -> None:
        """Give the import up: nothing was stored."""
        self.trial, self.reading, self._asked, self._import = None, None, [], ""
        self.confirm.stack.setCurrentIndex(0)
        self.confirm.person.clear()
        self.strip.hide()
        self.show_step(PICK)

    def show_step(self, step: int) -> None:
        """Go to a step, as far as it can be gone to now."""
        if self.reading is None:
            step = PICK
        self._step = max(PICK, min(step, CONFIRM))
        if self.reading is not None and self.trial is not None:
            self._fill(self.reading, self.trial)
        self.stack.setCurrentIndex(self._step if self.pick.which.count() else self.stack.count() - 1)
        self.bar.show_step(self._step, ended=self.confirm.ended())
        self._show_foot()
        self.take_focus()

    def _fill(self, reading: Reading, trial: Trial) -> None:
        self.about.setText(_about(reading))
        if self._step == HEAD:
            self.heads.show_reading(reading)
        elif self._step == COLUMNS:
            self.columns.show_reading(reading, self._asked)
        elif self._step == MEND:
            self.mend.show_reading(reading, trial)
        elif self._step == CONFIRM and not self.confirm.ended():
            self.confirm.show_reading(reading, trial.overwrite)

    def _show_foot(self) -> None:
        reading, step = self.reading, self._step
        self.foot.setVisible(reading is not None and not self.confirm.ended())
        if reading is None:
            self.about.setText("")
            self.counted.emit("")
            return
        self.foot.show_state(reading, step, self.confirm.why_not(reading) if step == CONFIRM else "")
        self.told_status()

    def told_status(self) -> None:
        if self.reading is not None:
            self.counted.emit(_counts(self.reading))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() != Qt.Key.Key_Escape or self.reading is None:
            super().keyPressEvent(event)
        elif self.confirm.ended():
            self.reset()
        elif self._step <= HEAD:
            self.ask_reset()
        else:
            self.show_step(self._step - 1)

    def take(self, file: Path) -> None:
        """Read a file against the chosen ledger; a known layout goes straight to 查错改错."""
        self._begin(Trial(file, self.pick.ledger_id()))

    def _begin(self, wanted: Trial) -> None:
        self._asked, self._import = [], ""
        self.confirm.stack.setCurrentIndex(0)
        self._read(wanted, self._first)

    def _read(self, wanted: Trial, then: Any) -> None:
        def read(reading: Reading) -> None:
            self.strip.hide()
            self.trial, self.reading = wanted, reading
            then(reading)

        self.desk.run(trials.read, wanted, title="正在读清单", done=read, refused=self.strip.refuse)

    def _first(self, reading: Reading) -> None:
        self._asked = list(reading.draft.questions)
        self.show_step(MEND if reading.known and not reading.draft.questions else HEAD)

    def _again(self, reading: Reading) -> None:
        """Read anew by other choices: stay on the step."""
        asked = {(q.column, q.mark) for q in self._asked}
        self._asked += [q for q in reading.draft.questions if (q.column, q.mark) not in asked]
        self.show_step(self._step)

    def forward(self) -> None:
        """The primary button: the next step, at the last one 入账."""
        if self.reading is None or self.trial is None:
            return
        if self._step == CONFIRM:
            self._commit()
        elif self._step == COLUMNS and self._asked:
            self.trial.answers = self.columns.answers()
            self._read(self.trial, lambda _: self.show_step(MEND))
        else:
            self.show_step(self._step + 1)

    def _reread(self) -> None:
        if self.trial is not None and not self.confirm.ended():
            self._read(self.trial, self._again)

    def _other_head(self, sheet: str, row: int) -> None:
        if self.trial is not None:
            self._asked = []
            wanted = Trial(self.trial.file, self.trial.ledger_id, sheet=sheet or None, head_row=row or None)
            self._read(wanted, self._again)

    def _chosen(self, choose: Callable[[Trial, Reading], Made]) -> Made | None:
        """Take one choice of the clerk and read the file by it."""
        made = choose(self.trial, self.reading) if self.trial is not None and self.reading is not None else None
        self._reread()
        return made

    def _offer_undo(self, mended: Mended | None) -> None:
        if mended is not None and mended.cells > 1:
            self.desk.offered.emit(f"已改 {mended.cells:,} 处", "撤销", lambda: (mended.undo(), self._reread()))

    def _commit(self) -> None:
        self.desk.run(rests.commit, self.trial, self.reading, *self.confirm.declared(),
                      title="正在入账", done=self._committed, refused=self._not_committed)  # fmt: skip

    def _committed(self, change: Change) -> None:
        assert self.reading is not None
        self._import = str(change.subject or "")
        self.confirm.show_done(change, self.reading)
        self.show_step(CONFIRM)
        self.people.look(self._import)

    def _not_committed(self, problem: Problem) -> None:
        if problem.code == "E_STALE":
            self._reread()
        self.confirm.refuse(problem.text, problem.field or "")

    def _after(self, deed: str) -> None:
        if deed == "see" and self.trial is not None:
            self.wished.emit("ledger", {"ledger": self.trial.ledger_id})
            self.reset()
        elif deed == "errors":
            self.lists.save()
        elif deed == "withdraw":
            self.desk.run(withdrawing.withdraw, self._import, title="正在撤回导入",
                          done=lambda c: self.confirm.show_withdrawn(c.said), refused=self.strip.refuse)  # fmt: skip
        elif deed == "again":
            self.reset()

    def next_problem(self, step: int) -> None:
        if self._step == MEND:
            self.mend.step(step)

    def regions(self) -> list[QWidget]:
        pages = (self.pick, self.heads, self.columns, self.mend, self.confirm)
        inner = pages[self._step].regions() if self.stack.currentWidget() is not self.none else []
        return [p for p in (*inner, self.primary) if p.isVisibleTo(self) and p.isEnabled()]

    def take_focus(self) -> None:
        first = {
            PICK: self.pick.choose, HEAD: self.primary, COLUMNS: self.primary, MEND: self.mend.table,
            CONFIRM: self.confirm.see if self.confirm.ended() else self.confirm.person,
        }[self._step]  # fmt: skip
        if self.isVisible():
            first.setFocus(Qt.FocusReason.OtherFocusReason)


def _wanted(desk: Desk, place: Mapping[str, Any], ledger: str) -> Trial | None:
    """What a place asks to be read: a file, or the rows of an import that wait."""
    rest = import_rests.of(desk.office.folder, str(place.get("rest") or ""))
    if rest is not None:
        return rests.trial_of(rest)
    return Trial(Path(place["file"]), ledger) if place.get("file") else None


def _counts(reading: Reading) -> str:
    counts = reading.plan.counts
    return f"清单 {counts['rows']:,} 行 · 可入账 {counts['added'] + counts['updated']:,} 行"


def _about(reading: Reading) -> str:
    """The file, the sheet and the rows of the head."""
    first, last = reading.draft.head_rows
    where = f"第 {first} 行为表头" if first == last else f"第 {first}—{last} 行为表头"
    sheet = f"工作表“{reading.draft.sheet}” · " if reading.draft.sheet else ""
    return f"{reading.draft.file} · {sheet}{where}"
