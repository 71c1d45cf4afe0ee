"""Who sits at the desk: 换人, the lock, locking by itself, the question at the start, and the card 人员."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.ledger import entries, kept_drafts, ledgers, settings
from app.listing import history, lists
from app.people import clerks, locking
from app.people.clerks import MANAGER, REVIEWER
from tests.ui.conftest import cell, shown
from tests.ui.pages import cut_buttons, nameless, open_page, unreachable
from tests.ui.test_ledger_table import editor
from ui import look, seat
from ui.desk import Desk
from ui.dialogs import asking, unsaved_box
from ui.dialogs.person_dialog import PersonDialog
from ui.dialogs.pin_dialog import PinDialog
from ui.dialogs.who_dialog import LockDialog, WhoDialog
from ui.forms.drafts import Draft
from ui.forms.inputs import LineInput
from ui.idle import Idle
from ui.main_window import MainWindow
from ui.screens.ledger_screen import LedgerScreen
from ui.screens.settings_screen import SettingsScreen
from ui.widgets.cover import Cover

FIRST, SECOND, THIRD = "经办人甲", "经办人乙", "审核人丙"


@pytest.fixture
def manned(desk: Desk) -> Desk:
    """经办人甲 manages and has a PIN, 审核人丙 has one too, 经办人乙 has none."""
    clerks.add(desk.office, SECOND)
    clerks.add(desk.office, THIRD, role=REVIEWER)
    locking.set_pin(desk.office, "1234")
    locking.set_pin(replace(desk.office, clerk=THIRD), "5678")
    return desk


def asked(window: MainWindow, kind: type[WhoDialog] = LockDialog) -> WhoDialog:
    assert isinstance(window.seat.asked, kind)
    return window.seat.asked


def sits(qtbot: QtBot, dialog: WhoDialog, name: str, pin: str = "") -> None:
    """Choose a name by keys and press Enter, the PIN typed where one is asked for."""
    QApplication.processEvents()
    dialog.who.setFocus()
    while dialog.clerk().name != name:
        down = [c.name for c in dialog._among].index(name) > dialog.who.currentRow()
        qtbot.keyClick(dialog.who, Qt.Key.Key_Down if down else Qt.Key.Key_Up)
    qtbot.keyClick(dialog.who, Qt.Key.Key_Return)
    if pin:
        assert dialog.word.isVisible() and dialog.focusWidget() is dialog.word
        qtbot.keyClicks(dialog.word, pin)
        qtbot.keyClick(dialog.word, Qt.Key.Key_Return)


def test_somebody_else_sits_down_and_the_desk_is_his(qtbot: QtBot, manned: Desk) -> None:
    """Deeds, columns and the way back by Ctrl+Z belong to who sits there."""
    window = shown(qtbot, manned)
    assert window.top.clerk.text() == f"{FIRST}（管理）"
    assert [c.words for c in window.seat.choices()] == ["换人…", "锁定", "", "改口令…", "人员…"]
    page = window.screen()
    assert isinstance(page, LedgerScreen) and page.bench is not None
    entry = lists.ids(manned.office, ledgers.all(manned.office)[0].id)[0]
    manned.do(entries.amend, entry, {"place": "示范甲镇东"})
    window.seat.ask()
    dialog = asked(window, WhoDialog)
    assert nameless(dialog) == [] and cut_buttons(dialog) == [] and not dialog.word.isVisible()
    sits(qtbot, dialog, THIRD, "0000")
    assert dialog.isVisible() and "口令不对" in dialog._fault.text() and manned.office.clerk == FIRST
    qtbot.wait(1)
    qtbot.keyClicks(dialog.word, "5678")
    qtbot.keyClick(dialog.word, Qt.Key.Key_Return)
    assert manned.office.clerk == THIRD and window.top.clerk.text() == f"{THIRD}（审核）"
    now = window.screen()
    assert now is not page and isinstance(now, LedgerScreen) and now.bench is not None
    assert manned.state.value(seat.SAT) == THIRD
    manned.steps.undo()
    assert lists.line(manned.office, entry).cells["place"] == "示范甲镇东", "what another did is not taken back with a key"
    manned.do(entries.amend, entry, {"place": "示范甲镇西"})
    assert history.lines(manned.office)[0].clerk == THIRD


def test_the_lock_covers_everything_and_keeps_what_was_typed(
    qtbot: QtBot, manned: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = shown(qtbot, manned)
    page = window.screen()
    assert isinstance(page, LedgerScreen) and page.bench is not None
    bench = page.bench
    bench.arrive({"entry": lists.ids(manned.office, bench.line.id)[0], "field": "invest", "form": True})
    typed = QApplication.focusWidget()
    assert isinstance(typed, LineInput)
    qtbot.keyClicks(typed, "x")
    window.seat.lock()
    dialog = asked(window)
    (cover,) = window.findChildren(Cover)
    assert cover.isVisible() and cover.geometry() == window.rect()
    window.resize(1340, 700)
    assert cover.geometry() == window.rect()
    window.seat.lock()
    assert len(window.findChildren(Cover)) == 1, "it locks once"
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    dialog.close()
    assert dialog.isVisible(), "nothing but a right choice opens it"
    sits(qtbot, dialog, FIRST, "1234")
    assert not cover.isVisible() and window.focusWidget() is typed and typed.text_now() == "x12.34"
    window.seat.lock()
    monkeypatch.setattr(unsaved_box, "ask", lambda *_: "")
    sits(qtbot, asked(window), SECOND)
    assert manned.office.clerk == FIRST and asked(window).isVisible(), "what he typed is his: it stays locked"
    never: list[object] = []
    with monkeypatch.context() as locked:
        locked.setattr(unsaved_box, "ask", lambda *given: never.append(given))
        bench.panel.drafts.typing(lambda: Draft(bench.panel.line.id, "示范", {"invest": "x12.34"}))
        locked.setattr(window, "may_close", lambda: False)
        window.seat._leave()
    (kept,) = kept_drafts.of(manned.office, bench.line.id)
    assert (never, kept.texts, kept.clerk) == ([], {"invest": "x12.34"}, FIRST), "关闭程序 writes down, saves and asks nothing"
    monkeypatch.setattr(unsaved_box, "ask", lambda *_: unsaved_box.DROP)
    sits(qtbot, asked(window), SECOND)
    assert manned.office.clerk == SECOND


def test_what_is_being_typed_onto_a_cell_is_stored_when_it_locks(
    qtbot: QtBot, manned: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By hand or left alone; closing the program from the lock then loses nothing, and it is in the name of who typed."""
    window = shown(qtbot, manned)
    page = window.screen()
    assert isinstance(page, LedgerScreen) and page.bench is not None
    table = page.bench.table
    entry = lists.ids(manned.office, page.bench.line.id)[0]
    for typed, lock in (("abc", window.seat.lock), ("abcd", window.seat._left_alone)):
        table.setFocus()
        table.setCurrentIndex(cell(table, 0, "place"))
        qtbot.keyClicks(table, typed[0])
        qtbot.keyClicks(editor(table), typed[1:])
        lock()
        assert lists.line(manned.office, entry).cells["place"] == typed and not table.editing()
        assert history.lines(manned.office)[0].clerk == FIRST
        sits(qtbot, asked(window), FIRST, "1234")
    qtbot.keyClicks(table, "z")
    monkeypatch.setattr(window, "may_close", lambda: True)
    window.seat.lock()
    window.seat._leave()
    assert not window.isVisible() and lists.line(manned.office, entry).cells["place"] == "z"


