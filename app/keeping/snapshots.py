"""Backups made by themselves: the database in a small file, the scans once in a store beside it, verified, kept by rule."""

from __future__ import annotations

import datetime as dt
import os
import tempfile
import time
import zipfile
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy import select

from app.change import Change
from app.keeping import backup_notes, belonging, contents, keeping_rule, spoilt, store
from app.keeping.contents import About, Part
from app.keeping.store import Tell
from app.office import DATABASE, Office, heads_of
from app.problem import Problem
from app.storage import file_names, files
from models import copies, database
from models.schema import entry as entry_table

LATE = "E_BACKUP_LATE"
BY_HAND, ON_CLOSE, BEFORE_RESTORE = "手动", "关闭时", "恢复前"
WAIT_SECONDS = 5  # for another window that is at it
_LOCK = ".lock.backup"
_PACKED = 1


@dataclass(frozen=True)
class Fault:
    """What reading a backup again found: `wrong` with its data, '' for nothing, and the digests of files it lacks."""

    wrong: str = ""
    lost: tuple[str, ...] = ()

    @property
    def said(self) -> str:
        return self.wrong or (f"有 {len(self.lost):,} 个附件缺少、损坏或读不出来" if self.lost else "")


@dataclass(frozen=True)
class Backup:
    """One backup that lies in a folder. `size` in bytes with its scans; `wrong` is '' for one whose data is good.

    `about` is None where the file does not tell of itself; `whole`: it needs no store beside it. `lacks`: how many files
    are known to be spoilt or gone; the rest of it is good.
    """

    file: Path
    at: dt.datetime
    why: str
    size: int
    about: About | None
    wrong: str = ""
    checked: dt.datetime | None = None
    lacks: int = 0

    @property
    def whole(self) -> bool:
        return self.about is None


def folder_of(office: Path) -> Path:
    """Where the backups of an office folder lie."""
    return office / backup_notes.FOLDER


def make(
    office: Office,
    why: str = BY_HAND,
    tell: Tell | None = None,
    *,
    spare: Collection[str] = (),
    elsewhere: Sequence[Path] = (),
    stays: bool = True,
) -> Change:
    """Write a backup into the office's folder `backups` and drop what the rule lets go. Private keys stay out (decision 33).

    The database is copied whole, opened again and checked; new scans are compared with their digests, and of the old
    ones some are read again in turn. A scan that is spoilt is put back from another backup where one has it; else the
    backup is made without it and its row and name are told, in the fact `spoilt` too. `tell(done, total)` counts files
    and may raise to stop: no half backup is left. The backups of the names in `spare` stay, whatever the rule says.
    One that may be taken away again (not `stays`) lets none go before `settle` is called.
    Raises Problem E_BACKUP, E_BACKUP_BUSY, E_DISK_FULL, E_CANNOT_WRITE, E_IO.
    """
    folder = folder_of(office.folder)
    try:
        folder.mkdir(exist_ok=True)
        with _alone(office.folder):
            _clear(folder)
            kept, others = store.of(folder), [store.of(room) for room in elsewhere]
            unread = spoilt.read_again(office.folder, kept, others, partial(_naming, folder), tell)
            try:
                target, lost = _write(office, folder, why, others, tell, unread)
            except (OSError, Problem) as error:
                if getattr(error, "code", "") != LATE:  # what was stopped keeps what it has taken in for the next time
                    with suppress(OSError):
                        sweep(folder, lambda path: path.unlink(missing_ok=True))
                raise
            spoilt.found_again(office.folder, kept, {target.name: unread.intersection(part.sha256 for part in lost)})
            if stays:
                _drop(folder, spare)
    except OSError as error:
        raise files.refusal(folder, error) from error
    digests = sorted({part.sha256 for part in lost})
    backup_notes.change(office.folder, spoilt=digests, **({"failed": None} if stays else {}))
    names = spoilt.named(office, digests)
    said = f"已备份并核对：{target.name}" + (f"；{spoilt.brief(names)}" if names else "")
    return Change(said, facts={"file": str(target), "bytes": target.stat().st_size, "spoilt": names})


def settle(office: Office) -> None:
    """The last backup stays: let go what the rule does not keep, and the note of one that failed."""
    with _alone(office.folder):
        _drop(folder_of(office.folder), ())
    backup_notes.change(office.folder, failed=None)


def take_away(file: Path) -> None:
    """Let go of a backup at once, with the scans that only it needs. Raises Problem E_BACKUP_BUSY, while another is made."""
    with _alone(file.parent.parent):
        file.unlink(missing_ok=True)
        sweep(file.parent, lambda path: path.unlink(missing_ok=True))


