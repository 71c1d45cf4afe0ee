"""Backups made by themselves: scans once, verified, kept by rule, in a second place too, ahead of risky deeds (decision 33)."""

from __future__ import annotations

import datetime as dt
import os
import signal
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from app import office
from app.keeping import (
    backing_up,
    backup,
    backup_notes,
    before_deeds,
    contents,
    keeping_rule,
    recovery,
    second_place,
    snapshots,
    store,
)
from app.ledger import attachments, entries, ledgers, recomputing
from app.office import Office
from app.problem import Problem
from app.proof import replay
from app.removal import purging, sweeping
from app.signing import signoff
from app.storage import files
from app.storage.paths import ROOT
from app.storage.volumes import Mount
from tests.app.conftest import DAY, project, sealed

SCANS = 3
KILLED = """
import os, signal, sys
from pathlib import Path
from app import office
from app.keeping import snapshots
opened = office.open_folder(Path(sys.argv[1]))
def hook(name, args):
    late = name == "os.rename" and str(args[1]).endswith(".zip")
    early = name == "sqlite3.connect" and ".db" in str(args[0]) and "backups" in str(args[0])
    if {"os.rename": late, "sqlite3.connect": early}[sys.argv[2]]:
        os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(hook)
snapshots.make(opened)
"""
"""Dies at the renaming of the backup, or when the copy of the database is opened."""


def scanned(bureau: Office, ledger: str, folder: Path) -> list[str]:
    """A row with some scans; their digests."""
    entry = project(bureau, ledger, "有扫描件的项目", M01="在办")
    for at in range(SCANS):
        file = folder / f"扫描{at}.png"
        Image.effect_noise((60, 60), 90 + at).save(file)
        attachments.attach(bureau, entry, file)
    return sorted(p.name for p in (bureau.folder / "files").glob("??/*"))


def file_of(change: object) -> Path:
    return Path(str(change.facts["file"]))  # type: ignore[attr-defined]


def test_scans_are_kept_once_and_a_backup_says_what_is_in_it(bureau: Office, ledger: str, tmp_path: Path) -> None:
    """Two backups share the scans, which cost no room; each opens, is checked and brings the whole office back."""
    shas = scanned(bureau, ledger, tmp_path)
    (tmp_path / "外面的").write_text("not of the office", "utf-8")
    (bureau.folder / "inbox" / "链接").symlink_to(tmp_path / "外面的")
    first = file_of(snapshots.make(bureau))
    backup.backup(bureau, tmp_path / "整.zip")
    with zipfile.ZipFile(tmp_path / "整.zip") as archive:
        assert "inbox/链接" not in archive.namelist()
    project(bureau, ledger, "后来的项目", M01="在办")
    assert snapshots.due(bureau)
    second = file_of(snapshots.make(bureau, "导入前"))
    assert not snapshots.due(bureau) and first != second
    kept = store.of(first.parent)
    assert sorted(p.name for p in kept.glob("??/*")) == shas
    assert all(store.stored(kept, sha).stat().st_nlink == 2 for sha in shas)
    assert first.stat().st_size < 400_000
    last, before = snapshots.made(first.parent)
    assert (last.why, before.why) == ("导入前", "手动") and last.about is not None
    assert last.about.told.ledgers[0][1] == 2 and last.about.told.last[2] == "经办人甲"
    assert last.about.files == SCANS and last.size > SCANS * 2000
    change = backup.restore(second, tmp_path / "again")
    assert change.facts["missing"] == []
    again = office.open_folder(tmp_path / "again", today=DAY)
    assert ledgers.all(again)[0].rows == 2 and replay.verify(again) == []
    again.close()


