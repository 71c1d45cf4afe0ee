"""上报导出: check, receiver, place, phases; 可以拔盘 only after it was read back; the list of what was sent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.ledger import entries, ledgers
from app.listing import lists
from app.office import Office
from app.office import create as create_office
from sync import exchange
from sync.letters import boxes, superiors
from sync.letters.boxes import Sent
from sync.letters.slips import RETURNED, Reason, Slip
from sync.offices import enrolling
from tests.sync import offices
from tests.sync.rounds_world import play
from tests.ui.conftest import TODAY
from tests.ui.pages import cut_buttons, nameless, open_page, quiet, shut, unreachable
from ui.desk import Desk
from ui.screens.exchanging.sent_card import next_words
from ui.screens.exchanging.whole_ledger_dialog import CallersDialog, WholeLedgerDialog
from ui.screens.sending_screen import SendingScreen


@pytest.fixture
def league(tmp_path: Path) -> Iterator[Office]:
    made = offices.made(
        tmp_path / "league", "示范盟发改委", "superior", "152500", clerk="经办人乙", today=TODAY
    )
    yield made
    made.close()


@pytest.fixture
def card(league: Office, tmp_path: Path) -> Path:
    exchange.card(league, tmp_path / "盟.qidi-card")
    return tmp_path / "盟.qidi-card"


@pytest.fixture
def page(qtbot: QtBot, desk: Desk) -> SendingScreen:
    return open_page(qtbot, desk, SendingScreen)


def chosen(page: SendingScreen, card: Path, folder: Path) -> None:
    page.to.take(card)
    page.to.dialog.read.click()
    page.to.dialog.primary.click()
    folder.mkdir(exist_ok=True)
    page.target.take(folder)


def test_what_is_missing_is_said_first(qtbot: QtBot, page: SendingScreen, card: Path, tmp_path: Path) -> None:
    assert "缺" in page.verdict.text() and "未确定" in page.state.text()
    assert page.write.deed.text() == "写出上报包（还没选收件单位）" and not page.write.deed.isEnabled()
    page.to.box.setEditText("示范盟发改委")
    assert "不加密" in page.to.note.text()
    assert page.write.deed.text() == "写出上报包（还没选写到哪里）"
    page.target.take(tmp_path)
    assert page.write.deed.isEnabled()


def test_a_card_is_confirmed_by_its_digits_before_it_counts(
    page: SendingScreen, card: Path, league: Office
) -> None:
    page.to.take(card)
    assert not page.to.dialog.primary.isEnabled()
    assert len(page.to.dialog.digits.text().replace(" ", "")) == 30
    page.to.dialog.reject()
    assert page.to.ref() == ""
    page.to.take(card)
    page.to.dialog.read.click()
    page.to.dialog.primary.click()
    assert page.to.ref() == league.id and "加密，只有对方打得开" in page.to.note.text()


def test_the_bundle_is_written_read_back_and_listed(
    qtbot: QtBot, page: SendingScreen, card: Path, league: Office, tmp_path: Path
) -> None:
    chosen(page, card, tmp_path / "out")
    assert page.write.card.isVisible() and page.write.card.isChecked(), "never sent to: it cannot know us"
    page.write.deed.click()
    quiet(qtbot, page.desk)
    assert [made.text()[0] for made in page.write.phases] == ["✓", "✓", "✓"]
    assert page.write.result.text() == "写好了，读回来核对一致", "a folder is not a stick"
    written = next((tmp_path / "out").glob("*.qidi"))
    assert written.name in page.write.file.text()
    row = page.model.row(0)
    assert row is not None and row.texts[1:] == ("已写出", league.name, "", "待批项目台账（未确定）", "")
    (own,) = (tmp_path / "out").glob("*.qidi-card")
    assert own.name in page.write.file.text() and "先导入名片" in page.write.file.text()
    exchange.trust(league, own, confirmed=True)
    assert exchange.look(league, written).added == 40


def test_the_outbox_says_how_far_each_has_come(
    qtbot: QtBot, page: SendingScreen, card: Path, league: Office, tmp_path: Path
) -> None:
    """Written, copied, receipted, given back with the reason; below the list what is to be done next."""
    chosen(page, card, tmp_path / "out")
    page.write.deed.click()
    quiet(qtbot, page.desk)
    assert "等对方交回回执" in page.sent.told.text()
    assert page.write.card.isVisible() and not page.write.card.isChecked(), "it lies there already; once more only if asked"
    exchange.card(page.desk.office, tmp_path / "旗.qidi-card")
    exchange.trust(league, tmp_path / "旗.qidi-card", confirmed=True)
    got = exchange.receive(league, next((tmp_path / "out").glob("*.qidi")))
    exchange.receive(page.desk.office, Path(str(got.facts["receipt"])))
    page.refresh()
    quiet(qtbot, page.desk)
    row = page.model.row(0)
    assert row is not None and row.texts[1] == "已回执" and "对方已收下" in page.sent.told.text()
    assert not page.write.card.isVisible(), "who gave a receipt has our card"
    enrolling.renew_keys(page.desk.office, confirmed=True)
    page.refresh()
    assert page.write.card.isVisible(), "nobody has the new one yet"


def test_a_check_list_is_not_reported_but_given_back(qtbot: QtBot, tmp_path: Path) -> None:
    world = play(tmp_path)
    world.taken()
    desk = Desk(world.water)
    page = open_page(qtbot, desk, SendingScreen)
    assert page.none.isVisible() and page.which.count() == 0
    desk.close()
    world.close()


def test_what_came_back_says_why() -> None:
    why = Reason("E_GAP", "中间少了第 3 条记录")
    ids = {"bundle": "b" * 32, "issuer": "a" * 32, "to": "d" * 32, "ledger": "e" * 32, "stream": "f" * 32}
    slip = Slip(**ids, digest="c" * 64, issuer_name="盟", number=1, have=0, have_head="", on="2022-09-20",
                verdict=RETURNED, reasons=(why,))  # fmt: skip
    one = Sent("b" * 32, "台账", "盟", "2022-09-20", "包.qidi", "returned", {"slip": slip.claims()})
    assert next_words(one) == "对方没有收下，改好后再报一次：中间少了第 3 条记录。"
    forked = {"slip": replace(slip, reasons=(Reason("E_FORK", "接不上"),)).claims()}
    assert "要“另起记录”再重报" in next_words(replace(one, facts=forked, kind="ledger"))
    part = next_words(replace(one, facts=forked, kind="check"))  # attack 7: the department accepts it instead
    assert "不用另起记录" in part and "看差别" in part
    assert next_words(Sent("b", "台账", "盟", "2022-09-20", "包.qidi", "built")).startswith(
        "包做好了，但没有写到盘上"
    )
    book = Sent("b", "台账", "林草局", "2022-09-20", "outbox/请核查.xlsx", "copied", kind="check")
    assert "等对方交回核查表" in next_words(book) and "回执" in next_words(
        replace(book, file="outbox/核查.qidi")
    )


def test_to_a_mere_name_it_goes_only_after_a_word(
    qtbot: QtBot, page: SendingScreen, card: Path, league: Office, tmp_path: Path
) -> None:
    """Anybody can open such a bundle: asked once for each name, and a near office that has a card is named."""
    exchange.trust(page.desk.office, card, confirmed=True)
    page.to.refresh()
    page.to.box.setEditText("示范盟发展改革委")
    page.target.take(tmp_path)
    page.write.deed.click()
    assert page.asked.isVisible() and not boxes.sent(page.desk.office)
    assert any(league.name in made.text() for made in page.asked.findChildren(QLabel))
    page.asked.reject()
    quiet(qtbot, page.desk)
    assert not list(tmp_path.glob("*.qidi"))
    page.write.deed.click()
    page.asked.primary.click()
    quiet(qtbot, page.desk)
    assert len(list(tmp_path.glob("*未加密*.qidi"))) == 1
    entry = lists.ids(page.desk.office, page.ledger_id())[0]
    page.desk.do(entries.amend, entry, {"note": "进展已核"})
    quiet(qtbot, page.desk)
    page.write.deed.click()
    quiet(qtbot, page.desk)
    assert shut(page.asked) and len(boxes.sent(page.desk.office)) == 2


def test_a_place_that_cannot_be_written_leaves_no_half_file(
    qtbot: QtBot, page: SendingScreen, card: Path, tmp_path: Path
) -> None:
    chosen(page, card, tmp_path / "out")
    (tmp_path / "out").rmdir()
    (tmp_path / "out").write_bytes(b"")
    page.write.deed.click()
    quiet(qtbot, page.desk)
    assert page.write.result.text() == "没有写成" and page.write.file.text()
    assert not list(tmp_path.glob("*.qidi*"))[1:], "only the card is there"
    assert all(one.state != "copied" for one in boxes.sent(page.desk.office))


def test_the_ledger_goes_out_as_a_workbook(qtbot: QtBot, page: SendingScreen, tmp_path: Path) -> None:
    page.export(tmp_path / "台账.xlsx")
    quiet(qtbot, page.desk)
    assert "全部字段" in load_workbook(tmp_path / "台账.xlsx", read_only=True).sheetnames


def test_the_page_can_be_walked_by_keys_and_read_aloud(
    page: SendingScreen, card: Path, tmp_path: Path
) -> None:
    chosen(page, card, tmp_path / "out")
    assert nameless(page) == [] and cut_buttons(page) == []
    assert unreachable([page.see, page.to.box, page.target.choose, page.write.deed, page.workbook]) == []


def test_the_superior_stands_there_and_a_department_only_by_hand(
    qtbot: QtBot, desk: Desk, card: Path, league: Office, tmp_path: Path
) -> None:
    """Decision 28: a ledger goes up; to a department beside it all of it goes only after a question."""
    side = create_office(
        tmp_path / "side", division=desk.office.division, name="示范旗水利局", roles=["handler"], clerk="经办人丙",
        today=TODAY,
    )  # fmt: skip
    exchange.card(side, tmp_path / "水.qidi-card")
    exchange.trust(desk.office, tmp_path / "水.qidi-card", confirmed=True)
    page = open_page(qtbot, desk, SendingScreen)
    assert page.to.ref() == "", "a department alone is not chosen"
    exchange.trust(desk.office, card, confirmed=True)
    page.refresh()
    assert page.to.ref() == league.id
    page.to.choose_office(side.id)
    page.refresh()
    assert page.to.ref() == side.id, "chosen by hand it stays"
    (tmp_path / "out").mkdir()
    (tmp_path / "out").mkdir(exist_ok=True)
    page.target.take(tmp_path / "out")
    page.write.deed.click()
    quiet(qtbot, page.desk)
    assert boxes.sent(desk.office) == [] and isinstance(page.asked, WholeLedgerDialog)
    page.asked.primary.click()
    quiet(qtbot, page.desk)
    assert [one.to for one in boxes.sent(desk.office)] == [side.id]
    assert superiors.suggested(desk.office, page.ledger_id()) == league.id
    side.close()


def test_a_register_that_tells_who_called_is_asked_about(
    qtbot: QtBot, desk: Desk, card: Path, league: Office, tmp_path: Path
) -> None:
    """Domain B12, caller's data: it goes encrypted, to one office, when a person says so."""
    calls = str(ledgers.open_template(desk.office, "complaints").subject)
    row = {"name": "拖延", "called_on": "2022-08-01", "kind": "拖延审批", "dept": "某局", "caller": "来电人甲"}
    entries.add(desk.office, calls, row, not_secret="审核人乙")
    exchange.trust(desk.office, card, confirmed=True)
    (tmp_path / "out").mkdir()
    page = open_page(qtbot, desk, SendingScreen)
    page.which.setCurrentIndex(page.which.findData(calls))
    page.which.activated.emit(page.which.currentIndex())
    page.to.choose_office(league.id)
    page.target.take(tmp_path / "out")
    page.write.deed.click()
    quiet(qtbot, desk)
    assert boxes.sent(desk.office) == [] and isinstance(page.asked, CallersDialog)
    page.asked.primary.click()
    quiet(qtbot, desk)
    assert [one.to for one in boxes.sent(desk.office)] == [league.id]


def test_a_second_press_writes_nothing_unasked(
    qtbot: QtBot, page: SendingScreen, card: Path, tmp_path: Path
) -> None:
    chosen(page, card, tmp_path / "out")
    page.write.deed.click()
    quiet(qtbot, page.desk)
    page.write.deed.click()
    quiet(qtbot, page.desk)
    assert len(boxes.sent(page.desk.office)) == 1 and "内容没有变化" in page.strip.words.text()
    entry = lists.ids(page.desk.office, page.ledger_id())[0]
    page.desk.do(entries.amend, entry, {"note": "进展已核"})
    quiet(qtbot, page.desk)
    assert [page.model.row(0).texts[3]] == [""]  # type: ignore[union-attr]
    page.write.deed.click()
    quiet(qtbot, page.desk)
    assert len(boxes.sent(page.desk.office)) == 2
    assert [page.model.row(at).texts[3] for at in (0, 1)] == ["第 2 次", "第 1 次"]  # type: ignore[union-attr]