def made(folder: Path, notes: backup_notes.Notes | None = None) -> list[Backup]:
    """The backups that lie in `folder`, newest first; `notes` say what later checks found."""
    known = notes or backup_notes.Notes()
    found = []
    for file in (*folder.glob("*.zip"), *folder.glob("*.db")):
        if not file.name.startswith("."):  # what is still being written, or was when the program was killed
            found.append(_seen(file, known))
    return sorted(found, key=lambda one: (one.at, one.file.name), reverse=True)


def newest(office: Path) -> Backup | None:
    """The last good backup in an office folder, None for none."""
    now = dt.datetime.now()  # one of a day to come was made while the clock was wrong
    there = made(folder_of(office), backup_notes.of(office))
    return next((one for one in there if not one.wrong and one.at <= now), None)


def due(office: Office) -> bool:
    """Whether something was done since the last backup: an office in which nothing was ever done needs none."""
    heads = {stream: (int(seq), str(at)) for stream, (seq, at) in heads_of(office.engine).items()}
    if sum(seq for seq, _ in heads.values()) <= 1:
        return False
    now = dt.datetime.now()
    there = made(folder_of(office.folder))
    last = next((one for one in there if one.about is not None and one.at <= now), None)
    return last is None or last.about is None or last.about.told.heads != heads


def filled(office: Office) -> bool:
    """Whether there is anything to lose: a row in some ledger."""
    with office.read() as connection:
        return connection.execute(select(entry_table.c.id).limit(1)).first() is not None


def check(office: Office, file: Path, tell: Tell | None = None) -> Fault:
    """Read every byte of a backup again; what was found is noted."""
    notes = backup_notes.of(office.folder)
    found = fault(file, tell)
    bad = {name: said for name, said in notes.bad.items() if name != file.name}
    lost = {name: shas for name, shas in notes.lost.items() if name != file.name}
    bad |= {file.name: found.wrong} if found.wrong else {}
    lost |= {file.name: list(found.lost)} if found.lost else {}
    checked = {**notes.checked, file.name: dt.datetime.now()}
    backup_notes.change(office.folder, bad=bad, lost=lost, checked=checked)
    return found


def fault(file: Path, tell: Tell | None = None) -> Fault:
    """What is wrong with a backup: its file, its database, and every file that belongs to it.

    Raises Problem E_NO_FILE, E_IO: one that cannot be read just now is not spoilt for that.
    """
    try:
        found = contents.inside(file)
        if file.suffix == ".db":
            return Fault("" if database.sound(file) == "ok" else "数据已损坏")
        if not _same(file, found.about.digest):
            return Fault("数据已损坏")
    except (Problem, OSError, KeyError, *contents.BROKEN) as error:
        if isinstance(error, OSError) and contents.unread(error):
            raise files.unread(file, error) from error
        if isinstance(error, Problem) and error.code in ("E_IO", "E_NO_FILE"):
            raise
        return Fault("文件不完整")
    lost = {part.sha256 for part in found.about.lost}
    for done, part in enumerate(found.parts):
        if tell is not None:
            tell(done, len(found.parts))
        lost |= {each.sha256 for each in store.wrong(store.of(file.parent), [part])}
    return Fault(lost=tuple(sorted(lost)))


def _clear(folder: Path) -> None:
    """Take away what killed programs left half-written here, an hour ago or more."""
    for path in folder.glob(".*"):
        if path.suffix in (".zip", ".db") and path.stat().st_mtime < time.time() - files.STALE:
            path.unlink(missing_ok=True)


def _write(
    office: Office, folder: Path, why: str, others: Sequence[Path], tell: Tell | None, unread: Collection[str]
) -> tuple[Path, list[Part]]:
    """The backup that was written, and the files it had to do without."""
    parts, lost = belonging.taken(office, store.of(folder), others, _before(folder), tell, unread)
    away = [part for part in lost if part.sha256 not in unread]
    now = dt.datetime.now()
    target = _free(folder / f"{file_names.fitted(office.name)[:60]}-{now:%Y%m%d-%H%M%S}.zip")

    def ask() -> None:
        if tell is not None:
            tell(len(parts), len(parts))

    def fill(part: Path) -> None:
        handle, name = tempfile.mkstemp(prefix=f".{part.stem}-", suffix=".db", dir=part.parent)
        os.close(handle)
        copy = Path(name)
        try:
            ask()
            database.copy_to(office.engine, copy)
            ask()
            if (wrong := database.sound(copy)) != "ok":
                raise Problem("E_DB_DAMAGED", "数据文件已损坏，没有备份；请从以前的备份恢复", detail=wrong)
            ask()
            size = sum(p.size for p in parts) + copy.stat().st_size
            about = About(now, why, copies.summary(copy), files.digest_of(copy), len(parts), size, away)
            with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, allowZip64=True, compresslevel=_PACKED) as archive:
                archive.write(copy, DATABASE)
                contents.pack(archive, about, parts)
        finally:
            copy.unlink(missing_ok=True)
        with part.open("rb+") as stream:
            os.fsync(stream.fileno())
        if not _same(part, about.digest):
            raise Problem("E_BACKUP", "备份写完后核对不上，请换个地方重试")

    files.write_whole(target, fill)
    return target, lost


