"""单位与密钥: the card on paper, and the register of offices issued at one office and taken in at another (decision 29)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.office import Office
from sync import peers
from tests.sync.offices import introduce, made
from tests.ui.pages import cut_buttons, nameless, open_page
from ui.desk import Desk
from ui.screens.settings_screen import SettingsScreen


@pytest.fixture
def lead(tmp_path: Path) -> Iterator[Office]:
    office = made(tmp_path / "lead", "正镶白旗发展和改革委员会", "lead")
    yield office
    office.close()


@pytest.fixture
def water(tmp_path: Path, lead: Office) -> Iterator[Office]:
    office = made(tmp_path / "water", "正镶白旗水利局", "handler")
    introduce(lead, office, tmp_path)
    yield office
    office.close()


@pytest.fixture
def page(qtbot: QtBot, lead: Office, water: Office) -> Iterator[SettingsScreen]:
    desk = Desk(lead)
    yield open_page(qtbot, desk, SettingsScreen)
    desk.close()


def test_the_card_is_printed(page: SettingsScreen, tmp_path: Path) -> None:
    page.cards.print_card(tmp_path / "名片.pdf")
    assert (tmp_path / "名片.pdf").read_bytes().startswith(b"%PDF") and not page.cards.fault.isVisible()


def test_a_register_is_issued_and_makes_others_known(
    qtbot: QtBot, page: SettingsScreen, lead: Office, water: Office, tmp_path: Path
) -> None:
    forest = made(tmp_path / "forest", "正镶白旗林业和草原局", "handler")
    introduce(lead, forest, tmp_path)
    folder = tmp_path / "名册"
    folder.mkdir()
    page.cards.issue(folder)
    assert "第 1 版，3 个单位" in page.cards.registers.text()
    desk = Desk(water)
    other = open_page(qtbot, desk, SettingsScreen)
    assert not other.cards.issue_button.isVisible(), "only the lead office or a superior issues one"
    other.cards.take(next(folder.iterdir()))
    assert (
        forest.name in [p.card.name for p in peers.all(water)] and "第 1 版" in other.cards.registers.text()
    )
    desk.close()
    forest.close()


def test_a_register_of_a_stranger_is_refused_in_words(
    qtbot: QtBot, page: SettingsScreen, tmp_path: Path
) -> None:
    folder = tmp_path / "名册"
    folder.mkdir()
    page.cards.issue(folder)
    stranger = made(tmp_path / "stranger", "正镶白旗教育局", "handler")
    desk = Desk(stranger)
    other = open_page(qtbot, desk, SettingsScreen)
    other.cards.take(next(folder.iterdir()))
    assert other.cards.fault.isVisible() and other.cards.fault.text() and peers.all(stranger) == []
    desk.close()
    stranger.close()


def test_the_card_can_be_read_aloud(page: SettingsScreen) -> None:
    assert nameless(page) == [] and cut_buttons(page) == []
