"""Pasting into a ledger that has no rows yet: asked about once, then one deed."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.imports.pasted import Pasted, read
from app.ledger import ledgers
from app.ledger.ledgers import LedgerLine
from ui.desk import Desk
from ui.dialogs.new_rows_dialog import NewRowsDialog
from ui.tables import clipboard
from ui.tables.edits import MOST_CELLS, Edits
from ui.tables.ledger_table import LedgerTable

NOTHING = "没有可以粘贴的内容。先在 Excel、WPS 里选中要的几行几列，按 Ctrl+C 复制，再来粘贴"
ONE_BY_ONE = "这本登记簿要一件一件登记，不能成片粘贴"


def paste(table: LedgerTable, over: QWidget) -> None:
    """Ctrl+V on an empty ledger: the rows of the clipboard, by the heads above them or in the order of the columns."""
    desk, edits = table.desk, table.edits
    if not edits.grow or table.ledger_model.readonly:
        desk.said.emit(table.ledger_model.readonly or ONE_BY_ONE)
        return
    clip = clipboard.read()
    if sum(map(len, clip.rows)) > MOST_CELLS:
        desk.said.emit(f"粘贴的内容超过 {MOST_CELLS:,} 格，没有粘贴；请用“导入 Excel”")
        return
    order = [c.key for at, c in enumerate(table.ledger_model.columns) if c.editable and not table.isColumnHidden(at)]
    found = read(table.ledger.loaded, clip.rows, order)
    if not found.rows:
        desk.said.emit(NOTHING)
        return
    _ask(desk, edits, ledgers.get(desk.office, table.ledger.id), found, over)


def _ask(desk: Desk, edits: Edits, ledger: LedgerLine, found: Pasted, over: QWidget) -> None:
    dialog = NewRowsDialog(desk, ledger, found.rows, 0, over, how=told(found))
    agreed = bool(dialog.exec())
    dialog.deleteLater()
    if agreed and dialog.new is not None:
        edits.write({}, "已粘贴", new=dialog.new)


def told(found: Pasted) -> tuple[str, ...]:
    """Which column goes where, and what is not taken."""
    by = "按第一行的列名放" if found.headed and not found.above else "按列名放" if found.headed else "第一行不是列名，从左到右放"
    said = [f"{by}：{_some(found.placed)}。"]
    if found.above:
        said.append(f"列名上面的 {found.above:,} 行是标题，不新增。")
    if found.left:
        more = "；清单里有审批事项的，请用“导入 Excel”" if found.headed else ""
        said.append(f"没有地方放、不粘贴的 {len(found.left):,} 列：{_some(found.left)}{more}。")
    return tuple(said)


def _some(titles: tuple[str, ...]) -> str:
    return "、".join(titles[:8]) + (f"等 {len(titles)} 列" if len(titles) > 8 else "")
