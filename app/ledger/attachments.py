"""Files kept with a row, by the digest of their content."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from msgspec import Struct
from sqlalchemy import insert, select, update

from app.change import Change
from app.ids import new_id
from app.journals.writing import Write
from app.ledger import entries
from app.office import Office
from app.problem import Problem
from app.storage import files, inspecting
from app.words import wording
from models.schema import attachment as attachment_table


@dataclass(frozen=True)
class Kept:
    """A file for the office's store, where its digest is its name. `source`: where it still has to be copied from."""

    sha256: str
    name: str
    kind: str
    size: int
    source: Path | None = None


class Filed(Struct, frozen=True):
    """One attachment of an entry or of a printed version."""

    id: str
    name: str
    kind: str
    size: int
    on: str
    path: Path


def keep(office: Office, file: Path, *, written: bool = False) -> Kept:
    """Check a file for the store. It is copied when the deed that names it goes through: a refused one leaves nothing.

    `written`: this program has just made it. A Word file or a workbook of a clerk's own is taken only when it is, byte
    for byte, one that is kept already as part of a paper that was sent.

    Raises Problem E_FILE_CHANGED and those of `inspect`.
    """
    if not file.is_file():
        raise _missing(file)
    digest = files.digest_of(file)
    kind = inspect(file, written=written or path_of(office.folder, digest).is_file())
    if files.digest_of(file) != digest:  # only what was inspected is kept
        raise files.changed(file)
    there = files.same(path_of(office.folder, digest), digest)  # one that rotted on the disk is put right by its original
    source = None if there else file.resolve()
    return Kept(digest, wording.one_line(file.name), kind, file.stat().st_size, source)


def inspect(file: Path, *, written: bool = False) -> str:
    """The kind of a file that may be kept (`inspecting.inspect`). Raises Problem E_NO_FILE and those of `inspecting.inspect`."""
    if not file.is_file():
        raise _missing(file)
    return inspecting.inspect(file, written=written).value


def _missing(file: Path) -> Problem:
    return Problem("E_NO_FILE", f"找不到文件“{file}”，请检查路径", file=str(file))


def path_of(folder: Path, sha256: str) -> Path:
    """Where the file with this digest stands in an office folder."""
    return files.stored(folder, sha256)


def attach(office: Office, entry_id: str, file: Path) -> Change:
    """Keep a file with an entry (always possible, sealed or not: decision 7).

    The original of one that the entry has and that was spoilt on the disk takes its place: nothing is filed anew.
    """
    kept = keep(office, file)
    if kept.source is not None and any(one.path.name == kept.sha256 for one in of(office, entry_id)):
        with office.write("补好附件") as work:
            work.keep(kept.sha256, kept.source)
        return Change(f"“{kept.name}”的文件坏了，已用原件补好", subject=entry_id, facts={"sha256": kept.sha256})
    with office.write("附件") as work:
        held, line = entries.held_for(work, entry_id)
        file_with(work, line.id, kept, entry_id=entry_id, subject=entry_id, rev=held.rev)
    return Change(f"已附上：{kept.name}", frozenset({line.id}), entry_id, {"sha256": kept.sha256})


def file_with(
    work: Write,
    ledger_id: str,
    kept: Kept,
    *,
    subject: str,
    rev: int = 1,
    entry_id: str | None = None,
    version_id: str | None = None,
    verb: str = "attach",
    again: str = "",
) -> str:
    """Record a kept file against an entry or a printed version; returns the attachment's id.

    `again` is the id it had before it was taken off.
    """
    if kept.source is not None:
        work.keep(kept.sha256, kept.source)
    row: dict[str, Any] = {
        "id": new_id(),
        "sha256": kept.sha256,
        "ledger_id": ledger_id,
        "entry_id": entry_id,
        "version_id": version_id,
        "name": kept.name,
        "kind": kept.kind,
        "size": kept.size,
        "on": work.on,
    }
    body: dict[str, Any] = {"attach": {k: v for k, v in row.items() if v is not None and k != "ledger_id"}}
    if again:
        body["again"] = again
    seq = work.line(ledger_id, verb, subject, rev, body)
    work.connection.execute(insert(attachment_table).values(**row, seq=seq))
    return str(row["id"])


def take_off(work: Write, ledger_id: str, attachment_id: str, verb: str, *, rev: int) -> None:
    """Take an attachment off its row in the open transaction. Its file stays: to put it back it is filed anew."""
    t = attachment_table.c
    row = work.connection.execute(select(t.entry_id, t.name).where(t.id == attachment_id)).one()
    told = {"id": attachment_id, "entry_id": row.entry_id, "name": row.name}
    seq = work.line(ledger_id, verb, row.entry_id, rev, {"detach": told})
    work.connection.execute(update(attachment_table).where(t.id == attachment_id).values(deleted_seq=seq))


def of(office: Office, entry_id: str) -> list[Filed]:
    """The attachments of an entry, oldest first."""
    t = attachment_table.c
    with office.read() as connection:
        rows = connection.execute(
            select(attachment_table).where(t.entry_id == entry_id, t.deleted_seq.is_(None)).order_by(t.seq)
        ).all()
    return [Filed(r.id, r.name, r.kind, r.size, r.on, path_of(office.folder, r.sha256)) for r in rows]
