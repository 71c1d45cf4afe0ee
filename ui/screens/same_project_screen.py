"""同一项目: rows of two ledgers that may be one project, judged by one key each; rows that may leave together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication, QHBoxLayout, QHeaderView, QPushButton, QWidget

from app.change import Change
from app.ledger import ledgers
from app.links import findings, relations
from app.links.findings import Findings
from app.links.pairing import Pair
from app.listing import lists
from ui import look
from ui.desk import Desk
from ui.screens import ledger_ways
from ui.screens import same_project_rows as told
from ui.screens.same_project_rows import PAIRS, READY, UNHELD
from ui.tables.plain_model import PlainModel, PlainRow
from ui.tables.plain_table import PlainTable
from ui.widgets.bars import Strip
from ui.widgets.buttons import button
from ui.widgets.chips import ChipRow
from ui.widgets.empty import EmptyState
from ui.widgets.labels import label
from ui.widgets.screen import Screen

NONE = Findings((), (), (), {}, {})
FIELDS = (("project_code", "代码"), ("owner_org", "建设单位"), ("place", "地点"), ("due_date", "时限"))
"""What two rows are compared by below the list, where their ledgers have it."""


class JudgedTable(PlainTable):
    """`keyed(digit)` for the keys 1 to 9; many rows may be chosen at once."""

    keyed = Signal(int)

    def __init__(self, name: str, model: PlainModel) -> None:
        super().__init__(name, model, ())
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier == Qt.KeyboardModifier.NoModifier
        if plain and Qt.Key.Key_1 <= event.key() <= Qt.Key.Key_9:
            self.keyed.emit(event.key() - Qt.Key.Key_0)
        else:
            super().keyPressEvent(event)

    def chosen(self) -> list[int]:
        """The rows that are chosen, from the top."""
        return sorted(index.row() for index in self.selectionModel().selectedRows())


class SameProjectScreen(Screen):
    """A place is {"view": pairs, ready or unheld}. Read off the screen thread: names of all ledgers are compared."""

    title = "同一项目"

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.found = NONE
        self.later: frozenset[tuple[str, str]] = frozenset()
        self._read = self._own_deed = False
        self._head()
        self.strip = Strip()
        self.body.addWidget(self.strip)
        self.model = PlainModel(told.HEADS[PAIRS])
        self.table = JudgedTable(self.title, self.model)
        self.table.opened.connect(lambda _row: self.follow())
        self.table.keyed.connect(self._key)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._tell())
        self.beside = label("", "muted", wrap=True)
        self.none = EmptyState("正在找…")
        for part, stretch in ((self.table, 1), (self.beside, 0), (self.none, 1)):
            self.body.addWidget(part, stretch)
        self.table.hide()

    def _head(self) -> None:
        head = self.head()
        self.chips = ChipRow("看哪些")
        self.chips.set([(key, words, 0) for key, words in told.CHIPS.items()], told.HINTS)
        self.chips.picked.connect(lambda _key: self._show())
        head.addStretch(1)
        deeds: tuple[tuple[str, str, str, Callable[[], object], str, str], ...] = (
            (
                PAIRS,
                "是同一项目  1",
                "done",
                self.confirm,
                "primary",
                "选中的各对关联起来，汇总只算一次，时限早的为准（按 1）",
            ),
            (PAIRS, "不是  2", "close", self.part, "", "记下来，以后不再提（按 2）"),
            (PAIRS, "以后再说  3", "down", self.put_off, "", "放到最后（按 3）"),
            (
                READY,
                "随同办理  1",
                "done",
                self.leave,
                "primary",
                "凭所跟随那一行的文件办结选中的各行（按 1）",
            ),
            (UNHELD, "去改编号", "edit", self.follow, "primary", "到那一行去改（回车）"),
        )
        self._deeds: list[tuple[str, QPushButton]] = []
        for view, words, sign, done, kind, why in deeds:
            made = button(words, done, sign=sign, kind=kind, why=why)
            self._deeds.append((view, made))
            head.addWidget(made)
        row = QHBoxLayout()
        row.addWidget(self.chips)
        row.addStretch(1)
        self.body.addLayout(row)

    # reading

    def refresh(self) -> None:
        self.desk.run(
            findings.read, title="正在找同一项目", done=self._take, refused=self.strip.refuse, on_page=True
        )

    def heed(self, change: Change) -> None:
        if not self._own_deed:
            super().heed(change)

    def go(self, place: Any) -> None:
        self.chips.choose(dict(place or {}).get("view") or PAIRS)
        self._show()
        self.take_focus()

    def _take(self, found: Findings) -> None:
        first, self._read = not self._read, True
        self.found = found
        self._show()
        if first and self._holds_focus():
            self.take_focus()

    def view(self) -> str:
        return self.chips.current() or PAIRS

    def _show(self, at: int = 0) -> None:
        """The list of the view chosen, its row `at` current."""
        view, counts = self.view(), self._counts()
        self.chips.set([(key, words, counts[key]) for key, words in told.CHIPS.items()], told.HINTS)
        self.chips.choose(view)
        rows = told.rows(self.found, view, self.later)
        self.model.set_heads(told.HEADS[view])
        self.model.set_rows(rows)
        header = self.table.horizontalHeader()
        for column, wide in enumerate(told.WIDTHS[view]):
            stretched = column in told.STRETCH[view]
            mode = QHeaderView.ResizeMode.Stretch if stretched else QHeaderView.ResizeMode.Interactive
            header.setSectionResizeMode(column, mode)
            self.table.setColumnWidth(column, look.sizes().grown(wide))
        held = self._holds_focus()
        for part in (self.table, self.beside):
            part.setVisible(bool(rows))
        self.none.setVisible(not rows)
        self.none.set(*(told.NOTHING[view] if self._read else ("正在找…", "")))
        for of, made in self._deeds:
            made.setVisible(of == view and bool(rows))
        self.table.choose(at)
        if held and not self._holds_focus():  # what had it went: the list is empty now
            self.chips.chip(view).setFocus(Qt.FocusReason.OtherFocusReason)
        self._tell()
        self.told_status()

    def _holds_focus(self) -> bool:
        focused = QApplication.focusWidget()
        return focused is not None and self.isAncestorOf(focused) and focused.isVisible()

    def _counts(self) -> dict[str, int]:
        return {
            PAIRS: len(self.found.pairs),
            READY: len(self.found.ready),
            UNHELD: len(self.found.unheld),
        }

    def told_status(self) -> None:
        counts = self._counts()
        self.counted.emit(" · ".join(f"{words} {counts[key]:,}" for key, words in told.CHIPS.items()))

    def _tell(self) -> None:
        """What else the two rows of a pair say, one below the other."""
        rows = self.chosen()
        if len(rows) > 1:
            self.beside.setText(f"选中了 {len(rows):,} 行")
        elif rows and isinstance(rows[0].fact, Pair):
            one = rows[0].fact
            self.beside.setText("\n".join(self._row_told(entry) for entry in (one.entry_id, one.other_id)))
        else:
            self.beside.setText(self._row_told(rows[0].fact.entry_id) if rows else "")

    def _row_told(self, entry: str) -> str:
        (line,) = lists.lines(self.desk.office, [entry]) or (None,)
        if line is None:
            return ""
        facts = [f"{words} {line.cells[key]}" for key, words in FIELDS if line.cells.get(key)]
        home = self.found.called.get(line.ledger_id, "")
        return " · ".join([f"{home} {line.no} {line.name}", *facts, line.standing_text or line.standing])

    def chosen(self) -> list[PlainRow]:
        return [row for at in self.table.chosen() if (row := self.model.row(at)) is not None]

    # deeds

    def _key(self, digit: int) -> None:
        deeds = [made for of, made in self._deeds if of == self.view() and made.isVisible()]
        if digit <= len(deeds):
            deeds[digit - 1].click()

    def confirm(self) -> None:
        pairs = [row.fact for row in self.chosen()]
        change = self._do(relations.confirm, [(pair.entry_id, pair.other_no) for pair in pairs])
        if change is not None:
            refused = {(each["entry"], each["no"]) for each in change.facts["refused"]}
            self._gone([p for p in pairs if (p.entry_id, p.other_no) not in refused])

    def part(self) -> None:
        pairs = [row.fact for row in self.chosen()]
        change = self._do(relations.part, pairs) if pairs else None
        if change is not None:
            self._gone(pairs)
            self.desk.offered.emit(change.said, "撤回", lambda: self._back(pairs))

    def _back(self, pairs: list[Pair]) -> None:
        if self._do(relations.part, pairs, same=True) is not None:
            self.refresh()

    def put_off(self) -> None:
        at = self.table.currentIndex().row()
        self.later |= {told.key_of(row.fact) for row in self.chosen()}
        self._show(at)

    def leave(self) -> None:
        """Close the chosen rows by the papers of those they follow."""
        ids = [row.fact.entry_id for row in self.chosen()]
        if ids:
            self.desk.run(findings.close_all, ids, title="正在随同办理", refused=self.strip.refuse)

    def _do(self, deed: Callable[..., Change], *args: Any, **more: Any) -> Change | None:
        """A deed of this page, after which only what it took away is missing."""
        self._own_deed = True
        try:
            return self.desk.do(deed, *args, refused=self.strip.refuse, **more)
        finally:
            self._own_deed = False

    def _gone(self, pairs: list[Pair]) -> None:
        self.strip.hide()
        at = min(self.table.chosen(), default=0)
        gone = {told.key_of(pair) for pair in pairs}
        left = tuple(pair for pair in self.found.pairs if told.key_of(pair) not in gone)
        self.found = replace(self.found, pairs=left)
        self._show(at)

    def follow(self) -> None:
        """To the row in its own ledger."""
        row = self.model.row(self.table.currentIndex().row())
        if row is None:
            return
        entry = row.fact.entry_id
        home = next((each.ledger_id for each in lists.lines(self.desk.office, [entry])), "")
        line = next((each for each in ledgers.all(self.desk.office) if each.id == home), None)
        if line is not None:
            self.wished.emit(ledger_ways.page_of(self.desk, line), {"ledger": home, "entry": entry})

    def regions(self) -> list[QWidget]:
        first = self.chips.first()
        return [*([first] if first is not None else []), *([] if self.table.isHidden() else [self.table])]
