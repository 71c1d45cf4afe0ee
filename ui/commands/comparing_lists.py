"""The sub-command that holds a revised list beside the sealed base."""

from __future__ import annotations

import argparse

from app.figures import base_compare, base_compare_print
from app.figures.base_compare import SAME
from app.ledger import ledgers
from app.office import Office
from ui.commands.answers import Said, of

_SHOWN = 60


def compare(args: argparse.Namespace, office: Office) -> Said:
    """What is still there, new, gone or changed; nothing is written but the file asked for."""
    line = ledgers.find(office, args.ledger)
    found = base_compare.compare(office, line.id, args.file, sheet=args.sheet)
    if args.out is not None:
        return of(base_compare_print.write(found, args.out))
    texts = [
        "  " + "　".join(filter(None, (f"第 {each.row} 行" if each.row else "", each.word, each.no, each.name, each.note)))
        + "".join(f"；{cell.title}：确定时“{cell.sealed}”，来件“{cell.listed}”" for cell in each.cells)
        for each in found.rows
        if each.fate != SAME
    ]  # fmt: skip
    more = [f"  ……另有 {len(texts) - _SHOWN:,} 行，写 -o 存成文件看全部"] if len(texts) > _SHOWN else []
    return Said("\n".join((found.said, *texts[:_SHOWN], *more)), found.as_json())
