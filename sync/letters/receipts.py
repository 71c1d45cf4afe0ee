"""Receipts: what a receiver signs of a bundle it took in, bound to the tagmanifest's digest and the head (decision 30)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from app.journals.trust import Keys, Known, OfficeCard
from sync.peers import statements

FORM = statements.Form(
    "QIDI_RECEIPT", "application/vnd.qidi.receipt+json", ".qidi-receipt", "回执", 64 * 1024, "E_RECEIPT"
)
SUFFIX = FORM.suffix
MOST = 10**9
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
    return statements.sign(FORM, receipt.claims(), keys)


def resigned(signed: dict[str, Any], own: Keys) -> dict[str, Any]:
    """The receipt as it is, or signed anew when the key of its issuer has changed since (decision 29)."""
    return statements.resigned(FORM, signed, own)


def is_receipt(file: Path) -> bool:
    return statements.begins(FORM, file)


def read(file: Path, trusted: Callable[[str], Known | None]) -> Receipt:
    """The receipt in a file, signed by a known office. Raises those of `statements.read` with E_RECEIPT."""
    return statements.read(FORM, file, trusted, _receipt)


def _receipt(claims: dict[str, Any], issuer: OfficeCard) -> Receipt:
    receipt = Receipt(**{k: v for k, v in claims.items() if k != FORM.key})
    ids = (receipt.bundle, receipt.issuer, receipt.to, receipt.ledger, receipt.stream)
    if not all(_UUID.fullmatch(i) for i in ids) or not all(
        _SHA.fullmatch(d) for d in (receipt.digest, receipt.head)
    ):
        raise ValueError("编号或摘要的写法不对")
    if type(receipt.seq) is not int or receipt.seq < 0 or receipt.verdict != "accepted":
        raise ValueError("序号或结论不对")
    counts = [n for each in receipt.counts.values() for n in each.values()]
    if any(type(n) is not int or not 0 <= n <= MOST for n in (receipt.rows, *counts)):
        raise ValueError("行数不对")
    return replace(
        receipt, issuer_name=issuer.name
    )  # the name a person confirmed, not what the file calls itself
