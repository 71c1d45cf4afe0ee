"""The cleartext first line of a bundle, for diagnosis only, and whether the copy of the file is whole."""

from __future__ import annotations

import hashlib
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from app.canon import canonical, strict_loads
from app.problem import Problem
from app.storage import files

MAGIC = b'{"QIDI":1,'
LIMIT = 4096
MOST_BYTES = 1100 * 1024**2
CIPHERS = ("age", "none")
_ZEROS = 16  # an undamaged body ends in 16 zero bytes once in 2**128
_SHA = re.compile(r"[0-9a-f]{64}")
_UUID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Preamble:
    """What stands in the first line: nothing of it is trusted. `length` and `sha256` are the body's."""

    cipher: str
    id: str
    sender: str
    sender_name: str
    to: str
    to_name: str
    length: int
    sha256: str

    def line(self) -> bytes:
        """The canonical bytes with the check of the line itself and the line break."""
        told = {"QIDI": 1, **asdict(self)}
        return canonical({**told, "check": _check(told)}) + b"\n"


def examine(path: Path) -> tuple[Preamble, int]:
    """The preamble and where the body begins, after size, form and digest were found right.

    Raises Problem E_NO_FILE, E_IO, E_NEWER, E_LIMIT, E_INCOMPLETE_COPY (bytes there and expected), E_DAMAGED.
    """
    found, start = head(path)
    refuse_other_body(path, path, found, start)
    return found, start


def head(path: Path) -> tuple[Preamble, int]:
    """The preamble and where the body begins; the body's size is right, its digest is still to be compared.

    Raises those of `examine`.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as stream:
            head = stream.read(LIMIT)
            first, newline, _ = head.partition(b"\n")
            _refuse_cut_head(path, head, bool(newline), size)
            found = _parse(path, first)
            _refuse_wrong_size(path, found, len(first) + 1, size)
    except OSError as error:
        raise files.unread(path, error) from error
    return found, len(first) + 1


def refuse_other_body(path: Path, copy: Path, found: Preamble, start: int) -> None:
    """Compare the digest of what follows the preamble in `copy`, which came from `path`. Raises those of `examine`."""
    try:
        with copy.open("rb") as stream:
            stream.seek(start)
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        if digest == found.sha256:
            return
        size = start + found.length
        good = _without_zero_tail(copy, size)
    except OSError as error:
        raise files.unread(path, error) from error
    if size - good >= _ZEROS:
        raise incomplete(path, good, size)
    raise damaged(path, "内容校验不符")


def damaged(path: Path, detail: str) -> Problem:
    """The one answer to a file that is whole in length and wrong in content."""
    return Problem(
        "E_DAMAGED",
        f"“{path.name}”已损坏，或不是起底台账的包，请重新复制或让对方重发",
        file=str(path),
        detail=detail,
    )


def incomplete(path: Path, there: int, expected: int) -> Problem:
    """The answer to a copy that ended early."""
    said = f"（{_of(there, expected)}）" if expected else ""
    return Problem(
        "E_INCOMPLETE_COPY",
        f"“{path.name}”复制不完整{said}，请重新复制",
        file=str(path),
        bytes=there,
        expected=expected,
    )


def _refuse_cut_head(path: Path, head: bytes, newline: bool, size: int) -> None:
    if newline:
        return
    kept = head.rstrip(b"\0")
    cut = size < LIMIT or len(head) - len(kept) >= _ZEROS
    if cut and (MAGIC.startswith(kept) or kept.startswith(MAGIC)) and min(kept, default=32) >= 32:
        raise incomplete(path, len(kept), 0)
    raise damaged(path, "没有开头一行")


def _parse(path: Path, line: bytes) -> Preamble:
    try:
        told = strict_loads(line)
        check = told.pop("check")
        version = told.pop("QIDI")
        if check != _check({"QIDI": version, **told}):
            raise ValueError("开头一行校验不符")
        if version != 1:
            raise Problem("E_NEWER", f"“{path.name}”由更新版本的程序制作，请先升级本程序", file=str(path))
        found = Preamble(**told)
        if found.line() != line + b"\n" or not _well_formed(found):
            raise ValueError("开头一行的内容不对")
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        raise damaged(path, f"开头一行读不出：{error}") from error
    return found


def _well_formed(found: Preamble) -> bool:
    told = asdict(found)
    length = told.pop("length")
    if type(length) is not int or not all(isinstance(t, str) and len(t) <= 80 for t in told.values()):
        return False
    ids = (
        _UUID.fullmatch(found.id) and _UUID.fullmatch(found.sender) and _UUID.fullmatch(found.to or "0" * 32)
    )
    return bool(ids and _SHA.fullmatch(found.sha256) and found.cipher in CIPHERS and found.length > 0)


def _refuse_wrong_size(path: Path, found: Preamble, start: int, size: int) -> None:
    if found.length > MOST_BYTES:
        raise Problem("E_LIMIT", f"“{path.name}”超过 1 GB，不收；请对方分几次发", file=str(path))
    if size < start + found.length:
        raise incomplete(path, _without_zero_tail(path, size), start + found.length)
    if size > start + found.length:
        raise damaged(path, f"多出 {size - start - found.length} 字节")


def _without_zero_tail(path: Path, size: int) -> int:
    """The length of the file without the zero bytes at its end (unless they are fewer than any real tail has)."""
    end = size
    with path.open("rb") as stream:
        while end > 0:
            start = max(0, end - (1 << 20))
            stream.seek(start)
            kept = len(stream.read(end - start).rstrip(b"\0"))
            if kept:
                return start + kept if size - start - kept >= _ZEROS else size
            end = start
    return 0


def _check(told: dict[str, Any]) -> str:
    return hashlib.sha256(canonical(told)).hexdigest()[:16]


def _of(there: int, expected: int) -> str:
    """3.1/6.0 MB, or 98/133 KB for a small file."""
    unit, size = ("MB", 10**6) if expected >= 10**6 else ("KB", 10**3)
    digits = 1 if unit == "MB" else 0
    return f"{there / size:.{digits}f}/{expected / size:.{digits}f} {unit}"
