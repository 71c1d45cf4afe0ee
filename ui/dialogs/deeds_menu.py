"""The named events a row may go through now, each disabled one saying why."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from app.ledger import directory, serving
from app.ledger.deeds import hindrance
from app.ledger.ledger_groups import REGISTER
from app.ledger.ledgers import LedgerLine
from app.listing import lists
from app.listing.lists import Line
from ui.desk import Desk
from ui.dialogs import (
    batch_closing_dialog,
    delete_dialog,
    matter_dialog,
    purge_dialog,
    reopen_dialog,
    row_closing_dialog,
)
from ui.dialogs.batch_closing_dialog import BatchClosingDialog
from ui.dialogs.correction_dialog import CorrectionDialog
from ui.dialogs.deed import Deed, late
from ui.dialogs.deed_dialog import STAY, open_items
from ui.dialogs.following import paper_deeds, register_deeds
from ui.dialogs.leaving_dialog import ExcludeDialog
from ui.dialogs.matter_dialog import MatterDialog
from ui.dialogs.removal_dialog import RemovalDialog
from ui.dialogs.reopen_dialog import ReopenDialog
from ui.dialogs.row_closing_dialog import RowClosingDialog, RowRemovalDialog
from ui.dialogs.start_dialog import START, StartDialog

STILL = (STAY, "手续齐全")


def deeds(desk: Desk, ledger: LedgerLine, lines: Sequence[Line]) -> list[Deed]:
    """What makes sense for these rows in this state of the ledger."""
    if not lines:
        return []
    if ledger.loaded.t.nature == REGISTER:
        return _received(ledger, register_deeds.deeds(desk, ledger, lines))
    one, sealed = lines[0], ledger.sealed
    single = "" if len(lines) == 1 else "一次只能登记一行，请只选一行"
    closed = "" if sealed else "台账还没有确定；"
    found = [
        Deed("start", f"登记{_start(ledger)}…", _start_tip(ledger), single or _not_startable(ledger, one),
             lambda up: StartDialog(desk, ledger, one, up)),
        Deed("matter", "增加审批事项…", "清单八项以外的事项", single or _no_more_matters(ledger, one),
             lambda up: MatterDialog(desk, ledger, one, up)),
    ]  # fmt: skip
    if row_closing_dialog.events(ledger):
        found[0:0] = [
            Deed("close", f"{row_closing_dialog.titles(ledger)}…", "按本台账的规定登记",
                 single or _left(one) or row_closing_dialog.why_not(ledger, one),
                 lambda up: RowClosingDialog(desk, ledger, one, up))
        ]  # fmt: skip
    if len(lines) > 1 or (one.items and len(open_items(one)) > 1):
        found.append(
            Deed("close-many", f"批量办结…{_many(lines)}", "一个文号办结几个项目、几个事项",
                 batch_closing_dialog.why_not(ledger, lines), lambda up: BatchClosingDialog(desk, ledger, lines, up))
        )  # fmt: skip
    if not sealed:
        found.append(
            Deed("exclude", "核查剔除…", "重复或非本旗，确定台账以前", single or _not_excludable(one),
                 lambda up: ExcludeDialog(desk, one, up))
        )  # fmt: skip
    found += [
        Deed("remove", _removal_words(ledger), "研判后移出，计入“移除”，不算核减",
             single or (closed and closed + "重复或非本旗用“核查剔除”，移除在确定以后登记") or _not_removable(ledger, one),
             lambda up: (RemovalDialog if _has_targets(ledger) else RowRemovalDialog)(desk, ledger, one, up)),
        Deed("correct", f"更正单…{_many(lines)}", "改已确定的内容，或更正出账",
             (closed and closed + "直接在表里改就行") or _not_correctable(lines),
             lambda up: CorrectionDialog(desk, ledger, lines, up)),
        Deed("reopen", "恢复在账…", "回头看等，计入“恢复”", single or _not_reopenable(ledger, one),
             lambda up: ReopenDialog(desk, ledger, one, "", up)),
    ]  # fmt: skip
    if serving.found(desk.office, directory.SERVICE):
        ids = [line.id for line in lines]
        found.append(
            Deed("people", f"按部门名录填责任人…{_many(lines)}", "责任人、职务、电话照部门名录填，填过的不动", "",
                 late("people_dialog", "PeopleDialog", desk, ids))
        )  # fmt: skip
    return _received(ledger, found)


def _many(lines: Sequence[Line]) -> str:
    return "" if len(lines) == 1 else f"（{len(lines):,} 行）"


def _received(ledger: LedgerLine, found: list[Deed]) -> list[Deed]:
    """Of another office's ledger nothing can be done."""
    if ledger.own:
        return found
    why = f"这本台账由{ledger.origin}报来，只能查看"
    return [Deed(d.key, d.words, d.tip, why, d.opens) for d in found]