def test_half_a_deed_in_a_dialog_waits_for_who_began_it(qtbot: QtBot, manned: Desk) -> None:
    window = shown(qtbot, manned, page="settings")
    half = PersonDialog(manned, None, window)
    half.open()
    half.inputs["name"].set_text("半个人")  # type: ignore[union-attr]
    window.seat.lock()
    assert len(window.findChildren(Cover)) == 2 and [c.name for c in asked(window)._among] == [FIRST]
    sits(qtbot, asked(window), FIRST, "1234")
    assert half.isVisible() and half.text("name") == "半个人"
    half.reject()


def test_nobody_there_for_so_many_minutes_and_no_job_under_way_locks(qtbot: QtBot, manned: Desk) -> None:
    clock = [0.0]
    window = shown(qtbot, manned, page="settings")
    idle = Idle(window, lambda: clock[0])
    idle.over.connect(window.seat._left_alone)
    window.seat.idle = idle
    clock[0] = 10_000
    idle.look()
    assert window.seat.asked is None, "off until somebody says how long"
    idle.wait(5)
    clock[0] += 299
    idle.look()
    handle = window.windowHandle()
    idle._listen(handle)
    clock[0] += 299
    qtbot.keyClick(handle, Qt.Key.Key_Shift)  # as the system hands it to the window
    clock[0] += 299
    idle.look()
    assert window.seat.asked is None, "a key is a sign of life"
    manned._jobs.append(object())  # type: ignore[arg-type]
    clock[0] += 2
    idle.look()
    assert window.seat.asked is None
    manned._jobs.clear()
    clock[0] += 5
    idle.look()
    assert asked(window).isVisible(), "the job is over: not a whole period later"
    sits(qtbot, asked(window), FIRST, "1234")
    manned.do(settings.put, settings.LOCK_MINUTES, 10)
    assert window.seat.idle._minutes == 10
    manned.do(settings.put, settings.LOCK_MINUTES, 0)
    assert window.seat.idle._minutes == 0
    idle.wait(0)


