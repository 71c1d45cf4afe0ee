"""Writing a file whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import glob
import hashlib
import os
import secrets
import shutil
import stat
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import IO

from app.problem import Problem

_BLOCK = 1 << 20
STALE = 3600
"""Seconds after which a part is nobody's: no writing takes that long."""
_SYNCS = 8
"""Files synced at once: the disk joins what waits together, 200 in a tenth of the time of one after the other."""


def write_whole(path: Path, fill: Callable[[Path], object] | bytes) -> None:
    """Write `path` under a temporary name beside it, fsync, rename, fsync the folder.

    `fill` is the bytes or a function that writes the file it is given. Raises Problem E_DISK_FULL or
    E_CANNOT_WRITE; nothing is left under either name when it fails.
    """
    try:
        _sweep(path)
        handle, name = tempfile.mkstemp(prefix=f".{path.stem[:40]}-", suffix=path.suffix, dir=_folder(path))
    except (OSError, ValueError) as error:
        raise refusal(path, error) from error
    os.close(handle)
    part = Path(name)
    try:
        if isinstance(fill, bytes):
            part.write_bytes(fill)
        else:
            fill(part)
        with part.open("rb+") as stream:
            os.fsync(stream.fileno())
        part.chmod(0o644)
        part.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        raise refusal(path, error) from error
    except Problem as problem:
        if problem.facts.get("path") != str(part):
            raise
        told = {**problem.facts, "path": str(path)}  # a writing inside this one is told of the file asked for
        raise Problem(problem.code, problem.text.replace(part.name, path.name), **told) from problem
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def stored(folder: Path, sha256: str) -> Path:
    """Where the file with this digest stands in an office folder."""
    return folder / "files" / sha256[:2] / sha256


