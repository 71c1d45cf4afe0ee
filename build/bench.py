"""How fast, beside a named peer: every measure by turns in one run, drawn as a table here and into README.

`.venv/bin/python build/bench.py [--only NAME]… [--runs N] [--quick]`. README gets the whole table, or the rows of `--only`.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
import tempfile
from pathlib import Path

from benches import counts, desks, exchanges, measures, reports, table
from benches.runs import ROOT, Failed

MEASURES = measures.ALL | exchanges.ALL | counts.ALL | reports.ALL | desks.ALL


def main() -> int:
    """Exit code 0 when it was measured, whatever came out; 1 when a child failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", choices=MEASURES, help="this measure only")
    parser.add_argument("--runs", type=int, default=5, help="counted runs of each side (default 5)")
    parser.add_argument("--quick", action="store_true", help="a tenth of the sizes, one run; README stays")
    parser.add_argument("--task", help=argparse.SUPPRESS)
    parser.add_argument("args", nargs="?", default="{}", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.task:
        return _task(args.task, json.loads(args.args))
    runs = 1 if args.quick else max(1, args.runs)
    rows: list[table.Row] = []
    with tempfile.TemporaryDirectory(prefix="qidi-bench-") as nest:
        bench = measures.Bench(Path(nest), runs, args.quick)
        for name in args.only or MEASURES:
            table.say(f"… {name}: {MEASURES[name].__doc__}")
            try:
                found = list(MEASURES[name](bench))
            except Failed as failed:
                table.say(str(failed))
                return 1
            rows += found
            for row in found:
                table.say("    " + " | ".join(row.cells))
    facts = table.machine(runs, args.quick)
    print(table.markdown(rows, facts))
    readme = ROOT / "README.md"
    text = table.renewed(table.in_readme(readme), rows, facts) if args.only else table.markdown(rows, facts)
    if not args.quick and not table.into_readme(readme, text):
        table.say("README has no place for the table")
    return 0


def _task(name: str, given: dict[str, object]) -> int:
    sys.path.insert(0, str(ROOT))  # the floors, which only a measuring child imports
    module, _, function = name.partition(".")
    said = getattr(importlib.import_module(f"benches.tasks.{module}"), function)(**given)
    print(json.dumps(said))
    return 0


if __name__ == "__main__":
    sys.exit(main())
