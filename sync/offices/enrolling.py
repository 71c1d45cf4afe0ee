"""How an office becomes known: its card on paper, a new key, the register it issues or is given."""

from __future__ import annotations

import datetime as dt
import tempfile
from dataclasses import replace
from pathlib import Path

from sqlalchemy import select

from app.change import Change
from app.exports.card_pdf import CardSheet, write_card_pdf
from app.journals.trust import OfficeCard
from app.ledger import settings
from app.office import ROLES, Office
from app.problem import Problem
from app.values import dates, divisions
from app.words import wording
from models.schema import journal as journal_table
from models.schema import outbox as outbox_table
from sync import exchange
from sync.bundles import file_names
from sync.letters import delivering, registers
from sync.peers import card_days, keys, peers

SUFFIX = ".pdf"


def sheet(office: Office, out: Path, *, passphrase: str = "") -> Change:
    """Print the office card on one page, to hang beside the telephone or hand over with the card file."""
    if not keys.exist(office.folder / "keys"):
        exchange.make_keys(office, passphrase)
    own = keys.own_card(office.folder / "keys")
    target = out / file_names.fitted(own.name, f"_单位名片{SUFFIX}") if out.is_dir() else out
    roles = "、".join(ROLES[role] for role in own.roles)
    made_on = dates.shown(dt.date.fromisoformat(own.made_on))
    write_card_pdf(
        CardSheet(own.id, own.name, divisions.full_name(own.division), roles, own.fingerprint, made_on),
        target,
    )
    return Change(
        f"名片打印件已做好：{target.name}，核对码 {own.fingerprint}",
        subject=own.id,
        facts={"file": str(target), "fingerprint": own.fingerprint},
    )


def known_to(office: Office, to: str, name: str) -> tuple[bool, bool]:
    """Whether the office `to` (id; or `name`) has taken in anything that bears our present key, and whether anything was
    sent to it at all. Who gave a receipt has our card; nobody takes a bundle in without the sender's card."""
    t, j = outbox_table.c, journal_table.c
    with office.read() as connection:
        rows = connection.execute(select(t.bundle_id, t.to_office, t.to_name)).all()
        sent = {row.bundle_id for row in rows if row.to_office == to or wording.key(row.to_name) == wording.key(name)}
        lines = connection.execute(
            select(j.verb, j.subject).where(j.stream == office.stream, j.verb.in_(("keys", "receipt"))).order_by(j.seq)
        ).all() if sent else []  # fmt: skip
    last = max((at for at, line in enumerate(lines) if line.verb == "keys"), default=-1)
    return any(line.subject in sent for line in lines[last + 1 :]), bool(sent)


def hand_card(office: Office, folder: Path) -> Path:
    """Our card into `folder`, beside what was written there: read back and compared.

    Raises those of `exchange.card` and `delivering.copy`.
    """
    with tempfile.TemporaryDirectory(prefix="qidi-") as nest:
        made = exchange.card(office, Path(nest))
        return delivering.copy(Path(str(made.facts["file"])), folder, fresh=False)


def renew_keys(office: Office, passphrase: str = "", *, confirmed: bool = False) -> Change:
    """Change the keys of this office; the old ones stay beside them and open what was encrypted to them (decision 29).

    Everybody has to confirm the new card. Raises Problem E_CONFIRM and those of `keys.load`.
    """
    folder = office.folder / "keys"
    passphrase = passphrase or office.passphrase
    old = keys.load(folder, passphrase)
    if not confirmed:
        raise Problem(
            "E_CONFIRM", "换密钥以后，往来的每个单位都要重新核对并确认本单位的名片；确实要换请加 --yes"
        )
    blank: OfficeCard = replace(old.card, made_on=card_days.following(office), signature=b"")
    made = keys.renew(folder, blank, passphrase)
    with office.write("换密钥") as work:
        told = {"fingerprint": made.card.fingerprint, "was": old.card.fingerprint}
        work.office_line("keys", office.id, {**told, "made_on": made.card.made_on})
    return Change(
        f"已换密钥，新的核对码 {made.card.fingerprint}；请把新名片交给往来单位重新确认",
        facts={"fingerprint": made.card.fingerprint, "was": old.card.fingerprint},
    )


def issue(
    office: Office,
    out: Path,
    *,
    encrypt_only: bool | None = None,
    revoke: str = "",
    reason: str = "",
    passphrase: str = "",
) -> Change:
    """Issue the next version of the register into `out`; `revoke` names an office whose key no longer counts.

    Raises Problem E_REASON, E_NO_PEER and those of `peers.find` and `registers.issue`.
    """
    revoked = {}
    if revoke:
        if not reason.strip():
            raise Problem("E_REASON", "作废名片要写明原因（--reason）", field="reason")
        address = peers.find(office, revoke)
        if address.card is None or not address.confirmed:
            raise Problem("E_NO_PEER", f"没有确认过“{revoke}”的名片", office=revoke)
        revoked = {address.id: reason.strip()}
    own = exchange.own_keys(office, passphrase)
    register = registers.issue(office, own, encrypt_only=encrypt_only, revoked=revoked)
    target = registers.write(register, own, out)
    gone = [m.card.name for m in register.members if m.state == registers.REVOKED]
    rule = "，往来必须加密" if register.encrypt_only else ""
    if not register.encrypt_only and settings.get(office, registers.ENCRYPT_ONLY):
        rule = "，名册里的单位可以不加密；上级规定了必须加密，本单位往来仍须加密"
    said = f"已印发单位名册第 {register.version} 版：{len(register.members):,} 个单位{rule}"
    return Change(
        said + (f"，作废 {'、'.join(gone)}" if gone else ""),
        facts={
            "file": str(target), "version": register.version, "offices": len(register.members), "revoked": gone,
            "encrypt_only": register.encrypt_only,
        },
    )  # fmt: skip
