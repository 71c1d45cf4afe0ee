"""回传: what goes back to the office that asked, and where it is written."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.ledger.ledgers import LedgerLine
from app.words.wording import brief
from sync.merges.returns import Mine
from ui.dialogs.plain_dialog import PlainDialog
from ui.screens.exchanging.target_card import TargetCard
from ui.widgets.buttons import allow, button
from ui.widgets.labels import label

MOST = 2  # objections without a reason that are named


class ReturnDialog(PlainDialog):
    """Accepted when the return may be written into `folder()`; `reasons_wished` to write why something is objected to."""

    reasons_wished = Signal()

    def __init__(self, line: LedgerLine, mine: Mine, parent: QWidget | None = None) -> None:
        super().__init__("回传", f"回传给{line.origin_name}", parent)
        self.say(what_goes(line, mine))
        self.blank = label(_blank(mine), tone="amber", wrap=True)
        self.blank.setVisible(mine.blank > 0)
        self.column.addWidget(self.blank)
        self.crossed = label(_crossed(mine), tone="amber", wrap=True)
        self.crossed.setVisible(bool(mine.crossed))
        self.column.addWidget(self.crossed)
        self.bare = label(_bare(mine), tone="amber", wrap=True)
        self.reasons = button("去写理由", self._to_reasons, sign="edit")
        row = QHBoxLayout()
        row.addWidget(self.bare, 1)
        row.addWidget(self.reasons)
        self.column.addLayout(row)
        for made in (self.bare, self.reasons):
            made.setVisible(bool(mine.bare))
        self.target = TargetCard(title="写到哪里")
        self.target.changed.connect(self._follow)
        self.column.addWidget(self.target)
        self.deeds("回传", self._return)
        self.target.refresh()
        self._follow()
        (self.primary if self.primary.isEnabled() else self.target.choose).setFocus()

    def _follow(self) -> None:
        ready = self.target.folder() is not None
        allow(self.primary, "回传", "" if ready else "还没选写到哪里")
        if ready and self.focusWidget() is self.target.choose:  # a stick came, or a folder was chosen
            self.primary.setFocus()

    def folder(self) -> Path | None:
        return self.target.folder()

    def _to_reasons(self) -> None:
        self.reject()
        self.reasons_wished.emit()

    def _return(self) -> None:
        if self.primary.isEnabled() and not self.target.lost():
            self.accept()


def what_goes(line: LedgerLine, mine: Mine) -> str:
    """The sentence what a return carries."""
    objected = f"{mine.objections:,} 处异议" if mine.objections else ""
    added = f"{mine.added:,} 个补报的项目" if mine.added else ""
    more = "、".join(filter(None, (objected, added)))
    also = f"（其中 {more}）" if more else ""
    left = f"还有 {mine.blank:,} 项没填" if mine.blank else "都填了"
    return (
        f"归{line.dept}核查的有 {mine.projects:,} 个项目 {mine.matters:,} 个事项，已填 {mine.filled:,} 项{also}，{left}。"
        "项目名称、投资这些由对方填写的栏目不会改动；回传以后还可以接着填，再回传一次。"
    )


def _bare(mine: Mine) -> str:
    """Which objections say nothing why: the office that asked cannot settle them."""
    if not mine.bare:
        return ""
    named = "、".join(f"{brief(one.name)} · {one.matter}" for one in mine.bare[:MOST])
    more = "等" if len(mine.bare) > MOST else ""
    return f"{len(mine.bare):,} 处异议没有写理由（{named}{more}），对方不知道为什么，可能原样退回。"


def _crossed(mine: Mine) -> str:
    """Which cells the office that asked has written otherwise since they were filled in."""
    if not mine.crossed:
        return ""
    named = "；".join(
        f"{brief(c.name)} · {c.matter}“{c.title}”对方写“{brief(c.theirs)}”、本单位填“{brief(c.mine)}”"
        for c in mine.crossed[:MOST]
    )
    more = "等" if len(mine.crossed) > MOST else ""
    return f"{len(mine.crossed):,} 处对方后来也改了（{named}{more}）。现在回传，由对方定；要照对方的改，请点“取消”。"


def _blank(mine: Mine) -> str:
    """What a clerk should know before giving back a list that is not filled."""
    whole = "一项都还没填" if not mine.filled else f"还有 {mine.blank:,} 项没填"
    return f"{whole}，现在回传，这些事项就按没有变化交回去。要先填完，请点“取消”。"
