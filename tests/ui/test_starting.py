"""Which office the window opens, and what is offered where it cannot be opened."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from app import office as offices
from app.keeping import backup
from app.ledger import ledgers
from app.office import Office
from app.problem import Problem
from app.samples import sample
from app.storage import paths
from tests.ui.conftest import TODAY, reopened, shown
from tests.ui.pages import cut_buttons, nameless, quiet, unreachable
from ui import emergency, starting
from ui.desk import Desk
from ui.dialogs.recovery_dialog import RecoveryDialog
from ui.screens.first_run_screen import FirstRunScreen

DAMAGED = Problem("E_DB_DAMAGED", "数据文件已损坏，请从备份恢复；原文件没有动")


@pytest.fixture
def spoilt(office: Office) -> Path:
    """A damaged office with one backup of 40 rows."""
    backup.backup(office)
    office.close()
    (office.folder / offices.DATABASE).write_bytes(b"not a database" * 400)
    return office.folder


@pytest.fixture
def asked() -> list[str]:
    return []


def opened(folder: Path | None, asked: list[str]) -> Office | None:
    return starting.office(folder, TODAY, None, False, lambda: asked.append("asked"))


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What the boxes said; each is answered by its only button."""
    said: list[str] = []
    for name in ("warning", "information"):
        monkeypatch.setattr(QMessageBox, name, lambda _parent, _title, text: said.append(text))
    yield said


def test_the_office_opened_last_is_opened_unasked(office: Office, asked: list[str]) -> None:
    office.close()
    first = opened(office.folder, asked)
    assert first is not None and paths.office_folder() == office.folder
    first.close()
    again = opened(None, asked)
    assert again is not None and again.folder == office.folder and asked == []
    again.close()
    name = office.folder.name  # killed while restoring, between the two renames
    office.folder.rename(office.folder.with_name(f".{name}-恢复-20220922-101112"))
    office.folder.with_name(f"{name}-恢复前-20220922-101112").mkdir()
    back = opened(None, asked)
    assert back is not None and back.folder == office.folder and asked == []
    back.close()


