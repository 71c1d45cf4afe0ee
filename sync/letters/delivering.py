"""A written bundle on its way out: the outbox, the copy to the stick, what is said of it."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, select, update

from app.change import Change
from app.ids import new_id
from app.journals.trust import Keys
from app.journals.writing import Write
from app.ledger.ledgers import LedgerLine
from app.office import Office
from app.problem import Problem
from app.storage import files, volumes
from models.schema import outbox as outbox_table
from sync.bundles import archive, progress, splitting
from sync.bundles.bundle import SUFFIX, Written, write_bundle
from sync.bundles.packing import Contents
from sync.bundles.progress import Moved, Tell
from sync.letters import sending
from sync.peers.peers import Address


@dataclass(frozen=True)
class Sent:
    """One bundle and whom it goes to."""

    line: LedgerLine
    address: Address
    written: Written
    attachments: int


def build(
    office: Office,
    connection: Connection,
    line: LedgerLine,
    address: Address,
    contents: Contents,
    signer: Keys,
    tell: Tell | None = None,
) -> Sent:
    """Write the bundle into the outbox, proved; `connection` is the transaction its contents are read in."""
    info = replace(contents.info, cipher="age" if address.card else "none")
    name = sending.file_name(office, line, info, 1 + times(connection, line.id, address.name))
    local = free(office.folder / "outbox" / f"{name}{SUFFIX}")
    written = write_bundle(local, contents, signer, address.card, tell)
    return Sent(line, address, written, len(contents.attachments))


def carry(office: Office, id_: str, local: Path, folder: Path, *, fresh: bool = True) -> Path:
    """Copy what stands in the outbox to the stick, compare, and note that it went.

    Raises those of `copy`, with the fact `bundle`, by which it is written again.
    """
    try:
        target = copy(local, folder, fresh=fresh)
    except Problem as problem:
        problem.facts["bundle"] = id_
        raise
    mark(office, id_, "copied")
    office.note_head()
    return target


def build_volumes(
    office: Office,
    connection: Connection,
    line: LedgerLine,
    address: Address,
    contents: Contents,
    signer: Keys,
    tell: Tell | None = None,
) -> list[Sent]:
    """The delivery in the outbox, as several bundles where one cannot hold it; none stays when one fails."""
    sent: list[Sent] = []
    try:
        for volume in splitting.split(contents):
            sent.append(build(office, connection, line, address, volume, signer, tell))
    except BaseException:
        _unbuild(sent)
        raise
    return sent


def deliver(office: Office, sent: Sequence[Sent], folder: Path, tell: Tell | None = None) -> list[Path]:
    """Copy to the stick, compare, and enter in the outbox just before the last file has its name on the stick.

    A stick that fails leaves the bundles in the outbox as built; what `tell` or `record` raises leaves nothing at all.
    Raises those of `copy` and `record`.
    """
    tried = entered = False
    targets: list[Path] = []

    def enter() -> None:
        nonlocal tried, entered
        tried = True
        record(office, *sent)
        entered = True

    try:
        for one in sent:
            targets.append(
                copy(
                    one.written.path, _place(one, folder), tell, enter if one is sent[-1] else None,
                    fresh=one is sent[0],
                )
            )  # fmt: skip
    except BaseException as error:
        if not entered:
            for target in targets:
                with contextlib.suppress(OSError):
                    target.unlink()
            if isinstance(error, Problem) and not tried:
                enter()
            elif not tried:
                _unbuild(sent)
        raise
    for one in sent:
        mark(office, one.written.info.id, "copied")
    office.note_head()
    return targets


def _place(sent: Sent, folder: Path) -> Path:
    """Where this volume goes: of several, none may have the very name that was asked for."""
    if not sent.written.info.group or folder.suffix != SUFFIX or folder.is_dir():
        return folder
    return folder.with_stem("{}-{}of{}".format(folder.stem, *sent.written.info.volumes))


def _unbuild(sent: Sequence[Sent]) -> None:
    for one in sent:
        one.written.path.unlink(missing_ok=True)


def times(connection: Connection, ledger: str, to_name: str) -> int:
    """How often this ledger was sent to that office, in however many volumes."""
    t = outbox_table.c
    rows = connection.scalars(select(t.facts).where(t.ledger_id == ledger, t.to_name == to_name))
    return sum(facts.get("volume", "1 of 1").startswith("1 of ") for facts in rows)


def free(path: Path) -> Path:
    """`path`, or the same name with a number when it is taken."""
    found, number = path, 2
    while found.exists():
        found = path.with_name(f"{path.stem}({number}){path.suffix}")
        number += 1
    return found


def record(office: Office, *sent: Sent) -> None:
    """Enter the built bundles in the outbox and in the office's own journal; none stays that cannot be entered."""
    try:
        with office.write("上报导出") as work:
            for one in sent:
                _record(work, office, one)
    except BaseException:
        _unbuild(sent)
        raise


