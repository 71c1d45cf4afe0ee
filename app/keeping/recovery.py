"""Bringing an office back in its own place: what is there is kept whole beside it."""

from __future__ import annotations

import datetime as dt
import glob
import os
import shutil
import sqlite3
import time
from pathlib import Path

from filelock import FileLock, Timeout

from app.change import Change
from app.keeping import backup, backup_notes, contents, snapshots, store
from app.keeping.store import Tell
from app.office import DATABASE
from app.problem import Problem
from app.storage import file_names, files
from models import copies

KEYS, BACKUPS, DESK = "keys", "backups", "window.ini"
DAMAGED, BEFORE = "损坏", "恢复前"


def backups(folder: Path) -> list[snapshots.Backup]:
    """The backups that lie in an office folder, newest first by the time in them; none where there is no such folder."""
    there = snapshots.made(snapshots.folder_of(folder), backup_notes.of(folder))
    return [one for one in there if one.file.suffix == ".zip"]


def recover(folder: Path, file: Path, *, named: str = DAMAGED, tell: Tell | None = None) -> Change:
    """Put the backup `file` in the place of the office in `folder`, which is kept whole beside it, `named` so.

    Scans that the backup lacks are taken from the folder itself. The private
    keys, which no backup holds (decision 33), and the backups go over into the new folder.
    Raises Problem E_OFFICE_BUSY and those of `backup.restore`; then `folder` is as it was.
    """
    stem, stamp = file_names.fitted(folder.name), f"{dt.datetime.now():%Y%m%d-%H%M%S}"
    fresh, aside = folder.with_name(f"{_coming(folder)}{stamp}"), folder.with_name(f"{stem}-{named}-{stamp}")
    _refuse_held(folder)
    _clear(folder)
    _refuse_other(folder, file)
    since = _since(folder, file)
    done = backup.restore(file, fresh, beside=[folder], tell=tell)
    try:
        _take_over(folder, fresh)
        _settle(fresh)
        folder.rename(aside)
        try:
            fresh.rename(folder)
        except OSError:
            aside.rename(folder)
            raise
    except OSError as error:
        shutil.rmtree(fresh, ignore_errors=True)
        raise files.refusal(folder, error) from error
    _note_aside(folder, aside.name)
    return Change(
        f"已用备份 {file.name} 恢复；原来的数据整夹留在“{aside.name}”里，{since}{_lost(done)}",
        facts={**done.facts, "folder": str(folder), "aside": str(aside)},
    )


def finish(folder: Path) -> bool:
    """Put a restored office in its place where the program was killed between the last two steps; whether it was so.

    The one before had been moved aside by then, with the same stamp, which tells that all of the new one was there; of one
    killed earlier the office stayed, and is somewhere else now.
    """
    if os.path.lexists(folder):
        return False
    for fresh in sorted(folder.parent.glob(f"{glob.escape(_coming(folder))}*"), reverse=True):
        stamp = fresh.name.removeprefix(_coming(folder))
        names = (f"{file_names.fitted(folder.name)}-{word}-{stamp}" for word in (DAMAGED, BEFORE))
        before = [name for name in names if folder.with_name(name).is_dir()]
        if before and (fresh / DATABASE).is_file():
            fresh.rename(folder)
            _note_aside(folder, *before)
            return True
    return False


def _note_aside(folder: Path, *names: str) -> None:
    backup_notes.change(folder, aside=[*backup_notes.of(folder).aside, *names])


def _coming(folder: Path) -> str:
    """Begins the name of the folder that is to take the place of this one, hidden until it does."""
    return f".{file_names.fitted(folder.name)}-恢复-"


def _clear(folder: Path) -> None:
    """Take away what killed restores left half-made, an hour ago or more."""
    for start in (_coming(folder), f".{_coming(folder)}"):
        for left in folder.parent.glob(f"{glob.escape(start)}*"):
            if left.is_dir() and left.stat().st_mtime < time.time() - files.STALE:
                shutil.rmtree(left, ignore_errors=True)


def aside(folder: Path) -> list[Path]:
    """The folders beside the office's that it was put back from, as far as they are still there; the newest last."""
    return [there for name in backup_notes.of(folder).aside if (there := folder.with_name(name)).is_dir()]


def _since(folder: Path, file: Path) -> str:
    """What was done after the backup and is not in it."""
    try:
        lines = copies.since(folder / DATABASE, contents.inside(file).about.told.heads)
    except sqlite3.Error:
        return "备份以后做的要重做"
    steps = sum(count for *_, count in lines)
    return f"备份以后做的 {steps:,} 步要重做" if steps else "备份以后没有做过什么，不用重做"


def _lost(done: Change) -> str:
    missing = done.facts["missing"]
    return f"；有 {len(missing):,} 个附件找不到了" if missing else ""


def _take_over(folder: Path, fresh: Path) -> None:
    for part in (KEYS, BACKUPS):
        if (folder / part).is_dir():
            shutil.copytree(folder / part, fresh / part, dirs_exist_ok=True, copy_function=_again)
    if (folder / DESK).is_file():
        shutil.copyfile(folder / DESK, fresh / DESK)


def _settle(fresh: Path) -> None:
    """Have what was written in the new folder on the disk before it takes a place; second names were there before."""
    with files.syncing() as sync:
        for path in fresh.rglob("*"):
            if path.is_dir() or (path.stat().st_nlink == 1 and os.access(path, os.W_OK)):
                sync(path)


def _again(source: str, target: str) -> object:
    """The scans of backups get a second name, for they may fill gigabytes; the rest is copied."""
    stored = store.NAME in Path(source).parts
    return target if stored and store.link(Path(source), Path(target)) else shutil.copy2(source, target)


def _refuse_other(folder: Path, file: Path) -> None:
    """A backup of another office never takes the place of this one; of a database that cannot be read, the newest
    backup beside it tells whose it is.
    """
    try:
        own = copies.office_of(folder / DATABASE)
    except sqlite3.Error:
        told = (one.about.told.office for one in snapshots.made(folder / BACKUPS) if one.about is not None)
        own = next(told, "")
    if own and own != contents.inside(file).about.told.office:
        raise Problem("E_BACKUP", f"“{file.name}”是另一个单位的备份，不能放在这里，没有恢复；请另选一份", file=str(file))


def _refuse_held(folder: Path) -> None:
    if not folder.is_dir():
        return
    try:
        FileLock(str(folder / ".lock")).acquire(timeout=0).lock.release()
    except Timeout as error:
        said = "这个单位的数据正被另一个程序窗口使用，请先关闭它再恢复"
        raise Problem("E_OFFICE_BUSY", said, folder=str(folder)) from error
