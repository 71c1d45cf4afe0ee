"""上报导出 by keys: choose, write to a stick, 可以拔盘, the receipt comes back; cancelled, full, pulled out, forked."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from app.ledger import entries
from app.listing import history
from app.office import Office
from app.problem import Problem
from app.proof import replay
from app.storage import volumes
from app.storage.volumes import STICK, Volume
from sync import exchange
from sync.bundles import progress
from sync.letters import boxes
from sync.offices import answers
from tests.sync import offices
from tests.ui.conftest import TODAY, fill
from tests.ui.pages import WAIT_MS, cut_buttons, nameless, open_page, quiet
from ui.desk import Desk
from ui.screens.exchanging.boxes_side import ANSWERS
from ui.screens.sending_screen import SendingScreen

GB = 1024**3


@pytest.fixture
def league(tmp_path: Path, office: Office) -> Iterator[Office]:
    made = offices.made(
        tmp_path / "league", "示范盟发改委", "superior", "152500", clerk="经办人乙", today=TODAY
    )
    offices.introduce(office, made, tmp_path)
    yield made
    made.close()


@pytest.fixture
def plugged(monkeypatch: pytest.MonkeyPatch) -> list[Volume]:
    """What is plugged in."""
    found: list[Volume] = []
    monkeypatch.setattr(volumes, "sticks", lambda: list(found))
    return found


@pytest.fixture
def stick(tmp_path: Path, plugged: list[Volume]) -> Path:
    """A folder that poses as a stick, not plugged in yet."""
    (tmp_path / "示范盘").mkdir()
    return tmp_path / "示范盘"


@pytest.fixture
def page(qtbot: QtBot, desk: Desk, league: Office, stick: Path) -> SendingScreen:
    return open_page(qtbot, desk, SendingScreen)


def pressed(qtbot: QtBot, made: QWidget) -> None:
    """By the keyboard: the widget has the focus, then Enter."""
    made.window().activateWindow()  # offscreen nobody else does it when another window closed late
    made.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(lambda: QApplication.focusWidget() is made)
    qtbot.keyClick(made, Qt.Key.Key_Return)


def write_to(qtbot: QtBot, page: SendingScreen, folder: Path, league: Office) -> None:
    page.to.choose_office(league.id)
    page.target.take(folder)
    pressed(qtbot, page.write.deed)
    quiet(qtbot, page.desk)


def test_from_the_receiver_to_the_receipt_by_keys(
    qtbot: QtBot, page: SendingScreen, league: Office, stick: Path, plugged: list[Volume]
) -> None:
    """exchange.md, writing to a stick: a stick comes by itself, 可以拔盘 only when it was read back, then 已回执."""
    assert page.target.none.isVisible() and not page.target.ways()
    page.to.box.setFocus()
    qtbot.keyClick(page.to.box, Qt.Key.Key_Down)
    assert page.to.ref() == league.id
    plugged.append(Volume(stick, "示范盘", STICK, True, GB, GB))
    qtbot.waitUntil(lambda: bool(page.target.ways()), timeout=WAIT_MS)
    assert page.target.folder() == stick, "the only stick is the one meant"
    assert "示范盘（剩 1.0 GB）" in page.target.ways()[0].text()
    assert page.write.deed.isEnabled() and nameless(page) == []
    pressed(qtbot, page.write.deed)
    assert not page.write.deed.isEnabled() and page.write.stop.hasFocus(), "the focus goes to 取消"
    assert page.write.result.isHidden()
    quiet(qtbot, page.desk)
    assert page.write.result.text() == "可以拔盘了" and page.table.hasFocus()
    (sent,) = boxes.sent(page.desk.office)
    got = exchange.receive(league, next(stick.glob("*.qidi")))
    exchange.receive(page.desk.office, Path(str(got.facts["receipt"])))
    page.refresh()
    row = page.model.row(0)
    assert row is not None and (row.texts[1], row.texts[5]) == ("已回执", TODAY.isoformat())
    assert cut_buttons(page) == [], "and nothing of it can be deleted"
    (stick / Path(sent.file).name).unlink()
    page.table.setFocus()
    pressed(qtbot, page.sent.again)
    quiet(qtbot, page.desk)
    again = next(stick.glob("*.qidi"))
    assert again.read_bytes() == (page.desk.office.folder / sent.file).read_bytes(), (
        "再写一次 is the same bundle"
    )
    assert [one.state for one in boxes.sent(page.desk.office)] == ["receipted"], (
        "an answered one stays answered"
    )
    assert (
        "写到盘上" in {d.title for d in history.lines(page.desk.office)}
        and replay.verify(page.desk.office) == []
    )


def test_of_two_sticks_the_clerk_chooses_and_a_locked_one_cannot_be(
    qtbot: QtBot, page: SendingScreen, stick: Path, tmp_path: Path
) -> None:
    """Attack table 16: two sticks, one write-protected."""
    second, locked = (
        Volume(tmp_path / "b", "另一个盘", STICK, True, GB, GB),
        Volume(tmp_path / "c", "锁盘", STICK, False),
    )
    first = Volume(stick, "示范盘", STICK, True, GB, GB)
    page.target.show_sticks([first, locked])
    assert page.target.folder() == stick
    page.target.show_sticks([first, second, locked])
    assert page.target.folder() is None and "请选写到哪一个" in page.target.none.text()
    ways = page.target.ways()
    assert [w.isEnabled() for w in ways] == [True, True, False] and "写不进去" in ways[2].text()
    ways[1].setFocus()
    qtbot.keyClick(ways[1], Qt.Key.Key_Space)
    assert page.target.folder() == tmp_path / "b"
    page.target.show_sticks([second, locked])
    assert page.target.folder() == tmp_path / "b", "what was chosen stays chosen"
    assert QApplication.focusWidget() is page.target.ways()[0], "and keeps the focus"
    page.target.show_sticks([])
    assert page.target.folder() is None and page.target.choose.hasFocus()


PHASES = (progress.PACKING, progress.PROVING, progress.WRITING, progress.COMPARING)


@pytest.mark.parametrize("phase", PHASES)
def test_cancelled_in_any_phase_it_leaves_nothing(
    qtbot: QtBot, page: SendingScreen, league: Office, stick: Path, phase: str
) -> None:
    """No half file on the stick or here, and no row that says it was written."""
    page.to.choose_office(league.id)
    page.target.take(stick)
    reached, let_go = threading.Event(), threading.Event()

    def wait_there(now: str, _done: int, _total: int) -> None:
        if now == phase:
            reached.set()
            let_go.wait(WAIT_MS / 1000)

    page.desk.started.connect(lambda job: job.staged.connect(wait_there, Qt.ConnectionType.DirectConnection))
    pressed(qtbot, page.write.deed)
    qtbot.waitUntil(reached.is_set, timeout=WAIT_MS)
    said: list[str] = []

    def goes_on() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        said.append(box.text())
        qtbot.keyClick(box, Qt.Key.Key_Escape)

    QTimer.singleShot(0, page, goes_on)
    closed = page.window().close()
    let_go.set() if closed or not said else page.window().activateWindow()
    assert not closed and said == ["正在写上报包，还没有写完。"], "Alt+F4 asks; Esc writes on"
    qtbot.waitUntil(page.window().isActiveWindow)
    pressed(qtbot, page.write.stop)
    let_go.set()
    quiet(qtbot, page.desk)
    assert page.write.result.text() == "已取消" and page.write.deed.isEnabled() and page.write.deed.hasFocus()
    assert list(stick.iterdir()) == [] and boxes.sent(page.desk.office) == []
    assert [f for f in (page.desk.office.folder / "outbox").rglob("*") if f.is_file()] == []


def test_a_full_stick_says_how_much_is_lacking_and_the_same_is_tried_again(
    qtbot: QtBot, page: SendingScreen, league: Office, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Attack table 16: full, pulled out in mid-write; no half file, 重试 writes the very same bundle."""

    def full(_folder: Path, size: int) -> None:
        raise Problem("E_DISK_FULL", "空间不足，还差 80 MB，没有写，请腾出空间或换一个盘", lacking=size)

    with monkeypatch.context() as patched:
        patched.setattr(volumes, "refuse_no_room", full)
        write_to(qtbot, page, stick, league)
    assert page.write.result.text() == "没有写成" and "还差 80 MB" in page.write.file.text()
    assert list(stick.iterdir()) == [] and page.write.again.hasFocus()
    row = page.model.row(0)
    assert row is not None and row.texts[1] == "没写到盘上"
    shutil.rmtree(stick)
    stick.write_bytes(b"pulled out")
    pressed(qtbot, page.write.again)
    quiet(qtbot, page.desk)
    assert page.write.result.text() == "没有写成" and page.write.again.isVisible()
    stick.unlink()
    stick.mkdir()
    pressed(qtbot, page.write.again)
    quiet(qtbot, page.desk)
    assert len(list(stick.iterdir())) == 1 and [o.state for o in boxes.sent(page.desk.office)] == ["copied"]


