"""One ledger of four rows with a desk on it, and what a hand does with a dialog of it."""

from __future__ import annotations

from pathlib import Path

from PIL import Image
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.ledger import entries, ledgers
from app.ledger.ledgers import LedgerLine
from app.listing import counts, history, lists
from app.listing.lists import Line
from app.office import Office
from app.signing import signoff
from ui.desk import Desk
from ui.dialogs.deed_dialog import DeedDialog

ROWS = {
    "示范水库": ("未开工", {}),
    "示范牧场": ("在建", {"M03": "在办", "M05": "未办"}),
    "示范物流园": ("未开工", {"M03": "在办"}),
    "示范小区": ("在建", {"M02": "在办"}),
}


class Book:
    """One ledger of four rows and the desk on it."""

    def __init__(self, desk: Desk, ledger: str, folder: Path) -> None:
        self.desk, self.id, self.folder = desk, ledger, folder
        self.office: Office = desk.office

    @property
    def ledger(self) -> LedgerLine:
        return ledgers.find(self.office, self.id)

    def line(self, name: str) -> Line:
        return lists.line(self.office, entries.find(self.office, name))

    def scan(self) -> Path:
        out = self.folder / "签字件.png"
        Image.new("RGB", (600, 800), "white").save(out)
        return out

    def projects(self, *names: str) -> tuple[int, ...]:
        found = counts.count(self.office, self.id)
        assert found["balanced"]
        return tuple(found["projects"][name] for name in names)

    def seal(self) -> None:
        seal(self.office, self.id, self.folder)


def seal(office: Office, ledger: str, folder: Path) -> None:
    """Printed, signed by both and sealed; the print lies in `folder`."""
    out = folder / "signed.pdf"
    signoff.print_ledger(office, ledger, out, explain="缺项正在补齐")
    for role in ("立项部门主要领导", "分管旗长"):
        signoff.sign(office, ledger, role=role, by="签字人甲", on=f"{office.today()}", scan=out)
    signoff.seal(office, ledger)


def open_dialog(qtbot: QtBot, dialog: DeedDialog) -> DeedDialog:
    qtbot.addWidget(dialog)
    with qtbot.waitExposed(dialog):
        dialog.show()
    return dialog


def sign(book: Book, dialog: DeedDialog, second: str = "同意人乙") -> None:
    dialog.inputs["second"].set_text(second)  # type: ignore[union-attr]
    dialog.inputs["scan"].take(book.scan())  # type: ignore[union-attr]


def press(qtbot: QtBot, dialog: DeedDialog) -> None:
    qtbot.mouseClick(dialog.primary, Qt.MouseButton.LeftButton)


def put(dialog: DeedDialog, **texts: str) -> None:
    for key, text in texts.items():
        dialog.inputs[key].set_text(text)  # type: ignore[union-attr]
        dialog.inputs[key].touched.emit()


def head(book: Book) -> object:
    """Where the journal stands: nothing may be written on a refusal."""
    return [line.seq for line in history.lines(book.office)], book.ledger.head_seq
