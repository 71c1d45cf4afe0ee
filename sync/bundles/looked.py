"""A bundle that was looked at stays opened, as it was proved, for the receiving that follows: what was seen is taken.

It stands in a private folder of the office, until it is taken in, others need the room, an hour is over or the office
is closed: it is content in clear.
"""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import threading
from dataclasses import dataclass, field
from pathlib import Path

from app.office import Office
from sync.bundles import envelope
from sync.bundles.bundle import Opened

PREFIX = ".open-"
MOST_BYTES = 512 << 20
"""On the disk, of bundles kept opened at once; the last one is kept whatever its size."""
LASTS = 3600
"""Seconds until one that nobody took in goes."""
_KEPT = "looked"
Mark = tuple[int, ...]


@dataclass
class Looked:
    """An opening: `file` as it was before, the private folder, and once it was opened what stands in it."""

    file: Mark
    folder: Path
    _nest: tempfile.TemporaryDirectory[str]
    opened: Opened | None = None
    laid: dict[Path, Mark] = field(default_factory=dict)
    _ending: threading.Timer | None = None
    _turn: threading.Lock = field(default_factory=threading.Lock)

    @property
    def size(self) -> int:
        return sum(mark[0] for mark in self.laid.values() if mark)

    def lasts(self) -> None:
        """Begin the time after which it goes by itself."""
        self._ending = threading.Timer(LASTS, self._end)
        self._ending.daemon = True
        self._ending.start()

    def held(self) -> bool:
        """Whether it is still there; it goes no longer by itself then."""
        with self._turn:
            if self._ending is not None:
                self._ending.cancel()
            return self.folder.exists()

    def _end(self) -> None:
        with self._turn:
            if self._ending is threading.current_thread() and not self._ending.finished.is_set():
                self._nest.cleanup()

    def wipe(self) -> None:
        """What cannot be cleared away is swept later: by then the bundle may have been taken in."""
        self.held()
        self._nest.cleanup()


def fresh(office: Office, file: Path) -> Looked:
    """An empty private folder for a file about to be opened; what is kept of others makes room. Raises OSError."""
    inbox = office.folder / "inbox"
    with contextlib.suppress(OSError):  # a file that is not there is said by who opens it
        if shutil.disk_usage(inbox).free < envelope.SPACE * file.stat().st_size:
            wipe(office)
    nest = tempfile.TemporaryDirectory(prefix=PREFIX, dir=inbox, ignore_cleanup_errors=True)
    return Looked(_mark(file), Path(nest.name), nest)


def keep(office: Office, file: Path, looked: Looked) -> None:
    """Keep what was opened, until `taken`; the oldest make room."""
    kept: dict[Path, Looked] = office.cache.setdefault(_KEPT, {})
    if not kept:
        office.leaving.callback(wipe, office)
    if before := kept.pop(file.absolute(), None):
        before.wipe()
    looked.laid = {path: _mark(path) for path in _laid(looked.folder)}
    kept[file.absolute()] = looked
    looked.lasts()
    while len(kept) > 1 and sum(one.size for one in kept.values()) > MOST_BYTES:
        kept.pop(next(iter(kept))).wipe()


def taken(office: Office, file: Path) -> Looked | None:
    """What was kept of this file, if neither it nor what stands opened was touched since; it is kept no longer."""
    looked: Looked | None = office.cache.get(_KEPT, {}).pop(file.absolute(), None)
    if looked is None or not looked.held():
        return None
    now = {path: _mark(path) for path in _laid(looked.folder)}
    if looked.opened is not None and _mark(file) == looked.file != () and now == looked.laid:
        return looked
    looked.wipe()
    return None


def wipe(office: Office) -> None:
    """Clear all of them away."""
    for looked in office.cache.pop(_KEPT, {}).values():
        looked.wipe()


def _laid(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if not path.is_dir()]


def _mark(path: Path) -> Mark:
    """What tells a file from another, or from itself changed; () of one that cannot be seen."""
    with contextlib.suppress(OSError):
        told = path.lstat() if path.is_symlink() else path.stat()
        return told.st_size, told.st_mtime_ns, told.st_ctime_ns, told.st_ino, told.st_dev
    return ()
