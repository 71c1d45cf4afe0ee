"""Whose work is shipped, under which licence, and where its text stands: distributions of Python, Qt, fonts, system libraries."""

from __future__ import annotations

import importlib.metadata
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from packing.contents import ROOT

TEXTS = Path(__file__).parent / "texts"
LGPL = ("LGPL-3.0.txt", "GPL-3.0.txt")  # the first is written as an addition to the second
OURS, _OFL = "Apache-2.0", "resources/fonts/OFL.txt"
FONTS = "pylopdf-fonts-zh-cn"  # Noto Sans SC and Noto Serif SC, of which build/fonts.py makes ours

# What the metadata says in words of its own -> SPDX.
_SPOKEN = {
    "mit": "MIT", "mit license": "MIT", "bsd": "BSD-3-Clause", "bsd license": "BSD-3-Clause", "bsd-3-clause": "BSD-3-Clause",
    "apache software license": "Apache-2.0", "apache 2.0": "Apache-2.0",
}  # fmt: skip
# Where it says nothing, or more than a word: read in the licence file itself.
_READ = {
    "pyrage": "MIT",
    "reportlab": "BSD-3-Clause",
    "pypdfium2": "(BSD-3-Clause OR Apache-2.0) AND Apache-2.0",
    FONTS: "OFL-1.1",
    "pyside6-essentials": "LGPL-3.0-only",  # of the three that Qt offers the one that is taken
    "shiboken6": "LGPL-3.0-only",
}
# Of the system libraries copied from the build host, by Debian's package, as its copyright file says.
_MIT = (
    "libffi8 libexpat1 libbrotli1 libgl1 libegl1 libglvnd0 libglx0 libx11-6 libx11-xcb1 libxau6 libxdmcp6 libxcb1 libxcb-cursor0 "
    "libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0 libxcb-render0 libxcb-render-util0 libxcb-shape0 libxcb-shm0 "
    "libxcb-sync1 libxcb-util1 libxcb-xfixes0 libxcb-xkb1 libxkbcommon0 libxkbcommon-x11-0"
)
_BSD = "libzstd1 libuuid1 libpcre2-8-0 libpcre3 libbsd0 libmd0"
_LGPL = "libglib2.0-0 libsystemd0 libgcrypt20 libgpg-error0"
OF_DEBIAN = {
    **dict.fromkeys(_MIT.split(), "MIT"),
    **dict.fromkeys(_BSD.split(), "BSD-3-Clause"),
    **dict.fromkeys(_LGPL.split(), "LGPL-2.1-or-later"),
    "libstdc++6": "GPL-3.0-or-later WITH GCC-exception-3.1",
    "libgcc-s1": "GPL-3.0-or-later WITH GCC-exception-3.1",
    "zlib1g": "Zlib",
    "libbz2-1.0": "bzip2-1.0.6",
    "liblzma5": "LicenseRef-PublicDomain",
    "libsqlite3-0": "blessing",
    "libssl3": "Apache-2.0",
    "libdbus-1-3": "AFL-2.1 OR GPL-2.0-or-later",
    "libcap2": "BSD-3-Clause OR GPL-2.0-only",
    "liblz4-1": "BSD-2-Clause",
    "libfontconfig1": "HPND-sell-variant",
    "libfreetype6": "FTL OR GPL-2.0-or-later",
    "libpng16-16": "libpng-2.0",
    "python3": "PSF-2.0",
}
ICU = "Unicode-DFS-2016 AND ICU AND BSD-3-Clause"  # Qt's wheel brings its libraries and says nothing of them
# Copyleft with words that let a program be built with it whatever its own licence.
EXCEPTIONS = ("GCC-exception-3.1", "Bootloader-exception")


@dataclass(frozen=True)
class Part:
    """One thing that is shipped: `licence` in SPDX, `texts` the files that say it."""

    name: str
    version: str
    licence: str
    texts: tuple[Path, ...]
    purl: str = ""
    hashes: tuple[str, ...] = field(default=())
    """SHA-256 in hex: of the files the lock allows, of the library itself for one of the system."""


