"""单位与密钥: the card on paper, and the register of offices issued at one office and taken in at another (decision 29)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.ledger import ledgers, settings
from app.office import Office
from sync import exchange
from sync.letters import registers
from sync.offices import passphrases
from sync.peers import peers
from tests.sync.offices import introduce, made
from tests.sync.wrapping import quick
from tests.ui.pages import WAIT_MS, cut_buttons, nameless, open_page, quiet, shut
from ui.desk import Desk
from ui.dialogs.unlock_dialog import UnlockDialog
from ui.screens.settings_screen import SettingsScreen

__all__ = ["quick"]


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


def issue(qtbot: QtBot, page: SettingsScreen, folder: Path, gone: str = "", reason: str = "") -> None:
    page.cards.issue_button.click()
    dialog = page.cards.dialog
    assert not dialog.primary.isEnabled(), "no place to write to yet"
    dialog.target.take(folder)
    if gone:
        dialog.gone.setCurrentIndex(dialog.gone.findText(gone))
        dialog.gone.activated.emit(dialog.gone.currentIndex())
        assert dialog.primary.text().endswith("（作废要写明原因）")
        dialog.reason.setText(reason)
        dialog.strict.click()
    dialog.primary.click()
    quiet(qtbot, page.desk)
    assert shut(dialog)


def test_the_card_is_looked_at_before_it_is_printed(
    qtbot: QtBot, page: SettingsScreen, tmp_path: Path
) -> None:
    page.own.paper.click()
    quiet(qtbot, page.desk)
    paper = page.own.printing.shown
    assert paper is not None and paper.isVisible() and paper.windowTitle() == "单位名片"
    assert "本单位核对码" in page.own.own.text(), "the keys are made the first time"
    paper.save(tmp_path / "名片.pdf")
    assert (tmp_path / "名片.pdf").read_bytes().startswith(b"%PDF") and not page.own.fault.isVisible()
    paper.close()


def test_a_register_is_issued_and_makes_others_known(
    qtbot: QtBot, page: SettingsScreen, lead: Office, water: Office, tmp_path: Path
) -> None:
    forest = made(tmp_path / "forest", "正镶白旗林业和草原局", "handler")
    introduce(lead, forest, tmp_path)
    folder = tmp_path / "名册"
    folder.mkdir()
    issue(qtbot, page, folder)
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
    issue(qtbot, page, folder)
    stranger = made(tmp_path / "stranger", "正镶白旗教育局", "handler")
    desk = Desk(stranger)
    other = open_page(qtbot, desk, SettingsScreen)
    other.cards.take(next(folder.iterdir()))
    assert other.cards.fault.isVisible() and other.cards.fault.text() and peers.all(stranger) == []
    desk.close()
    stranger.close()


def test_the_card_can_be_read_aloud(page: SettingsScreen) -> None:
    assert nameless(page) == [] and cut_buttons(page) == []


def test_a_revoked_key_and_the_rule_stand_in_the_register_for_all_to_see(
    qtbot: QtBot, page: SettingsScreen, lead: Office, water: Office, tmp_path: Path
) -> None:
    """Decision 29: revocation travels with the register; the policy of the lead office holds for everybody in it."""
    folder = tmp_path / "名册"
    folder.mkdir()
    issue(qtbot, page, folder, gone=water.name, reason="电脑丢失")
    page.cards.see.click()
    dialog = page.cards.dialog
    assert "往来必须加密" in dialog.said.text() and "作废 1 个" in dialog.said.text()
    rows = {
        row.texts[0]: row.texts[1] for at in range(dialog.model.rowCount()) if (row := dialog.model.row(at))
    }
    assert rows == {lead.name: "有效", water.name: "已作废：电脑丢失"}
    assert nameless(dialog) == [] and cut_buttons(dialog) == []
    row = page.cards.model.row(0)
    assert row is not None and row.texts[:2] == ("已作废", water.name)
    assert settings.get(lead, registers.ENCRYPT_ONLY) is True


def test_a_card_is_confirmed_by_the_digits_that_were_heard(
    page: SettingsScreen, lead: Office, tmp_path: Path
) -> None:
    """Decision 29: the fingerprint is compared by a person; a group that differs is named."""
    other = made(tmp_path / "other", "正镶白旗教育局", "handler")
    file = tmp_path / "教育.qidi-card"
    exchange.card(other, file)
    other.close()
    page.cards.take(file)
    dialog = page.cards.dialog
    digits = dialog.card.fingerprint.replace(" ", "")
    wrong = digits[:12] + str((int(digits[12]) + 1) % 10)
    for typed, told, may in (
        (digits[:10], "对上 2 组", False), (wrong, "第 3 组不一样", False), (digits + "0", "不一样", False),
        (dialog.card.fingerprint, "全都对上了", True),
    ):  # fmt: skip
        dialog.heard.setText("")
        QTest.keyClicks(dialog.heard, typed)
        assert told in dialog.matched.text() and dialog.primary.isEnabled() is may
    dialog.primary.click()
    assert "正镶白旗教育局" in [p.card.name for p in peers.all(lead)]


def test_a_passphrase_is_set_asked_for_and_three_wrong_ones_lock_nothing(
    qtbot: QtBot, page: SettingsScreen, lead: Office, water: Office, tmp_path: Path
) -> None:
    own = page.own
    own.word.click()
    own.asked.wanted.setText("long enough")
    own.asked.again.setText("not the same")
    own.asked.primary.click()
    quiet(qtbot, page.desk)
    assert own.asked.isVisible() and "两次输入的口令不一样" in own.asked._fault.text()
    own.asked.again.setText("long enough")
    own.asked.primary.click()
    quiet(qtbot, page.desk)
    assert shut(own.asked) and passphrases.held(lead) and own.word.text() == "改密钥口令…"
    lead.unlock("")  # as after the next start
    ledger = str(ledgers.open_template(lead, "pending-approval").subject)
    answers = [["wrong one", "another", "a third", "a fourth"], ["long enough"]]
    heard: list[str] = []

    def answer() -> None:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, UnlockDialog):
            return  # not asked yet
        assert dialog.word.echoMode() == dialog.word.EchoMode.Password
        for word in answers.pop(0):
            dialog.word.setText(word)
            QTest.keyClick(dialog.word, Qt.Key.Key_Return)
            heard.append(dialog._fault.text())
        if dialog.isVisible():
            dialog.reject()

    asking = QTimer(page)
    asking.timeout.connect(answer)
    asking.start(20)
    told: list[str] = []
    for expected in ("E_PASSPHRASE_NEEDED", "done"):
        told.clear()
        page.desk.run(
            exchange.send, ledger, water.id, tmp_path / "out", aside=True,
            done=lambda _c: told.append("done"), refused=lambda p: told.append(p.code),
        )  # fmt: skip
        qtbot.waitUntil(lambda: bool(told), timeout=WAIT_MS)
        assert told == [expected]
    asking.stop()
    assert [said.partition("。")[0] for said in heard[1:4]] == [
        f"口令不对，已经试了 {n} 次" for n in (2, 3, 4)
    ]
    assert heard[0].startswith("口令不对。") and all("大小写" in s and "锁" not in s for s in heard[:4])


def test_keys_are_changed_only_by_one_who_knows_what_comes_of_it(
    qtbot: QtBot, page: SettingsScreen, lead: Office, water: Office
) -> None:
    before = page.own.own.text()
    page.own.renew.click()
    assert not page.own.asked.primary.isEnabled()
    page.own.asked.read.click()
    page.own.asked.primary.click()
    quiet(qtbot, page.desk)
    assert page.own.own.text() != before and page.window().focusWidget() is page.own.out, (
        "the new card is handed out next"
    )
