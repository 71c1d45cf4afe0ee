"""登记签字: which version the scan is of, and who signed it in which role on which day."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QCheckBox, QComboBox, QWidget

from app.ledger.versions import Version
from ui.dialogs.plain_dialog import PlainDialog
from ui.forms.inputs import DateInput, LineInput, mark
from ui.screens.signing.papers import Recognised, Signer, bare
from ui.widgets.labels import label

ONCE = "一份扫描件上有几个人的签字，就勾几个。登记以后要改，得写原因、请第二人核对。"
TWICE = "注意：两个签字人写的是同一个人，请对照纸面再看一眼。"
BARE = "注意：这一版有缺项、没有附说明，签齐了也不能确定台账；附上说明重新打印的那一版，要另外签字。"


class SignDialog(PlainDialog):
    """After it was accepted: `number()` of the version and `signers()`."""

    def __init__(
        self, found: Recognised, known: Sequence[Version], roles: Sequence[str], today: str,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__("登记签字", f"扫描件：{found.scan.name}", parent, scrolled=True)
        self._known = {v.number: v for v in known}
        self._roles = list(roles)
        self._today = today
        self._heads = 0
        self.version = QComboBox()
        for one in known:
            self.version.addItem(f"{one.label}（{one.on} 打印，{one.pages} 页）", one.number)
        self.version.activated.connect(lambda _at: self._show_roles())
        self.row("哪一版", self.version)
        self._tell(found, known)
        self.ticks: dict[str, QCheckBox] = {}
        self.by: dict[str, LineInput] = {}
        self.on: dict[str, DateInput] = {}
        self.behalf: dict[str, LineInput] = {}
        for role in roles:
            self._role(role)
        self.early = label("", "", tone="amber", wrap=True)
        self.bare = label(BARE, "", tone="amber", wrap=True)
        self.twice = label(TWICE, "", tone="amber", wrap=True)
        self.again = label("", "strong", wrap=True)
        self.again.setAccessibleName("将要登记的")
        for made in (self.bare, self.early, label(ONCE, "muted", wrap=True), self.twice):
            self.body.column.insertWidget(self.body.column.count() - 1, made)
        self.column.addWidget(self.again)  # beside the deed, whatever is scrolled away
        self.deeds("登记签字", self._check)
        self._show_roles()

    def _tell(self, found: Recognised, known: Sequence[Version]) -> None:
        if found.version is None:
            self._head(found.fault, "amber")
            return
        self.version.setCurrentIndex(self.version.findData(found.version.number))
        self.version.setEnabled(False)
        said = f"已按二维码认出 {found.version.label}：全份 {found.version.pages} 页，扫描件里认出 {found.pages} 页。"
        self._head(said, "green")
        if known and found.version.number != known[0].number:
            words = f"注意：最新打印的是{known[0].label}，这份是旧版。确要按旧版签字才登记。"
            self._head(words, "amber")

    def _head(self, words: str, tone: str) -> None:
        """A sentence above the rows, below the ones before it."""
        self.body.column.insertWidget(self._heads, label(words, tone=tone, wrap=True))
        self._heads += 1

    def _role(self, role: str) -> None:
        tick = QCheckBox(role)
        tick.clicked.connect(lambda _on: self._follow())
        by, on, behalf = LineInput(), DateInput(), LineInput()
        by.setPlaceholderText("签字人姓名")
        behalf.setPlaceholderText("本人签的不填；代签写授权依据")
        on.set_text(self._today)
        self.row("签字", tick)
        tick.setAccessibleName(f"{role}已签字")
        self.row("签字人", by)
        self.row("签字日期", on)
        self.row("代签授权", behalf)
        for made, words in ((by, "签字人"), (on, "签字日期"), (behalf, "代签授权")):
            made.setAccessibleName(f"{role}{words}")
            made.touched.connect(self._follow)
        self.ticks[role], self.by[role], self.on[role], self.behalf[role] = tick, by, on, behalf

    def number(self) -> int:
        return int(self.version.currentData())

    def signers(self) -> list[Signer]:
        return [
            Signer(r, self.by[r].text_now(), self.on[r].text_now(), self.behalf[r].text_now())
            for r in self._roles
            if self.ticks[r].isChecked() and self.ticks[r].isEnabled()
        ]

    def _show_roles(self) -> None:
        """Roles already signed on this version stand as they are; the next one is ticked."""
        self.bare.setVisible(bare(self._known[self.number()]))
        signed = {s.role: s for s in self._known[self.number()].signatures}
        first = True
        for role in self._roles:
            done = signed.get(role)
            self.ticks[role].setText(f"{role}（已签）" if done else role)
            for made in (self.ticks[role], self.by[role], self.on[role], self.behalf[role]):
                made.setEnabled(done is None)
            if done is not None:
                self.ticks[role].setChecked(True)
                self.by[role].set_text(done.by)
                self.on[role].set_text(done.on)
                self.behalf[role].set_text(done.behalf)
            elif first:
                self.ticks[role].setChecked(True)
                self.by[role].setFocus()
                first = False
        self._follow()

    def _follow(self) -> None:
        """Out of order only warns (decision 8)."""
        for role in self._roles:
            if self.by[role].text_now() and self.by[role].isEnabled():
                self.ticks[role].setChecked(True)
        ticked = [r for r in self._roles if self.ticks[r].isChecked()]
        last = self._roles.index(ticked[-1]) if ticked else 0
        early = [r for r in self._roles[:last] if r not in ticked]
        self.early.setText(
            f"注意：{'、'.join(early)}还没有签。先后不对也可以登记，只作提醒。" if early else ""
        )
        self.early.setVisible(bool(early))
        self._repeat()

    def _repeat(self) -> None:
        """Who is about to be filed, once more beside the button: read there, a slip of the hand is seen."""
        named = [one for one in self.signers() if one.by]
        told = "；".join(f"{one.role} {one.by}（{one.on}{'，代签' if one.behalf else ''}）" for one in named)
        self.again.setText(f"请和纸面对一遍，将登记：{told}" if told else "")
        self.again.setVisible(bool(told))
        self.twice.setVisible(len({one.by for one in named}) < len(named))
        self.fit()

    def _check(self) -> None:
        chosen = self.signers()
        for made in self.by.values():
            mark(made, False)
        if not chosen:
            self.fault("请勾上已经签字的人。")
            return
        for one in chosen:
            if not one.by:
                mark(self.by[one.role], True)
                self.by[one.role].setFocus()
                self.fault(f"请写{one.role}的姓名。")
                return
        self.accept()
