"""The papers that can be made from a row of a campaign: 一次性告知书, 挂牌督办通知书, 提醒函."""

from __future__ import annotations

from collections.abc import Sequence

from app.ledger.ledger_groups import REGISTER
from app.ledger.ledgers import LedgerLine
from app.listing.lists import Line
from ui.desk import Desk
from ui.dialogs.deed import Deed, late


def deeds(desk: Desk, ledger: LedgerLine, lines: Sequence[Line]) -> list[Deed]:
    """None for several rows, for a register and for another office's ledger.

    一次性告知书 only where matters know of a notice.
    """
    if len(lines) != 1 or not ledger.own or ledger.loaded.t.nature == REGISTER:
        return []
    line = lines[0]
    found = []
    if "d_notice" in ledger.loaded.item_fields:
        none = "" if line.items else "这一行没有审批事项"
        found.append(
            Deed("inform", "一次性告知书…", "一次写全存在的问题和建议，编号、归档", none,
                 late("inform_dialog", "InformDialog", desk, ledger, line))
        )  # fmt: skip
    found.append(
        Deed("supervise", "督办通知、提醒函…", "编号、归档，登记在督办登记里", "",
             late("notice_dialogs", "SuperviseDialog", desk, ledger=ledger, line=line))
    )  # fmt: skip
    return found
