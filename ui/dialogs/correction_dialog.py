"""更正单: the only way to change what the seal froze, for one row or many, or to take rows out of 在账."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QRadioButton,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from app.change import Change
from app.engine.rows import item_order
from app.ledger import leaving
from app.ledger.ledgers import LedgerLine
from app.listing.lists import ItemLine, Line
from app.problem import Problem
from app.values import kinds
from app.words.templates import Field
from ui import look
from ui.desk import Desk
from ui.dialogs.deed_dialog import STAY, DeedDialog, called, open_items
from ui.forms.field_form import FieldForm
from ui.forms.inputs import ChoiceInput
from ui.forms.scrolling import scrolling
from ui.widgets.labels import label

PROJECT, MATTER = range(2)
MORE_FIELDS = ("build_state",)  # not frozen as a field, refused all the same
ITEM_FIELDS = ("state", "needed", "needed_basis", "due_date", "d_done", "doc_no", "basis")
SINGLE = ("name", "project_code")  # never the same in two rows


class CorrectionDialog(DeedDialog):
    """Opens with what is stored; only what was changed goes on the slip."""

    def __init__(
        self, desk: Desk, ledger: LedgerLine, lines: Sequence[Line], parent: QWidget | None = None
    ) -> None:
        super().__init__(desk, "更正单", called(lines), parent)
        self.setMinimumWidth(look.sizes().grown(640))
        self._ledger, self._lines = ledger, list(lines)
        self._code = ""
        self._drafts: dict[str, dict[str, str]] = {}
        self._ways()
        self._pages()
        self.ask_choice("basis", "更正事由", [(b, b) for b in _bases(ledger)])
        self.ask_text("reason", "更正原因", "错在哪里、依据什么改", need=True)
        self.ask_day("on", "更正日期")
        self.ask_approval(pin=True)
        self.end("登记更正单")
        self.follow()
        self.form.next_field()

    # what is corrected

    def _ways(self) -> None:
        self.amend, self.leave = QRadioButton("更正内容"), QRadioButton("更正出账（整行移出在账）")
        self.amend.setChecked(True)
        group = QButtonGroup(self)
        row = QHBoxLayout()
        row.setSpacing(18)
        for made in (self.amend, self.leave):
            made.setAccessibleName(made.text())
            made.clicked.connect(lambda _on: self.follow())
            group.addButton(made)
            row.addWidget(made)
        row.addStretch(1)
        self.body.column.insertLayout(0, row)

    def _pages(self) -> None:
        loaded = self._ledger.loaded
        one = len(self._lines) == 1
        fields = [
            f for f in loaded.t.fields if (f.frozen or f.id in MORE_FIELDS) and (one or f.id not in SINGLE)
        ]
        self.form = FieldForm(loaded, [unstarred(f) for f in fields])
        self.form.fill(_texts(loaded.fields, self._lines[0].cells) if one else {})
        self.item_form = FieldForm(
            loaded, [unstarred(loaded.item_fields[k]) for k in ITEM_FIELDS if k in loaded.item_fields]
        )
        self.matter = ChoiceInput([(c, f"{c} {i.title}") for c, i in self._items().items()])
        self.matter.removeItem(0)
        self.matter.setAccessibleName("更正哪个事项")
        self.matter.touched.connect(self._turn_matter)
        for form in (self.form, self.item_form):
            form.touched.connect(self._written)
        self.tabs = QTabBar()
        self.tabs.setAccessibleName("更正项目内容还是审批事项")
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.addTab("项目内容")
        self.tabs.addTab("审批事项")
        self.pages = QStackedWidget()
        self.pages.addWidget(scrolling(self.form))
        self.pages.addWidget(self._matter_page())
        self.pages.setFixedHeight(look.sizes().grown(206))
        self.tabs.currentChanged.connect(self.pages.setCurrentIndex)
        self.body.column.insertWidget(1, self.tabs)
        self.body.column.insertWidget(2, self.pages)
        self._turn_matter()

    def _matter_page(self) -> QWidget:
        page = QWidget()
        page.setProperty("role", "fill")
        pick = QHBoxLayout()
        pick.setContentsMargins(14, 8, 14, 0)
        pick.addWidget(label("事项"))
        pick.addWidget(self.matter, 1)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(pick)
        column.addWidget(scrolling(self.item_form), 1)
        return page

    def _items(self) -> dict[str, ItemLine]:
        """The matters that every row has."""
        shared = set.intersection(*({*line.items} for line in self._lines))
        return {c: self._lines[0].items[c] for c in item_order(self._ledger.loaded, shared)}

    def _turn_matter(self) -> None:
        """Another matter: what was typed for the one before stays."""
        self._keep()
        self._code = self.matter.text_now()
        item = self._items().get(self._code)
        one = len(self._lines) == 1 and item is not None
        self.item_form.fill(_texts(self._ledger.loaded.item_fields, item.cells) if one and item else {})
        self.item_form.put(self._drafts.get(self._code, {}))

    def _keep(self) -> None:
        if self._code:
            self._drafts[self._code] = self.item_form.changed_texts()

    def corrected_items(self) -> dict[str, dict[str, str]]:
        self._keep()
        return {code: texts for code, texts in self._drafts.items() if texts}

    # the effect

    def _written(self) -> None:
        self.fault("")
        self.follow()

    def follow(self) -> None:
        leave, many = self.leave.isChecked(), len(self._lines)
        for made in (self.tabs, self.pages):
            made.setVisible(not leave)
        if leave:
            gone = [line for line in self._lines if line.standing != STAY]
            items = sum(len(open_items(line)) for line in self._lines)
            if gone:
                self.tell(f"“{gone[0].name}”现在是“{gone[0].standing}”，不在账，不能再移出。", "amber")
            else:
                self.tell(
                    f"项目 在账 −{many}、更正 +{many}；事项 在账 −{items}、更正 +{items}。不算核减，也不算移除。"
                )
            return
        matters = self.corrected_items()
        count = len(self.form.changed_texts()) + sum(len(t) for t in matters.values())
        each = f"{many:,} 行都" if many > 1 else ""
        if not count:
            self.tell("改哪一栏就在上面改，没有动的栏保持原样。" + ("空着的栏不改。" if many > 1 else ""))
        elif any({"state", "needed"} & {*texts} for texts in matters.values()):
            self.tell(
                f"{each}更正 {count} 栏。改成不需办或办结的事项计入“更正”，改回要办的计入“恢复”；不算核减。"
            )
        else:
            self.tell(f"{each}更正 {count} 栏，在账数不变。台账确定时的内容仍留在已签的那一版里。")

    # the deed

    def perform(self) -> Change | None:
        leave = self.leave.isChecked()
        reason = f"{self.text('basis')}：{self.text('reason')}"
        content: dict[str, Any] = (
            {} if leave else {"texts": self.form.changed_texts(), "items": self.corrected_items()}
        )
        return self.run(
            leaving.correct, [line.id for line in self._lines], reason=reason, second=self.text("second"),
            scan=self.scan(), leave=leave, on=self.day("on"), second_pin=self.second_pin(), **content,
        )  # fmt: skip

    def refused(self, problem: Problem) -> None:
        super().refused(problem)
        if self.leave.isChecked() or problem.field in self.inputs:
            return
        item = str(problem.facts.get("item", ""))
        if item and self.matter.findData(item) >= 0:
            self.tabs.setCurrentIndex(MATTER)
            self.matter.set_text(item)
            self._turn_matter()
            self.item_form.show_problem(problem)
        elif self.form.show_problem(problem):
            self.tabs.setCurrentIndex(PROJECT)
        elif problem.field in self.item_form.inputs:
            self.tabs.setCurrentIndex(MATTER)
            self.item_form.show_problem(problem)


def unstarred(field: Field) -> Field:
    """What a slip does not name stays as it is: no field of it must be filled."""
    return replace(field, need="optional")


def _texts(fields: dict[str, Field], cells: dict[str, Any]) -> dict[str, str]:
    return {k: kinds.to_text(fields[k], v) for k, v in cells.items() if k in fields and v is not None}


def _bases(ledger: LedgerLine) -> tuple[str, ...]:
    found = next((c.bases for c in ledger.loaded.t.closings if c.to == "corrected" and c.bases), ())
    return found or ("信息填写有误", "其他")
