"""Receipts: what a receiver signs of a bundle it took in, bound to the tagmanifest's digest and the head (decision 30)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from app.canon import canonical, strict_loads
from app.problem import Problem
from app.trust import Keys, Known
from sync import dsse

RECEIPT_TYPE = "application/vnd.qidi.receipt+json"
SUFFIX = ".qidi-receipt"
MAGIC = b'{"QIDI_RECEIPT":'
LIMIT = 64 * 1024
_SHA = re.compile(r"[0-9a-f]{64}")
_UUID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Receipt:
    """`issuer` took bundle `bundle` of `to` in: its stream stands at `seq` with head `head` there."""

    bundle: str
    digest: str
    issuer: str
    issuer_name: str
    to: str
    ledger: str
    stream: str
    seq: int
    head: str
    rows: int
    counts: dict[str, dict[str, int]]
    on: str
    verdict: str = "accepted"

    def claims(self) -> dict[str, Any]:
        return {"QIDI_RECEIPT": 1, **asdict(self)}


def issue(receipt: Receipt, keys: Keys) -> dict[str, Any]:
    """The signed receipt as JSON values."""
    claims = receipt.claims()
    return {**claims, "signature": keys.signing.sign(dsse.pae(RECEIPT_TYPE, canonical(claims))).hex()}


def resigned(signed: dict[str, Any], own: Keys) -> dict[str, Any]:
    """The receipt as it is, or signed anew when the key of its issuer has changed since (decision 29)."""
    claims = {k: v for k, v in signed.items() if k != "signature"}
    sig = bytes.fromhex(signed["signature"])
    if dsse.verifies(own.card.signing, sig, RECEIPT_TYPE, canonical(claims)):
        return signed
    return {**claims, "signature": own.signing.sign(dsse.pae(RECEIPT_TYPE, canonical(claims))).hex()}


def to_bytes(signed: dict[str, Any]) -> bytes:
    """The receipt file: one canonical JSON line."""
    return canonical(signed) + b"\n"


def is_receipt(file: Path) -> bool:
    """Whether the file begins like a receipt; a file that cannot be read is none."""
    try:
        with file.open("rb") as stream:
            return stream.read(len(MAGIC)) == MAGIC
    except OSError:
        return False


def read(file: Path, trusted: Callable[[str], Known | None]) -> Receipt:
    """The receipt in a file, signed by a known office. Raises Problem E_RECEIPT, E_NEWER, E_UNKNOWN_SENDER, E_REVOKED."""
    try:
        with file.open("rb") as stream:
            data = stream.read(LIMIT + 1)
        if len(data) > LIMIT or not data.endswith(b"\n"):
            raise ValueError("长度不对")
        told = strict_loads(data[:-1])
        if told["QIDI_RECEIPT"] != 1:
            raise Problem("E_NEWER", f"回执“{file.name}”由更新版本的程序制作，请先升级本程序", file=str(file))
        signature = bytes.fromhex(told["signature"])
        receipt = Receipt(**{k: v for k, v in told.items() if k not in ("QIDI_RECEIPT", "signature")})
        _refuse_odd(receipt)
    except (ValueError, TypeError, KeyError) as error:
        raise _bad(file, str(error)) from error
    known = trusted(receipt.issuer)
    if known is None:
        raise Problem(
            "E_UNKNOWN_SENDER",
            f"还没有确认过“{receipt.issuer_name}”的名片，不能收它的回执",
            sender=receipt.issuer,
        )
    if known.revoked:
        raise Problem(
            "E_REVOKED", f"“{receipt.issuer_name}”的密钥已作废，不能收它的回执", sender=receipt.issuer
        )
    if not dsse.verifies(known.card.signing, signature, RECEIPT_TYPE, canonical(receipt.claims())):
        raise Problem(
            "E_RECEIPT",
            f"“{file.name}”的签名与确认过的名片对不上，可能被改动过；对方换过密钥的话，请它把这份回执重做一份",
            file=str(file),
        )
    return receipt


def _refuse_odd(receipt: Receipt) -> None:
    ids = (receipt.bundle, receipt.issuer, receipt.to, receipt.ledger, receipt.stream)
    if not all(_UUID.fullmatch(i) for i in ids) or not all(
        _SHA.fullmatch(d) for d in (receipt.digest, receipt.head)
    ):
        raise ValueError("编号或摘要的写法不对")
    if type(receipt.seq) is not int or receipt.seq < 0 or receipt.verdict != "accepted":
        raise ValueError("序号或结论不对")


def _bad(file: Path, detail: str) -> Problem:
    return Problem("E_RECEIPT", f"“{file.name}”不是有效的回执，或被改动过", file=str(file), detail=detail)
