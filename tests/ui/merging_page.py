"""收件合并 at a sponsor that has pushed a round: what comes back to it, and how the page stands."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.ledger import entries
from app.office import Office
from sync import exchange
from sync.letters import boxes
from tests.sync.rounds_world import FOREST, Play, played
from tests.ui.pages import open_page, quiet
from ui.desk import Desk
from ui.screens.inbox_screen import InboxScreen

Key = Qt.Key

world = played()


@pytest.fixture
def page(qtbot: QtBot, world: Play) -> Iterator[InboxScreen]:
    desk = Desk(world.sponsor)
    yield open_page(qtbot, desk, InboxScreen)
    desk.close()


def returned(world: Play, office: Office | None = None) -> Path:
    """The water bureau's return as a file."""
    sent = exchange.send(office or world.water, world.check().id, world.sponsor.id, world.usb)
    return Path(str(sent.facts["file"]))


def clashing(world: Play, *fields: str) -> Path:
    """A return in which both sides have changed these fields of 项目1."""
    world.taken()
    for field in fields:
        world.says("项目1", "M04", **{field: "张三"})
        entries.amend(world.sponsor, world.rows["项目1"], {}, {"M04": {field: "李四"}})
    return returned(world)


def workbook(world: Play, *cells: tuple[str, str, str, str]) -> Path:
    return world.typed(world.push(FOREST)[FOREST], *cells)


def results(page: InboxScreen) -> list[str]:
    return [page.batch.model.row(i).texts[2] for i in range(page.batch.model.rowCount())]  # type: ignore[union-attr]


def opened(qtbot: QtBot, page: InboxScreen, file: Path) -> None:
    """The return is looked at and its three-way table open; nothing was taken in."""
    page.look_at_all([file])
    quiet(qtbot, page.desk)
    assert page.clash.isVisible() and page.clash.merge.text().startswith("收下并合并")
    assert boxes.received(page.desk.office) == []


def shown(page: InboxScreen) -> list[tuple[str, ...]]:
    model = page.clash.model
    return [model.row(i).texts for i in range(model.rowCount())]  # type: ignore[union-attr]
