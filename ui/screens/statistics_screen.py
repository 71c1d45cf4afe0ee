"""统计: how far each unit has got, how 在账 went down from day to day, and what state the matters are in."""

from __future__ import annotations

from typing import Any

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QPushButton, QStackedWidget, QWidget

from app.ledger import ledgers
from app.ledger.ledger_groups import REGISTER
from app.ledger.ledgers import LedgerLine
from ui import look
from ui.desk import Desk
from ui.screens.statistics import views, ways
from ui.screens.statistics.deeds import Found, StatisticsDeeds
from ui.screens.statistics.options import Options
from ui.screens.statistics.pane import CHART, TABLE, ChartPane
from ui.screens.statistics.views import BURN, HOLD, PROGRESS, STATES, View
from ui.widgets.bars import Strip
from ui.widgets.buttons import button
from ui.widgets.chips import ChipRow
from ui.widgets.empty import EmptyState
from ui.widgets.labels import ElidedLabel
from ui.widgets.ledger_choice import LedgerChoice
from ui.widgets.screen import Screen

WIDE = 1060
NAMES = {PROGRESS: "进度", BURN: "在账变化", STATES: "状态", HOLD: "卡在谁手里"}
NOTHING = "还没有台账"
ADVICE = "打开一本台账，把清单导进来，这里就按单位、事项和地方画出进度。"
NO_ROWS = "《{title}》里还没有{row}"
FILL = "导入清单或者一项一项新增以后，这里就有数。"
NONE_THEN = "这一天还没有可数的{row}"
ANOTHER_DAY = "换一天，或者换一种分法再看；今天的都在台账里。"
UNSEALED = "《{title}》还没有确定"
SEAL = "底数签字、确定以后，这里从那一天起逐日画出还剩多少。先去“签批办结”打印、签字、确定。"
NOBODY = "没有卡在谁手里的{row}"
NOBODY_WHY = "{open}的{row}都不在等哪一方办；填了报件、受理、转报这些日期，这里就按等了几天画出来。"
KEPT = "没有汇总完，图上还是原来的数"
PAST_ONLY = "台账里只有今天的样子：下面是现在符合的{row}，和图上那一天的数可能不同"


