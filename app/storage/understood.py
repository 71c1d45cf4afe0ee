"""What was read and judged before on this machine: texts that come with the program, and templates, read anew and checked
at each start, cost a tenth of the time to the first window."""

from __future__ import annotations

import hashlib
import os
import platform
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TypeVar

import msgspec
import platformdirs

from app.problem import Problem
from app.storage import files
from app.storage.paths import ROOT

MOST_KEPT = 64
_PROOF = 32
_T = TypeVar("_T")


def of(told: bytes, kind: type[_T], make: Callable[[], _T]) -> _T:
    """What `make` made of `told` when it first succeeded; what is kept of it and not whole any more is made anew.

    `told` is the text and all else that `make` goes by, `kind` what it makes. Raises what `make` raises.
    """
    file = _shelf() / f"{hashlib.sha256(told).hexdigest()}.bin"
    with suppress(OSError, msgspec.MsgspecError):
        kept = file.read_bytes()
        if kept[:_PROOF] == hashlib.sha256(kept[_PROOF:]).digest():
            return msgspec.msgpack.decode(kept[_PROOF:], type=kind)
    made = make()
    with suppress(OSError, Problem):
        _keep(file, msgspec.msgpack.encode(made))
    return made


def _keep(file: Path, text: bytes) -> None:
    """The oldest make room. Where there is no folder of the user's own, nothing is kept."""
    if not file.is_absolute():
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    others = sorted(file.parent.glob("*.bin"), key=lambda each: each.stat().st_mtime)
    for old in others[: max(0, len(others) - MOST_KEPT + 1)]:
        old.unlink(missing_ok=True)
    files.write_whole(file, hashlib.sha256(text).digest() + text)


def _shelf() -> Path:
    return Path(platformdirs.user_cache_dir("qidi", appauthor=False)) / "understood"


@cache
def program(code: tuple[str, ...], resources: tuple[str, ...]) -> bytes:
    """Another one after every change of these folders of `app/` (in the packed program: of itself) and of `resources/`:
    by name, size and time of each file."""
    told = [f"{name} {stat.st_size} {stat.st_mtime_ns}" for name, stat in sorted(_parts(code, resources))]
    return "\n".join([platform.python_version(), msgspec.__version__, *told]).encode()


def _parts(code: tuple[str, ...], resources: tuple[str, ...]) -> Iterator[tuple[str, os.stat_result]]:
    folders = [ROOT / "resources" / name for name in resources]
    if getattr(sys, "frozen", False):
        yield sys.executable, Path(sys.executable).stat()
    else:
        folders += [ROOT / "app" / name for name in code]
    for folder in folders:
        with os.scandir(folder) as found:
            yield from ((f"{folder.name}/{each.name}", each.stat()) for each in found if each.is_file())
