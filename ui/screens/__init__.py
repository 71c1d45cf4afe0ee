"""The pages of the window, in the order of the column at the left.

A page is one line here: key, words, icon (a name of `ui.icons.NAMES`), group, the class. A page that does not
exist yet has no line, so nothing on the desk is dead.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ui.desk import Desk
from ui.screens.history_screen import HistoryScreen
from ui.screens.ledger_screen import LedgerScreen
from ui.screens.signoff_screen import SignoffScreen, waiting
from ui.screens.today_screen import TodayScreen, overdue
from ui.widgets.screen import Screen


@dataclass(frozen=True)
class Place:
    """`count(desk)` gives the number beside the words and whether it is urgent.

    A place that is not `in_nav` is reached by a wish of another page: `self.wished.emit(key, place)`.
    """

    key: str
    words: str
    sign: str
    group: str
    make: Callable[[Desk], Screen]
    count: Callable[[Desk], tuple[int, bool]] | None = None
    in_nav: bool = True


def places() -> list[Place]:
    return [
        Place("today", "今日要办", "today", "", TodayScreen, overdue),
        Place("ledger", "项目台账", "ledger", "台账", LedgerScreen),
        Place("sign", "签批办结", "sign", "台账", SignoffScreen, waiting),
        Place("history", "操作记录", "history", "管理", HistoryScreen),
    ]
