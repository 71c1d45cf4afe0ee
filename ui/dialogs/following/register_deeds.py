"""What can be done with a row of a register: what its template names, and the deeds of 回头看, 投诉 and 督办."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from app.ledger import serving
from app.ledger.ledgers import LedgerLine
from app.listing.lists import Line
from ui.desk import Desk
from ui.dialogs import row_closing_dialog
from ui.dialogs.deed import Deed, late
from ui.dialogs.following import void_dialog
from ui.dialogs.row_closing_dialog import RowClosingDialog

ONE = "一次只能登记一行，请只选一行"
LISTED = "挂牌督办"


def deeds(desk: Desk, ledger: LedgerLine, lines: Sequence[Line]) -> list[Deed]:
    """Only what fits a register: it is never sealed, so that nothing of 开工, 核查剔除, 移除 or 更正单 is here."""
    line, single = lines[0], "" if len(lines) == 1 else ONE
    own, back = _own(desk, ledger, line, single), _back(desk, ledger, line, single)
    if why := void_dialog.over(line):
        own = [replace(deed, why=single or why) if deed.key != "caller" else deed for deed in own]
    return [*own, *back]


def _back(desk: Desk, ledger: LedgerLine, line: Line, single: str) -> list[Deed]:
    """作废 and 恢复, in the words of the template."""
    found = []
    if struck := void_dialog.closing(ledger, "removed"):
        found.append(
            Deed("void", f"{struck.title}…", "登记错了、登记重了：写明原因，不再计数，还看得到",
                 single or void_dialog.not_voidable(line), late("void_dialog", "VoidDialog", desk, ledger, line))
        )  # fmt: skip
    if again := void_dialog.closing(ledger, "open"):
        found.append(
            Deed("reopen", f"{again.title}…", "作废的、了结的，退回原来的样子",
                 single or void_dialog.not_back(line), late("void_dialog", "BackDialog", desk, ledger, line))
        )  # fmt: skip
    return found


def _own(desk: Desk, ledger: LedgerLine, line: Line, single: str) -> list[Deed]:
    found: list[Deed] = []
    if serving.serves(ledger, "recheck"):
        found.append(
            Deed("finding", "登记核查结果…", "是否属实、是否反弹；要恢复入账的凭更正单", single,
                 late("finding_dialog", "FindingDialog", desk, ledger, line))
        )  # fmt: skip
    if serving.serves(ledger, "complaints"):
        found += _of_complaint(desk, ledger, line, single)
    if serving.serves(ledger, "supervision"):
        found += _of_notice(desk, line, single)
    elif row_closing_dialog.events(ledger):
        found.append(
            Deed("close", f"{row_closing_dialog.titles(ledger)}…", "按本登记簿的规定登记",
                 single or row_closing_dialog.why_not(ledger, line), lambda up: RowClosingDialog(desk, ledger, line, up))
        )  # fmt: skip
    return found


def _of_complaint(desk: Desk, ledger: LedgerLine, line: Line, single: str) -> list[Deed]:
    called = bool(line.cells.get("caller") or line.cells.get("caller_tel"))
    return [
        Deed("answer", "答复…", "登记响应日和答复的内容", single, late("answer_dialogs", "AnswerDialog", desk, ledger, line)),
        Deed("asked", "回访…", "登记满意度", single or not_asked(line),
             late("answer_dialogs", "AskedBackDialog", desk, ledger, line)),
        Deed("caller", "看投诉人…", "姓名和电话；谁看的、为什么看，会记下来",
             single or ("" if called else "没有登记投诉人的姓名和电话"),
             late("caller_dialog", "CallerDialog", desk, ledger, line)),
    ]  # fmt: skip


def not_asked(line: Line) -> str:
    """Why nobody can be asked yet whether he is content."""
    there = line.cells.get("answered_on") or line.cells.get("solved_on")
    return "" if there else "还没有答复，先登记答复再回访"


def _of_notice(desk: Desk, line: Line, single: str) -> list[Deed]:
    return [
        Deed("reply", "登记反馈…", "对象单位怎样答复的，可以附扫描件", single, late("notice_dialogs", "ReplyDialog", desk, line)),
        Deed("lift", "摘牌…", "反馈属实的解除挂牌，出摘牌通知书", single or not_lifted(line),
             late("notice_dialogs", "LiftDialog", desk, line)),
    ]  # fmt: skip


def not_lifted(line: Line) -> str:
    """Why a notice is not to be lifted now."""
    if line.cells.get("notice_kind") != LISTED:
        return "只有挂牌督办要摘牌"
    if line.cells.get("lifted_on"):
        return "已经摘牌"
    return "" if line.cells.get("reply_on") else "还没有反馈，先登记反馈再摘牌"
