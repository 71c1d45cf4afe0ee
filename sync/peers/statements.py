"""Statements: a file of one canonical JSON line under the signature of one office (receipts, slips, registers, letters)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from app.canon import canonical, strict_loads
from app.journals.trust import Keys, Known, OfficeCard
from app.problem import Problem
from app.storage import files
from sync.bundles import dsse

SIGNATURE = "signature"
_LONGEST_NAME = 200
_ID = re.compile(r"[0-9a-f]{32}")
T = TypeVar("T")


@dataclass(frozen=True)
class Form:
    """One kind of statement: `key` opens the line and names its version (1), `type` is what its signature is bound to.

    `word` is what a clerk calls it, `code` refuses one that is not what it should be, `limit` is its most bytes.
    """

    key: str
    type: str
    suffix: str
    word: str
    limit: int = 48 * 1024**2
    code: str = "E_LETTER"

    @property
    def magic(self) -> bytes:
        """How such a file begins: capitals sort before the other keys."""
        return b'{"%s":' % self.key.encode()


def sign(form: Form, claims: Mapping[str, Any], keys: Keys) -> dict[str, Any]:
    """The signed statement as JSON values."""
    told = dict(claims)
    return {**told, SIGNATURE: keys.signing.sign(dsse.pae(form.type, canonical(told))).hex()}


def resigned(form: Form, signed: Mapping[str, Any], own: Keys) -> dict[str, Any]:
    """The own statement as it is, or signed anew when the key of this office has changed since (decision 29)."""
    claims = {k: v for k, v in signed.items() if k != SIGNATURE}
    if dsse.verifies(own.card.signing, bytes.fromhex(signed[SIGNATURE]), form.type, canonical(claims)):
        return dict(signed)
    return sign(form, claims, own)


def to_bytes(signed: Mapping[str, Any]) -> bytes:
    """The file of a signed statement: one canonical JSON line."""
    return canonical(dict(signed)) + b"\n"


def begins(form: Form, file: Path) -> bool:
    """Whether the file begins like one of this form, or is named like one; a file that cannot be read is none."""
    try:
        with file.open("rb") as stream:
            head = stream.read(len(form.magic))
    except OSError:
        return False
    return head == form.magic or (file.suffix == form.suffix and head[:1] == b"{")


def read(
    form: Form,
    file: Path,
    trusted: Callable[[str], Known | None],
    shape: Callable[[dict[str, Any], OfficeCard], T],
    me: str = "",
) -> T:
    """What `shape` makes of the claims in a file and the confirmed card that signed them; judged like `judge`.

    Raises also Problem E_NO_FILE, E_IO.
    """
    return judge(form, loaded(form, file), file.name, trusted, shape, me)


def loaded(form: Form, file: Path) -> bytes:
    """The bytes of a file, one more than are allowed at most. Raises Problem E_NO_FILE, E_IO."""
    try:
        with file.open("rb") as stream:
            return stream.read(form.limit + 1)
    except OSError as error:
        raise files.unread(file, error) from error


def judge(
    form: Form,
    data: bytes,
    name: str,
    trusted: Callable[[str], Known | None],
    shape: Callable[[dict[str, Any], OfficeCard], T],
    me: str = "",
) -> T:
    """Size, form, version, addressee (`me`, when one is asked for), sender, signature, ids and day; then `shape`.

    `shape` raises ValueError, KeyError, TypeError or AttributeError for what should not be there. Raises Problem of
    the form's code, E_NEWER, E_NOT_FOR_US, E_UNKNOWN_SENDER, E_REVOKED, and what `shape` raises itself.
    """
    try:
        claims = _claims(form, data, name)
        signature = _signature(claims)
        if me:
            _refuse_misdirected(form, claims, me)
        card = _sender(form, claims, trusted)
        if not dsse.verifies(card.signing, signature, form.type, canonical(claims)):
            raise _forged(form, name)
        _refuse_odd_marks(claims)
        return shape(claims, card)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise bad(form, name, str(error)) from error


def bad(form: Form, name: str, detail: str) -> Problem:
    """The refusal of a file whose content is not what it should be."""
    return Problem(form.code, f"“{name}”不是有效的{form.word}，或被改动过，没有收", file=name, detail=detail)


def _claims(form: Form, data: bytes, name: str) -> dict[str, Any]:
    if len(data) > form.limit or not data.endswith(b"\n"):
        raise ValueError("长度不对，可能没有复制完整")
    told = strict_loads(data[:-1])
    if not isinstance(told, dict) or type(told[form.key]) is not int:
        raise ValueError("开头不对")
    if told[form.key] != 1:
        raise Problem(
            "E_NEWER",
            f"“{name}”由更新版本的程序制作（第 {told[form.key]} 版{form.word}），请先升级本程序",
            file=name,
        )
    return told


def _signature(claims: dict[str, Any]) -> bytes:
    """The signature taken out of the line, which had to be in the one spelling that we write."""
    written = claims.pop(SIGNATURE)
    signature = bytes.fromhex(written)
    if signature.hex() != written:
        raise ValueError("签名的写法不对")
    return signature


def _refuse_misdirected(form: Form, claims: Mapping[str, Any], me: str) -> None:
    if claims["to"] not in ("", me):
        to = _name(claims["to_name"])
        raise Problem("E_NOT_FOR_US", f"这份{form.word}不是发给本单位的，而是发给“{to}”的，没有收")


def _sender(form: Form, claims: Mapping[str, Any], trusted: Callable[[str], Known | None]) -> OfficeCard:
    issuer, name = _name(claims["issuer"]), _name(claims["issuer_name"])
    known = trusted(issuer)
    if known is None:
        raise Problem(
            "E_UNKNOWN_SENDER",
            f"还没有确认过“{name}”的名片，不能收它的{form.word}；请先向它要名片、电话核对以后再收",
            sender=issuer,
        )
    if known.revoked:
        raise Problem("E_REVOKED", f"“{known.card.name}”的密钥已作废，不能收它的{form.word}", sender=issuer)
    return known.card


def _refuse_odd_marks(claims: Mapping[str, Any]) -> None:
    """Ids and days become parts of file names here: they stand as ours are written, or the file is not taken."""
    if any(not _ID.fullmatch(claims[key]) for key in ("id", "bundle") if key in claims):
        raise ValueError("编号的写法不对")
    if "on" in claims and dt.date.fromisoformat(claims["on"]).isoformat() != claims["on"]:
        raise ValueError("日期的写法不对")


def _name(told: Any) -> str:
    """A name to be shown before anything is proved."""
    if not isinstance(told, str) or len(told) > _LONGEST_NAME:
        raise ValueError("单位的写法不对")
    return told


def _forged(form: Form, name: str) -> Problem:
    return Problem(
        form.code,
        f"“{name}”的签名与确认过的名片对不上，可能被改动过，没有收；对方换过密钥的话，请先确认它的新名片，再请它把这份{form.word}重做一份",
        file=name,
    )
