"""导入 Excel: five steps from a file to the ledger; before the last one nothing is stored."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QStackedWidget, QWidget

from app import ledgers, withdrawing
from app.change import Change
from app.imports.matters import Question
from app.problem import Problem
from ui.desk import Desk
from ui.screens.importing import trial as trials
from ui.screens.importing.column_page import ColumnPage
from ui.screens.importing.confirm_page import ConfirmPage
from ui.screens.importing.head_page import HeadPage
from ui.screens.importing.mend_page import MendPage
from ui.screens.importing.pick_page import PickPage
from ui.screens.importing.steps_bar import StepsBar
from ui.screens.importing.trial import Reading, Trial
from ui.widgets.bars import Strip
from ui.widgets.buttons import allow, button
from ui.widgets.empty import EmptyState
from ui.widgets.labels import ElidedLabel
from ui.widgets.screen import Screen

PICK, HEAD, COLUMNS, MEND, CONFIRM = range(5)


class ImportScreen(Screen):
    """A place is {"ledger": id} or {"file": path}, each optional. Esc goes back a step, at the first one out."""

    title = "导入 Excel"

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.trial: Trial | None = None
        self.reading: Reading | None = None
        self._asked: list[Question] = []
        self._wanted, self._step, self._import = "", PICK, ""
        head = self.head()
        self.about = ElidedLabel("", "muted")
        head.addWidget(self.about, 1)
        self.bar = StepsBar()
        self.bar.picked.connect(self.show_step)
        self.strip = Strip()
        self.pick, self.heads, self.columns = PickPage(desk), HeadPage(), ColumnPage()
        self.mend, self.confirm = MendPage(), ConfirmPage()
        self.none = EmptyState("还没有可导入的台账", "先在“项目台账”里打开一本台账。")
        self.stack = QStackedWidget()
        for page in (self.pick, self.heads, self.columns, self.mend, self.confirm, self.none):
            self.stack.addWidget(page)
        self.body.addWidget(self.bar)
        self.body.addWidget(self.strip)
        self.body.addWidget(self.stack, 1)
        self._build_foot()
        self._wire()

    def _build_foot(self) -> None:
        self.errors = button("另存错误清单 Excel", self._save_errors, sign="excel")
        self.cancel = button("取消导入", self.reset)
        self.back = button("上一步", lambda: self.show_step(self._step - 1))
        self.early = button("", lambda: self.show_step(CONFIRM))
        self.primary = button("下一步", self.forward, kind="primary")
        self.foot = QWidget()
        row = QHBoxLayout(self.foot)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.errors)
        row.addStretch(1)
        for made in (self.cancel, self.back, self.early, self.primary):
            row.addWidget(made)
        self.body.addWidget(self.foot)

    def _wire(self) -> None:
        self.pick.chosen.connect(self.take)
        self.pick.blank_wished.connect(self._save_blank)
        self.heads.changed.connect(self._other_head)
        self.columns.mapped.connect(self._mapped)
        self.mend.mended.connect(self._mended)
        self.mend.left_out.connect(self._left_out)
        self.mend.settled.connect(self._settled)
        self.confirm.changed.connect(self._show_foot)
        self.confirm.overwritten.connect(self._overwrite)
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
        if place.get("file"):
            self.take(Path(place["file"]))
        self.take_focus()

    def reset(self) -> None:
        """Give the import up: nothing was stored."""
        self.trial = self.reading = None
        self._asked, self._import = [], ""
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
        empty = self.pick.which.count() == 0
        self.stack.setCurrentIndex(self.stack.count() - 1 if empty else self._step)
        self.bar.show_step(self._step, ended=self.confirm.ended())
        self._show_foot()
        self.take_focus()

    def _fill(self, reading: Reading, trial: Trial) -> None:
        first, last = reading.draft.head_rows
        where = f"第 {first} 行为表头" if first == last else f"第 {first}—{last} 行为表头"
        sheet = f"工作表“{reading.draft.sheet}” · " if reading.draft.sheet else ""
        self.about.setText(f"{reading.draft.file} · {sheet}{where}")
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
        counts = reading.plan.counts
        wrong, good = counts["problem"], counts["added"] + counts["updated"]
        self.errors.setVisible(step == MEND and wrong > 0)
        self.back.setVisible(step > HEAD)
        self.early.setVisible(step == MEND and wrong > 0)
        allow(self.early, f"先入账 {good:,} 行，错的留着改", "" if good else "没有可入账的行")
        if step == CONFIRM:
            allow(self.primary, f"入账 {good:,} 行", self.confirm.why_not(reading))
        else:
            faults = len(reading.plan.problems)
            allow(self.primary, "下一步", f"还有 {faults:,} 处错" if step == MEND and faults else "")
        self.told_status()

    def told_status(self) -> None:
        if self.reading is not None:
            counts = self.reading.plan.counts
            self.counted.emit(f"清单 {counts['rows']:,} 行 · 可入账 {counts['added'] + counts['updated']:,} 行")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.reading is not None:
            if self._step <= HEAD or self.confirm.ended():
                self.reset()
            else:
                self.show_step(self._step - 1)
            return
        super().keyPressEvent(event)

    # reading the file

    def take(self, file: Path) -> None:
        """Read a file against the chosen ledger; a known layout goes straight to 查错改错."""
        self._asked, self._import = [], ""
        self.confirm.stack.setCurrentIndex(0)
        self._read(Trial(file, self.pick.ledger_id()), self._first)

    def _read(self, wanted: Trial, then: Any) -> None:
        def read(reading: Reading) -> None:
            self.strip.hide()
            self.trial, self.reading = wanted, reading
            then(reading)

        self.desk.run(trials.read, wanted, title="正在读清单", done=read, refused=self._refused)

    def _refused(self, problem: Problem) -> None:
        self.strip.tell(problem.text, "red")

    def _first(self, reading: Reading) -> None:
        self._asked = list(reading.draft.questions)
        ready = reading.known and not reading.draft.questions
        self.show_step(MEND if ready else HEAD)

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

    # the clerk's choices

    def _reread(self) -> None:
        if self.trial is not None:
            self._read(self.trial, self._again)

    def _other_head(self, sheet: str, row: int) -> None:
        if self.trial is not None:
            self._asked = []
            wanted = Trial(self.trial.file, self.trial.ledger_id, sheet=sheet or None, head_row=row or None)
            self._read(wanted, self._again)

    def _mapped(self, index: int, target: str) -> None:
        if self.trial is not None and self.reading is not None:
            for column in self.reading.draft.columns:
                if target and column.target == target and column.index != index:
                    self.trial.mapping[column.index] = ""
            self.trial.mapping[index] = target
            self._reread()

    def _mended(self, row: int, target: str, text: str, everywhere: bool) -> None:
        if self.trial is None or self.reading is None or not target:
            return
        faults = {(p.row, p.field): p.raw for p in self.reading.plan.problems}
        raw = faults.get((row, target), "")
        if everywhere and raw:
            self.trial.value_fixes[target, raw] = text
        else:
            self.trial.fixes[row, target] = text
        self._reread()

    def _left_out(self, row: int) -> None:
        if self.trial is not None:
            self.trial.left_out ^= {row}
            self._reread()

    def _settled(self, row: int, same: bool) -> None:
        if self.trial is None or self.reading is None:
            return
        found = trials.doubts(self.reading, self.trial).get(row)
        if same and found is not None:
            self.trial.same[row] = found.entry_id
        else:
            self.trial.different.add(row)
        self._reread()

    def _overwrite(self, on: bool) -> None:
        if self.trial is not None:
            self.trial.overwrite = on
            self._reread()

    # the end

    def _commit(self) -> None:
        self.desk.run(
            trials.commit, self.trial, self.reading, self.confirm.person.text_now(), self.confirm.basis.text_now(),
            title="正在入账", done=self._committed, refused=self._not_committed,
        )  # fmt: skip

    def _committed(self, change: Change) -> None:
        assert self.reading is not None
        self._import = str(change.subject or "")
        self.confirm.show_done(change, self.reading)
        self.show_step(CONFIRM)

    def _not_committed(self, problem: Problem) -> None:
        if problem.code == "E_STALE":
            self._reread()
        self.confirm.refuse(problem.text, problem.field or "")

    def _after(self, deed: str) -> None:
        if deed == "see" and self.trial is not None:
            self.wished.emit("ledger", {"ledger": self.trial.ledger_id})
            self.reset()
        elif deed == "errors":
            self._save_errors()
        elif deed == "withdraw":
            self.desk.run(withdrawing.withdraw, self._import, title="正在撤回导入",
                          done=lambda c: self.confirm.show_withdrawn(c.said), refused=self._refused)  # fmt: skip
        elif deed == "again":
            self.reset()

    def _save_errors(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, "另存错误清单", "错误清单.xlsx", "Excel (*.xlsx)")
        if name and self.reading is not None:
            self.desk.do(trials.save_errors, self.reading, Path(name), refused=self._refused)

    def _save_blank(self, out: Path) -> None:
        self.desk.do(trials.save_blank, self.pick.ledger_id(), out, refused=self._refused)

    # keys

    def next_problem(self, step: int) -> None:
        if self._step == MEND:
            self.mend.step(step)

    def regions(self) -> list[QWidget]:
        if self.stack.currentWidget() is self.none:
            return []
        inner = {
            PICK: [self.pick.choose, self.pick.table],
            HEAD: self.heads.regions(),
            COLUMNS: self.columns.regions(),
            MEND: self.mend.regions(),
            CONFIRM: self.confirm.regions(),
        }[self._step]
        return [p for p in (*inner, self.primary) if p.isVisibleTo(self) and p.isEnabled()]

    def take_focus(self) -> None:
        first = {
            PICK: self.pick.choose, HEAD: self.primary, COLUMNS: self.primary, MEND: self.mend.table,
            CONFIRM: self.confirm.see if self.confirm.ended() else self.confirm.person,
        }[self._step]  # fmt: skip
        if self.isVisible():
            first.setFocus(Qt.FocusReason.OtherFocusReason)