def test_a_damaged_office_offers_its_backups_and_opens_the_one_restored(
    spoilt: Path, asked: list[str], answers: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def use(dialog: RecoveryDialog) -> int:
        seen.append(dialog.primary.text())
        dialog.primary.click()
        return dialog.result()

    monkeypatch.setattr(RecoveryDialog, "exec", use)
    found = opened(spoilt, asked)
    assert seen == ["从备份恢复"] and asked
    assert found is not None and ledgers.all(found)[0].rows == 40
    assert "整夹留在" in answers[0]
    found.close()


def test_a_lost_database_is_brought_back_too(
    spoilt: Path, asked: list[str], answers: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (spoilt / offices.DATABASE).unlink()
    monkeypatch.setattr(RecoveryDialog, "exec", lambda dialog: dialog.primary.click() or dialog.result())
    found = opened(spoilt, asked)
    assert found is not None and ledgers.all(found)[0].rows == 40
    found.close()


def test_without_restoring_nothing_is_changed(
    spoilt: Path, asked: list[str], answers: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(RecoveryDialog, "exec", lambda dialog: QDialog.DialogCode.Rejected)
    assert opened(spoilt, asked) is None
    assert (spoilt / offices.DATABASE).read_bytes().startswith(b"not a database")
    assert answers == []


def test_what_no_backup_mends_is_only_said(
    office: Office, asked: list[str], answers: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(RecoveryDialog, "exec", lambda dialog: pytest.fail("nothing to restore"))
    assert not starting.mended(office.folder, Problem("E_ON_STICK", "单位数据在 U 盘上"))
    assert answers == ["单位数据在 U 盘上"]


@pytest.mark.parametrize("newer", [False, True])
def test_what_is_readable_is_opened_for_reading_only_and_exported(
    qtbot: QtBot, office: Office, asked: list[str], answers: list[str], monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path, newer: bool,
) -> None:  # fmt: skip
    """exchange.md, attack 14; data of a newer program is shown where its tables are known."""
    office.close()
    file = office.folder / offices.DATABASE
    if newer:
        with sqlite3.connect(file) as link:
            link.execute("UPDATE alembic_version SET version_num = '9999'")
            link.execute("ALTER TABLE entry ADD COLUMN later TEXT")
        link.close()
    else:
        file.write_bytes(bytes(100) + file.read_bytes()[100:])
    before = file.read_bytes()

    def look(dialog: RecoveryDialog) -> int:
        assert dialog.list.isVisibleTo(dialog) is not newer
        next(b for b in dialog.findChildren(QPushButton) if b.text() == "应急打开，只看不改").click()
        return dialog.result()

    monkeypatch.setattr(RecoveryDialog, "exec", look)
    found = opened(office.folder, asked)
    assert found is not None and found.readonly and ledgers.all(found)[0].rows == 40
    assert file.read_bytes() == before and paths.office_folder() != found.folder
    window = shown(qtbot, Desk(found))
    emergency.dress(window)
    bar = window.findChild(emergency.EmergencyBar)
    assert bar is not None and "读出 40 行" in bar.words.text() and window.status.backup.isHidden()
    bar.hide()
    window.show_page("history")
    assert bar.isVisible() and nameless(bar) == []
    bar.export_to(tmp_path / "导出")
    quiet(qtbot, window.desk)
    assert {f.suffix for f in (tmp_path / "导出").iterdir()} == {".xlsx", ".txt"}
    told = (tmp_path / "导出" / "抢救报告.txt").read_text("utf-8-sig")
    assert "later" in told if newer else "文件头坏了" in told
    window.desk.close()
    open_then: list[str] = []
    nest = found.folder.parent

    def hook(name: str, args: tuple[object, ...]) -> None:
        if name == "shutil.rmtree" and str(args[0]) == str(nest):
            open_then.extend(str(fd.resolve()) for fd in Path("/proc/self/fd").iterdir())

    sys.addaudithook(hook)
    found.close()
    assert not nest.exists() and open_then
    assert not [name for name in open_then if offices.DATABASE in name and name.startswith(str(nest.resolve()))]


def test_an_office_that_cannot_be_written_says_so_across_the_window(qtbot: QtBot, office: Office) -> None:
    looked = reopened(office)
    window = shown(qtbot, Desk(looked))
    emergency.dress(window)
    assert window.strip.isVisible() and "不能写入" in window.strip.words.text()
    looked.close()


def test_the_sample_is_gone_on_with_on_its_own_day(office: Office, asked: list[str], own_home: Path) -> None:
    """`make.py run` once more: yesterday's work in the sample is there, and not four years late."""
    office.close()
    moved = office.folder.rename(office.folder.with_name("样例-2"))
    paths.remember_office(moved)
    again = starting.office(None, None, None, True, lambda: asked.append("asked"))
    assert again is not None and again.folder == moved.resolve() and asked == []
    assert again.today() == sample.TODAY
    again.close()
    paths.remember_office(moved.rename(moved.with_name("真单位")))
    assert paths.sample_office() is None
    first = paths.shelf() / paths.SAMPLE
    first.mkdir(parents=True)
    assert paths.sample_office() == first, "another office was opened meanwhile"


def test_where_there_is_no_office_the_first_run_begins(
    tmp_path: Path, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FirstRunScreen, "exec", lambda dialog: QDialog.DialogCode.Rejected)
    assert opened(tmp_path / "nothing", asked) is None and asked


def test_the_dialog_lists_the_newest_first_and_takes_one_from_elsewhere(
    qtbot: QtBot, spoilt: Path, tmp_path: Path
) -> None:
    dialog = RecoveryDialog(spoilt, DAMAGED)
    qtbot.addWidget(dialog)
    with qtbot.waitExposed(dialog):
        dialog.show()
    assert "40 行" in dialog.list.item(0).text()
    assert dialog.list.count() == 1 and dialog.chosen() == next((spoilt / "backups").glob("*.zip"))
    (tmp_path / "假.zip").write_bytes(b"no")
    dialog.take(tmp_path / "假.zip")
    assert dialog.chosen() == tmp_path / "假.zip"
    dialog.restore()
    assert dialog.isVisible() and "不是完整的备份文件" in dialog._fault.text()
    assert nameless(dialog) == [] and cut_buttons(dialog) == []
    assert unreachable([dialog.list, dialog.primary]) == []
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible() and dialog.said == ""


def test_without_a_backup_the_deed_says_what_it_waits_for(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    dialog = RecoveryDialog(tmp_path / "empty", DAMAGED)
    qtbot.addWidget(dialog)
    assert dialog.primary.text() == "从备份恢复（先选备份文件）" and not dialog.primary.isEnabled()


def test_a_new_office_goes_where_the_command_line_looks(qtbot: QtBot, own_home: Path) -> None:
    page = FirstRunScreen(None, TODAY)
    qtbot.addWidget(page)
    qtbot.keyClicks(page.tree.box, "zxbq")
    page.clerk.set_text("经办人甲")
    assert page.folder.text() == str(own_home / "documents" / "起底台账" / "正镶白旗发展和改革委员会")
    page.begin()
    assert page.office is not None
    starting._held(page.office)
    assert offices.default_folder() == page.office.folder
    page.office.close()
