"""A file that came in: opened in private, rehearsed or taken in one transaction, answered with a receipt."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.exc import IntegrityError

from app import canon
from app.change import Change
from app.journals.trust import Keys
from app.journals.writing import Write
from app.ledger import ledgers, settings
from app.ledger.ledgers import LedgerLine
from app.listing import counts
from app.office import Office
from app.problem import Problem
from app.removal import forgetting, purging, sweeping
from app.storage import files
from models.schema import inbox as inbox_table
from models.schema import journal as journal_table
from models.schema import ledger as ledger_table
from sync.bundles import bundle, looked, tidying
from sync.bundles.bundle import Opened
from sync.bundles.faults import Faults
from sync.bundles.looked import Looked
from sync.bundles.progress import Tell
from sync.checking import checking, joining
from sync.contents import same_ids, taking
from sync.contents.taking import Taken
from sync.letters import receipting, receipts, returning
from sync.letters.receipts import Receipt
from sync.letters.registers import ENCRYPT_ONLY
from sync.peers import peers
from sync.receiving import keeping, plan, restreaming
from sync.receiving.plan import Here, Plan


@contextmanager
def opened(
    office: Office, file: Path, own: Keys, *, stays: bool = False, tell: Tell | None = None
) -> Iterator[Opened]:
    """The bundle opened in a private folder of the office that is gone afterwards.

    With `stays` it stays there for the next `opened`, which takes the very bytes that were judged here; who it is
    from and for is judged anew then.
    """
    inbox = office.folder / "inbox"
    try:
        tidying.sweep(inbox, looked.PREFIX)
        one = looked.taken(office, file) or looked.fresh(office, file)
        safe, refused = False, None
        try:
            found = one.opened = _opened(office, file, own, one, tell)
            with files.syncing() as sync:
                if stays:
                    sync(found.original)
                try:
                    yield found
                except Problem as problem:
                    refused = problem
            safe = True  # on the disk: what failed to get there once is not taken for safe the next time
            if refused is not None:
                raise refused
        finally:
            if stays and safe:
                looked.keep(office, file, one)
            else:
                one.wipe()
    except OSError as error:
        raise files.refusal(inbox, error) from error


def _opened(office: Office, file: Path, own: Keys, one: Looked, tell: Tell | None) -> Opened:
    def receipted(digest: str) -> bool:
        return _accepted(office, digest)

    trusted = peers.lookup(office)
    before, one.opened = one.opened, None
    if before is not None:
        return bundle.judged_again(before, file, own, trusted, receipted)
    return bundle.open_bundle(file, own, trusted, one.folder, receipted=receipted, tell=tell)


def rehearse(
    office: Office, found: Opened, beside: Callable[[Connection, Taken], object] | None = None
) -> Plan:
    """What `enter` would do and raise; everything is rolled back. `beside` reads what it came to, before that."""
    if seen(office, found) is not None:
        return _plan(found, None)
    clean, faults = keeping.inspected(office, found)
    coming = keeping.waiting(office, found) | clean
    done: list[Taken] = []
    try:
        with _receiving(office, "看包", found) as work:
            done.append(_judged(work, office, found, coming, faults, rehearsed=True))
            if beside is not None:
                beside(work.connection, done[0])
            raise _NotMeantError
    except _NotMeantError:
        told = _plan(found, done[0])
        told = replace(told, said=told.said + restreaming.said(done[0].anew))
    lacking = keeping.missing_volumes(office, found, coming)
    return replace(told, said=f"{told.said}；{keeping.volumes_said(found, lacking)}") if lacking else told


def enter(
    office: Office, own: Keys, found: Opened, kept: Path, clean: Mapping[str, Path], faults: Faults
) -> tuple[Taken, dict[str, Any]]:
    """The one transaction: lines into tables, `clean` attachments into the store, inbox row with the receipt, signed.

    `faults` are those of the attachments; all there are, are raised together and nothing is written then.
    """
    coming = keeping.waiting(office, found) | dict(clean)
    with _receiving(office, "收件", found) as work:
        taken = _judged(work, office, found, coming, faults, rehearsed=False)
        work.take_in(coming)
        taken.forgotten = forgetting.forget(work, ledgers.line_of(work.connection, taken.ledger))
        receipt = receipts.issue(_receipt(work, office, found, taken), own)
        told = {"file": kept.name, "lines": taken.lines, "cipher": found.info.cipher}
        anew = {"anew": restreaming.to_keep(taken.anew)} if taken.anew else {}
        _enter(work, office, found, receipt, told | anew | taken.told)
    return taken, receipt


def answered(office: Office, found: Opened, taken: Taken, receipt: dict[str, Any]) -> Change:
    """What was taken in, told, and its receipt as a file; a file that cannot be written takes nothing back."""
    out = receipting.write(office, receipt)
    office.note_head()
    told = _plan(found, taken)
    gone = [w.no for w in purging.waiting(office) if w.ledger_id == taken.ledger]
    warning = f"；注意：对方已对 {'、'.join(gone)} 做误入处置，请在本单位也做误入处置" if gone else ""
    if taken.forgotten is not None:
        warning += (
            f"；对方已销毁的合并、导入内容，本单位的副本也已销毁{sweeping.forget(office, taken.forgotten)}"
        )
    if found.info.cipher == "none" and settings.get(office, ENCRYPT_ONLY):
        warning += "；注意：往来必须加密，这一份没有加密，路上谁都能打开；请让对方先确认本单位的名片再发"
    return Change(
        f"已收：{told.said}；回执：{out.name}{restreaming.said(taken.anew)}{warning}",
        frozenset({taken.ledger}),
        taken.ledger,
        {
            **told.as_json(),
            "again": False,
            "receipt": str(out),
            "verdict": "accepted",
            "purged": gone,
            "anew": taken.anew,
        },
    )


def seen(office: Office, found: Opened) -> dict[str, Any] | None:
    """The receipt given for this very bundle before; one that was given back is judged anew.

    Raises Problem E_ID_REUSED for other bytes under its id.
    """
    t = inbox_table.c
    with office.read() as connection:
        row = connection.execute(
            select(t.digest, t.receipt, t.verdict).where(
                t.bundle_id == found.info.id, t.from_office == found.info.sender
            )
        ).first()
    if row is None:
        return None
    if row.digest != found.digest:
        raise Problem(
            "E_ID_REUSED", "这个包的编号以前收过，但内容不同，没有收；请让对方重新导出", bundle=found.info.id
        )
    receipt: dict[str, Any] = row.receipt
    return receipt if row.verdict == returning.ACCEPTED else None


def again(office: Office, own: Keys, found: Opened, receipt: dict[str, Any]) -> Change:
    """The same bundle once more: the same receipt, nothing else."""
    out = receipting.remade(office, receipt, own)
    told = _plan(found, None)
    facts = {**told.as_json(), "again": True, "receipt": str(out), "verdict": "accepted"}
    return Change(f"{told.said}；回执：{out.name}", frozenset(), found.info.ledger, facts)


class _NotMeantError(Exception):
    """Rolls a rehearsal back."""


@contextmanager
def _receiving(office: Office, deed: str, found: Opened) -> Iterator[Write]:
    try:
        with office.write(deed) as work:
            yield work
    except IntegrityError as error:
        raise same_ids.refusal(office, found, error) from error


def _judged(
    work: Write,
    office: Office,
    found: Opened,
    coming: Collection[str],
    faults: Faults,
    *,
    rehearsed: bool,
) -> Taken:
    """The bundle judged against what is here and played into the tables of this transaction.

    `coming` are digests of files not yet in the store that the bundle, or a volume before it, brought. Raises whatever
    is wrong all at once; only a sender without the right, or another past, ends the judging there.
    """
    here = _here(work.connection, found)
    held: restreaming.Held | None = None
    with faults.noted():
        here, held = restreaming.begun_anew(work, found, here)
        plan.refuse_not_allowed(found, here)
    if faults.found and not all(p.code.startswith("E_ATTACHMENT_") for p in faults.found):
        faults.refuse()
    if found.info.kind == "check":
        faults.refuse()
        return _part(work, office, found)

    def hashes(first: int, last: int) -> list[str]:
        t = journal_table.c
        rows = work.connection.scalars(
            select(t.hash).where(t.stream == found.info.stream, t.seq > first, t.seq <= last).order_by(t.seq)
        )
        return [bytes(h).hex() for h in rows]

    if fault := plan.stream_fault(found, here, hashes):
        faults.add(fault)
        with faults.noted():
            keeping.refuse_missing_files(office, set(found.held) - set(coming))
        faults.refuse()
    if here.seq and found.info.to_seq <= here.seq:
        if not rehearsed:  # a receipt says that all its volumes are here
            keeping.refuse_missing_volumes(office, found, coming)
        line = ledgers.line_of(work.connection, found.info.ledger)
        return Taken(line.id, line.title, sealed=line.sealed, rows=line.rows)
    taken = taking.take(work, office, found, here.seq, faults)
    taken.anew = restreaming.settled(work.connection, taken.ledger, held)
    with faults.noted():
        if not faults.content:
            _refuse_foreign_return(work, office, ledgers.line_of(work.connection, taken.ledger), found)
    elsewhere = {digest for each in found.volumes for digest in each} - set(coming)
    with faults.noted():
        keeping.refuse_missing_files(office, (taken.attachments | set(found.held)) - set(coming) - elsewhere)
    faults.refuse()
    if not rehearsed:
        keeping.refuse_missing_volumes(office, found, coming)
    return taken


def _part(work: Write, office: Office, found: Opened) -> Taken:
    """A part of a check round, which becomes the department's own."""
    done = checking.take(work, office, found)
    kept = tuple(one.said for one in done.kept)
    return Taken(
        done.ledger,
        done.title,
        added=done.added,
        changed=done.changed,
        rows=done.rows,
        kept=kept,
        told=done.told,
    )