def test_a_bundle_of_many_megabytes_visibly_moves(qtbot: QtBot, page: SendingScreen) -> None:
    write = page.write
    write.begin()
    shown = []
    for done in (0, 20, 61):
        write.stage(progress.WRITING, done << 20, 61 << 20)
        shown.append((write.bar.value(), write.now.text()))
    assert len({value for value, _ in shown}) == 3 and "写入 20.0 / 61.0 MB" in shown[1][1]
    assert [made.text()[0] for made in write.phases] == ["✓", "▸", "·"]
    write.stage(progress.COMPARING, 1 << 20, 61 << 20)
    assert "读回比对 1.0 / 61.0 MB" in write.now.text() and write.stop.isVisible()


def test_answers_lie_here_until_they_are_carried_back_and_can_be_made_any_time(
    qtbot: QtBot, page: SendingScreen, league: Office, stick: Path, tmp_path: Path
) -> None:
    """Decision 30: receipts travel with the next stick to that office, or alone, and again."""
    office = page.desk.office
    theirs = fill(league, 3)
    exchange.receive(office, Path(exchange.send(league, theirs, office.id, tmp_path / "down", aside=True).facts["file"]))
    page.refresh()
    assert page.boxes.chips.chip(ANSWERS).text() == "收到的（1 份没交还） 1"
    page.to.choose_office(league.id)
    assert page.write.along.isVisible() and page.write.along.isChecked()
    write_to(qtbot, page, stick, league)
    assert len(list(stick.glob("*.qidi-receipt"))) == 1 and "另写了 1 份回执" in page.write.file.text()
    assert not page.write.along.isVisible() and answers.given(office)[0].handed_on == TODAY.isoformat()
    exchange.receive(league, next(stick.glob("*.qidi-receipt")))
    assert boxes.sent(league)[0].state == "receipted"
    next(stick.glob("*.qidi-receipt")).unlink()
    page.boxes.turn(ANSWERS)
    page.answers.table.setFocus()
    pressed(qtbot, page.answers.one)
    quiet(qtbot, page.desk)
    assert len(list(stick.glob("*.qidi-receipt"))) == 1 and "读回来核对一致" in page.strip.words.text()
    assert replay.verify(office) == []


