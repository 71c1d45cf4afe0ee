"""今日要办."""

from __future__ import annotations

from ui.desk import Desk
from ui.widgets.screen import Screen


class TodayScreen(Screen):
    title = "今日要办"


def overdue(desk: Desk) -> tuple[int, bool]:
    return 0, True