def test_a_spoilt_backup_is_found_and_said(bureau: Office, ledger: str, tmp_path: Path) -> None:
    """A check reads every byte: of the database, and of the scans beside it."""
    shas = scanned(bureau, ledger, tmp_path)
    file = file_of(snapshots.make(bureau))
    assert snapshots.check(bureau, file).said == ""
    scan = store.stored(store.of(file.parent), shas[0])
    size = scan.stat().st_size
    scan.unlink()
    scan.write_bytes(b"x" * size)
    assert "1 个附件" in snapshots.check(bureau, file).said
    (one,) = snapshots.made(file.parent, backup_notes.of(bureau.folder))
    assert one.lacks == 1 and one.wrong == ""  # the rest of it is good
    snapshots.make(bureau)  # the scan is read again in turn, and taken anew from the office
    assert snapshots.check(bureau, file).said == "" and backup_notes.of(bureau.folder).lost == {}
    whole = bytearray(file.read_bytes())
    with zipfile.ZipFile(file) as archive:
        info = archive.getinfo(contents.ABOUT)
        start = info.header_offset + 30 + len(info.filename)
    whole[start : start + info.compress_size] = b"\xff" * info.compress_size  # no stream of zlib begins so
    file.write_bytes(whole)
    assert snapshots.check(bureau, file).wrong and snapshots.made(file.parent)
    with zipfile.ZipFile(file) as archive:
        info = archive.getinfo(office.DATABASE)
        start = info.header_offset + 30 + len(info.filename)
    whole[start : start + 60] = b"\xff" * 60
    file.write_bytes(whole)
    with pytest.raises(Problem) as refused:
        backup.restore(file, tmp_path / "again")
    assert refused.value.code == "E_BACKUP" and not (tmp_path / "again").exists()
    assert sweeping._holds(file, ["x"], []) is None


def test_stopped_halfway_leaves_no_backup_and_goes_on_the_next_time(
    bureau: Office, ledger: str, tmp_path: Path
) -> None:
    """A disk that knows no second names: what was copied before 取消 stays."""
    scanned(bureau, ledger, tmp_path)
    parts = [contents.Part(f"outbox/{n}", "", 9) for n in range(4)]
    for part in parts:
        (bureau.folder / part.path).write_bytes(os.urandom(9))

    class StopError(Exception):
        pass

    def stop(done: int, total: int) -> None:
        if total == len(parts) and done == 2:
            raise StopError

    with pytest.raises(StopError):
        snapshots.make(bureau, tell=stop)
    folder = bureau.folder / "backups"
    assert snapshots.made(folder) == [] and len(list(store.of(folder).glob("??/*"))) == SCANS + 2
    assert not [p for p in folder.rglob("*") if p.suffix in (".part", ".db")]


@pytest.mark.parametrize("moment", ["os.rename", "sqlite3.connect"])
def test_a_killed_backup_is_none_and_the_next_one_is_whole(
    bureau: Office, ledger: str, tmp_path: Path, moment: str
) -> None:
    """SIGKILL at the renaming, and while the database is copied: nothing that looks like a backup is left."""
    scanned(bureau, ledger, tmp_path)
    (bureau.folder / "outbox" / "报表.txt").write_text("x", "utf-8")
    bureau.close()
    done = subprocess.run([sys.executable, "-c", KILLED, str(bureau.folder), moment], cwd=ROOT, check=False)
    again = office.open_folder(bureau.folder, today=DAY)
    folder = again.folder / "backups"
    assert done.returncode == -signal.SIGKILL and snapshots.made(folder) == []
    for left in folder.glob(".*"):
        os.utime(left, (1_600_000_000,) * 2)
    file = file_of(snapshots.make(again))
    assert snapshots.fault(file).said == "" and list(folder.glob(".*")) == []
    again.close()


@pytest.mark.parametrize("bad", [False, True])
def test_the_rule_keeps_ten_then_days_then_months_and_the_last_good_one(bad: bool) -> None:
    now = dt.datetime(2022, 9, 20, 18)
    ats = [now - dt.timedelta(hours=6 * n) for n in range(4 * 400)]
    good = [(at, not bad or at == ats[-1]) for at in ats]
    gone = set(keeping_rule.surplus(good, now))
    left = [at for n, at in enumerate(ats) if n not in gone]
    assert left[:10] == ats[:10]
    days = {at.date() for at in left if (now.date() - at.date()).days < 30}
    assert len(days) == 30
    months = {(at.year, at.month) for at in left}
    assert {(2021, 10), (2022, 9)} <= months
    assert len(left) <= 10 + 30 + 12 + bad and (not bad or left[-1] == ats[-1])


