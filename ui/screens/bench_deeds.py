"""What a workbench does now and then: columns, deleting rows, what came back, drafts of before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit

from app.removal.undone import Undone
from ui.forms.drafts import Draft, kept, named, others
from ui.tables import came_back

if TYPE_CHECKING:
    from ui.screens.workbench import Workbench


def arrange(bench: Workbench) -> None:
    """列设置."""
    from ui.dialogs.columns_dialog import ColumnsDialog  # noqa: PLC0415 - with the first dialog

    table = bench.table
    dialog = ColumnsDialog(table.ledger_model.columns, table.shown_keys(), table.frozen_wish(), bench.window())
    if dialog.exec():
        table.arrange(dialog.order(), dialog.shown(), dialog.frozen())


def delete(bench: Workbench, ids: Sequence[str]) -> None:
    """Delete on whole rows: they are asked about, and go into the bin."""
    from ui.dialogs import delete_dialog  # noqa: PLC0415 - with the first dialog

    delete_dialog.ask(bench.desk, bench.line, ids, bench, bench.saved)


def show_back(bench: Workbench, undone: Undone) -> None:
    """Ctrl+Z and Ctrl+Y: what they put back is selected, where this ledger is shown."""
    if not bench.isVisible() or bench.line.id not in undone.ledgers:
        return
    bench.reread()
    if missed := came_back.show(bench.table, undone):
        bench.desk.said.emit(f"{undone.said}，其中 {missed:,} 行不在现在的列表里")
    if not isinstance(QApplication.focusWidget(), QLineEdit | QPlainTextEdit):
        bench.table.setFocus()


def take_drafts(bench: Workbench, drafts: Sequence[Draft]) -> None:
    """Go on with the drafts of a workbench before this one, and with those left when the window was killed.

    Those of another clerk stay on the disk; it is only said whose they are.
    """
    handed = {draft.entry for draft in drafts}
    left = [draft for draft in kept(bench.desk, bench.line.id) if draft.entry not in handed] if bench.line.own else []
    for draft in (*left, *drafts):
        bench.panel.drafts.put(draft)
    if left or drafts:
        bench.panel.show_again()
    mine = f"上次没来得及保存的 {len(left):,} 行还留着：{named(left)}；请打开表单保存或撤销" if left else ""
    theirs = others(bench.desk, bench.line.id) if bench.line.own else ""
    if said := "。".join(filter(None, (mine, theirs))):
        bench.desk.said.emit(said)
