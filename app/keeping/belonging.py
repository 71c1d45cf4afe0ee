"""Which files of an office belong into a backup, and how they come into its store."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from app.keeping import spoilt, store
from app.keeping.contents import Part
from app.keeping.store import Tell
from app.office import Office
from app.storage import files

KEPT = ("files", "outbox", "inbox")
Seen = tuple[str, int, int]
"""A file by path, size and time of change."""


def taken(
    office: Office, kept: Path, others: Sequence[Path], before: dict[Seen, str], tell: Tell | None
) -> tuple[list[Part], list[Part]]:
    """Bring what is new into the store `kept`; the files that belong to the backup, and those that are spoilt or gone.

    `before` holds digests worked out earlier, `others` are stores a spoilt file may come back from. What was there for a
    moment only is neither.
    """
    parts = parts_of(office.folder, before)
    lost: list[Part] = []
    there = {part.path for part in parts}
    for sha in sorted(spoilt.wanted(office)):
        if _place(sha) not in there:  # gone, or no file any more
            back = spoilt.mended(files.stored(office.folder, sha), sha, [kept, *others])
            (parts if back else lost).append(_own(office.folder, sha))
    new = store.lacking(kept, parts)
    own = [part for part in new if part.path == _place(part.sha256)]
    for done, part in enumerate(own):
        if tell is not None:
            tell(done, len(own))
        file = office.folder / part.path
        if not spoilt.sound(file, part.sha256) and not spoilt.mended(file, part.sha256, others):
            lost.append(part)
    away = {part.sha256 for part in lost}
    take = [(part, office.folder / part.path) for part in own if part.sha256 not in away]
    rest = [(part, office.folder / part.path) for part in new if part not in own]
    gone = store.take(kept, take, linked=True, tell=tell)  # an attachment never changes in place: a second name will do
    gone += store.take(kept, rest, linked=False, tell=tell)
    away |= {part.sha256 for part in gone}
    return [part for part in parts if part.sha256 not in away], lost


def _own(office: Path, sha256: str) -> Part:
    file = files.stored(office, sha256)
    return Part(_place(sha256), sha256, file.stat().st_size if file.is_file() else 0)


def _place(sha256: str) -> str:
    return files.stored(Path(), sha256).as_posix()


def parts_of(office: Path, before: dict[Seen, str]) -> list[Part]:
    """The files that lie there now; an attachment's digest is its name, not read again here."""
    found = []
    for path in lying(office):
        name = path.relative_to(office).as_posix()
        own = name == _place(path.name)
        with suppress(FileNotFoundError):  # another program's, there for a moment only
            seen = path.stat()
            digest = path.name if own else before.get((name, seen.st_size, seen.st_mtime_ns)) or _digest(path)
            found.append(Part(name, digest, seen.st_size, seen.st_mtime_ns))
    return found


def lying(office: Path) -> list[Path]:
    """The files of an office folder that belong into a backup; what begins with a point is still being written, or comes
    again.
    """
    return sorted(file for folder in KEPT for file in _below(office / folder))


def _below(folder: Path) -> Iterator[Path]:
    def refuse(error: OSError) -> None:
        if not isinstance(error, FileNotFoundError):
            raise error

    for room, below, names in os.walk(folder, onerror=refuse):
        below[:] = [name for name in below if not name.startswith(".")]
        paths = (Path(room, name) for name in names if not name.startswith("."))
        yield from (path for path in paths if path.is_file() and not path.is_symlink())


def _digest(path: Path) -> str:
    try:
        return files.digest_of(path)
    except FileNotFoundError:  # it was there for a moment only
        raise
    except OSError as error:
        raise files.unread(path, error) from error


