"""The sub-command that lists the mergings of a ledger and prints its 合并情况表."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from app.ledger import ledgers
from app.office import Office
from sync.merges import merge_records, merge_sheets
from ui.commands.answers import Said, of

Args = argparse.Namespace


def merges(args: Args, office: Office) -> Said:
    """`merges LEDGER [--merge ID] [-o F.pdf]`: every merging, what one did, or both on paper."""
    line = ledgers.find(office, args.ledger)
    if args.out is not None:
        return of(merge_sheets.write(office, line.id, args.out, args.merge))
    if args.merge:
        return _one(office, line.id, args.merge)
    found = merge_records.records(office, line.id)
    texts = [f"{r.id}  {r.on} {r.about}：{r.counted}（{r.state}）" for r in found]
    return Said("\n".join(texts) or "还没有合并过", {"merges": [r.as_json() for r in found]})


def _one(office: Office, ledger: str, merge: str) -> Said:
    found = merge_sheets.sheet(office, ledger, merge)
    rows = [asdict(one) for one in found.lines]
    texts = [f"  {' '.join(text for text in row.values() if text)}" for row in rows]
    said = "\n".join((f"{found.day} {found.about}：{found.counts}（{found.state}）", *texts))
    return Said(said, {"merge": merge, "about": found.about, "state": found.state, "lines": rows})
