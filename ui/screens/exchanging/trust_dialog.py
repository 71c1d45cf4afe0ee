"""确认单位名片: the digits to compare over the phone before another office is believed."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QCheckBox, QWidget

from app.journals.trust import GROUP, OfficeCard
from app.values import divisions
from sync import exchange
from sync.peers import peers
from ui import look
from ui.desk import Desk
from ui.dialogs.plain_dialog import PlainDialog
from ui.forms.inputs import LineInput, mark
from ui.widgets.labels import dress, label

WIDE = 540
HOW = "请打电话给对方，让对方在“设置”里念出本单位的核对码：把听到的数字打在上面，或逐组对过后打勾。一样，才说明名片没被调换。"
CHANGED = "这个单位以前确认过另一张名片：对方换了密钥才会这样。没听对方说过换密钥，就先别确认。"


class TrustDialog(PlainDialog):
    """`card` is the card in the file; accepted once it is confirmed, by the digits typed or by a tick."""

    def __init__(self, desk: Desk, file: Path, card: OfficeCard, parent: QWidget | None = None) -> None:
        super().__init__("确认单位名片", f"名片文件：{file.name}", parent)
        self.setMinimumWidth(look.sizes().grown(WIDE))  # the digits in one line
        self._desk, self._file, self.card = desk, file, card
        self.grid.addWidget(label("单位", "strong"), 0, 0)
        self.grid.addWidget(label(f"{card.name}（{divisions.full_name(card.division)}）", wrap=True), 0, 1)
        self.grid.addWidget(label("核对码", "strong"), 1, 0)
        self.digits = label(card.fingerprint, "h1")
        self.grid.addWidget(self.digits, 1, 1)
        self.heard = LineInput()
        self.heard.setPlaceholderText("听到的数字，空格可打可不打")
        self.heard.textEdited.connect(lambda _text: self._follow())
        self.row("听到的核对码", self.heard)
        self.matched = label("", "muted", wrap=True)
        self.column.addWidget(self.matched)
        if any(p.card.id == card.id and p.card != card for p in peers.all(desk.office)):
            self.column.addWidget(label(CHANGED, tone="amber", wrap=True))
        self.say(HOW)
        self.read = QCheckBox("已电话核对，数字完全一样")
        self.read.setAccessibleName(self.read.text())
        self.read.toggled.connect(lambda _on: self._follow())
        self.column.addWidget(self.read)
        self.deeds("确认名片", self._confirm)
        self._follow()
        self.heard.setFocus()

    def _follow(self) -> None:
        typed, wanted = digits_of(self.heard.text()), digits_of(self.card.fingerprint)
        right = wanted.startswith(typed)
        mark(self.heard, not right)
        self.matched.setText(words_of(typed, wanted))
        dress(self.matched, tone="red" if not right else "green" if typed == wanted else "")
        self.primary.setEnabled(typed == wanted or (self.read.isChecked() and not typed))

    def _confirm(self) -> None:
        if not self.primary.isEnabled():
            return
        heard = digits_of(self.heard.text()) or True
        done = self._desk.do(
            exchange.trust, self._file, confirmed=heard, refused=lambda p: self.fault(p.text)
        )
        if done is not None:
            self.accept()


def digits_of(text: str) -> str:
    """Only the digits; full-width ones are the same digits."""
    return "".join(str(int(c)) for c in text if c.isdecimal())


def words_of(typed: str, wanted: str) -> str:
    """How far what was heard agrees, group by group."""
    whole = len(wanted) // GROUP
    if not typed:
        return ""
    if typed == wanted:
        return f"{whole} 组全都对上了。"
    if wanted.startswith(typed):
        return f"对上 {len(typed) // GROUP} 组，共 {whole} 组。"
    at = next((i for i, (a, b) in enumerate(zip(typed, wanted, strict=False)) if a != b), len(wanted))
    return f"第 {min(at // GROUP + 1, whole)} 组不一样，请对方再念一遍；真不一样，就不要确认这张名片。"
