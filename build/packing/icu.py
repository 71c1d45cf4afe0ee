"""Qt's Unicode data (ICU) without what nothing shipped can reach: words, names of languages, units, transliterations.

Qt's Core is the only one that asks ICU for anything: cases of letters, encodings, order of words, names of time zones.
What the other services of ICU would read is left out of `libicudata`; a Qt that asks for more is refused.
"""

from __future__ import annotations

import re
import struct
import subprocess
import tempfile
from collections.abc import Mapping
from fnmatch import fnmatch
from pathlib import Path

from packing import contents

FOLDER = f"{contents.INNER}/PySide6/Qt/lib"
REACHED = ("u_strTo*", "ucal_*", "ucnv_*", "UCNV_*", "ucol_*")  # services that read none of what is left out
UNREACHED = ("brkitr/*", "lang/*", "rbnf/*", "region/*", "translit/*", "unit/*", "*.spp", "confusables.cfu")

_KIND = b"CmnD"  # a package of ICU, format 1
_ASKED = re.compile(r"\*UND\*.*\s(\w+)_\d+$", re.MULTILINE)
_ALIGNED, _FILL = 16, b"\xaa"  # as ICU's own tool fills up
_SOURCE = """.section .rodata
.balign {aligned}
.globl {symbol}
.type {symbol}, %object
{symbol}: .incbin "data"
.size {symbol}, .-{symbol}
.section .note.GNU-stack, "", %progbits
"""


class Odd(Exception):
    """The library is not built as expected, or asked for more than is kept."""


def trim(program: Path) -> int:
    """Write `libicudata` in `program` anew; the number of bytes saved, 0 where there is none. Raises Odd."""
    folder = program / FOLDER
    found = next(folder.glob("libicudata.so.*"), None)
    if found is None:
        return 0
    if more := strangers(program):
        raise Odd(f"{FOLDER}：ICU 还被用来做 {'、'.join(sorted(more))}")
    before = found.stat().st_size
    symbol, package = read(found)
    _link(found, symbol, pack(left(unpack(package)), package))
    return before - found.stat().st_size


def strangers(program: Path) -> set[str]:
    """Functions of ICU that a library beside it asks for and that may read what is left out."""
    asked = set()
    for path in (program / contents.INNER / "PySide6").rglob("*.so*"):
        if path.is_file() and not path.name.startswith("libicu"):
            done = subprocess.run(["objdump", "-T", str(path)], capture_output=True, text=True, check=False)
            if done.returncode:
                raise Odd(f"{path.name}：objdump 读不出来：{done.stderr.strip()[:200]}")
            asked |= {name for name in _ASKED.findall(done.stdout) if re.match(r"u[a-z]*_|UCNV_|_ZN.*icu", name)}
    return {name for name in asked if not any(fnmatch(name, each) for each in REACHED)}


def left(items: Mapping[str, bytes]) -> dict[str, bytes]:
    """The items without those that nothing reaches; their names begin with that of the package."""
    return {
        name: item
        for name, item in items.items()
        if not any(fnmatch(name.partition("/")[2], each) for each in UNREACHED)
    }


def unpack(package: bytes) -> dict[str, bytes]:
    """{name: content} of a package: a head, then offsets of names and contents counted from its end. Raises Odd."""
    base, magic = struct.unpack_from("<HH", package)
    if magic != 0x27DA or package[12:17] != _KIND + b"\1":
        raise Odd("libicudata 不是认得的格式")
    (count,) = struct.unpack_from("<I", package, base)
    places = list(struct.iter_unpack("<II", package[base + 4 : base + 4 + 8 * count]))
    ends = [start for _, start in places[1:]] + [len(package) - base]
    names = (package[base + at : package.index(b"\0", base + at)].decode("ascii") for at, _ in places)
    return {
        name: package[base + start : base + end]
        for name, (_, start), end in zip(names, places, ends, strict=True)
    }


def pack(items: Mapping[str, bytes], like: bytes) -> bytes:
    """The package of these items, in their order, with the head of another."""
    (base,) = struct.unpack_from("<H", like)
    names = b"".join(name.encode("ascii") + b"\0" for name in items)
    at = 4 + 8 * len(items)
    heading = at + len(names)
    start = heading + -heading % _ALIGNED
    table, body = [struct.pack("<I", len(items))], []
    for name, item in items.items():
        table.append(struct.pack("<II", at, start))
        body.append(item + _FILL * (-len(item) % _ALIGNED))
        at, start = at + len(name) + 1, start + len(body[-1])
    return like[:base] + b"".join(table) + names + _FILL * (-heading % _ALIGNED) + b"".join(body)


def read(library: Path) -> tuple[str, bytes]:
    """The one symbol of the library and the package it names."""
    symbols = _told("objdump", "-T", str(library))
    named = re.findall(r"^([0-9a-f]+) g\s+DO (\.\w+)\s+([0-9a-f]+)\s+(icudt\d+_dat)$", symbols, re.MULTILINE)
    if len(named) != 1:
        raise Odd(f"{library.name} 里不只一份数据")
    address, section, size, symbol = named[0]
    heads = _told("objdump", "-h", str(library))
    stands = re.search(rf"\s{re.escape(section)}\s+[0-9a-f]+\s+([0-9a-f]+)\s+[0-9a-f]+\s+([0-9a-f]+)", heads)
    if stands is None:
        raise Odd(f"{library.name} 里没有 {section}")
    begins = int(address, 16) - int(stands[1], 16) + int(stands[2], 16)
    return symbol, library.read_bytes()[begins : begins + int(size, 16)]


def _link(library: Path, symbol: str, package: bytes) -> None:
    """The library anew around a package, by the assembler and linker that come with `strip`; only the name it bears is kept."""
    with tempfile.TemporaryDirectory(prefix="qidi-icu-") as folder:
        nest = Path(folder)
        (nest / "data").write_bytes(package)
        (nest / "data.s").write_text(_SOURCE.format(symbol=symbol, aligned=_ALIGNED), "ascii")
        _told("as", "-o", "data.o", "data.s", at=nest)
        _told("ld", "-shared", "-z", "max-page-size=4096", "-soname", library.name, "-o", "out", "data.o", at=nest)
        library.write_bytes((nest / "out").read_bytes())


def _told(*command: str, at: Path | None = None) -> str:
    return subprocess.run(command, cwd=at, capture_output=True, text=True, check=True).stdout
