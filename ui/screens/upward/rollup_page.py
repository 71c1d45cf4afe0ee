"""分单位情况 (块) and 按审批系统 (条): what each has come to and their sum, no project counted twice."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.listing import counts
from app.office import Office
from app.rollups import rollup_sheets, rollup_systems, rollups
from app.rollups.rollup_sheets import BY_SYSTEM, ITEM, PLACE, TITLE, WORDS
from app.rollups.rollup_systems import SYSTEM, BySystem, System
from app.rollups.rollups import Lower, Rollup
from app.storage import private_rooms
from app.values import divisions
from ui import choosing, look
from ui.desk import Desk
from ui.dialogs.printed_dialog import PrintedDialog
from ui.screens.upward.lower_page import ADVICE, NOTHING, state_of
from ui.tables.plain_model import PlainModel, PlainRow
from ui.tables.plain_table import PlainTable
from ui.widgets.buttons import button
from ui.widgets.chips import ChipRow
from ui.widgets.empty import EmptyState
from ui.widgets.labels import dress, label

SEEN_P = ("listed", "base", "open", "approved", "started", "removed", "corrected")
SEEN_I = tuple(key for key in SEEN_P if key in ITEM)
COLUMNS = (*(f"项目{WORDS[k]}" for k in SEEN_P), *(f"事项{WORDS[k]}" for k in SEEN_I))
HEADS = ("单位", "状态", *COLUMNS)
SYSTEM_HEADS = ("审批系统", "审批超期", *COLUMNS)
WAYS = ((PLACE, "分单位（块）"), (SYSTEM, "按系统（条）"))
WAY_HINTS = {
    PLACE: "下级各单位报来的这种台账",
    SYSTEM: "这个行动的各本台账按审批系统数，块上、条上都报了的同一项目只算一次",
}
MOST_TOLD = 4
FIRST = 2
NUMBERS = frozenset(range(FIRST, len(HEADS)))
WIDTHS = (190, 76, *[72] * (len(HEADS) - FIRST))
BOTH, PROJECTS, ITEMS = "both", "projects", "items"
UNITS = ((BOTH, "项目和事项"), (PROJECTS, "只看项目"), (ITEMS, "只看事项"))
TITLES = {PLACE: TITLE, SYSTEM: BY_SYSTEM}
LEAST, MARGINS = 96, 24  # the frame of the table and its scroll bar


class RollupPage(QWidget):
    """`refused(problem)`; `see_wished(ledger)` on Enter."""

    refused = Signal(object)
    see_wished = Signal(str)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.found: Rollup | None = None
        self._template = ""
        self.units = ChipRow("看项目还是事项")
        self.units.set([(key, words, None) for key, words in UNITS])
        self.units.picked.connect(self._pick)
        self._wanted = BOTH
        self.ways = ChipRow("分单位还是按审批系统")
        self.ways.set([(key, words, None) for key, words in WAYS], WAY_HINTS)
        self.ways.picked.connect(lambda _key: self.show_template(self._template))
        self.systems: BySystem | None = None
        self.export_button = button("导出 Excel…", self.export, sign="excel")
        self.print_button = button("打印…", self.print_table, kind="primary", sign="print")
        self.model = PlainModel(HEADS, NUMBERS, parent=self)
        self.table = PlainTable(TITLE, self.model, WIDTHS, stretch=0)
        self.table.opened.connect(self._open)
        self.foot = label("", wrap=True)
        self.more = label("", "muted", wrap=True)
        self.none = EmptyState(NOTHING, ADVICE)
        whole = QWidget()
        top = QHBoxLayout()
        top.addWidget(self.ways)
        top.addWidget(self.units)
        top.addStretch(1)
        top.addWidget(self.export_button)
        top.addWidget(self.print_button)
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(top)
        column.addWidget(self.table, 1)
        column.addWidget(self.foot)
        column.addWidget(self.more)
        self.stack = QStackedWidget()
        self.stack.addWidget(whole)
        self.stack.addWidget(self.none)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.stack)
        self.whole = whole

    def show_template(self, template: str) -> None:
        """Read the roll-up of that kind of ledger; '' where nothing was received."""
        self._template = template
        self.stack.setCurrentWidget(self.whole if template else self.none)
        if not template:
            return
        if self.way() == SYSTEM:
            self._desk.run(
                rollup_systems.by_system, template, title="正在按审批系统汇总",
                done=self._show_systems, refused=self.refused.emit,
            )  # fmt: skip
            return
        found = self._desk.do(rollups.rollup, template, refused=self.refused.emit)
        if found is None:
            return
        self.found = found
        at = self.table.currentIndex().row()
        place = divisions.name_of(self._desk.office.division)
        self.model.set_heads(HEADS, NUMBERS)
        self.model.set_rows([*(told(row, place) for row in found.rows), _sum_row(found)])
        self.table.choose(at)
        self.foot.setText("\n".join(rollup_sheets.identity(found)))
        beside = rollup_sheets.beside(found)
        self.more.setText("\n".join(beside))
        self.more.setVisible(bool(beside))
        wrong = bool(found.own and not found.own["agrees"])
        dress(self.more, tone="amber" if wrong or found.overdue or found.doubts else "")
        self._columns()

    def way(self) -> str:
        return self.ways.current() or PLACE

    def _show_systems(self, found: BySystem) -> None:
        """条: one row a system, and below them what was counted once."""
        if self.way() != SYSTEM:
            return
        self.systems = found
        at = self.table.currentIndex().row()
        self.model.set_heads(SYSTEM_HEADS, NUMBERS)
        self.model.set_rows([_system_row(row) for row in (*found.rows, found.total)])
        self.table.choose(at)
        words = found.words
        both = ((found.total.projects, words.row), (found.total.items, words.item))
        self.foot.setText("\n".join(counts.identity_line(row, unit, words) for row, unit in both))
        doubles = [f"{one.name}：{'；'.join(one.rows)}" for one in found.doubles[:MOST_TOLD]]
        more = ["……全部列在打印和导出的表里"] if found.doubled > MOST_TOLD else []
        self.more.setText("\n".join((*found.beside, *doubles, *more)))
        self.more.show()
        dress(self.more, tone="")
        self._columns()

    def _pick(self, unit: str) -> None:
        self._wanted = unit
        self._columns()

    def _columns(self) -> None:
        """Only the numbers of the unit that is looked at; never both where the names would not fit beside them."""
        wide = self.width() >= look.sizes().grown(sum(WIDTHS[1:])) + self._names()
        self.units.chip(BOTH).setVisible(wide)
        self.units.choose(PROJECTS if self._wanted == BOTH and not wide else self._wanted)
        unit, items_from = self.units.current(), FIRST + len(SEEN_P)
        for column in range(FIRST, len(HEADS)):
            self.table.setColumnHidden(column, unit == (ITEMS if column < items_from else PROJECTS))

    def _names(self) -> int:
        """How wide the first column must be for the longest name, and the bar at the side."""
        names = [row.texts[0] for at in range(self.model.rowCount()) if (row := self.model.row(at))]
        longest = max((look.text_width(self.table, name) for name in names), default=0)
        return max(look.sizes().grown(LEAST), longest + MARGINS) + MARGINS

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._columns()

    def _open(self, at: int) -> None:
        found = self.model.row(at)
        if found is not None and found.key:
            self.see_wished.emit(found.key)

    def print_table(self) -> None:
        self._desk.run(
            _printed,
            self._template,
            self.way(),
            title="正在生成汇总情况表",
            done=self._preview,
            refused=self.refused.emit,
        )

    def _preview(self, file: Path) -> None:
        self.preview = PrintedDialog(self._desk, file.stem, file, self)
        self.preview.open()

    def export(self) -> None:
        title = TITLES[self.way()]
        name = f"{title}{self._desk.office.today():%Y%m%d}.xlsx"
        file = choosing.save_file(self, f"导出{title}", "export", name, "Excel (*.xlsx)")
        if file is not None:
            self.save(file.with_suffix(".xlsx"))

    def save(self, out: Path) -> None:
        self._desk.do(
            rollup_sheets.export_rollup, self._template, out, by=self.way(), refused=self.refused.emit
        )

    def regions(self) -> list[QWidget]:
        return [self.print_button, self.table]


def _printed(office: Office, template: str, by: str, tell: object = None) -> Path:
    out = private_rooms.until_the_end() / f"{TITLES[by]}{office.today():%Y%m%d}.pdf"
    rollup_sheets.print_rollup(office, template, out, by=by)
    return out


def _system_row(row: System) -> PlainRow:
    numbers = (*rollup_sheets.texts(row.projects, SEEN_P), *rollup_sheets.texts(row.items, SEEN_I))
    late = row.red["projects"]
    tip = f"审批超期 {late:,} 个项目、{row.red['items']:,} 个事项；完成时限已过 {row.red['deadline']:,} 个项目"
    red = {1: "red"} if late else {}
    return PlainRow((row.title, f"{late:,} 个" if late else "—", *numbers), tones=red, tips={0: row.title, 1: tip})


def told(row: Lower, place: str) -> PlainRow:
    """`place` is that of this office: its name before every other one only takes room."""
    state, tone = state_of(row.sealed)
    if row.within:
        state, tone = "不重复计", "muted"
    tones = {0: "amber", 1: tone} if row.doubtful else {1: tone}
    name = rollup_sheets.marked(row, row.office.removeprefix(place) or row.office)
    numbers = (*rollup_sheets.texts(row.projects, SEEN_P), *rollup_sheets.texts(row.items, SEEN_I))
    tips = {0: f"{row.office}：{rollup_sheets.state_words(row)}", 1: rollup_sheets.state_words(row)}
    return PlainRow((name, state, *numbers), row.ledger, tones=tones, tips=tips, fact=row)


def _sum_row(found: Rollup) -> PlainRow:
    numbers = (*rollup_sheets.texts(found.projects, SEEN_P), *rollup_sheets.texts(found.items, SEEN_I))
    return PlainRow((rollup_sheets.sum_words(found), "", *numbers))
