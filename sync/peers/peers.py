"""The offices this one knows: whose card was confirmed, and how one is named."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz, process
from sqlalchemy import Connection, delete, insert, select, update

from app.canon import canonical
from app.journals.trust import Known, OfficeCard, plain_name
from app.journals.writing import Write
from app.office import Office
from app.problem import Problem
from app.words import wording
from models.schema import journal as journal_table
from models.schema import office as office_table
from models.schema import peer as peer_table
from sync.peers import keys

TRUSTED, REVOKED = "trusted", "revoked"


@dataclass(frozen=True)
class Peer:
    """A confirmed card with its state; `before` are earlier cards, kept for old history."""

    card: OfficeCard
    state: str
    trusted_on: str
    before: tuple[OfficeCard, ...] = ()

    def outdates(self, card: OfficeCard) -> bool:
        """Whether that card is an earlier one of this office: a key it has given up, or made on an earlier day."""
        if card.signing != self.card.signing and card.signing in {c.signing for c in self.before}:
            return True
        return card in self.before or card.made_on < self.card.made_on


@dataclass(frozen=True)
class Address:
    """Whom a bundle goes to. Without a card it is addressed by name and goes unencrypted."""

    id: str
    name: str
    card: OfficeCard | None
    confirmed: bool


def all(office: Office) -> list[Peer]:  # noqa: A001 - reads as peers.all
    """Every known office by name."""
    with office.read() as connection:
        return all_in(connection)


def all_in(connection: Connection) -> list[Peer]:
    """Every known office by name, inside a transaction."""
    rows = connection.execute(select(peer_table).order_by(peer_table.c.name)).mappings()
    return [_peer(dict(row)) for row in rows]


def lookup(office: Office) -> Callable[[str], Known | None]:
    """{office id: confirmed card} as the bundle reader asks for it."""
    known = {p.card.id: Known(p.card, p.state == REVOKED, p.before) for p in all(office)}
    return known.get


def put(office: Office, card: OfficeCard) -> bool:
    """Record a card a person has confirmed; True when it replaces another one of that office."""
    with office.write("确认单位名片") as work:
        return put_in(work, card)


def put_in(work: Write, card: OfficeCard, *, revoked: bool = False, reason: str = "", by: str = "") -> bool:
    """Record a card inside a deed; True when it replaces another one, which is kept for old history.

    `by` is the issuer of the register that says so ('': a person). Every revoker is noted, for `revokers`.
    """
    t = peer_table.c
    row = work.connection.execute(select(peer_table).where(t.office_id == card.id)).mappings().first()
    old = _peer(dict(row)) if row else None
    changed = old is not None and old.card != card
    if old is None or changed or (old.state == REVOKED and not revoked):
        before = (*old.before, old.card) if old and changed else (old.before if old else ())
        _store(work, card, before)
        old = None
    if revoked and (old is None or old.state != REVOKED or by not in revokers(work, card.id)):
        _revoke(work, card.id, reason, by)
    return changed


def revokers(work: Write, office_id: str) -> set[str]:
    """Who has revoked the key an office has now: issuers of registers, '' for a person here."""
    t = journal_table.c
    found: set[str] = set()
    query = select(t.verb, t.body).where(
        t.subject == office_id, t.stream == select(office_table.c.stream).scalar_subquery()
    )
    for line in work.connection.execute(query.where(t.verb.in_(("trust", "revoke"))).order_by(t.seq)):
        found = found | {json.loads(line.body).get("by", "")} if line.verb == "revoke" else set()
    return found


def _store(work: Write, card: OfficeCard, before: tuple[OfficeCard, ...]) -> None:
    values = {
        "office_id": card.id,
        "name": card.name,
        "division": card.division,
        "card": {"card": _json(card), "before": [_json(c) for c in before]},
        "state": TRUSTED,
        "trusted_on": work.on,
    }
    work.connection.execute(delete(peer_table).where(peer_table.c.office_id == card.id))
    work.connection.execute(insert(peer_table).values(**values))
    work.office_line("trust", card.id, {"card": _json(card), "fingerprint": card.fingerprint})


def _revoke(work: Write, office_id: str, reason: str, by: str = "") -> None:
    work.connection.execute(
        update(peer_table).where(peer_table.c.office_id == office_id).values(state=REVOKED)
    )
    work.office_line("revoke", office_id, {"reason": reason, **({"by": by} if by else {})})


def revoke(office: Office, ref: str, reason: str) -> OfficeCard:
    """Mark a peer's key as no longer valid. Raises Problem E_NO_PEER, E_REASON."""
    if not reason.strip():
        raise Problem("E_REASON", "作废名片要写明原因", field="reason")
    address = find(office, ref)
    if address.card is None:
        raise Problem("E_NO_PEER", f"没有确认过“{ref}”的名片", office=ref)
    with office.write("作废单位名片") as work:
        _revoke(work, address.id, reason.strip())
    return address.card