def test_a_fork_is_told_in_plain_words_and_led_out_of(
    qtbot: QtBot, page: SendingScreen, league: Office, stick: Path, tmp_path: Path
) -> None:
    """Decision 16: E_FORK ends by a new stream that a person begins, knowing what will come of it."""
    office = page.desk.office
    ledger = page.ledger_id()
    first = exchange.send(office, ledger, league.id, tmp_path / "a").facts["file"]
    exchange.receive(office, Path(exchange.receive(league, Path(first)).facts["receipt"]))
    database = office.folder / "ledger.db"
    page.desk.office.engine.dispose()
    kept = {f.name: f.read_bytes() for f in office.folder.glob("ledger.db*")}
    entries.add(office, ledger, {"name": "恢复以前加的"}, not_secret="声明人甲")
    exchange.receive(league, Path(exchange.send(office, ledger, league.id, tmp_path / "b").facts["file"]))
    office.engine.dispose()
    for file in office.folder.glob("ledger.db*"):
        file.unlink()
    for name, data in kept.items():
        (office.folder / name).write_bytes(data)
    assert database.is_file()
    entries.add(office, ledger, {"name": "恢复以后加的"}, not_secret="声明人甲")
    with pytest.raises(Problem) as caught:
        exchange.receive(league, Path(exchange.send(office, ledger, league.id, tmp_path / "c").facts["file"]))
    (told,) = [one for one in answers.given(league) if one.forked]
    exchange.receive(office, Path(caught.value.facts["slip"]))
    page.refresh()
    assert "恢复过旧备份" in page.sent.told.text() and page.sent.restream.isVisible()
    pressed(qtbot, page.sent.restream)
    dialog = page.boxes.asked
    assert not dialog.primary.isEnabled() and told.reasons
    dialog.read.click()
    dialog.primary.click()
    quiet(qtbot, page.desk)
    assert "请向示范盟发改委从头重报一次" in page.strip.words.text() and page.to.ref() == league.id
    page.target.take(stick)
    pressed(qtbot, page.write.deed)
    quiet(qtbot, page.desk)
    assert "另起了记录" in exchange.receive(league, next(stick.glob("*.qidi"))).said
