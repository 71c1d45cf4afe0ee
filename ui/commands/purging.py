"""The `purge` sub-command: 误入处置 of a row or of a whole import."""

from __future__ import annotations

import argparse

from app.office import Office
from app.removal import purging
from ui.commands.answers import Said


def purge(args: argparse.Namespace, office: Office) -> Said:
    """Destroy it everywhere in this office; what a person must still do stands under the sentence."""
    change = purging.purge(
        office, args.entry, by=args.by, second=args.second, reason=args.reason, backups=args.backups
    )
    facts = change.facts
    lines = [change.said, f"报告：{facts['report']}"]
    lines += [f"请通知收件单位：{each}" for each in facts["receivers"]]
    lines += [f"请销毁备份（加 --backups 由程序销毁）：{each}" for each in facts["backups_left"]]
    lines += [f"请核实：{each}" for each in facts["found"]]
    return Said("\n".join(lines), {"said": change.said, "subject": change.subject, **facts})
