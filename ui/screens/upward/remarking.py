"""Remarks beside the grid of a ledger: a strip that says what there is, and the dialog to write and to answer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from app.change import Change
from app.ledger.ledgers import CHECK, MERGED, LedgerLine
from app.listing import lists
from app.office import Office
from app.problem import Problem
from app.rounds import pushing, remarks
from app.rounds.remarks import Remark
from sync import exchange
from sync.letters import remarks as carrying
from ui import choosing
from ui.desk import Desk
from ui.screens.upward.remarks_dialog import About, RemarksDialog
from ui.widgets.buttons import button
from ui.widgets.labels import ElidedLabel, dress

KIND = "意见 (*.qidi-remarks)"
STILL = "还要点“写出给对方…”写到 U 盘上"


class RemarkStrip(QFrame):
    """One line above the grid; `wished()` for the dialog, `all_wished()` for that of the whole ledger."""

    wished = Signal()
    all_wished = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "strip")
        self.setProperty("tone", "blue")
        self.words = ElidedLabel("")
        self.deed = button("批注…", self.wished.emit, sign="edit")
        self.answer = button("看批注、答复…", self.all_wished.emit, sign="edit")
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 4, 8, 4)
        row.addWidget(self.words, 1)
        row.addWidget(self.answer)
        row.addWidget(self.deed)
        self.hide()

    def tell(self, text: str, tone: str, *, deed: bool, answer: str) -> None:
        dress(self, tone=tone)
        dress(self.words, tone=tone)
        self.words.setText(text)
        self.deed.setVisible(deed)
        self.answer.setText(answer)
        self.answer.setAccessibleName(answer)
        self.answer.setVisible(bool(answer))
        self.show()


class Remarking(QObject):
    """Strip and dialog of one page, or with `alone` the dialog only. `went(place)`: a remark's row is wished for."""

    went = Signal(object)

    def __init__(self, desk: Desk, page: QWidget, *, alone: bool = False) -> None:
        super().__init__(page)
        self._desk, self._page, self._alone = desk, page, alone
        self.line: LedgerLine | None = None
        self.entry = ""
        self.found: list[Remark] = []
        self.strip = RemarkStrip(page)
        self.strip.wished.connect(self.annotate)
        self.strip.all_wished.connect(self.see)
        self.dialog: RemarksDialog | None = None

    def show_line(self, line: LedgerLine | None) -> None:
        """The ledger now shown; remarks are read again."""
        self.line = line if line is not None and line.purpose != CHECK else None
        self.found = remarks.all(self._desk.office) if self.line else []
        if self.line is not None:
            self.found = [r for r in self.found if r.ledger == line.id]  # type: ignore[union-attr]
        self.show_entry(self.entry)

    def show_entry(self, entry: str) -> None:
        """The row now current."""
        self.entry = entry
        line = self.line
        here = sum(r.entry == entry for r in self.found)
        if line is None or self._alone or (line.own and not self.found and line.purpose != MERGED):
            self.strip.hide()
        elif line.own:
            self._tell_own(line, here)
        else:
            state = f"{line.sealed_on} 确定" if line.sealed else "未确定"
            about = f"，本行 {here:,} 条批注" if here else ""
            said = f"只读 · 来自{line.origin}（{state}）{about}"
            listed = f"看批注 {len(self.found):,} 条…" if self.found else ""
            self.strip.tell(said, "blue" if line.sealed else "amber", deed=bool(entry), answer=listed)

    def _tell_own(self, line: LedgerLine, here: int) -> None:
        left = sum(not r.answers for r in self.found)
        back = sum(r.back for r in self.found)
        said = f"上级批注 {len(self.found):,} 条" + (f"（退回 {back:,} 条）" if back else "")
        said += f"，{left:,} 条还没有答复" if left else "，都答复了"
        said += f"；本行 {here:,} 条" if here else ""
        if not self.found:
            said = "这是汇总台账，各行由下级单位填报；要对方改的，选中那一行写批注。"
        listed = "看批注、答复…" if self.found else ""
        tone = "amber" if left else "blue"
        self.strip.tell(said, tone, deed=line.purpose == MERGED and bool(self.entry), answer=listed)

    # deeds

    def annotate(self) -> None:
        """批注… on the current row."""
        row = self._desk.do(lists.line, self.entry)
        to = self._desk.do(remarks.owner_of, self.entry)
        if row is None or to is None or self.line is None:
            return
        loaded = self.line.loaded
        matters = tuple(
            (code, pushing.matter_title(loaded, code, dict(item.cells))) for code, item in row.items.items()
        )
        about = About(f"批注：{row.name}", self._desk.office.id, self.entry, to[1], matters, dict(matters))
        self._open(about)

    def see(self) -> None:
        """All remarks on this ledger, to be read and answered."""
        if self.line is not None:
            titles = {code: preset.title for code, preset in self.line.loaded.presets.items()}
            words = "上级的批注" if self.line.own else f"对{self.line.origin}的批注"
            self._open(About(words, self._desk.office.id, titles=titles))

    def _open(self, about: About) -> None:
        made = self.dialog = RemarksDialog(about, self._about(about), self._page)
        made.annotated.connect(lambda *said: self._do(made, _annotated, about.entry, *said))
        made.answered.connect(lambda remark, text: self._do(made, _answered, remark, text))
        made.carried.connect(self._carry)
        made.went.connect(
            lambda one: self.went.emit({"ledger": one.ledger, "entry": one.entry, "item": one.item})
        )
        made.open()

    def _about(self, about: About) -> list[Remark]:
        if about.entry:
            return list(reversed(remarks.of_entry(self._desk.office, about.entry)))
        return self.found

    def _do(self, made: RemarksDialog, command: Any, *args: Any) -> None:
        change = self._desk.do(command, *args, refused=lambda problem: made.tell(problem.text))
        if change is not None:
            self.show_line(self.line)
            made.written(self._about(made.about))

    def _carry(self, to: str) -> None:
        """写出给对方…: the file of all remarks to that office, where the clerk says."""
        written = self._desk.do(_file, to, refused=self._refused)
        if written is not None:
            out = choosing.save_file(self._page, "写出意见", "send", written.name, KIND)
            if out is not None:
                self.save(written, out)

    def save(self, written: Path, out: Path) -> None:
        self._desk.do(_copy, written, out, refused=self._refused)

    def _refused(self, problem: Problem) -> None:
        if self.dialog is not None:
            self.dialog.tell(problem.text)


def _annotated(office: Office, entry: str, text: str, item: str, back: bool) -> Change:
    change = carrying.annotate(office, exchange.own_keys(office, ""), entry, text=text, item=item, back=back)
    return replace(change, said=f"已{'退回' if back else '批注'}“{change.facts['name']}”；{STILL}")


def _answered(office: Office, remark: str, text: str) -> Change:
    change = carrying.reply(office, exchange.own_keys(office, ""), remark, text=text)
    return replace(change, said=f"已答复；{STILL}")


def _file(office: Office, to: str) -> Path:
    return carrying.ready(office, exchange.own_keys(office, ""), to)


def _copy(office: Office, written: Path, out: Path) -> Change:
    target = carrying.carry(office, written, out)
    return Change(f"意见已写到 {target.name}，请交给对方，等对方交回回执")
