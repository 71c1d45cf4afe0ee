"""登记结果: what was found of a row that was looked at again; back into 在账 it comes by slip alone (SB 六(四))."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QWidget

from app.change import Change
from app.ledger import entries, ledgers
from app.ledger.ledgers import LedgerLine
from app.listing import lists
from app.listing.lists import Line
from app.papers import recheck_slip, sampling
from app.problem import Problem
from ui.desk import Desk
from ui.dialogs.deed_dialog import DeedDialog
from ui.dialogs.printing import Printing
from ui.forms.field_form import YES_NO, choices_for
from ui.forms.inputs import ChoiceInput, DateInput, LineInput
from ui.widgets.buttons import button

WHOLE, BACK = "整个项目", (("", "不恢复"), ("yes", "凭更正单恢复入账"))


class FindingDialog(DeedDialog):
    """`next_wished(entry)` after a finding was written down, when the clerk goes on with the next row."""

    next_wished = Signal(str)

    def __init__(self, desk: Desk, ledger: LedgerLine, line: Line, parent: QWidget | None = None) -> None:
        told = f"{line.name}　{line.cells.get('about') or ''}"
        super().__init__(desk, "登记核查结果", told, parent)
        self._line = line
        self.subject = _subject(desk, line)
        self._sealed = self.subject is not None and ledgers.get(desk.office, self.subject.ledger_id).sealed
        cells = line.cells
        self.ask_day("on", "核查日期", str(cells.get("on") or ""))
        way = self.ask_choice("way", "方式", choices_for(ledger.loaded, ledger.loaded.fields["way"]))
        way.set_text(str(cells.get("way") or "现场"))
        self.ask_choice("real", "是否属实", YES_NO)
        self.ask_choice("rebound", "是否反弹", YES_NO)
        self._ask_matter(str(cells.get("about") or "").partition("/")[2])
        self.ask_text("finding", "发现的问题", "不属实、反弹的必须写明", need=True)
        self.ask_text("handling", "怎样处理")
        self.ask("handled", "处理完毕日", DateInput())
        self.ask_choice("back", "恢复入账", BACK[1:], need=False)
        self.ask_approval()
        self.ask("checker", "核查人", LineInput())
        self.next = QCheckBox("登记以后接着下一条")
        self.next.setAccessibleName(self.next.text())
        self.next.setChecked(True)
        self._fill(line)
        self.end("登记结果")
        self.printing = Printing(desk, self)
        self.printing.refused.connect(self.refused)
        self.slip = button(
            "打印更正单…", self._print_slip, sign="print", why="打印出来签字，扫描以后附在这里"
        )
        self.slip.hide()
        self.foot.insertWidget(0, self.slip)
        self.column.insertWidget(self.column.count() - 1, self.next)
        self.accepted.connect(self._wish_next)
        self.follow()
        self.inputs["real"].setFocus()

    def _ask_matter(self, now: str) -> None:
        items = self.subject.items if self.subject is not None else {}
        made = self.ask_choice(
            "item", "问题出在", [("", WHOLE), *((code, i.title) for code, i in items.items())], need=False
        )
        made.removeItem(0)
        made.set_text(now)
        if not items:
            self.put("item", False)

    def _fill(self, line: Line) -> None:
        told = {"finding": "finding", "handling": "handling", "handled": "handled_on", "checker": "checker"}
        for key, cell in told.items():
            self.inputs[key].set_text(str(line.cells.get(cell) or ""))  # type: ignore[union-attr]
        if not self.text("checker"):
            self.inputs["checker"].set_text(self.desk.office.clerk)  # type: ignore[union-attr]
        for key in ("real", "rebound"):
            value, made = line.cells.get(key), self.inputs[key]
            assert isinstance(made, ChoiceInput)
            made.set_text("" if value is None else "是" if value else "否")

    @property
    def bad(self) -> bool:
        return self.text("real") == "否" or self.text("rebound") == "是"

    def follow(self) -> None:
        bad = self.bad
        out = self.subject is not None and self._may_come_back()
        for key in ("finding", "handling", "handled"):
            self.put(key, bad)
        self.put("back", bad and out)
        back = bad and out and bool(self.text("back"))
        for key in ("second", "scan"):
            self.put(key, back and self._sealed)
        self.slip.setVisible(back and self._sealed)
        if back:
            self.tell("计入“恢复”：这一行回到在账，原来的核出记录保留；更正单附在两边。")
        elif bad and not out:
            self.tell("对象还在账上，不用恢复；只登记问题和处理。", "amber")
        elif bad:
            self.tell("不恢复的，账上的数字不变。要恢复入账须凭签字的更正单。")
        else:
            self.tell("属实、没有反弹：这一条了结。" if self.text("real") and self.text("rebound") else "")

    def _print_slip(self) -> None:
        """The slip to be signed, of what is written here now."""
        try:
            day = self.day("on")
        except Problem as problem:
            self.refused(problem)
            return
        self.printing.make(
            "更正单",
            recheck_slip.write,
            self._line.id,
            finding=self.text("finding"),
            item=self.text("item"),
            on=day,
        )

    def _may_come_back(self) -> bool:
        """Whether the row, or the matter chosen, has left 在账."""
        if self.subject is None:
            return False
        item = self.subject.items.get(self.text("item"))
        gone = ("已核减", "已移除", "已更正", "已开工")
        return (item.standing if item is not None else self.subject.standing) in gone

    def perform(self) -> Change | None:
        back = not self.inputs["back"].isHidden() and bool(self.text("back"))
        bad = self.bad
        return self.run(
            sampling.find, self._line.id, on=self.day("on"), way=self.text("way"), real=self.text("real") == "是",
            rebound=self.text("rebound") == "是", finding=self.text("finding") if bad else "",
            handling=self.text("handling") if bad else "",
            handled=self.day("handled") if bad and self.text("handled") else "", checker=self.text("checker"),
            item=self.text("item") if self.subject is not None and self.subject.items else None, reopen=back,
            second=self.text("second") if back else "", slip=self.scan() if back else None,
        )  # fmt: skip

    def _wish_next(self) -> None:
        if self.next.isChecked():
            self.next_wished.emit(self._line.id)


def _subject(desk: Desk, line: Line) -> Line | None:
    """The row that was looked at again, where it is one of our own."""
    no = str(line.cells.get("about") or "").partition("/")[0]
    try:
        found = lists.line(desk.office, entries.find(desk.office, no)) if no else None
    except Problem:
        return None
    return found if found is not None and ledgers.get(desk.office, found.ledger_id).own else None
