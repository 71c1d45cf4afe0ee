"""What a path stands on: the machine's own disk, a stick, or another machine's share."""

from __future__ import annotations

import ctypes
import importlib
import math
import os
import re
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from msgspec import Struct

from app.problem import Problem
from app.storage import files

MB = 1024**2
ROOM = 3
FIXED, STICK, SHARE = "fixed", "stick", "share"
_SHARES = frozenset(
    "nfs nfs3 nfs4 cifs smb smb2 smb3 smbfs ncpfs afpfs afs webdav davfs fuse.sshfs fuse.rclone fuse.gvfsd-fuse".split()
)
_DISCS = frozenset("iso9660 udf cdfs squashfs".split())
_MOUNTED_BY_DESKTOPS = ("/media/", "/run/media/", "/Volumes/")
_BLOCK = Path("/sys/class/block")
_TABLE = Path("/proc/self/mounts")
_ESCAPED = re.compile(r"\\([0-7]{3})")


class Volume(Struct, frozen=True):
    """One mounted volume. `kind` is fixed, stick or share; `free` and `size` in bytes, 0 where it does not answer."""

    path: Path
    name: str
    kind: str
    writable: bool
    free: int = 0
    size: int = 0


class Mount(Struct, frozen=True):
    """A line of the system's list of mounts."""

    device: str
    path: str
    filesystem: str
    options: str


def mounts() -> list[Mount]:
    """Everything that is mounted now."""
    if _TABLE.is_file():  # every start asks, and psutil alone takes longer to load than this
        lines = (line.split(" ") for line in os.fsdecode(_TABLE.read_bytes()).split("\n"))
        return [Mount(*map(_plain, line[:4])) for line in lines if len(line) >= 4]
    partitions = importlib.import_module("psutil").disk_partitions(all=True)
    return [Mount(p.device, p.mountpoint, p.fstype, p.opts) for p in partitions]


def kind_of(path: Path, among: Sequence[Mount] | None = None) -> str:
    """Whether `path` (existing or not yet) stands on a fixed disk, a stick or a share."""
    found = _mount_of(path, mounts() if among is None else among)
    return _kind(found) if found else FIXED


def root_of(path: Path, among: Sequence[Mount] | None = None) -> Path:
    """Where the volume begins on which `path` stands."""
    found = _mount_of(path, mounts() if among is None else among)
    return Path(found.path if found else path.resolve().anchor)


def sticks(
    among: Sequence[Mount] | None = None,
    measure: Callable[[str], tuple[int, int] | None] | None = None,
    label: Callable[[str], str] | None = None,
) -> list[Volume]:
    """The sticks plugged in, writable ones first, by name.

    `among` as in `mounts`; `measure(path)` gives (size, free) in bytes, None where nothing answers (a reader without
    a card); `label(path)` the name its owner gave it. Asks the system where they are not given.
    """
    measure, label = measure or _measured, label or _label
    found: dict[str, Volume] = {}
    for mount in mounts() if among is None else among:
        if _kind(mount) != STICK or not _holds_files(mount):
            continue
        room = measure(mount.path)
        if room is not None:  # one stick mounted twice is one stick
            found.setdefault(mount.device or mount.path, _volume(mount, label(mount.path), *room))
    return sorted(found.values(), key=lambda v: (not v.writable, v.name, str(v.path)))


def refuse_no_room(folder: Path, size: int) -> None:
    """Ask for room for a file of `size` bytes in `folder`, an existing one: three times that, as exchange.md wants it.

    Raises Problem E_DISK_FULL, which says how many MB are lacking, and OSError where the volume does not answer.
    """
    lacking = ROOM * size - shutil.disk_usage(folder).free
    if lacking > 0:
        raise Problem(
            "E_DISK_FULL",
            f"“{folder}”空间不足，要留出文件的 {ROOM} 倍，还差 {math.ceil(lacking / MB):,} MB，没有写，请腾出空间或换一个盘",
            path=str(folder),
            lacking=lacking,
        )


def reach(folder: Path, *, fresh: bool = True, among: Sequence[Mount] | None = None) -> None:
    """The folder that is written to. One that is missing is made in a folder that is there, unless it was there before
    (not `fresh`): a stick that was pulled out is never made again on the disk beneath it. `among` as in `mounts`.

    Raises Problem E_NO_FOLDER, E_CANNOT_WRITE.
    """
    if _is_folder(folder):
        return
    beneath = f"{folder.absolute()}/".startswith(_MOUNTED_BY_DESKTOPS)
    gone = not fresh or not _is_folder(folder.parent) or (beneath and kind_of(folder, among) == FIXED)
    if gone:
        raise Problem(
            "E_NO_FOLDER",
            f"“{folder}”不在了，盘可能拔掉了，没有写；请插好盘或另选地方，再写一次",
            path=str(folder),
        )
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise files.refusal(folder, error) from error


