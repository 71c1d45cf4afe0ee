"""The sub-command `fill`: another office's own form filled with a ledger's rows."""

from __future__ import annotations

import argparse

from app.imports.mapping import Matcher
from app.ledger import ledgers
from app.office import Office
from app.problem import Problem
from app.workbooks import filling
from ui.commands.answers import Said, of


def fill(args: argparse.Namespace, office: Office) -> Said:
    """Fill the form, or say what each column would take."""
    line = ledgers.find(office, args.ledger)
    given: dict[str, str] = {}
    for text in args.map:
        name, equals, target = text.partition("=")
        if not equals or not name.strip():
            raise Problem("E_PAIR", f"“{text}”不是 列=栏目 的写法，请改正", given=text)
        given[name] = target
    if not args.dry_run:
        told = {"given": given, "sheet": args.sheet, "private": args.private, "every": args.all}
        return of(filling.fill(office, line.id, args.form, args.out, **told))
    mapped = filling.look(office, line, args.form, given=given, sheet=args.sheet)
    columns = mapped.as_json(Matcher(line.loaded))
    lines = [f"{c['column']} 列“{c['head']}”：{c['title'] or '不填'}（{c['reason']}）" for c in columns]
    head = f"工作表“{mapped.sheet}”，表头在第 {mapped.head[0]}—{mapped.head[1]} 行"
    return Said(
        "\n".join([head, *lines]), {"sheet": mapped.sheet, "head_rows": list(mapped.head), "columns": columns}
    )
