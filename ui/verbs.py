"""What each sub-command that writes does: arguments in, a sentence and JSON out."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

from app import (
    attachments,
    backup,
    closing,
    entries,
    leaving,
    ledgers,
    recomputing,
    signoff,
    withdrawing,
)
from app import office as offices
from app.office import Office
from app.problem import Problem
from sync import exchange
from ui import importing, reading
from ui.answers import Said, of, pairs

Args = argparse.Namespace
NO_OFFICE = frozenset(("init", "templates", "workdays", "restore", "demo"))


def init(args: Args, _: None) -> Said:
    folder = args.data or offices.default_folder()
    clerk = args.clerk_name or args.clerk or "经办人"
    office = offices.create(
        folder, division=args.division, name=args.name, roles=args.role, clerk=clerk, today=args.today
    )
    try:
        exchange.make_keys(office)
    finally:
        office.close()
    return Said(f"已建立：{office.name}（{folder}）", {"id": office.id, "name": office.name, "folder": str(folder)})


def open_(args: Args, office: Office) -> Said:
    return of(ledgers.open_template(office, args.template))


def withdraw(args: Args, office: Office) -> Said:
    return of(withdrawing.withdraw(office, args.import_id))


def add(args: Args, office: Office) -> Said:
    cells, items = pairs(args.pairs)
    ledger = ledgers.find(office, args.ledger)
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
    return of(signoff.print_ledger(office, ledger.id, args.out, paper=args.paper, explain=args.explain))


def export(args: Args, office: Office) -> Said:
    from app.exporting import export_ledger  # noqa: PLC0415 - openpyxl is slow to load, other verbs do without

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


def seal(args: Args, office: Office) -> Said:
    return of(signoff.seal(office, ledgers.find(office, args.ledger).id))


def close(args: Args, office: Office) -> Said:
    entry = entries.find(office, args.entry)
    targets = [(entry, item) for item in args.items]
    return of(closing.close(office, targets, basis=args.basis, on=args.on, doc=args.doc, scan=args.scan))


def start(args: Args, office: Office) -> Said:
    entry = entries.find(office, args.entry)
    return of(closing.start(office, entry, on=args.on, evidence=args.evidence, scan=args.scan))


def remove(args: Args, office: Office) -> Said:
    entry = entries.find(office, args.entry)
    if args.reason in leaving.EXCLUSIONS and not args.target:
        return of(leaving.exclude(office, entry, reason=args.reason, note=args.note))
    if args.scan is None:
        raise Problem("E_SCAN_NEEDED", "移除要附上签字同意的扫描件，请用 --scan 指明文件", field="scan")
    return of(
        leaving.remove(
            office,
            entry,
            reason=args.reason,
            detail=args.note,
            policy=args.policy,
            conclusion=args.conclusion,
            on=args.on or office.today().isoformat(),
            targets=args.target,
            confirmed=_dates(args.confirm),
            second=args.second,
            scan=args.scan,
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
        return reading.calendar(args, office)
    if args.act == "rest":
        return of(recomputing.add_rest(office, args.given, args.source))
    if len(args.given) != 1:
        raise Problem("E_NO_FILE", "请指明放假通知文件", field="file")
    return of(recomputing.import_notice(office, Path(args.given[0])))


def restore(args: Args, _: None) -> Said:
    return of(backup.restore(args.file, args.data or offices.default_folder()))


def card(args: Args, office: Office) -> Said:
    return of(exchange.card(office, args.out))


def trust(args: Args, office: Office) -> Said:
    return of(exchange.trust(office, args.file, confirmed=args.yes))


def send(args: Args, office: Office) -> Said:
    ledger = ledgers.find(office, args.ledger)
    return of(exchange.send(office, ledger.id, args.to, args.out))


def receive(args: Args, office: Office) -> Said:
    return of(exchange.receive(office, args.file))


def keep(args: Args, office: Office) -> Said:
    return of(backup.backup(office, args.out))


def demo(args: Args, _: None) -> Said:
    from ui import demo as journey  # noqa: PLC0415 - brings in drawing and workbooks

    return journey.play(args, None)


def _dates(texts: Sequence[str]) -> dict[str, str]:
    out = {}
    for text in texts:
        target, equals, day = text.partition("=")
        if not equals:
            raise Problem("E_PAIR", f"“{text}”不是 地方=日期 的写法，请改正", given=text)
        out[target] = day
    return out


VERBS: dict[str, Callable[..., Said]] = {
    "init": init,
    "open": open_,
    "import": importing.import_,
    "withdraw": withdraw,
    "add": add,
    "set": set_,
    "print": print_,
    "export": export,
    "sign": sign,
    "seal": seal,
    "close": close,
    "start": start,
    "remove": remove,
    "correct": correct,
    "reopen": reopen,
    "pause": pause,
    "resume": resume,
    "attach": attach,
    "calendar": calendar,
    "restore": restore,
    "card": card,
    "trust": trust,
    "send": send,
    "receive": receive,
    "backup": keep,
    "demo": demo,
    **reading.VERBS,
}
