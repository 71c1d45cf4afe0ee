"""The pages of the window, in the order of the column at the left.

A page is one line here: key, words, icon (a name of `ui.icons.NAMES`), group, its class by module and name. A page
that does not exist yet has no line, so nothing on the desk is dead. A page's module is imported when the page is
first shown, so that the window stands there before the printing and sending parts are read from disk.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from importlib import import_module
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from ui.desk import Desk
from ui.widgets.screen import Screen

if TYPE_CHECKING:
    from app.today.statistics import Today

ABOVE = frozenset(("lead", "superior"))
"""The roles to which others report."""


class Place(Struct, frozen=True):
    """`count(today)` gives the number beside the words and whether it is urgent.

    A place `under` another is reached by a wish of a page, `self.wished.emit(key, place)`; it stands in the column
    below that one, only while it is shown or its work is under way; without words the one above is marked instead. One
    with `roles` is for offices of these alone.
    """

    key: str
    words: str
    sign: str
    group: str
    make: Callable[[Desk], Screen]
    count: Callable[[Today], tuple[int, bool]] | None = None
    under: str = ""
    roles: frozenset[str] = frozenset()

    @property
    def in_nav(self) -> bool:
        """Whether it always stands in the column."""
        return not self.under


def late(module: str, name: str) -> Callable[[Desk], Any]:
    """`ui.screens.<module>.<name>`, imported when first called."""

    def call(desk: Desk) -> Any:
        return getattr(import_module(f"ui.screens.{module}"), name)(desk)

    return call


def overdue(today: Today) -> tuple[int, bool]:
    """Beside 今日要办: what is late."""
    return today.overdue, True


def waiting(today: Today) -> tuple[int, bool]:
    """Beside 签批办结: prints that wait for a signature."""
    return sum(bool(paper.left) for paper in today.papers), False


def unanswered(today: Today) -> tuple[int, bool]:
    """Beside 部门核对: departments that have not answered; urgent once the round's day is past."""
    found = [one for one in today.awaited if one.returns]
    return len(found), any(one.late for one in found)


def unmerged(today: Today) -> tuple[int, bool]:
    """Beside 收件合并: returns that came in and are not merged."""
    return sum(one.merges for one in today.awaited), False


def unreported(today: Today) -> tuple[int, bool]:
    """Beside 进展报告: reports past their day."""
    return sum(one.unreported for one in today.coming), True


def places(roles: Collection[str] = ()) -> list[Place]:
    """The pages of an office with these roles."""
    every = [
        Place("today", "今日要办", "today", "", late("today_screen", "TodayScreen"), overdue),
        Place("ledger", "项目台账", "ledger", "台账", late("checked_ledger_screen", "CheckedLedgerScreen")),
        Place("rounds", "部门核对", "check", "台账", late("rounds_screen", "RoundsScreen"), unanswered),
        Place("sign", "签批办结", "sign", "台账", late("signoff_screen", "SignoffScreen"), waiting),
        Place("registers", "登记簿", "register", "台账", late("registers_screen", "RegistersScreen")),
        Place("send", "上报导出", "send", "报送", late("sending_screen", "SendingScreen")),
        Place("inbox", "收件合并", "receive", "报送", late("inbox_screen", "InboxScreen"), unmerged),
        Place("gather", "汇总", "gather", "报送", late("gathering_screen", "GatheringScreen"), roles=ABOVE),
        Place("reports", "进展报告", "form", "报送", late("reports_screen", "ReportsScreen"), unreported),
        Place("statistics", "统计", "chart", "报送", late("statistics_screen", "StatisticsScreen")),
        Place("same", "同一项目", "columns", "报送", late("same_project_screen", "SameProjectScreen")),
        Place(
            "down",
            "下发" if ABOVE & set(roles) else "模板",
            "export",
            "管理",
            late("downward_screen", "DownwardScreen"),
        ),
        Place("history", "操作记录", "history", "管理", late("history_screen", "HistoryScreen")),
        Place("backup", "备份恢复", "backup", "管理", late("backup_screen", "BackupScreen")),
        Place("settings", "设置", "settings", "管理", late("settings_screen", "SettingsScreen")),
        Place("register", "", "ledger", "", late("register_screen", "RegisterScreen"), under="registers"),
        Place(
            "recheck",
            "回头看",
            "search",
            "",
            late("following.recheck_screen", "RecheckScreen"),
            under="registers",
        ),
        Place(
            "complaints",
            "投诉",
            "user",
            "",
            late("following.complaints_screen", "ComplaintsScreen"),
            under="registers",
        ),
        Place(
            "supervision",
            "督办",
            "warn",
            "",
            late("following.supervision_screen", "SupervisionScreen"),
            under="registers",
        ),
        Place("import", "导入 Excel", "import", "", late("import_screen", "ImportScreen"), under="ledger"),
    ]
    return [place for place in every if not place.roles or place.roles & set(roles)]
