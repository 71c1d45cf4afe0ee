"""等着的事: on 今日要办 what others owe this office, what came in and waits for 合并, 批注 to be answered; in a narrow
window prints on their way and reports as well."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.rounds.awaited import GIVEN_BACK, MERGE, RECEIPT, REMARK, REST, RETURN, Awaited
from app.today.at_hand import DATE, REPORT, SEAL, SIGN
from ui.tables.plain_model import PlainModel, PlainRow
from ui.tables.plain_table import PlainTable
from ui.widgets.cards import Card
from ui.widgets.labels import ElidedLabel

HEADS = ("情况", "单位", "哪一份", "等了", "期限")
WIDTHS = (96, 150, 200, 76, 124)
WORDS = {
    REMARK: "有批注", RETURN: "还没回传", MERGE: "还没合并", GIVEN_BACK: "被退回", RECEIPT: "没有回执",
    REST: "有错没入账", SIGN: "在走签字", SEAL: "已签齐", REPORT: "要报送", DATE: "计划节点",
}  # fmt: skip
TITLES = {
    REMARK: "上级批注还没答复的",
    RETURN: "还没回传的部门",
    MERGE: "收下还没合并的",
    GIVEN_BACK: "被退回的",
    RECEIPT: "发出去还没有回执的",
    REST: "导入时有错没入账的",
    REPORT: "要报送的",
    SIGN: "在走签字的",
    SEAL: "签齐待确定的",
    DATE: "近期节点",
}
TIPS = {
    REMARK: "按 Enter 到这一行；点“看批注、答复…”写答复",
    RETURN: "打开“部门核对”，看这个部门、打催办单",
    MERGE: "打开“收件合并”，把这份合并进台账",
    GIVEN_BACK: "按 Enter 看退回的原因，改好再报",
    RECEIPT: "收到对方的回执后，在“收件合并”里收下；按 Enter 看报出去的这一份",
    REST: "按 Enter 接着改这些行",
    SIGN: "签回来的扫描件在“签批办结”里登记；按 Enter 打开",
    SEAL: "都签完了，按 Enter 打开“签批办结”确定台账",
    REPORT: "按 Enter 打开这一期报告",
    DATE: "按 Enter 打开这本台账",
}
PAGES = {
    REMARK: "ledger", RETURN: "rounds", MERGE: "inbox", GIVEN_BACK: "send", RECEIPT: "send", SIGN: "sign", SEAL: "sign",
    REPORT: "reports", DATE: "ledger", REST: "import",
}  # fmt: skip
MOST_SEEN, LEAST_SEEN = 4, 2


class AwaitedCard(Card):
    """Hidden while nothing is waited for. `wished(page, place)` on Enter or double click."""

    wished = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.body.setContentsMargins(1, 1, 1, 1)
        self.body.setSpacing(0)
        self.title = ElidedLabel("", "h2")
        self.title.setContentsMargins(13, 6, 13, 6)
        self.body.addWidget(self.title)
        self.model = PlainModel(HEADS, parent=self)
        self.table = PlainTable("等着的事", self.model, WIDTHS, stretch=2, aside=True)
        self.table.setStyleSheet("QTableView { border: none; }")
        self.table.opened.connect(self._open)
        self.body.addWidget(self.table)
        self._low = False
        self.hide()

    def set(self, found: Sequence[Awaited]) -> None:
        at = self.table.currentIndex().row()
        was = self.model.row(at)
        self.model.set_rows([_row(one) for one in found])
        kept = self.model.find(was.key) if was else -1
        self.table.choose(kept if kept >= 0 else at)
        counted = Counter(one.kind for one in found)
        self.title.setText("　".join(f"{TITLES[kind]} {counted[kind]:,}" for kind in TITLES if counted[kind]))
        self.setVisible(bool(found))
        self.fit(self._low)

    def fit(self, low: bool) -> None:
        """As high as its rows, of which a low window shows two, without title and heads, and any other four."""
        self._low = low
        rows = min(self.model.rowCount(), LEAST_SEEN if low else MOST_SEEN)
        head = 0 if low else self.table.horizontalHeader().sizeHint().height()
        self.title.setHidden(low)
        self.table.horizontalHeader().setHidden(low)
        self.table.setFixedHeight(head + rows * self.table.verticalHeader().defaultSectionSize() + 2)

    def _open(self, row: int) -> None:
        found = self.model.row(row)
        if found is not None:
            self.wished.emit(*destination(found.fact))


def destination(one: Awaited) -> tuple[str, dict[str, Any]]:
    """(page, place) where something can be done about it."""
    places: dict[str, dict[str, Any]] = {
        REMARK: {"ledger": one.ledger, "entry": one.entry, "item": one.item},
        RETURN: {"ledger": one.ledger, "dept": one.key},
        MERGE: {"files": [Path(one.file)]} if one.file else {"mirror": one.key},
        REST: {"ledger": one.ledger, "rest": one.key},
        SIGN: {"ledger": one.ledger},
        SEAL: {"ledger": one.ledger},
        REPORT: {"ledger": one.ledger, "form": one.key, "due": one.due},
        DATE: {"ledger": one.ledger},
    }
    if one.kind == REPORT and not one.key:  # the ledger itself is what is reported
        return "send", {"ledger": one.ledger}
    if one.of_check:  # a department that only checks has nothing on 上报导出
        return "rounds", {"ledger": one.ledger}
    return PAGES[one.kind], places.get(one.kind, {"ledger": one.ledger, "bundle": one.key})


def _row(one: Awaited) -> PlainRow:
    tone = "red" if one.late or one.kind == GIVEN_BACK else "amber"
    due = f"{one.due} 前" if one.due else ""
    texts = (WORDS[one.kind], one.who, one.what, waited_words(one), due)
    tips = {
        0: TIPS[one.kind],
        1: one.who,
        2: one.what,
        3: f"从 {one.since} 起" if one.since else "",
        4: "已过期限" if one.late else "",
    }
    return PlainRow(
        texts,
        key_of(one),
        tones={0: tone, 4: "red" if one.late else ""},
        tips=tips,
        fact=one,
    )


def waited_words(one: Awaited) -> str:
    """9 天, or 今天 for what was sent or came in today; '' for what nobody waits for yet."""
    if not one.since:
        return ""
    return f"{one.days:,} 天" if one.days > 0 else "今天"


def key_of(one: Awaited) -> str:
    """Names a thing that waits among all of them."""
    return f"{one.kind}/{one.ledger}/{one.key}/{one.due if one.kind in (REPORT, DATE) else ''}".rstrip("/")
