"""What a bundle of one ledger for one receiver carries: the delta since the last receipt, files, prints, seal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from app.engine import played, remains
from app.engine.rows import Held
from app.ids import new_id
from app.journals.journal import GENESIS
from app.ledger import attachments, template_history, versions
from app.ledger.ledgers import LedgerLine
from app.listing import counts
from app.office import Office
from app.problem import Problem
from app.proof import replay
from app.values import masking
from models.schema import attachment as attachment_table
from models.schema import journal as journal_table
from models.schema import ledger as ledger_table
from models.schema import outbox as outbox_table
from models.schema import seal as seal_table
from models.schema import version as version_table
from sync.bundles import lines, packing
from sync.bundles.bag import Info
from sync.bundles.file_names import fitted
from sync.bundles.packing import Contents
from sync.letters import returning
from sync.peers.peers import Address

_LEADING = frozenset({"sponsor", "lead", "superior"})
MAY_SEND = {"ledger": _LEADING, "check": _LEADING, "return": _LEADING | {"handler"}}
_WAYS = {"ledger": "报", "check": "请核查", "return": "核查回传"}


@dataclass(frozen=True)
class Acknowledged:
    """How far the receiver has acknowledged the stream."""

    seq: int
    head: str


@dataclass(frozen=True)
class _Lines:
    """The lines as they travel, read anew as often as they are wanted."""

    connection: Connection
    stream: str
    base: int
    to: int

    def __iter__(self) -> Iterator[bytes]:
        return (lines.encode(r) for r in replay.lines(self.connection, self.stream, self.base, self.to))


def contents(
    office: Office,
    connection: Connection,
    line: LedgerLine,
    to: Address,
    *,
    kind: str = "ledger",
    whole: bool = False,
) -> Contents:
    """The contents for `to`; read inside one transaction, which must stay open until the bundle is written.

    `whole` sends from the first line and all files, whatever was acknowledged (the answer to E_GAP).

    Raises Problem E_FILE_GONE when a file of the ledger is missing in the store; packing finds the damaged ones.
    """
    row = connection.execute(select(ledger_table).where(ledger_table.c.id == line.id)).one()
    base = acknowledged(connection, line, "" if whole else to.id)
    seal = connection.execute(select(seal_table).where(seal_table.c.ledger_id == line.id)).first()
    files, names, held = _files(office, connection, line, base.seq)
    info = Info(
        kind=kind,
        id=new_id(),
        sender=office.id,
        sender_name=office.name,
        to=to.id,
        to_name=to.name,
        cipher="none",
        on=office.today().isoformat(),
        ledger=line.id,
        stream=line.stream,
        base_seq=base.seq,
        base_head=base.head,
        to_seq=row.head_seq,
        head=bytes(row.head_hash).hex(),
        seal=seal.root if seal else "",
        template=line.template_id,
        template_digest=line.loaded.digest,
    )
    return Contents(
        info=info,
        journal=_Lines(connection, line.stream, base.seq, row.head_seq),
        ledger=_described(connection, line),
        template=line.loaded.source,
        seal=_seal(connection, line, seal) if seal and seal.seq > base.seq else None,
        attachments=files,
        names=names,
        held=held,
    )


def callers(connection: Connection, line: LedgerLine) -> list[str]:
    """Titles of the cells that say who called, where a line of the ledger tells one: lines travel whole (domain B12)."""
    stay = masking.hidden(line.loaded)
    for row in replay.lines(connection, line.stream) if stay else ():
        body = msgspec.json.decode(row["body"]) if row["body"] else {}
        told = {**body.get("new", {}).get("cells", {}), **body.get("cells", {})}
        if found := [line.loaded.fields[key].title for key in told if key in stay and told[key]]:
            return found
    return []


def refuse_callers(connection: Connection, line: LedgerLine, to: Address, *, meant: bool) -> None:
    """Raise Problem E_STAYS for a bundle that could not be encrypted, E_CONFIRM until a person meant it (`meant`)."""
    told = "、".join(callers(connection, line))
    if told and to.card is None:
        said = f"《{line.title}》登记了{told}，只能加密送出；请先在设置里确认“{to.name}”的名片，或改报考核表"
        raise Problem("E_STAYS", said, ledger=line.id)
    if told and not meant:
        said = f"《{line.title}》登记了{told}，会加密随包给“{to.name}”，它看得到；它要用到才送（--yes），否则请改报考核表"
        raise Problem("E_CONFIRM", said, ledger=line.id)


def acknowledged(connection: Connection, line: LedgerLine, to: str) -> Acknowledged:
    """The last receipted point of the stream at that office, from the start when there is none or it is not ours."""
    t = outbox_table.c
    row = connection.execute(
        select(t.to_seq, t.head, t.bundle_id)
        .where(t.ledger_id == line.id, t.to_office == to, t.state == "receipted", t.kind != "check")
        .order_by(t.to_seq.desc(), t.bundle_id.desc())
        .limit(1)
    ).first()
    known = (row.to_seq, row.head) if row is not None and to else (0, "")
    asked = (
        returning.asked_from(connection, line.id, to, row.bundle_id if row is not None else "")
        if to
        else None
    )
    seq, head = known if asked is None else min(known, asked)
    if seq:
        hashed = connection.scalar(
            select(journal_table.c.hash).where(
                journal_table.c.stream == line.stream, journal_table.c.seq == seq
            )
        )
        if hashed is not None and bytes(hashed).hex() == head:
            return Acknowledged(seq, head)
    return Acknowledged(0, GENESIS.hex())


def file_name(office: Office, line: LedgerLine, info: Info, number: int) -> str:
    """A name people can read: 甲_待批项目台账_报乙_2022-08-25_第1次（未确定、未加密）, cut to what every disk takes."""
    unsealed = info.kind == "ledger" and not info.seal
    marks = [m for m, on in (("未确定", unsealed), ("未加密", info.cipher == "none")) if on]
    tail = f"_{info.on}_第{number}次" + (f"（{'、'.join(marks)}）" if marks else "")
    if info.group:
        tail += "-{}of{}".format(*info.volumes)
    return fitted(f"{office.name}_{line.title}_{_WAYS[info.kind]}{info.to_name}", tail)


def _files(
    office: Office, connection: Connection, line: LedgerLine, base: int
) -> tuple[dict[str, Path], dict[str, str], list[str]]:
    """{"<sha256>.<kind>": file} and {…: name} of what was filed after `base`, and the digests of what was before."""
    a, v = attachment_table.c, version_table.c
    rows = [
        (r.sha256, r.kind, r.seq, r.name)
        for r in connection.execute(
            select(a.sha256, a.kind, a.seq, a.name).where(a.ledger_id == line.id, a.deleted_seq.is_(None))
        )
    ]
    rows += [
        (r.pdf, "pdf", r.seq, r.label)
        for r in connection.execute(select(v.pdf, v.seq, v.label).where(v.ledger_id == line.id))
    ]
    destroyed = remains.of_stream(connection, line.stream).files
    rows = [row for row in rows if row[0] not in destroyed]
    held = {sha for sha, _, seq, _ in rows if seq <= base}
    fresh: dict[str, Path] = {}
    names: dict[str, str] = {}
    for sha, kind, _, name in rows:
        if sha in held:
            continue
        path = attachments.path_of(office.folder, sha)
        if not path.is_file():
            raise packing.gone(name)
        fresh[f"{sha}.{kind}"], names[f"{sha}.{kind}"] = path, name
    return fresh, names, sorted(held)


def _described(connection: Connection, line: LedgerLine) -> dict[str, Any]:
    prints = [v.label for v in reversed(versions.of_ledger(connection, line.id))]
    return {
        "id": line.id,
        "title": line.title,
        "unit": line.unit,
        "template": line.template_id,
        "opened_on": line.opened_on,
        "state": line.state,
        "sealed_on": line.sealed_on,
        "rows": line.rows,
        "counts": counts.stored(connection, line.id),
        "prints": prints,
    }


def _seal(connection: Connection, line: LedgerLine, seal: Any) -> dict[str, Any]:
    """The seal with the leaf of every row as it was then, so that any row can be proved against the root."""
    held: dict[str, Held] = {}
    left = remains.of_stream(connection, line.stream)
    told: dict[str, str] = {}
    templates = template_history.of_ledger(connection, line)
    then = replace(line, loaded=templates.at(seal.seq))
    for row, body in played.told(connection, line.stream, left, seal.seq):
        found = replay.apply(
            templates.at(row["seq"]), held.get(row["subject"]), row["subject"], row["rev"], body
        )
        if found is not None:
            held[row["subject"]] = found
        if row["seq"] in left.leaves:
            told[row["subject"]] = left.leaves[row["seq"]]
        elif "purge" in body:
            told.pop(row["subject"], None)
    rows = sorted((h for h in held.values() if h.standing != "deleted"), key=lambda h: h.number)
    return {
        "root": seal.root,
        "version": seal.version_id,
        "on": seal.on,
        "counts": seal.counts,
        "leaves": [[h.id, told.get(h.id) or versions.leaf(then, h).hex()] for h in rows],
    }
