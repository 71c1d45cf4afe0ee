"""Offices of what goes upward, with a page of one of them at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.sync.upward_world import Upward, upward
from tests.ui.pages import open_page, quiet
from ui.desk import Desk, Job
from ui.screens.gathering_screen import GatheringScreen
from ui.widgets.screen import Screen


@dataclass
class Play:
    """The offices, and a page of one of them at a time."""

    qtbot: QtBot
    world: Upward
    desks: dict[str, Desk] = field(default_factory=dict)

    def open(self, who: str, made: type[Screen], **size: int) -> Screen:
        desk = self.desks.setdefault(who, Desk(self.world[who]))
        return open_page(self.qtbot, desk, made, **size)

    def press(self, page: Screen, made: object) -> None:
        made.click()  # type: ignore[attr-defined]
        quiet(self.qtbot, page.desk)

    def gather(self, page: GatheringScreen) -> None:
        """汇总…, the plan, 汇总."""
        self.press(page, page.came.gather_all)
        self.press(page, page.plan.deed)

    def undo(self, page: GatheringScreen) -> None:
        """撤回这次汇总, and once more when it was said what that undoes."""
        self.press(page, page.plan.undo)
        assert page.asked is not None
        self.press(page, page.asked.primary)


def cancelling(desk: Desk, *, backs_up: bool = False) -> list[str]:
    """取消 is pressed in the next command while its first part is done, with `backs_up` when the backup ahead of it is over;
    what the foot of the window says from now on.
    """
    said: list[str] = []
    desk.said.connect(said.append)

    def press(job: Job) -> None:
        desk.started.disconnect(press)
        job.told.connect(lambda done, total: None if backs_up and total else job.cancel(), Qt.ConnectionType.DirectConnection)

    desk.started.connect(press)
    return said


Start = Callable[..., Play]


def starting() -> Any:
    """A fixture that makes a play of the offices it is called with, and puts it away."""

    @pytest.fixture
    def start(qtbot: QtBot, tmp_path: Path) -> Iterator[Start]:
        made: list[Play] = []

        def call(*keys: str) -> Play:
            made.append(Play(qtbot, upward(tmp_path, *keys)))
            return made[-1]

        yield call
        for one in made:
            for desk in one.desks.values():
                desk.close()
            one.world.close()

    return start


def texts(table: object) -> list[tuple[str, ...]]:
    model = table.model()  # type: ignore[attr-defined]
    return [model.row(i).texts for i in range(model.rowCount())]