class Storing:
    """The store of an office folder while one deed writes into it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._fresh: list[Path] = []
        self._from: dict[Path, Path] = {}

    def copy(self, sha256: str, source: Path) -> None:
        """Copy a file in. Raises Problem E_NO_FILE, E_FILE_CHANGED and those of `write_whole`."""
        target = stored(self._folder, sha256)
        if not same(target, sha256):  # what cannot be read is put right by these bytes too
            self._fresh += [] if os.path.lexists(target) else [target]
            try:
                target.parent.mkdir(parents=True, exist_ok=True)
                make_way(target)
                write_whole(target, lambda part: copy_known(source, part, sha256))
            except (OSError, Problem) as error:
                raise _not_stored(self._folder, source, error) from error

    def move(self, found: Mapping[str, Path]) -> None:
        """Move synced files, by digest, in from the same disk. Raises Problem E_DISK_FULL, E_CANNOT_WRITE."""
        try:
            with syncing() as sync:
                for sha256, file in found.items():
                    target = stored(self._folder, sha256)
                    if not target.exists():
                        self._from[target] = file
                    target.parent.mkdir(parents=True, exist_ok=True)
                    make_way(target)
                    file.chmod(0o644)
                    file.replace(target)
                for place in {stored(self._folder, sha256).parent for sha256 in found}:
                    sync(place)
        except OSError as error:
            raise refusal(self._folder, error) from error

    def undo(self) -> None:
        """Take away again what was not there before; what was moved in stands where it was, for the next time."""
        for target, source in self._from.items():
            with contextlib.suppress(OSError):
                target.replace(source)
        for target in (*self._fresh, *self._from):
            with contextlib.suppress(OSError):
                target.unlink(missing_ok=True)
                target.parent.rmdir()


@contextlib.contextmanager
def storing(folder: Path) -> Iterator[Storing]:
    """The store for one deed; when what follows fails, the files that were not there before are taken away again."""
    store = Storing(folder)
    try:
        yield store
    except BaseException:
        store.undo()
        raise


@contextlib.contextmanager
def syncing() -> Iterator[Callable[[Path], object]]:
    """Hands out `sync(path)`: finished files and folders go to the disk for good, several at once, meanwhile.

    At the end all of them are there. Raises OSError then.
    """
    with ThreadPoolExecutor(_SYNCS) as pool:
        waiting: list[Future[None]] = []
        yield lambda path: waiting.append(pool.submit(sync_folder if path.is_dir() else _synced, path))
        for one in waiting:
            one.result()


def writable(folder: Path, file: Path) -> bool:
    """Whether `file`, which stands in `folder`, can be written, and others beside it.

    Asked by writing: on Windows the rights of a folder do not tell. A full disk is not a read-only one.
    """
    probe = folder / f".{os.getpid()}-{threading.get_ident()}"
    try:
        os.close(os.open(probe, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
        probe.unlink()
    except OSError as error:
        return error.errno not in (errno.EACCES, errno.EPERM, errno.EROFS)
    return os.access(file, os.W_OK)


def sync_folder(folder: Path) -> None:
    """Make a rename in `folder` last through a power cut (a no-op where folders cannot be opened)."""
    with contextlib.suppress(PermissionError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def refusal(path: Path, error: Exception) -> Problem:
    """The plain words for a file that could not be written (EFBIG: the largest file this disk or account may hold)."""
    if getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return Problem(
            "E_DISK_FULL", f"磁盘空间不足，“{path.name}”没有写成，请腾出空间后再试", path=str(path)
        )
    return Problem(
        "E_CANNOT_WRITE", f"“{path.name}”写不进去，请检查文件夹是否可写、文件是否正被打开", path=str(path)
    )


def unread(path: Path, error: OSError) -> Problem:
    """The plain words for a file that could not be read: not there, not ours to read, or the disk failed."""
    if isinstance(error, FileNotFoundError | NotADirectoryError | IsADirectoryError):
        return Problem("E_NO_FILE", f"找不到文件“{path.name}”，请检查路径", file=str(path))
    if isinstance(error, PermissionError):
        said = "没有读它的权限，或正被别的程序占用；请关掉别的程序或请管理员放开权限"
    else:
        said = "盘可能松动或有坏处，文件本身不一定坏；请重新插好或换个地方再试"
    return Problem("E_IO", f"“{path.name}”这次读不出来：{said}", path=str(path))


def changed(file: Path) -> Problem:
    """The answer to a file that became another one while it was being kept."""
    return Problem("E_FILE_CHANGED", f"“{file.name}”在登记时被改动了，请重新选这个文件", file=str(file))


def unforeseen(error: OSError) -> Problem:
    """The plain words for an error of the system that reached a front door."""
    return refusal(Path(str(error.filename or "输出")), error)


def _not_stored(folder: Path, source: Path, error: OSError | Problem) -> Problem:
    """A file that the store could not take: named as the clerk knows it, not by its digest."""
    found = error if isinstance(error, Problem) else refusal(source, error)
    told = {"path": str(source), "folder": str(folder)}
    if found.code == "E_DISK_FULL":
        return Problem(
            found.code, f"单位数据所在的盘空间不足，“{source.name}”没有存进去，请腾出空间后再试", **told
        )
    if found.code == "E_CANNOT_WRITE":
        return Problem(found.code, f"“{source.name}”存不进单位数据文件夹，请检查文件夹是否可写", **told)
    return found


def _synced(file: Path) -> None:
    with file.open("rb+") as stream:
        os.fsync(stream.fileno())


def digest_of(file: Path, ask: Callable[[], object] | None = None) -> str:
    """SHA-256 of a file, in hex; `ask()` at each block may raise to stop."""
    with file.open("rb") as stream:
        return digest_in(stream, ask)


def digest_in(stream: IO[bytes], ask: Callable[[], object] | None = None) -> str:
    """SHA-256 of what is left in a stream, in hex; `ask()` at each block may raise to stop."""
    found = hashlib.sha256()
    while block := stream.read(_BLOCK):
        found.update(block)
        if ask is not None:
            ask()
    return found.hexdigest()


def same(file: Path, sha256: str, ask: Callable[[], object] | None = None) -> bool | None:
    """Whether a file is there whose bytes are those of its digest; None where it cannot be read just now, which says
    nothing of its bytes: the plug may be loose, or another program has it.
    """
    try:
        return stat.S_ISREG(file.stat().st_mode) and digest_of(file, ask) == sha256
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return False
    except OSError as error:
        return False if error.errno == errno.ELOOP else None


def make_way(path: Path) -> None:
    """Put aside a folder that stands where a file belongs, under a hidden name beside it. Raises OSError."""
    if path.is_dir() and not path.is_symlink():
        path.rename(path.with_name(f".{path.name}.{secrets.token_hex(4)}"))


def copy_known(source: Path, part: Path, sha256: str) -> None:
    """Copy a file whose digest is known. Raises Problem E_NO_FILE, E_FILE_CHANGED, OSError."""
    if not source.is_file():
        raise Problem("E_NO_FILE", f"找不到文件“{source}”，请检查路径", file=str(source))
    shutil.copyfile(source, part)
    if digest_of(part) != sha256:
        raise changed(source)


def _sweep(path: Path) -> None:
    """Clear away what a killed program left half-written under this name, an hour ago or more."""
    stem, end, drawn = glob.escape(path.stem[:40]), glob.escape(path.suffix), "[a-z0-9_]" * 8
    for form in (f".{stem}-{drawn}{end}", f"..{stem}-{drawn}-{drawn}{end}"):
        for old in path.parent.glob(form):
            if old.stat().st_mtime < time.time() - STALE:
                old.unlink(missing_ok=True)


def _folder(path: Path) -> Path:
    """The folder of a file about to be written; whatever would stop the last rename is found before any work."""
    if not path.parent.is_dir():
        raise Problem("E_NO_FOLDER", f"没有文件夹“{path.parent}”，请先建好或另选地方", path=str(path))
    with contextlib.suppress(FileNotFoundError):
        if stat.S_ISDIR(path.lstat().st_mode):
            raise IsADirectoryError(errno.EISDIR, "is a folder", str(path))
    return path.parent
