"""Return slips: why a receiver did not take a bundle in, or not some rows of it, signed like a receipt (decision 30)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from app.journals.trust import Keys, Known, OfficeCard
from sync.peers import statements

FORM = statements.Form(
    "QIDI_SLIP", "application/vnd.qidi.slip+json", ".qidi-slip", "退回单", 8 * 1024**2, "E_SLIP"
)
SUFFIX = FORM.suffix
RETURNED, ROWS = "returned", "rows"
"""The whole bundle came back; or it was taken in, and the rows named were not adopted."""
MOST_REASONS, MOST_ROWS, LONGEST, MOST_SLIPS = 5000, 500, 500, 10**9  # no office comes to the last of them
_SHA = re.compile(r"[0-9a-f]{64}")
_UUID = re.compile(r"[0-9a-f]{32}")
_CODE = re.compile(r"E_[A-Z_]{1,40}")
_HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


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
    return statements.sign(FORM, slip.claims(), keys)


def resigned(signed: Mapping[str, Any], own: Keys) -> dict[str, Any]:
    """The slip as it is, or signed anew when the key of its issuer has changed since (decision 29)."""
    return statements.resigned(FORM, signed, own)


def is_slip(file: Path) -> bool:
    return statements.begins(FORM, file)


def read(file: Path, trusted: Callable[[str], Known | None]) -> Slip:
    """The slip in a file, signed by a known office. Raises those of `statements.read` with E_SLIP."""
    return statements.read(FORM, file, trusted, _slip)


def judged(data: bytes, name: str, trusted: Callable[[str], Known | None]) -> Slip:
    """The slip in the bytes of a file. Raises those of `statements.judge`."""
    return statements.judge(FORM, data, name, trusted, _slip)


def _slip(claims: dict[str, Any], issuer: OfficeCard) -> Slip:
    slip = of(claims)
    if claims != slip.claims():
        raise ValueError("退回单的内容不对")
    if slip.number > MOST_SLIPS or any(_plain(t) != t for each in slip.reasons for t in _texts(each)):
        raise ValueError("次数或原因的写法不对")
    return replace(
        slip, issuer_name=issuer.name
    )  # the name a person confirmed, not what the file calls itself


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
    if not _CODE.fullmatch(one.code) or any(not isinstance(t, str) or len(t) > LONGEST for t in _texts(one)):
        raise ValueError("原因的写法不对")
    if type(one.line) is not int or one.line < 0 or max(len(one.rows), len(one.files)) > MOST_ROWS:
        raise ValueError("原因的写法不对")
    return one


def _texts(one: Reason) -> tuple[Any, ...]:
    return one.text, one.row, one.item, one.field, *one.rows, *one.files


def _plain(text: Any) -> str:
    return unicodedata.normalize("NFC", _HIDDEN.sub("", str(text)))[:LONGEST].strip()
