"""Letters: statements by one office for another, then encrypted to it, or for all: remarks, documents."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pyrage

from app.canon import canonical, strict_loads
from app.journals.trust import Keys, Known, OfficeCard
from app.problem import Problem
from sync.peers import statements
from sync.peers.statements import Form


@dataclass(frozen=True)
class Letter:
    """What a file says: `sender` is the confirmed card that signed it, `to` '' for everybody, `digest` of its bytes."""

    sender: OfficeCard
    to: str
    id: str
    on: str
    content: dict[str, Any]
    encrypted: bool
    digest: str


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
    return statements.to_bytes(statements.sign(form, claims, keys))


def read(form: Form, file: Path, me: Keys, trusted: Callable[[str], Known | None]) -> Letter:
    """The file judged as a statement to this office or to all, then opened. Raises those of `statements.read`.

    It is read once: what is asked of its bytes later is answered by `digest`, wherever the stick is by then.
    """
    data = statements.loaded(form, file)
    shape = partial(_letter, form, file, me, hashlib.sha256(data).hexdigest())
    return statements.judge(form, data, file.name, trusted, shape, me.card.id)


def _letter(
    form: Form, file: Path, me: Keys, digest: str, claims: dict[str, Any], sender: OfficeCard
) -> Letter:
    inner = base64.b64decode(claims["content"], validate=True)
    if claims["cipher"] == "age":
        inner = _opened(form, file, inner, me)
    elif claims["cipher"] != "none" or claims["to"]:
        raise ValueError("加密的写法不对")
    content = strict_loads(inner)
    if not isinstance(content, dict):
        raise ValueError("内容不对")
    return Letter(
        sender, claims["to"], claims["id"], claims["on"], content, claims["cipher"] == "age", digest
    )


def _opened(form: Form, file: Path, sealed: bytes, me: Keys) -> bytes:
    try:
        return bytes(pyrage.decrypt(sealed, [me.identity, *me.former]))
    except pyrage.DecryptError as error:
        raise Problem(
            "E_NOT_FOR_US",
            f"“{file.name}”不是用本单位现在的密钥加密的，打不开；请把名片重新交给对方，再请其重发",
        ) from error
