"""今日要办: what is late and what is due, most urgent first; Enter opens the exact field."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.ledger import ledgers
from app.office import clock_warning
from app.rounds.awaited import Awaited
from app.today import at_hand
from app.today.coming import Coming
from app.today.statistics import Today, Todo
from ui import look
from ui.desk import Desk
from ui.screens.awaited_card import AwaitedCard, destination, key_of, waited_words
from ui.screens.side_list import SideList
from ui.tables.plain_model import PlainModel, PlainRow
from ui.tables.plain_table import PlainTable
from ui.widgets.bars import Strip
from ui.widgets.bars_chart import BarsChart, Legend
from ui.widgets.buttons import button
from ui.widgets.cards import Card, NumberCard
from ui.widgets.chips import ChipRow
from ui.widgets.empty import EmptyState
from ui.widgets.labels import ElidedLabel, day_words, label
from ui.widgets.screen import Screen

HEADS = ("灯号", "时限（工作日）", "要办的事", "项目", "责任单位")
SCOPES = {"all": "全部", "red": "逾期", "today": "今天", "yellow": "临期"}
LEAST_WITH_SIDE = 940
LOW = 520  # a page lower than this shows fewer rows of what is waited for
MOST_PAPERS, MOST_COMING = 3, 4
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
        why = "调走、休假前：在办的事列成一张单子，三方签字"
        self.hand_over = button("工作交接…", self._hand_over, sign="user", why=why)
        head.addWidget(self.hand_over)
        self.print_button = button("打印今日清单", self.print_shown, sign="print")
        head.addWidget(self.print_button)
        self.strip = Strip()
        self.body.addWidget(self.strip)
        self.body.addLayout(self._cards())
        row = QHBoxLayout()
        row.setSpacing(10)
        self.awaited = AwaitedCard()
        self.awaited.wished.connect(lambda page, place: self._go(page, place, self.awaited.table))
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
        self.signing = SideList("待签字的打印件", ("打印件", "在谁手里"), "去签批", MOST_PAPERS, 190)
        self.coming = SideList("近期报送和节点", ("什么", "时限"), "打开", MOST_COMING, 92)
        side = QVBoxLayout()
        side.setContentsMargins(0, 0, 0, 0)
        side.setSpacing(10)
        side.addWidget(places)
        for beside in (self.signing, self.coming):
            beside.wished.connect(lambda one, beside=beside: self._go(*destination(one), beside.table))
            side.addWidget(beside)
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
        self.signing.set([_paper(one) for one in at_hand.papers(now.papers)] if self.desk.has_page("sign") else [])
        self.coming.set([_day(*pair) for pair in zip(now.coming, at_hand.plan_days(now.coming), strict=True)])
        self._show_awaited()
        self.chips.set(
            [(key, SCOPES[key], n) for key, n in (
                ("all", len(now.todos)), ("red", now.overdue), ("today", now.due_today), ("yellow", now.soon)
            )]
        )  # fmt: skip
        self._fill()

    def _show_awaited(self) -> None:
        """Where the side has no room, what stands there is told in the list below."""
        now = self._today
        if now is not None:
            self.awaited.set(now.awaited if not self.side.isHidden() else at_hand.at_hand(now))

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
        self.print_button.setEnabled(bool(rows or self._waiting()))
        self.empty.set(*self._nothing())
        self.told_status()

    def _waiting(self) -> tuple[Awaited, ...]:
        """What goes to paper behind the matters: all of it, unless the clerk looks at a part of them."""
        return at_hand.at_hand(self._today) if self._today is not None and self.chips.current() in ("", "all") else ()

    def _nothing(self) -> tuple[str, str]:
        """The words of an empty list, and what comes next."""
        following = self._today.next_due if self._today else ""
        advice = f"下一个到期日是 {following}" if following else "填了事项的日期和完成时限，到期的会列在这里。"
        waits = len(self._waiting())
        if not waits and not any(line.own for line in ledgers.all(self.desk.office)):
            return "还没有自己的台账", "到“项目台账”打开一本、导入清单，到期的事以后都列在这里。"
        return ("没有到期的事项", f"另有 {waits:,} 件等着的事。{advice}") if waits else ("今天没有要办的", advice)

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

    def _go(self, page: str, place: object, left: QWidget) -> None:
        if self.desk.has_page(page):
            self._left_from = left
            self.wished.emit(page, place)

    # printing

    def _hand_over(self) -> None:
        from ui.dialogs.handover_dialog import HandoverDialog  # noqa: PLC0415 - brings the sending parts, slow to load

        self.asked = HandoverDialog(self.desk, self.window())
        self.asked.open()

    def print_shown(self) -> bool:
        """The list as it is filtered now, as a PDF to look at, print or keep."""
        shown, waiting = self._shown(), self._waiting()
        if not shown and not waiting:
            self.desk.said.emit("没有要办的，不用打印")
        elif not self.desk.busy:
            from ui.screens import today_print  # noqa: PLC0415 - with the first print

            scope = SCOPES[self.chips.current()]
            self.desk.run(today_print.write, shown, scope, waiting, title="正在生成今日清单",
                          done=self._preview, refused=self.strip.refuse)  # fmt: skip
        return True

    def _preview(self, file: Path) -> None:
        from ui.dialogs.printed_dialog import PrintedDialog  # noqa: PLC0415 - with the first print

        self.preview = PrintedDialog(self.desk, file.stem, file, self.window())
        self.preview.open()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A narrow window keeps the list whole and leaves the side away."""
        super().resizeEvent(event)
        beside = self.width() >= LEAST_WITH_SIDE
        if beside == self.side.isHidden():
            self.side.setVisible(beside)
            self._show_awaited()
        self.awaited.fit(self.height() < look.sizes().grown(LOW))

    def regions(self) -> list[QWidget]:
        first = self.chips.first()
        cards = [card for card in (self.awaited, self.signing, self.coming) if not card.isHidden()]
        parts = (self.print_button, self.late, first, self.table, *(card.table for card in cards))
        return [part for part in parts if part is not None]

    def take_focus(self) -> None:
        """Back to the list from which the clerk went away, else to the first one that has anything."""
        lists = (self._left_from, self.table, *self.regions()[3:], self.print_button)
        kept = next((part for part in lists if part.isVisibleTo(self)), self.late)
        kept.setFocus(Qt.FocusReason.OtherFocusReason)


