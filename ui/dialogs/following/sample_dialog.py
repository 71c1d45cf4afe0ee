"""抽样: which ledger, how many, by which seed and rule; who is drawn is shown before anything is filed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget

from app.change import Change
from app.ledger.ledgers import LedgerLine
from app.papers import sample_lists, sample_rules, sampling
from app.papers.sampling import Draw
from app.problem import Problem
from ui.desk import Desk
from ui.dialogs.deed_dialog import DeedDialog
from ui.forms.inputs import ChoiceInput, LineInput

PAUSE_MS = 300
BY_RULE = "rule"
CONDITION = ("column", "way", "value")
SHOWN = 3
RULES = (
    ("closed", "已经出账的（核减、移除、更正等）"),
    ("removed", "只抽移除的"),
    ("all", "台账里的全部"),
    (BY_RULE, "按条件…"),
)


class SampleDialog(DeedDialog):
    """`drawn(batch)` when the sample was filed. The same seed draws the same rows, whoever draws them."""

    drawn = Signal(str)

    def __init__(self, desk: Desk, known: Sequence[LedgerLine], parent: QWidget | None = None) -> None:
        super().__init__(desk, "回头看抽样", "同一个种子抽出来的总是同一批，种子印在清单上。", parent)
        self._lines, self._offered = {line.id: line for line in known}, ""
        ledger = self.ask_choice("ledger", "抽哪本台账", [(line.id, line.called) for line in known])
        n: LineInput = self.ask("n", "抽几个", LineInput(), need=True)
        n.set_text("10")
        seed: LineInput = self.ask("seed", "种子", LineInput(), need=True)
        seed.set_text(f"{desk.office.today():%Y-%m-%d}")
        seed.setToolTip("开会的日期、当场报的数都行；别人照它再抽一次，抽到的一样")
        rule = self.ask_choice("rule", "抽样范围", RULES)
        rule.set_text("closed")
        self.ask_choice("column", "看哪一栏", ())
        self.ask_choice("way", "怎样算符合", tuple(sample_rules.WAYS.items()))
        self.ask("value", "比着什么", LineInput(), need=True)
        shares = self.ask_choice(
            "shares", "怎样分配", (("", "不分单位，一起抽"), ("units", "按各单位的数量比例")), need=False
        )
        shares.removeItem(0)
        self.end("抽样并登记")
        if known:
            ledger.setCurrentIndex(1)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self.show_draw)
        self._offer()
        self.show_draw()
        n.setFocus()
        n.selectAll()

    def follow(self) -> None:
        self._offer()
        self._pause.start()

    def _offer(self) -> None:
        """The columns of the ledger chosen, where the rows are told by a condition."""
        by_rule, ledger = self.text("rule") == BY_RULE, self.text("ledger")
        for key in CONDITION:
            self.put(key, by_rule)
        line, columns, value = self._lines.get(ledger), self.inputs["column"], self.inputs["value"]
        assert isinstance(columns, ChoiceInput) and isinstance(value, LineInput)
        if line is None:
            return
        if ledger != self._offered:
            self._offered = ledger
            columns.clear()
            columns.addItem("", "")
            for field in sample_rules.fields(line.loaded):
                columns.addItem(field.title, field.id)
        value.setPlaceholderText(sample_rules.hint(line.loaded, self.text("column")))

    def show_draw(self) -> None:
        """Who would be drawn, without writing anything."""
        try:
            found = self._draw()
        except Problem as problem:
            self.tell(problem.text, "amber")
            return
        names = "、".join(row.name for row in found.rows[:SHOWN])
        rest = f"等 {len(found.rows):,} 个" if len(found.rows) > SHOWN else ""
        few = "（范围里不够，全部抽到）" if found.among < found.n else ""
        self.tell(f"范围里共 {found.among:,} 个，抽到 {len(found.rows):,} 个{few}：{names}{rest}。")

    def _draw(self) -> Draw:
        rule = self.text("rule")
        if not self.text("ledger"):
            raise Problem("E_NO_LEDGER", "先选抽哪本台账", field="ledger")
        return sampling.draw(
            self.desk.office, self.text("ledger"), n=self._number(), seed=self.text("seed"), shares=bool(self.text("shares")),
            rule=self._condition() if rule == BY_RULE else rule,
        )  # fmt: skip

    def _condition(self) -> str:
        loaded = self._lines[self.text("ledger")].loaded
        return sample_rules.rule(loaded, *(self.text(key) for key in CONDITION))

    def _number(self) -> int:
        text = self.text("n")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0

    def perform(self) -> Change | None:
        change = self.run(sample_lists.issue, self._draw(), None)
        if change is not None:
            self.drawn.emit(change.facts["batch"])
        return change

    def refused(self, problem: Problem) -> None:
        field = problem.field or (
            "value" if problem.code == "E_EXPRESSION" else "seed" if problem.code == "E_SAMPLED" else None
        )
        super().refused(Problem(problem.code, problem.text, field=field, **problem.facts))