def _refuse_foreign_return(work: Write, office: Office, mirror: LedgerLine, found: Opened) -> None:
    """A return, and nothing else, belongs to a ledger of this office that was pushed to the sender (decision 32).

    Raises Problem E_FOREIGN_RETURN, E_NOT_PUSHED.
    """
    if found.info.kind != "return" and mirror.purpose != ledgers.CHECK:
        return
    mine = work.connection.execute(
        select(ledger_table.c.own).where(ledger_table.c.id == mirror.origin_ledger)
    ).first()
    kind = found.info.kind == "return" and mirror.purpose == ledgers.CHECK
    if not kind or mirror.origin_office != office.id or mine is None or not mine.own:
        raise Problem(
            "E_FOREIGN_RETURN",
            f"“{found.info.sender_name}”的这份回传不是本单位推送的核查清单的（{mirror.origin_name or '别的单位'}的），没有收",
            ledger=mirror.origin_ledger,
        )
    joining.asked(work.connection, ledgers.line_of(work.connection, mirror.origin_ledger), mirror)


def _here(connection: Connection, found: Opened) -> Here:
    row = connection.execute(select(ledger_table).where(ledger_table.c.id == found.info.ledger)).first()
    return Here(row.own, row.owner_office, row.stream, row.head_seq) if row else Here()