def distribution(name: str, locked: dict[str, list[str]]) -> Part:
    """What an installed distribution says of itself. Raises PackageNotFoundError; `licence` is "" when nobody knows."""
    found = importlib.metadata.distribution(name)
    plain = re.sub(r"[-_.]+", "-", found.name).lower()
    qt = plain in ("pyside6-essentials", "shiboken6")
    texts = tuple(TEXTS / each for each in LGPL) if qt else tuple(_texts(found))
    purl = f"pkg:pypi/{plain}@{found.version}"
    return Part(plain, found.version, _spdx(plain, found), texts, purl, tuple(locked.get(plain, ())))


def others() -> list[Part]:
    """Beside the distributions: Python itself, the bootloader, the fonts, the icons drawn from a font."""
    python = Path(sys.base_prefix) / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "LICENSE.txt"
    beside = (python, Path(sys.base_prefix) / "LICENSE.txt", Path("/usr/share/doc/python3/copyright"))
    version = ".".join(str(part) for part in sys.version_info[:3])
    loader = importlib.metadata.distribution("pyinstaller")
    return [
        Part("python", version, "PSF-2.0", tuple(p for p in beside if p.is_file())[:1], f"pkg:generic/python@{version}"),
        Part(
            "pyinstaller-bootloader", loader.version, "GPL-2.0-or-later WITH Bootloader-exception", tuple(_texts(loader)),
            f"pkg:pypi/pyinstaller@{loader.version}",
        ),
        Part("noto-fonts", importlib.metadata.version(FONTS), "OFL-1.1", (ROOT / _OFL,), f"pkg:pypi/{FONTS}"),
        Part("remix-icon", "2.5.0", "Apache-2.0", (ROOT / "LICENSE",), "pkg:generic/remixicon@2.5.0"),
    ]  # fmt: skip


def named_texts(licence: str) -> tuple[Path, ...]:
    """The texts that Debian's copyright files only point to."""
    known = {"LGPL-2.1": TEXTS / "LGPL-2.1.txt", "GPL-3.0": TEXTS / "GPL-3.0.txt", "Apache-2.0": ROOT / "LICENSE"}
    return tuple(text for name, text in known.items() if re.search(rf"(?<![A-Z]){re.escape(name)}", licence))


def locked(text: str) -> dict[str, list[str]]:
    """{distribution: SHA-256 of every file the lock allows for it}."""
    found = {}
    for entry in re.split(r"\n(?=[a-z0-9])", text):
        if named := re.match(r"([a-z0-9._-]+)==", entry):
            found[re.sub(r"[-_.]+", "-", named.group(1))] = re.findall(r"sha256:([0-9a-f]{64})", entry)
    return found


def only_copyleft(licence: str) -> bool:
    """True when no choice lets the program keep its own licence: GPL or AGPL in every alternative, without an exception."""
    choices = [choice.strip(" ()") for choice in licence.split(" OR ")]
    return all(
        any(
            re.match(r"A?GPL", part.strip(" ()")) and not part.strip(" ()").endswith(EXCEPTIONS)
            for part in choice.split(" AND ")
        )
        for choice in choices
    )


def faults(parts: Iterable[Part]) -> list[str]:
    """What keeps a part from being shipped: no licence known, no text, or one that reaches over to the program."""
    found = []
    for part in parts:
        if not part.licence:
            found.append(f"{part.name}: licence unknown")
        elif only_copyleft(part.licence):
            found.append(f"{part.name}: {part.licence}")
        if not any(text.is_file() and text.stat().st_size > 100 for text in part.texts):
            found.append(f"{part.name}: no licence text")
    return found


def _spdx(plain: str, found: importlib.metadata.Distribution) -> str:
    about = found.metadata
    if plain in _READ:
        return _READ[plain]
    for said in about.get_all("License-Expression") or []:
        return str(said)
    classed = [each.rpartition("::")[2].strip() for each in about.get_all("Classifier") or [] if each.startswith("License")]
    for words in (*(about.get_all("License") or []), *classed):
        if spdx := _SPOKEN.get(words.strip().lower()):
            return spdx
    return ""


def _texts(found: importlib.metadata.Distribution) -> list[Path]:
    """Its licence files, by the names they bear or the folder they stand in."""
    named = re.compile(r"(^|/)(LICEN[CS]E|COPYING|NOTICE|OFL|AUTHORS)[^/]*$|\.dist-info/licenses/.+", re.IGNORECASE)
    return [
        Path(str(found.locate_file(file)))
        for file in found.files or []
        if ".dist-info/" in str(file) and named.search(str(file))
    ]
