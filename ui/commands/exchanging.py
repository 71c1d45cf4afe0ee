"""The sub-commands that make keys, know offices, send, and list what was sent and received."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import Any

from app import office as offices
from app.ledger import ledgers
from app.office import Office
from app.problem import Problem
from sync import exchange
from sync.letters import boxes, registers, rewriting
from sync.letters.slips import Reason
from sync.offices import answers, enrolling, passphrases
from sync.receiving import restreaming
from ui.commands.answers import Said, of
from ui.commands.secrecy import first_line, passphrase

Args = argparse.Namespace
STATES = {"built": "没写到盘上", "copied": "已写出", "receipted": "已回执", "returned": "已退回"}
GIVEN = {"accepted": "回执", "returned": "退回单"}
VERDICTS = {"accepted": "已收", "returned": "已退回"}
KINDS = {
    "ledger": "报送", "check": "核查", "return": "回传", "remarks": "意见", "template": "模板", "calendar": "放假安排",
    "list": "清单",
}  # fmt: skip


def init(args: Args, _: None) -> Said:
    folder = args.data or offices.default_folder()
    secret = passphrase(args)
    clerk = args.clerk_name or args.clerk or "经办人"
    office = offices.create(
        folder, division=args.division, name=args.name, roles=args.role, clerk=clerk, today=args.today
    )
    try:
        exchange.make_keys(office, secret)
    finally:
        office.close()
    return Said(
        f"已建立：{office.name}（{folder}）", {"id": office.id, "name": office.name, "folder": str(folder)}
    )


def card(args: Args, office: Office) -> Said:
    if args.renew:
        enrolling.renew_keys(office, passphrase(args), confirmed=args.yes)
    if args.sheet:
        return of(enrolling.sheet(office, args.out, passphrase=passphrase(args)))
    return of(exchange.card(office, args.out, passphrase=passphrase(args)))


def trust(args: Args, office: Office) -> Said:
    return of(exchange.trust(office, args.file, confirmed=args.yes))


def register(args: Args, office: Office) -> Said:
    """`register issue [--encrypt-only] [--revoke OFFICE --reason R] -o DIR`, `register show`."""
    if args.action == "show":
        return _registers(office)
    if args.out is None:
        raise Problem("E_NO_OUT", "请写明写到哪个文件夹（-o）", field="out")
    change = enrolling.issue(
        office, args.out, encrypt_only=args.encrypt_only, revoke=args.revoke, reason=args.reason,
        passphrase=passphrase(args),
    )  # fmt: skip
    return of(change)


def send(args: Args, office: Office) -> Said:
    ledger = ledgers.find(office, args.ledger)
    return of(
        exchange.send(
            office,
            ledger.id,
            args.to,
            args.out,
            plain=args.yes,
            aside=args.yes,
            callers=args.yes,
            whole=args.whole,
            passphrase=passphrase(args),
        )
    )


def restream(args: Args, office: Office) -> Said:
    """The way out of E_FORK; without --yes it only says what happened and what would come."""
    ledger = ledgers.find(office, args.ledger)
    return of(restreaming.restream(office, ledger.id, confirmed=args.yes))


def outbox(args: Args, office: Office) -> Said:
    """What was sent, newest first, each with its state and why it came back."""
    found = boxes.sent(office)
    data = [
        {
            "bundle": one.bundle, "kind": one.kind, "title": one.title, "to": one.to_name, "on": one.on,
            "file": one.file, "state": one.state, "word": STATES.get(one.state, one.state),
            "reasons": [asdict(r) for r in one.reasons],
        }
        for one in found
    ]  # fmt: skip
    lines = []
    for one, told in zip(found, data, strict=True):
        what, file = _what(one.kind, one.title), one.file.rpartition("/")[2]
        lines.append(f"{one.on}　{told['word']}　{what}→ {one.to_name}　{file}")
        lines += _why(one.reasons)
    return Said("\n".join(lines) or "还没有发出过", data)


def inbox(args: Args, office: Office) -> Said:
    """What was received, newest first, each with its verdict and why it was given back."""
    found = boxes.received(office)
    data = [
        {
            "bundle": one.bundle, "kind": one.kind, "title": one.title, "from": one.from_name, "on": one.on,
            "verdict": one.verdict, "word": VERDICTS.get(one.verdict, one.verdict), "ledger": one.ledger,
            "reasons": [asdict(r) for r in one.reasons],
        }
        for one in found
    ]  # fmt: skip
    lines = []
    for one, told in zip(found, data, strict=True):
        lines.append(f"{one.on}　{told['word']}　{_what(one.kind, one.title)}　来自 {one.from_name}")
        lines += _why(one.reasons)
    return Said("\n".join(lines) or "还没有收到过", data)


def _what(kind: str, title: str) -> str:
    """报送《待批项目台账》; 意见 3 条, which names itself."""
    word = KINDS.get(kind, kind)
    return title if title.startswith(word) else f"{word}《{title}》" if title else word


def receipt(args: Args, office: Office) -> Said:
    return of(exchange.receipt(office, args.file, passphrase=passphrase(args)))


def resend(args: Args, office: Office) -> Said:
    """The very same bundle once more."""
    return of(rewriting.again(office, args.bundle, args.out))


def answers_(args: Args, office: Office) -> Said:
    """What was given to others, and with -o those not carried back yet as files."""
    found = [one for one in answers.given(office) if args.to in ("", one.to, one.to_name)]
    if args.out is not None:
        waits = [one.bundle for one in found if not one.handed_on]
        return of(answers.hand(office, waits, args.out, passphrase=passphrase(args)))
    lines = []
    for one in found:
        handed = f"{one.handed_on} 已写出" if one.handed_on else "还没交还"
        lines.append(
            f"{one.came_on}　{GIVEN.get(one.verdict, one.verdict)}　{one.to_name}《{one.title}》　{handed}"
        )
        lines += _why(one.reasons)
    return Said("\n".join(lines) or "还没有给过回执或退回单", [asdict(one) for one in found])


def change_passphrase(args: Args, office: Office) -> Said:
    """Set, changed, or without --new taken away."""
    wanted = first_line(args.new)
    return of(passphrases.put(office, wanted, wanted, now=passphrase(args)))


def _why(reasons: tuple[Reason, ...]) -> list[str]:
    return [f"    {'、'.join(r.rows[:5])}{'：' if r.rows else ''}{r.text}（{r.code}）" for r in reasons]


def _registers(office: Office) -> Said:
    found = registers.all(office)
    data: list[dict[str, Any]] = []
    lines = []
    for one in found:
        members = [
            {
                "id": m.card.id, "name": m.card.name, "division": m.card.division, "roles": list(m.card.roles),
                "fingerprint": m.card.fingerprint, "state": m.state, "reason": m.reason,
            }
            for m in one.members
        ]  # fmt: skip
        data.append(
            {
                "issuer": one.issuer, "issuer_name": one.issuer_name, "version": one.version, "on": one.on,
                "encrypt_only": one.encrypt_only, "offices": members,
            }
        )  # fmt: skip
        rule = "，必须加密" if one.encrypt_only else ""
        lines.append(f"{one.issuer_name}的单位名册 第 {one.version} 版（{one.on}{rule}）")
        for m in one.members:
            gone = f"　已作废：{m.reason}" if m.state == registers.REVOKED else ""
            lines.append(f"  {m.card.name}　{m.card.fingerprint}{gone}")
    return Said("\n".join(lines) or "还没有单位名册", data)
