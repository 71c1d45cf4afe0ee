"""这次收到的文件: one line for every file, before it is taken in and after."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from sync.bundles import faults
from sync.merges.arrivals import BOOKS, MERGED, RECEIVED, REFUSED, WAITING, Result
from sync.receiving.keeping import VOLUMES
from ui.screens.exchanging.arriving import UNSIGNED, Seen, said_of
from ui.screens.exchanging.came_words import list_of
from ui.tables.plain_model import PlainModel, PlainRow
from ui.tables.plain_table import PlainTable
from ui.widgets.buttons import allow, button
from ui.widgets.cards import Card
from ui.widgets.labels import label

UNDONE = "undone"
GIVE_BACK = "把不能收的原因一次列全，交给对方改；本单位的数据不动"
COMMENTS = "把填错的、没有采用的写成批注，另存一份退给对方改；对方的原表不动"
WORDS = {RECEIVED: ("已收", "green"), MERGED: ("已合并", "green"), UNDONE: ("已撤回", "muted")}


class BatchCard(Card):
    """`take_wished(seen)` for all that can be taken; the others name the result that is acted on."""

    take_wished = Signal(object)
    decide_wished = Signal(object)
    compare_wished = Signal(object)  # the file as it was seen, to be decided on before it is taken in
    undo_wished = Signal(object)
    save_wished = Signal(object, str)  # the result, and receipt or slip
    see_wished = Signal(object)
    sheet_wished = Signal(object)
    comments_wished = Signal(object)  # the file
    give_back_wished = Signal(object)  # the file
    import_wished = Signal(object)  # the result of a list that came down
    shut = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.seen: list[Seen] = []
        self.results: list[Result] = []
        self._decided: Container[Path] = ()
        self.title = label("", "h2")
        self.model = PlainModel(("文件", "谁发的", "结果", "说明"), parent=self)
        self.table = PlainTable("这次的文件", self.model, (220, 160, 110, 240), stretch=3)
        self.table.picked.connect(lambda _row: self._follow())
        self.table.opened.connect(lambda _row: self._open())
        self.told = label("", wrap=True)
        self.take = button("收下", self._take, kind="primary", sign="receive")
        self.decide = button("去决定", self._decide, kind="primary", sign="edit")
        self.undo = button("撤回这次合并…", lambda: self._emit(self.undo_wished), sign="undo")
        self.save = button("另存回执…", lambda: self._save("receipt"), sign="export")
        self.slip = button("看退回单…", lambda: self._save("slip"), sign="export")
        self.give_back = button("写退回单…", self._give_back, sign="export", why=GIVE_BACK)
        self.sheet = button("合并情况表…", lambda: self._emit(self.sheet_wished), sign="print")
        self.comments = button("退回批注…", self._comments, why=COMMENTS)
        self.see = button("看这本台账", lambda: self._emit(self.see_wished), sign="ledger")
        self.to_import = button("去导入", lambda: self._emit(self.import_wished), sign="import")
        self.leave = button("不收", self.shut.emit)
        row = QHBoxLayout()
        for made in (
            self.take, self.decide, self.sheet, self.undo, self.comments, self.save, self.slip, self.give_back,
            self.see, self.to_import,
        ):  # fmt: skip
            row.addWidget(made)
        row.addStretch(1)
        row.addWidget(self.leave)
        self.body.addWidget(self.title)
        self.body.addWidget(self.table, 1)
        self.body.addWidget(self.told)
        self.body.addLayout(row)

    # showing

    def show_seen(self, seen: Sequence[Seen], decided: Container[Path] = ()) -> None:
        """The files as they were judged, `decided` those with nothing left to decide; nothing is taken in yet."""
        at = self.table.currentIndex().row() if self.seen and not self.results else 0
        self.seen, self.results = list(seen), []
        self._decided = decided
        asks = sum(one.asks for one in seen if one.file not in decided)
        good = sum(not one.code for one in seen)
        bad = len(seen) - good
        counted = ((good, "可以收 {}"), (bad, "不能收 {}"), (asks, "还有 {} 处要您定"))
        said = "，".join(word.format(n) for n, word in counted if n or word is counted[0][1])
        self.title.setText(f"这次 {len(seen):,} 份：{said}")
        self.model.set_rows([_seen_row(one, one.file in decided) for one in seen])
        self.table.choose(max(at, 0))
        allow(self.take, f"收下 {good} 份" if good else "收下", "" if good else "没有可收的")
        self.leave.setText("不收")
        self._follow()
        (self.take if good else self.table).setFocus()

    def left_out(self, results: Sequence[Result]) -> list[Result]:
        """What was chosen too and could not be taken: it stays in the list with its reason."""
        tried = {one.file for one in results}
        return [
            Result(str(one.file), REFUSED, one.said, one.code) for one in self.seen if str(one.file) not in tried
        ]

    def show_results(self, results: Sequence[Result]) -> None:
        """What became of every file."""
        at = self.table.currentIndex().row() if self.results else -1
        self.results = list(results)
        self.title.setText(said_of(results))
        self.model.set_rows([self._result_row(one) for one in results])
        waiting = next((i for i, one in enumerate(results) if one.state == WAITING), 0)
        self.table.choose(at if at >= 0 else waiting)
        self.leave.setText("收好了")
        self._follow()
        (self.decide if self.decide.isVisibleTo(self) else self.leave).setFocus()

    def _result_row(self, one: Result) -> PlainRow:
        name = Path(one.file).name
        who = next((s.who for s in self.seen if str(s.file) == one.file), "")
        word, tone = state_words(one)
        return PlainRow(
            (name, who, word, one.said),
            one.file,
            tones={2: tone},
            tips={0: name, 1: who, 3: one.said},
            fact=one,
        )

    def result(self) -> Result | None:
        found = self.model.row(self.table.currentIndex().row())
        return found.fact if found is not None and isinstance(found.fact, Result) else None

    def _follow(self) -> None:
        found = self.model.row(self.table.currentIndex().row())
        one = self.result()
        self.told.setText(found.texts[3] if found is not None else "")
        self.take.setVisible(not self.results)
        asks = self._asking()
        self.decide.setVisible(asks is not None or (one is not None and one.state == WAITING))
        if asks is not None:
            self.decide.setText("改决定" if asks.file in self._decided else "去决定")
        elif one is not None and one.code == UNSIGNED:
            self.decide.setText("核实…")
        elif self.decide.isVisibleTo(self):
            self.decide.setText("去决定")
        self.decide.setAccessibleName(self.decide.text())
        facts: Any = one.facts if one is not None else {}
        merged = one is not None and one.state == MERGED and bool(facts.get("merge"))
        self.undo.setVisible(merged)
        self.sheet.setVisible(merged)
        self.comments.setVisible(self._commented() is not None)
        self.give_back.setVisible(self._mendable() is not None)
        self.save.setVisible(bool(facts.get("receipt")))
        self.slip.setVisible(bool(facts.get("slip")))
        self.see.setVisible(one is not None and one.state == RECEIVED and bool(facts.get("ledger")))
        self.to_import.setVisible(one is not None and bool(list_of(one)))

    # deeds

    def _take(self) -> None:
        self.take_wished.emit([one for one in self.seen if not one.code])

    def _asking(self) -> Seen | None:
        """The current row's file, when there is something in it to be decided before it is taken in."""
        found = self.model.row(self.table.currentIndex().row())
        seen = found.fact if found is not None else None
        return seen if isinstance(seen, Seen) and seen.asks else None

    def _decide(self) -> None:
        if (seen := self._asking()) is not None:
            self.compare_wished.emit(seen)
        else:
            self._emit(self.decide_wished)

    def _open(self) -> None:
        """Enter on a row: the next thing to be done with it."""
        for made in (self.decide, self.slip, self.sheet, self.see, self.to_import):
            if made.isVisibleTo(self):
                made.click()
                return

    def _commented(self) -> Path | None:
        """The current row's workbook, while it is one of ours that can go back with comments."""
        found = self.model.row(self.table.currentIndex().row())
        if found is None or Path(found.key).suffix.lower() not in BOOKS:
            return None
        wrong = found.fact.state == REFUSED if isinstance(found.fact, Result) else bool(found.fact.code)
        return None if wrong else Path(found.key)

    def _mendable(self) -> Path | None:
        """The current row's bundle, when it was judged and its sender has to mend it."""
        found = self.model.row(self.table.currentIndex().row())
        seen = found.fact if found is not None else None
        return seen.file if isinstance(seen, Seen) and seen.code and faults.theirs(seen.code) else None

    def _give_back(self) -> None:
        if (file := self._mendable()) is not None:
            self.give_back_wished.emit(file)

    def _comments(self) -> None:
        if (file := self._commented()) is not None:
            self.comments_wished.emit(file)

    def _save(self, which: str) -> None:
        one = self.result()
        if one is not None:
            self.save_wished.emit(one, which)

    def _emit(self, signal: Any) -> None:
        one = self.result()
        if one is not None:
            signal.emit(one)

    def replace(self, done: Result) -> bool:
        """A file of this time came to something else: merged after a decision, or taken back. False for any other.

        The receipt that was written for it is still its own.
        """
        was = next((one for one in self.results if one.file == done.file), None)
        if was is None:
            return False
        kept = {key: was.facts[key] for key in ("receipt", "mirror") if key in was.facts}
        now = replace(done, facts={**kept, **done.facts})
        self.show_results([now if one is was else one for one in self.results])
        return True


def state_words(one: Result) -> tuple[str, str]:
    """已收, 已合并, 待决定 3 处, 待核实, 等其余几卷, 没有收; with its tone."""
    if one.state in WORDS:
        return WORDS[one.state]
    if one.code == VOLUMES:
        return "等其余几卷", "amber"
    if one.state != WAITING:
        return "没有收", "red"
    if one.code == UNSIGNED:
        return "待核实", "amber"
    return f"待决定 {len(one.facts.get('left', ())):,} 处", "amber"


def _seen_row(one: Seen, decided: bool) -> PlainRow:
    if one.code:
        words, tone = "不能收", "red"
    elif one.asks and not decided:
        words, tone = f"要您定 {one.asks:,} 处", "error"
    elif one.unsigned:
        words, tone = "要核实", "amber"
    else:
        words, tone = ("定好了" if one.asks else "可以收"), "green"
    said = f"{one.said}。{one.case.told}" if one.case is not None else one.said
    texts = (one.file.name, one.who, words, said.replace("。。", "。"))
    return PlainRow(
        texts, str(one.file), tones={2: tone}, tips={0: one.file.name, 1: one.who, 3: texts[3]}, fact=one
    )
