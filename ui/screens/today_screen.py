"""今日要办: what is late and what is due, most urgent first; Enter opens the exact field."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.ledger import ledgers
from app.office import clock_warning
from app.today.statistics import Today, Todo
from ui import look
from ui.desk import Desk
from ui.screens.awaited_card import AwaitedCard
from ui.tables.plain_model import PlainModel, PlainRow
from ui.tables.plain_table import PlainTable
from ui.widgets.bars import Strip
from ui.widgets.bars_chart import BarsChart, Legend
from ui.widgets.buttons import button
from ui.widgets.cards import Card, NumberCard
from ui.widgets.chips import ChipRow
from ui.widgets.coming_card import ComingCard
from ui.widgets.empty import EmptyState
from ui.widgets.labels import ElidedLabel, day_words, label
from ui.widgets.screen import Screen

HEADS = ("灯号", "时限（工作日）", "要办的事", "项目", "责任单位")
SCOPES = {"all": "全部", "red": "逾期", "today": "今天", "yellow": "临期"}
LEAST_WITH_SIDE = 940
LOW = 520  # a page lower than this shows fewer rows of what is waited for
COUNTED_BY = "按事项数；一个项目可有几项，项目台账按项目数"


class TodayScreen(Screen):
    """Cards on top, the list at the left, places and papers at the right."""

    title = "今日要办"

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._today: Today | None = None
        head = self.head()
        self.date = label("", "muted")
        head.addWidget(self.date)
        head.addStretch(1)
        self.print_button = button("打印今日清单", self.print_shown, sign="print")
        head.addWidget(self.print_button)
        self.strip = Strip()
        self.body.addWidget(self.strip)
        self.body.addLayout(self._cards())
        row = QHBoxLayout()
        row.setSpacing(10)
        self.awaited = AwaitedCard()
        self.awaited.wished.connect(self._go)
        lists = QVBoxLayout()
        lists.setSpacing(10)
        lists.addWidget(self._list(), 1)
        lists.addWidget(self.awaited)
        row.addLayout(lists, 5)
        self.side = QWidget()
        self.side.setLayout(self._side())
        row.addWidget(self.side, 3)
        self.body.addLayout(row, 1)
        self._left_from: QWidget = self.table  # the list from which another page was opened

    def _cards(self) -> QHBoxLayout:
        self.late = NumberCard("red", "已逾期")
        self.soon = NumberCard("amber", "临期")
        self.papers = NumberCard("blue", "待签字")
        self.done = NumberCard("green", "本月已办结")
        self.late.pressed.connect(lambda: self._choose("red"))
        self.soon.pressed.connect(lambda: self._choose("yellow"))
        self.papers.pressed.connect(lambda: self.wished.emit("sign", None))
        self.done.pressed.connect(lambda: self.wished.emit("history", None))
        row = QHBoxLayout()
        row.setSpacing(10)
        for card in (self.late, self.soon, self.papers, self.done):
            row.addWidget(card, 1)
        return row

    def _list(self) -> QWidget:
        card = Card()
        card.body.setContentsMargins(1, 1, 1, 1)
        card.body.setSpacing(0)
        self.chips = ChipRow("按时限筛选")
        self.chips.picked.connect(lambda _key: self._fill())
        top = QHBoxLayout()
        top.setContentsMargins(14, 8, 10, 8)
        top.addWidget(label("按先后办", "h2"))
        self.counted_by = ElidedLabel(COUNTED_BY, "muted")
        top.setSpacing(10)
        top.addWidget(self.counted_by, 1)
        top.addWidget(self.chips)
        card.body.addLayout(top)
        self.model = PlainModel(HEADS)
        self.table = PlainTable("要办的事", self.model, (82, 124, 170, 190, 130), stretch=3)
        self.table.setStyleSheet("QTableView { border: none; }")
        self.table.opened.connect(self._open)
        to_ledger = button("去项目台账", lambda: self.wished.emit("ledger", None), sign="ledger")
        self.empty = EmptyState("今天没有要办的", buttons=(to_ledger,))
        self.empty.setProperty("role", "")
        self.list = QStackedWidget()
        self.list.addWidget(self.table)
        self.list.addWidget(self.empty)
        card.body.addWidget(self.list, 1)
        return card

    def _side(self) -> QVBoxLayout:
        places = self.places = Card()
        top = QHBoxLayout()
        top.addWidget(label("各地进度", "h2"))
        top.addStretch(1)
        top.addWidget(Legend())
        places.body.addLayout(top)
        self.chart = BarsChart()
        self.chart.setAccessibleName("各地进度")
        self.no_places = label("填了建设地点的项目会列在这里", "muted", wrap=True)
        places.body.addWidget(self.chart)
        places.body.addWidget(self.no_places)
        self.signing = Card("待签字的打印件")
        self.paper_grid = QGridLayout()
        self.paper_grid.setColumnStretch(0, 1)
        self.signing.body.addLayout(self.paper_grid)
        self.to_sign = button("去签批", lambda: self.wished.emit("sign", None), kind="primary", sign="sign")
        self.signing.body.addWidget(self.to_sign, 0, Qt.AlignmentFlag.AlignLeft)
        side = QVBoxLayout()
        side.setContentsMargins(0, 0, 0, 0)
        side.setSpacing(10)
        side.addWidget(places)
        side.addWidget(self.signing)
        self.coming = ComingCard()
        side.addWidget(self.coming)
        side.addStretch(1)
        return side

    # reading

    def refresh(self) -> None:
        office = self.desk.office
        self.date.setText(day_words(office.today()))
        if warning := clock_warning(office):
            self.strip.tell(warning, "amber")
        now = self._today = self.desk.today(fresh=True)
        self.late.set(now.overdue, now.longest or "没有逾期的")
        self.soon.set(now.soon, f"今天到期 {now.due_today:,} 项")
        waits = sum(len(p.left) > 0 for p in now.papers)
        self.papers.set(waits, "打印件在走签字" if waits else "没有在走签字的打印件")
        more = now.done_this_month - now.done_last_month
        self.done.set(now.done_this_month, f"比上月{'多' if more >= 0 else '少'} {abs(more)} 项")
        self.papers.setVisible(self.desk.has_page("sign"))
        self.chart.set([(p.place, (p.green, p.yellow, p.red)) for p in now.places])
        self.chart.setVisible(bool(now.places))
        self.no_places.setVisible(not now.places)
        self.places.setVisible(bool(now.places) or any(line.own for line in ledgers.all(office)))
        self._papers(now)
        self.coming.set(now.coming)
        self.awaited.set(now.awaited)
        self.chips.set(
            [(key, SCOPES[key], n) for key, n in (
                ("all", len(now.todos)), ("red", now.overdue), ("today", now.due_today), ("yellow", now.soon)
            )]
        )  # fmt: skip
        self._fill()

    def _papers(self, now: Today) -> None:
        while self.paper_grid.count():
            taken = self.paper_grid.takeAt(0)
            if taken is not None and (gone := taken.widget()) is not None:
                gone.deleteLater()
        for at, paper in enumerate(now.papers):
            said, tone = (f"还差{'、'.join(paper.left)}", "amber") if paper.left else ("已签齐", "green")
            state = label(said, tone=tone)
            self.paper_grid.addWidget(ElidedLabel(f"{paper.label}（{paper.on} 印）"), at, 0)
            self.paper_grid.addWidget(state, at, 1)
        self.signing.setVisible(bool(now.papers) and self.desk.has_page("sign"))

    def _shown(self) -> list[Todo]:
        if self._today is None:
            return []
        key, today = self.chips.current(), f"{self.desk.office.today():%Y-%m-%d}"
        kept = {"red": lambda t: t.light == "red", "yellow": lambda t: t.light == "yellow", "today": lambda t: t.due == today}
        return [t for t in self._today.todos if kept.get(key, lambda t: True)(t)]

    def _fill(self) -> None:
        was = self.model.row(self.table.currentIndex().row())
        at = self.table.currentIndex().row()
        rows = [_row(todo) for todo in self._shown()]
        self.model.set_rows(rows)
        found = self.model.find(was.key) if was else -1
        self.table.choose(found if found >= 0 else at)
        self.list.setCurrentWidget(self.table if rows else self.empty)
        self.print_button.setEnabled(bool(rows))
        following = self._today.next_due if self._today else ""
        advice = f"下一个到期日是 {following}" if following else "填了事项的日期和完成时限，到期的会列在这里。"
        self.empty.set("今天没有要办的", advice)
        self.told_status()

    def told_status(self) -> None:
        self.counted.emit(f"共 {len(self._today.todos):,} 项要办" if self._today else "")

    def _choose(self, key: str) -> None:
        self.chips.choose(key)
        self._fill()
        self.table.setFocus()

    def _open(self, row: int) -> None:
        chosen = self.model.row(row)
        if chosen is not None:
            self._left_from = self.table
            todo: Todo = chosen.fact
            place = {"ledger": todo.ledger_id, "entry": todo.entry_id, "item": todo.item, "field": todo.field, "form": True}
            self.wished.emit("ledger", place)

    def _go(self, page: str, place: object) -> None:
        if self.desk.has_page(page):
            self._left_from = self.awaited.table
            self.wished.emit(page, place)

    # printing

    def print_shown(self) -> bool:
        """The list as it is filtered now, as a PDF to look at, print or keep."""
        shown = self._shown()
        if not shown:
            self.desk.said.emit("没有要办的，不用打印")
        elif not self.desk.busy:
            from ui.screens import today_print  # noqa: PLC0415 - with the first print

            scope = SCOPES[self.chips.current()]
            self.desk.run(today_print.write, shown, scope, title="正在生成今日清单",
                          done=self._preview, refused=self.strip.refuse)  # fmt: skip
        return True

    def _preview(self, file: Path) -> None:
        from ui.dialogs.printed_dialog import PrintedDialog  # noqa: PLC0415 - with the first print

        self.preview = PrintedDialog(self.desk, file.stem, file, self.window())
        self.preview.open()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A narrow window keeps the list whole and leaves the side away."""
        super().resizeEvent(event)
        self.side.setVisible(self.width() >= LEAST_WITH_SIDE)
        self.awaited.fit(self.height() < look.sizes().grown(LOW))

    def regions(self) -> list[QWidget]:
        first = self.chips.first()
        waiting = None if self.awaited.isHidden() else self.awaited.table
        parts = (self.print_button, self.late, first, self.table, waiting)
        return [part for part in parts if part is not None]

    def take_focus(self) -> None:
        """Back to the list from which the clerk went away, else to the first one that has anything."""
        lists = (self._left_from, self.table, self.awaited.table, self.print_button)
        kept = next((part for part in lists if part.isVisibleTo(self)), self.late)
        kept.setFocus(Qt.FocusReason.OtherFocusReason)


def _row(todo: Todo) -> PlainRow:
    tone = "red" if todo.light == "red" else "amber"
    texts = ("", todo.light_text, todo.what, todo.name, todo.unit)
    tips = {1: f"{todo.due} {todo.cause}".strip(), 3: todo.name}
    return PlainRow(texts, f"{todo.entry_id}/{todo.item}/{todo.field}", {0: todo.light}, {1: tone}, tips, todo)
