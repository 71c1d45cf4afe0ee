"""A file that came in: opened in private, rehearsed or taken in one transaction, answered with a receipt."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from app import attachments, canon, counts, files, ledgers, purging, scans
from app.change import Change
from app.office import Office
from app.problem import Problem
from app.trust import Keys
from app.writing import Write
from models.schema import inbox as inbox_table
from models.schema import journal as journal_table
from models.schema import ledger as ledger_table
from models.schema import outbox as outbox_table
from sync import bundle, peers, plan, receipts, taking, tidying
from sync.bundle import Opened
from sync.plan import Here, Plan
from sync.receipts import Receipt
from sync.taking import Taken

OPENING = ".open-"


@contextmanager
def opened(office: Office, file: Path, own: Keys) -> Iterator[Opened]:
    """The bundle opened in a private folder of the office that is gone afterwards."""
    inbox = office.folder / "inbox"
    tidying.sweep(inbox, OPENING)
    try:
        temp = tempfile.TemporaryDirectory(prefix=OPENING, dir=inbox)
    except OSError as error:
        raise files.refusal(inbox, error) from error
    with temp as folder:
        yield bundle.open_bundle(
            file, own, peers.lookup(office), Path(folder), receipted=lambda digest: _accepted(office, digest)
        )


def rehearse(office: Office, found: Opened) -> Plan:
    """What `take` would do and raise; everything is rolled back."""
    if seen(office, found) is not None:
        return _plan(found, None)
    done: list[Taken] = []
    try:
        with _receiving(office, "看包") as work:
            done.append(_judged(work, office, found, found.attachments.keys()))
            raise _NotMeantError
    except _NotMeantError:
        return _plan(found, done[0])


def take(office: Office, own: Keys, found: Opened, kept: Path) -> Change:
    """The one transaction: lines into tables, inbox row with the receipt; then the receipt file."""
    with _gone_unless_taken(kept), _receiving(office, "收件") as work:
        taken = _judged(work, office, found, ())
        receipt = receipts.issue(_receipt(work, office, found, taken), own)
        _enter(
            work,
            office,
            found,
            receipt,
            {"file": kept.name, "lines": taken.lines, "cipher": found.info.cipher},
        )
    out = _write_receipt(office, found, receipt)
    office.note_head()
    told = _plan(found, taken)
    gone = [w.no for w in purging.waiting(office) if w.ledger_id == taken.ledger]
    warning = f"；注意：对方已对 {'、'.join(gone)} 做误入处置，请在本单位也做误入处置" if gone else ""
    return Change(
        f"已收：{told.said}；回执：{out.name}{warning}",
        frozenset({taken.ledger}),
        taken.ledger,
        {**told.as_json(), "again": False, "receipt": str(out), "verdict": "accepted", "purged": gone},
    )


def seen(office: Office, found: Opened) -> dict[str, Any] | None:
    """The receipt given for this very bundle before. Raises Problem E_ID_REUSED for other bytes under its id."""
    t = inbox_table.c
    with office.read() as connection:
        row = connection.execute(
            select(t.digest, t.receipt).where(
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
    return receipt


def again(office: Office, found: Opened, receipt: dict[str, Any]) -> Change:
    """The same bundle once more: the same receipt, nothing else."""
    out = _write_receipt(office, found, receipt)
    told = _plan(found, None)
    facts = {**told.as_json(), "again": True, "receipt": str(out), "verdict": "accepted"}
    return Change(f"{told.said}；回执：{out.name}", frozenset(), found.info.ledger, facts)


def keep_attachments(office: Office, found: Opened) -> None:
    """Store the files of the bundle by digest, each inspected first; harmless when the deed is given up later.

    Raises Problem E_ATTACHMENT_* for what is damaged, active or not what its name says.
    """
    for digest, file in found.attachments.items():
        target = attachments.path_of(office.folder, digest)
        if target.exists() and attachments.digest_of(target) == digest:
            continue
        scans.inspect(file)
        target.parent.mkdir(parents=True, exist_ok=True)
        files.write_whole(target, lambda part, file=file: shutil.copyfile(file, part))  # type: ignore[misc]


def keep_original(office: Office, file: Path, found: Opened) -> Path:
    """The received file as it came, in the inbox under sender and bundle id."""
    target = office.folder / "inbox" / f"{found.info.on}_{found.info.id}{bundle.SUFFIX}"
    files.write_whole(target, lambda part: shutil.copyfile(file, part))
    return target


def take_receipt(office: Office, file: Path) -> Change:
    """Enter a receipt against what was sent; an older one never moves anything back (decision 30).

    Raises Problem E_RECEIPT_OTHER and those of `receipts.read`.
    """
    receipt = receipts.read(file, peers.lookup(office))
    t = outbox_table.c
    with office.write("登记回执") as work:
        row = work.connection.execute(select(outbox_table).where(t.bundle_id == receipt.bundle)).first()
        if row is None or receipt.to != office.id or row.to_office not in (None, receipt.issuer):
            raise Problem("E_RECEIPT_OTHER", "这份回执不是本单位所发包的回执", bundle=receipt.bundle)
        if (row.digest, row.to_seq, row.head) != (receipt.digest, receipt.seq, receipt.head):
            raise Problem("E_RECEIPT_OTHER", "回执上的内容与发出的包不符，没有登记", bundle=receipt.bundle)
        again_ = row.state == "receipted"
        if not again_:
            work.connection.execute(
                update(outbox_table)
                .where(t.bundle_id == receipt.bundle)
                .values(state="receipted", to_office=receipt.issuer)
            )
            work.office_line("receipt", receipt.bundle, receipt.claims())
    said = f"{receipt.issuer_name}已于 {receipt.on} 收到《{row.file.rpartition('/')[2]}》"
    return Change(
        said + ("（以前已登记）" if again_ else "，回执已登记"),
        frozenset({row.ledger_id}),
        receipt.bundle,
        {
            "bundle": receipt.bundle,
            "from": receipt.issuer,
            "seq": receipt.seq,
            "rows": receipt.rows,
            "again": again_,
        },
    )


@contextmanager
def _gone_unless_taken(kept: Path) -> Iterator[None]:
    """The original of a bundle that was not taken in does not stay in the inbox."""
    try:
        yield
    except BaseException:
        kept.unlink(missing_ok=True)
        raise


class _NotMeantError(Exception):
    """Rolls a rehearsal back."""


@contextmanager
def _receiving(office: Office, deed: str) -> Iterator[Write]:
    try:
        with office.write(deed) as work:
            yield work
    except IntegrityError as error:
        raise Problem(
            "E_CONTENT", "包里的编号与本单位已有的相重，没有收，数据没有动", detail=str(error.orig)
        ) from error


def _judged(work: Write, office: Office, found: Opened, coming: Sequence[str] | Any) -> Taken:
    """The bundle judged against what is here and played into the tables of this transaction.

    `coming` are digests of files not yet in the store but in the bundle (a rehearsal stores none).
    """
    here = _here(work.connection, found)
    plan.refuse_not_allowed(found, here)

    def hashes(first: int, last: int) -> list[str]:
        t = journal_table.c
        rows = work.connection.scalars(
            select(t.hash).where(t.stream == found.info.stream, t.seq > first, t.seq <= last).order_by(t.seq)
        )
        return [bytes(h).hex() for h in rows]

    if fault := plan.stream_fault(found, here, hashes):
        raise fault
    if here.seq and found.info.to_seq <= here.seq:
        line = ledgers.line_of(work.connection, found.info.ledger)
        return Taken(line.id, line.title, sealed=line.sealed, rows=line.rows)
    taken = taking.take(work, office, found, here.seq)
    _refuse_missing_files(office, found, taken, set(coming))
    return taken


def _here(connection: Connection, found: Opened) -> Here:
    row = connection.execute(select(ledger_table).where(ledger_table.c.id == found.info.ledger)).first()
    return Here(row.own, row.owner_office, row.stream, row.head_seq) if row else Here()


def _refuse_missing_files(office: Office, found: Opened, taken: Taken, coming: set[str]) -> None:
    wanted = (taken.attachments | set(found.held)) - coming
    missing = sorted(d for d in wanted if not attachments.path_of(office.folder, d).is_file())
    if missing:
        raise Problem(
            "E_NEED_ATTACHMENTS",
            f"有 {len(missing)} 个附件对方以为本单位已有、其实没有，没有收；请对方连附件全部重发",
            missing=missing,
        )


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


def _write_receipt(office: Office, found: Opened, receipt: dict[str, Any]) -> Path:
    """The receipt as a file in the outbox, to be carried back; always the same bytes for the same bundle."""
    out = office.folder / "outbox" / f"回执_{found.info.on}_{found.info.id[-12:]}{receipts.SUFFIX}"
    files.write_whole(out, receipts.to_bytes(receipt))
    return out


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