def _same(file: Path, digest: str) -> bool:
    """Whether a backup opens and its database is the one that was copied, every byte; '' for one that tells no digest."""
    with zipfile.ZipFile(file) as archive:
        if not digest:
            return archive.testzip() is None
        with archive.open(DATABASE) as stream:
            return files.digest_in(stream) == digest


def _before(folder: Path) -> dict[tuple[str, int, int], str]:
    """The digests that the last backup worked out, by path, size and time of change."""
    last = next((one for one in made(folder) if one.about is not None and not one.wrong), None)
    if last is None:
        return {}
    return {(p.path, p.size, p.changed): p.sha256 for p in _wants(last) or ()}


def _naming(folder: Path, shas: Collection[str]) -> dict[str, set[str]]:
    """Those of these files that each backup in `folder` wants, by its name."""
    there = [one for one in made(folder) if one.about is not None and not one.wrong]
    wanted = {one.file.name: {p.sha256 for p in _wants(one) or ()}.intersection(shas) for one in there}
    return {name: some for name, some in wanted.items() if some}


def _wants(one: Backup) -> list[Part] | None:
    """The files that a backup wants; None where it does not say so any more."""
    try:
        return contents.inside(one.file).parts
    except Problem:
        return None


def _drop(folder: Path, spare: Collection[str]) -> None:
    """Let go what the rule does not keep, and the scans that no backup here needs any more."""
    prune(folder, backup_notes.of(folder.parent), lambda path: path.unlink(missing_ok=True), spare)


def prune(
    folder: Path, notes: backup_notes.Notes, away: Callable[[Path], object], spare: Collection[str] = ()
) -> int:
    """Let go of the backups in `folder` what the rule does not keep; how many went. Those whole in themselves stay, and
    those whose names are in `spare`.
    """
    now = dt.datetime.now()
    ours = [one for one in made(folder, notes) if one.about is not None and one.at <= now]
    surplus = keeping_rule.surplus([(one.at, not one.wrong and not one.lacks) for one in ours], now)
    gone = [at for at in surplus if ours[at].file.name not in spare]
    for at in gone:
        away(ours[at].file)
    if gone or not ours:
        sweep(folder, away)
    return len(gone)


def sweep(folder: Path, away: Callable[[Path], object]) -> int:
    """Take scans away that no backup in `folder` needs; none while one of them cannot be read."""
    wanted: set[str] = set()
    for one in made(folder):
        parts = _wants(one) if one.about is not None else None if one.wrong else []
        if parts is None:
            return 0
        lost = one.about.lost if one.about is not None else []  # may be there and good again by now
        wanted |= {part.sha256 for part in (*parts, *lost)}
    return store.drop(store.of(folder), wanted, away)


def _seen(file: Path, notes: backup_notes.Notes) -> Backup:
    seen = file.stat()
    at, size = dt.datetime.fromtimestamp(seen.st_mtime), seen.st_size
    if file.suffix == ".db":
        return Backup(file, at, "升级前", size, None)
    checked, wrong = notes.checked.get(file.name), notes.bad.get(file.name, "")
    try:
        about = contents.about(file)
    except Problem as problem:
        said = "这次读不出来" if problem.code == "E_IO" else "文件不完整"
        return Backup(file, at, "", size, None, said, checked)
    if about is None:
        return Backup(file, at, "", size, None, wrong, checked)
    lacks = {part.sha256 for part in about.lost}.union(notes.lost.get(file.name, ()))
    return Backup(file, about.at, about.why, about.size, about, wrong, checked, len(lacks))


def _free(target: Path) -> Path:
    """The name, or one beside it: two backups may be made in one second."""
    tries = (target.with_name(f"{target.stem}-{n}{target.suffix}") for n in range(2, 1000))
    return target if not target.exists() else next(path for path in tries if not path.exists())


@contextmanager
def _alone(office: Path) -> Iterator[None]:
    """Nobody else writes backups of this office meanwhile. Raises Problem E_BACKUP_BUSY."""
    lock = FileLock(str(office / _LOCK))
    try:
        lock.acquire(timeout=WAIT_SECONDS)
    except Timeout as error:
        raise Problem("E_BACKUP_BUSY", "另一个窗口正在备份，请稍后再试") from error
    try:
        yield
    finally:
        lock.release()
