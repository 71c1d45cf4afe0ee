"""Starting: the input method trap, faces, the log of faults, progress, and the guard against a broken Qt build."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QRect, QTimer
from PySide6.QtGui import QIcon, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.office import Office
from app.problem import Problem
from app.storage.paths import ROOT
from tests.ui.conftest import TODAY, shown
from tests.ui.pages import cut_buttons, nameless
from ui import crash, icons, last_end
from ui.application import run_window
from ui.desk import Desk, Job
from ui.dialogs.diagnosis_dialog import DiagnosisDialog
from ui.dialogs.recovery_dialog import RecoveryDialog
from ui.main_window import MainWindow
from ui.widgets.buttons import allow, button
from ui.widgets.progress import ProgressDialog


def test_fcitx_is_spoken_to_as_ibus() -> None:
    code = (
        "import os; os.environ['QT_IM_MODULE']='fcitx5'\n"
        "from ui import application\n"
        "application.make_application(['x'])\n"
        "print(os.environ['QT_IM_MODULE'])"
    )
    world = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=world, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "ibus"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there is always one")
def test_without_a_desktop_it_says_so_and_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    assert run_window(tmp_path, TODAY, None, False, lambda: None) == 3
    assert "没有图形桌面" in capsys.readouterr().err


def test_a_fault_is_kept_in_the_log_and_the_log_stays_small(tmp_path: Path) -> None:
    log = tmp_path / "log" / "faults.txt"
    crash.write(log, "一")
    crash.write(log, "二")
    assert "一" in log.read_text("utf-8") and "二" in log.read_text("utf-8")
    log.write_text("x" * (crash.KEPT_LOG_BYTES + 1), "utf-8")
    crash.write(log, "三")
    assert log.stat().st_size < 1000


def raised(text: str) -> ZeroDivisionError:
    try:
        raise ZeroDivisionError(text)
    except ZeroDivisionError as error:
        return error


def test_an_uncaught_fault_is_told_in_plain_words_once(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], hooks: None
) -> None:
    """One that comes again and again is in the log and does not pile up dialogs, nor one while a dialog is there."""
    seen: list[crash.CrashDialog] = []

    def look_at(dialog: crash.CrashDialog) -> int:
        seen.append(dialog)
        sys.excepthook(ValueError, ValueError("中间又错"), None)
        return 0

    monkeypatch.setattr(crash.CrashDialog, "exec", look_at)
    watch = crash.install(tmp_path)
    for text in ("盘点一", "盘点二", "盘点三"):
        error = raised(text)
        sys.excepthook(ZeroDivisionError, error, error.__traceback__)
    assert [dialog.windowTitle() for dialog in seen] == ["程序出错"]
    log = (tmp_path / "log" / "faults.txt").read_text("utf-8")
    assert all(text in log for text in ("盘点一", "盘点二", "盘点三", "中间又错"))
    worker = threading.Thread(target=lambda: 1 // 0)
    worker.start()
    worker.join()
    assert "1 // 0" in (tmp_path / "log" / "faults.txt").read_text("utf-8") and len(seen) == 1
    crash.remove(watch)
    qtbot.addWidget(seen[0])
    assert seen[0].go_on.text() == "接着用" and nameless(seen[0]) == []


def test_a_fault_offers_the_package_and_to_go_on(qtbot: QtBot, office: Office, tmp_path: Path) -> None:
    dialog = crash.CrashDialog("ZeroDivisionError", office.folder)
    qtbot.addWidget(dialog)
    with qtbot.waitExposed(dialog):
        dialog.show()
    assert cut_buttons(dialog) == [] and nameless(dialog) == []
    dialog.diagnose()
    package = dialog.findChild(DiagnosisDialog)
    assert package is not None and package.isVisible()
    package.save(tmp_path / "诊断包.zip")
    assert (tmp_path / "诊断包.zip").is_file() and dialog.isVisible()
    dialog.go_on.click()
    assert not dialog.isVisible()


def test_a_hard_crash_leaves_its_place_in_the_log_and_the_next_start_tells(
    qtbot: QtBot, office: Office, desk: Desk
) -> None:
    """The window of a killed process; what was saved is there (decision 22)."""
    code = (
        "import sys, faulthandler\nfrom pathlib import Path\nfrom ui import crash, last_end\n"
        "crash.install(Path(sys.argv[1]))\nlast_end.begin(Path(sys.argv[1]))\nfaulthandler._sigsegv()"
    )
    world = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", code, str(office.folder)], cwd=ROOT, env=world, capture_output=True, check=False
    )
    assert done.returncode < 0
    assert "Segmentation fault" in (office.folder / "log" / "hard.txt").read_text("utf-8")
    assert last_end.begin(office.folder)
    window = shown(qtbot, desk)
    last_end.greet(window, "", True, True)
    assert "没有正常关闭" in window.strip.words.text() and "已经保存的都在" in window.strip.words.text()
    window.strip._deed.click()
    assert window.key() == "history"
    last_end.end(office.folder)
    assert not last_end.begin(office.folder)


def test_a_fault_before_the_window_stands_offers_the_ways_out(
    qtbot: QtBot, office: Office, monkeypatch: pytest.MonkeyPatch, hooks: None
) -> None:
    office.close()
    seen: list[str] = []

    def broken(*_: object) -> None:
        raise RuntimeError("窗口建不起来")

    def give_up(dialog: RecoveryDialog) -> int:
        seen.extend(made.text() for made in dialog.findChildren(QPushButton))
        return 0

    monkeypatch.setattr("ui.application.MainWindow", broken)
    monkeypatch.setattr("ui.application.make_application", lambda _argv: QApplication.instance())
    monkeypatch.setattr(RecoveryDialog, "exec", give_up)
    assert run_window(office.folder, TODAY, None, False, lambda: None) == 1
    assert {"应急打开，只看不改", "导出诊断包…", "选别的备份文件…"} <= set(seen)
    assert "窗口建不起来" in (office.folder / "log" / "faults.txt").read_text("utf-8")
    assert office.folder.joinpath("log", "running.txt").exists()  # it was no orderly end


def test_data_found_damaged_while_the_window_stands_ends_it_and_offers_the_ways_out(
    qtbot: QtBot, office: Office, monkeypatch: pytest.MonkeyPatch, hooks: None
) -> None:
    """The head of the file is whole and the tables of rows are not: the window opens and then cannot read its list."""
    office.close()
    file = office.folder / "ledger.db"
    with contextlib.closing(sqlite3.connect(file)) as link:
        (size,) = link.execute("PRAGMA page_size").fetchone()
        roots = link.execute("SELECT rootpage FROM sqlite_master WHERE name = 'item' OR tbl_name = 'item'").fetchall()
    with file.open("r+b") as stream:
        for (page,) in roots:
            stream.seek((page - 1) * size)
            stream.write(b"\xff" * size)
    seen: list[tuple[str, list[str]]] = []

    def give_up(dialog: RecoveryDialog) -> int:
        QApplication.processEvents()
        said = " ".join(made.text() for made in dialog.findChildren(QLabel))
        seen.append((said, [w.windowTitle() for w in QApplication.topLevelWidgets() if w.isVisible()]))
        return 0

    monkeypatch.setattr("ui.application.make_application", lambda _argv: QApplication.instance())
    monkeypatch.setattr(RecoveryDialog, "exec", give_up)
    monkeypatch.setattr(crash.CrashDialog, "exec", lambda _dialog: pytest.fail("no fault of the program"))
    assert run_window(office.folder, TODAY, None, False, lambda: None) == 1
    ((said, windows),) = seen
    assert "数据文件已损坏" in said and windows == []


@pytest.mark.parametrize("closing", [False, True])
def test_what_is_under_way_ends_before_the_office_does(
    qtbot: QtBot, office: Office, monkeypatch: pytest.MonkeyPatch, hooks: None, closing: bool
) -> None:
    """The data is found damaged while a job runs, or while the closing window waits for it."""
    office.close()
    told: list[str] = []
    found = threading.Event()

    def work(_office: Office) -> None:
        assert found.wait(20)
        told.append("job over")

    def begin() -> None:
        window = next(w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow) and w.isVisible())
        window.desk.run(work, title="正在读")
        QTimer.singleShot(0, find)
        if closing:
            window.close()

    def find() -> None:
        found.set()
        sys.excepthook(Problem, Problem("E_DB_DAMAGED", "数据文件已损坏"), None)

    def give_up(_dialog: RecoveryDialog) -> int:
        told.append("asked")
        return 0

    monkeypatch.setattr("ui.application.make_application", lambda _argv: QApplication.instance())
    monkeypatch.setattr(RecoveryDialog, "exec", give_up)
    QTimer.singleShot(0, begin)
    assert run_window(office.folder, TODAY, None, False, lambda: None) == 1
    assert told == ["job over", "asked"]


def test_a_problem_nobody_caught_is_told_on_the_window(
    qtbot: QtBot, office: Office, desk: Desk, monkeypatch: pytest.MonkeyPatch, hooks: None
) -> None:
    monkeypatch.setattr(crash.CrashDialog, "exec", lambda _dialog: pytest.fail("no fault of the program"))
    window = shown(qtbot, desk)
    watch = crash.install(office.folder, lambda problem: window.strip.tell(problem.text, "red"))
    sys.excepthook(Problem, Problem("E_DISK_FULL", "盘满了，请腾出地方再试"), None)
    crash.remove(watch)
    assert window.strip.isVisible() and "盘满了" in window.strip.words.text()


def test_the_progress_shows_its_count_and_cancels(qtbot: QtBot) -> None:
    host = QWidget()
    qtbot.addWidget(host)
    job = Job("正在导入", None, None)
    dialog = ProgressDialog(job, host)
    assert not dialog.isVisible()
    job.told.emit(200, 465)
    assert dialog.count.text() == "200 / 465"
    dialog.show()
    dialog.stop.click()
    assert job.cancelling and not dialog.stop.isEnabled()
    dialog.end()
    assert not dialog.isVisible()


def test_a_disabled_button_says_why(qtbot: QtBot) -> None:
    made = button("下一步", kind="primary")
    qtbot.addWidget(made)
    allow(made, "下一步", "还有 3 处错")
    assert made.text() == "下一步（还有 3 处错）" and not made.isEnabled()
    allow(made, "下一步")
    assert made.text() == "下一步" and made.isEnabled()


def test_every_icon_is_in_the_font(qtbot: QtBot) -> None:
    for name in icons.NAMES:
        image = QImage(24, 24, QImage.Format.Format_ARGB32)
        image.fill(0)
        painter = QPainter(image)
        icons.icon(name).paint(painter, QRect(0, 0, 24, 24), mode=QIcon.Mode.Normal)
        painter.end()
        assert any(image.pixelColor(x, y).alpha() for x in range(24) for y in range(24)), name


def test_painting_in_python_leaks_no_reference_to_none(qtbot: QtBot) -> None:
    """PySide6 6.12 on Python 3.11 loses one per Python paintEvent, and aborts in the end."""

    class Painted(QWidget):
        times = 0

        def paintEvent(self, event: QPaintEvent) -> None:
            self.times += 1

    widget = Painted()
    qtbot.addWidget(widget)
    with qtbot.waitExposed(widget):
        widget.show()
    before = sys.getrefcount(None)
    for _ in range(2000):
        widget.repaint()
    assert widget.times >= 2000
    assert before - sys.getrefcount(None) < 500


def test_a_refusal_without_a_field_shows_across_the_window(qtbot: QtBot, desk: Desk) -> None:
    window = shown(qtbot, desk)
    desk.refused.emit(Problem("E_X", "磁盘空间不足，请腾出空间后再试"))
    assert window.strip.isVisible() and "磁盘空间不足" in window.strip.words.text()


def test_the_window_lets_go_of_the_office(qtbot: QtBot, office: Office) -> None:
    desk = Desk(office)
    window = shown(qtbot, desk)
    window.close()
    QApplication.processEvents()
    assert not desk.busy
