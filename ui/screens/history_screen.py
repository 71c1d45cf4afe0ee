"""操作记录: who did what and when, and what each cell was before."""

from __future__ import annotations

import datetime as dt
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.ledger import ledgers
from app.listing import history, lists
from app.listing.history import Deed
from app.listing.lists import Query
from app.removal.undoing import stretch_of
from app.removal.undone import undoable
from ui import look
from ui.desk import Desk
from ui.dialogs.bin_dialog import BinDialog
from ui.screens.changes_table import ChangesTable
from ui.screens.importing.withdraw_dialog import WithdrawDialog
from ui.screens.person_pick import PersonPick
from ui.tables.plain_model import PlainModel, PlainRow
from ui.tables.plain_table import PlainTable
from ui.widgets.buttons import button
from ui.widgets.cards import Card
from ui.widgets.empty import EmptyState
from ui.widgets.labels import ElidedLabel, label
from ui.widgets.screen import Screen
from ui.widgets.tags import TagRow

WORDS = {
    "basis": "依据", "doc_no": "文号", "on": "日期", "reason": "原因", "second": "第二人",
    "second_by": "第二人确认", "not_secret": "声明不涉密的人",
    "note": "说明", "policy": "政策依据", "conclusion": "研判结论", "evidence": "开工依据", "file": "文件", "by": "签字人",
    "role": "签字角色", "to": "收件单位", "label": "版号", "asked_by": "提出人",
    "meeting": "会议", "minutes_no": "纪要文号",
    "behalf": "代签授权", "pen": "手改", "paper": "纸张", "pages": "页数", "gaps": "缺项", "explain": "缺项说明",
    "project": "项目", "item": "事项", "from": "来自", "office": "单位", "fingerprint": "核对码", "rows": "行数",
    "sheet": "工作表", "template": "模板", "attachments": "附件",
}  # fmt: skip
WHOLE_OFFICE, MOST_FOUND = "", 30
WIDTHS = (100, 66, 80, 76, 176, 160)
BESIDE_FROM, DETAIL, LOWEST, UNBOUND = 940, 390, 150, 16_777_215


