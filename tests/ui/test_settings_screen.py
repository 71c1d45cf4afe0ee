"""设置: size, yellow days, holidays and rest days, the way to the backups, cards, checking the books."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app import office as offices
from app.ledger import calendars, settings
from sync import exchange
from sync.peers import peers
from tests.ui.conftest import TODAY
from tests.ui.pages import cut_buttons, nameless, open_page, quiet, unreachable
from ui import application, look
from ui.desk import Desk
from ui.main_window import MainWindow
from ui.screens.settings_screen import SettingsScreen


@pytest.fixture
def page(qtbot: QtBot, desk: Desk) -> SettingsScreen:
    return open_page(qtbot, desk, SettingsScreen)


@pytest.fixture
def undressed(qapp: QApplication) -> Iterator[None]:
    yield
    application.dress(qapp)


def test_the_pages_and_the_toast_follow_the_type_at_once(qapp: QApplication, window: MainWindow, undressed: None) -> None:
    """标准 to 大 and back without another start: the column of pages has its width, no sentence is cut."""
    widths = []
    for large in (False, True, False):
        window.toast.tell("已保存设置")
        application.dress(qapp, large=large)
        QApplication.processEvents()
        window.toast._make_way()
        widths.append(window.nav.width())
        words = window.toast._words
        assert words.fontMetrics().horizontalAdvance(words.text()) <= words.width()
    assert widths[0] == widths[2] < widths[1]


def test_the_large_type_is_there_at_once_and_kept(page: SettingsScreen, undressed: None) -> None:
    page.type_size["large"].click()
    assert QApplication.font().pointSizeF() == look.LARGE_PT
    assert page.year_table.verticalHeader().defaultSectionSize() == look.sizes().row
    assert settings.get(page.desk.office, "type_size") == "large"
    assert cut_buttons(page) == []


def test_the_yellow_days_are_kept(page: SettingsScreen) -> None:
    page.days.setValue(5)
    page.days.editingFinished.emit()
    assert settings.get(page.desk.office, "light_days") == 5


def test_a_rest_day_needs_day_and_source(qtbot: QtBot, page: SettingsScreen) -> None:
    page.rest_days.setText("2022-08-09")
    page.add_rest()
    assert page.rest_fault.isVisible() and page.rest_source.property("wrong") == "true"
    page.rest_source.setText("示范办发〔2022〕8号")
    page.add_rest()
    quiet(qtbot, page.desk)
    assert [k["day"] for k in calendars.known(page.desk.office) if "day" in k] == ["2022-08-09"]
    first = page.years.row(0)
    assert first is not None and first.texts[0] == "2022-08-09"


def test_a_wrong_day_is_refused_in_one_sentence(qtbot: QtBot, page: SettingsScreen) -> None:
    page.rest_days.setText("2022.13.5")
    page.rest_source.setText("示范办发〔2022〕8号")
    page.add_rest()
    quiet(qtbot, page.desk)
    assert page.rest_fault.isVisible() and page.rest_fault.text()
    assert not [k for k in calendars.known(page.desk.office) if "day" in k]


def test_a_notice_that_is_none_is_refused(qtbot: QtBot, page: SettingsScreen, tmp_path: Path) -> None:
    (tmp_path / "通知.csv").write_text("不是放假安排", "utf-8")
    page.import_notice(tmp_path / "通知.csv")
    quiet(qtbot, page.desk)
    assert page.strip.isVisible() and page.strip.words.text()


def test_the_backups_have_a_page_of_their_own(page: SettingsScreen) -> None:
    wished: list[str] = []
    page.wished.connect(lambda key, _place: wished.append(key))
    assert "还没备份过" in page.backed.text()
    page.backup_button.click()
    assert wished == ["backup"]


def test_the_diagnosis_package_is_shown_before_it_is_written(page: SettingsScreen, tmp_path: Path) -> None:
    page.diagnosis_button.click()
    dialog = page.dialog
    assert dialog.isVisible() and '"entry": 40' in dialog.shown.toPlainText()
    assert nameless(dialog) == [] and cut_buttons(dialog) == []
    dialog.save(tmp_path / "没有" / "诊断包.zip")
    assert dialog.isVisible() and dialog._fault.isVisible()
    dialog.save(tmp_path / "诊断包.zip")
    assert not dialog.isVisible()
    with zipfile.ZipFile(tmp_path / "诊断包.zip") as archive:
        assert "database.json" in archive.namelist()


def test_the_books_are_checked_and_the_verdict_is_plain(qtbot: QtBot, page: SettingsScreen) -> None:
    page.verify()
    quiet(qtbot, page.desk)
    assert page.verdict.text().startswith("核对无误")


def test_cards_go_out_and_come_in(page: SettingsScreen, tmp_path: Path) -> None:
    page.own.export(tmp_path / "本单位.qidi-card")
    assert "本单位核对码" in page.own.own.text() and (tmp_path / "本单位.qidi-card").is_file()
    other = offices.create(
        tmp_path / "other", division="152500", name="示范盟发改委", roles=["superior"], clerk="经办人乙", today=TODAY
    )
    exchange.card(other, tmp_path / "盟.qidi-card")
    other.close()
    page.cards.take(tmp_path / "盟.qidi-card")
    page.cards.dialog.read.click()
    page.cards.dialog.primary.click()
    assert [p.card.name for p in peers.all(page.desk.office)] == ["示范盟发改委"]
    assert page.cards.model.rowCount() == 1
    (tmp_path / "假.qidi-card").write_text("{}\n", "utf-8")
    page.cards.take(tmp_path / "假.qidi-card")
    assert page.cards.fault.isVisible()


def test_the_page_can_be_walked_by_keys_and_read_aloud(page: SettingsScreen) -> None:
    assert nameless(page) == [] and cut_buttons(page) == []
    wanted = [page.days, page.backup_button, page.year_table, page.rest_days, page.rest_source]
    assert unreachable(list(wanted)) == []
