"""What of a log of faults may leave the office: when, which kind of fault, where in the program; never what it said."""

from __future__ import annotations

import builtins
import re
import sys
from collections.abc import Iterator

from app.storage.paths import ROOT

TAIL = 400
"""Lines of the end of a log that are given."""
_STAMP = re.compile(r"^==== (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)$")
_FRAME = re.compile(r'^\s*File "([^"]*)", line (\d+),? in ([A-Za-z_0-9<>.]{1,80})$')
_KIND = re.compile(r"^([A-Za-z_][A-Za-z_0-9.]{1,80})(?::|$)")
_NAMED = re.compile(r"[a-z_]+[0-9]?(?:\.[A-Za-z_]+[0-9]?)*\.[A-Za-z_]*(?:Error|Exception|Warning)")
_HARD = re.compile(r"^(Fatal Python error: [A-Z][A-Za-z ]{1,40}|(?:Current thread|Thread) 0x[0-9a-f]+ [a-z()]*.*)$")
_OURS = ("app.", "models.", "sync.", "ui.", "sqlalchemy.", "sqlite3.", "msgspec.", "filelock.", "openpyxl.", "zipfile.",
         "lxml.", "pypdf.", "json.", "subprocess.", "shutil.", "alembic.", "cryptography.", "pyrage.", "PIL.")  # fmt: skip
_LIBRARIES = re.compile(r"(?:site-packages|dist-packages|lib/python[\d.]+)/([A-Za-z_0-9./-]+\.py)$")


def lines(text: str) -> list[str]:
    """The harmless lines at the end of a log. What an error said may be a cell of the office: it is left out."""
    return list(_harmless(text.splitlines()))[-TAIL:]


def _harmless(given: list[str]) -> Iterator[str]:
    for line in given:
        if found := _STAMP.match(line):
            yield f"==== {found[1]}"
        elif found := _FRAME.match(line):
            yield f"  {_place(found[1])}:{found[2]} {found[3]}"
        elif found := _HARD.match(line):
            yield found[1].partition(":")[0] if "Thread" in found[1] or "thread" in found[1] else found[1]
        elif (found := _KIND.match(line)) and _is_kind(found[1]):
            yield found[1]


def _place(file: str) -> str:
    """A file of the program or of a library; of any other not even the name, which may be a person's."""
    plain = file.replace("\\", "/")
    root = ROOT.as_posix() + "/"
    if plain.startswith(root) and (inner := plain.removeprefix(root)).isascii():
        return inner
    found = _LIBRARIES.search(plain)
    return found[1] if found else "?"


def _is_kind(name: str) -> bool:
    known = getattr(builtins, name, None)
    if isinstance(known, type) and issubclass(known, BaseException):
        return True
    module, _, last = name.rpartition(".")
    known = getattr(sys.modules.get(module), last, None)
    if isinstance(known, type) and issubclass(known, BaseException):
        return True
    return name.startswith(_OURS) and _NAMED.fullmatch(name) is not None
