"""Private folders in the machine's temporary place: held while they are in use, taken away afterwards, also after a kill."""

from __future__ import annotations

import atexit
import contextlib
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from app.storage import files

EMERGENCY, LOOK, SHOWN = "qidi-emergency-", "qidi-look-", "qidi-shown-"
HELD = ".held"


@contextmanager
def room(begins: str) -> Iterator[Path]:
    """A new folder whose name begins with one of these words, nobody else's while this program lives."""
    made = Path(tempfile.mkdtemp(prefix=begins))
    lock = FileLock(str(made / HELD), thread_local=False)
    try:
        lock.acquire()
        yield made
    finally:
        lock.release()
        shutil.rmtree(made, ignore_errors=True)


def until_the_end() -> Path:
    """A new folder for what another program is to show; it goes when this one ends."""
    way = ExitStack()
    made = way.enter_context(room(SHOWN))
    atexit.register(way.close)
    return made


def sweep() -> int:
    """Take away what programs that were killed left there; how many folders went. Those in use are left alone."""
    gone = 0
    for found in Path(tempfile.gettempdir()).glob("qidi-*"):
        with contextlib.suppress(OSError, Timeout):  # another user's, or in use
            gone += found.name.startswith((EMERGENCY, LOOK, SHOWN)) and _swept(found)
    return gone


def _swept(found: Path) -> bool:
    if found.is_symlink() or not found.is_dir():
        return False
    held = found / HELD
    if not held.exists() and found.stat().st_mtime > time.time() - files.STALE:
        return False  # just made, and not held yet
    with FileLock(str(held), timeout=0):
        pass
    shutil.rmtree(found)
    return True
