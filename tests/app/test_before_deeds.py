"""Backups ahead of risky deeds: one that was made for a deed that did not happen leaves no trace."""

from __future__ import annotations

import datetime as dt

import pytest

from app.keeping import backup_notes, before_deeds, keeping_rule, snapshots
from app.ledger import entries, recomputing
from app.office import Office
from app.problem import Problem
from tests.app.conftest import project
from tests.app.test_backups import file_of


def test_a_refused_risky_deed_costs_no_earlier_backup_and_no_warning(
    bureau: Office, ledger: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping_rule, "LAST", 1)
    project(bureau, ledger, "唯一的项目", M01="在办")
    first = file_of(snapshots.make(bureau))
    entry = project(bureau, ledger, "后来的项目", M01="在办")
    failed = backup_notes.Failed(dt.datetime(2022, 9, 1, 17), "关闭时", "还没写完")
    backup_notes.change(bureau.folder, failed=failed)
    before_deeds.watch(bureau)

    def stopped(_done: int, total: int) -> None:
        if total == 0:  # after the backup, before the deed
            raise Problem("E_X", "取消")

    for tell in (stopped, lambda _done, _total: None):
        with pytest.raises(Problem), before_deeds.telling(tell), bureau.write("导入清单"):
            raise Problem("E_X", "拒绝")
        assert [one.file for one in snapshots.made(first.parent)] == [first]
        assert backup_notes.of(bureau.folder).failed == failed
    entries.amend(bureau, entry, {"note": "改一下"})
    recomputing.add_rest(bureau, ["2026-07-20"], "旗政府办通知")
    (made,) = snapshots.made(first.parent)
    assert made.why == "重算期限前" and backup_notes.of(bureau.folder).failed is None


def test_refused_deeds_of_a_batch_share_one_backup(bureau: Office, ledger: str) -> None:
    """A stick full of files that are refused reads the office's scans once, not once each."""
    project(bureau, ledger, "唯一的项目", M01="在办")
    before_deeds.watch(bureau)
    with before_deeds.once():
        for _ in range(3):
            with pytest.raises(Problem), bureau.write("收件"):
                raise Problem("E_X", "拒绝")
            assert len(snapshots.made(snapshots.folder_of(bureau.folder))) == 1


def test_a_backup_is_not_taken_away_while_another_is_made(
    bureau: Office, ledger: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the other one has just taken in belongs to no backup yet, and would go with it."""
    project(bureau, ledger, "唯一的项目", M01="在办")
    first = file_of(snapshots.make(bureau))

    def busy(_done: int, _total: int) -> None:
        monkeypatch.setattr(snapshots, "WAIT_SECONDS", 0)
        with pytest.raises(Problem) as refused:
            snapshots.take_away(first)
        assert refused.value.code == "E_BACKUP_BUSY" and first.exists()

    snapshots.make(bureau, tell=busy)
    assert first.exists()
