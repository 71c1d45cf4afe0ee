"""What Qt needs of a Linux system, and the lane of real windows beside it: what is missing, and how it gets here."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Mapping
from pathlib import Path

from talk import say

# Shared object -> Debian package. Debian 13 renames two of them; apt follows the old names.
OFFSCREEN = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libfreetype.so.6": "libfreetype6",
    "libfontconfig.so.1": "libfontconfig1",
    "libdbus-1.so.3": "libdbus-1-3",
}
WINDOW = {
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
}
# Program -> Debian package: a screen without a monitor, its window manager, and a hand for true key strokes.
SCREEN = {"Xvfb": "xvfb", "openbox": "openbox"}
HAND = {"xdotool": "xdotool", "xclip": "xclip"}
# What reads, strips and links libraries when the program is packed; what lays out a system to try it in.
PACKING = {"objdump": "binutils", "strip": "binutils", "as": "binutils", "ld": "binutils"}
BARE = {"debootstrap": "debootstrap"}
INSTALL = "sudo apt-get update && sudo apt-get install -y --no-install-recommends"


def fetch(*, display: bool) -> bool:
    """Install what is missing when we may, else print the one line to run. True when nothing is missing."""
    if not sys.platform.startswith("linux"):
        return True
    wanted = OFFSCREEN | (WINDOW if display else {})
    missing = _missing(wanted)
    if not missing:
        return True
    packages = sorted(missing.values())
    if shutil.which("apt-get") is None:
        say(f"缺少系统库：{'、'.join(missing)}。请用本系统的安装工具装上它们。")
        return False
    if os.geteuid() == 0:
        say(f"安装系统库：{' '.join(packages)}")
        if _apt_install(packages) and not _missing(wanted):
            _name_machine()
            return True
        say("系统库没有装上，请检查网络后运行：")
    else:
        say("缺少系统库，请先运行这一行：")
    say(f"  {INSTALL} {' '.join(packages)}")
    return False


def fetch_screen() -> str:
    """Install what the lane of real windows needs when we may. "" when it can run, else why not, in one line."""
    if not sys.platform.startswith("linux"):
        return "这种系统上没有 Xvfb"
    can = shutil.which("apt-get") is not None
    missing = _absent(SCREEN) | _missing(OFFSCREEN | WINDOW)
    wished = sorted({*missing.values(), *_absent(HAND).values()})
    if wished and can and os.geteuid() == 0:
        say(f"安装真窗口测试要用的：{' '.join(wished)}")
        if _apt_install(wished):
            _name_machine()
        missing = _absent(SCREEN) | _missing(OFFSCREEN | WINDOW)
    if not missing:
        return ""
    line = f"；要跑请先运行 {INSTALL} {' '.join(wished)}" if can else ""
    return f"缺少 {'、'.join(missing)}{line}"


def fetch_programs(wanted: Mapping[str, str]) -> str:
    """Install programs by their packages when we may. "" when all are there, else what is missing and the one line to run."""
    if not sys.platform.startswith("linux"):
        return ""
    missing = _absent(wanted)
    packages = sorted(set(missing.values()))
    can = shutil.which("apt-get") is not None
    if missing and can and os.geteuid() == 0:
        say(f"安装打包要用的：{' '.join(packages)}")
        _apt_install(packages)
        missing = _absent(wanted)
    line = f"，请先运行 {INSTALL} {' '.join(packages)}" if can else ""
    return f"缺少 {'、'.join(missing)}{line}" if missing else ""


def _absent(wanted: Mapping[str, str]) -> dict[str, str]:
    return {name: package for name, package in wanted.items() if shutil.which(name) is None}


def _name_machine() -> None:
    """libdbus aborts the program on a machine without an id; a bare container has none. As `dbus-uuidgen --ensure`."""
    places = (Path("/etc/machine-id"), Path("/var/lib/dbus/machine-id"))
    if not any(place.exists() and place.read_text("ascii").strip() for place in places):
        places[1].parent.mkdir(parents=True, exist_ok=True)
        places[1].write_text(uuid.uuid4().hex + "\n", "ascii")


def _missing(wanted: Mapping[str, str]) -> dict[str, str]:
    return {name: package for name, package in wanted.items() if not _loads(name)}


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def _apt_install(packages: list[str]) -> bool:
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *packages]
    for command in (install, ["apt-get", "update", "-q"], install):
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
        if command is install and done.returncode == 0:
            return True
    say(done.stderr.strip()[-500:])
    return False
