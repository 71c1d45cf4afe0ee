"""The register of offices: who belongs to the exchange, signed and numbered by the lead office or a superior."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from app.canon import canonical
from app.change import Change
from app.journals.trust import Keys, Known, OfficeCard
from app.journals.writing import Write
from app.ledger import settings
from app.office import Office
from app.problem import Problem
from app.storage import files, volumes
from app.values import divisions
from models.schema import setting as setting_table
from sync.bundles import file_names
from sync.letters import superiors
from sync.peers import keys, peers, statements

FORM = statements.Form(
    "QIDI_REGISTER",
    "application/vnd.qidi.register+json",
    ".qidi-register",
    "单位名册",
    4 * 1024**2,
    "E_REGISTER",
)
SUFFIX = FORM.suffix
ISSUERS = frozenset({"lead", "superior"})
VALID, REVOKED = "valid", "revoked"
ENCRYPT_ONLY = "exchange.encrypt_only"
_KEY = "register."


@dataclass(frozen=True)
class Member:
    """One office of a register: its card as it signed it, and whether its key still counts."""

    card: OfficeCard
    state: str = VALID
    reason: str = ""


@dataclass(frozen=True)
class Register:
    """What `issuer` says of its offices. `version` only grows; `encrypt_only` is its rule for all of them."""

    issuer: str
    issuer_name: str
    version: int
    on: str
    encrypt_only: bool
    members: tuple[Member, ...]

    def claims(self) -> dict[str, Any]:
        """What the signature covers, as JSON values."""
        told = {k: v for k, v in asdict(self).items() if k != "members"}
        return {"QIDI_REGISTER": 1, **told, "offices": [_told(m) for m in self.members]}


@dataclass(frozen=True)
class Taken:
    """What taking a register changed here, by office name."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    revoked: tuple[str, ...]
    restored: tuple[str, ...] = ()
    still: tuple[str, ...] = ()
    """Revoked by another than this issuer, or here: that stands until who revoked says otherwise, or a person."""
    older: tuple[str, ...] = ()
    """A newer card is known here."""


def to_bytes(register: Register, signer: Keys) -> bytes:
    """The register file: one canonical JSON line with the issuer's signature."""
    return statements.to_bytes(statements.sign(FORM, register.claims(), signer))


def is_register(file: Path) -> bool:
    return statements.begins(FORM, file)


def read(file: Path, trusted: Callable[[str], Known | None]) -> Register:
    """The register in a file. Raises those of `statements.read` with E_REGISTER; E_NOT_ALLOWED, E_CARD_CHANGED."""
    return statements.read(FORM, file, trusted, _judged)


def _judged(claims: dict[str, Any], issuer: OfficeCard) -> Register:
    register = _register(claims)
    if claims != register.claims():
        raise ValueError("名册的内容不对")
    _refuse_outsiders(register, issuer)
    return replace(
        register, issuer_name=issuer.name
    )  # the name a person confirmed, not what the file calls itself


def issue(
    office: Office,
    signer: Keys,
    *,
    encrypt_only: bool | None = None,
    revoked: Mapping[str, str] | None = None,
) -> Register:
    """The next version for all offices this one has confirmed within its own territory, itself included.

    `revoked` ({office id: reason}) adds to those revoked before, here too; `encrypt_only` holds here as well, where
    those above do not say more.
    Raises Problem E_NOT_ALLOWED.
    """
    _refuse_no_issuer(office.roles)
    last = current(office, office.id)
    was = settings.get(office, ENCRYPT_ONLY)
    if encrypt_only is None:
        encrypt_only = last.encrypt_only if last else bool(was)
    with office.write("印发单位名册") as work:
        mine = [p for p in peers.all_in(work.connection) if _within(p.card.division, office.division)]
        reasons = _reasons(last, mine) | dict(revoked or {})
        for peer in mine:
            if peer.card.id in reasons:
                peers.put_in(work, peer.card, revoked=True, reason=reasons[peer.card.id], by=office.id)
        members = [Member(signer.card), *(_member(p, reasons) for p in mine)]
        register = Register(
            office.id, office.name, (last.version if last else 0) + 1, work.on, encrypt_only,
            tuple(sorted(members, key=lambda m: m.card.id)),
        )  # fmt: skip
        _keep(work, register)
        _rule(work, office, office.id)
    return register


def write(register: Register, signer: Keys, out: Path) -> Path:
    """Write the register file into a folder or under a name."""
    if not out.suffix:
        volumes.reach(out)
    name = file_names.fitted(register.issuer_name, f"_单位名册_第{register.version}版{SUFFIX}")
    target = out / name if out.is_dir() else out
    files.write_whole(target, to_bytes(register, signer))
    return target


