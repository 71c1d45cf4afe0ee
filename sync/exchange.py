"""Offices passing ledgers by file: cards, trust, sending, looking, receiving, receipts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Connection

from app.change import Change
from app.journals.trust import Keys, OfficeCard
from app.ledger import ledgers, settings
from app.office import Office
from app.problem import Problem
from app.storage import files
from sync.bundles import file_names, preamble
from sync.bundles.progress import Tell
from sync.contents.taking import Taken
from sync.letters import (
    delivering,
    documents,
    letters,
    receipting,
    receipts,
    registers,
    remarks,
    returning,
    sending,
    slips,
    superiors,
)
from sync.peers import card_days, keys, peers, statements
from sync.peers.peers import Address
from sync.receiving import keeping, receiving
from sync.receiving.plan import Plan

PLAIN_FORBIDDEN = "exchange.encrypt_only"


def make_keys(office: Office, passphrase: str = "") -> Change:
    """Make the office's keys and card (first run, or after a restore). Raises Problem E_KEYS_EXIST, E_CARD."""
    blank = OfficeCard(
        office.id,
        office.name,
        office.division,
        tuple(sorted(office.roles)),
        b"",
        "",
        card_days.following(office),
    )
    made = keys.make(office.folder / "keys", blank, passphrase)
    with office.write("生成密钥") as work:
        told = {"fingerprint": made.card.fingerprint, "made_on": made.card.made_on}
        work.office_line("keys", office.id, told)
    return Change(
        f"已生成本单位密钥，核对码 {made.card.fingerprint}", facts={"fingerprint": made.card.fingerprint}
    )


def card(office: Office, out: Path, *, passphrase: str = "") -> Change:
    """Write the office card for others to confirm; keys are made when there are none yet.

    `out` is a folder that is there, or a file's name ending in .qidi-card. Raises Problem E_NO_FOLDER, E_CANNOT_WRITE.
    """
    if not out.is_dir() and out.suffix != keys.SUFFIX:
        said = f"没有文件夹“{out}”，请先建好，或写成以 {keys.SUFFIX} 结尾的文件名"
        raise Problem("E_NO_FOLDER", said, path=str(out))
    if not keys.exist(office.folder / "keys"):
        make_keys(office, passphrase)
    own = keys.own_card(office.folder / "keys")
    target = out / file_names.fitted(own.name, keys.SUFFIX) if out.is_dir() else out
    files.write_whole(target, keys.card_bytes(own))
    return Change(
        f"已导出名片 {target.name}，核对码 {own.fingerprint}（请在电话里读给对方核对）",
        subject=own.id,
        facts={"file": str(target), "fingerprint": own.fingerprint},
    )


def trust(office: Office, file: Path, *, confirmed: bool | str = False) -> Change:
    """Take in another office's card once a person has compared the fingerprint.

    `confirmed` is True, or the digits heard over the phone. Raises Problem E_CONFIRM with the fingerprint to read
    out, E_FINGERPRINT, E_TO_SELF and those of `keys.read_card`.
    """
    found = keys.read_card(file)
    if found.id == office.id:
        raise Problem("E_TO_SELF", "这是本单位自己的名片，不用确认", office=found.id)
    if isinstance(confirmed, str) and _digits(confirmed) != _digits(found.fingerprint):
        raise Problem(
            "E_FINGERPRINT", "核对码对不上，没有确认；请与对方重新核对，或重新索取名片", field="fingerprint"
        )
    if not confirmed:
        raise Problem(
            "E_CONFIRM",
            f"“{found.name}”名片的核对码是 {found.fingerprint}，请电话核对一致后再确认",
            office=found.id,
            name=found.name,
            fingerprint=found.fingerprint,
        )
    changed = peers.put(office, found)
    said = f"已确认“{found.name}”的名片" + ("（对方换了密钥，旧名片留作核对历史）" if changed else "")
    return Change(said, subject=found.id, facts={"fingerprint": found.fingerprint, "changed": changed})


