"""The courtesy lock of a shared desk: a PIN per clerk. It locks the window and encrypts nothing.

What unlocks lies in one file beside the keys: in no table, no journal line, no bundle and no backup, so an office
brought back from a backup in another place has no PINs. Whoever deletes the file has cleared them all.
"""

from __future__ import annotations

import contextlib
import json
import time
import unicodedata
from collections.abc import Callable
from os import urandom
from pathlib import Path
from typing import Any

from app.problem import Problem
from app.storage import files

FILE = "pins.json"
LEAST, MOST = 4, 12
FREE = 3
"""Wrong tries that cost no waiting; from then on each costs twice as long as the one before."""
FIRST_WAIT, LONGEST_WAIT = 5, 300
"""Seconds."""
_END = 1e12  # seconds; no clock shows that
_MEMORY, _TIMES = 19_456, 2  # KiB and passes, as OWASP has it for argon2id: a twentieth of a second


def place(folder: Path) -> Path:
    """Where the PINs of an office folder are kept."""
    return folder / "keys" / FILE


def holders(folder: Path) -> frozenset[str]:
    """The ids of the clerks with a PIN."""
    return frozenset(_read(folder))


def put(folder: Path, clerk: str, pin: str) -> None:
    """Give a clerk a PIN in place of the one he had. Raises Problem E_PIN_FORM, E_DISK_FULL, E_CANNOT_WRITE."""
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id  # noqa: PLC0415 - slow to load, seldom needed

    spelt = _spelt(pin)
    if not LEAST <= len(spelt) <= MOST or any(char.isspace() or not char.isprintable() for char in spelt):
        raise Problem("E_PIN_FORM", f"口令要 {LEAST} 到 {MOST} 个数字或字母，中间不能有空格", field="pin")
    lock = Argon2id(salt=urandom(16), length=32, iterations=_TIMES, lanes=1, memory_cost=_MEMORY)
    _write(folder, _read(folder) | {clerk: {"hash": lock.derive_phc_encoded(spelt.encode())}})


def drop(folder: Path, clerk: str) -> None:
    """Take a clerk's PIN away. Raises Problem E_DISK_FULL, E_CANNOT_WRITE."""
    known = _read(folder)
    if known.pop(clerk, None) is not None:
        _write(folder, known)


def check(folder: Path, clerk: str, pin: str, now: Callable[[], float] = time.time) -> None:
    """Nothing, when it is the clerk's PIN or he has none; wrong tries make the next ones wait, longer each time.

    Raises Problem E_PIN (fact `tries`), E_PIN_WAIT (fact `seconds`).
    """
    known = _read(folder)
    kept = known.get(clerk)
    if kept is None:
        return
    tries, left = int(kept.get("tries", 0)), _left(kept, now())
    if left > 0:
        raise Problem("E_PIN_WAIT", f"试错的次数多了，请等 {left:,} 秒再输", field="pin", seconds=left)
    if _opens(str(kept["hash"]), pin):
        if tries:
            _note(folder, known | {clerk: {"hash": kept["hash"]}})
        return
    tries += 1
    _note(folder, known | {clerk: {"hash": kept["hash"], "tries": tries, "last": now()}})
    wait = _wait(tries)
    then = f"，请等 {wait:,} 秒再输" if wait else "，请看大小写和中英文输入法对不对，再输一遍"
    raise Problem("E_PIN", f"口令不对（试了 {tries:,} 次）{then}", field="pin", tries=tries, seconds=wait)


def _opens(kept: str, pin: str) -> bool:
    from cryptography.exceptions import InvalidKey  # noqa: PLC0415 - slow to load, seldom needed
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id  # noqa: PLC0415

    try:
        Argon2id.verify_phc_encoded(_spelt(pin).encode(), kept)
    except InvalidKey:
        return False
    return True


def _spelt(pin: str) -> str:
    """Full-width digits of an input method are the digits they look like."""
    return unicodedata.normalize("NFKC", pin)


def _wait(tries: int) -> int:
    return min(FIRST_WAIT * 2 ** min(tries - FREE, 16), LONGEST_WAIT) if tries >= FREE else 0


def _left(kept: dict[str, Any], now: float) -> int:
    """Whole seconds still to wait; never longer than the longest, however the clock was set."""
    wait = _wait(int(kept.get("tries", 0)))
    passed = now - float(kept.get("last", 0))
    return min(wait, int(wait - passed) + 1) if passed < wait else 0


def _read(folder: Path) -> dict[str, dict[str, Any]]:
    """{clerk id: {hash, tries, last}}; a file that is gone or spoilt locks nobody out."""
    try:
        told = json.loads(place(folder).read_text("utf-8"))
        return {str(clerk): _sound(kept) for clerk, kept in told.items() if str(kept["hash"]).startswith("$argon2id$")}
    except (OSError, ValueError, AttributeError, TypeError, KeyError):
        return {}


def _sound(kept: dict[str, Any]) -> dict[str, Any]:
    """One of them; tries that nobody can count with are none."""
    tries, last = kept.get("tries", 0), kept.get("last", 0)
    if not isinstance(tries, int) or not isinstance(last, int | float) or not 0 <= last < _END or not 0 <= tries < _END:
        return {"hash": kept["hash"]}
    return kept


def _note(folder: Path, known: dict[str, dict[str, Any]]) -> None:
    """Remember the tries; where the folder cannot be written they are not counted."""
    with contextlib.suppress(Problem):
        _write(folder, known)


def _write(folder: Path, known: dict[str, dict[str, Any]]) -> None:
    file = place(folder)
    try:
        file.parent.mkdir(exist_ok=True)
        files.write_whole(file, json.dumps(known, sort_keys=True).encode())
        file.chmod(0o600)
    except OSError as error:
        raise files.refusal(file, error) from error
