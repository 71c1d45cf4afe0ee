"""The second place: brought there block by block, stopped at any of them, and what is not there is never half there."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from app.keeping import backing_up, backup, backup_notes, second_place, snapshots, store
from app.office import Office
from app.problem import Problem
from app.storage import files
from tests.app.conftest import project
from tests.app.test_backups import file_of, scanned


class StopError(Exception):
    """取消."""


def stopping(at: int) -> tuple[Callable[[int, int], None], list[tuple[int, int]]]:
    """A `tell` that raises at its n-th call."""
    told: list[tuple[int, int]] = []

    def tell(done: int, total: int) -> None:
        told.append((done, total))
        if len(told) == at:
            raise StopError

    return tell, told


def test_a_backup_is_carried_by_blocks_and_stopped_at_any(tmp_path: Path) -> None:
    source, target = tmp_path / "备份.zip", tmp_path / "盘"
    source.write_bytes(os.urandom(2 * store.BLOCK + 5))
    target.mkdir()
    tell, told = stopping(3)
    with pytest.raises(StopError):
        store.carry(source, target / "备份.zip", tell)
    assert told == [(0, 3), (1, 3), (2, 3)] and not list(target.iterdir())
    store.carry(source, target / "备份.zip")
    assert (target / "备份.zip").read_bytes() == source.read_bytes()


def test_stopped_in_the_midst_of_the_second_place_the_next_time_goes_on(
    bureau: Office, ledger: str, tmp_path: Path
) -> None:
    project(bureau, ledger, "唯一的项目", M01="在办")
    made = file_of(snapshots.make(bureau))
    (tmp_path / "盘").mkdir()
    second_place.choose(bureau, tmp_path / "盘")
    room = second_place.find(bureau.folder)
    assert room is not None
    tell, _ = stopping(2)  # past the look at it, in its own file
    with pytest.raises(StopError):
        second_place.catch_up(bureau, tell)
    assert [p.name for p in room.iterdir()] == [second_place.MARK] and second_place.behind(bureau.folder)
    assert second_place.catch_up(bureau) == "" and (room / made.name).is_file()


def test_only_a_backup_whose_data_is_damaged_stays_here(bureau: Office, ledger: str, tmp_path: Path) -> None:
    """Whatever the words: one that lacks a scan is brought all the same."""
    shas = scanned(bureau, ledger, tmp_path)
    first = file_of(snapshots.make(bureau))
    project(bureau, ledger, "后来的", M01="在办")
    second = file_of(snapshots.make(bureau))
    backup_notes.change(bureau.folder, bad={first.name: "文件不完整"}, lost={second.name: shas[:1]})
    (tmp_path / "盘").mkdir()
    second_place.choose(bureau, tmp_path / "盘")
    assert second_place.catch_up(bureau) == ""
    assert [p.name for p in second_place.backups(bureau.folder)] == [second.name]


@pytest.mark.parametrize("where", [".", "backups"])
def test_the_second_place_is_not_inside_the_office(bureau: Office, where: str) -> None:
    with pytest.raises(Problem) as refused:
        second_place.choose(bureau, bureau.folder / where)
    assert refused.value.code == "E_OWN_FOLDER"


@pytest.mark.parametrize("moment", ["??/*.part", "??/*"])
def test_a_place_pulled_out_in_the_midst_is_said_and_caught_up_later(
    bureau: Office, ledger: str, tmp_path: Path, moment: str
) -> None:
    """The stick goes while its scans are written: the backup here is good, there is no half one, the next time brings all."""
    shas = scanned(bureau, ledger, tmp_path)
    stick, away = tmp_path / "盘", tmp_path / "拔了"
    stick.mkdir()
    second_place.choose(bureau, stick)
    room = second_place.find(bureau.folder)
    assert room is not None

    def pull(_done: int, total: int) -> None:
        if stick.exists() and [p for p in store.of(room).glob(moment) if "part" in moment or not p.suffix]:
            stick.rename(away)

    change = backing_up.now(bureau, tell=pull)
    assert away.exists() and "没能放到第二个地方" in change.said and snapshots.newest(bureau.folder) is not None
    assert not stick.exists(), "nothing is made in the place of the stick"
    away.rename(stick)
    assert second_place.catch_up(bureau) == "" and not list(room.rglob("*.part"))
    assert sorted(p.name for p in store.of(room).glob("??/*")) == shas
    assert snapshots.fault(second_place.backups(bureau.folder)[0]).said == ""


def test_one_file_to_carry_counts_is_stopped_anywhere_and_names_what_is_spoilt(
    bureau: Office, ledger: str, tmp_path: Path
) -> None:
    """Scans that are spoilt go in as they are: something may be seen on them; files from before 1980 too."""
    shas = scanned(bureau, ledger, tmp_path)
    old = bureau.folder / "outbox" / "报表.txt"
    old.write_text("x", "utf-8")
    os.utime(old, (0, 0))
    own = files.stored(bureau.folder, shas[0])
    own.write_bytes(b"x" * own.stat().st_size)
    out = tmp_path / "盘"
    out.mkdir()
    tell, told = stopping(10_000)
    change = backup.backup(bureau, out / "整.zip", tell)
    assert told[0][0] == 0 and told[-1][0] == told[-1][1] > 0
    assert len(change.facts["spoilt"]) == 1 and "附件“扫描" in change.said
    again = backup.restore(out / "整.zip", tmp_path / "again")
    assert again.facts["missing"] == [] and files.stored(tmp_path / "again", shas[0]).read_bytes() == own.read_bytes()
    (out / "整.zip").unlink()
    for at in (1, len(told) // 2, len(told)):
        with pytest.raises(StopError):
            backup.backup(bureau, out / "整.zip", stopping(at)[0])
        assert not list(out.iterdir())
