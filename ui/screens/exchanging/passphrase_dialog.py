"""密钥口令: set, changed or taken away. Both fields empty means none."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.problem import Problem
from sync.offices import passphrases
from ui.desk import Desk
from ui.dialogs.plain_dialog import PlainDialog
from ui.forms.inputs import masked
from ui.widgets.buttons import allow

DEED = "保存口令"
OLD_WRONG = "现在的口令不对，口令没有改。请看大小写和中英文输入法对不对，再输一遍。"
NOTE = (
    f"口令要 {passphrases.SHORTEST} 个字以上，字母、数字、空格都行。口令只有您知道，忘了谁也找不回：那时只能换密钥，"
    "以前收到的加密包就打不开了。请抄一份锁在柜子里。"
)


class PassphraseDialog(PlainDialog):
    """Accepted once the keys stand under what was typed."""

    def __init__(self, desk: Desk, *, held: bool, parent: QWidget | None = None) -> None:
        super().__init__(
            "改密钥口令" if held else "设密钥口令", "密钥和名片都不变，别的单位不用重新确认。", parent
        )
        self._desk = desk
        self.now, self.wanted, self.again = masked(), masked(), masked()
        if held:
            self.row("现在的口令", self.now)
        self.row("新口令", self.wanted)
        self.row("再输一次", self.again)
        self.say(NOTE + ("两格都空着保存，就是不要口令。" if held else ""))
        self.deeds(DEED, self._save)
        self._fields = {"now": self.now, "wanted": self.wanted, "again": self.again, "passphrase": self.now}
        (self.now if held else self.wanted).setFocus()

    def busy(self) -> bool:
        return self._desk.busy

    def _save(self) -> None:
        """Off the screen thread: wrapping a key takes a second, so that nobody can try many words."""
        self.fault("")
        allow(self.primary, DEED, "正在保存")
        self._desk.run(
            passphrases.put, self.wanted.text(), self.again.text(), now=self.now.text(), title="正在保存口令",
            done=lambda _change: self.accept(), refused=self._refused,
        )  # fmt: skip

    def _refused(self, problem: Problem) -> None:
        allow(self.primary, DEED)
        old = problem.code == "E_PASSPHRASE" and problem.field == "passphrase"
        self.fault(OLD_WRONG if old else problem.text)
        wrong = self._fields.get(str(problem.field), self.wanted)
        wrong.selectAll()
        wrong.setFocus()