class StatisticsScreen(Screen):
    """A place is {"ledger": id, "view": progress, burn, states or hold}."""

    title = "统计"

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._wanted = str(desk.state.value("statistics/ledger") or "")
        self._lines: dict[str, LedgerLine] = {}
        self.found: Found | None = None
        self.strip = Strip()
        self.deeds = StatisticsDeeds(desk, self)
        self.deeds.read_out.connect(self._read_out)
        self.deeds.given_up.connect(lambda: self.strip.tell(KEPT, "amber", "再汇总", self._read))
        self.deeds.wished.connect(lambda place: self.wished.emit("ledger", place))
        self._head()
        self.deeds.refused.connect(self.strip.refuse)
        self.body.addLayout(self._choices())
        self.body.addWidget(self.strip)
        self.sums = ElidedLabel("", "strong")
        self.body.addWidget(self.sums)
        self.none = EmptyState(NOTHING, ADVICE, (self._way("去项目台账", "ledger", sign="ledger"),))
        self.unsealed = EmptyState("", "", (self._way("去签批", "sign", sign="sign"),))
        self.pane = ChartPane(self.unsealed)
        self.pane.opened.connect(self._open)
        self.why = button("数字为什么变了", self._why, why="这一段里来了什么、走了什么、凭什么文件（回车）")
        self.rows = button("看这些行", self._open, why="到台账里看这一条后面的行（回车，或者点图）")
        for made in (self.why, self.rows):
            self.pane.add(made)
        self.stack = QStackedWidget()
        for whole in (self.pane, self.none):
            self.stack.addWidget(whole)
        self.body.addWidget(self.stack, 1)

    def _way(self, words: str, page: str, *, sign: str) -> Any:
        return button(
            words, lambda: self.wished.emit(page, {"ledger": self._wanted}), kind="primary", sign=sign
        )

    def _head(self) -> None:
        head = self.head()
        self.which = LedgerChoice()
        self.which.setMinimumWidth(look.sizes().grown(150))
        self.which.picked.connect(lambda ledger: self.go({"ledger": ledger}))
        copies = "把图复制下来，可以贴到文档或消息里；表格用 Ctrl+C 复制"
        self.tools = (
            button("复制", self._copy, why=copies),
            button("导出 Excel", self._export, sign="excel", why="四张表写成一个工作簿"),
            button("打印", self.print_shown, sign="print", why="图和表排成一份 PDF，先看一眼（Ctrl+P）"),
        )
        head.addWidget(self.which)
        head.addStretch(1)
        for made in self.tools:
            head.addWidget(made)

    def _choices(self) -> QBoxLayout:
        self.views = ChipRow("看什么")
        self.views.set([(key, words, None) for key, words in NAMES.items()])
        self.views.choose(str(self.desk.state.value("statistics/view") or PROGRESS))
        self.views.picked.connect(self.show_view)
        self.sides = ChipRow("看图还是看表")
        self.sides.set([(CHART, "图", None), (TABLE, "表", None)])
        self.sides.picked.connect(lambda _key: self._arrange())
        self.options = Options()
        self.options.touched.connect(self._read)
        self.options.refused.connect(self.strip.refuse)
        first = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        first.setSpacing(8)
        first.addWidget(self.views)
        first.addStretch(1)
        first.addWidget(self.sides)
        self._rows = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._rows.setSpacing(8)
        self._rows.addLayout(first)
        self._rows.addWidget(self.options, 1)
        return self._rows

    # reading

    def go(self, place: Any) -> None:
        wanted = dict(place or {})
        self._wanted = str(wanted.get("ledger") or self._wanted)
        if wanted.get("view"):
            self.views.choose(str(wanted["view"]))
        self.refresh()
        self.take_focus()

    def refresh(self) -> None:
        known = ledgers.all(self.desk.office)
        self._lines = {line.id: line for line in known}
        line = self.line()
        self.which.show_ledgers(known, line.id if line else "", more=False)
        for made in (self.which, self.views, self.sides, self.options, self.sums, *self.tools):
            made.setVisible(line is not None)
        if line is None:
            self.none.set(NOTHING, ADVICE)
            self.stack.setCurrentWidget(self.none)
            return
        self._wanted = line.id
        self.desk.state.setValue("statistics/ledger", line.id)
        self.options.show_line(line, self.desk.office.today())
        self._name_views(line)
        self._read()

    def line(self) -> LedgerLine | None:
        """The ledger that is shown: the one last chosen, else the first campaign's."""
        found = self._lines.get(self._wanted)
        campaigns = [line for line in self._lines.values() if line.loaded.t.nature != REGISTER]
        return found or next(iter((*campaigns, *self._lines.values())), None)

    def _name_views(self, line: LedgerLine) -> None:
        words = line.loaded.t.words
        called = f"{words.item}状态" if line.loaded.t.items is not None else f"{words.row}环节"
        named = {**NAMES, BURN: f"{words.open}变化", STATES: called}
        self.views.set([(key, said, None) for key, said in named.items()])

    def _read(self) -> None:
        self.strip.hide()
        self.options.show_for(self.view())
        asked = self.options.asked(self.view())
        self._arrange()
        if asked is not None:
            self.deeds.read(asked)

    def _read_out(self, found: Found) -> None:
        if found.asked != self.options.asked(self.view()):
            return  # something else was chosen meanwhile
        self.found = found
        self._show()

    # what is shown

    def view(self) -> str:
        return self.views.current() or PROGRESS

    def show_view(self, key: str) -> None:
        """Another chart of the same ledger."""
        self.views.choose(key)
        self.desk.state.setValue("statistics/view", key)
        self._read()

    def _show(self) -> None:
        assert self.found is not None
        line, words = self._lines[self.found.asked.ledger], self.found.headway.words
        key = self.view()
        self.unsealed.set(UNSEALED.format(title=line.title), SEAL)
        self.pane.show_view(_made(self.found, line, key))
        nothing = self.pane.blank and key != BURN
        if not line.rows:
            self.none.set(NO_ROWS.format(title=line.title, row=words.row), FILL)
        elif nothing and key == HOLD:
            self.none.set(NOBODY.format(row=words.row), NOBODY_WHY.format(row=words.row, open=words.open))
        elif nothing:
            self.none.set(NONE_THEN.format(row=words.row), ANOTHER_DAY)
        self.stack.setCurrentWidget(self.pane if line.rows and not nothing else self.none)
        if key == BURN and self.found.asked.since is not None:
            self.pane.line.choose_since(self.found.asked.since)  # the period is what is asked about
        self.why.setVisible(key == BURN)
        self.rows.setVisible(key != BURN)
        for made in self.tools:
            made.setVisible(bool(line.rows) and not self.pane.blank)
        self.sums.setText(views.told(self.found.headway, register=line.loaded.t.nature == REGISTER))
        self._arrange()
        self.told_status()

    def told_status(self) -> None:
        late = self.found.headway.whole.late if self.found else 0
        self.counted.emit(f"逾期 {late:,}" if late else "")

    def _arrange(self) -> None:
        wide = self.width() >= look.sizes().grown(WIDE)
        self._rows.setDirection(
            QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        )
        shown = self.stack.currentWidget() is self.pane and not self.pane.blank
        self.sides.setVisible(not wide and shown)
        self.pane.arrange(wide, self.sides.current() or CHART)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    # deeds

    def _open(self) -> None:
        """The rows behind a bar, or why the number of a stretch changed."""
        if self.found is None or self.pane.blank:
            return
        if self.view() == BURN:
            self._why()
            return
        at, found = self.pane.plot.at, self.found.headway
        loaded = self._lines[found.ledger].loaded
        if self.view() == STATES:
            place = ways.to_state(found, found.states[at])
        elif self.view() == HOLD:
            held = self.found.holding
            place = ways.to_holder(held, held.rows[at], self.pane.bars.part)
        else:
            register = loaded.t.nature == REGISTER
            part = self.pane.bars.part
            place = ways.to_group(loaded, found, found.groups[at], part, register=register)
        if self.found.asked.on is not None:
            self.desk.said.emit(PAST_ONLY.format(row=found.words.row))
        self.wished.emit("ledger", place)

    def _why(self) -> None:
        chart = self.pane.line.chart
        if self.found is not None and chart is not None:
            first, last = self.pane.line.stretch()
            self.deeds.why(self.found.asked.ledger, chart.days[first], chart.days[last])

    def _copy(self) -> None:
        if self.found is None or self.pane.blank:
            return
        if not self.pane.left.isVisible() or self.pane.table.hasFocus():
            self.pane.table.copy()
            self.desk.said.emit("表已复制，可以贴到 Excel、WPS 里")
        else:
            self.deeds.copy_picture(self.pane.plot)

    def _pages(self, keys: tuple[str, ...]) -> list[Any]:
        assert self.found is not None
        found = self.found.headway
        period, line = views.period(found), self._lines[found.ledger]
        return [views.page_of(_made(self.found, line, key), found.title, found.unit, period) for key in keys]

    def _export(self) -> None:
        if self.found is not None:
            self.deeds.write_book(self._pages(tuple(NAMES)), self.found.headway.title)

    def print_shown(self) -> bool:
        """Ctrl+P: the chart and its table."""
        if self.found is not None and self.pane.view is not None and not self.pane.blank:
            self.deeds.print_view(self.pane.view, self._pages((self.view(),))[0])
        return True

    # the window asks

    def pick_ledger(self) -> bool:
        if not self.which.isHidden():
            self.which.setFocus()
            self.which.showPopup()
        return True

    def regions(self) -> list[QWidget]:
        if self.stack.currentWidget() is self.none:
            return list(self.none.findChildren(QPushButton)[:1])
        first = self.views.first()
        return [*([first] if first else []), *self.pane.regions()]


def _made(found: Found, line: LedgerLine, key: str) -> View:
    """One of the four views of what was read."""
    head = found.headway
    if key == BURN:
        return views.burn(found.series, head.words, item=found.asked.item)
    if key == HOLD:
        return views.hold(found.holding)
    return (
        views.states(head)
        if key == STATES
        else views.progress(head, register=line.loaded.t.nature == REGISTER)
    )
