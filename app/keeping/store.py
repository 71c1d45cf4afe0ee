"""The files of many backups kept once each, by digest: the next backup only adds what is new."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import partial
from pathlib import Path

from app.keeping.contents import Part
from app.storage import files

NAME = "附件库"
BLOCK = 1 << 20
_HALF = ".part"
Tell = Callable[[int, int], object]
Source = tuple[Part, Path]


def of(folder: Path) -> Path:
    """The store that belongs to the backups in `folder`."""
    return folder / NAME


def stored(store: Path, sha256: str) -> Path:
    return store / sha256[:2] / sha256


def lacking(store: Path, parts: Iterable[Part]) -> list[Part]:
    """Those of `parts`, each digest once, that are not there in their full size."""
    seen: dict[str, Part] = {}
    for part in parts:
        seen.setdefault(part.sha256, part)
    return [part for part in seen.values() if not _there(stored(store, part.sha256), part.size)]


def take(store: Path, sources: Sequence[Source], *, linked: bool, tell: Tell | None = None) -> int:
    """Take these files in; how many bytes were copied. `tell(done, total)` counts files, is called often and may raise to
    stop: what is in by then stays for the next time.

    With `linked` a file of the office's own store, which nothing changes in place, costs no room: it gets a second
    name on the same disk. What is copied is synced, read again and compared before it gets its name.
    Raises Problem E_FILE_CHANGED, OSError.
    """
    copied = 0
    for done, (part, source) in enumerate(sources):
        ask = partial(tell, done, len(sources)) if tell is not None else _silent
        ask()
        target = stored(store, part.sha256)
        target.parent.mkdir(parents=True, exist_ok=True)
        if not (linked and link(source, target)):
            _copy(source, target, part.sha256, ask)
            copied += part.size
    for folder in {stored(store, part.sha256).parent for part, _ in sources}:
        files.sync_folder(folder)
    return copied


def wrong(store: Path, parts: Sequence[Part]) -> list[Part]:
    """Those of `parts` that are lacking, or whose bytes are others than their digest says: every byte is read."""
    return [p for p in parts if not _there(found := stored(store, p.sha256), p.size) or files.digest_of(found) != p.sha256]


def drop(store: Path, wanted: Collection[str], away: Callable[[Path], object]) -> int:
    """Take away what no backup needs any more, by `away(path)`; how many files."""
    gone = 0
    for path in sorted(p for p in store.glob("??/*") if p.name not in wanted):
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


def _copy(source: Path, target: Path, sha256: str, ask: Callable[[], object]) -> None:
    half = target.with_name(target.name + _HALF)
    try:
        with source.open("rb") as taken, half.open("wb") as sink:
            while block := taken.read(BLOCK):
                sink.write(block)
                ask()
            sink.flush()
            os.fsync(sink.fileno())
        if files.digest_of(half) != sha256:
            raise files.changed(source)
        half.replace(target)
    finally:
        half.unlink(missing_ok=True)
