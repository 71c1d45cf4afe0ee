"""A written bundle on its way out: the outbox, the copy to the stick, what is said of it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from app import files
from app.attachments import digest_of
from app.change import Change
from app.ledgers import LedgerLine
from app.office import Office
from app.problem import Problem
from app.trust import Keys
from models.schema import outbox as outbox_table
from sync import sending
from sync.bundle import SUFFIX, Written, write_bundle
from sync.packing import Contents
from sync.peers import Address


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
) -> Sent:
    """Write the bundle into the outbox, proved; `connection` is the transaction its contents are read in."""
    info = replace(contents.info, cipher="age" if address.card else "none")
    name = sending.file_name(office, line, info, 1 + times(connection, line.id, address.name))
    local = free(office.folder / "outbox" / f"{name}{SUFFIX}")
    written = write_bundle(local, contents, signer, address.card)
    return Sent(line, address, written, len(contents.attachments))


def carry(office: Office, sent: Sent, folder: Path) -> Path:
    """Copy what stands in the outbox to the stick, compare, and note that it went. Raises those of `copy`."""
    target = copy(sent.written.path, folder)
    mark(office, sent.written.info.id, "copied")
    office.note_head()
    return target


def times(connection: Connection, ledger: str, to_name: str) -> int:
    """How often this ledger was sent to that office."""
    t = outbox_table.c
    return connection.scalar(select(func.count()).where(t.ledger_id == ledger, t.to_name == to_name)) or 0


def free(path: Path) -> Path:
    """`path`, or the same name with a number when it is taken."""
    found, number = path, 2
    while found.exists():
        found = path.with_name(f"{path.stem}({number}){path.suffix}")
        number += 1
    return found


def record(office: Office, sent: Sent) -> None:
    """Enter the built bundle in the outbox and in the office's own journal."""
    info = sent.written.info
    file = sent.written.path.relative_to(office.folder).as_posix()
    facts = {"sealed": bool(info.seal), "encrypted": info.cipher == "age", "attachments": sent.attachments}
    with office.write("上报导出") as work:
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


def mark(office: Office, bundle_id: str, state: str) -> None:
    """Move a bundle of the outbox on: built, copied, receipted, returned."""
    with office.write("上报导出") as work:
        work.connection.execute(
            update(outbox_table).where(outbox_table.c.bundle_id == bundle_id).values(state=state)
        )


def copy(source: Path, folder: Path) -> Path:
    """Copy a finished bundle to `folder` (made when missing; a path ending in .qidi is the file itself) and compare.

    Raises Problem E_DISK_FULL, E_CANNOT_WRITE, E_COPY.
    """
    target = folder if folder.suffix == SUFFIX and not folder.is_dir() else folder / source.name
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(target.parent).free < source.stat().st_size:
            raise Problem(
                "E_DISK_FULL", f"“{target.parent}”空间不足，没有写，请腾出空间或换一个盘", path=str(target)
            )
    except OSError as error:
        raise files.refusal(target, error) from error
    files.write_whole(target, lambda part: shutil.copyfile(source, part))
    if digest_of(target) != digest_of(source):
        raise Problem(
            "E_COPY", f"“{target.name}”写完后读回来不一样，盘可能有问题，请换一个盘重试", path=str(target)
        )
    return target


def said(sent: Sent, target: Path) -> Change:
    """The Change of a send whose copy was compared."""
    info = sent.written.info
    marks = [m for m, on in (("未确定", not info.seal), ("未加密", info.cipher == "none")) if on]
    warning = "" if sent.address.confirmed or info.cipher == "none" else "；注意：对方名片的核对码还没有对过"
    text = f"已写出 {target.name}" + (f"（{'、'.join(marks)}）" if marks else "") + f"，可以拔盘{warning}"
    facts = {
        "file": str(target),
        "bundle": info.id,
        "digest": sent.written.digest,
        "to": info.to,
        "to_name": info.to_name,
        "encrypted": info.cipher == "age",
        "sealed": bool(info.seal),
        "marks": marks,
        "base_seq": info.base_seq,
        "to_seq": info.to_seq,
        "attachments": sent.attachments,
        "bytes": sent.written.size,
    }
    return Change(text, frozenset({sent.line.id}), info.id, facts)