def refuse_office_on(folder: Path, among: Sequence[Mount] | None = None) -> None:
    """An office's folder belongs on the machine's own disk (exchange.md, writing to a stick); `among` as in `mounts`.

    Raises Problem E_ON_STICK, E_ON_SHARE: SQLite's locks and fsync cannot be relied on there.
    """
    kind = kind_of(folder, among)
    if kind == STICK:
        raise Problem(
            "E_ON_STICK",
            f"“{folder}”在 U 盘上，拔盘会损坏台账；请把单位数据放在本机硬盘上，U 盘只用来传包和备份",
            path=str(folder),
        )
    if kind == SHARE:
        raise Problem(
            "E_ON_SHARE",
            f"“{folder}”在网络共享盘上，断网或两人同时打开会损坏台账；请把单位数据放在本机硬盘上",
            path=str(folder),
        )


def _is_folder(path: Path) -> bool:
    """False as well where the volume does not answer any more."""
    try:
        return path.is_dir()
    except OSError:
        return False


def _mount_of(path: Path, among: Sequence[Mount]) -> Mount | None:
    """The mount with the longest path above `path`; a later one of the same path lies on top."""
    resolved = str(path.resolve())
    if sys.platform == "win32" and resolved.startswith("\\\\") and not resolved.startswith("\\\\?\\"):
        return Mount("", resolved, "", "remote")
    best: Mount | None = None
    for mount in among:
        if _above(mount.path, resolved) and (best is None or len(mount.path) >= len(best.path)):
            best = mount
    return best


def _plain(text: str) -> str:
    """A word of the mount table: blanks in a path are written there as octal numbers."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 8)), text)


def _above(mount: str, path: str) -> bool:
    if sys.platform == "win32":
        mount, path = mount.lower(), path.lower()
    root = mount if mount.endswith(os.sep) else mount + os.sep
    return path == mount or path.startswith(root)


def _kind(mount: Mount) -> str:
    if mount.path == "/":  # a system that runs from a stick, or whose disk hangs on USB, has no other
        return FIXED
    options = set(mount.options.split(","))
    if mount.filesystem.lower() in _SHARES or "remote" in options or mount.device.startswith("//"):
        return SHARE
    if (
        "removable" in options
        or f"{mount.path}/".startswith(_MOUNTED_BY_DESKTOPS)
        or _pluggable(mount.device)
    ):
        return STICK
    return FIXED


def _pluggable(device: str) -> bool:
    """Whether a Linux block device, or the disk it is a part of, can be pulled out or hangs on USB."""
    if not device.startswith("/dev/"):
        return False
    try:
        entry = (_BLOCK / Path(device).resolve().name).resolve(strict=True)
    except OSError:
        return False
    for place in (entry, entry.parent):
        flag = place / "removable"
        if flag.is_file() and flag.read_text("ascii").strip() == "1":
            return True
    return any(part.startswith("usb") for part in entry.parts)


def _holds_files(mount: Mount) -> bool:
    """Not a disc, and not a reader without a card: Windows knows no file system of it."""
    drive = mount.path.endswith(":\\")
    return mount.filesystem.lower() not in _DISCS and not (drive and not mount.filesystem)


def _volume(mount: Mount, label: str, size: int, free: int) -> Volume:
    path = Path(mount.path)
    letter = mount.path.rstrip("\\")
    shown = f"{label}（{letter}）" if label else letter if letter.endswith(":") else path.name or mount.path
    return Volume(path, shown, STICK, "ro" not in mount.options.split(","), free, size)


def _measured(path: str) -> tuple[int, int] | None:
    try:
        usage = shutil.disk_usage(path)
    except OSError:
        return None
    return (usage.total, usage.free) if usage.total else None


def _label(path: str) -> str:
    """The name of a drive on Windows; elsewhere the folder it is mounted on has that name."""
    if sys.platform == "win32":
        text = ctypes.create_unicode_buffer(261)
        told = ctypes.windll.kernel32.GetVolumeInformationW(path, text, 261, None, None, None, None, 0)
        return text.value if told else ""
    return ""
