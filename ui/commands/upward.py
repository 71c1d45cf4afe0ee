"""The sub-commands of what goes upward: 政府研究, 报送, roll-up, a lower office proved again."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from app.ledger import acts, ledgers
from app.ledger.ledgers import MERGED, LedgerLine
from app.office import Office
from app.problem import Problem
from app.proof import reverifying
from app.rollups import rollup_sheets, rollup_systems, rollups
from ui.commands import reading
from ui.commands.answers import Said, of

Args = argparse.Namespace


def study(args: Args, office: Office) -> Said:
    """政府研究 of a printed version: upon it the 全旗台账 seals (decision 10)."""
    line = gathered(office, args.ledger)
    change = acts.study(
        office,
        line.id,
        meeting=args.meeting,
        on=args.on,
        minutes=args.minutes,
        scan=args.scan,
        version=args.version,
    )
    return of(change)


def report(args: Args, office: Office) -> Said:
    """报送盟行署 of the sealed version."""
    line = gathered(office, args.ledger)
    return of(acts.report(office, line.id, on=args.on, number=args.no, scan=args.scan))


def rollup(args: Args, office: Office) -> Said:
    """The numbers by office, or with -o 分单位汇总情况表 as .pdf or .xlsx."""
    if args.out is not None:
        book = args.out.suffix.lower() == ".xlsx"
        write = rollup_sheets.export_rollup if book else rollup_sheets.print_rollup
        return of(write(office, args.template, args.out, by=args.by))
    if args.by == rollup_systems.SYSTEM:
        systems = rollup_systems.by_system(office, args.template)
        return Said("\n".join(rollup_systems.lines(systems)), systems.as_json())
    found = rollups.rollup(office, args.template)
    return Said("\n".join(rollups.lines(found)), found.as_json())


def verify(args: Args, office: Office) -> Said:
    """This office's own data, or with --office all that a lower office ever sent."""
    if not args.office:
        return reading.verify(args, office)
    found = reverifying.verify_office(office, args.office)
    text = "\n".join(reverifying.lines(found))
    if wrong := found.differences:
        said = f"核对发现{found.office}的 {len(wrong):,} 处不一致：{wrong[0].where}{wrong[0].text}"
        raise Problem("E_VERIFY", said, differences=[asdict(d) for d in wrong], report=found.as_json())
    return Said(text, {"ok": True, **found.as_json()})


def gathered(office: Office, ref: str) -> LedgerLine:
    """The own gathered ledger of that id, template or title; else the ledger of that name."""
    lines = [x for x in ledgers.all(office) if x.own and x.purpose == MERGED]
    fits = [x for x in lines if ref in (x.id, x.template_id, x.title)]
    return fits[0] if len(fits) == 1 else ledgers.find(office, ref)
