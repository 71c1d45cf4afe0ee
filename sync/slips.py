"""Return slips: why a receiver did not take a bundle in, or not some rows of it, signed like a receipt (decision 30)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from app.canon import canonical, strict_loads
from app.problem import Problem
from app.trust import Keys, Known
from sync import dsse

SLIP_TYPE = "application/vnd.qidi.slip+json"
SUFFIX = ".qidi-slip"
MAGIC = b'{"QIDI_SLIP":'
RETURNED, ROWS = "returned", "rows"
"""The whole bundle came back; or it was taken in, and the rows named were not adopted."""
LIMIT = 8 * 1024**2
MOST_REASONS, MOST_ROWS, LONGEST = 5000, 500, 500
_SHA = re.compile(r"[0-9a-f]{64}")
_UUID = re.compile(r"[0-9a-f]{32}")
_CODE = re.compile(r"E_[A-Z_]{1,40}")
_HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


@dataclass(frozen=True)
class Reason:
    """One reason: `rows` by number and name, `files` by digest, `line` of the bundle (0: none); `row`, `item` and
    `field` name one cell at the issuer's."""

    code: str
    text: str
    rows: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    line: int = 0
    row: str = ""
    item: str = ""
    field: str = ""


@dataclass(frozen=True)
class Slip:
    """`issuer` gave bundle `bundle` of `to` back. It has the stream up to `have`, whose line is `have_head` there;
    where two pasts stand against each other, as far as they are the same.

    `number` counts the slips of this bundle: an older one never replaces a later one.
    """

    bundle: str
    digest: str
    issuer: str
    issuer_name: str
    to: str
    ledger: str
    stream: str
    number: int
    have: int
    have_head: str
    on: str
    verdict: str
    reasons: tuple[Reason, ...]

    def claims(self) -> dict[str, Any]:
        """What the signature covers, as JSON values."""
        told = {**asdict(self), "reasons": [_told(r) for r in self.reasons]}
        return {"QIDI_SLIP": 1, **told}


def reason(told: Mapping[str, Any]) -> Reason:
    """A reason with its texts cut and cleaned to what may travel."""
    rows, files = (tuple(_plain(t) for t in tuple(told.get(k) or ())[:MOST_ROWS]) for k in ("rows", "files"))
    code = str(told.get("code") or "E_ROW")
    names = (_plain(told.get(k) or "") for k in ("row", "item", "field"))
    return Reason(code, _plain(told.get("text") or ""), rows, files, int(told.get("line") or 0), *names)


def reasons(told: Iterable[Mapping[str, Any]]) -> tuple[Reason, ...]:
    """As many reasons as a slip holds."""
    return tuple(reason(one) for one in list(told)[:MOST_REASONS])


def issue(slip: Slip, keys: Keys) -> dict[str, Any]:
    """The signed slip as JSON values."""
    claims = slip.claims()
    return {**claims, "signature": keys.signing.sign(dsse.pae(SLIP_TYPE, canonical(claims))).hex()}


def to_bytes(signed: Mapping[str, Any]) -> bytes:
    """The slip file: one canonical JSON line."""
    return canonical(dict(signed)) + b"\n"


def is_slip(file: Path) -> bool:
    """Whether the file begins like a slip; a file that cannot be read is none."""
    try:
        with file.open("rb") as stream:
            return stream.read(len(MAGIC)) == MAGIC
    except OSError:
        return False


def read(file: Path, trusted: Callable[[str], Known | None]) -> Slip:
    """The slip in a file, signed by a known office. Raises Problem E_SLIP, E_NEWER, E_UNKNOWN_SENDER, E_REVOKED."""
    try:
        with file.open("rb") as stream:
            data = stream.read(LIMIT + 1)
        if len(data) > LIMIT or not data.endswith(b"\n"):
            raise ValueError("长度不对")
        told = strict_loads(data[:-1])
        if told["QIDI_SLIP"] != 1:
            raise Problem(
                "E_NEWER", f"退回单“{file.name}”由更新版本的程序制作，请先升级本程序", file=str(file)
            )
        slip = of(told)
        signature = bytes.fromhex(told["signature"])
        if told != {**slip.claims(), "signature": signature.hex()}:
            raise ValueError("退回单的内容不对")
    except OSError as error:
        raise Problem("E_NO_FILE", f"找不到文件“{file.name}”，请检查路径", file=str(file)) from error
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise _bad(file, str(error)) from error
    known = trusted(slip.issuer)
    if known is None:
        raise Problem(
            "E_UNKNOWN_SENDER",
            f"还没有确认过“{slip.issuer_name}”的名片，不能收它的退回单",
            sender=slip.issuer,
        )
    if known.revoked:
        raise Problem("E_REVOKED", f"“{slip.issuer_name}”的密钥已作废，不能收它的退回单", sender=slip.issuer)
    if not dsse.verifies(known.card.signing, signature, SLIP_TYPE, canonical(slip.claims())):
        raise Problem(
            "E_SLIP",
            f"“{file.name}”的签名与确认过的名片对不上，可能被改动过；对方换过密钥的话，请它把这份退回单重做一份",
            file=str(file),
        )
    return slip


def of(told: Mapping[str, Any]) -> Slip:
    """A slip from its JSON values. Raises ValueError, KeyError, TypeError, AttributeError."""
    values = {k: v for k, v in told.items() if k not in ("QIDI_SLIP", "signature", "reasons")}
    slip = Slip(**values, reasons=tuple(_reason(one) for one in told["reasons"]))
    ids = (slip.bundle, slip.issuer, slip.to, slip.ledger, slip.stream)
    if not all(_UUID.fullmatch(i) for i in ids) or not _SHA.fullmatch(slip.digest):
        raise ValueError("编号或摘要的写法不对")
    if any(type(n) is not int or n < 0 for n in (slip.number, slip.have)) or slip.number == 0:
        raise ValueError("序号不对")
    if not (_SHA.fullmatch(slip.have_head) if slip.have else slip.have_head == ""):
        raise ValueError("末尾不对")
    if slip.verdict not in (RETURNED, ROWS) or not 0 < len(slip.reasons) <= MOST_REASONS:
        raise ValueError("结论或原因不对")
    return slip


def kept(told: Mapping[str, Any] | None) -> Slip | None:
    """A slip as inbox and outbox keep it; None when there is none, or it went with destroyed content."""
    return of(told) if told and "QIDI_SLIP" in told else None


def _told(one: Reason) -> dict[str, Any]:
    return {**asdict(one), "rows": list(one.rows), "files": list(one.files)}


def _reason(told: Mapping[str, Any]) -> Reason:
    one = Reason(**{**told, "rows": tuple(told["rows"]), "files": tuple(told["files"])})
    texts: tuple[Any, ...] = (one.text, one.row, one.item, one.field, *one.rows, *one.files)
    if not _CODE.fullmatch(one.code) or any(not isinstance(t, str) or len(t) > LONGEST for t in texts):
        raise ValueError("原因的写法不对")
    if type(one.line) is not int or one.line < 0 or max(len(one.rows), len(one.files)) > MOST_ROWS:
        raise ValueError("原因的写法不对")
    return one


def _plain(text: Any) -> str:
    return unicodedata.normalize("NFC", _HIDDEN.sub("", str(text)))[:LONGEST].strip()


def _bad(file: Path, detail: str) -> Problem:
    return Problem("E_SLIP", f"“{file.name}”不是有效的退回单，或被改动过", file=str(file), detail=detail)