def send(
    office: Office,
    ledger_id: str,
    to: str,
    folder: Path,
    *,
    whole: bool = False,
    plain: bool = False,
    aside: bool = False,
    callers: bool = False,
    passphrase: str = "",
    tell: Tell | None = None,
) -> Change:
    """Write a ledger as a bundle for `to` (id, name or card file) into `folder`: built, proved, copied, compared.

    Only what the receiver has not acknowledged goes, or with `whole` everything (asked for by E_GAP and
    E_NEED_ATTACHMENTS). An unsealed ledger is marked 未确定; without the receiver's card it is 未加密 and goes only
    when a person said so (`plain`), as it does to an office that is not above, or a check list to another than who
    pushed it (`aside`), and encrypted alone a register that tells who called (`callers`). What one bundle cannot hold
    goes in several volumes (the fact `files`). `tell(done, total, phase)` may raise to give it up.

    Raises Problem E_CONFIRM with the known offices of a `near` name, for `aside` or for `callers`, E_STAYS, E_FOREIGN,
    E_NOT_ALLOWED, E_TO_SELF, E_PLAIN_FORBIDDEN, E_FILE_GONE, E_LIMIT, E_DISK_FULL, E_CANNOT_WRITE, E_COPY.
    """
    kind = "return" if ledgers.get(office, ledger_id).purpose == ledgers.CHECK else "ledger"
    address = addressed(office, to, kind, plain=plain)
    signer = own_keys(office, passphrase)
    with office.read() as connection:
        line = ledgers.line_of(connection, ledger_id)
        ledgers.refuse_foreign(line)
        if not aside:
            superiors.refuse_aside(office, line, address)
        sending.refuse_callers(connection, line, address, meant=callers)
        contents = sending.contents(office, connection, line, address, kind=kind, whole=whole)
        sent = delivering.build_volumes(office, connection, line, address, contents, signer, tell)
    return delivering.said(sent, delivering.deliver(office, sent, folder, tell))


def callers_in(office: Office, ledger_id: str) -> list[str]:
    """Titles of the cells of a ledger that say who called, [] where none does: asked before it is sent."""
    with office.read() as connection:
        return sending.callers(connection, ledgers.line_of(connection, ledger_id))


def addressed(office: Office, to: str, kind: str, *, plain: bool) -> Address:
    """Whom a bundle of this kind goes to. Raises E_PLAIN_FORBIDDEN, E_NOT_ALLOWED, E_CONFIRM, those of `peers.find`."""
    address = peers.find(office, to)
    if address.card is None and settings.get(office, PLAIN_FORBIDDEN):
        raise Problem(
            "E_PLAIN_FORBIDDEN", f"本单位规定必须加密，请先确认“{address.name}”的名片", office=address.name
        )
    if not sending.MAY_SEND[kind] & office.roles:
        raise Problem("E_NOT_ALLOWED", "本单位的身份不能发这样的包", roles=sorted(office.roles), kind=kind)
    if address.card is None and not plain:
        raise _not_confirmed(office, address.name)
    return address


def _not_confirmed(office: Office, name: str) -> Problem:
    near = peers.near(office, name)
    meant = f"（是不是“{'”“'.join(near)}”？）" if near else ""
    said = f"没有确认过“{name}”的名片{meant}，写出的包不加密，谁都能打开；确实要这样请加 --yes"
    return Problem("E_CONFIRM", said, field="to", name=name, near=near)


def look(
    office: Office,
    file: Path,
    *,
    passphrase: str = "",
    beside: Callable[[Connection, Taken], object] | None = None,
    anew: bool = False,
) -> Plan:
    """Everything `receive` would judge of a bundle, and what it would do; writes nothing. Raises what it raises.

    `beside` is called with what was taken in, before that is rolled back; not for a bundle received before. `anew` as
    for `receive`.
    """
    if registers.is_register(file):
        raise Problem("E_IS_REGISTER", f"“{file.name}”是单位名册，不是包；请直接收下它", file=str(file))
    if receipts.is_receipt(file) or slips.is_slip(file):
        raise Problem("E_IS_RECEIPT", f"“{file.name}”是回执或退回单，不是包；请直接收下它", file=str(file))
    if remarks.is_remarks(file) or documents.is_document(file):
        raise Problem("E_IS_LETTER", f"“{file.name}”是意见或下发文件，不是包；请直接收下它", file=str(file))
    with receiving.opened(office, file, own_keys(office, passphrase), stays=True) as found:
        return receiving.rehearse(office, replace(found, accepted=anew), beside)


