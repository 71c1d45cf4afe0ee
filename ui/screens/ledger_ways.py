"""The deeds in the head of a ledger's page, and the ways from one ledger to another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QPushButton

from app.ledger import ledgers, serving
from app.ledger.ledger_groups import REGISTER
from app.ledger.ledgers import LedgerLine
from ui.desk import Desk
from ui.widgets.buttons import button

if TYPE_CHECKING:
    from ui.screens.ledger_screen import LedgerScreen

PAGES = {"campaign": "ledger", REGISTER: "register"}
FOLLOWING = ("recheck", "complaints", "supervision")
"""What a register may serve that has a page of its own, which is called so too."""


def fillers(page: LedgerScreen, big: bool = False) -> tuple[QPushButton, ...]:
    """导入 is the big deed of an empty ledger, 新增 that of a filled one and of a register, whose rows come one by one."""
    register = page.nature == REGISTER
    made = []
    if page.desk.has_page("import"):
        kind = "primary" if big and not register else ""
        made.append(_writer(button("导入 Excel", lambda: page.wish("import"), sign="import", kind=kind)))
    if big:
        made.append(_writer(button("粘贴", lambda: paste(page), why="把在 Excel、WPS 里复制的几行粘进来（Ctrl+V）")))
    if not big and page.desk.has_page("sign"):
        made.append(button("打印", lambda: page.wish("sign"), sign="print"))
    if not big:
        made.append(button("导出", lambda: export(page), sign="export"))
        made.append(button("表单", page.turn_form, sign="form", why="打开或收起这一行的表单（F4）"))
    kind = "" if big and made and not register else "primary"
    add = _writer(button("登记" if register else "新增项目", page.add, sign="add", kind=kind))
    page.adders.append(add)
    return (*made, add)


def _writer(made: QPushButton) -> QPushButton:
    """A deed that adds rows; what it is called stands beside it for when it is not possible."""
    made.setProperty("writes", made.text())
    return made


def paste(page: LedgerScreen) -> None:
    """粘贴 into a ledger without rows."""
    from ui.tables import pasting_rows  # noqa: PLC0415 - with the first such paste

    if page.bench is not None:
        pasting_rows.paste(page.bench.table, page.window())


def export(page: LedgerScreen) -> None:
    """导出: the ledger as a workbook, off the screen thread."""
    if page.bench is None:
        return
    from app.workbooks.exporting import export_ledger  # noqa: PLC0415 - openpyxl is slow to load
    from ui import choosing  # noqa: PLC0415 - with the first dialog

    name = f"{page.bench.line.title}{page.desk.office.today():%Y%m%d}.xlsx"
    file = choosing.save_file(page, "导出台账", "export", name, "Excel (*.xlsx)")
    if file is not None:
        page.desk.run(export_ledger, page.bench.line.id, file.with_suffix(".xlsx"), title="正在导出台账")


def open_another(page: LedgerScreen) -> None:
    """打开新的台账…: choose among the templates, then go to the first one opened."""
    from ui.dialogs.open_ledger_dialog import OpenLedgerDialog  # noqa: PLC0415 - with the first dialog

    dialog = OpenLedgerDialog(page.desk, page.window(), nature=page.nature)
    if dialog.exec() and dialog.opened:
        page.go({"ledger": dialog.opened[0]})


def page_elsewhere(page: LedgerScreen, ledger: str) -> str:
    """The key of the page that shows this ledger, '' when it is this one."""
    line = next((k for k in ledgers.all(page.desk.office) if k.id == ledger), None)
    key = page_of(page.desk, line) if line is not None else page.page
    return key if key != page.page and page.desk.has_page(key) else ""


def page_of(desk: Desk, line: LedgerLine) -> str:
    """The key of the page for this ledger: its own, else that of its nature."""
    own = (key for key in FOLLOWING if serving.serves(line, key) and desk.has_page(key))
    return next(own, PAGES[line.loaded.t.nature])
