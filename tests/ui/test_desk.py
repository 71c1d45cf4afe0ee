"""The desk: do now, run off the screen thread, refusals, cancelling, one worker."""

from __future__ import annotations

import errno
import threading
from collections.abc import Callable

import pytest
from PySide6.QtCore import QThread
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.change import Change
from app.keeping import before_deeds
from app.ledger import entries, ledgers, recomputing
from app.listing import history, lists
from app.office import Office
from app.problem import Problem
from tests.ui.pages import quiet
from ui.desk import Desk, Job


def first_entry(desk: Desk) -> str:
    return lists.ids(desk.office, ledgers.all(desk.office)[0].id)[0]


def test_a_command_done_now_is_told_once(qtbot: QtBot, desk: Desk) -> None:
    told: list[Change] = []
    desk.changed.connect(told.append)
    entry = first_entry(desk)
    change = desk.do(entries.amend, entry, {"note": "已核对"})
    assert told == [change]
    assert lists.line(desk.office, entry).cells["note"] == "已核对"


def test_a_refused_command_goes_to_the_one_who_asked_and_writes_nothing(desk: Desk) -> None:
    heard: list[Problem] = []
    strip: list[Problem] = []
    desk.refused.connect(strip.append)
    entry = first_entry(desk)
    before = len(history.lines(desk.office))
    assert desk.do(entries.amend, entry, {"invest": "八百万元整x"}, refused=heard.append) is None
    assert heard[0].field == "invest"
    assert not strip
    assert len(history.lines(desk.office)) == before


def test_a_refusal_nobody_takes_goes_to_the_window(desk: Desk) -> None:
    strip: list[Problem] = []
    desk.refused.connect(strip.append)
    desk.do(entries.amend, first_entry(desk), {"name": ""})
    assert len(strip) == 1


def test_a_full_disk_is_a_refusal_wherever_it_shows(qtbot: QtBot, desk: Desk) -> None:
    """As on the command line: an error of the system is told, no fault of the program."""

    def full(office: Office) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(office.folder / "backups"))

    heard: list[Problem] = []
    assert desk.do(full, refused=heard.append) is None
    desk.run(full, refused=heard.append)
    qtbot.waitUntil(lambda: len(heard) == 2)
    assert {problem.code for problem in heard} == {"E_DISK_FULL"}
    assert all("请腾出空间后再试" in problem.text for problem in heard)


def test_a_fault_of_the_program_is_not_swallowed(desk: Desk) -> None:
    def broken(office: Office) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        desk.do(broken)


def test_a_long_command_runs_elsewhere_and_comes_back_here(qtbot: QtBot, desk: Desk) -> None:
    where: list[object] = []
    counts: list[tuple[int, int]] = []

    def long(office: Office, tell: Callable[[int, int], None]) -> Change:
        where.append(threading.current_thread() is threading.main_thread())
        for done in range(1, 4):
            tell(done, 3)
        return Change("好了")

    results: list[object] = []

    def done(result: object) -> None:
        results.append(result)
        where.append(QThread.currentThread() is QApplication.instance().thread())  # type: ignore[union-attr]

    desk.started.connect(lambda job: job.told.connect(lambda n, total: counts.append((n, total))))
    desk.run(long, title="数到三", done=done)
    with qtbot.waitSignal(desk.changed):
        pass
    qtbot.waitUntil(lambda: bool(results))
    assert where == [False, True]
    assert counts == [(1, 3), (2, 3), (3, 3)]
    assert not desk.busy


def test_cancelling_rolls_the_transaction_back(qtbot: QtBot, desk: Desk) -> None:
    ledger = ledgers.all(desk.office)[0]
    told = threading.Event()
    go_on = threading.Event()

    def add_many(office: Office, tell: Callable[[int, int], None]) -> Change:
        with office.write("很多") as work:
            line = ledgers.line_of(work.connection, ledger.id)
            entries.add_many(work, line, office, [entries.NewRow({"name": "不该留下的"})], {"not_secret": "甲"})
            told.set()
            go_on.wait(5)
            tell(1, 2)
        return Change("不该到这里")

    said: list[str] = []
    desk.said.connect(said.append)
    job = desk.run(add_many, title="加很多")
    assert told.wait(5)
    job.cancel()
    go_on.set()
    qtbot.waitUntil(lambda: bool(said))
    assert "已取消" in said[0]
    assert len(lists.ids(desk.office, ledger.id)) == ledger.rows


def test_the_backup_ahead_of_a_risky_deed_counts_and_can_be_cancelled(qtbot: QtBot, desk: Desk) -> None:
    """It is made before the transaction begins, on the worker; cancelled there, neither it nor the deed is done."""
    before_deeds.watch(desk.office)
    entries.amend(desk.office, first_entry(desk), {"note": "有东西可备份"})
    (desk.office.folder / "outbox" / "报表.txt").write_text("x", "utf-8")
    said: list[str] = []
    desk.said.connect(said.append)
    count = len(history.lines(desk.office))
    cancelled = desk.started.connect(Job.cancel)
    desk.run(recomputing.add_rest, ["2026-07-20"], "旗政府办通知", title="正在重算期限")
    quiet(qtbot, desk)
    desk.disconnect(cancelled)
    assert said == ["已取消：正在重算期限，什么都没有改动"] and len(history.lines(desk.office)) == count
    assert not list((desk.office.folder / "backups").glob("*.zip"))
    counts: list[tuple[int, int]] = []
    desk.started.connect(lambda job: job.told.connect(lambda done, total: counts.append((done, total))))
    desk.run(recomputing.add_rest, ["2026-07-20"], "旗政府办通知", title="正在重算期限")
    quiet(qtbot, desk)
    assert (0, 1) in counts and counts[-1] == (0, 0), "then it is not known how long the deed itself takes"
    assert len(list((desk.office.folder / "backups").glob("*.zip"))) == 1
    assert len(history.lines(desk.office)) == count + 1


def test_two_long_commands_never_run_at_once(qtbot: QtBot, desk: Desk) -> None:
    inside: list[int] = []
    most: list[int] = []

    def one(office: Office) -> int:
        inside.append(1)
        most.append(len(inside))
        inside.pop()
        return len(most)

    results: list[int] = []
    for _ in range(5):
        desk.run(one, done=results.append)
    qtbot.waitUntil(lambda: len(results) == 5)
    assert max(most) == 1
    assert results == [1, 2, 3, 4, 5]


def test_a_refusal_off_the_screen_thread_comes_to_the_one_who_asked(qtbot: QtBot, desk: Desk) -> None:
    def refuse(office: Office) -> None:
        raise Problem("E_X", "不行")

    heard: list[Problem] = []
    desk.run(refuse, refused=heard.append)
    qtbot.waitUntil(lambda: bool(heard))
    assert heard[0].code == "E_X"
