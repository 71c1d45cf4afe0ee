"""Files of one deed: written beside their place, put there when the deed has gone through; a refused one changes nothing."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from app.problem import Problem
from app.storage import files

BEGINS = ".qidi-"
NOTES = ".staging"
"""Of an office: where its files wait, a note each."""


class Stage:
    """Where the files of one deed wait. `folder` is where they will stand."""

    def __init__(self, folder: Path, waiting: Path) -> None:
        self.folder = folder
        self._waiting = waiting
        self._names: dict[str, None] = {}

    def place(self, name: str) -> Path:
        """Where to write the file that will stand in the folder under this name. Raises Problem E_CANNOT_WRITE."""
        final = self.folder / name
        if final.is_dir():
            raise files.refusal(final, IsADirectoryError())
        self._names[name] = None
        return self._waiting / name

    def aside(self, name: str) -> Path:
        """Where to write a file of this name that goes nowhere but into the office's store."""
        nest = self._waiting / ".aside"
        nest.mkdir(exist_ok=True)
        return nest / name

    def put(self) -> None:
        """Put what was written where it belongs, in place of what stood there. Raises Problem E_CANNOT_WRITE."""
        for name in self._names:
            try:
                (self._waiting / name).replace(self.folder / name)
            except OSError as error:
                raise Problem(
                    "E_CANNOT_WRITE",
                    f"已经登记，但“{name}”放不进“{self.folder}”（可能正被打开），文件留在“{self._waiting}”，请从那里取",
                    path=str(self._waiting),
                ) from error
        files.sync_folder(self.folder)


@contextmanager
def staged(folder: Path, office: Path | None = None) -> Iterator[Stage]:
    """Files for `folder`, which is made where only it is lacking; open the deed inside, so that it ends first.

    When the deed fails none of them is left and what stood in the folder stands there unchanged. With the folder of the
    `office` a program that is killed meanwhile leaves nothing behind either: the next one sweeps.
    Raises Problem E_NO_FOLDER, E_CANNOT_WRITE, E_DISK_FULL.
    """
    fresh = not folder.exists()
    waiting = _begun(folder)
    stage = Stage(folder, waiting)
    with _noted(waiting, office):
        try:
            yield stage
        except BaseException:
            shutil.rmtree(waiting, ignore_errors=True)
            if fresh and not any(folder.iterdir()):
                folder.rmdir()
            raise
        stage.put()
        shutil.rmtree(waiting, ignore_errors=True)


def sweep(office: Path) -> int:
    """Take away what programs that were killed left waiting; how many folders went. Those still at work are left alone."""
    gone = 0
    for note in sorted((office / NOTES).glob("*.txt")):
        lock = FileLock(note.with_suffix(".lock"))
        try:
            lock.acquire(timeout=0)
        except Timeout:
            continue
        try:
            waiting = Path(note.read_text("utf-8"))
            if waiting.name.startswith(BEGINS) and waiting.is_dir() and not waiting.is_symlink():
                shutil.rmtree(waiting, ignore_errors=True)
                gone += 1
            note.unlink(missing_ok=True)
        finally:
            lock.release()
            _tidy(note)
    return gone


@contextmanager
def _noted(waiting: Path, office: Path | None) -> Iterator[None]:
    """Say in the office where files wait, held as long as the program lives; on a full disk the deed itself says so."""
    if office is None:
        yield
        return
    note = office / NOTES / f"{waiting.name.lstrip('.')}.txt"
    lock = FileLock(note.with_suffix(".lock"))
    with contextlib.suppress(OSError):
        note.parent.mkdir(exist_ok=True)
        lock.acquire()
        note.write_text(str(waiting.resolve()), "utf-8")
    try:
        yield
    finally:
        note.unlink(missing_ok=True)
        lock.release()
        _tidy(note)


def _tidy(note: Path) -> None:
    note.with_suffix(".lock").unlink(missing_ok=True)
    if note.parent.is_dir() and not any(note.parent.iterdir()):
        note.parent.rmdir()


def _begun(folder: Path) -> Path:
    try:
        folder.mkdir(exist_ok=True)
        return Path(tempfile.mkdtemp(prefix=BEGINS, dir=folder))
    except (FileNotFoundError, FileExistsError, NotADirectoryError) as error:
        raise Problem("E_NO_FOLDER", f"没有文件夹“{folder}”，请先建好或另选地方", path=str(folder)) from error
    except OSError as error:
        raise files.refusal(folder, error) from error