def _receipt(work: Write, office: Office, found: Opened, taken: Taken) -> Receipt:
    return Receipt(
        bundle=found.info.id,
        digest=found.digest,
        issuer=office.id,
        issuer_name=office.name,
        to=found.info.sender,
        ledger=found.info.ledger,
        stream=found.info.stream,
        seq=found.info.to_seq,
        head=found.info.head,
        rows=taken.rows,
        counts=counts.stored(work.connection, taken.ledger),
        on=work.on,
    )


def _enter(
    work: Write, office: Office, found: Opened, receipt: dict[str, Any], facts: dict[str, Any]
) -> None:
    info = found.info
    t = inbox_table.c
    work.connection.execute(
        delete(inbox_table).where(t.bundle_id == info.id, t.from_office == info.sender)
    )  # what was given back before
    work.connection.execute(
        insert(inbox_table).values(
            bundle_id=info.id,
            from_office=info.sender,
            from_name=info.sender_name,
            ledger_id=info.ledger,
            kind=info.kind,
            on=work.on,
            digest=found.digest,
            verdict="accepted",
            receipt=receipt,
            facts=facts,
        )
    )
    told: dict[str, Any] = {
        "from": info.sender,
        "from_name": info.sender_name,
        "ledger": info.ledger,
        "digest": found.digest,
    }
    told |= {"kind": info.kind, "facts": facts, "receipt": canon.fingerprint(receipt)}
    told |= {"unit": found.ledger["unit"], "opened_on": found.ledger["opened_on"]}
    work.office_line("receive", info.id, {**told, "seq": info.to_seq, "head": info.head, "to": office.id})


def _accepted(office: Office, digest: str) -> bool:
    t = inbox_table.c
    with office.read() as connection:
        return (
            connection.scalar(select(t.bundle_id).where(t.digest == digest, t.verdict == "accepted"))
            is not None
        )


def _plan(found: Opened, taken: Taken | None) -> Plan:
    info = found.info
    told: dict[str, Any] = {
        "title": str(found.ledger.get("title", "")),
        "encrypted": found.encrypted,
        "sealed": bool(info.seal),
        "seen": taken is None,
        "added": len(taken.added) if taken else 0,
        "changed": len(taken.changed - taken.added) if taken else 0,
        "rows": taken.rows if taken else 0,
        "attachments": len(found.attachments),
        "odd": taken.odd if taken else "",
        "kept": taken.kept if taken else (),
        "note": plan.words(found),
    }
    return Plan(
        said=plan.sentence(found, told),
        bundle=info.id,
        kind=info.kind,
        sender=info.sender,
        sender_name=info.sender_name,
        fingerprint=found.sender.fingerprint,
        ledger=info.ledger,
        on=info.on,
        base_seq=info.base_seq,
        to_seq=info.to_seq,
        head=info.head,
        lines=taken.lines if taken else 0,
        prints=tuple(taken.prints) if taken else (),
        counts=taken.counts if taken else {},
        **told,
    )
