"""A file of one canonical JSON line, signed by one office for another or for all: remarks, documents."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyrage

from app.canon import canonical, strict_loads
from app.problem import Problem
from app.trust import Keys, Known, OfficeCard
from sync import dsse

MOST = 48 * 1024**2


@dataclass(frozen=True)
class Form:
    """One kind of such files: `key` opens the line and names the version, `word` is what a clerk calls it."""

    key: str
    type: str
    suffix: str
    word: str
    limit: int = MOST


@dataclass(frozen=True)
class Letter:
    """What a file says: `sender` is the confirmed card that signed it, `to` '' for everybody, `digest` of its claims."""

    sender: OfficeCard
    to: str
    id: str
    on: str
    content: dict[str, Any]
    encrypted: bool


def to_bytes(
    form: Form, keys: Keys, *, id_: str, on: str, content: Mapping[str, Any], to: OfficeCard | None
) -> bytes:
    """The file for `to` (None: for everybody, then not encrypted); the signature covers what is written."""
    inner = canonical(dict(content))
    if to is not None:
        recipients = [pyrage.x25519.Recipient.from_str(a) for a in dict.fromkeys((to.age, keys.card.age))]
        inner = pyrage.encrypt(inner, recipients)
    claims = {
        form.key: 1, "id": id_, "issuer": keys.card.id, "issuer_name": keys.card.name, "to": to.id if to else "",
        "to_name": to.name if to else "", "on": on, "cipher": "age" if to else "none",
        "content": base64.b64encode(inner).decode(),
    }  # fmt: skip
    signature = keys.signing.sign(dsse.pae(form.type, canonical(claims))).hex()
    return canonical({**claims, "signature": signature}) + b"\n"


def is_form(form: Form, file: Path) -> bool:
    """Whether the file is of this kind by its suffix and first byte; a file that cannot be read is none."""
    try:
        with file.open("rb") as stream:
            return file.suffix == form.suffix and stream.read(1) == b"{"
    except OSError:
        return False


def read(form: Form, file: Path, me: Keys, trusted: Callable[[str], Known | None]) -> Letter:
    """The file judged: form, address, sender, signature, then opened.

    Raises Problem E_NO_FILE, E_LETTER, E_NEWER, E_NOT_FOR_US, E_UNKNOWN_SENDER, E_REVOKED.
    """
    try:
        told = _claims(form, file)
        signature = bytes.fromhex(told.pop("signature"))
        known = _known(form, told, me, trusted)
        if not dsse.verifies(known.signing, signature, form.type, canonical(told)):
            raise ValueError("签名核对不上")
        inner = base64.b64decode(told["content"], validate=True)
        if told["cipher"] == "age":
            inner = _opened(form, file, inner, me)
        elif told["cipher"] != "none" or told["to"]:
            raise ValueError("加密的写法不对")
        content = strict_loads(inner)
        if not isinstance(content, dict):
            raise ValueError("内容不对")
        return Letter(known, told["to"], str(told["id"]), str(told["on"]), content, told["cipher"] == "age")
    except OSError as error:
        raise Problem("E_NO_FILE", f"找不到文件“{file.name}”，请检查路径", file=str(file)) from error
    except (ValueError, TypeError, KeyError, AttributeError, binascii.Error) as error:
        raise bad(form, file.name, str(error)) from error


def bad(form: Form, name: str, detail: str) -> Problem:
    """The refusal of a file whose content is not what it should be."""
    return Problem("E_LETTER", f"“{name}”不是有效的{form.word}，或被改动过，没有收", file=name, detail=detail)


def _claims(form: Form, file: Path) -> dict[str, Any]:
    with file.open("rb") as stream:
        data = stream.read(form.limit + 1)
    if len(data) > form.limit or not data.endswith(b"\n"):
        raise ValueError("长度不对，可能没有复制完整")
    told: dict[str, Any] = strict_loads(data[:-1])
    if told[form.key] != 1:
        raise Problem(
            "E_NEWER",
            f"“{file.name}”由更新版本的程序制作（第 {told[form.key]} 版{form.word}），请先升级本程序",
        )
    return told


def _known(
    form: Form, told: Mapping[str, Any], me: Keys, trusted: Callable[[str], Known | None]
) -> OfficeCard:
    if told["to"] not in ("", me.card.id):
        raise Problem(
            "E_NOT_FOR_US", f"这份{form.word}不是发给本单位的，而是发给“{told['to_name']}”的，没有收"
        )
    known = trusted(str(told["issuer"]))
    if known is None:
        raise Problem(
            "E_UNKNOWN_SENDER",
            f"还没有确认过“{told['issuer_name']}”的名片，不能收它的{form.word}",
            sender=told["issuer"],
        )
    if known.revoked:
        raise Problem(
            "E_REVOKED", f"“{told['issuer_name']}”的密钥已作废，不能收它的{form.word}", sender=told["issuer"]
        )
    return known.card


def _opened(form: Form, file: Path, sealed: bytes, me: Keys) -> bytes:
    try:
        return bytes(pyrage.decrypt(sealed, [me.identity, *me.former]))
    except pyrage.DecryptError as error:
        raise Problem(
            "E_NOT_FOR_US",
            f"“{file.name}”不是用本单位现在的密钥加密的，打不开；请把名片重新交给对方，再请其重发",
        ) from error
