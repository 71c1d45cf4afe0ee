"""收件: choose or drop a bundle, read the judgement in plain words, take it in, hand the receipt back."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app import files
from app.change import Change
from app.office import Office
from app.problem import Problem
from sync import boxes, exchange, receipts
from sync.plan import Plan
from ui import choosing, look
from ui.desk import Desk
from ui.tables.plain_model import PlainModel, PlainRow
from ui.tables.plain_table import PlainTable
from ui.widgets.bars import Strip
from ui.widgets.buttons import button
from ui.widgets.cards import Card
from ui.widgets.drop_area import DropArea
from ui.widgets.labels import dress, label
from ui.widgets.screen import Screen

FILTER = "上报包和回执 (*.qidi *.qidi-receipt);;所有文件 (*)"
VERDICTS = {"accepted": ("已收", "green"), "refused": ("没有收", "red"), "returned": ("退回", "red")}
LOW = 560  # a page lower than this cannot show drop area, judgement and list at once
UNKNOWN = ("E_UNKNOWN_SENDER",)


class InboxScreen(Screen):
    """A place is {"file": path}."""

    title = "收件"

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.file: Path | None = None
        self._receipt: Path | None = None
        self._ledger = ""
        self.head().addStretch(1)
        self.strip = Strip()
        self.body.addWidget(self.strip)
        self.choose = button("选文件…", self._choose, kind="primary", sign="folder")
        self.area = DropArea("把收到的上报包或回执拖到这里", "先看清楚是谁发的、变了什么，您点“收下”才动数据", (), (self.choose,))
        self.area.dropped.connect(self.look_at)
        self.area.setMinimumHeight(130)
        self.body.addWidget(self.area, 1)
        self.body.addWidget(self._judgement())
        self.listed = self._list()
        self.body.addWidget(self.listed, 2)

    def _judgement(self) -> Card:
        self.card = Card()
        self.verdict, self.said = label("", "h2", wrap=True), label("", wrap=True)
        self.marks = label("", tone="amber", wrap=True)
        for made in (self.verdict, self.said, self.marks):
            self.card.body.addWidget(made)
        self.take = button("收下", self.receive, kind="primary", sign="receive")
        self.leave = button("不收", self.forget)
        self.save = button("另存回执…", self._save_receipt, sign="export")
        self.see = button("看这本台账", self._see, sign="ledger")
        row = QHBoxLayout()
        for one in (self.take, self.leave, self.save, self.see):
            row.addWidget(one)
        row.addStretch(1)
        self.card.body.addLayout(row)
        self.card.hide()
        return self.card

    def _list(self) -> QWidget:
        card = Card("收到的")
        self.model = PlainModel(("日期", "谁发的", "台账", "结果"), parent=self)
        self.table = PlainTable("收到的", self.model, (106, 260, 240, 100), stretch=2)
        self.table.opened.connect(self._open_row)
        self.none = label("还没有收件。", "muted")
        card.body.addWidget(self.table, 1)
        self.none.setAlignment(Qt.AlignmentFlag.AlignTop)
        card.body.addWidget(self.none, 1)
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(card)
        return whole

    # reading

    def go(self, place: Any) -> None:
        if place and place.get("file"):
            self.look_at(Path(place["file"]))

    def refresh(self) -> None:
        rows = []
        for one in boxes.received(self.desk.office):
            words, tone = VERDICTS.get(one.verdict, (one.verdict, ""))
            rows.append(PlainRow((one.on, one.from_name, one.title, words), one.bundle, tones={3: tone}, fact=one))
        self.model.set_rows(rows)
        self.table.setVisible(bool(rows))
        self.none.setVisible(not rows)
        self.table.choose(0)
        self.told_status()

    def told_status(self) -> None:
        self.counted.emit(f"收到 {self.model.rowCount():,} 份" if self.model.rowCount() else "")

    # looking

    def _choose(self) -> None:
        file = choosing.open_file(self, "选上报包或回执", "bundle", FILTER)
        if file is not None:
            self.look_at(file)

    def look_at(self, file: Path) -> None:
        """Judge a file; nothing is changed by that."""
        self.forget()
        self.file = file
        if receipts.is_receipt(file):
            self._show("这是对方的回执", "收下后，报出去的那一份就变成“对方已收”。", "blue")
            return
        self.desk.run(exchange.look, file, title="正在查验", done=self._judged, refused=self._refused)

    def _judged(self, found: Plan) -> None:
        told = (("还没有签字确定（未确定）", found.sealed), ("没有加密（未加密）", found.encrypted))
        marks = [words for words, fine in told if not fine]
        if found.seen:
            self._show("以前收过", found.said, "blue", marks)
            return
        prints = f"，打印件 {len(found.prints)} 份" if found.prints else ""
        counted = found.counts.get("project", {})
        base = f"。对方台账：列入 {counted['listed']:,}，在账 {counted['open']:,}" if counted else ""
        said = (
            f"{found.sender_name} {found.on} 报来《{found.title}》：新增 {found.added:,} 行，变动 {found.changed:,} 行，"
            f"附件 {found.attachments:,} 个{prints}，共 {found.rows:,} 行{base}。"
        )
        self._show("查验通过：发件单位、签名、内容都对得上", said, "green", marks)

    def _show(self, verdict: str, said: str, tone: str, marks: list[str] | None = None) -> None:
        self.strip.hide()
        self.verdict.setText(verdict)
        dress(self.verdict, tone=tone)
        self.said.setText(said)
        self.marks.setText(f"请留意：{'；'.join(marks)}。" if marks else "")
        self.marks.setVisible(bool(marks))
        for made, on in ((self.take, True), (self.leave, True), (self.save, False), (self.see, False)):
            made.setVisible(on)
        self.card.show()
        self._make_room()
        self.take.setFocus()

    def _refused(self, problem: Problem) -> None:
        self.card.hide()
        if problem.code in UNKNOWN and self.desk.has_page("settings"):
            self.strip.tell(problem.text, "red", "去导入对方名片", lambda: self.wished.emit("settings", "cards"))
        else:
            self.strip.tell(f"{problem.text}。本单位的数据没有动。".replace("。。", "。"), "red")

    def forget(self) -> None:
        """Leave the file where it is; nothing was changed."""
        self.file = self._receipt = None
        self.card.hide()
        self.strip.hide()
        self._make_room()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        """On a low screen the judgement has the room of the list, and the drop area is its button alone."""
        low = not self.card.isHidden() and self.height() < look.sizes().grown(LOW)
        self.listed.setHidden(low)
        for made in (self.area.words, self.area.note):
            made.setHidden(low)
        self.area.setMinimumHeight(look.sizes().grown(64 if low else 130))

    # taking in

    def receive(self) -> None:
        if self.file is not None:
            self.desk.run(exchange.receive, self.file, title="正在收件", done=self._received, refused=self._refused)

    def _received(self, change: Change) -> None:
        out = change.facts.get("receipt")
        self._receipt = Path(str(out)) if out else None
        self._ledger = next(iter(change.ledgers), "")
        self._show("已收下", change.said, "green")
        if self._receipt is not None:
            self.said.setText(f"{change.said}\n回执要交还给对方，对方才知道收到了。")
        for made, on in ((self.take, False), (self.leave, False)):
            made.setVisible(on)
        self.save.setVisible(self._receipt is not None)
        self.see.setVisible(bool(self._ledger))
        (self.save if self._receipt else self.choose).setFocus()

    def _save_receipt(self) -> None:
        if self._receipt is None:
            return
        file = choosing.save_file(self, "另存回执", "receipt", self._receipt.name, FILTER)
        if file is not None:
            self.save_receipt(file)

    def save_receipt(self, out: Path) -> None:
        """A copy of the receipt for the sender."""
        if self._receipt is not None:
            self.desk.do(_copy, self._receipt, out, refused=self._refused)

    def _see(self) -> None:
        self.wished.emit("ledger", {"ledger": self._ledger})

    def _open_row(self, row: int) -> None:
        found = self.model.row(row)
        if found is not None and found.fact.ledger:
            self.wished.emit("ledger", {"ledger": found.fact.ledger})

    def regions(self) -> list[QWidget]:
        return [p for p in (self.choose, self.take, self.table) if p.isVisibleTo(self) and p.isEnabled()]

    def take_focus(self) -> None:
        (self.take if self.take.isVisibleTo(self) else self.choose).setFocus()


def _copy(_office: Office, source: Path, out: Path) -> Change:
    files.write_whole(out, lambda part: shutil.copyfile(source, part))
    return Change(f"回执已另存：{out.name}")