class HistoryScreen(Screen):
    """A place is {"entry": id, "ledger": id}, each optional."""

    title = "操作记录"

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._entry, self._entry_name = "", ""
        self._run = ""
        self._page = 0
        self._deeds: list[Deed] = []
        self._build_head()
        self.tags = TagRow()
        self.tags.removed.connect(lambda _key: self._whole())
        self.tags.cleared.connect(self._whole)
        self.body.addWidget(self.tags)
        self.model = PlainModel(("日期", "时间", "经办人", "做了什么", "项目", "内容"), parent=self)
        self.table = PlainTable("操作记录", self.model, WIDTHS, stretch=5)
        self.table.picked.connect(self._show_detail)
        self.table.opened.connect(self.open_row)
        self.empty = EmptyState("还没有操作记录", "新增、修改、导入、打印、签字……每一步都会记在这里。")
        self.stack = QStackedWidget()
        self.stack.addWidget(self._list())
        self.stack.addWidget(self.empty)
        self.body.addWidget(self.stack, 1)

    def _build_head(self) -> None:
        head = self.head()
        self.which = QComboBox()
        self.which.setAccessibleName("哪本台账")
        self.which.activated.connect(lambda _at: self._first_page())
        self.finder = QLineEdit()
        self.finder.setPlaceholderText("查一个项目")
        self.finder.setAccessibleName("只看一个项目")
        self.finder.setToolTip("名称、编号或拼音首字母")
        self.finder.setMaximumWidth(320)
        self.finder.returnPressed.connect(lambda: self.search(self.finder.text().strip()))
        self.found = QComboBox()
        self.found.setAccessibleName("找到的项目")
        self.found.hide()
        self.found.activated.connect(lambda _at: self._picked())
        self.bin = button("回收站…", self.open_bin, sign="bin", why="看删除的行，放回台账")
        self.person = PersonPick(self.desk, self._first_page)
        for made in (self.which, self.person, self.bin):
            head.addWidget(made)
        head.addStretch(1)
        head.addWidget(self.found)
        head.addWidget(self.finder, 2)

    def _list(self) -> QWidget:
        self.detail = PlainModel(("栏目", "原来", "改成"), parent=self)
        self.steps = ChangesTable(self.detail)
        self.what, self.when = ElidedLabel("", "h2"), label("", "muted", wrap=True)
        self.go_button = button("打开这个项目", lambda: self.open_row(self.table.currentIndex().row()))
        top = QHBoxLayout()
        self.back_button = button("撤销这一步", self.take_back, sign="undo")
        top.addWidget(self.what, 1)
        top.addWidget(self.back_button)
        top.addWidget(self.go_button)
        self.card = Card()
        self.card.body.setContentsMargins(12, 6, 10, 8)
        self.card.body.setSpacing(6)
        self.card.body.addLayout(top)
        self.card.body.addWidget(self.when)
        self.card.body.addWidget(self.steps, 1)
        self.more = button("再看更早的", self._older)
        left = QVBoxLayout()
        left.setSpacing(6)
        left.addWidget(self.table, 1)
        foot = QHBoxLayout()
        foot.addWidget(self.more)
        foot.addStretch(1)
        left.addLayout(foot)
        whole = QWidget()
        self._both = QBoxLayout(QBoxLayout.Direction.LeftToRight, whole)
        self._both.setContentsMargins(0, 0, 0, 0)
        self._both.setSpacing(8)
        self._both.addLayout(left, 1)
        self._both.addWidget(self.card)
        return whole

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A narrow window has the details below the list, so that the list is whole."""
        super().resizeEvent(event)
        beside = self.width() >= look.sizes().grown(BESIDE_FROM)
        way = QBoxLayout.Direction
        self._both.setDirection(way.LeftToRight if beside else way.TopToBottom)
        self.card.setMinimumWidth(look.sizes().grown(DETAIL) if beside else 0)
        self.card.setMaximumSize(
            *((look.sizes().grown(DETAIL), UNBOUND) if beside else (UNBOUND, max(LOWEST, round(self.height() * 0.38))))
        )

    # reading

    def go(self, place: Any) -> None:
        place = place or {}
        if place.get("ledger"):
            self._fill_which()
            self.which.setCurrentIndex(max(0, self.which.findData(place["ledger"])))
        entry = str(place.get("entry") or "")
        self._for_entry(entry, lists.line(self.desk.office, entry).name if entry else "")
        self.take_focus()

    def refresh(self) -> None:
        self._fill_which()
        self._read(self._page)

    def _fill_which(self) -> None:
        self.person.refresh()
        kept = self.which.currentData()
        self.which.clear()
        self.which.addItem("本单位全部记录", WHOLE_OFFICE)
        for line in ledgers.all(self.desk.office):
            self.which.addItem(line.title if line.own else f"{line.title}（{line.origin}）", line.id)
        self.which.setCurrentIndex(max(0, self.which.findData(kept)))

    def _first_page(self) -> None:
        self._page = 0
        self._read(0)

    def _older(self) -> None:
        self._page += 1
        at = len(self._deeds)
        self._read(self._page)
        self.table.choose(at)

    def _read(self, upto: int) -> None:
        was = self.model.row(self.table.currentIndex().row())
        ledger = str(self.which.currentData() or "") or None
        self._deeds = []
        office, by = self.desk.office, self.person.names()
        for page in range(upto + 1):
            some = history.lines(office, self._entry or None, ledger_id=ledger, page=page, folded=True, run=self._run, by=by)
            self._deeds += some
        self.more.setVisible(len(some) == history.PAGE)
        self.model.set_rows([_row(d) for d in self._deeds])
        self.stack.setCurrentIndex(0 if self._deeds else 1)
        self.table.choose(max(0, self.model.find(was.key) if was else 0))
        self._show_detail(self.table.currentIndex().row())
        self.told_status()

    def told_status(self) -> None:
        more = "，还有更早的" if not self.more.isHidden() else ""
        self.counted.emit(f"{len(self._deeds):,} 条记录{more}" if self._deeds else "")

    # which entry

    def search(self, text: str) -> bool:
        """Show one project's history; several hits are offered to choose from."""
        office = self.desk.office
        if not text:
            self.found.hide()
            self._for_entry("", "")
            return True
        wanted = str(self.which.currentData() or "")
        hits = [
            one
            for line in ledgers.all(office)
            if wanted in ("", line.id)
            for one in lists.lines(office, lists.ids(office, line.id, Query(text=text))[:MOST_FOUND])
        ]
        self.found.clear()
        for hit in hits[:MOST_FOUND]:
            self.found.addItem(f"{hit.no}  {hit.name}", (hit.id, hit.name))
        self.found.setVisible(len(hits) > 1)
        if not hits:
            self.desk.said.emit(f"没有找到“{text}”这个项目")
        else:
            self._picked()
        return True

    def _picked(self) -> None:
        entry, name = self.found.currentData()
        self._for_entry(entry, name)

    def _whole(self) -> None:
        """Leave the one project, or the one import, that was looked at."""
        run, self._run = self._run, ""
        if self._entry or not run:
            self._for_entry("", "")
            return
        self.tags.set([])
        self._first_page()
        self.table.choose(next((at for at, d in enumerate(self._deeds) if d.subject == run), 0))

    def open_row(self, row: int) -> None:
        """Enter: an import shows its rows, any other deed its project."""
        found = self.model.row(row)
        if found is None or found.fact.verb != "import" or self._run:
            self.open_entry(row)
            return
        self._run = found.fact.subject
        self.tags.set([("run", f"导入 = {found.fact.facts.get('file', '')}")])
        self._first_page()

    def _for_entry(self, entry: str, name: str) -> None:
        self._entry, self._entry_name, self._run = entry, name, ""
        self.tags.set([("entry", f"项目 = {name}")] if entry else [])
        if not entry:
            self.finder.clear()
            self.found.hide()
        self._first_page()

    # one deed

    def _show_detail(self, row: int) -> None:
        found = self.model.row(row)
        deed: Deed | None = found.fact if found is not None else None
        opens = deed is not None and deed.verb == "import" and not self._run
        self.go_button.setVisible(opens or bool(deed and deed.name))
        self.back_button.setVisible(deed is not None and (opens or undoable([deed.verb])))
        _call(self.back_button, "撤回这次导入…" if opens else "撤销这一步")
        _call(self.go_button, "看导入的每一行" if opens else "打开这个项目")
        if deed is None:
            self.what.setText("")
            self.when.setText("")
            self.detail.set_rows([])
            return
        self.what.setText(f"{deed.title}  {deed.name}".strip())
        self.when.setText(f"{deed.on} · {deed.clerk} 经办 · 第 {deed.seq} 号")
        steps = [PlainRow((s.what, s.old or "空", s.new or "空"), tips={0: s.what, 1: s.old, 2: s.new}) for s in deed.steps]
        facts = [PlainRow((WORDS[k], "", str(v)), tips={2: str(v)}) for k, v in deed.facts.items() if k in WORDS and v]
        self.detail.set_rows(steps + facts)

    def take_back(self) -> None:
        """撤销这一步: the whole deed that the chosen line is a part of, of this window or an earlier one; an import whole."""
        found = self.model.row(self.table.currentIndex().row())
        self.asked = _take_back(self, found.fact) if found is not None else None

    def open_bin(self) -> None:
        """回收站: what was deleted, of the ledger chosen."""
        dialog = BinDialog(self.desk, str(self.which.currentData() or ""), self.window())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def open_entry(self, row: int) -> None:
        found = self.model.row(row)
        if found is not None and found.fact.name:
            streams = {x.stream: x.id for x in ledgers.all(self.desk.office)}
            place = {"ledger": streams.get(found.fact.stream, ""), "entry": found.fact.subject, "form": True}
            self.wished.emit("ledger", place)

    def regions(self) -> list[QWidget]:
        return [self.which, self.person.who, self.finder, self.table, self.steps]

    def take_focus(self) -> None:
        self.table.setFocus()


