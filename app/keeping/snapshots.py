"""Backups made by themselves: the database in a small file, the scans once in a store beside it, verified, kept by rule."""

from __future__ import annotations

import datetime as dt
import os
import tempfile
import time
import zipfile
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy import select

from app.change import Change
from app.keeping import backup_notes, contents, keeping_rule, store
from app.keeping.contents import About, Part
from app.keeping.store import Tell
from app.office import DATABASE, Office, heads_of
from app.problem import Problem
from app.storage import file_names, files
from models import copies, database
from models.schema import entry as entry_table

BY_HAND, ON_CLOSE = "手动", "关闭时"
KEPT = ("files", "outbox", "inbox")
AGAIN = 64 * 1024**2
"""Bytes of older scans that each backup reads again in turn, so that all are read in time."""
_LOCK = ".lock.backup"
_PACKED = 1


@dataclass(frozen=True)
class Backup:
    """One backup that lies in a folder. `size` in bytes with its scans; `wrong` is '' for a good one.

    `about` is None where the file does not tell of itself; `whole`: it needs no store beside it.
    """

    file: Path
    at: dt.datetime
    why: str
    size: int
    about: About | None
    wrong: str = ""
    checked: dt.datetime | None = None

    @property
    def whole(self) -> bool:
        return self.about is None


def folder_of(office: Path) -> Path:
    """Where the backups of an office folder lie."""
    return office / backup_notes.FOLDER


def make(
    office: Office, why: str = BY_HAND, tell: Tell | None = None, *, spare: Collection[str] = ()
) -> Change:
    """Write a backup into the office's folder `backups` and drop what the rule lets go. Private keys stay out (decision 33).

    The database is copied whole, opened again and checked; new scans are compared with their digests, and of the old
    ones some are read again in turn. `tell(done, total)` counts files and may raise to stop: no half backup is left.
    The backups of the names in `spare` stay, whatever the rule says.
    Raises Problem E_BACKUP, E_BACKUP_BUSY, E_DISK_FULL, E_CANNOT_WRITE, E_IO.
    """
    folder = folder_of(office.folder)
    try:
        folder.mkdir(exist_ok=True)
        with _alone(office.folder):
            _clear(folder)
            target = _write(office, folder, why, tell)
            _read_again(office.folder)
            _drop(folder, spare)
    except OSError as error:
        raise files.refusal(folder, error) from error
    backup_notes.change(office.folder, failed=None)
    return Change(
        f"已备份并核对：{target.name}", facts={"file": str(target), "bytes": target.stat().st_size}
    )


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


def check(office: Office, file: Path, tell: Tell | None = None) -> str:
    """Read every byte of a backup again; '' when it is good, else what is wrong. Noted."""
    notes = backup_notes.of(office.folder)
    wrong = fault(file, tell)
    bad = {name: said for name, said in notes.bad.items() if name != file.name} | ({file.name: wrong} if wrong else {})
    backup_notes.change(office.folder, bad=bad, checked={**notes.checked, file.name: dt.datetime.now()})
    return wrong


def fault(file: Path, tell: Tell | None = None) -> str:
    """What is wrong with a backup, '' for nothing: its file, its database, and every file that belongs to it."""
    try:
        found = contents.inside(file)
        if file.suffix == ".db":
            return "" if database.sound(file) == "ok" else "数据已损坏"
        if not _same(file, found.about.digest):
            return "数据已损坏"
    except (Problem, OSError, KeyError, *contents.BROKEN):
        return "文件不完整"
    lost = 0
    for done, part in enumerate(found.parts):
        if tell is not None:
            tell(done, len(found.parts))
        lost += bool(store.wrong(store.of(file.parent), [part]))
    return f"有 {lost:,} 个附件缺少或损坏" if lost else ""


def _clear(folder: Path) -> None:
    """Take away what killed programs left half-written here, an hour ago or more."""
    for path in folder.glob(".*"):
        if path.suffix in (".zip", ".db") and path.stat().st_mtime < time.time() - files.STALE:
            path.unlink(missing_ok=True)


def _write(office: Office, folder: Path, why: str, tell: Tell | None) -> Path:
    parts = _parts(office.folder, _before(folder))
    kept = store.of(folder)
    lacking = {part.sha256 for part in store.lacking(kept, parts)}
    sources = {p.sha256: (p, office.folder / p.path) for p in parts if p.sha256 in lacking}
    own = [each for each in sources.values() if each[0].path.startswith("files/")]
    rest = [each for each in sources.values() if not each[0].path.startswith("files/")]
    store.take(kept, own, linked=True, tell=tell)  # an attachment never changes in place: a second name will do
    store.take(kept, rest, linked=False, tell=tell)
    now = dt.datetime.now()
    target = _free(folder / f"{file_names.fitted(office.name)[:60]}-{now:%Y%m%d-%H%M%S}.zip")

    def ask() -> None:
        if tell is not None:
            tell(len(sources), len(sources))

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
            about = About(now, why, copies.summary(copy), files.digest_of(copy), len(parts), size)
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
    return target


