"""Pasting rows that are new: into a ledger without any, or below the last one; asked about once, then one deed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from app.imports.pasted import Pasted, read
from app.ledger import ledgers
from app.ledger.ledgers import LedgerLine
from ui.desk import Desk
from ui.dialogs.new_rows_dialog import NewRowsDialog
from ui.tables import clipboard
from ui.tables.clipboard import Cells
from ui.tables.edits import MOST_CELLS, Edits

if TYPE_CHECKING:
    from ui.tables.ledger_table import LedgerTable

NOTHING = "没有可以粘贴的内容。先在 Excel、WPS 里选中要的几行几列，按 Ctrl+C 复制，再来粘贴"
ONE_BY_ONE = "这本登记簿要一件一件登记，不能成片粘贴"


def paste(table: LedgerTable, over: QWidget) -> None:
    """The rows of the clipboard as new ones: by the heads above them, else in the order of the columns (`_laid`)."""
    desk, edits = table.desk, table.edits
    if not edits.grows():
        desk.said.emit(table.ledger_model.readonly or ONE_BY_ONE)
        return
    clip = clipboard.read()
    if sum(map(len, clip.rows)) > MOST_CELLS:
        desk.said.emit(f"粘贴的内容超过 {MOST_CELLS:,} 格，没有粘贴；请用“导入 Excel”")
        return
    found = _laid(table, clip.rows)
    if not found.rows:
        desk.said.emit(NOTHING)
        return
    _ask(desk, edits, ledgers.get(desk.office, table.ledger.id), found, over)


def _laid(table: LedgerTable, rows: Cells) -> Pasted:
    """Without a line of heads: in a ledger without rows over the columns that are typed into. Below other rows where
    Ctrl+V would lay it, from the current column on; a block wider than that (whole rows copied) from the first column, and
    one that would leave the rows without a name from that of the names."""
    model, loaded = table.ledger_model, table.ledger.loaded
    shown = [column for at, column in enumerate(model.columns) if not table.isColumnHidden(at)]
    if not model.rowCount():
        return read(loaded, rows, [column.key for column in shown if column.editable])
    order = [column.key if column.editable else "" for column in shown]
    now = model.columns[table.currentIndex().column()].key if table.currentIndex().isValid() else ""
    place = next((at for at, column in enumerate(shown) if column.key == now), 0)
    wide = max(map(len, rows), default=0)
    if wide > len(order) - place:
        return read(loaded, rows, order)
    found = read(loaded, rows, order[place:])
    wanted = [f.id for f in loaded.t.fields if f.need == "create" and not f.default and f.id in order]
    lacking = [key for key in wanted if not any(key in row for row in found.rows)]
    return read(loaded, rows, order[order.index(lacking[0]) :]) if lacking and not found.headed else found


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
