"""回头看: draw a sample, print its list, write down what was found row by row, and how true it turned out (SB 六(四))."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton

from app.ledger.ledgers import LedgerLine
from app.listing import lists
from app.listing.list_rules import Query
from app.listing.lists import Line
from app.papers import recheck_print, sample_lists
from ui.dialogs.following.batches_dialog import BatchesDialog
from ui.dialogs.following.finding_dialog import FindingDialog
from ui.dialogs.following.sample_dialog import SampleDialog
from ui.screens.following.following_screen import FollowingScreen
from ui.widgets.buttons import button
from ui.widgets.menu_button import Choice


class RecheckScreen(FollowingScreen):
    """抽样, 批次, 登记结果 in the head; the rates in 更多."""

    title = "回头看"
    page = "recheck"

    def own_tools(self) -> tuple[QPushButton, ...]:
        return (
            *self.first_deeds(),
            button("各批…", self._batches, sign="gather", why="抽过的各批：再打印清单、看进度、核查情况表"),
            button("登记结果…", self.find, sign="edit", why="登记这一行的核查结果，接着下一行"),
        )

    def first_deeds(self) -> tuple[QPushButton, ...]:
        return (
            button("抽样…", self.draw, sign="check", why="从台账里抽一批来核查，种子印在清单上，谁抽都一样"),
        )

    def more(self) -> list[Choice]:
        return [Choice("核查情况表", lambda: self.rates(""), tip="全部回头看：各单位、各事项的属实率")]

    def draw(self) -> None:
        dialog = SampleDialog(self.desk, self.own_campaigns(), self.window())
        dialog.drawn.connect(self._drawn)
        self.open(dialog)

    def _drawn(self, batch: str) -> None:
        self.refresh()
        self.show_batch(batch)
        self.again(batch)

    def again(self, batch: str) -> None:
        """The list of a batch, to look at and print."""
        self.printing.make("回头看抽样清单", sample_lists.again, batch)

    def rates(self, batch: str) -> None:
        self.printing.make("回头看核查情况表", recheck_print.write, batch=batch)

    def _batches(self) -> None:
        dialog = BatchesDialog(self.desk, self.window())
        dialog.again.connect(self.again)
        dialog.rates.connect(self.rates)
        dialog.shown_wished.connect(self.show_batch)
        self.open(dialog)

    def show_batch(self, batch: str) -> None:
        """The rows of one batch alone."""
        if self.bench is not None:
            self._apply(Query(where=(("sample", (batch,)),)))
            self.take_focus()

    def find(self) -> None:
        """登记结果 of the current row; then of the next one of its batch that waits."""
        self.ask(self._finding)

    def _finding(self, ledger: LedgerLine, line: Line) -> FindingDialog:
        dialog = FindingDialog(self.desk, ledger, line, self.window())
        dialog.next_wished.connect(self._next)
        return dialog

    def _next(self, before: str) -> None:
        """Go to the next row of the batch that was not looked at yet."""
        if self.bench is None:
            return
        line = lists.line(self.desk.office, before)
        batch = line.cells.get("sample")
        where = (("sample", (str(batch),)),) if batch else ()
        waiting = lists.ids(self.desk.office, self.bench.line.id, Query(where=where, sublist="waiting"))
        if not waiting:
            self.desk.said.emit("这一批都核查完了" if batch else "没有待核查的了")
            return
        rows = lists.lines(self.desk.office, waiting)
        following = next((row for row in rows if row.number > line.number), rows[0])
        self.bench.arrive({"entry": following.id})
        self.find()
