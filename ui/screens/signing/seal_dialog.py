"""确定台账: what freezes, in plain words, before it is done."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QWidget

from app.ledger.versions import Version
from app.rounds.rounds import SENT, UNSENT, Round
from ui import look
from ui.dialogs.plain_dialog import PlainDialog
from ui.screens.signing.papers import Paperwork
from ui.widgets.labels import label

MOST_FIELDS, TEXT_WIDTH, MOST_NAMED = 16, 450, 6


class SealDialog(PlainDialog):
    """Accepted only with the tick that it was read."""

    def __init__(
        self,
        papers: Paperwork,
        version: Version,
        parent: QWidget | None = None,
        *,
        checked: Round | None = None,
    ) -> None:
        """`checked`: the last check round of the ledger; while it runs the dialog says who has not answered."""
        super().__init__("确定台账", f"按 {version.label}（{version.on} 打印）确定", parent)
        self.setFixedWidth(look.sizes().grown(TEXT_WIDTH + 120))
        loaded = papers.line.loaded
        frozen = [f.title for f in loaded.t.fields if f.frozen][:MOST_FIELDS]
        project, item = version.counts["project"], version.counts["item"]
        signed = [f"{s.role} {s.by}（{s.on}）" for s in version.signatures]
        self._line("基数", f"项目 {project['base']:,} 个，审批事项 {item['base']:,} 个，确定后不再变")
        if signed:
            self._line("签字", "；".join(signed))
        for act in version.acts:
            self._line(act.title, act.words.partition("：")[2])
        self._line("不能再改", "、".join(frozen) + "，以及每个项目有哪些审批事项")
        self._line("还可以改", "责任人、电话、受理和告知日期、进展情况、备注、附件，改了都有记录")
        self._line("以后减少", "办结一个核减一个；其余只能走开工、移除、更正，移除和更正要第二人签字的扫描件")
        if version.gaps:
            self._line("缺项", f"{version.gaps:,} 处，已随本版附“缺项情况说明”")
        if checked is not None and checked.open:
            self._line("部门核查", _waiting(checked), "amber")
        self.read = QCheckBox("看过了，确定后不能撤回")
        self.read.setAccessibleName(self.read.text())
        self.read.clicked.connect(lambda _on: self.primary.setEnabled(self.read.isChecked()))
        self.column.addWidget(self.read)
        self.deeds("确定台账", self.accept)
        self.primary.setEnabled(False)
        self.read.setFocus()

    def _line(self, head: str, text: str, tone: str = "") -> None:
        at = self.grid.rowCount()
        self.grid.addWidget(label(head, "strong"), at, 0)
        made = label(text, wrap=True, tone=tone)
        made.setMinimumHeight(max(0, made.heightForWidth(look.sizes().grown(TEXT_WIDTH))))
        self.grid.addWidget(made, at, 1)


def _waiting(now: Round) -> str:
    """Who has not answered a round that still runs: what comes in later can no longer change what is frozen."""
    late = [part.dept for part in now.parts if part.state in (SENT, UNSENT)]
    if not late:
        return f"第 {now.number} 轮还没有结束；部门都已回传，可以先在“部门核对”里结束本轮"
    named = "、".join(late[:MOST_NAMED]) + ("等" if len(late) > MOST_NAMED else "")
    return (
        f"第 {now.number} 轮还没有结束，{len(late):,} 个部门没有回传：{named}。"
        "确定以后再收到的回传，就改不了上面写着不能再改的内容"
    )
