"""口令 of who is at the desk: set, changed or taken away."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.people import clerks, locking, pins
from app.problem import Problem
from ui.desk import Desk
from ui.dialogs.plain_dialog import PlainDialog
from ui.forms.inputs import masked

NOTE = (
    f"{pins.LEAST} 到 {pins.MOST} 个数字或字母。口令只是共用电脑时锁一下屏幕、认一认人，不加密数据；"
    "忘了由“管理”清除。备份里没有口令。"
)


class PinDialog(PlainDialog):
    """Accepted once it is kept; both new fields empty take a PIN away."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        me = clerks.one(desk.office, desk.office.clerk)
        super().__init__("改口令" if me.pin else "设口令", f"{me.name}（{me.role}）", parent)
        self._desk, self._held = desk, me.pin
        self.now, self.wanted, self.again = masked(), masked(), masked()
        if me.pin:
            self.row("现在的口令", self.now)
        self.row("新口令", self.wanted)
        self.row("再输一次", self.again)
        self.say(NOTE + ("新口令两格都空着，就是不要口令。" if me.pin else ""))
        self.deeds("保存口令", self._save)
        (self.now if me.pin else self.wanted).setFocus()

    def _save(self) -> None:
        self.fault("")
        new, old = self.wanted.text(), self.now.text()
        if new != self.again.text():
            self._refused(Problem("E_PIN_FORM", "两次输的不一样，请再输一遍", field="again"))
        elif not new and self._held and not old:
            self._refused(Problem("E_PIN", "请先输现在的口令", field="now"))
        elif not new and self._held:
            self._done(self._desk.do(locking.clear_pin, self._desk.office.clerk, old, refused=self._refused))
        else:
            self._done(self._desk.do(locking.set_pin, new, old, refused=self._refused))

    def _done(self, change: object) -> None:
        if change is not None:
            self.accept()

    def _refused(self, problem: Problem) -> None:
        self.fault(problem.text)
        wrong = {"again": self.again, "now": self.now}.get(str(problem.field), self.wanted)
        wrong = self.now if problem.code in ("E_PIN", "E_PIN_WAIT") else wrong
        wrong.selectAll()
        wrong.setFocus()
