"""部门核对: at the office that asks, the board of the running round; at a department, its check list and 回传."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QStackedWidget, QWidget

from app.change import Change
from app.ledger import ledgers
from app.ledger.ledgers import CHECK, MAIN, LedgerLine
from app.rounds import objections, rounds, unsent
from app.rounds.rounds import BUNDLE, Part, Round
from sync.merges import pushes
from ui import choosing, look
from ui.desk import Desk
from ui.screens.exchanging.arriving import FILTER
from ui.screens.rounds import board_rows
from ui.screens.rounds.begin_dialog import BeginDialog
from ui.screens.rounds.close_dialog import CloseDialog
from ui.screens.rounds.own_part import OwnPart
from ui.screens.rounds.part_deeds import PartDeeds
from ui.screens.rounds.push_dialog import PushDialog
from ui.tables.plain_model import PlainModel
from ui.tables.plain_table import PlainTable
from ui.widgets.bars import Strip
from ui.widgets.buttons import allow, button
from ui.widgets.empty import EmptyState
from ui.widgets.labels import ElidedLabel
from ui.widgets.screen import Screen

WIDE = 1000
HANDING_BACK = "交回的核查表有填错的：把问题写成批注，另存一份退给对方改；对方的原表不动"
NO_BOOK = "这个部门收的是数据包，没有表可批注；没有采用的行，合并时会写出退回单"
NARROW_HIDES = (6, 8)  # on a small screen the days stand in what came back only


class RoundsScreen(Screen):
    """A place is {"ledger": id}, and {"dept": department} of its board."""

    title = "部门核对"

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.now: Round | None = None
        self.asked: Any = None  # the dialog last opened
        self._wanted = self._wanted_dept = ""
        self._lines: dict[str, LedgerLine] = {}
        head = self.head()
        self.which = QComboBox()
        self.which.setAccessibleName("台账")
        self.which.activated.connect(lambda _at: self._show())
        head.addWidget(self.which)
        head.addStretch(1)
        self.begin = button("开始核查…", self._begin, kind="primary", sign="check")
        self.push = button("推送…", self._push, kind="primary", sign="send")
        self.take = button("收回传…", self._take, sign="receive")
        self.close_round = button("结束本轮…", self._close)
        for made in (self.begin, self.push, self.take, self.close_round):
            head.addWidget(made)
        self.strip = Strip()
        self.body.addWidget(self.strip)
        self.said = ElidedLabel("", "strong")
        self.body.addWidget(self.said)
        self.stack = QStackedWidget()
        self.stack.addWidget(self._board())
        self.own = OwnPart(desk)
        self.own.wished.connect(self.wished)
        self.own.refused.connect(lambda p: self.strip.tell(p.text))
        self.none = EmptyState("还没有发出的")
        for page in (self.own, self.none):
            self.stack.addWidget(page)
        self.body.addWidget(self.stack, 1)
        self.deeds = PartDeeds(desk, self)
        self.deeds.wished.connect(self.wished)
        self.deeds.told.connect(self.strip.tell)
        self.see = button("看交回的结果", lambda: self.open_part(self.table.currentIndex().row()))
        self.differ = button("看两边的不同", self._differences)
        self.remind = button("催办单…", self._remind, sign="print")
        self.hand_back = button("退回批注…", lambda: self.deeds.hand_back(self.part()), why=HANDING_BACK)
        self.body.addLayout(self._foot())

    def _board(self) -> QWidget:
        self.model = PlainModel(board_rows.HEADS, board_rows.RIGHT, parent=self)
        self.table = PlainTable("各部门核查进度", self.model, board_rows.WIDTHS, stretch=board_rows.STRETCH)
        self.table.opened.connect(self.open_part)
        self.table.picked.connect(lambda _row: self._follow())
        return self.table

    def _foot(self) -> QHBoxLayout:
        row = QHBoxLayout()
        for made in (self.see, self.differ, self.remind, self.hand_back):
            row.addWidget(made)
        row.addStretch(1)
        return row

    # reading

    def go(self, place: Any) -> None:
        self._wanted, self._wanted_dept = (str((place or {}).get(key) or "") for key in ("ledger", "dept"))
        self.refresh()
        self.take_focus()

    def refresh(self) -> None:
        kept = self._wanted or str(self.which.currentData() or "")
        known = [x for x in ledgers.all(self.desk.office) if x.own and x.purpose in (MAIN, CHECK)]
        found = [x for x in known if x.loaded.t.round is not None]
        self._lines = {line.id: line for line in found}
        self.which.clear()
        for line in found:
            self.which.addItem(_called(line), line.id)
        self.which.setCurrentIndex(max(0, self.which.findData(kept)))
        self.which.setVisible(len(found) > 1)
        self._show()

    def line(self) -> LedgerLine | None:
        return self._lines.get(str(self.which.currentData() or ""))

    def _show(self) -> None:
        line = self.line()
        self.now = None
        if line is not None and line.purpose == CHECK:
            self.own.show_line(line)
            self.stack.setCurrentWidget(self.own)
        else:
            self.now = rounds.board(self.desk.office, line.id) if line is not None else None
            self._show_board(line)
        self._allow(line)
        self.told_status()

    def _show_board(self, line: LedgerLine | None) -> None:
        now = self.now
        if now is None:
            self.none.set("还没有发出的", _nothing(line))
            self.stack.setCurrentWidget(self.none)
            return
        today = self.desk.office.today()
        ways = {way.dept: way for way in pushes.ways(self.desk.office, now)} if now.open else {}
        was = self.model.row(self.table.currentIndex().row())
        at = self._wanted_dept or (was.key if was else "")
        self._wanted_dept = ""
        standing = objections.unanswered(self.desk.office, now.ledger)
        moved = unsent.moved(self.desk.office, now) if now.open else {}
        self.model.set_rows(board_rows.rows(now, ways, today, standing, moved))
        self.table.choose(max(0, self.model.find(at)))
        self.said.setText(board_rows.summary(now, today, standing, moved))
        self.stack.setCurrentWidget(self.table)

    def _allow(self, line: LedgerLine | None) -> None:
        """Only the deeds that are possible now are to be seen."""
        asks = line is not None and line.purpose != CHECK
        running = self.now is not None and self.now.open
        self.begin.setVisible(asks and not running)
        self.begin.setEnabled(line is not None and line.rows > 0)
        self.push.setVisible(running)
        self.take.setVisible(asks and self.now is not None)
        self.close_round.setVisible(running)
        self.said.setVisible(self.now is not None)
        for made in (self.see, self.differ, self.hand_back):
            made.setVisible(self.now is not None)
        self.remind.setVisible(running)
        waits = self.now is not None and any(p.state == rounds.SENT for p in self.now.parts)
        allow(self.remind, "催办单…", "" if waits else "没有要催的")
        self._follow()

    def told_status(self) -> None:
        waiting = sum(p.state == rounds.SENT for p in self.now.parts) if self.now else 0
        self.counted.emit(f"等 {waiting} 个部门回传" if waiting else "")

    def part(self) -> Part | None:
        found = self.model.row(self.table.currentIndex().row())
        return found.fact if found is not None and self.now is not None else None

    def _follow(self) -> None:
        part = self.part()
        back = part is not None and bool(part.office) and bool(part.sent_on)
        self.differ.setEnabled(back)
        self.differ.setToolTip("" if back else "收到对方回传的数据包以后才能看")
        sent = part is not None and bool(part.sent_on)
        self.see.setEnabled(sent)
        self.see.setToolTip("" if sent else "还没有发给这个部门，发出、收回以后才有结果可看")
        bundled = part is not None and bool(part.pushes) and all(p.medium == BUNDLE for p in part.pushes)
        self.hand_back.setEnabled(not bundled)
        self.hand_back.setToolTip(NO_BOOK if bundled else HANDING_BACK)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < look.sizes().grown(WIDE)
        for column in NARROW_HIDES:
            self.table.setColumnHidden(column, narrow)

    # deeds of the office that asks

    def _begin(self) -> None:
        line = self.line()
        if line is not None:
            self.asked = BeginDialog(self.desk, line, self)
            self.asked.accepted.connect(self.take_focus)
            self.asked.open()

    def _push(self) -> None:
        if self.now is not None:
            part = self.part()
            sent = part is not None and bool(part.sent_on) and all(p.sent_on or p.own for p in self.now.parts)
            self.asked = PushDialog(self.desk, self.now, part.dept if sent and part else "", self)
            self.asked.accepted.connect(self._write)
            self.asked.open()

    def _write(self) -> None:
        asked, now = self.asked, self.now
        if now is None or not isinstance(asked, PushDialog) or (folder := asked.folder()) is None:
            return
        self.strip.hide()
        self.desk.run(
            pushes.push, now.ledger, folder, depts=asked.depts(), title="正在写核查清单", done=self._pushed,
            refused=self.strip.refuse,
        )  # fmt: skip

    def _pushed(self, change: Change) -> None:
        failed = change.facts.get("failed") or []
        if failed:
            named = "；".join(f"{one['dept']}：{one['text']}" for one in failed)
            self.strip.tell(f"{len(failed):,} 个部门没有写成。{named}")

    def _take(self) -> None:
        files = choosing.open_files(self, "选各部门交回的文件", "bundle", FILTER)
        if files:
            self.wished.emit("inbox", {"files": files})

    def _close(self) -> None:
        if self.now is not None:
            self.asked = CloseDialog(self.desk, self.now, self)
            self.asked.accepted.connect(self.take_focus)
            self.asked.open()

    # one department

    def open_part(self, row: int) -> None:
        """What that department objected to, added, and what was not taken."""
        found = self.model.row(row)
        if found is not None and self.now is not None:
            self.deeds.open(self.now, found.fact)

    def _differences(self) -> None:
        part = self.part()
        if part is not None and self.now is not None:
            self.deeds.differences(self.now, part)

    def _remind(self) -> None:
        if self.now is not None:
            self.deeds.remind(self.now)

    def print_shown(self) -> bool:
        """Ctrl+P: the 催办单."""
        if self.remind.isVisibleTo(self) and self.remind.isEnabled():
            self._remind()
        else:
            self.desk.said.emit("没有要打印的：推送以后还没有回传的部门，才有催办单")
        return True

    def regions(self) -> list[QWidget]:
        if self.stack.currentWidget() is self.own:
            return self.own.regions()
        first = next((b for b in (self.push, self.begin, self.take) if b.isVisibleTo(self)), None)
        return [*([first] if first else []), *([self.table] if self.now else [])]

    def take_focus(self) -> None:
        parts = [part for part in self.regions() if part.isVisibleTo(self) and part.isEnabled()]
        unsent = self.now is not None and self.now.open and not any(p.sent_on for p in self.now.parts)
        if parts:
            parts[0 if unsent else -1].setFocus(Qt.FocusReason.OtherFocusReason)


def _called(line: LedgerLine) -> str:
    return f"{line.title}（{line.origin_name}推送）" if line.purpose == CHECK else line.title


def _nothing(line: LedgerLine | None) -> str:
    if line is None:
        return (
            "有了自己的台账，就可以把各部门的事项推送出去核查；别的单位推送来的核查清单，在“收件合并”里收下。"
        )
    if not line.rows:
        return "台账里还没有项目。先在“项目台账”里导入清单，再开始核查。"
    return "开始一轮核查，再推送：每个部门只收到归它办理的事项，装了本程序的收数据包，没装的收 Excel 核查表。"