def test_old_backups_go_with_the_scans_that_only_they_needed(
    bureau: Office, ledger: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shas = scanned(bureau, ledger, tmp_path)
    lonely = bureau.folder / "outbox" / "报表.txt"
    lonely.write_text("x", "utf-8")
    old = file_of(snapshots.make(bureau))
    ahead = old.with_name("以后的.zip")  # made while the clock was wrong
    with zipfile.ZipFile(old) as source, zipfile.ZipFile(ahead, "w") as archive:
        about = contents.about(old)
        assert about is not None
        archive.writestr(office.DATABASE, source.read(office.DATABASE))
        contents.pack(archive, replace(about, at=about.at.replace(year=2099)), contents.inside(old).parts)
    newest = snapshots.newest(bureau.folder)
    assert newest is not None and newest.file == old and not snapshots.due(bureau)
    ahead.unlink()
    assert len(list(store.of(old.parent).glob("??/*"))) == SCANS + 1
    lonely.unlink()
    monkeypatch.setattr(keeping_rule, "LAST", 1)
    backing_up.now(bureau, spare=[old.name])  # that is the one to be restored
    assert old.exists()
    newer = file_of(snapshots.make(bureau))
    assert not old.exists() and newer.exists()  # of one day the newest stays
    assert sorted(p.name for p in store.of(newer.parent).glob("??/*")) == shas


def test_the_second_place_is_caught_up_and_known_again_elsewhere(
    bureau: Office, ledger: str, tmp_path: Path
) -> None:
    """Another stick in the same slot is not taken for it; the one chosen is found under another name."""
    shas = scanned(bureau, ledger, tmp_path)
    stick, other = tmp_path / "甲盘", tmp_path / "乙盘"
    stick.mkdir()
    assert "同一块盘" in second_place.choose(bureau, stick).said
    first = file_of(backing_up.now(bureau))
    room = second_place.find(bureau.folder)
    assert room is not None and (room / first.name).is_file()
    assert sorted(p.name for p in store.of(room).glob("??/*")) == shas
    assert store.stored(store.of(room), shas[0]).stat().st_nlink == 1 or shas == []
    stick.rename(other)
    stick.mkdir()
    (stick / room.name).mkdir()
    project(bureau, ledger, "盘不在时做的", M01="在办")
    away = backing_up.now(bureau)
    assert "现在不在" in away.said and not list((stick / room.name).iterdir())
    mounts = [Mount("/dev/sdz1", str(other), "vfat", "rw,removable")]
    second = backup_notes.of(bureau.folder).second
    assert second is not None
    backup_notes.change(bureau.folder, second=replace(second, below=room.name))
    assert second_place.catch_up(bureau, among=mounts) == ""
    assert len(list((other / room.name).glob("*.zip"))) == 2
    assert not second_place.behind(bureau.folder) and second_place.absent(bureau.folder) == ""
    assert backup.restore(next((other / room.name).glob("*.zip")), tmp_path / "again").facts["missing"] == []


def test_a_risky_deed_is_backed_up_before_and_a_small_one_is_not(
    bureau: Office, ledger: str, tmp_path: Path
) -> None:
    before_deeds.watch(bureau)
    entry = project(bureau, ledger, "唯一的项目", M01="在办")
    entries.amend(bureau, entry, {"note": "改一下"})
    assert snapshots.made(bureau.folder / "backups") == []
    sealed(bureau, ledger, tmp_path)
    (made,) = snapshots.made(bureau.folder / "backups")
    assert made.why == "确定台账前" and made.about is not None and made.about.told.ledgers[0][1] == 1
    free: list[int] = []

    @contextmanager
    def probe(_deed: str) -> Iterator[str]:
        with closing(sqlite3.connect(bureau.folder / office.DATABASE, timeout=0)) as link:
            free.append(link.execute("BEGIN IMMEDIATE").rowcount)
        yield ""

    entries.amend(bureau, entry, {"note": "改一下"})
    with pytest.raises(Problem):
        signoff.seal(bureau, ledger)  # sealed already: what is refused leaves nothing
    with before_deeds.once():  # a batch is one step: it must not push out what was kept before
        for day in ("2026-07-20", "2026-07-21", "2026-07-22"):
            recomputing.add_rest(bureau, [day], "旗政府办通知")
            before_deeds.make(bureau, "合并前")
    assert [one.why for one in snapshots.made(bureau.folder / "backups")] == ["重算期限前", "确定台账前"]
    bureau.watched(probe)  # no transaction waits for a backup
    entries.amend(bureau, entry, {"note": "再改一下"})
    assert len(free) == 1


def test_a_backup_that_fails_does_not_stop_the_deed_and_is_said(bureau: Office, ledger: str, tmp_path: Path) -> None:
    before_deeds.watch(bureau)
    project(bureau, ledger, "唯一的项目", M01="在办")
    (bureau.folder / "backups").rmdir()
    (bureau.folder / "backups").write_text("in the way", "utf-8")
    sealed(bureau, ledger, tmp_path)
    assert "没有备份成" in office.warned(bureau)


def test_every_risky_deed_is_one_that_is_written(request: pytest.FixtureRequest) -> None:
    """The names are those that `office.write` is told."""
    root = Path(str(request.config.rootpath))
    told = "".join(f.read_text("utf-8") for room in ("app", "sync") for f in (root / room).rglob("*.py"))
    for deed in before_deeds.RISKY:
        assert f'write("{deed}")' in told or f'_receiving(office, "{deed}"' in told, deed


def test_closing_backs_up_what_was_done_within_its_time(bureau: Office, ledger: str, tmp_path: Path) -> None:
    assert not backing_up.due(bureau)  # nothing to lose yet
    scanned(bureau, ledger, tmp_path)
    assert backing_up.due(bureau)
    ticks = iter(range(0, 10_000, 40))
    with pytest.raises(Problem) as late:
        backing_up.on_close(bureau, clock=lambda: float(next(ticks)))
    assert late.value.code == "E_BACKUP_LATE"
    failed = backup_notes.of(bureau.folder).failed
    assert failed is not None and failed.why == "关闭时"
    assert backing_up.on_close(bureau).facts["file"]
    assert not backing_up.due(bureau) and backup_notes.of(bureau.folder).failed is None
    (tmp_path / "盘").mkdir()
    second_place.choose(bureau, tmp_path / "盘")
    with pytest.raises(Problem) as late:  # bringing it to a slow stick is bounded too
        backing_up.on_close(bureau, clock=lambda: float(next(ticks)), seconds=1)
    assert late.value.code == "E_BACKUP_LATE" and backup_notes.of(bureau.folder).failed is not None
    room = second_place.find(bureau.folder)
    assert room is not None
    (room / store.NAME).write_text("in the way", "utf-8")
    with pytest.raises(Problem):
        backing_up.on_close(bureau)
    failed = backup_notes.of(bureau.folder).failed
    assert failed is not None and "第二个地方" in failed.said


def test_what_is_destroyed_leaves_the_stores_too_and_a_clean_backup_stays(
    bureau: Office, ledger: str, tmp_path: Path
) -> None:
    """Decision 11: the backups of the second place are named and destroyed with their scans, once there is a clean one.

    What still lives keeps its bytes: the stores have only second names of it.
    """
    stick = tmp_path / "甲盘"
    stick.mkdir()
    second_place.choose(bureau, stick)
    scanned(bureau, ledger, tmp_path)
    backing_up.now(bureau)
    room = second_place.find(bureau.folder)
    assert room is not None
    deed = {"by": "提出人甲", "second": "复核人乙", "reason": "误入"}
    entry = entries.find(bureau, "有扫描件的项目")
    Image.effect_noise((60, 60), 50).save(tmp_path / "别行的.png")
    other = project(bureau, ledger, "别的项目", M01="在办")
    attachments.attach(bureau, other, tmp_path / "别行的.png")
    shared = files.digest_of(tmp_path / "别行的.png")
    backing_up.now(bureau)
    old = list((bureau.folder / "backups").glob("*.zip"))
    (bureau.folder / ".lock.backup").unlink(missing_ok=True)
    (bureau.folder / ".lock.backup").mkdir()  # nothing can be backed up now
    failed = purging.purge(bureau, entry, **deed, backups=True)
    assert failed.facts["unbacked"] and "新备份没有做成" in failed.said and all(file.exists() for file in old)
    assert "新备份没有做成" in Path(failed.facts["report"]).read_text("utf-8-sig")
    (bureau.folder / ".lock.backup").rmdir()
    kept = tmp_path / "恢复前的扫描件"  # the folder an office was put back from has second names of the scans
    kept.write_bytes(b"scan")
    lone = store.stored(store.of(bureau.folder / "backups"), files.digest_of(kept))
    lone.parent.mkdir()
    os.link(kept, lone)
    change = purging.purge(bureau, entry, **deed, backups=True)
    assert len(change.facts["backups_destroyed"]) == 4 and change.facts["backups_left"] == []
    assert list(room.glob("*.zip")) == [] and list(store.of(room).glob("??/*")) == []
    (clean,) = snapshots.made(bureau.folder / "backups")
    assert not lone.exists() and kept.read_bytes() == b"scan"
    assert files.digest_of(files.stored(bureau.folder, shared)) == shared and change.facts["unbacked"] == ""
    assert clean.why == "误入处置后" and snapshots.fault(clean.file).said == ""
    stick.rename(tmp_path / "拔走")
    again = purging.purge(bureau, entry, **deed, backups=True)
    assert any("现在不在" in left for left in again.facts["backups_left"])


def test_an_office_is_put_back_with_the_one_before_kept(bureau: Office, ledger: str, tmp_path: Path) -> None:
    """The scans of the backups go over under second names; the sound office is not called damaged."""
    shas = scanned(bureau, ledger, tmp_path)
    file = file_of(snapshots.make(bureau))
    bureau.close()
    change = recovery.recover(bureau.folder, file, named=recovery.BEFORE)
    assert "恢复前" in str(change.facts["aside"]) and change.facts["missing"] == []
    again = office.open_folder(bureau.folder, today=DAY)
    assert replay.verify(again) == []
    assert sorted(p.name for p in store.of(again.folder / "backups").glob("??/*")) == shas
    deed = {"by": "提出人甲", "second": "复核人乙", "reason": "误入"}
    left = purging.purge(again, entries.find(again, "有扫描件的项目"), **deed).facts["backups_left"]
    assert any("恢复前" in each for each in left)  # decision 11: the folder of before holds it, too
    again.close()


def test_the_copy_made_before_a_new_schema_comes_back_with_the_scans(
    bureau: Office, ledger: str, tmp_path: Path
) -> None:
    shas = scanned(bureau, ledger, tmp_path)
    bureau.close()
    copy = bureau.folder / "backups" / "upgrade-from-0005.db"
    copy.write_bytes((bureau.folder / office.DATABASE).read_bytes())
    (seen,) = snapshots.made(copy.parent)
    assert seen.why == "升级前" and seen.whole and snapshots.fault(copy).said == ""
    recovery.recover(bureau.folder, copy, named=recovery.BEFORE)
    again = office.open_folder(bureau.folder, today=DAY)
    assert sorted(p.name for p in (again.folder / "files").glob("??/*")) == shas and replay.verify(again) == []
    again.close()
