"""The register of offices: who belongs to the exchange, signed and numbered by the lead office or a superior."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import delete, insert, select

from app import divisions, files, settings
from app.canon import canonical, strict_loads
from app.change import Change
from app.office import Office
from app.problem import Problem
from app.trust import Keys, Known, OfficeCard
from app.writing import Write
from models.schema import setting as setting_table
from sync import dsse, keys, peers

REGISTER_TYPE = "application/vnd.qidi.register+json"
SUFFIX = ".qidi-register"
MAGIC = b'{"QIDI_REGISTER":'
LIMIT = 4 * 1024**2
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


def to_bytes(register: Register, signer: Keys) -> bytes:
    """The register file: one canonical JSON line with the issuer's signature."""
    claims = register.claims()
    sig = signer.signing.sign(dsse.pae(REGISTER_TYPE, canonical(claims))).hex()
    return canonical({**claims, "signature": sig}) + b"\n"


def is_register(file: Path) -> bool:
    """Whether the file begins like a register; a file that cannot be read is none."""
    try:
        with file.open("rb") as stream:
            return stream.read(len(MAGIC)) == MAGIC
    except OSError:
        return False


def read(file: Path, trusted: Callable[[str], Known | None]) -> Register:
    """The register in a file. Raises Problem E_NO_FILE, E_REGISTER, E_NEWER, E_UNKNOWN_SENDER, E_REVOKED, E_NOT_ALLOWED."""
    try:
        with file.open("rb") as stream:
            data = stream.read(LIMIT + 1)
    except OSError as error:
        raise Problem("E_NO_FILE", f"找不到文件“{file.name}”，请检查路径", file=str(file)) from error
    return register_of(data, file.name, trusted)


def register_of(data: bytes, name: str, trusted: Callable[[str], Known | None]) -> Register:
    """The register in the bytes of its file, judged like `read`."""
    try:
        if len(data) > LIMIT or not data.endswith(b"\n"):
            raise ValueError("长度不对")
        told = strict_loads(data[:-1])
        if told["QIDI_REGISTER"] != 1:
            raise Problem("E_NEWER", f"单位名册“{name}”由更新版本的程序制作，请先升级本程序", file=name)
        register = _register(told)
        signature = bytes.fromhex(told["signature"])
        if told != {**register.claims(), "signature": signature.hex()}:
            raise ValueError("名册的内容不对")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _bad(name, str(error)) from error
    known = _issuer(register, trusted)
    if not dsse.verifies(known.signing, signature, REGISTER_TYPE, canonical(register.claims())):
        raise _bad(name, "签名核对不上")
    _refuse_outsiders(register, known)
    return register


def issue(
    office: Office,
    signer: Keys,
    *,
    encrypt_only: bool | None = None,
    revoked: Mapping[str, str] | None = None,
) -> Register:
    """The next version for all offices this one has confirmed within its own territory, itself included.

    `revoked` ({office id: reason}) adds to those revoked before, here too; `encrypt_only` holds here as well.
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
                peers.put_in(work, peer.card, revoked=True, reason=reasons[peer.card.id])
        members = [Member(signer.card), *(_member(p, reasons) for p in mine)]
        register = Register(
            office.id, office.name, (last.version if last else 0) + 1, work.on, encrypt_only,
            tuple(sorted(members, key=lambda m: m.card.id)),
        )  # fmt: skip
        _keep(work, register)
        _rule(work, encrypt_only, was)
    return register


def write(register: Register, signer: Keys, out: Path) -> Path:
    """Write the register file into a folder or under a name."""
    if not out.suffix:
        out.mkdir(parents=True, exist_ok=True)
    target = out / f"{register.issuer_name}_单位名册_第{register.version}版{SUFFIX}" if out.is_dir() else out
    files.write_whole(target, to_bytes(register, signer))
    return target


def take(office: Office, register: Register) -> Change:
    """Enter a judged register: enrol its offices, replace changed keys, revoke. In one transaction.

    Raises Problem E_REGISTRY_ROLLBACK for an older version, or another text under the same number.
    """
    last = current(office, register.issuer)
    if last is not None and (
        register.version < last.version or (register.version == last.version and register != last)
    ):
        raise Problem(
            "E_REGISTRY_ROLLBACK",
            f"这份单位名册是第 {register.version} 版，本单位已有第 {last.version} 版，没有收；请向{register.issuer_name}要最新的",
            version=register.version,
            have=last.version,
        )
    if last == register:
        return Change(
            f"单位名册第 {register.version} 版以前已收过", facts={"version": register.version, "again": True}
        )
    was = settings.get(office, ENCRYPT_ONLY)
    with office.write("收单位名册") as work:
        taken = _enrol(work, office, register)
        _keep(work, register)
        _rule(work, register.encrypt_only, was)
    return Change(
        _said(register, taken), facts={"version": register.version, "again": False, **asdict(taken)}
    )


def current(office: Office, issuer: str) -> Register | None:
    """The newest register of that office kept here."""
    told = settings.get(office, _KEY + issuer)
    return _register(told) if told else None


def all(office: Office) -> list[Register]:  # noqa: A001 - reads as registers.all
    """The newest register of every issuer."""
    with office.read() as connection:
        t = setting_table.c
        rows = connection.execute(select(t.value).where(t.key.startswith(_KEY)).order_by(t.key)).scalars()
        return [_register(told) for told in rows]


def _enrol(work: Write, office: Office, register: Register) -> Taken:
    known = {p.card.id: p for p in peers.all_in(work.connection)}
    added, changed, revoked = [], [], []
    for member in register.members:
        card = member.card
        if card.id == office.id:
            continue
        old = known.get(card.id)
        peers.put_in(work, card, revoked=member.state == REVOKED, reason=member.reason)
        if member.state == REVOKED:
            revoked += [card.name] if old is None or old.state != peers.REVOKED else []
        elif old is None:
            added.append(card.name)
        elif old.card != card:
            changed.append(card.name)
    return Taken(tuple(added), tuple(changed), tuple(revoked))


def _keep(work: Write, register: Register) -> None:
    told = register.claims()
    _set(work, _KEY + register.issuer, told)
    work.office_line("register", register.issuer, told)


def _rule(work: Write, encrypt_only: bool, was: Any) -> None:
    if encrypt_only != bool(was):
        _set(work, ENCRYPT_ONLY, encrypt_only)
        work.office_line("setting", ENCRYPT_ONLY, {"value": encrypt_only, "was": was})


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


def _issuer(register: Register, trusted: Callable[[str], Known | None]) -> OfficeCard:
    known = trusted(register.issuer)
    if known is None:
        raise Problem(
            "E_UNKNOWN_SENDER",
            f"还没有确认过“{register.issuer_name}”的名片，不能收它的单位名册；请先电话核对它的名片",
            sender=register.issuer,
        )
    if known.revoked:
        raise Problem(
            "E_REVOKED", f"“{register.issuer_name}”的密钥已作废，不能收它的单位名册", sender=register.issuer
        )
    return known.card


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


def _said(register: Register, taken: Taken) -> str:
    parts = [
        f"{word} {len(names)} 个（{'、'.join(names[:5])}{'等' if len(names) > 5 else ''}）"
        for word, names in (("新增", taken.added), ("换密钥", taken.changed), ("作废", taken.revoked))
        if names
    ]
    return f"已收{register.issuer_name}的单位名册第 {register.version} 版：" + (
        "，".join(parts) or "单位没有变化"
    )


def _bad(name: str, detail: str) -> Problem:
    return Problem("E_REGISTER", f"“{name}”不是有效的单位名册，或被改动过，没有收", file=name, detail=detail)