def _row(deed: Deed) -> PlainRow:
    changed = [f"{s.what} {s.old or '空'}→{s.new or '空'}" for s in deed.steps[:3] if s.old or s.new]
    facts = [f"{WORDS[k]} {v}" for k, v in deed.facts.items() if k in WORDS and v]
    more = f" 等 {len(deed.steps):,} 处" if len(deed.steps) > 3 else ""
    content = "；".join(changed) + more or "；".join(facts)
    texts = (deed.on, _clock(deed.at), deed.clerk, deed.title, deed.name, content)
    return PlainRow(texts, f"{deed.stream}/{deed.seq}", tips={4: deed.name, 5: content}, fact=deed)


def _clock(at: str) -> str:
    """The local time of day of an instant, '' when it cannot be read."""
    try:
        return f"{dt.datetime.fromisoformat(at.replace('Z', '+00:00')).astimezone():%H:%M}"
    except ValueError:
        return ""


def _call(made: QPushButton, words: str) -> None:
    made.setText(words)
    made.setAccessibleName(words)


def _take_back(page: HistoryScreen, deed: Deed) -> WithdrawDialog | None:
    """An import is asked about and goes whole; of any other deed all that it wrote."""
    if deed.verb == "import":
        asked = WithdrawDialog(page.desk, {"id": deed.subject, "file": deed.facts.get("file", ""), "on": deed.on}, page)
        asked.open()
        return asked
    span = stretch_of(page.desk.office, deed.stream, deed.seq)
    if span is not None:
        page.desk.steps.take_back(span)
        page.take_focus()
    return None
