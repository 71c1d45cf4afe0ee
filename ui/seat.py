"""Who sits at the desk: the menu at the right of the top bar, 换人, the lock, and locking by itself."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog, QMainWindow, QWidget

from app.change import Change
from app.ledger import settings
from app.office import Office
from app.people import clerks
from app.people.clerks import Clerk
from app.problem import Problem
from ui.idle import Idle
from ui.widgets.cover import Cover
from ui.widgets.menu_button import Choice

if TYPE_CHECKING:
    from ui.desk import Desk
    from ui.widgets.bars import TopBar

SAT = "desk/clerk"
LOCKED = "已锁定"
NO_PIN = "先设口令，锁了才有用"
ALONE = "人员里只有一位，到“设置”的“人员”里加"


class Window(Protocol):
    """What the seat asks of the window."""

    def may_leave(self) -> bool: ...

    def show_page(self, key: str, place: object = None) -> None: ...

    def close(self) -> bool: ...


def resumed(office: Office, named: str | None, last: str) -> Office:
    """The office with who is to sit there: who was named, else who sat there last; nobody unknown, nobody who left."""
    for name in filter(None, (named, last)):
        try:
            return clerks.seated(replace(office, clerk=name))
        except Problem:
            continue
    here = clerks.all(office)
    return replace(office, clerk=here[0].name) if here else office


class Seat(QObject):
    """`changed()` when somebody else sat down, once the desk works in his name."""

    changed = Signal()

    def __init__(self, window: QMainWindow, desk: Desk, top: TopBar) -> None:
        super().__init__(window)
        self._window, self._desk, self._top = window, desk, top
        self._covers: list[Cover] = []
        self._focus: QWidget | None = None
        self.asked: QDialog | None = None
        self.idle = Idle(self)
        self.idle.over.connect(self._left_alone)
        desk.changed.connect(self._heed)
        top.choices = self.choices
        self._show()
        self._wait()

    # the menu

    def choices(self) -> list[Choice]:
        """The menu under the clerk's name."""
        me, among = clerks.at_desk(self._desk.office), clerks.all(self._desk.office)
        unlisted = "" if me else "这个名字不在人员里"
        return [
            Choice("换人…", self.ask, why="" if len(among) > 1 else ALONE),
            Choice("锁定", self.lock, why="" if me and me.pin else NO_PIN),
            Choice(),
            Choice("改口令…" if me and me.pin else "设口令…", self.ask_pin, why=unlisted),
            Choice("人员…", self._people, tip="名单、身份、口令、没人动时锁屏"),
        ]

    def ask(self) -> None:
        """换人."""
        from ui.dialogs.who_dialog import WhoDialog  # noqa: PLC0415 - with the first dialog

        office = self._desk.office
        said = "换人以后，每一步记在他的名下，列宽和筛选也是他的。"
        dialog = WhoDialog(self._desk, clerks.all(office), "换人", said, "换人", self._window)
        dialog.begin(next((c.name for c in clerks.all(office) if c.name != office.clerk), ""))
        dialog.accepted.connect(lambda: self._sit(dialog.chosen))
        self.asked = dialog
        dialog.open()

    def ask_pin(self) -> None:
        """Set or change one's own PIN."""
        from ui.dialogs.pin_dialog import PinDialog  # noqa: PLC0415 - with the first dialog

        self.asked = PinDialog(self._desk, self._window)
        self.asked.open()

    def _people(self) -> None:
        self._host().show_page("settings", "people")

    # sitting down

    def _host(self) -> Window:
        return self._window  # type: ignore[return-value]

    def _sit(self, clerk: Clerk | None) -> bool:
        """Have the desk work in his name. False while something unsaved or under way belongs to who sat there."""
        desk = self._desk
        if clerk is None or clerk.name == desk.office.clerk:
            return True
        if desk.busy:
            desk.said.emit("有一步正在进行，做完了再换人")
            return False
        if not self._host().may_leave():
            return False
        desk.office = replace(desk.office, clerk=clerk.name)
        self._remember()
        self._show()
        self.changed.emit()
        desk.said.emit(f"现在由{clerk.name}（{clerk.role}）经办")
        return True

    def _remember(self) -> None:
        """Who sits here, for the next start; columns and filters kept under a former name of his are his still."""
        state, me = self._desk.state, clerks.at_desk(self._desk.office)
        state.setValue(SAT, self._desk.office.clerk)
        if me is None or not me.former or any(key.startswith(f"{me.name}/") for key in state.allKeys()):
            return
        old = me.former[-1]
        for key in [key for key in state.allKeys() if key.startswith(f"{old}/")]:
            state.setValue(me.name + key.removeprefix(old), state.value(key))

    def _show(self) -> None:
        me = clerks.at_desk(self._desk.office)
        self._top.seat(self._desk.office.clerk, me.role if me else clerks.CLERK)

    def _heed(self, change: Change) -> None:
        """The list of people may have changed, or how long to wait."""
        office = self._desk.office
        me = clerks.at_desk(office)
        if me is not None and me.name != office.clerk:  # his name is written otherwise now
            self._desk.office = replace(office, clerk=me.name)
            self._remember()
        self._show()
        if change.facts.get("setting") == settings.LOCK_MINUTES:
            self._wait()

    # the lock

    def begin(self) -> None:
        """At the start of the program: where anybody has a PIN it is asked who sits down."""
        self._remember()
        if any(c.pin for c in clerks.all(self._desk.office)):
            self._lock("谁来经办", "上次关闭以后，先选姓名再开始。")

    def lock(self) -> None:
        """Cover what is on the screen until somebody sits down; what was typed stays."""
        self._lock(LOCKED, "输口令接着办。没有保存的内容都在，没有丢。")

    def _lock(self, title: str, said: str) -> None:
        if self._covers:
            return
        from ui.dialogs.who_dialog import LockDialog  # noqa: PLC0415 - with the first dialog

        self._settle()
        while (popup := QApplication.activePopupWidget()) is not None:
            popup.close()
        self._focus = QApplication.focusWidget()
        above = QApplication.activeModalWidget()
        shown = [w for w in QApplication.topLevelWidgets() if w.isVisible() and isinstance(w, QDialog | QMainWindow)]
        self._covers = [Cover(each, LOCKED) for each in shown]
        office = self._desk.office
        among = [c for c in clerks.all(office) if above is None or c.called(office.clerk)] or list(clerks.all(office))
        more = "" if above is None else "有一步做到一半，请本人接着办。"
        dialog = LockDialog(self._desk, among, title, said + more, self._leave, above or self._window)
        dialog.begin(office.clerk)
        dialog.accepted.connect(lambda: self._open(dialog.chosen))
        self.asked = dialog
        dialog.show()

    def _settle(self) -> None:
        """What is being typed onto a cell is stored in the name of who typed it: from the lock the program may be closed."""
        from ui.tables.grid import Grid  # noqa: PLC0415 - it is there by then, but not when the window is made

        QGuiApplication.inputMethod().commit()
        for table in self._window.findChildren(Grid):
            table.settle()

    def _open(self, clerk: Clerk | None) -> None:
        """The right PIN: back to where it was, or everything anew for somebody else."""
        focus, self._focus, self.asked = self._focus, None, None
        for cover in self._covers:
            cover.deleteLater()
            cover.hide()
        self._covers = []
        self.idle.touch()
        same = clerk is None or clerk.called(self._desk.office.clerk)
        if not self._sit(clerk):
            self.lock()
        elif same and focus is not None and focus.isVisible():
            focus.setFocus()

    def _leave(self) -> None:
        """关闭程序 from the lock."""
        if self._host().close() and self.asked is not None:
            self.asked.done(QDialog.DialogCode.Rejected)

    def keeps(self) -> bool:
        """Whether it is locked. Then what was typed is written down as drafts, and nothing of it is saved or asked about:
        whoever closes the program from the lock need not be who typed it.
        """
        if not self._covers:
            return False
        from ui.forms.drafts import Drafts  # noqa: PLC0415 - comes with the first form

        for drafts in self._window.findChildren(Drafts):
            drafts.keep()
        return True

    def _left_alone(self) -> None:
        if self._desk.busy:
            self.idle.again()
        else:
            self.lock()

    def _wait(self) -> None:
        self.idle.wait(int(settings.get(self._desk.office, settings.LOCK_MINUTES, 0) or 0))
