"""Shared libraries of a packed program: where the build host keeps them, what each asks for, what makes them smaller."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from packing import contents

WHEELS_GLIBC = (2, 28)  # what the pinned wheels ask for, Qt's among them: 统信 UOS 20, 银河麒麟 V10
_GLIBC = re.compile(r"\(?GLIBC_(\d+)\.(\d+)(?:\.\d+)?\)?")
_NEEDED = re.compile(r"^\s+NEEDED\s+(\S+)", re.MULTILINE)


@dataclass(frozen=True)
class Library:
    """One ELF file: its place inside the program, what it loads, the newest glibc it asks for ((0, 0) for none)."""

    name: str
    needs: tuple[str, ...]
    glibc: tuple[int, int]


def of_host(names: Iterable[str]) -> list[tuple[str, str]]:
    """(path on the build host, folder inside the program) of libraries by their names. Raises KeyError when one is missing."""
    listed = subprocess.run(["/sbin/ldconfig", "-p"], capture_output=True, text=True, check=True).stdout
    places: dict[str, str] = {}
    for line in listed.splitlines()[1:]:
        name, _, place = line.partition(" => ")
        if "x86-64" in name or "AArch64" in name:
            places.setdefault(name.split()[0], place.strip())
    return [(places[name], ".") for name in names]


def files(program: Path) -> Iterator[Path]:
    """Every ELF file under `program`, in order."""
    for path in sorted(program.rglob("*")):
        if path.is_file() and not path.is_symlink():
            with path.open("rb") as stream:
                if stream.read(4) == b"\x7fELF":
                    yield path


def read(program: Path) -> list[Library]:
    """What `objdump` says of each."""
    found = []
    for path in files(program):
        text = _told("objdump", "-p", str(path))
        versions = {(int(a), int(b)) for a, b in _GLIBC.findall(text)}
        needs = tuple(_NEEDED.findall(text))
        found.append(Library(path.relative_to(program).as_posix(), needs, max(versions, default=(0, 0))))
    return found


def missing(libraries: list[Library]) -> dict[str, list[str]]:
    """{library that is neither inside nor of the system: those that ask for it}."""
    inside = {library.name.rpartition("/")[2] for library in libraries}
    wanted: dict[str, list[str]] = {}
    for library in libraries:
        for name in library.needs:
            if name not in inside and not any(fnmatch(name, each) for each in contents.OF_THE_SYSTEM):
                wanted.setdefault(name, []).append(library.name)
    return wanted


def newer_glibc(libraries: list[Library], than: tuple[int, int] = WHEELS_GLIBC) -> list[Library]:
    """Those that ask for a newer glibc than the wheels do."""
    return [library for library in libraries if library.glibc > than]


def of_build_host(library: Library) -> bool:
    """Whether the build host decides over a library: its own, its Python's, or a wheel of which pip took the newest it could."""
    name = library.name.removeprefix(f"{contents.INNER}/")
    alone = "/" not in name and any(fnmatch(name, each) for each in (*contents.HOST_LIBRARIES, contents.PROGRAM))
    return alone or any(fnmatch(name, each) for each in ("python3.*/lib-dynload/*", *contents.WHEELS_BY_HOST))


def strip(program: Path) -> int:
    """Take out what only a debugger reads; the number of bytes saved."""
    saved = 0
    for path in files(program / contents.INNER):
        before = path.stat().st_size
        subprocess.run(["strip", "--strip-unneeded", str(path)], capture_output=True, check=False)
        saved += before - path.stat().st_size
    return saved


def _told(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout
