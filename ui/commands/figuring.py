"""The sub-commands of statistics and of the bridge between two days."""

from __future__ import annotations

import argparse
from typing import Any

from app.figures import (
    bridge_print,
    bridging,
    burning,
    figure_print,
    figures,
    holding,
    holding_print,
    ranking_units,
)
from app.figures.figures import BY_WORDS, Figures
from app.ledger import ledgers, units
from app.ledger.ledgers import LedgerLine
from app.links import counting_once
from app.office import Office
from app.problem import Problem
from ui.commands.answers import Said, of

Args = argparse.Namespace
_SHOWN = 60
HOLDER, HELD_ITEM = "holder", "holder-item"


def stats(args: Args, office: Office) -> Said:
    """The figures as text, JSON, .xlsx or .pdf; with --rank one from the best to the worst; --all counts projects once."""
    if args.all:
        return _census(args, office)
    if args.same:
        return of(units.unite(office, *args.same))
    if not args.ledger:
        raise Problem("E_NO_LEDGER", "请写明统计哪本台账；要数全部台账的项目，写 --all", field="ledger")
    line = ledgers.find(office, args.ledger)
    if args.series:
        return _series(args, office, line)
    if HOLDER in args.by or HELD_ITEM in args.by:
        return _held(args, office, line)
    by = tuple(args.by) or (("unit",) if args.rank else ())
    found = figures.of(office, line.id, on=args.on, since=args.since, by=by)
    if args.rank:
        return _ranked(args, office, found)
    if args.out is not None:
        return of(figure_print.write(found, line.unit, args.out))
    return Said("\n".join(_lines(found)), found.as_json())


def bridge(args: Args, office: Office) -> Said:
    """Every move between two days as text, JSON, .xlsx or .pdf."""
    line = ledgers.find(office, args.ledger)
    if args.out is not None:
        book = args.out.suffix.lower() == ".xlsx"
        write = bridge_print.bridge_xlsx if book else bridge_print.bridge_pdf
        return of(write(office, line.id, args.since, args.on, args.out))
    found = bridging.bridge(office, line.id, args.since, args.on)
    texts = [
        "  " + "　".join(filter(None, (*row[1:5], row[5], row[6], row[8])))
        for row in bridge_print.page_of(found).rows
    ]
    more = [f"  ……另有 {len(texts) - _SHOWN:,} 处，写 -o 存成文件看全部"] if len(texts) > _SHOWN else []
    sums = [found.told(side) for side in found.sides]
    return Said("\n".join((*sums, *texts[:_SHOWN], *more)), found.as_json())


def _census(args: Args, office: Office) -> Said:
    """What all campaign ledgers hold now; it is of no ledger, day or unit."""
    asked = (
        args.ledger, args.by, args.since, args.on, args.rank, args.before, args.before_since, args.out, args.series,
    )  # fmt: skip
    if any(asked):
        raise Problem("E_USAGE", "--all 数的是全部台账现在的项目，不能再写台账和其他选项", field="all")
    found = counting_once.census(office)
    return Said("\n".join(counting_once.lines_of(found)), found.as_json())


def _series(args: Args, office: Office, line: LedgerLine) -> Said:
    """What stood in 在账 in the evening of each day since the seal."""
    if args.by or args.since or args.rank or args.before or args.before_since or args.out:
        raise Problem("E_USAGE", "--series 是逐日的在账数，只能再写 --on", field="series")
    found = burning.series(office, line.id, on=args.on)
    words = line.loaded.t.words
    lines = []
    for point in found.points:
        each = ((words.row, point.values["open"]), (words.item, point.values.get("open.item")))
        told = (f"{who}{words.open} {number:,}" for who, number in each if number is not None)
        lines.append(f"  {point.day}　{'，'.join(told)}")
    said = lines or ["  还没有确定台账：签字、确定以后才有逐日的数"]
    return Said("\n".join((f"《{found.title}》逐日{words.open}", *said)), found.as_json())


def _held(args: Args, office: Office, line: LedgerLine) -> Said:
    """Who holds what now: text, JSON, .xlsx or .pdf."""
    if len(args.by) > 1 or args.since or args.on or args.rank or args.before or args.before_since:
        raise Problem("E_USAGE", "卡在谁手里只数现在，不能和其他分法、日期、排名一起写", field="by")
    found = holding.of(office, line.id, item=HELD_ITEM in args.by)
    if args.out is not None:
        return of(holding_print.write(found, args.out))
    heads = holding_print.heads(found)[1:]
    told = []
    for one in (*found.rows, found.total):
        name, *texts = holding_print.texts(found, one)
        told.append(f"  {name}　{'，'.join(f'{head} {text}' for head, text in zip(heads, texts, strict=True))}")
    title = f"《{found.title}》{holding_print.TITLE}（{found.who}）"
    return Said("\n".join((title, *told, holding_print.foot(found))), found.as_json())


def _lines(found: Figures) -> list[str]:
    """The sum, then a line a group."""
    heads = found.telling
    out = [f"《{found.title}》{figure_print.period(found)}"]
    out += [f"  {head.head}　{head.shown(found.total.get(head.id))}" for head in heads]
    for row in found.rows:
        told = [
            f"{head.title} {head.shown(row.values.get(head.id))}"
            for head in heads
            if _says(row.values.get(head.id))
        ]
        out.append(f"{'　'.join(row.key)}：{'，'.join(told) or '没有'}")
    pairs = "；".join("、".join(pair) for pair in found.alike)
    return (
        [*out, f"看着是同一单位、分开计了：{pairs}。是同一单位的，写 stats --same 简称 全称，以后算作一个"]
        if pairs
        else out
    )


def _says(value: Any) -> bool:
    return value not in (None, 0, "0")


def _ranked(args: Args, office: Office, found: Figures) -> Said:
    before = None
    if args.before:
        before = figures.of(office, found.ledger, on=args.before, since=args.before_since, by=found.by)
    head = found.column(args.rank)
    ranked = ranking_units.of_figures(found, head.id, before)
    title = f"《{found.title}》{figure_print.period(found)}按{'、'.join(BY_WORDS[each] for each in found.by)}排名：{head.head}"
    data = {
        "figure": head.as_json(),
        "since": found.since,
        "on": found.on,
        "rows": [each.as_json() for each in ranked],
    }
    return Said("\n".join((title, *ranking_units.words(head, ranked))), data)
