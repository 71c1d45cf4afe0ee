"""What a backup tells of itself: of which office and when, why, how much is in each ledger, which files belong to it."""

from __future__ import annotations

import datetime as dt
import errno
import sqlite3
import struct
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import msgspec

from app.office import DATABASE
from app.problem import Problem
from app.storage import files, private_rooms
from models import copies, database
from models.copies import Summary

T = TypeVar("T")
ABOUT, FILES = "about.json", "files.json"
BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, RuntimeError, UnicodeDecodeError)
"""What reading a damaged archive may raise: any of its bytes may be others, flags and methods too."""


@dataclass(frozen=True)
class Part:
    """A file of the office at `path` in its folder; `changed` in nanoseconds, as the disk says."""

    path: str
    sha256: str
    size: int
    changed: int = 0


@dataclass(frozen=True)
class About:
    """`at` is local time; `digest` the SHA-256 of the database in it; `size` the bytes of all its files together.

    `lost` are files of the office that were spoilt or gone already when it was made: it is good without them.
    """

    at: dt.datetime
    why: str
    told: Summary
    digest: str = ""
    files: int = 0
    size: int = 0
    lost: list[Part] = field(default_factory=list)


@dataclass(frozen=True)
class Inside:
    """One backup, looked into. `parts` are those kept beside it, none for a backup that is whole in itself."""

    about: About
    parts: list[Part] = field(default_factory=list)
    whole: bool = True


def pack(archive: zipfile.ZipFile, about: About, parts: list[Part]) -> None:
    """Write what it tells of itself into a backup."""
    archive.writestr(ABOUT, msgspec.json.encode(about), zipfile.ZIP_DEFLATED)
    archive.writestr(FILES, msgspec.json.encode(parts), zipfile.ZIP_DEFLATED)


def about(file: Path) -> About | None:
    """What a backup tells of itself; None when it says nothing (an older one, or one that is whole in itself).

    Raises Problem E_BACKUP when it cannot be read.
    """
    with _opened(file) as archive:
        if ABOUT not in archive.namelist():
            return None
        return _decoded(file, archive, ABOUT, About)


def inside(file: Path) -> Inside:
    """All that is known of a backup; of one that says nothing its database is asked. Raises Problem E_BACKUP, E_NO_FILE."""
    if not file.is_file():
        raise Problem("E_NO_FILE", f"找不到备份“{file}”，请检查路径", file=str(file))
    made = dt.datetime.fromtimestamp(file.stat().st_mtime)
    if file.suffix == ".db":
        return Inside(About(made, "升级前", _summary(file, file), size=file.stat().st_size), whole=False)
    with _opened(file) as archive:
        if ABOUT in archive.namelist():
            parts = _decoded(file, archive, FILES, list[Part])
            return Inside(_decoded(file, archive, ABOUT, About), parts, whole=False)
        rest = [info for info in archive.infolist() if info.filename != DATABASE]
        with private_rooms.room(private_rooms.LOOK) as nest:
            try:
                told = _summary(file, Path(archive.extract(DATABASE, nest)))
            except (KeyError, *BROKEN) as error:
                raise spoilt(file) from error
    return Inside(About(made, "", told, files=len(rest), size=sum(info.file_size for info in rest)))


def refuse_newer(file: Path, found: Inside) -> None:
    """A backup made by a newer program would come back as an office that this one cannot open: E_NEWER."""
    schema, known = found.about.told.schema, database.known_versions()
    if schema not in known and schema > known[-1]:
        said = f"“{file.name}”是更新版本的程序备份的，请先升级本程序再恢复；什么都没有改动"
        raise Problem("E_NEWER", said, found=schema, known=known[-1])


def spoilt(file: Path) -> Problem:
    """The answer to a file that is no whole backup."""
    return Problem("E_BACKUP", f"“{file.name}”不是完整的备份文件，没有恢复", file=str(file))


def _opened(file: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(file)
    except (OSError, *BROKEN) as error:
        raise _refusal(file, error) from error


def _decoded(file: Path, archive: zipfile.ZipFile, name: str, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(archive.read(name), type=kind)
    except (KeyError, OSError, msgspec.MsgspecError, *BROKEN) as error:
        raise _refusal(file, error) from error


def unread(error: BaseException) -> bool:
    """Whether the disk refused to give the bytes, which says nothing of them; a place outside of the file (EINVAL) is asked
    for by damaged ones only.
    """
    return isinstance(error, OSError) and error.errno not in (None, errno.EINVAL)


def _refusal(file: Path, error: Exception) -> Problem:
    return files.unread(file, error) if isinstance(error, OSError) and unread(error) else spoilt(file)


def _summary(file: Path, database: Path) -> Summary:
    try:
        return copies.summary(database)
    except (sqlite3.Error, LookupError, TypeError) as error:
        said = f"备份“{file.name}”里的数据已损坏，没有恢复"
        raise Problem("E_BACKUP", said, file=str(file), detail=str(error)) from error
