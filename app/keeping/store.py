"""The files of many backups kept once each, by digest: the next backup only adds what is new."""

from __future__ import annotations

import contextlib
import itertools
import os
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import IO

from app.keeping.contents import Part
from app.storage import files

NAME = "附件库"
BLOCK = 1 << 20
HALF, ASIDE = ".part", "."
"""What ends the name of a file that is still being taken in, and begins that of a spoilt one that nothing can put right."""
Tell = Callable[[int, int], object]
Source = tuple[Part, Path]
Ask = Callable[[], object]
Fit = Callable[[Part, Path, Ask], bool]


def of(folder: Path) -> Path:
    """The store that belongs to the backups in `folder`."""
    return folder / NAME


def stored(store: Path, sha256: str) -> Path:
    return store / sha256[:2] / sha256


def lacking(store: Path, parts: Iterable[Part], doubted: Collection[str] = ()) -> list[Part]:
    """Those of `parts`, each digest once, that are not there in their full size, or whose digests are `doubted`."""
    seen: dict[str, Part] = {}
    for part in parts:
        seen.setdefault(part.sha256, part)
    return [part for part in seen.values() if part.sha256 in doubted or not _there(stored(store, part.sha256), part.size)]


def take(
    store: Path, sources: Sequence[Source], *, linked: bool, tell: Tell | None = None, fit: Fit | None = None
) -> list[Part]:
    """Take these files in; those that were gone meanwhile, or are not `fit`, are handed back. `tell(done, total)` counts
    files, is called often and may raise to stop: what is in by then stays for the next time.

    With `linked` a file of the office's own store, which nothing changes in place, costs no room: it gets a second
    name on the same disk. What is copied is synced, read again and compared before it gets its name.
    Raises Problem E_FILE_CHANGED, OSError.
    """
    gone: list[Part] = []
    rooms: set[Path] = set()
    if sources:
        store.mkdir(exist_ok=True)  # never what is above it: the stick may have been pulled out
    for done, (part, source) in enumerate(sources):
        ask = partial(tell, done, len(sources)) if tell is not None else _silent
        ask()
        if fit is not None and not fit(part, source, ask):  # read and taken in one by one: what is in stays
            gone.append(part)
            continue
        target = stored(store, part.sha256)
        rooms.add(target.parent)
        target.parent.mkdir(exist_ok=True)
        files.make_way(target)
        if not (linked and link(source, target)) and not _copied(source, target, part.sha256, ask):
            gone.append(part)
    for room in rooms:
        files.sync_folder(room)
    return gone


def carry(source: Path, target: Path, tell: Tell | None = None) -> None:
    """Copy a backup's own file to another place; `tell(done, total)` counts its blocks and may raise to stop: then nothing
    of it is left there. Raises Problem E_DISK_FULL, E_CANNOT_WRITE.
    """
    blocks = itertools.count()
    total = -(-source.stat().st_size // BLOCK)

    def ask() -> None:
        if tell is not None:
            tell(next(blocks), total)

    def fill(part: Path) -> None:
        with source.open("rb") as taken, part.open("wb") as sink:
            pour(taken, sink, ask)

    files.write_whole(target, fill)


def wrong(store: Path, parts: Sequence[Part]) -> list[Part]:
    """Those of `parts` that are lacking, cannot be read, or have other bytes than their digest says: every byte is read."""
    return [p for p in parts if not files.same(stored(store, p.sha256), p.sha256)]


def drop(store: Path, wanted: Collection[str], away: Callable[[Path], object]) -> int:
    """Take away what no backup needs any more, by `away(path)`; how many files."""
    gone = 0
    surplus = [p for p in store.glob("??/*") if p.name.removeprefix(ASIDE) not in wanted and not p.is_dir()]
    for path in sorted(surplus):
        away(path)
        gone += 1
        with contextlib.suppress(OSError):
            path.parent.rmdir()
    return gone


def _there(path: Path, size: int) -> bool:
    try:
        return path.stat().st_size == size
    except OSError:
        return False


def link(source: Path, target: Path) -> bool:
    """Give a file that nothing changes in place a second name; False on another disk, or one that knows no second names."""
    with contextlib.suppress(FileNotFoundError):
        target.unlink()
    try:
        os.link(source, target)
    except OSError:
        return False
    return True


def _silent() -> object:
    return None


def _copied(source: Path, target: Path, sha256: str, ask: Ask) -> bool:
    try:
        taken = source.open("rb")
    except (FileNotFoundError, NotADirectoryError):  # a file of another program that was there for a moment
        return False
    half = target.with_name(target.name + HALF)
    try:
        with taken, half.open("wb") as sink:
            pour(taken, sink, ask)
        if files.digest_of(half) != sha256:
            raise files.changed(source)
        half.replace(target)
    finally:
        half.unlink(missing_ok=True)
    return True


def pour(taken: IO[bytes], sink: IO[bytes], ask: Ask) -> None:
    """Copy what is left of one file into another and sync it; `ask()` before each block may raise to stop."""
    while block := taken.read(BLOCK):
        ask()
        sink.write(block)
    sink.flush()
    os.fsync(sink.fileno())
