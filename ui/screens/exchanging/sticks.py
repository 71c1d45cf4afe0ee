"""Where a bundle can be written to: the sticks that are plugged in."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QStorageInfo

MOUNTED = ("/media/", "/run/media/", "/mnt/", "/Volumes/")


@dataclass(frozen=True)
class Stick:
    """A volume that can be taken away; `free` in bytes."""

    name: str
    path: Path
    free: int


def plugged() -> list[Stick]:
    """The sticks ready to be written on, by name."""
    found = []
    for volume in QStorageInfo.mountedVolumes():
        if volume.isValid() and volume.isReady() and not volume.isReadOnly() and _removable(volume):
            found.append(Stick(volume.displayName(), Path(volume.rootPath()), volume.bytesAvailable()))
    return sorted(found, key=lambda s: s.name)


def size_words(size: int) -> str:
    return f"{size / 1024**3:.1f} GB" if size >= 1024**3 else f"{size / 1024**2:.0f} MB"


def _removable(volume: QStorageInfo) -> bool:
    root = volume.rootPath()
    if sys.platform == "win32":
        return not volume.isRoot() and bytes(volume.fileSystemType().data()).lower() in (b"fat", b"fat32", b"exfat")
    return f"{root}/".startswith(MOUNTED)
