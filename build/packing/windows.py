"""What Qt's wheel for Windows holds and what each library in it loads, written down: the tests hold the Windows list to it.

Whenever Qt is another one: `.venv/bin/python build/packing/windows.py WHEEL > tests/data/qt-on-windows.txt`.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

# Of every Windows 10; the compiler of shaders among them.
OF_WINDOWS = frozenset(
    "advapi32.dll authz.dll comdlg32.dll d3d11.dll d3d12.dll d3d9.dll d3dcompiler_47.dll dwmapi.dll dwrite.dll dxgi.dll "
    "gdi32.dll imm32.dll kernel32.dll mpr.dll netapi32.dll ole32.dll oleaut32.dll setupapi.dll shell32.dll shlwapi.dll "
    "uiautomationcore.dll user32.dll userenv.dll uxtheme.dll version.dll winmm.dll winspool.drv ws2_32.dll wtsapi32.dll".split()
)
OF_WINDOWS_ALL = "api-ms-win-"
OF_PYTHON = frozenset({"python3.dll", "shiboken6.abi3.dll"})  # Python's own, and of a wheel packed whole


def listing(wheel: Path) -> Iterator[str]:
    """`distribution version`, then a line a file: `place: library library …`; of words those in Chinese."""
    name, version = wheel.name.split("-")[:2]
    yield f"{name.replace('_', '-')} {version}"
    with zipfile.ZipFile(wheel) as inside, tempfile.TemporaryDirectory() as nest:
        for place in sorted(inside.namelist()):
            path = PurePosixPath(place)
            if path.suffix in (".dll", ".pyd") and "qml" not in path.parts:
                yield f"{place}: {' '.join(_loaded(Path(inside.extract(place, nest))))}"
            elif path.suffix == ".qm" and "zh" in path.name:
                yield f"{place}:"


def read(text: str) -> tuple[str, dict[str, list[str]]]:
    """What `listing` wrote: the distribution with its version, {place: what it loads, in small letters}."""
    head, *lines = text.splitlines()
    return head, {place: loads.lower().split() for place, _, loads in (line.partition(":") for line in lines)}


def _loaded(library: Path) -> list[str]:
    told = subprocess.run(["objdump", "-p", str(library)], capture_output=True, text=True, check=True).stdout
    return sorted(set(re.findall(r"DLL Name: (\S+)", told)), key=str.lower)


if __name__ == "__main__":
    print(*listing(Path(sys.argv[1])), sep="\n")
