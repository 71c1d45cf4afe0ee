"""Nothing sealed goes missing: what leaves 在账 must say by which event and why (SB 四(一), exchange attack 8)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import msgspec
from sqlalchemy import Connection, select

from app.engine import sealed_leaving
from app.engine.rows import Held
from app.journals import merkle
from app.problem import Problem
from models.schema import entry as entry_table
from sync.bundles.bundle import Opened
from sync.contents.bodies import Counts, EntryBody, Happening
from sync.contents.opening_bodies import Day, Sha, Strict, Uuid


class SealFile(Strict):
    """data/seal.json: the seal with the leaf of every row."""

    root: Sha
    version: Uuid
    on: Day
    counts: Counts
    leaves: list[tuple[Uuid, Sha]]


def unexplained(old: Held, new: Held, body: EntryBody) -> list[str]:
    """What of a sealed entry this line takes away without its event, in words."""
    events = body.events or []
    told = {(e.item or "", e.kind) for e in events}
    name = f"{old.no} {old.name}"
    found = []
    if new.standing == "deleted" or (
        old.standing == "open" != new.standing and ("", new.standing) not in told
    ):
        found.append(name)
    for code, standing in old.standings.items():
        now = new.standings.get(code, "deleted")
        if standing != "deleted" and (
            now == "deleted" or (standing == "open" != now and (code, now) not in told)
        ):
            found.append(f"{name} {code}")
    return list(dict.fromkeys(found))


def odd(new: Held, body: EntryBody, today: dt.date) -> list[str]:
    """What this line says of a leaving that cannot be, in words: no reason or grounds, a day that is not yet, a matter
    核减 that calls itself open (decision 6). `new` is the row after it.

    A dash for grounds and a day of long ago are left to `verify --office`: the line cannot be mended any more.
    """
    found = []
    for event in body.events or []:
        if event.kind in sealed_leaving.WORDS:
            where = f"{new.no} {new.name} {event.item or ''}".strip()
            found += [f"{where}（{why}）" for why in _odd(new, event, today)]
    return found


def _odd(new: Held, event: Happening, today: dt.date) -> Iterator[str]:
    if sealed_leaving.blank(event.kind, event.facts):
        yield "没有写明依据" if event.kind == "approved" else "没有写明原因"
    if wrong := sealed_leaving.too_late(event.kind, event.on, today):
        yield wrong
    code = event.item or ""
    standing = new.standings.get(code, "") if code else new.standing
    if event.kind == standing == "approved" and (wrong := sealed_leaving.unsettled(new, code)):
        yield wrong


def refuse(missing: list[str]) -> None:
    """Raise Problem E_SEALED_MISSING naming all of `missing`."""
    if missing:
        shown = "、".join(missing[:5]) + (f"等 {len(missing):,} 处" if len(missing) > 5 else "")
        raise Problem(
            "E_SEALED_MISSING",
            f"台账确定以后，{shown}没有按规定的事由和原因就不在账了，不能收；请对方逐项说明",
            missing=missing,
        )


def refuse_other_seal(connection: Connection, ledger: str, opened: Opened) -> None:
    """The leaves that travel with the seal must give its root, and every sealed row must be here."""
    if opened.seal is None:
        return
    try:
        told = msgspec.convert(opened.seal, SealFile)
    except msgspec.ValidationError as error:
        raise Problem("E_CONTENT", "包里的确定记录有误，没有收", detail=str(error)) from error
    if (
        merkle.root(bytes.fromhex(leaf) for _, leaf in told.leaves).hex() != opened.info.seal
        or told.root != opened.info.seal
    ):
        raise Problem("E_SEAL", "确定记录的逐行摘要与总摘要不符，没有收", ledger=ledger)
    here = set(
        connection.scalars(
            select(entry_table.c.id).where(
                entry_table.c.ledger_id == ledger, entry_table.c.standing != "deleted"
            )
        )
    )
    refuse([subject for subject, _ in told.leaves if subject not in here])
