"""The window and its dialogs on a screen of 1366×768 at 150 %, its task bar taken off; prints as JSON what does not fit."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEventLoop, QPoint
from PySide6.QtWidgets import QApplication, QDialog, QPushButton, QWidget

from app import office as offices
from app.ledger import ledgers
from app.listing import lists
from app.rounds.rounds import Part, Round
from tests.ui.conftest import TODAY, fill
from tests.ui.pages import cut_buttons, visible
from ui import application, look
from ui.desk import Desk
from ui.dialogs.closing_dialog import ClosingDialog
from ui.dialogs.new_entry_dialog import NewEntryDialog
from ui.dialogs.removal_dialog import RemovalDialog
from ui.main_window import MainWindow
from ui.screens.inbox_screen import InboxScreen
from ui.screens.signing import papers
from ui.screens.signing.gaps_dialog import GapsDialog
from ui.screens.signing.seal_dialog import SealDialog
from ui.screens.signing.sign_dialog import SignDialog

LARGE = "large"
"""The argument for the type size 大."""
CHECKED = Round("r", "l", 1, TODAY.isoformat(), parts=tuple(Part(f"生态环境分局{n}") for n in range(7)))
"""A round that still runs: the longest that 确定台账 has to say."""


def settle(desk: Desk) -> None:
    QApplication.processEvents()
    while desk.busy:  # asleep until its answer comes
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
    QApplication.processEvents()


def unfit(name: str, top: QWidget) -> list[str]:
    """Too large for the screen, words cut, a button cut at the side or standing over another one."""
    room = QApplication.primaryScreen().availableSize()
    found = [f"{name}: {text}" for text in cut_buttons(top)]
    if top.height() + look.FRAME[1] > room.height() or top.width() > room.width():
        found.append(f"{name}: {top.width()}×{top.height()} on {room.width()}×{room.height()}")
    for made in visible(top):
        seen = made.visibleRegion().boundingRect()
        if isinstance(made, QPushButton) and not seen.isEmpty() and seen.width() < made.width():
            found.append(f"{name}: “{made.text()}” is cut at the side")
        if (
            isinstance(made, QPushButton)
            and made.mapTo(top, QPoint(0, made.height())).y() > top.height()
            and not seen.isEmpty()
        ):
            found.append(f"{name}: “{made.text()}” is below")
    return found


def office_of(folder: Path, rows: int) -> Desk:
    made = offices.create(
        folder, division="152529", name="示范局", roles=["sponsor"], clerk="经办人甲", today=TODAY
    )
    if rows:
        fill(made, rows)
    else:
        ledgers.open_template(made, "pending-approval")
    return Desk(made)


def pages(desk: Desk) -> tuple[MainWindow, list[str]]:
    window = MainWindow(desk)
    window.show()
    found = []
    for key in window.page_keys():
        window.show_page(key)
        settle(desk)
        found += unfit(key, window)
    return window, found


def dialogs(desk: Desk, window: MainWindow) -> list[str]:
    office = desk.office
    line = next(k for k in ledgers.all(office))
    papers.print_version(office, line.id, "a3", "")
    work = papers.paperwork(office, line.id)
    entry = lists.ids(office, line.id, lists.Query())[1]
    row = lists.line(office, entry)
    scan = papers.Recognised(Path("扫描件.pdf"), work.versions[0], 1)
    wanted: tuple[Callable[[], QDialog], ...] = (
        lambda: SignDialog(scan, work.versions, work.roles, "2022-09-20", window),
        lambda: SealDialog(work, work.versions[0], window, checked=CHECKED),
        lambda: GapsDialog("缺项清单", work.gaps, window),
        lambda: NewEntryDialog(desk, line, window),
        lambda: ClosingDialog(desk, line.loaded, row, row.items["M03"], window),
        lambda: RemovalDialog(desk, line, row, window),
    )
    found = []
    for make in wanted:
        made = make()
        made.show()
        settle(desk)
        found += unfit(type(made).__name__, made)
        made.close()
    return found


def judged(desk: Desk, window: MainWindow) -> list[str]:
    """收件 with a judgement: it stands whole below the drop area."""
    window.show_page("inbox")
    page = window.screen()
    assert isinstance(page, InboxScreen)
    said = "示范单位报来《待批项目台账》：新增 123 行。" * 4
    page._show("查验通过：发件单位、签名、内容都对得上", said, "green", ["没有加密（未加密）"])
    settle(desk)
    found = unfit("inbox, judged", window)
    if page.card.geometry().intersects(page.area.geometry()):
        found.append("inbox: the judgement lies over the drop area")
    if page.said.height() < page.said.heightForWidth(page.said.width()):
        found.append("inbox: the sentence is cut")
    return found


def main() -> None:
    running = QApplication(sys.argv)
    application.load_fonts()
    application.dress(running, large=LARGE in sys.argv)
    folder = Path(tempfile.mkdtemp())
    found = []
    for name, rows in (("filled", 40), ("blank", 0)):
        desk = office_of(folder / name, rows)
        window, unfitting = pages(desk)
        found += unfitting
        if rows:
            found += dialogs(desk, window) + judged(desk, window)
        window.hide()
        desk.close()
        desk.office.close()
    print(json.dumps(found, ensure_ascii=False))


if __name__ == "__main__":
    main()
