"""办结 one matter, and stopping or resuming its clock."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.engine.rows import kept_in_base
from app.ledger import closing, ledgers
from app.listing.lists import ItemLine, Line
from app.problem import Problem
from app.words.templates import Loaded
from ui import choosing
from ui.desk import Desk
from ui.dialogs.deed_dialog import STAY
from ui.dialogs.plain_dialog import PlainDialog
from ui.forms.inputs import ChoiceInput, DateInput, Input, LineInput, mark
from ui.plain_words import plainly
from ui.widgets.buttons import button
from ui.widgets.labels import ElidedLabel, label


class ClosingDialog(PlainDialog):
    """依据, 文号 or 扫描件, 日期: closes the matter by one document."""

    def __init__(self, desk: Desk, loaded: Loaded, line: Line, item: ItemLine, parent: QWidget | None) -> None:
        super().__init__(f"办结：{item.title}", line.name, parent)
        sealed = ledgers.get(desk.office, line.ledger_id).sealed
        self._desk, self._target = desk, (line.id, item.code)
        self._scan: Path | None = None
        bases = [
            b for c in loaded.t.closings if c.scope == "item" and c.to == "approved" for b in c.bases or (c.id,)
        ]
        self.basis = ChoiceInput([(b, b) for b in bases])
        self.basis.removeItem(0)
        self.doc = LineInput()
        self.doc.setPlaceholderText("如 某环审〔2022〕2号")
        self.doc.set_text(str(item.cells.get("doc_no") or ""))
        self.on = DateInput()
        self.on.set_text(str(item.cells.get("d_done") or f"{desk.office.today():%Y-%m-%d}"))
        self.file = ElidedLabel("没有选文件", "muted")
        scan = QHBoxLayout()
        scan.addWidget(button("选扫描件…", self._choose, sign="attach"))
        scan.addWidget(self.file, 1)
        self.row("办结依据", self.basis)
        self.row("文号", self.doc)
        self.row("办结日期", self.on)
        self.row_of("扫描件", scan)
        self.say("文号和扫描件至少有一样。")
        self.effect = label(_what_happens(loaded, line, item, sealed=sealed), tone="blue", wrap=True)
        self.column.addWidget(self.effect)
        self.deeds("办结", self._close)
        for made in (self.basis, self.doc, self.on):
            made.touched.connect(self._mended)
        self.doc.setFocus()

    def _choose(self) -> None:
        file = choosing.open_file(self, "选扫描件", "scan", "扫描件 (*.pdf *.jpg *.jpeg *.png)")
        if file is not None:
            self._scan = file
            self.file.setText(self._scan.name)
            self._mended()

    def _mended(self) -> None:
        """What was refused is being put right: the sentence has had its say."""
        self.fault("")
        for made in (self.basis, self.doc, self.on):
            mark(made, False)

    def _close(self) -> None:
        done = self._desk.do(
            closing.close,
            [self._target],
            basis=self.basis.text_now(),
            on=self.on.text_now(),
            doc=self.doc.text_now(),
            scan=self._scan,
            refused=self._refused,
        )
        if done is not None:
            self.accept()

    def _refused(self, problem: Problem) -> None:
        self.fault(*plainly(problem))
        fields: dict[str | None, Input] = {"doc_no": self.doc, "on": self.on, "d_done": self.on, "basis": self.basis}
        for key, made in fields.items():
            mark(made, key == problem.field or (key == "on" and problem.field == "d_done"))
        if problem.field in fields:
            fields[problem.field].setFocus()


def _what_happens(loaded: Loaded, line: Line, item: ItemLine, *, sealed: bool) -> str:
    """What closing the matter does to the counts (旗方案 四(一), decision 1)."""
    left = sum(each.standing == STAY and each.code != item.code for each in line.items.values())
    counted = "这个事项核减 1 个。" if sealed else ""
    if left:
        return f"{counted}该项目还有 {left} 个事项未办结，项目仍在账。"
    if kept_in_base(loaded, line.cells, 0):
        return f"{counted}该项目的事项就全部办结了；项目还没有开工，仍在账，登记开工后出账。"
    return f"{counted}该项目的事项就全部办结了，项目{'核减 1 个，不再在账' if sealed else '算手续齐全，不列入基数'}。"


class ReasonDialog(PlainDialog):
    """Stop the clock of a matter for a lawful reason, or let it run again."""

    def __init__(self, desk: Desk, loaded: Loaded, line: Line, item: ItemLine, parent: QWidget | None) -> None:
        self._paused = any("to" not in p for p in item.cells.get("pauses", []))
        super().__init__(f"{'恢复计时' if self._paused else '停表'}：{item.title}", line.name, parent)
        self._desk, self._entry, self._code = desk, line.id, item.code
        self.reason = ChoiceInput([(p.reason, p.reason) for p in loaded.t.pauses])
        self.reason.removeItem(0)
        self.on = DateInput()
        self.on.set_text(f"{desk.office.today():%Y-%m-%d}")
        if not self._paused:
            self.row("停表原因", self.reason)
        self.row("恢复日期" if self._paused else "停表日期", self.on)
        self.say("听证、招标、检验、鉴定、专家评审等所需时间不计入办理时限。")
        self.deeds("恢复计时" if self._paused else "停表", self._do)

    def _do(self) -> None:
        if self._paused:
            done = self._desk.do(
                closing.resume, self._entry, self._code, on=self.on.text_now(), refused=self._refused
            )
        else:
            done = self._desk.do(
                closing.pause,
                self._entry,
                self._code,
                reason=self.reason.text_now(),
                on=self.on.text_now(),
                refused=self._refused,
            )
        if done is not None:
            self.accept()

    def _refused(self, problem: Problem) -> None:
        self.fault(problem.text)
        self.on.setFocus()