def take(office: Office, register: Register) -> Change:
    """Enter a judged register: enrol its offices, replace changed keys, revoke. In one transaction.

    Raises Problem E_REGISTRY_ROLLBACK for an older version, or another text under the same number.
    """
    last = current(office, register.issuer)
    if last is not None:  # the issuer may have been renamed since
        last = replace(last, issuer_name=register.issuer_name)
        _refuse_rollback(register, last)
    again = last == register
    taken = Taken((), (), ())
    with office.write("收单位名册") as work:
        if not again:
            taken = _enrol(work, office, register)
            _keep(work, register)
        rule = _rule(work, office, register.issuer)
    facts = {"version": register.version, "again": again, "encrypt_by": tuple(rule.by.values())}
    if again:
        said, words = f"单位名册第 {register.version} 版以前已收过", rule.words
    else:
        said = f"已收{register.issuer_name}的单位名册第 {register.version} 版"
        words = [*_changes(taken), *(rule.words or _apart(register, rule))] or ["单位没有变化"]
        facts |= asdict(taken)
    return Change("：".join(filter(None, (said, "，".join(words)))), facts=facts)


def _refuse_rollback(register: Register, last: Register) -> None:
    if register.version < last.version or (register.version == last.version and register != last):
        raise Problem(
            "E_REGISTRY_ROLLBACK",
            f"这份单位名册是第 {register.version} 版，本单位已有第 {last.version} 版，没有收；请向{register.issuer_name}要最新的",
            version=register.version,
            have=last.version,
        )


def current(office: Office, issuer: str) -> Register | None:
    """The newest register of that office kept here."""
    told = settings.get(office, _KEY + issuer)
    return _register(told) if told else None


def all(office: Office) -> list[Register]:  # noqa: A001 - reads as registers.all
    """The newest register of every issuer."""
    with office.read() as connection:
        return _all_in(connection)


def _all_in(connection: Connection) -> list[Register]:
    t = setting_table.c
    rows = connection.execute(select(t.value).where(t.key.startswith(_KEY)).order_by(t.key)).scalars()
    return [_register(told) for told in rows]


def _enrol(work: Write, office: Office, register: Register) -> Taken:
    known = {p.card.id: p for p in peers.all_in(work.connection)}
    names: dict[str, list[str]] = {}
    for member in register.members:
        card = member.card
        if card.id == office.id:
            continue
        what = _effect(work, register.issuer, member, known.get(card.id))
        names.setdefault(what, []).append(card.name)
        if what not in ("still", "older"):
            peers.put_in(
                work, card, revoked=member.state == REVOKED, reason=member.reason, by=register.issuer
            )
    names.pop("", None)
    return Taken(**{"added": (), "changed": (), "revoked": (), **{k: tuple(v) for k, v in names.items()}})


def _effect(work: Write, issuer: str, member: Member, old: peers.Peer | None) -> str:
    """The field of `Taken` for a member; '' when nothing is new. A key comes back by its revoker alone (decision 29)."""
    if old is not None and old.outdates(member.card):
        return "older"
    gone = old is not None and old.state == peers.REVOKED
    if member.state == REVOKED:
        return "" if gone else "revoked"
    if old is None:
        return "added"
    if gone and old.card.signing == member.card.signing:
        return "restored" if peers.revokers(work, member.card.id) == {issuer} else "still"
    return "changed" if old.card != member.card else ""


def _keep(work: Write, register: Register) -> None:
    told = register.claims()
    _set(work, _KEY + register.issuer, told)
    work.office_line("register", register.issuer, told)


@dataclass(frozen=True)
class _Rule:
    """Who demands encryption of this office now, {id: name}, whether it holds now, and whether it held before."""

    by: Mapping[str, str]
    now: bool
    was: bool

    @property
    def words(self) -> list[str]:
        """What changed, and what holds though nobody above demands it."""
        if self.now and not self.was:
            return [f"从现在起往来必须加密（{'、'.join(self.by.values())}规定）"]
        if self.now and not self.by:
            return ["往来仍须加密（以前定的，要改请由本单位的汇总部门或上级重新印发名册）"]
        return ["从现在起往来可以不加密了"] if self.was and not self.now else []


def _rule(work: Write, office: Office, issuer: str) -> _Rule:
    """Settle what holds here: all is encrypted while this office or one that stands above it says so in its newest
    register (exchange.md). Another has no say, not even to lift what an earlier program took from anybody: that ends
    with a register of an `issuer` who has a say. That a key was revoked since lifts nothing.
    """
    was = work.connection.scalar(select(setting_table.c.value).where(setting_table.c.key == ENCRYPT_ONLY))
    above = {
        p.card.id: p.card.name for p in peers.all_in(work.connection) if superiors.is_above(office, p.card)
    }
    above[office.id] = office.name
    by = {r.issuer: above[r.issuer] for r in _all_in(work.connection) if r.encrypt_only and r.issuer in above}
    now = bool(by) or (bool(was) and issuer not in above)
    if now != bool(was):
        _set(work, ENCRYPT_ONLY, now)
        work.office_line("setting", ENCRYPT_ONLY, {"value": now, "was": was})
    return _Rule(by, now, bool(was))


