"""What each sub-command that writes does: arguments in, a sentence and JSON out."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from app import office as offices
from app.keeping import backing_up, backup, second_place
from app.ledger import (
    attachments,
    batch_closing,
    clock_choices,
    closing,
    entries,
    leaving,
    ledgers,
    near_rows,
    recomputing,
)
from app.office import Office
from app.papers import complaint_twins
from app.problem import Problem
from app.removal import withdrawing
from app.signing import later_print, mending, signoff
from sync.merges import merges
from ui.commands.answers import Said, of, pairs
from ui.commands.reading import known_years
from ui.commands.secrecy import first_line

Args = argparse.Namespace


def choose(args: Args, office: Office) -> Said:
    ledger = ledgers.find(office, args.ledger)
    if args.start:
        return of(clock_choices.choose(office, ledger.id, args.clock, args.start))
    found = clock_choices.known(office, ledger.id)
    return Said("\n".join(c.said for c in found) or "没有可选起算点的时限", [asdict(c) for c in found])


def withdraw(args: Args, office: Office) -> Said:
    """An import, or a merging."""
    ledger = merges.ledger_of(office, args.import_id)
    if ledger:
        return of(merges.withdraw(office, ledger, args.import_id))
    return of(withdrawing.withdraw(office, args.import_id))


def add(args: Args, office: Office) -> Said:
    cells, items = pairs(args.pairs)
    ledger = ledgers.find(office, args.ledger)
    if not args.yes:
        near_rows.refuse_unasked(office, ledger.id, cells)
        complaint_twins.refuse_unasked(office, ledger.id, cells)
    return of(
        entries.add(
            office, ledger.id, cells, not_secret=args.not_secret, items=items, basis=args.basis, on=args.on
        )
    )


def set_(args: Args, office: Office) -> Said:
    cells, items = pairs(args.pairs)
    return of(entries.amend(office, entries.find(office, args.entry), cells, items))


def print_(args: Args, office: Office) -> Said:
    ledger = ledgers.find(office, args.ledger)
    if args.later:
        return of(later_print.print_later(office, ledger.id, args.out, paper=args.paper))
    return of(signoff.print_ledger(office, ledger.id, args.out, paper=args.paper, explain=args.explain))


def export(args: Args, office: Office) -> Said:
    from app.workbooks.exporting import export_ledger  # noqa: PLC0415 - openpyxl is slow to load, other verbs do without

    return of(export_ledger(office, ledgers.find(office, args.ledger).id, args.out))


def sign(args: Args, office: Office) -> Said:
    ledger = ledgers.find(office, args.ledger)
    return of(
        signoff.sign(
            office,
            ledger.id,
            role=args.role,
            by=args.by,
            on=args.on,
            scan=args.scan,
            version=args.version,
            behalf=args.behalf,
            pen=args.pen,
        )
    )


def mend_sign(args: Args, office: Office) -> Said:
    ledger = ledgers.find(office, args.ledger)
    return of(
        mending.mend(
            office, ledger.id, version=args.version, role=args.role, by=args.by, on=args.on, behalf=args.behalf,
            reason=args.reason, second=args.second, scan=args.scan,
        )
    )  # fmt: skip


def seal(args: Args, office: Office) -> Said:
    return of(signoff.seal(office, ledgers.find(office, args.ledger).id))


def close(args: Args, office: Office) -> Said:
    if args.matter or args.preview:
        return _close_many(args, office)
    entry = entries.find(office, args.entry)
    targets = [(entry, item) for item in args.items or [""]]
    return of(closing.close(office, targets, basis=args.basis, on=args.on, doc=args.doc, scan=args.scan))


def _close_many(args: Args, office: Office) -> Said:
    """With --matter every name is a row, and of each these matters are closed by the one paper."""
    rows = [entries.find(office, name) for name in dict.fromkeys((args.entry, *args.items))]
    targets = [(row, matter) for row in rows for matter in args.matter or [""]]
    paper = {"basis": args.basis, "on": args.on, "doc": args.doc}
    if not args.preview:
        return of(batch_closing.close_all(office, targets, scan=args.scan, **paper))
    found = batch_closing.fates(office, targets, scan=args.scan is not None, **paper)
    lines = [f"  {one.no} {one.name} {one.matter}　{one.why or '可以办结'}" for one in found]
    ready = sum(not one.why for one in found)
    head = f"可以办结 {ready:,} 项，不能 {len(found) - ready:,} 项"
    return Said("\n".join((head, *lines)), {"ready": ready, "fates": [one.as_json() for one in found]})


def start(args: Args, office: Office) -> Said:
    entry = entries.find(office, args.entry)
    return of(closing.start(office, entry, on=args.on, evidence=args.evidence, scan=args.scan))


def remove(args: Args, office: Office) -> Said:
    entry = entries.find(office, args.entry)
    if args.reason in leaving.exclusions(office, entry) and not args.target:
        return of(leaving.exclude(office, entry, reason=args.reason, note=args.note))
    return of(
        leaving.remove(
            office,
            entry,
            reason=args.reason,
            detail=args.note,
            policy=args.policy,
            conclusion=args.conclusion,
            on=args.on,
            targets=args.target,
            confirmed=_dates(args.confirm),
            second=args.second,
            scan=args.scan,
            keeping=True,
            second_pin=first_line(args.second_pin_file),
        )
    )


def correct(args: Args, office: Office) -> Said:
    named = [entries.find(office, t) for t in args.targets if "=" not in t]
    cells, items = pairs([t for t in args.targets if "=" in t])
    return of(
        leaving.correct(
            office,
            named,
            reason=args.reason,
            second=args.second,
            scan=args.scan,
            texts=cells,
            items=items,
            leave=args.leave or not (cells or items),
            on=args.on,
            second_pin=first_line(args.second_pin_file),
        )
    )


def reopen(args: Args, office: Office) -> Said:
    return of(leaving.reopen(office, entries.find(office, args.entry), args.item, reason=args.reason, on=args.on))


def pause(args: Args, office: Office) -> Said:
    entry = entries.find(office, args.entry)
    return of(closing.pause(office, entry, args.item, reason=args.reason, on=args.on))


def resume(args: Args, office: Office) -> Said:
    entry = entries.find(office, args.entry)
    return of(closing.resume(office, entry, args.item, reason=args.reason, on=args.on))


def attach(args: Args, office: Office) -> Said:
    return of(attachments.attach(office, entries.find(office, args.entry), args.file))


def calendar(args: Args, office: Office) -> Said:
    if args.act == "show":
        return known_years(office)
    if args.act == "rest":
        return of(recomputing.add_rest(office, args.given, args.source))
    if len(args.given) != 1:
        raise Problem("E_NO_FILE", "请指明放假通知文件", field="file")
    return of(recomputing.import_notice(office, Path(args.given[0])))


def restore(args: Args, _: None) -> Said:
    return of(backup.restore(args.file, args.data or offices.default_folder()))


def keep(args: Args, office: Office) -> Said:
    if args.out is not None:
        return of(backup.backup(office, args.out))
    if args.second is not None:
        second_place.choose(office, args.second)
    return of(backing_up.now(office))


def _dates(texts: Sequence[str]) -> dict[str, str]:
    out = {}
    for text in texts:
        target, equals, day = text.partition("=")
        if not equals:
            raise Problem("E_PAIR", f"“{text}”不是 地方=日期 的写法，请改正", given=text)
        out[target] = day
    return out
