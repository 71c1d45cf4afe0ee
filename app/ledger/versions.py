"""Printed versions: what identifies them, who has signed them."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import Connection, select

from app.canon import canonical
from app.engine import storing
from app.engine.freezing import frozen_part
from app.engine.rows import Held
from app.journals import merkle
from app.ledger import ledgers
from app.ledger.ledgers import LedgerLine
from app.office import Office
from app.problem import Problem
from app.words.template_words import Step
from app.words.templates import Signoff
from models.schema import journal as journal_table
from models.schema import seal as seal_table
from models.schema import signature as signature_table
from models.schema import version as version_table

if TYPE_CHECKING:
    from app.page import Page

ACT = "step"
"""The journal verb of an act of a route that is no signature."""


@dataclass(frozen=True)
class Act:
    """One act upon a version: 政府研究, 报送盟行署. What its kind does not know is ''; `scan` is a digest."""

    title: str
    on: str
    meeting: str = ""
    minutes_no: str = ""
    doc_no: str = ""
    scan: str = ""

    @property
    def words(self) -> str:
        """政府研究：旗政府2022年第9次常务会议，2022年8月26日，白政纪〔2022〕3号."""
        year, month, day = (int(part) for part in self.on.split("-"))
        parts = (self.meeting, f"{year}年{month}月{day}日", self.minutes_no, self.doc_no)
        return f"{self.title}：{'，'.join(part for part in parts if part)}"


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
    acts: tuple[Act, ...] = ()


def of(office: Office, ledger_id: str) -> list[Version]:
    """The printed versions of a ledger, newest first."""
    with office.read() as connection:
        return of_ledger(connection, ledger_id)


def of_ledger(connection: Connection, ledger_id: str) -> list[Version]:
    t = version_table.c
    signed: dict[str, list[Signature]] = {}
    for row in connection.execute(
        select(signature_table)
        .join(version_table, t.id == signature_table.c.version_id)
        .where(t.ledger_id == ledger_id)
        .order_by(signature_table.c.seq)
    ):
        signed.setdefault(row.version_id, []).append(
            Signature(row.role, row.by, row.on, row.behalf or "", row.scan, row.pen or "")
        )
    sealed = connection.scalar(select(seal_table.c.version_id).where(seal_table.c.ledger_id == ledger_id))
    query = select(version_table).where(t.ledger_id == ledger_id).order_by(t.number.desc())
    rows = connection.execute(query).all()
    acts = _acts(connection, [row.id for row in rows])
    return [_version(row, tuple(signed.get(row.id, ())), sealed, acts.get(row.id, ())) for row in rows]


def act_of(told: Mapping[str, Any]) -> Act:
    """An act as its journal line tells it."""
    return Act(told["title"], told["on"], *(told.get(k, "") for k in ("meeting", "minutes_no", "doc_no", "scan")))


def _acts(connection: Connection, ids: Sequence[str]) -> dict[str, tuple[Act, ...]]:
    """The acts upon these versions, one of each kind: the one recorded last."""
    t = journal_table.c
    found: dict[str, dict[str, Act]] = {}
    rows = select(t.subject, t.body).where(t.subject.in_(ids), t.verb == ACT, t.body.is_not(None))
    for row in connection.execute(rows.order_by(t.seq)):
        told = msgspec.json.decode(row.body)["step"]
        act = Act(
            told["title"], told["on"], *(told.get(k, "") for k in ("meeting", "minutes_no", "doc_no", "scan"))
        )
        found.setdefault(row.subject, {})[act.title] = act
    return {version: tuple(acts.values()) for version, acts in found.items()}


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
    """The sign-off route of this ledger (decision 10): a gathered one goes by acts, others by signatures.

    Raises Problem E_NO_ROUTE, E_REGISTER.
    """
    refuse_register(line)
    routes = [route for route in line.loaded.t.signoffs if route.roles or route.steps]
    by_act = [route for route in routes if step_of(route) is not None]
    wanted = by_act if line.purpose == ledgers.MERGED else [route for route in routes if route not in by_act]
    if wanted or routes:
        return (wanted or routes)[0]
    raise Problem("E_NO_ROUTE", f"《{line.title}》的模板没有规定签字")


def refuse_register(line: LedgerLine) -> None:
    """Raise Problem E_REGISTER for a running list that nobody signs."""
    if line.loaded.t.nature == "register":
        raise Problem("E_REGISTER", f"《{line.title}》是登记簿，随时登记，不用签字，也不用确定", ledger=line.id)


def is_signed(line: LedgerLine) -> bool:
    """Whether a ledger is one that is signed and sealed at all: a register is not, nor one without a sign-off."""
    return line.loaded.t.nature != "register" and any(r.roles or r.steps for r in line.loaded.t.signoffs)


def step_of(route: Signoff) -> Step | None:
    """The act upon which the route seals; None where it seals upon a signature."""
    return next((step for step in route.steps if step.title == route.seals_upon), None)


def steps_after(route: Signoff) -> tuple[Step, ...]:
    """The acts that follow the seal."""
    upon = step_of(route)
    return route.steps[route.steps.index(upon) + 1 :] if upon else route.steps


def asked_for(line: LedgerLine) -> tuple[str, ...]:
    """What the ledger seals upon: the roles that sign, then the act."""
    route = route_of(line)
    upon = step_of(route)
    return (*route.roles, *([upon.title] if upon else ()))


def lacking(line: LedgerLine, version: Version, more: Sequence[str] = ()) -> tuple[str, ...]:
    """What the version still needs before the ledger can be sealed upon it; `more` are done."""
    done = {*(s.role for s in version.signatures), *(act.title for act in version.acts), *more}
    return tuple(title for title in asked_for(line) if title not in done)


def refuse_unmet(connection: Connection, ledger_id: str, version_id: str) -> None:
    """Raise Problem E_SEAL when a received ledger was sealed without what its route asks for (decision 10)."""
    line = ledgers.line_of(connection, ledger_id)
    version = next((v for v in of_ledger(connection, ledger_id) if v.id == version_id), None)
    left = lacking(line, version) if version and line.loaded.t.signoffs else ()
    if left:
        raise Problem(
            "E_SEAL", f"《{line.title}》确定以前没有{'、'.join(left)}的记录，没有收", ledger=ledger_id
        )


def _version(
    row: Any, signatures: tuple[Signature, ...], sealed: str | None, acts: tuple[Act, ...]
) -> Version:
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
        acts=acts,
    )
