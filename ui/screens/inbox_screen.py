"""收件合并: files are taken in, what both sides changed is decided, and then merged."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.change import Change
from app.keeping import put_aside
from app.keeping.put_aside import Aside
from app.ledger import ledgers
from app.ledger.ledgers import CHECK
from sync.letters import boxes
from sync.merges import merge_sheets, merges, returns
from sync.merges.arrivals import MERGED, WAITING, Result
from sync.merges.returns import Pending
from ui import choosing
from ui.desk import Desk
from ui.screens.exchanging import arriving
from ui.screens.exchanging.arriving import UNSIGNED, Case, Seen
from ui.screens.exchanging.batch_card import UNDONE
from ui.screens.exchanging.merged_list import mergings
from ui.screens.exchanging.previewing_screen import PreviewingScreen
from ui.screens.exchanging.undo_dialog import UndoDialog
from ui.screens.exchanging.vouch_dialog import VouchDialog
from ui.widgets.bars import Strip


class InboxScreen(PreviewingScreen):
    """A place is {"file": path}, {"files": [path]} or {"mirror": id of a return that was taken in}."""

    title = "收件合并"

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._pending: list[Pending] = []
        self.head().addStretch(1)
        self.waiting = Strip()
        for made in (self.strip, self.waiting):
            self.body.addWidget(made)
        self.clash.left.connect(self.back)
        self.clash.merge_wished.connect(self.merge)
        self.body.addWidget(self.stack, 1)
        self.batch.decide_wished.connect(self.decide)
        self.batch.undo_wished.connect(self.undo)
        self.batch.sheet_wished.connect(lambda one: self._print_of(str(one.facts["merge"])))
        self.listed.merged.sheet_wished.connect(self.print_merging)
        self.listed.merged.list_wished.connect(self._list_of)
        self.listed.opened.connect(self._open_row)
        self.listed.merged.undo_wished.connect(self._take_back)

    # reading

    def go(self, place: Any) -> None:
        place = place or {}
        if place.get("files"):
            self.look_at_all(place["files"])
        elif place.get("file"):
            self.look_at(Path(place["file"]))
        elif place.get("mirror"):
            self.open_return(place["mirror"])

    def heed(self, change: Change) -> None:
        if self.isVisible():
            self._list()
        else:
            super().heed(change)

    def _list(self) -> None:
        office = self.desk.office
        self.listed.show_boxes(boxes.received(office), mergings(office), self.desk.today().awaited)
        self.told_status()

    def refresh(self) -> None:
        self._list()
        mine = self.desk.office.id
        if any(
            not x.own and x.purpose == CHECK and x.origin_office == mine
            for x in ledgers.all(self.desk.office)
        ):
            self.desk.run(returns.pending, title="正在查还没合并的回传", done=self._show_pending)
        else:
            self._show_pending([])

    def _show_pending(self, found: list[Pending]) -> None:
        """What was taken in some time ago and still waits; not while it is worked on already."""
        self._pending = found
        aside = put_aside.every(self.desk.office.folder)
        if (
            aside
            and self.batch.isHidden()
            and self.card.isHidden()
            and self.stack.currentWidget() is not self.clash
        ):
            self._tell_aside(aside, len(found))
            return
        if not found or not self.batch.isHidden() or self.stack.currentWidget() is self.clash:
            self.waiting.hide()
            return
        first = found[0]
        left = f"有 {first.decide:,} 处要您定" if first.decide else "还没有合并"
        said = f"{first.dept}第 {first.number} 轮的回传{left}"
        if len(found) > 1:
            said += f"，另有 {len(found) - 1} 个部门的也没有合并"
        self.waiting.tell(f"{said}。", "amber", "去合并", lambda: self.open_return(first.mirror))

    def _tell_aside(self, aside: Sequence[Aside], others: int) -> None:
        """先放着的 files, which can be gone on with where they were left."""
        said = aside_words(aside, others)
        self.waiting.tell(said, "amber", "接着看", lambda: self.look_at_all([one.file for one in aside]))

    def told_status(self) -> None:
        self.counted.emit(f"收到 {self.model.rowCount():,} 份" if self.model.rowCount() else "")

    def _open_row(self, ledger: str) -> None:
        """A row of the list: a return that still waits is opened to decide, any other ledger to look at."""
        if any(one.mirror == ledger for one in self._pending):
            self.open_return(ledger)
        elif ledger:
            self.wished.emit("ledger", {"ledger": ledger})

    # merging

    def decide(self, one: Result) -> None:
        """去决定 or 核实 of a file that waits for a person."""
        if one.code == UNSIGNED:
            who = next((s.who for s in self.batch.seen if str(s.file) == one.file), "对方")
            self.asked = VouchDialog([Seen(Path(one.file), who, one.said)], self)
            self.asked.accepted.connect(
                lambda: self._run_take([Path(one.file)], self.asked.vouched(), self._vouched)
            )
            self.asked.open()
        else:
            self._open(one.file, str(one.facts.get("mirror") or ""), vouched="mirror" not in one.facts)

    def _taken(self, change: Change) -> None:
        """A single return that waits is opened at once; of several the clerk chooses."""
        self.stack.setCurrentIndex(0)
        super()._taken(change)
        results = change.facts["results"]
        if len(results) == 1 and results[0].state == WAITING and results[0].code != UNSIGNED:
            self.decide(results[0])

    def _vouched(self, change: Change) -> None:
        self.batch.replace(change.facts["results"][0])

    def open_return(self, mirror: str) -> None:
        """The three-way table of a return that was taken in."""
        self.forget()
        self._open("", mirror)

    def _open(self, file: str, mirror: str, vouched: bool = False) -> None:
        self.desk.run(
            arriving.opened, file, mirror, vouched, title="正在比对", done=self._opened, refused=self._refused
        )

    def _opened(self, case: Case) -> None:
        self.waiting.hide()
        self.strip.hide()
        self.previewed = None
        self.clash.open_case(case)
        self.stack.setCurrentWidget(self.clash)
        self.clash.table.setFocus()

    def merge(self, case: Case, choices: dict[Any, Any]) -> None:
        """合并, as decided: what is not taken in yet is taken in with it, of many files all at once."""
        if self.previewed is not None:
            self.take_decided(self.previewed, choices)
            return
        self.desk.run(
            arriving.merge, case, choices, title="正在合并", done=lambda change: self._merged(case, change),
            refused=lambda problem: self.strip.tell(problem.text),
        )  # fmt: skip

    def _merged(self, case: Case, change: Change) -> None:
        self.stack.setCurrentIndex(0)
        file = case.file or f"{case.arrival.office_name}的回传"
        done = Result(file, MERGED, change.said, "", change.facts)
        if self.batch.isHidden() or not self.batch.replace(done):
            self._taken(Change("", facts={"results": [done]}))
        self.refresh()

    def back(self) -> None:
        """先放着: nothing is changed; the return waits, with what was decided so far, when the program is left too."""
        self.stack.setCurrentIndex(0)
        case, self.previewed = self.clash.case, None
        if isinstance(case, Case) and case.file and not (case.taken and isinstance(case.what, str)):
            self._put_by(case, dict(self.clash.choices))
        if self.batch.seen and not self.batch.results:
            self.batch.show_seen(self.batch.seen, self.decided)
        self.refresh()
        self.take_focus()

    def _put_by(self, case: Case, choices: dict[Any, Any]) -> None:
        if self.desk.office.readonly:
            return
        self.batch.seen = [arriving.noted(one, case, choices) for one in self.batch.seen]
        self.desk.run(
            arriving.put_by, case, choices, title="正在放好", done=lambda _c: self.refresh(), refused=self._refused
        )  # fmt: skip

    def undo(self, one: Result) -> None:
        """撤回这次合并, once it was said what that undoes."""
        merge = str(one.facts["merge"])
        asked = self._ask_undo(merges.ledger_of(self.desk.office, merge), merge)
        asked.accepted.connect(
            lambda: self.batch.replace(Result(one.file, UNDONE, asked.told.said if asked.told else ""))
        )

    def _ask_undo(self, ledger: str, merge: str) -> UndoDialog:
        asked = UndoDialog(self.desk, ledger, merge, self)
        self.asked = asked
        asked.open()
        return asked

    def _take_back(self, ledger: str, merge: str) -> None:
        """撤回这次合并 in the list of earlier ones."""
        self._ask_undo(ledger, merge).accepted.connect(self._taken_back)

    def _taken_back(self) -> None:
        self.refresh()
        self.listed.merged.table.setFocus()  # the button cannot be pressed any more

    # the window asks

    def next_problem(self, step: int) -> None:
        if self.stack.currentWidget() is self.clash:
            self.clash.step(step)

    def _print_of(self, merge: str) -> None:
        self.print_merging(merges.ledger_of(self.desk.office, merge), merge)

    def _list_of(self, ledger: str, merge: str) -> None:
        name = f"合并逐行清单{self.desk.office.today():%Y%m%d}.xlsx"
        file = choosing.save_file(self, "另存逐行清单", "export", name, "Excel (*.xlsx)")
        if file is not None:
            self.save_list(ledger, merge, file.with_suffix(".xlsx"))

    def save_list(self, ledger: str, merge: str, out: Path) -> None:
        """Every row of one merging as a workbook."""
        self.desk.run(
            merge_sheets.write, ledger, out, merge_id=merge, title="正在写逐行清单",
            done=lambda change: self.strip.tell(f"{change.said}。", "blue"), refused=self._refused,
        )  # fmt: skip

    def print_merging(self, ledger: str, merge: str) -> None:
        """合并情况表 of one merging, to look at, print or keep."""
        self.printing.make("合并情况表", merge_sheets.write, ledger, merge_id=merge)

    def print_shown(self) -> bool:
        """Ctrl+P: the 合并情况表 of what is in hand."""
        for made in (self.batch.sheet, self.listed.merged.sheet):
            if made.isVisibleTo(self):
                made.click()
                return True
        self.desk.said.emit("没有要打印的：合并以后，或在“合并过的”里选一次，才有合并情况表")
        return True

    def regions(self) -> list[QWidget]:
        if self.stack.currentWidget() is self.clash:
            return self.clash.regions()
        chips = self.listed.chips.first() or self.choose
        parts = [
            self.choose, self.take, self.batch.take, self.batch.table, chips, self.table, self.listed.merged.table,
        ]  # fmt: skip
        return [p for p in parts if p.isVisibleTo(self) and p.isEnabled()]

    def take_focus(self) -> None:
        if self.stack.currentWidget() is self.clash:
            self.clash.table.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            (self.take if self.take.isVisibleTo(self) else self.choose).setFocus()


def aside_words(aside: Sequence[Aside], others: int) -> str:
    """水利局的第 1 轮核查表有 3 处要您定，另有 1 份；收下还没合并的 2 份。"""
    first = aside[0]
    left = f"有 {first.asks:,} 处要您定" if first.asks else "还没有合并"
    more = f"，另有 {len(aside) - 1:,} 份" if len(aside) > 1 else ""
    more += f"；收下还没合并的 {others:,} 份" if others else ""
    return f"{first.who}的{first.what}{left}{more}。"
