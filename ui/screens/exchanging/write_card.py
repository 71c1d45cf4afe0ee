"""写出: the phases one after another with their MB, 取消 in each, and 可以拔盘 only after what was written has been read back."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QProgressBar, QWidget

from sync.bundles import progress
from ui.screens.signing.cards import head_row
from ui.widgets.buttons import allow, button
from ui.widgets.cards import Card
from ui.widgets.labels import dress, label
from ui.widgets.progress import megabytes

PACK, WRITE, PROVE = range(3)
PHASES = ("打包", "写入", "核验")
HOW = "打包后自己先核对一遍，写到盘上，再读回来比对；全对上才能拔盘。"
AT = {
    progress.PACKING: PACK, progress.PROVING: PACK, progress.WRITING: WRITE,
    progress.COMPARING: PROVE,
}  # fmt: skip
DEED = "写出上报包"
CARD = "对方可能还没有本单位名片：一起写到盘上"


class WriteCard(Card):
    """`wished` to write, `again_wished` to try once more what failed, `stop_wished` while it is under way."""

    wished, again_wished, stop_wished = Signal(), Signal(), Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.deed = button(DEED, self.wished.emit, kind="primary", sign="send")
        self.stop = button("取消", self.stop_wished.emit)
        row = head_row(self, "4  写出")
        row.addWidget(self.stop)
        row.addWidget(self.deed)
        self.along = QCheckBox()
        self.card = QCheckBox(CARD)
        self.card.setAccessibleName(CARD)
        for tick in (self.card, self.along):
            self.body.addWidget(tick)
        self.phases = [label("", "muted") for _ in PHASES]
        line = QHBoxLayout()
        line.setSpacing(18)
        for made in self.phases:
            line.addWidget(made)
        line.addStretch(1)
        self.body.addLayout(line)
        self.now = label(HOW, "muted", wrap=True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(6)
        self.bar.setAccessibleName("写出的进度")
        self.result = label("", "h2", wrap=True)
        self.file = label("", "muted", wrap=True)
        self.again = button("重试", self.again_wished.emit, sign="undo")
        foot = QHBoxLayout()
        foot.addWidget(self.again)
        foot.addStretch(1)
        for part in (self.now, self.bar, self.result, self.file):
            self.body.addWidget(part)
        self.body.addLayout(foot)
        self._why, self._running = "", False
        self._card_for = ("", False)
        self._rest()
        self.offer_along(0, "")
        self.offer_card("", known=True, sent=False)

    # before

    def ready(self, why: str) -> None:
        """Whether it may be written: why not, '' when it may."""
        self._why = why
        if not self._running:
            allow(self.deed, DEED, why)
            self.again.setEnabled(not why)

    def offer_along(self, count: int, name: str) -> None:
        """Receipts and slips that lie here for this office go along unless the clerk says no."""
        words = f"把给{name}的 {count} 份回执、退回单一起写上"
        self.along.setVisible(bool(count))
        if words != self.along.text():
            self.along.setText(words)
            self.along.setAccessibleName(words)
            self.along.setChecked(bool(count))

    def offer_card(self, to: str, *, known: bool, sent: bool) -> None:
        """Our card goes along to who has not shown yet that it is there: unless the clerk says no the first time, later
        when he says so. What he chose for this receiver stays."""
        self.card.setVisible(not known)
        if (to, sent) != self._card_for:
            self._card_for = to, sent
            self.card.setChecked(not sent)

    def takes_card(self) -> bool:
        """Whether our card goes along."""
        return not self.card.isHidden() and self.card.isChecked()

    def takes_along(self) -> bool:
        """Whether they go along."""
        return not self.along.isHidden() and self.along.isChecked()

    # under way

    def begin(self) -> None:
        held = self._holds()
        self._rest()
        self._running = True
        allow(self.deed, DEED, "正在写")
        self.stop.setText("取消")
        self.stop.setEnabled(True)
        self.stop.show()
        self.bar.setRange(0, 0)
        self.bar.show()
        self._mark(PACK)
        self.now.setText("正在准备…")
        if held:
            self.stop.setFocus(Qt.FocusReason.OtherFocusReason)

    def stage(self, phase: str, done: int, total: int) -> None:
        """`phase` as `sync.bundles.progress` names it, `done` of `total` bytes."""
        if not self._running or phase not in AT:
            return
        self._mark(AT[phase])
        self.now.setText(f"{phase} {megabytes(done, total)}")
        self.bar.setRange(0, max(1, total))
        self.bar.setValue(done)

    def stopping(self) -> None:
        """取消 was pressed; the button keeps the focus until it is over."""
        self.stop.setText("正在取消，已写的会删掉…")

    # after

    def end(self, file: Path, stick: bool, more: str = "") -> None:
        """All is written and compared; `more` is what there is to say besides."""
        held = self._holds()
        self._rest()
        self._mark(len(PHASES))
        self._say(
            "可以拔盘了" if stick else "写好了，读回来核对一致", f"{file.name}\n在 {file.parent}", "green"
        )
        if more:
            self.file.setText(f"{self.file.text()}\n{more}")
        if held:
            self.deed.setFocus(Qt.FocusReason.OtherFocusReason)

    def fail(self, text: str, *, again: bool = True) -> None:
        """Nothing half-written is left."""
        held = self._holds()
        self._rest()
        self._say("没有写成", text, "red")
        self.again.setVisible(again)
        if held:
            (self.again if again else self.deed).setFocus(Qt.FocusReason.OtherFocusReason)

    def give_up(self) -> None:
        """It was cancelled."""
        held = self._holds()
        self._rest()
        self._say("已取消", "盘上没有留下半截文件，这一份也没有报出去。", "amber")
        if held:
            self.deed.setFocus(Qt.FocusReason.OtherFocusReason)

    def lowest(self) -> QWidget:
        """The lowest part that is shown, to be scrolled to."""
        parts = (self.again, self.file, self.bar)
        return next((made for made in parts if made.isVisibleTo(self)), self.now)

    def _rest(self) -> None:
        """As before the first time."""
        self._running = False
        for made in (self.stop, self.bar, self.result, self.file, self.again):
            made.setVisible(False)
        self.now.setText(HOW)
        self.now.show()
        self.ready(self._why)
        self._mark(-1)

    def _say(self, words: str, more: str, tone: str) -> None:
        self.now.hide()
        self.result.setText(words)
        dress(self.result, tone=tone)
        self.file.setText(more)
        self.result.show()
        self.file.show()

    def _mark(self, now: int) -> None:
        for at, (made, name) in enumerate(zip(self.phases, PHASES, strict=True)):
            made.setText(f"{'✓' if at < now else '▸' if at == now else '·'} {name}")
            dress(made, tone="green" if at < now else "blue" if at == now else "")

    def _holds(self) -> bool:
        """Whether a button has the focus that is about to go away or be disabled."""
        return any(made.hasFocus() for made in (self.deed, self.stop, self.again))
