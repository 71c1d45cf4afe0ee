"""备份恢复: one click backs up; the list tells when, why, where and whether it is good; restoring shows first what it costs."""

from __future__ import annotations

import datetime as dt
import os
import time
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app import office as offices
from app.keeping import backup, backup_notes, keeping_rule, second_place, snapshots, store
from app.ledger import attachments, entries, ledgers, versions
from app.listing import lists
from app.listing.lists import Query
from app.office import Office
from app.signing import signoff
from app.storage import files
from tests import network
from tests.ui.conftest import TODAY, shown
from tests.ui.pages import cut_buttons, nameless, open_page, quiet, unreachable
from ui import last_end, look, starting
from ui.application import run_window
from ui.desk import Desk
from ui.dialogs.restore_dialog import RestoreDialog
from ui.leaving import Leaving
from ui.main_window import MainWindow
from ui.putting_back import put_back
from ui.screens.backup_screen import BackupScreen


@pytest.fixture
def page(qtbot: QtBot, desk: Desk) -> BackupScreen:
    return open_page(qtbot, desk, BackupScreen)


def touched(office: Office) -> None:
    """One more deed."""
    line = ledgers.all(office)[0]
    entries.amend(office, lists.ids(office, line.id, Query())[0], {"note": "备份以后改的"})


def test_one_click_makes_the_first_backup_and_says_what_it_is(
    qtbot: QtBot, page: BackupScreen, tmp_path: Path
) -> None:
    """desk.md: “还没备份过”; one click; then when, why, where and whether it is good; an old one is yellow."""
    assert page.empty.isVisible() and page.empty.title.text() == "还没备份过"
    page.now_button.click()
    quiet(qtbot, page.desk)
    assert page.table.isVisible() and page.model.rowCount() == 1 and "今天" in page.state.text()
    assert page.state.property("tone") == "green" and not page.desk.backup_old()
    row = page.model.row(0)
    assert row is not None and row.texts[1] == "手动" and row.texts[3:] == ("本机", "好的，写完时核对")
    assert page.table.hasFocus() or QApplication.focusWidget() is not None
    (tmp_path / "盘").mkdir()
    page.use_second(tmp_path / "盘")
    quiet(qtbot, page.desk)
    row = page.model.row(0)
    assert row is not None and row.texts[3] == "本机和第二个地方" and "放齐" in page.second.text()
    page.check_button.click()
    quiet(qtbot, page.desk)
    row = page.model.row(0)
    assert row is not None and "核对" in row.texts[4] and "写完" not in row.texts[4]
    assert nameless(page) == [] and cut_buttons(page) == []
    wanted = [page.table, page.restore_button, page.check_button, page.choose_button, page.forget_button, page.now_button]
    assert unreachable(list(wanted)) == []
    page.forget_button.click()
    assert second_place.find(page.desk.office.folder) is None and page.choose_button.hasFocus()
    assert not page.forget_button.isVisible()


def test_an_old_backup_is_yellow_a_spoilt_one_red_and_a_failed_one_told(
    qtbot: QtBot, page: BackupScreen
) -> None:
    office = page.desk.office
    file = office.folder / "旧.zip"
    backup.backup(office, file)
    old = office.folder / "backups" / "旧.zip"
    file.rename(old)
    os.utime(old, (time.time() - 9 * 86_400,) * 2)
    page.refresh()
    assert page.state.property("tone") == "amber" and "9 天没有备份" in page.state.text()
    assert page.desk.backup_old()
    old.write_bytes(b"no")
    page.refresh()
    assert page.state.property("tone") == "red" and not page.restore_button.isEnabled()
    assert "坏了" in page.restore_button.text()
    (office.folder / "outbox" / "报表.txt").write_text("x", "utf-8")
    (office.folder / "backups" / store.NAME).write_text("in the way", "utf-8")
    page.now_button.click()
    quiet(qtbot, page.desk)
    assert page.strip.isVisible()
    (office.folder / "backups" / store.NAME).unlink()
    failed = backup_notes.Failed(dt.datetime(2022, 9, 19, 17, 30), "关闭时", "磁盘空间不足")
    backup_notes.change(office.folder, failed=failed)
    page.refresh()
    assert page.strip.words.text() == "09-19 17:30 关闭时没有备份成：磁盘空间不足"
    page.strip._deed.click()
    quiet(qtbot, page.desk)
    assert not page.strip.isVisible() and page.state.property("tone") == "green"