def _same(file: Path, digest: str) -> bool:
    """Whether a backup opens and its database is the one that was copied, every byte; '' for one that tells no digest."""
    with zipfile.ZipFile(file) as archive:
        if not digest:
            return archive.testzip() is None
        with archive.open(DATABASE) as stream:
            return files.digest_in(stream) == digest


def _parts(office: Path, before: dict[tuple[str, int, int], str]) -> list[Part]:
    """The files of the office that belong to it; what begins with a point is still being written, or comes again."""
    found = []
    for folder in KEPT:
        for path in sorted((office / folder).rglob("*")):
            inside = path.relative_to(office)
            if any(part.startswith(".") for part in inside.parts) or path.is_symlink() or not path.is_file():
                continue
            seen = path.stat()
            name = inside.as_posix()
            own = folder == KEPT[0] and path == files.stored(office, path.name)
            digest = path.name if own else before.get((name, seen.st_size, seen.st_mtime_ns)) or _digest(path)
            found.append(Part(name, digest, seen.st_size, seen.st_mtime_ns))
    return found


def _digest(path: Path) -> str:
    try:
        return files.digest_of(path)
    except OSError as error:
        raise files.unread(path, error) from error


def _before(folder: Path) -> dict[tuple[str, int, int], str]:
    """The digests that the last backup worked out, by path, size and time of change."""
    last = next((one for one in made(folder) if one.about is not None and not one.wrong), None)
    if last is None:
        return {}
    try:
        return {(p.path, p.size, p.changed): p.sha256 for p in contents.inside(last.file).parts}
    except Problem:
        return {}


def _read_again(office: Path) -> None:
    """Read some older scans of the store again; a backup whose scan is spoilt is noted as bad, and the scan taken anew."""
    notes, kept = backup_notes.of(office), store.of(folder_of(office))
    names = sorted(p.name for p in kept.glob("??/*"))
    turn = [n for n in names if n > notes.cursor] or names
    read, cursor = 0, ""
    for name in turn:
        path = store.stored(kept, name)
        read += path.stat().st_size
        cursor = name
        if files.digest_of(path) != name:
            own = files.stored(office, name)
            if own.is_file() and files.digest_of(own) == name:
                path.unlink()  # the next backup takes it from the office again
            else:
                _note_spoilt(office, name)
        if read >= AGAIN:
            break
    backup_notes.change(office, cursor="" if names[-1:] == [cursor] else cursor)


def _note_spoilt(office: Path, sha256: str) -> None:
    """The scan is spoilt in the office itself, too: no backup that needs it is a good one."""
    there = [one for one in made(folder_of(office)) if one.about is not None]
    naming = [one.file.name for one in there if any(p.sha256 == sha256 for p in contents.inside(one.file).parts)]
    was = backup_notes.of(office).bad
    backup_notes.change(office, bad={**dict.fromkeys(naming, "有附件已损坏，单位数据里的也坏了"), **was})


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
    surplus = keeping_rule.surplus([(one.at, not one.wrong) for one in ours], now)
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
        if one.about is not None:
            wanted |= {part.sha256 for part in contents.inside(one.file).parts}
        elif one.wrong:
            return 0
    return store.drop(store.of(folder), wanted, away)


def _seen(file: Path, notes: backup_notes.Notes) -> Backup:
    seen = file.stat()
    at, size = dt.datetime.fromtimestamp(seen.st_mtime), seen.st_size
    if file.suffix == ".db":
        return Backup(file, at, "升级前", size, None)
    checked, wrong = notes.checked.get(file.name), notes.bad.get(file.name, "")
    try:
        about = contents.about(file)
    except Problem:
        return Backup(file, at, "", size, None, "文件不完整", checked)
    if about is None:
        return Backup(file, at, "", size, None, wrong, checked)
    return Backup(file, about.at, about.why, about.size, about, wrong, checked)


def _free(target: Path) -> Path:
    """The name, or one beside it: two backups may be made in one second."""
    tries = (target.with_name(f"{target.stem}-{n}{target.suffix}") for n in range(2, 1000))
    return target if not target.exists() else next(path for path in tries if not path.exists())


@contextmanager
def _alone(office: Path) -> Iterator[None]:
    """Nobody else writes backups of this office meanwhile. Raises Problem E_BACKUP_BUSY."""
    lock = FileLock(str(office / _LOCK))
    try:
        lock.acquire(timeout=5)
    except Timeout as error:
        raise Problem("E_BACKUP_BUSY", "另一个窗口正在备份，请稍后再试") from error
    try:
        yield
    finally:
        lock.release()