def _record(work: Write, office: Office, sent: Sent) -> None:
    info = sent.written.info
    file = sent.written.path.relative_to(office.folder).as_posix()
    facts: dict[str, Any] = {
        "sealed": bool(info.seal),
        "encrypted": info.cipher == "age",
        "attachments": sent.attachments,
    }
    if info.group:
        facts |= {"group": info.group, "volume": info.volume}
    work.connection.execute(
        insert(outbox_table).values(
            bundle_id=info.id,
            ledger_id=info.ledger,
            to_office=info.to or None,
            to_name=info.to_name,
            kind=info.kind,
            on=info.on,
            file=file,
            digest=sent.written.digest,
            base_seq=info.base_seq,
            to_seq=info.to_seq,
            head=info.head,
            state="built",
            facts=facts,
        )
    )
    told: dict[str, Any] = {
        "to": info.to,
        "to_name": info.to_name,
        "ledger": info.ledger,
        "digest": sent.written.digest,
    }
    told |= {"kind": info.kind, "file": file, "base_seq": info.base_seq}
    work.office_line("send", info.id, {**told, "seq": info.to_seq, "head": info.head, **facts})


def record_book(
    office: Office, line: LedgerLine, local: Path, to: tuple[str, str], upto: int, *, head: str
) -> str:
    """Enter a workbook of a check round, which travels as it is, in the outbox as built; the id of its row.

    `to` is (office id or '', name), `upto` and `head` the line up to which the ledger was read. It is removed again
    where it cannot be entered.
    """
    id_ = new_id()
    told: dict[str, Any] = {
        "to_name": to[1], "kind": "check", "file": local.relative_to(office.folder).as_posix(),
        "digest": files.digest_of(local), "base_seq": 0, "head": head,
    }  # fmt: skip
    facts = {"sealed": False, "encrypted": False, "attachments": 0}
    row = {**told, "bundle_id": id_, "ledger_id": line.id, "to_office": to[0] or None, "to_seq": upto}
    try:
        with office.write("推送核查") as work:
            work.connection.execute(
                insert(outbox_table).values(**row, on=work.on, state="built", facts=facts)
            )
            work.office_line("send", id_, {**told, "to": to[0], "ledger": line.id, "seq": upto, **facts})
    except BaseException:
        local.unlink(missing_ok=True)
        raise
    return id_


def mark(office: Office, bundle_id: str, state: str) -> None:
    """Move a bundle of the outbox on: built, copied, receipted, returned."""
    with office.write("上报导出") as work:
        work.connection.execute(
            update(outbox_table).where(outbox_table.c.bundle_id == bundle_id).values(state=state)
        )


def copy(
    source: Path, folder: Path, tell: Tell | None = None, compared: Callable[[], object] | None = None, *,
    fresh: bool = True,
) -> Path:  # fmt: skip
    """Copy a finished file to `folder` and compare; the folder is made when missing and `fresh`, a path that ends like
    a bundle is the file itself.

    What was written is read back before it gets its name; `compared` is called then, when nothing can be cancelled
    any more. Raises Problem E_DISK_FULL, E_CANNOT_WRITE, E_COPY and those of `volumes.reach`.
    """
    named = folder.suffix in (SUFFIX, source.suffix) and not folder.is_dir()
    target = folder if named else folder / source.name
    size = source.stat().st_size
    volumes.reach(target.parent, fresh=fresh)
    try:
        volumes.refuse_no_room(target.parent, size)
    except OSError as error:
        raise files.refusal(target, error) from error

    def fill(part: Path) -> None:
        digest = _copied(source, part, progress.phase(tell, progress.WRITING, size))
        if _digest(part, progress.phase(tell, progress.COMPARING, size)) != digest:
            raise Problem(
                "E_COPY", f"“{target.name}”写完后读回来不一样，盘可能有问题，请换一个盘重试", path=str(target)
            )
        if compared:
            compared()

    files.write_whole(target, fill)
    return target


def _copied(source: Path, part: Path, moved: Moved) -> str:
    digest = hashlib.sha256()
    with source.open("rb") as reading, part.open("wb") as writing:
        for block in archive.blocks(reading, moved):
            digest.update(block)
            writing.write(block)
        writing.flush()
        os.fsync(writing.fileno())
    return digest.hexdigest()


def _digest(part: Path, moved: Moved) -> str:
    digest = hashlib.sha256()
    with part.open("rb") as reading:
        for block in archive.blocks(reading, moved):
            digest.update(block)
    return digest.hexdigest()


def said(sent: Sequence[Sent], targets: Sequence[Path]) -> Change:
    """The Change of a send whose copies were compared; the facts speak of the first of several volumes."""
    first, info = sent[0], sent[0].written.info
    marks = [m for m, on in (("未确定", not info.seal), ("未加密", info.cipher == "none")) if on]
    warning = "" if first.address.confirmed or info.cipher == "none" else "；注意：对方名片的核对码还没有对过"
    several = f"等 {len(sent)} 卷，对方收齐各卷才能入账" if len(sent) > 1 else ""
    text = (
        f"已写出 {targets[0].name}{several}"
        + (f"（{'、'.join(marks)}）" if marks else "")
        + f"，可以拔盘{warning}"
    )
    facts = {
        "file": str(targets[0]),
        "files": [str(target) for target in targets],
        "bundle": info.id,
        "digest": first.written.digest,
        "to": info.to,
        "to_name": info.to_name,
        "encrypted": info.cipher == "age",
        "sealed": bool(info.seal),
        "marks": marks,
        "base_seq": info.base_seq,
        "to_seq": info.to_seq,
        "attachments": sum(one.attachments for one in sent),
        "bytes": sum(one.written.size for one in sent),
    }
    return Change(text, frozenset({first.line.id}), info.id, facts)