def test_the_start_asks_who_it_is_where_anybody_has_a_pin(qtbot: QtBot, desk: Desk, window: MainWindow) -> None:
    window.seat.begin()
    assert window.seat.asked is None, "without a PIN nobody is asked"
    clerks.add(desk.office, SECOND)
    assert seat.resumed(desk.office, None, SECOND).clerk == SECOND, "who sat there last"
    assert seat.resumed(desk.office, " 经办人 甲", SECOND).clerk == FIRST, "who was named"
    assert seat.resumed(desk.office, "没在名单上的人", "").clerk == "没在名单上的人", "as ever, while there are no PINs"
    locking.set_pin(desk.office, "1234")
    unknown = replace(desk.office, clerk="没在名单上的人")
    assert seat.resumed(unknown, "没在名单上的人", "").clerk == FIRST
    window.seat.begin()
    dialog = asked(window)
    assert dialog.clerk().name == FIRST and window.findChildren(Cover)
    dialog.more.click()
    assert dialog.forgot.isVisible() and "不加密数据" in dialog.forgot.text()
    assert dialog.height() <= 512 - look.FRAME[1] and cut_buttons(dialog) == [] == nameless(dialog), "a screen at 150 %"
    sits(qtbot, asked(window), SECOND)
    assert desk.office.clerk == SECOND


def test_people_are_put_on_the_list_changed_and_sent_away_in_the_settings(
    qtbot: QtBot, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = open_page(qtbot, desk, SettingsScreen, 911, 485)
    card = page.people
    assert nameless(card) == [] and cut_buttons(card) == []
    assert unreachable([card.table, card.fresh, card.change, card.part, card.pin, card.minutes]) == []
    card.fresh.click()
    dialog: PersonDialog = card.asked
    dialog.primary.click()
    assert "还缺 1 处" in dialog._fault.text()
    dialog.inputs["name"].set_text(SECOND)  # type: ignore[union-attr]
    dialog.primary.click()
    assert [c.name for c in clerks.all(desk.office)] == [FIRST, SECOND]
    card.table.choose(1)
    assert card.pin.text() == "清除口令（他没有口令）" and not card.pin.isEnabled()
    card.change.click()
    card.asked.inputs["role"].set_text(MANAGER)
    card.asked.inputs["name"].set_text("经办人丁")
    card.asked.follow()
    assert "算同一个人" in card.asked.effect.text()
    card.asked.primary.click()
    assert clerks.one(desk.office, "经办人丁").role == MANAGER and card.picked().name == "经办人丁"  # type: ignore[union-attr]
    monkeypatch.setattr(asking, "ask", lambda *_: "停用")
    card.part.click()
    assert card.part.text() == "恢复使用" and clerks.one(desk.office, "经办人丁").until
    card.part.click()
    card.minutes.set_text("15")
    card.minutes.touched.emit()
    assert settings.get(desk.office, settings.LOCK_MINUTES) == 15
    desk.state.setValue(f"{FIRST}/x/frozen", 3)
    desk.do(clerks.amend, FIRST, to="经办人己")
    assert desk.office.clerk == "经办人己" and desk.state.value("经办人己/x/frozen") == 3, "his columns go with him"
    desk.do(clerks.add, THIRD)
    desk.office = replace(desk.office, clerk=THIRD)
    card.table.choose(0)
    card.part.click()
    assert "管理" in card.fault.text() and "经办人己（管理）" in card.fault.text()


def test_a_pin_is_set_changed_and_taken_away_by_who_has_it(qtbot: QtBot, desk: Desk) -> None:
    def said(*typed: str) -> str:
        dialog = PinDialog(desk)
        qtbot.addWidget(dialog)
        fields = [dialog.now, dialog.wanted, dialog.again][0 if clerks.all(desk.office)[0].pin else 1 :]
        for field, text in zip(fields, typed, strict=True):
            field.set_text(text)
        dialog.primary.click()
        return dialog._fault.text()

    assert "两次输的不一样" in said("1234", "1235") and "4 到 12" in said("12", "12")
    assert said("1234", "1234") == "" and clerks.all(desk.office)[0].pin
    assert "口令不对" in said("9999", "5678", "5678") and "先输现在的口令" in said("", "", "")
    assert said("1234", "5678", "5678") == ""
    assert said("5678", "", "") == "" and not clerks.all(desk.office)[0].pin
