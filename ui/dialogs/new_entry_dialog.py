"""新增项目: the fields asked at once, and the named declaration that nothing here is 涉密."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtWidgets import QWidget

from app.change import Change
from app.ledger import entries, following_people, near_rows
from app.ledger.ledger_groups import REGISTER
from app.ledger.ledgers import LedgerLine
from app.problem import Problem
from app.words.templates import Field
from ui import look
from ui.desk import Desk
from ui.dialogs import asking
from ui.dialogs.plain_dialog import PlainDialog
from ui.forms.field_form import FieldForm
from ui.forms.inputs import DateInput, LineInput, mark
from ui.forms.proposing import Proposing
from ui.forms.row_input import row_inputs
from ui.forms.scrolling import scrolling
from ui.widgets.labels import dress

MOST_FIELDS = 9
STILL, LOOK, BACK = "是另一个，照样新增", "看已有的", "回去改"


class NewEntryDialog(PlainDialog):
    """`added` is the id of the new entry after it was accepted."""

    def __init__(
        self,
        desk: Desk,
        ledger: LedgerLine,
        parent: QWidget | None = None,
        fields: Sequence[str] = (),
    ) -> None:
        """`fields` are asked in this order where the usual choice does not do."""
        row = ledger.loaded.t.words.row
        register = ledger.loaded.t.nature == REGISTER
        words = f"补录{row}" if ledger.sealed else f"登记{row}" if register else f"新增{row}"
        super().__init__(words, f"记入《{ledger.title}》。其余各栏可以以后再填。", parent)
        self._desk, self._ledger = desk, ledger
        self.added = ""
        shown = [ledger.loaded.fields[key] for key in fields if key in ledger.loaded.fields] or asked(ledger)
        self.form = FieldForm(ledger.loaded, shown, label_width=104, rows=row_inputs(desk.office))
        dress(self.form, role="page")  # on the ground of the dialog, as its other inputs
        outer = scrolling(self.form)
        outer.setMinimumHeight(look.sizes().grown(150))
        self.column.insertWidget(2, outer, 1)
        self.setMinimumWidth(look.sizes().grown(520))
        Proposing(self.form, desk, following_people.row_seat(ledger.loaded))
        if ledger.sealed:
            self.basis, self.on = LineInput(), DateInput()
            self.on.set_text(f"{desk.office.today():%Y-%m-%d}")
            self.row("补录依据", self.basis)
            self.row("补录日期", self.on)
            self.say(f"台账已确定：补录的{row}计入“新增”，期初不变。")
        self.ask_more()
        self.person = LineInput()
        self.person.setPlaceholderText("写声明人的姓名")
        self.row("声明不涉密的人", self.person)
        if register:
            self.person.set_text(desk.office.clerk)  # who registers a paper answers for it
        self.say("涉密的内容不得登记。" if register else "涉密项目由各部门自行保管，不得录入本台账。")
        self.deeds("登记" if register else "新增", self._add)

    def _add(self) -> None:
        more = {"basis": self.basis.text_now(), "on": self.on.text_now()} if self._ledger.sealed else {}
        texts = {k: v for k, v in self.texts().items() if v}
        if not self.may_add(texts):
            return
        done: Change | None = self._desk.do(
            entries.add,
            self._ledger.id,
            texts,
            not_secret=self.person.text_now(),
            refused=self._refused,
            **more,
        )
        if done is not None:
            self.added = done.subject or ""
            self.accept()

    def ask_more(self) -> None:
        """Further inputs, above the declaration."""

    def texts(self) -> dict[str, str]:
        """What was typed, by field."""
        return self.form.texts()

    def likely(self, texts: Mapping[str, str]) -> list[tuple[str, str]]:
        """(id, what speaks for it) of the rows that this one may be, the surest first."""
        return [(one.entry_id, one.line) for one in near_rows.near(self._desk.office, self._ledger.id, texts)]

    def may_add(self, texts: Mapping[str, str]) -> bool:
        """Asked before anything is written: what may be there already is shown, and the person says whether it is another."""
        found = self.likely(texts)
        if not found:
            return True
        told = "\n".join(line for _, line in found)
        row = self._ledger.loaded.t.words.row
        answers = {STILL: asking.KEEPS, LOOK: asking.DROPS, BACK: asking.STAYS}
        answer = asking.ask(self, "可能重复", f"这个{row}可能已经有了。", told, answers)
        if answer == LOOK:
            self.added = found[0][0]  # the page goes to the one that is there
            self.accept()
        return answer == STILL

    def _refused(self, problem: Problem) -> None:
        self.form.clear_faults()
        late = {"basis": self.basis, "on": self.on} if self._ledger.sealed else {}
        for key, made in {"not_secret": self.person, **late}.items():
            mark(made, problem.field == key)
            if problem.field == key:
                made.setFocus()
        if not self.form.show_problem(problem):
            self.fault(problem.text)
        else:
            self.fault("")


def asked(ledger: LedgerLine) -> list[Field]:
    """What must be there at once, then what must be there before signing, as far as one page goes."""
    fields = [f for f in ledger.loaded.t.fields if f.need != "auto"]
    first = [f for f in fields if f.need == "create"]
    grid = [f for f in fields if f.id in ledger.loaded.t.grid and f not in first and f.kind != "longtext"]
    chosen = {f.id for f in (first + grid)[:MOST_FIELDS]}
    return [f for f in fields if f.id in chosen]