def fill(
    menu: QMenu,
    desk: Desk,
    ledger: LedgerLine,
    lines: Sequence[Line],
    over: QWidget,
    before: Callable[[], bool] = lambda: True,
) -> None:
    """Add the deeds to a menu. `before` saves what is being typed; False leaves the dialog unopened."""
    menu.setToolTipsVisible(True)
    ids = [line.id for line in lines]
    papers = paper_deeds.deeds(desk, ledger, lines)
    for deed in (*deeds(desk, ledger, lines), *papers):
        if papers and deed is papers[0]:
            menu.addSeparator()
        action = QAction(deed.words, menu)
        action.setObjectName(deed.key)
        action.setEnabled(not deed.why)
        action.setToolTip(deed.why or deed.tip)
        action.setStatusTip(deed.why or deed.tip)
        action.triggered.connect(lambda _=False, key=deed.key: _open(desk, ledger, key, ids, over, before))
        menu.addAction(action)
    delete_dialog.add_to(menu, desk, ledger, lines, over, before)
    purge_dialog.add_to(menu, desk, ledger, lines, over, before)


def _open(
    desk: Desk, ledger: LedgerLine, key: str, ids: Sequence[str], over: QWidget, before: Callable[[], bool]
) -> None:
    """Save first, look again, then open: what was just saved may change what the dialog shows."""
    if not before():
        return
    rows = lists.lines(desk.office, ids)
    every = (*deeds(desk, ledger, rows), *paper_deeds.deeds(desk, ledger, rows))
    deed = next((d for d in every if d.key == key), None)
    if deed is None or deed.why:
        desk.said.emit(deed.why if deed else "没有这一行，可能已经撤回")
        return
    dialog = deed.opens(over.window())
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()


# in the ledger's own words


def _start(ledger: LedgerLine) -> str:
    known = ledger.loaded.closings("entry", "started")
    return known[0].title if known else START


def _start_tip(ledger: LedgerLine) -> str:
    if (title := _start(ledger)) == START:
        return "建设状态改为在建，单列“开工”，不算核减"
    return f"单列“{title}”，不算{ledger.loaded.t.words.approved}"


# why not


def _not_startable(ledger: LedgerLine, line: Line) -> str:
    items = {code: item.cells for code, item in line.items.items()}
    return hindrance(ledger.loaded, "started", line.cells, items) or _left(line)


def _no_more_matters(ledger: LedgerLine, line: Line) -> str:
    if not matter_dialog.missing(ledger, line):
        return "这类台账没有别的事项可以增加"
    return _left(line)


def _not_excludable(line: Line) -> str:
    return "已经剔除过；要退回用“恢复在账”" if line.standing == reopen_dialog.EXCLUDED else ""


def _has_targets(ledger: LedgerLine) -> bool:
    return "removal_targets" in ledger.loaded.fields


def _removal_words(ledger: LedgerLine) -> str:
    known = () if _has_targets(ledger) else ledger.loaded.closings("entry", "removed")
    return f"{known[0].title if known else '移除项目库'}…"


def _not_removable(ledger: LedgerLine, line: Line) -> str:
    if not _has_targets(ledger) and not ledger.loaded.closings("entry", "removed"):
        return "这类台账没有“移除项目库”"
    return "" if line.standing == STAY else f"这一行现在是“{lists.standing_shown(line)}”，不在账"


def _not_correctable(lines: Sequence[Line]) -> str:
    out = next((line for line in lines if line.standing == reopen_dialog.EXCLUDED), None)
    return f"“{out.name}”在确定以前已经剔除，不能再更正" if out else ""


def _not_reopenable(ledger: LedgerLine, line: Line) -> str:
    if ledger.sealed and line.standing == reopen_dialog.EXCLUDED:
        return "确定台账以前剔除的行不能恢复；确要纳入请用“新增项目”补录"
    return "" if reopen_dialog.choices(ledger, line) else "项目和事项都在账，没有核出过的"


def _left(line: Line) -> str:
    return (
        "" if line.standing in STILL else f"这一行现在是“{lists.standing_shown(line)}”，不在账；要先恢复在账"
    )
