"""Return slips under 必须加密: encrypted to the office they go back to, for they name its projects (exchange.md)."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pyrage

from app.canon import canonical, strict_loads
from app.journals.trust import Keys, Known, OfficeCard
from app.problem import Problem
from app.storage import files
from sync.letters import slips
from sync.letters.slips import FORM, Slip
from sync.peers import statements

_VERSION = 2  # of the file: a program that knows open slips only says that a newer one wrote it
_HEAD = FORM.magic + b"%d," % _VERSION
_LIMIT = FORM.limit * 2  # base64 and age around a slip


def to_bytes(signed: Mapping[str, Any], to: OfficeCard, own: OfficeCard) -> bytes:
    """The file of a signed slip, to be opened by `to` and by its issuer alone: signed first, then encrypted."""
    recipients = [pyrage.x25519.Recipient.from_str(a) for a in dict.fromkeys((to.age, own.age))]
    inner = pyrage.encrypt(statements.to_bytes(signed), recipients)
    told = {FORM.key: _VERSION, "content": base64.b64encode(inner).decode(), "to": to.id, "to_name": to.name}
    return canonical(told) + b"\n"


def is_sealed(file: Path) -> bool:
    """Whether it is a slip that the keys are needed for; a file that cannot be read is none."""
    try:
        with file.open("rb") as stream:
            return stream.read(len(_HEAD)) == _HEAD
    except OSError:
        return False


def read(file: Path, trusted: Callable[[str], Known | None], keys: Callable[[], Keys]) -> Slip:
    """The slip in a file, open or encrypted to us; `keys` is asked only for an encrypted one.

    Raises those of `slips.read` and of `keys`, Problem E_NOT_FOR_US.
    """
    if not is_sealed(file):
        return slips.read(file, trusted)
    try:
        with file.open("rb") as stream:
            data = stream.read(_LIMIT + 1)
    except OSError as error:
        raise files.unread(file, error) from error
    return slips.judged(_opened(data, file.name, keys()), file.name, trusted)


def _opened(data: bytes, name: str, me: Keys) -> bytes:
    try:
        if len(data) > _LIMIT or not data.endswith(b"\n"):
            raise ValueError("长度不对，可能没有复制完整")
        told = strict_loads(data[:-1])
        to, whom, inner = (
            str(told["to"]),
            str(told["to_name"]),
            base64.b64decode(told["content"], validate=True),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise statements.bad(FORM, name, str(error)) from error
    try:
        return bytes(pyrage.decrypt(inner, [me.identity, *me.former]))
    except pyrage.DecryptError as error:
        if to != me.card.id:
            said = f"这份退回单不是发给本单位的，而是发给“{whom[:80]}”的，没有收"
            raise Problem("E_NOT_FOR_US", said, file=name) from error
        if "No matching keys" in str(error):
            said = (
                f"“{name}”不是用本单位现在的密钥加密的，打不开；请把名片重新交给对方，再请它把退回单重做一份"
            )
            raise Problem("E_NOT_FOR_US", said, file=name) from error
        raise statements.bad(FORM, name, str(error)) from error