def _row(todo: Todo) -> PlainRow:
    tone = "red" if todo.light == "red" else "amber"
    texts = ("", todo.light_text, todo.what, todo.name, todo.unit)
    tips = {1: f"{todo.due} {todo.cause}".strip(), 3: todo.name}
    return PlainRow(texts, f"{todo.entry_id}/{todo.item}/{todo.field}", {0: todo.light}, {1: tone}, tips, todo)


def _paper(one: Awaited) -> PlainRow:
    """A print with whom it lies, and for how long."""
    said = f"等{one.who} {waited_words(one)}" if one.who else "已签齐，等确定"
    tips = {0: one.what, 1: f"从 {one.since} 起"}
    return PlainRow((one.key, said), key_of(one), tones={1: "amber" if one.who else "green"}, tips=tips, fact=one)


def _day(each: Coming, one: Awaited) -> PlainRow:
    """A report or a day of the plan, by when."""
    by = "报送" if each.kind == "report" else "办理"
    tip = f"{each.ledger}\n{by}：{each.who}\n{each.clause}\n{each.note}".strip()
    tones = {1: {"red": "red", "yellow": "amber"}.get(each.light, "")}
    return PlainRow((f"{each.due[5:]} {each.what}", each.light_text), key_of(one), tones=tones, tips={0: tip, 1: tip}, fact=one)