def receive(
    office: Office, file: Path, *, passphrase: str = "", tell: Tell | None = None, anew: bool = False
) -> Change:
    """Take a bundle in: attachments by digest first, then ONE transaction, then a signed receipt file.

    The same bundle again gives the same receipt. A receipt or return slip is taken as the answer to what was sent.
    `anew`: a person has seen what differs and takes the sender's record as it now is, though it does not go on from
    the one held here (a fork that says `acceptable`).
    Of several volumes only the last to come is taken in; each before raises E_VOLUMES with the `missing` numbers.
    Raises those of `bundle.open_bundle`, and Problem E_ID_REUSED, E_NOT_ALLOWED, E_GAP, E_FORK, E_NEED_ATTACHMENTS,
    E_SEAL, E_SEALED_MISSING, E_COUNTS, E_CONTENT with all `reasons`; nothing of the ledger is changed then, and a
    return slip is written (the fact `slip`) where the sender can mend it.
    """
    if receipts.is_receipt(file):
        return receipting.take(office, file)
    if slips.is_slip(file):
        return returning.take(office, file, passphrase)
    if registers.is_register(file):
        return registers.take(office, registers.read(file, peers.lookup(office)))
    own = own_keys(office, passphrase)
    if remarks.is_remarks(file):
        return remarks.take(office, own, file)
    if documents.is_document(file):
        return documents.take(office, own, file)
    with returning.answering(office, own) as about, receiving.opened(office, file, own, tell=tell) as it:
        about(it.info, it.digest)
        found = replace(it, accepted=anew)
        before = receiving.seen(office, found)
        if before is not None:
            return receiving.again(office, own, found, before)
        clean, faults = keeping.inspected(office, found, tell)
        try:
            with keeping.original(office, found, tell) as kept:
                taken, receipt = receiving.enter(office, own, found, kept, clean, faults)
        except Problem as problem:
            if problem.code == keeping.VOLUMES:
                keeping.wait(office, found, clean)
            raise
        keeping.wait_no_more(office, found)
        return receiving.answered(office, found, taken, receipt)


def receipt(office: Office, file: Path, *, passphrase: str = "") -> Change:
    """The receipt or return slip that was given for a bundle, written once more; also for rows not adopted.

    Raises Problem E_NOT_SEEN and those of `preamble.examine`.
    """
    form = next((each for each in (documents.FORM, remarks.FORM) if statements.begins(each, file)), None)
    if form is not None:
        made = letters.answer_of(office, own_keys(office, passphrase), form, file)
        if not made:
            raise Problem("E_NOT_SEEN", f"还没有收过“{file.name}”，或它发给各单位、不用回执", file=str(file))
        verdict = "returned" if slips.is_slip(made[0]) else "accepted"
        facts = {"files": [str(path) for path in made], "verdict": verdict}
        return Change(f"已重做：{'、'.join(path.name for path in made)}", facts=facts)
    told, _ = preamble.examine(file)
    answer = receipting.answer(office, told.sender, told.id)
    if answer is None:
        raise Problem("E_NOT_SEEN", f"还没有收过“{file.name}”，没有回执可做；请先收件", bundle=told.id)
    if not answer:
        raise Problem("E_DESTROYED", "退回单里有误入处置的内容，已一并销毁；请再收一次这个包", bundle=told.id)
    out = receipting.files_of(office, answer, own_keys(office, passphrase))
    return Change(
        f"已重做：{'、'.join(path.name for path in out)}", subject=told.id,
        facts={"files": [str(path) for path in out], "verdict": answer[0]["verdict"], "bundle": told.id},
    )  # fmt: skip


def own_keys(office: Office, passphrase: str) -> Keys:
    """The keys of this office, made when there are none yet; '' stands for what the office was unlocked with.

    Raises those of `keys.load`.
    """
    if not keys.exist(office.folder / "keys") and not office.readonly:
        make_keys(office, passphrase)
    return keys.load(office.folder / "keys", passphrase or office.passphrase)


def _digits(text: str) -> str:
    return "".join(c for c in text if c.isdigit())
