"""收件: the judgement first, 收下 second, the receipt third; every refusal in one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.ledger import entries, ledgers
from app.office import Office
from app.office import create as create_office
from app.proof import ancestry, replay
from sync import exchange
from sync.letters import boxes
from tests.sync import offices
from tests.ui.conftest import TODAY
from tests.ui.pages import cut_buttons, nameless, open_page, quiet, unreachable
from ui.desk import Desk
from ui.screens.inbox_screen import InboxScreen


@pytest.fixture
def league(tmp_path: Path, office: Office) -> Iterator[Office]:
    """The upper office, which knows the banner's card and is known to it."""
    made = offices.made(
        tmp_path / "league", "示范盟发改委", "superior", "152500", clerk="经办人乙", today=TODAY
    )
    exchange.make_keys(office)
    offices.introduce(office, made, tmp_path)
    yield made
    made.close()


@pytest.fixture
def bundle(league: Office, office: Office, tmp_path: Path) -> Path:
    sent = exchange.send(office, ledgers.all(office)[0].id, league.name, tmp_path)
    return Path(str(sent.facts["file"]))


@pytest.fixture
def page(qtbot: QtBot, league: Office) -> Iterator[InboxScreen]:
    desk = Desk(league)
    yield open_page(qtbot, desk, InboxScreen)
    desk.close()


def test_looking_says_who_and_what_and_changes_nothing(qtbot: QtBot, page: InboxScreen, bundle: Path) -> None:
    page.look_at(bundle)
    quiet(qtbot, page.desk)
    assert page.verdict.text().startswith("查验通过") and "示范局" in page.said.text()
    assert "新增 40 行" in page.said.text() and "未确定" in page.marks.text()
    assert ledgers.all(page.desk.office) == [] and boxes.received(page.desk.office) == []
    page.leave.click()
    assert not page.card.isVisible() and boxes.received(page.desk.office) == []


def test_taking_it_in_gives_a_receipt_that_the_sender_takes(
    qtbot: QtBot, page: InboxScreen, bundle: Path, office: Office, tmp_path: Path
) -> None:
    page.look_at(bundle)
    quiet(qtbot, page.desk)
    page.take.click()
    quiet(qtbot, page.desk)
    assert page.verdict.text() == "已收下" and page.save.isVisible()
    assert [x.rows for x in ledgers.all(page.desk.office)] == [40] and page.model.rowCount() == 1
    page.save_receipt(tmp_path / "回执.qidi-receipt")
    desk = Desk(office)
    other = open_page(qtbot, desk, InboxScreen)
    other.look_at(tmp_path / "回执.qidi-receipt")
    assert other.verdict.text() == "这是对方的回执"
    other.take.click()
    quiet(qtbot, desk)
    assert boxes.sent(office)[0].state == "receipted"
    desk.close()


def test_the_same_bundle_again_is_said_to_be_known(qtbot: QtBot, page: InboxScreen, bundle: Path) -> None:
    exchange.receive(page.desk.office, bundle)
    page.look_at(bundle)
    quiet(qtbot, page.desk)
    assert page.verdict.text() == "以前收过"
    page.take.click()
    quiet(qtbot, page.desk)
    assert len(boxes.received(page.desk.office)) == 1


def test_a_flipped_bit_is_refused_in_one_sentence(
    qtbot: QtBot, page: InboxScreen, bundle: Path, tmp_path: Path
) -> None:
    data = bytearray(bundle.read_bytes())
    data[-60] ^= 1
    bad = tmp_path / "坏.qidi"
    bad.write_bytes(data)
    page.look_at(bad)
    quiet(qtbot, page.desk)
    assert page.strip.isVisible() and "本单位的数据没有动" in page.strip.words.text()
    assert not page.card.isVisible() and ledgers.all(page.desk.office) == []


def test_a_stranger_leads_to_the_cards(qtbot: QtBot, bundle: Path, tmp_path: Path) -> None:
    third = create_office(
        tmp_path / "third",
        division="152501",
        name="第三单位",
        roles=["superior"],
        clerk="经办人丙",
        today=TODAY,
    )
    desk = Desk(third)
    page = open_page(qtbot, desk, InboxScreen)
    page.look_at(bundle)
    quiet(qtbot, desk)
    assert page.strip.isVisible() and not page.card.isVisible()
    desk.close()
    third.close()


def test_the_page_can_be_walked_by_keys_and_read_aloud(qtbot: QtBot, page: InboxScreen, bundle: Path) -> None:
    page.look_at(bundle)
    quiet(qtbot, page.desk)
    assert nameless(page) == [] and cut_buttons(page) == []
    assert unreachable([page.choose, page.take, page.leave]) == []


def test_another_record_is_accepted_only_by_a_person_who_saw_what_differs(
    qtbot: QtBot, page: InboxScreen, bundle: Path, office: Office, tmp_path: Path
) -> None:
    """Decision 16, attack 7: a fork without a line in common is never taken in unseen, and never the end of the road."""
    league = page.desk.office
    exchange.receive(league, bundle)
    ledger = ledgers.all(office)[0].id
    entries.add(office, ledger, {"name": "恢复以后加的"}, not_secret="声明人甲")
    with office.write("另起") as work:
        strange = {"stream": "0" * 32, "seq": 1, "head": "ab" * 32}
        ancestry.begin_anew(work, ledgers.line_of(work.connection, ledger), strange)
    page.look_at(Path(exchange.send(office, ledger, league.name, tmp_path, whole=True).facts["file"]))
    quiet(qtbot, page.desk)
    assert "请先打电话问清" in page.strip.words.text() and page.strip._deed.text() == "看差别…"
    page.strip._deed.click()
    quiet(qtbot, page.desk)
    dialog = page.accepting.asked
    said = " ".join(each.text() for each in dialog.findChildren(QLabel))
    assert "没有与以前相同的记录" in said and "1 行是新的" in said and "留着备查" in said
    assert nameless(dialog) == [] and cut_buttons(dialog) == [] and not dialog.primary.isEnabled()
    assert ledgers.all(league)[0].rows == 40
    dialog.read.click()
    dialog.primary.click()
    quiet(qtbot, page.desk)
    assert page.verdict.text() == "已收下" and ledgers.all(league)[0].rows == 41
    assert replay.verify(league) == []