def test_spoilt_scans_are_named_and_the_backup_stays_good(qtbot: QtBot, page: BackupScreen, tmp_path: Path) -> None:
    """Told on the page, in a list, and when the window stands the next time; a check says what the backup lacks."""
    office = page.desk.office
    Image.effect_noise((60, 60), 90).save(tmp_path / "批文.png")
    entry = lists.ids(office, ledgers.all(office)[0].id, Query())[0]
    sha = attachments.attach(office, entry, tmp_path / "批文.png").facts["sha256"]
    own = files.stored(office.folder, str(sha))
    own.write_bytes(b"x" * own.stat().st_size)
    page.now_button.click()
    quiet(qtbot, page.desk)
    assert "附件“批文.png”" in page.strip.words.text() and "重新附到那一行" in page.strip.words.text()
    row = page.model.row(0)
    assert row is not None and row.texts[4] == "缺 1 个附件，其余好的" and page.restore_button.isEnabled()
    page.strip._deed.click()
    dialog = page.spoilt
    assert dialog.isVisible() and dialog.model.rowCount() == 1 and nameless(dialog) == [] and cut_buttons(dialog) == []
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    page.check_button.click()
    quiet(qtbot, page.desk)
    assert "其余是好的" in page.strip.words.text()
    window = page.window()
    assert isinstance(window, MainWindow)
    last_end.greet(window, "", True, False)
    assert "1 个附件的文件坏了" in window.strip.words.text()


def test_restoring_shows_what_would_be_lost_by_day_and_person(
    qtbot: QtBot, page: BackupScreen, tmp_path: Path
) -> None:
    page.now_button.click()
    quiet(qtbot, page.desk)
    touched(page.desk.office)
    office = page.desk.office
    line = next(x for x in ledgers.all(office) if x.own)
    role = versions.route_of(line).roles[0]
    signoff.print_ledger(office, line.id, tmp_path / "签好.pdf")
    signoff.sign(office, line.id, role=role, by="领导甲", on=TODAY.isoformat(), scan=tmp_path / "签好.pdf")
    page.restore_button.click()
    quiet(qtbot, page.desk)
    dialog = page.dialog
    assert dialog.isVisible() and "4 步会没有" in dialog.lost.text()
    shown = [dialog.model.row(at) for at in range(dialog.model.rowCount())]
    assert [row.texts for row in shown if row] == [
        (what, "1 步", "经办人甲", TODAY.isoformat()) for what in ("签字", "修改", "附件", "打印")
    ], "what others have a part in comes first, and nothing is cut"
    assert shown[0] is not None and shown[0].tones[0] == "red" and "签字 1 步" in dialog.outside.text()
    assert dialog.here.isChecked() and nameless(dialog) == [] and cut_buttons(dialog) == []
    dialog.there.setChecked(True)
    dialog.into(page.desk.office.folder)
    quiet(qtbot, page.desk)
    assert dialog.isVisible() and "已有内容" in dialog._fault.text()
    dialog.into(tmp_path / "restored")
    quiet(qtbot, page.desk)
    assert "现在开着的还是原来的数据" in page.strip.words.text()
    again = offices.open_folder(tmp_path / "restored", today=TODAY)
    assert ledgers.all(again)[0].rows == 40
    again.close()


def test_a_backup_of_another_office_goes_into_another_folder_only(
    qtbot: QtBot, page: BackupScreen, tmp_path: Path
) -> None:
    other = offices.create(
        tmp_path / "other", division="152500", name="示范盟发改委", roles=["superior"], clerk="乙", today=TODAY
    )
    backup.backup(other, tmp_path / "别的.zip")
    other.close()
    page.preview(tmp_path / "别的.zip")
    quiet(qtbot, page.desk)
    assert not page.dialog.here.isEnabled() and page.dialog.there.isChecked()
    page.dialog.reject()


