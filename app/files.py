"""Writing a file whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import glob
import os
import stat
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from app.problem import Problem

STALE = 3600
"""Seconds after which a part is nobody's: no writing takes that long."""


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
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


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
        return Problem("E_DISK_FULL", f"磁盘空间不足，“{path.name}”没有写成，请腾出空间后再试", path=str(path))
    return Problem(
        "E_CANNOT_WRITE", f"“{path.name}”写不进去，请检查文件夹是否可写、文件是否正被打开", path=str(path)
    )


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
