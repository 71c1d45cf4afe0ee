"""One person of the office: put on the list, or name, role and telephone changed."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.change import Change
from app.people import clerks
from app.people.clerks import Clerk
from ui.desk import Desk
from ui.dialogs.deed_dialog import DeedDialog
from ui.forms.inputs import LineInput

MAY = {
    clerks.CLERK: "办台账的所有事。",
    clerks.REVIEWER: "办台账的所有事；更正、移除时可以作第二人，用口令当场同意。",
    clerks.HEAD: "办台账的所有事；更正、移除时可以作第二人，用口令当场同意。",
    clerks.MANAGER: "什么都能做；人员、设置、恢复由他管。单位里至少要有一位管理。",
}
LATER = "改了姓名，以前的记录仍写原来的姓名，算同一个人。"


class PersonDialog(DeedDialog):
    """`clerk` None: a new one."""

    def __init__(self, desk: Desk, clerk: Clerk | None, parent: QWidget | None = None) -> None:
        super().__init__(desk, "修改人员" if clerk else "新增人员", clerk.name if clerk else "", parent)
        self._clerk = clerk
        name: LineInput = self.ask("name", "姓名", LineInput(), need=True)
        name.setPlaceholderText("重名请加字区分，如 某某（二）")
        role = self.ask_choice("role", "身份", [(r, r) for r in clerks.ROLES])
        role.removeItem(0)
        self.ask("phone", "电话", LineInput())
        if clerk is None:
            self.ask_day("since", "从哪天起")
        else:
            name.set_text(clerk.name)
            role.set_text(clerk.role)
            self.inputs["phone"].set_text(clerk.phone)  # type: ignore[union-attr]
        self.end("保存" if clerk else "新增")
        self.follow()
        name.setFocus()

    def follow(self) -> None:
        renamed = self._clerk is not None and self.text("name") != self._clerk.name
        self.tell(MAY[self.text("role")] + (LATER if renamed else ""))

    def perform(self) -> Change | None:
        name, role, phone = self.text("name"), self.text("role"), self.text("phone")
        if self._clerk is None:
            return self.run(clerks.add, name, role=role, phone=phone, on=self.day("since"))
        to = name if name != self._clerk.name else ""
        return self.run(clerks.amend, self._clerk.name, to=to, role=role, phone=phone)
