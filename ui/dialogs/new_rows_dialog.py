"""新增 12 行？ asked when a paste runs past the end of the table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtWidgets import QWidget

from app.ledger.cell_blocks import NewRows
from app.ledger.ledger_groups import REGISTER
from app.ledger.ledgers import CHECK, LedgerLine
from ui.desk import Desk
from ui.dialogs.plain_dialog import PlainDialog
from ui.forms.inputs import DateInput, LineInput, mark
from ui.widgets.buttons import allow, button


class NewRowsDialog(PlainDialog):
    """`new` is what to add after it was accepted, None where the clerk wants the rows of the table alone."""

    def __init__(
        self,
        desk: Desk,
        ledger: LedgerLine,
        texts: Sequence[Mapping[str, str]],
        inside: int,
        parent: QWidget | None = None,
        *,
        how: Sequence[str] = (),
    ) -> None:
        """`texts` are the rows past the end by field, `inside` the rows that found a place in the table.

        `how` tells, for a table without rows, which column goes where.
        """
        self._texts = texts
        under = f"粘贴的内容比《{ledger.title}》的表尾多出 {len(texts):,} 行。"
        super().__init__(f"新增 {len(texts):,} 行？", f"粘贴到《{ledger.title}》。" if how else under, parent)
        for sentence in how:
            self.say(sentence)
        self.new: NewRows | None = None
        self._ledger = ledger
        wanted = [f for f in ledger.loaded.t.fields if f.need == "create" and not f.default]
        lacking = {f.title: n for f in wanted if (n := sum(not row.get(f.id) for row in texts))}
        self.basis, self.on = LineInput(), DateInput()
        if ledger.sealed or ledger.purpose == CHECK:
            self.row("补报理由" if ledger.purpose == CHECK else "补录依据", self.basis)
        if ledger.sealed:
            self.on.set_text(f"{desk.office.today():%Y-%m-%d}")
            self.row("补录日期", self.on)
        self.person = LineInput()
        self.person.setPlaceholderText("写声明人的姓名")
        self.row("声明不涉密的人", self.person)
        if ledger.loaded.t.nature == REGISTER:
            self.person.set_text(desk.office.clerk)  # who registers a paper answers for it
        self.say("涉密的内容不得录入。粘贴和新增是一步，可以一起撤销（Ctrl+Z）。")
        for title, count in lacking.items():
            self.say(_lack(title, count, len(texts)))
        self.deeds(f"新增 {len(texts):,} 行", self._add)
        missing = next((f"没有“{title}”" for title, n in lacking.items() if n == len(texts)), "")
        allow(self.primary, f"新增 {len(texts):,} 行", missing)
        self.inside_only = button("不新增，只粘到表尾", self._inside)
        self.inside_only.setVisible(inside > 0)
        self.foot.insertWidget(1, self.inside_only)

    def _inside(self) -> None:
        self.new = None
        self.accept()

    def _add(self) -> None:
        if not self.primary.isEnabled():
            return
        person, basis = self.person.text_now().strip(), self.basis.text_now().strip()
        sealed = self._ledger.sealed or self._ledger.purpose == CHECK
        blank = [
            (made, said)
            for made, said, empty in (
                (self.basis, "请写明依据（文号或来由）", sealed and not basis),
                (self.person, "涉密项目不得录入；请由具体的人声明“不涉密”并填写姓名", not person),
            )
            if empty
        ]
        for made in (self.basis, self.person):
            mark(made, any(made is each for each, _ in blank))
        if blank:
            blank[0][0].setFocus()
            self.fault(blank[0][1])
            return
        self.new = NewRows(self._texts, person, basis, self.on.text_now() if self._ledger.sealed else "")
        self.accept()


def _lack(title: str, count: int, of: int) -> str:
    if count == of:
        return f"这些行都没有“{title}”，不能新增；请把“{title}”一起复制，从那一列开始粘贴"
    return f"其中 {count:,} 行没有“{title}”，这几行不会新增。"