def _apart(register: Register, rule: _Rule) -> list[str]:
    """Where what a register says of encryption is not what holds here."""
    if rule.by and not register.encrypt_only:
        return [f"往来仍须加密（{'、'.join(rule.by.values())}规定）"]
    if register.encrypt_only and register.issuer not in rule.by:
        return [f"{register.issuer_name}不管本单位，它“必须加密”的规定对本单位不作数"]
    return []


def _reasons(last: Register | None, mine: Sequence[peers.Peer]) -> dict[str, str]:
    """Why each key was revoked before, as long as the office has not been confirmed with another one since."""
    cards = {p.card.id: p.card for p in mine}
    told = [m for m in last.members if m.state == REVOKED] if last else []
    return {m.card.id: m.reason for m in told if cards.get(m.card.id) == m.card}


def _set(work: Write, key: str, value: Any) -> None:
    work.connection.execute(delete(setting_table).where(setting_table.c.key == key))
    work.connection.execute(insert(setting_table).values(key=key, value=value))


def _member(peer: peers.Peer, reasons: Mapping[str, str]) -> Member:
    reason = reasons.get(peer.card.id, "")
    if not reason and peer.state == peers.REVOKED:
        reason = "密钥作废"
    return Member(peer.card, REVOKED if reason else VALID, reason)


def _refuse_outsiders(register: Register, issuer: OfficeCard) -> None:
    """Only a lead or a superior issues registers (decision 28), for its own territory, and never renames itself."""
    _refuse_no_issuer(issuer.roles)
    outside = [m.card.name for m in register.members if not _within(m.card.division, issuer.division)]
    if outside:
        raise Problem(
            "E_NOT_ALLOWED", f"名册里有不归{register.issuer_name}管的单位（{'、'.join(outside[:3])}），没有收",
            offices=outside,
        )  # fmt: skip
    if any(m.card.id == issuer.id and m.card != issuer for m in register.members):
        raise Problem(
            "E_CARD_CHANGED", f"“{issuer.name}”在名册里换了自己的密钥，请先打电话对核对码、重新确认它的名片", office=issuer.id
        )  # fmt: skip


def _refuse_no_issuer(roles: Sequence[str] | frozenset[str]) -> None:
    if not ISSUERS & set(roles):
        raise Problem("E_NOT_ALLOWED", "只有汇总单位或上级单位才能印发单位名册", roles=sorted(roles))


def _within(code: str, territory: str) -> bool:
    """Whether a division lies in the territory of another: the same, or below it."""
    seen = code
    while seen:
        if seen == territory:
            return True
        found = divisions.find(seen)
        seen = found.parent if found else ""
    return False


def _register(told: Mapping[str, Any]) -> Register:
    members = tuple(
        Member(_card(each["card"]), str(each["state"]), str(each["reason"])) for each in told["offices"]
    )
    register = Register(
        str(told["issuer"]),
        str(told["issuer_name"]),
        told["version"],
        str(told["on"]),
        told["encrypt_only"],
        members,
    )
    ids = [m.card.id for m in members]
    if ids != sorted(set(ids)) or any(m.state not in (VALID, REVOKED) for m in members):
        raise ValueError("单位重复，或状态不对")
    if type(register.version) is not int or register.version < 1 or type(register.encrypt_only) is not bool:
        raise ValueError("版本或规定不对")
    if any((m.state == REVOKED) != bool(m.reason) for m in members):
        raise ValueError("作废要写明原因")
    return register


def _card(told: Any) -> OfficeCard:
    try:
        return keys.card_of(canonical(told) + b"\n", "名册里的名片")
    except Problem as problem:
        raise ValueError(problem.text) from problem


def _told(member: Member) -> dict[str, Any]:
    card = {**member.card.claims(), "signature": member.card.signature.hex()}
    return {"card": card, "state": member.state, "reason": member.reason}


def _changes(taken: Taken) -> list[str]:
    return [
        f"{word} {len(names):,} 个（{'、'.join(names[:5])}{'等' if len(names) > 5 else ''}）"
        for word, names in (
            ("新增", taken.added),
            ("换密钥", taken.changed),
            ("作废", taken.revoked),
            ("恢复", taken.restored),
            ("已由别的单位或本单位作废、仍为作废", taken.still),
            ("名册里是旧名片、没有换", taken.older),
        )
        if names
    ]