def find(office: Office, ref: str) -> Address:
    """The office meant by an id, a name or a card file; an unknown name is an address without card.

    Raises Problem E_TO_SELF, E_NO_PEER, E_WHICH_OFFICE, E_REVOKED, E_CARD_CHANGED and those of `keys.read_card`.
    """
    ref = ref.strip()
    known = all(office)
    if ref.endswith(keys.SUFFIX) or _is_file(ref):
        return _by_card(office, known, keys.read_card(Path(ref)))
    same = [p for p in known if p.card.id == ref] or [
        p for p in known if wording.key(p.card.name) == wording.key(ref)
    ]
    if ref == office.id or (not same and wording.key(ref) == wording.key(office.name)):
        raise Problem("E_TO_SELF", "不能发给本单位自己", office=ref)
    if len(same) > 1:
        raise Problem(
            "E_WHICH_OFFICE",
            f"有 {len(same):,} 个叫“{ref}”的单位，请改用单位编号",
            offices=[p.card.id for p in same],
        )
    if same:
        return _usable(same[0])
    if not plain_name(ref) or (len(ref) == 32 and ref.isalnum() and ref.isascii()):
        raise Problem("E_NO_PEER", f"不认识“{ref}”，请先确认对方的名片，或写明单位名称", office=ref)
    return Address("", ref, None, confirmed=False)


def went_to(to_office: str | None, to_name: str, issuer: str, issuer_name: str) -> bool:
    """Whether what was sent went to that confirmed office: by id, or under its name where it went to a mere name."""
    return to_office == issuer if to_office else wording.key(to_name) == wording.key(issuer_name)


def near(office: Office, name: str) -> list[str]:
    """The names of offices with a confirmed card that look like this one, the likest first."""
    known = {wording.key(p.card.name): p.card.name for p in all(office) if p.state == TRUSTED}
    found = process.extract(wording.key(name), list(known), scorer=fuzz.ratio, score_cutoff=60, limit=3)
    return [known[key] for key, *_ in found]


def _is_file(ref: str) -> bool:
    try:
        return Path(ref).is_file()
    except (OSError, ValueError):  # too long for a path, or with a NUL
        return False


def _by_card(office: Office, known: list[Peer], card: OfficeCard) -> Address:
    if card.id == office.id:
        raise Problem("E_TO_SELF", "这是本单位自己的名片", office=card.id)
    for peer in known:
        if peer.card.id == card.id:
            if peer.card.fingerprint != card.fingerprint:
                raise Problem(
                    "E_CARD_CHANGED",
                    f"“{card.name}”换了密钥，请先打电话对核对码、重新确认名片",
                    fingerprint=card.fingerprint,
                )
            return _usable(peer)
    return Address(card.id, card.name, card, confirmed=False)


def _usable(peer: Peer) -> Address:
    if peer.state == REVOKED:
        raise Problem("E_REVOKED", f"“{peer.card.name}”的名片已作废，请先确认新的名片", office=peer.card.id)
    return Address(peer.card.id, peer.card.name, peer.card, confirmed=True)


def _peer(row: dict[str, Any]) -> Peer:
    stored = row["card"]
    return Peer(
        card=_card(stored["card"]),
        state=row["state"],
        trusted_on=row["trusted_on"],
        before=tuple(_card(c) for c in stored["before"]),
    )


def _json(card: OfficeCard) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(keys.card_bytes(card))
    return told


def _card(told: dict[str, Any]) -> OfficeCard:
    return keys.card_of(canonical(told) + b"\n", "已确认的名片")
