"""批量办结: one 文号 for many matters; the table says of each whether it closes, and of those that do not, why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from app.change import Change
from app.ledger import batch_closing, closing
from app.ledger.batch_closing import Fate, Target
from app.ledger.ledgers import LedgerLine
from app.listing.lists import Line
from app.problem import Problem
from ui import look
from ui.desk import Desk
from ui.dialogs.deed_dialog import DeedDialog, called, open_items
from ui.dialogs.scan_input import ScanInput
from ui.forms.inputs import LineInput
from ui.plain_words import plainly
from ui.tables.plain_model import PlainModel, PlainRow
from ui.tables.plain_table import PlainTable
from ui.widgets.labels import label

EVERY = "*"
BUSY = "在办"
READY, LEFT_OUT = "可以办结", "这次不办"
HOW = "哪一行这次不办，在表里选中按回车（或双击），再按一次放回来。"
HEADS = ("能不能办", "项目", "事项", "台账编号")
WIDTHS = (268, 210, 104, 168)
TONE = "red"
PAUSE_MS = 150


class BatchClosingDialog(DeedDialog):
    """Rows chosen in the grid: 事项, 依据, 文号, 日期, one scan for all; what cannot be closed is left out and stays as it is."""

    def __init__(
        self,
        desk: Desk,
        ledger: LedgerLine,
        lines: Sequence[Line],
        parent: QWidget | None = None,
        codes: Collection[str] = (),
    ) -> None:
        """`codes`: every open matter of these rows is listed, all but these as left out."""
        super().__init__(desk, batch_closing.TITLE, called(lines), parent)
        self.setMinimumWidth(look.sizes().grown(820))
        self._ledger, self._lines = ledger, list(lines)
        self.fates: tuple[Fate, ...] = ()
        self._out: dict[Target, Fate] = {}
        self._shown: list[Fate] = []
        choices = matters(ledger, lines)
        if choices:
            self.ask_choice("item", ledger.loaded.t.words.item, choices)
        self.ask_choice("basis", "办结依据", [(basis, basis) for basis in bases(ledger)])
        doc: LineInput = self.ask("doc", "文号", LineInput())
        doc.setPlaceholderText("如 某环审〔2022〕2号；文号和扫描件至少有一样")
        self.ask_day("on", "办结日期")
        self.ask("scan", "扫描件", ScanInput())
        self.model = PlainModel(HEADS, parent=self)
        self.table = PlainTable("办结哪些", self.model, WIDTHS, stretch=1)
        self.table.setMinimumHeight(look.sizes().grown(176))
        self.table.opened.connect(self._turn)
        for made in (self.table, label(HOW, "muted", wrap=True)):
            self.body.column.insertWidget(self.body.column.count() - 1, made)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self.look)
        self.end(batch_closing.TITLE)
        if choices:
            self.inputs["item"].set_text(EVERY if codes else choices[0][0])  # type: ignore[union-attr]
        self.inputs["basis"].set_text(bases(ledger)[0])  # type: ignore[union-attr]
        self.look()
        if codes:
            self._mean(codes)
        self.inputs["doc"].setFocus()

    def targets(self) -> list[Target]:
        """What is to be closed, whether it can or not: of the rows in 在账 the chosen matter, or all that is open."""
        if "item" not in self.inputs:
            return [(line.id, "") for line in self._lines]
        code, wide, _ = self.text("item").partition(EVERY)
        return [
            (line.id, each)
            for line in self._lines
            for each in open_items(line)
            if code in ("", each) and (wide or line.items[each].state == BUSY)
        ]

    def follow(self) -> None:
        self._soon.start(PAUSE_MS)

    def look(self) -> None:
        """Judge every matter anew by what is filled in."""
        self._soon.stop()
        chosen = self.targets()
        try:
            paper = self._paper()
            wanted = [target for target in chosen if target not in self._out]
            self.fates = batch_closing.fates(self.desk.office, wanted, scan=self.scan() is not None, **paper)
        except Problem as problem:
            self.fates = ()
            self.show_fault(problem.field if problem.field in self.inputs else "on", problem.text)
        ready = self._ready()
        wrong = [one for one in self.fates if one.why]
        out = [self._out[target] for target in chosen if target in self._out]
        self._shown = [*wrong, *ready, *out]  # what asks for a look stands on top
        at = max(0, self.table.currentIndex().row())
        self.model.set_rows([_row(one, out=one.target in self._out) for one in self._shown])
        self.table.choose(at)
        left = len(wrong)
        beside = f"；另有 {left:,} 项不能办结，留着不动，原因见表" if left else ""
        if ready:
            self.tell(f"{_effect(self._ledger, ready)}{beside}。")
        else:
            self.tell("现在没有能办结的，原因见表。", "amber")
        self.primary.setText(f"办结 {len(ready):,} 项" if ready else batch_closing.TITLE)
        self.primary.setEnabled(bool(ready))

    def _mean(self, codes: Collection[str]) -> None:
        """Leave out all matters but these."""
        self._out = {one.target: one for one in self.fates if one.item not in codes}
        self.look()

    def _ready(self) -> list[Fate]:
        return [one for one in self.fates if not one.why]

    def _turn(self, at: int) -> None:
        """Enter or a double click: this line is left out, or taken in again."""
        one = self._shown[at]
        if self._out.pop(one.target, None) is None:
            self._out[one.target] = one
        self.look()

    def perform(self) -> Change | None:
        self.look()
        ready = [one.target for one in self._ready()]
        return self.run(batch_closing.close_all, ready, scan=self.scan(), **self._paper())

    def _paper(self) -> dict[str, str]:
        return {"basis": self.text("basis"), "on": self.day("on"), "doc": self.text("doc")}


def matters(ledger: LedgerLine, lines: Sequence[Line]) -> list[tuple[str, str]]:
    """(code, words) of the matters open in these rows, first those 在办 and of most rows; [] where whole rows close.

    A code that ends with `EVERY` means the matter in whatever state it is open, `EVERY` alone every matter.
    """
    if ledger.loaded.t.items is None or closing.rows_close(ledger):
        return []
    every = Counter(code for line in lines for code in open_items(line))
    busy = Counter(code for line in lines for code in open_items(line) if line.items[code].state == BUSY)
    title = {code: ledger.loaded.preset_of(code).title for code in every}
    found = [(code, f"{title[code]}（{BUSY}的 {n:,} 行）") for code, n in busy.most_common()]
    wider = [(code, n) for code, n in every.most_common() if n > busy[code]]
    found += [(f"{code}{EVERY}", f"{title[code]}（没有办完的 {n:,} 行，连没有报件的）") for code, n in wider]
    return [*found, (EVERY, f"没有办完的全部事项（{every.total():,} 项）")] if len(every) > 1 else found


def bases(ledger: LedgerLine) -> list[str]:
    """What a matter of this ledger, or a row where rows close, may be closed by."""
    scope = "entry" if ledger.loaded.t.items is None or closing.rows_close(ledger) else "item"
    return [basis for one in ledger.loaded.closings(scope, "approved") for basis in one.bases or (one.id,)]


def why_not(ledger: LedgerLine, lines: Sequence[Line]) -> str:
    """Why these rows cannot be closed together, '' when they can."""
    if not bases(ledger):
        return "这类台账没有“办结”"
    if ledger.loaded.t.items is not None and not closing.rows_close(ledger) and not matters(ledger, lines):
        return "选中的行没有还在账的事项"
    return ""


def _row(one: Fate, *, out: bool) -> PlainRow:
    if out:
        return PlainRow((LEFT_OUT, one.name, one.matter, one.no), one.entry_id)
    said, clause = plainly(Problem("E_CANNOT_CLOSE", one.why or READY, clause=one.clause))
    tip = "\n".join(filter(None, (said, clause)))
    return PlainRow((said, one.name, one.matter, one.no), one.entry_id, tones={0: TONE} if one.why else {}, tips={0: tip})


def _effect(ledger: LedgerLine, ready: Sequence[Fate]) -> str:
    words = ledger.loaded.t.words
    rows = len({one.entry_id for one in ready})
    out = sum(one.leaves for one in ready)
    said = f"办结 {len(ready):,} 项，{rows:,} {words.count}{words.row}"
    return f"{said}；{out:,} {words.count}{words.row}的事项就全部办结，不再{words.open}" if out else said
