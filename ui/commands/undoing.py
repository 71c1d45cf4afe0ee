"""The sub-commands `undo`, `delete`, `trash` and `undelete`."""

from __future__ import annotations

import argparse
from dataclasses import asdict, replace

from app.ledger import entries, ledgers, near_rows
from app.office import Office
from app.problem import Problem
from app.removal import tombstones, undoing
from ui.commands.answers import Said, of, warned

Args = argparse.Namespace


def undo(args: Args, office: Office) -> Said:
    """The whole deed that this line of the ledger is a part of."""
    line = ledgers.find(office, args.ledger)
    span = undoing.stretch_of(office, line.stream, args.seq or line.head_seq)
    if span is None:
        raise Problem("E_UNDO_KIND", f"《{line.title}》没有第 {args.seq:,} 号操作记录", seq=args.seq)
    return of(undoing.take_back(office, [span]))


def delete(args: Args, office: Office) -> Said:
    return of(tombstones.delete(office, [entries.find(office, args.entry)], reason=args.reason))


def trash(args: Args, office: Office) -> Said:
    found = tombstones.buried(office, ledgers.find(office, args.ledger).id if args.ledger else "")
    lines = [f"{one.no} {one.name} {one.on} {one.clerk} {one.reason}".rstrip() for one in found]
    return Said("\n".join(lines) or "回收站是空的", [asdict(one) for one in found])


def undelete(args: Args, office: Office) -> Said:
    """By id or number, among what lies in the bin."""
    found = [one for one in tombstones.buried(office) if args.entry in (one.id, one.no)]
    if len(found) != 1:
        said = f"回收站里没有“{args.entry}”，请用 trash 看编号" if not found else "有几行是这个编号，请写 trash --json 里的 id"
        raise Problem("E_NO_ENTRY", said, entry=args.entry)
    same = near_rows.twins(office, found[0].id)
    done = of(tombstones.undelete(office, [found[0].id]))
    if not same:
        return done
    warning = f"台账里已有一样的：{'；'.join(one.line for one in same)}"
    return warned(replace(done, text=f"{done.text}；注意：{warning}"), warning)
