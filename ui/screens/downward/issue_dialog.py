"""下发: which file, to which offices, written where."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from app.journals.trust import OfficeCard
from sync.letters import documents
from sync.letters.came_down import CALENDAR, LIST, TEMPLATE, WORDS
from ui import choosing, look
from ui.desk import Desk
from ui.dialogs.plain_dialog import PlainDialog
from ui.forms.inputs import LineInput
from ui.screens.exchanging.target_card import TargetCard
from ui.widgets.buttons import allow, button
from ui.widgets.labels import ElidedLabel, label

WIDE = 640
SAID = {
    TEMPLATE: "对方收下后可按它打开台账；已打开的台账由对方升级。在上级模板上加严的，会连同上级那一份一起下发。",
    CALENDAR: "对方收下后，工作日和全部时限自动重算。",
    LIST: "对方收下后，清单在它的收件夹里，可导入台账。",
}
NOBODY = "还没有确认过下级单位的名片。请先在“设置”里确认，或收下单位名册。"


class IssueDialog(PlainDialog):
    """Accepted when it may be written: `file`, `offices()`, `folder()`, `note()`."""

    def __init__(self, desk: Desk, kind: str, parent: QWidget | None = None) -> None:
        super().__init__(f"下发{WORDS[kind]}", SAID[kind], parent, scrolled=True)
        self.setMinimumWidth(look.sizes().grown(WIDE))
        self.kind, self.file = kind, Path()
        self.choose = button("选文件…", self._choose, sign="folder")
        self.named = ElidedLabel("还没有选文件", "muted")
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self.choose)
        row.addWidget(self.named, 1)
        self.row_of("文件", row)
        self.said = LineInput()
        self.said.setPlaceholderText("可不填，如 自9月起按这一版填报")
        self.row("附言", self.said)
        self.ticks: dict[str, QCheckBox] = {}
        self.row_of("发给", self._offices(desk))
        self.target = TargetCard(title="写到哪里")
        self.target.changed.connect(self._follow)
        self.column.addWidget(self.target)
        self.deeds("写出", self.go)
        self.target.refresh()
        self._follow()
        self.choose.setFocus()

    def _offices(self, desk: Desk) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(2)
        below = documents.below(desk.office)
        if not below:
            column.addWidget(label(NOBODY, "muted", wrap=True))
        else:
            ends = QHBoxLayout()
            ends.addWidget(button("全选", lambda: self._all(True), kind="link"))
            ends.addWidget(button("全不选", lambda: self._all(False), kind="link"))
            ends.addStretch(1)
            column.addLayout(ends)
        for card in below:
            column.addWidget(self._tick(card))
        return column

    def _tick(self, card: OfficeCard) -> QCheckBox:
        made = QCheckBox(card.name)
        made.setAccessibleName(f"发给{card.name}")
        made.setChecked(True)
        made.toggled.connect(lambda _on: self._follow())
        self.ticks[card.id] = made
        return made

    def _all(self, on: bool) -> None:
        for made in self.ticks.values():
            made.setChecked(on)

    def _choose(self) -> None:
        ends = documents.SUFFIXES[self.kind] + ((".xlsx",) if self.kind == TEMPLATE else ())
        kinds = " ".join(f"*{end}" for end in ends)
        file = choosing.open_file(
            self, f"选要下发的{WORDS[self.kind]}", f"issue-{self.kind}", f"{WORDS[self.kind]} ({kinds})"
        )
        if file is not None:
            self.take(file)

    def take(self, file: Path) -> None:
        """This file is to go down."""
        self.file = file
        self.named.setText(file.name)
        self._follow()

    def _follow(self) -> None:
        wanted = self.offices()
        why = (
            "还没选文件" if not self.file.name else "还没选单位" if not wanted
            else "还没选写到哪里" if self.target.folder() is None else ""
        )  # fmt: skip
        held = self.focusWidget() is self.target.choose
        allow(self.primary, f"写出 {len(wanted):,} 份", why)
        if held and not why:
            self.primary.setFocus()

    def offices(self) -> tuple[str, ...]:
        return tuple(id_ for id_, made in self.ticks.items() if made.isChecked())

    def folder(self) -> Path | None:
        return self.target.folder()

    def note(self) -> str:
        return self.said.text_now()

    def go(self) -> None:
        if self.primary.isEnabled() and not self.target.lost():
            self.accept()
