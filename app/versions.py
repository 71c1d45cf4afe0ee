"""Printed versions: what identifies them, who has signed them."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from app import merkle, storing
from app.canon import canonical
from app.exports.page import Page
from app.freezing import frozen_part
from app.ledgers import LedgerLine
from app.office import Office
from app.problem import Problem
from app.rows import Held
from app.templates import Signoff
from models.schema import seal as seal_table
from models.schema import signature as signature_table
from models.schema import version as version_table


@dataclass(frozen=True)
class Signature:
    role: str
    by: str
    on: str
    behalf: str
    scan: str
    pen: str = ""


@dataclass(frozen=True)
class Version:
    """One numbered print of a ledger, with who has signed it."""

    id: str
    ledger_id: str
    number: int
    label: str
    code: str
    on: str
    paper: str
    pages: int
    pdf: str
    root: str
    counts: dict[str, Any]
    gaps: int
    explain: str
    seq: int
    signatures: tuple[Signature, ...]
    sealed: bool


def of(office: Office, ledger_id: str) -> list[Version]:
    """The printed versions of a ledger, newest first."""
    with office.read() as connection:
        return of_ledger(connection, ledger_id)


def of_ledger(connection: Connection, ledger_id: str) -> list[Version]:
    t = version_table.c
    signed: dict[str, list[Signature]] = {}
    for row in connection.execute(
        select(signature_table).join(version_table, t.id == signature_table.c.version_id)
        .where(t.ledger_id == ledger_id).order_by(signature_table.c.seq)
    ):
        signed.setdefault(row.version_id, []).append(
            Signature(row.role, row.by, row.on, row.behalf or "", row.scan, row.pen or "")
        )
    sealed = connection.scalar(select(seal_table.c.version_id).where(seal_table.c.ledger_id == ledger_id))
    rows = connection.execute(select(version_table).where(t.ledger_id == ledger_id).order_by(t.number.desc()))
    return [_version(row, tuple(signed.get(row.id, ())), sealed) for row in rows]


def stays(line: LedgerLine, version: Version, today: str) -> bool:
    """Whether an unchanged ledger printed on that day is this version again.

    So it is on the day of the first print and while some have signed and others not (decision 8); later the
    填报日期 is another one, and with it the paper.
    """
    signed = {s.role for s in version.signatures}
    return version.on == today or bool(signed and set(route_of(line).roles) - signed)


def root_of(connection: Connection, line: LedgerLine, told: Mapping[str, bytes] | None = None) -> str:
    """The Merkle root over the frozen part of every row (RFC 6962), hex; `told` leaves stand for destroyed content."""
    return merkle.root(leaves(connection, line, told or {})).hex()


def leaves(connection: Connection, line: LedgerLine, told: Mapping[str, bytes]) -> Iterator[bytes]:
    """One leaf a row in the order of their numbers; withdrawn rows have none."""
    for held in storing.every_held(connection, line.id):
        if held.standing != "deleted":
            yield told.get(held.id) or leaf(line, held)


def leaf(line: LedgerLine, held: Held) -> bytes:
    """The leaf of one row: H(0x00 ‖ JCS{subject, content})."""
    return merkle.leaf({"subject": held.id, "content": frozen_part(line.loaded, held)})


def code_of(line: LedgerLine, label: str, page: Page, root: str, tallies: dict[str, Any]) -> str:
    """26 base32 characters: the 128-bit digest of what the print says."""
    rows = hashlib.sha256()
    for row in page.rows:
        rows.update(canonical(list(row)))
    content: dict[str, Any] = {
        "ledger": line.id,
        "template": line.loaded.digest,
        "label": label,
        "title": page.title,
        "date": page.date_line,
        "unit": page.unit_line,
        "columns": [c.key for c in page.columns],
        "rows": rows.hexdigest(),
        "foot": list(page.foot),
        "explain": list(page.appendix),
        "root": root,
        "counts": tallies,
    }
    if page.after:
        content["after"] = [[made.title, made.beside, *map(list, made.rows)] for made in page.after]
    return base64.b32encode(hashlib.sha256(canonical(content)).digest()[:16]).decode().rstrip("=")


def route_of(line: LedgerLine) -> Signoff:
    """The sign-off route of this ledger. Raises Problem E_NO_ROUTE."""
    for route in line.loaded.t.signoffs:
        if route.roles:
            return route
    raise Problem("E_NO_ROUTE", f"《{line.title}》的模板没有规定签字")


def _version(row: Any, signatures: tuple[Signature, ...], sealed: str | None) -> Version:
    return Version(
        id=row.id,
        ledger_id=row.ledger_id,
        number=row.number,
        label=row.label,
        code=row.code,
        on=row.on,
        paper=row.paper,
        pages=row.pages,
        pdf=row.pdf,
        root=row.root,
        counts=row.counts,
        gaps=row.gaps,
        explain=row.explain or "",
        seq=row.seq,
        signatures=signatures,
        sealed=row.id == sealed,
    )