def test_closing_backs_up_once_and_a_failure_does_not_hold_the_clerk(qtbot: QtBot, desk: Desk) -> None:
    window = shown(qtbot, desk, page="backup")
    window.may_close = Leaving(desk).ready
    office = desk.office
    assert window.close()
    (made,) = snapshots.made(office.folder / "backups")
    assert made.why == "关闭时"
    assert not Leaving(Desk(office))._due()


def test_closing_where_no_backup_can_be_written_closes(qtbot: QtBot, desk: Desk) -> None:
    window = shown(qtbot, desk, page="backup")
    leaving = Leaving(desk)
    window.may_close = leaving.ready
    (desk.office.folder / "backups").rmdir()
    (desk.office.folder / "backups").write_text("in the way", "utf-8")
    assert window.close() and not window.isVisible()
    assert leaving.said


def test_in_place_the_window_closes_and_comes_again_with_what_was_restored(
    qtbot: QtBot, office: Office, monkeypatch: pytest.MonkeyPatch, hooks: None
) -> None:
    """The safety copy is made by the closing, and the folder of before stays beside."""
    folder = office.folder
    file = Path(str(backup.backup(office).facts["file"]))
    monkeypatch.setattr(keeping_rule, "LAST", 1)  # the one to be restored does not make room for that of the closing
    touched(office)
    office.close()
    seen: list[str] = []

    def sit(application: QApplication) -> int:
        window = next(w for w in application.topLevelWidgets() if isinstance(w, MainWindow) and w.isVisible())
        seen.append(window.strip.words.text())
        if len(seen) == 1:
            window.show_page("backup")
            page = window.screen()
            assert isinstance(page, BackupScreen)
            page.preview(file)
            quiet(qtbot, window.desk)
            page.dialog.primary.click()
        else:
            line = ledgers.all(window.desk.office)[0]
            first = lists.line(window.desk.office, lists.ids(window.desk.office, line.id, Query())[0])
            assert "note" not in first.cells
            assert next(one.why for one in snapshots.made(folder / "backups")) == "恢复前"
            window.show_page("backup")
            again = window.screen()
            assert isinstance(again, BackupScreen) and again.aside_button.isVisible()
            assert "恢复前" in again.aside.text() and "自己删掉" in again.aside.text()
            window.close()
        return 0

    monkeypatch.setattr(QApplication, "exec", sit)
    monkeypatch.setattr("ui.application.make_application", lambda _argv: QApplication.instance())
    with network.untouched():
        assert run_window(folder, TODAY, None, False, lambda: None) == 0
    assert len(seen) == 2 and "已用备份" in seen[1] and "备份以后做的 1 步要重做" in seen[1]
    assert [p.name for p in folder.parent.iterdir() if "恢复前" in p.name]


def test_what_cannot_be_put_back_is_told_and_nothing_moves(office: Office, tmp_path: Path) -> None:
    (tmp_path / "坏.zip").write_bytes(b"no")
    office.close()
    said, done = put_back(office.folder, tmp_path / "坏.zip")
    assert not done and "没有恢复" in said and starting._is_there(office.folder)


def test_page_and_dialog_fit_a_small_screen(qtbot: QtBot, page: BackupScreen) -> None:
    """1366×768 at 150 %."""
    page.now_button.click()
    quiet(qtbot, page.desk)
    touched(page.desk.office)
    page.window().resize(911, 485)
    QApplication.processEvents()
    assert page.minimumSizeHint().width() <= 911 - look.NAV_NARROW and cut_buttons(page) == []
    page.restore()
    quiet(qtbot, page.desk)
    dialog: RestoreDialog = page.dialog
    assert dialog.minimumSizeHint().height() <= 512 - look.FRAME[1] and dialog.width() <= 911
    dialog.resize(dialog.width(), 512 - look.FRAME[1])
    QApplication.processEvents()
    assert dialog.rect().contains(dialog.primary.mapTo(dialog, dialog.primary.rect().bottomRight()))
    assert cut_buttons(dialog) == []
    dialog.reject()
