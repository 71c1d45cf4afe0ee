"""The sub-commands of what comes down: remarks and answers, templates, notices, lists."""

from __future__ import annotations

import argparse
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from app import entries, ledgers, remarks, template_changes, template_upgrades
from app import office as offices
from app.office import Office
from app.template_upgrades import Slip
from sync import documents, exchange, offered_templates
from sync import remarks as carrying
from sync.offered_templates import Offered
from ui import reading
from ui.answers import Said, of
from ui.secrecy import passphrase

Args = argparse.Namespace


def annotate(args: Args, office: Office) -> Said:
    """A remark on a row of a lower office, with the file that carries it there."""
    entry = entries.find(office, args.entry)
    keys = exchange.own_keys(office, passphrase(args))
    told = {"text": args.text, "item": args.item, "back": args.back, "out": args.out}
    return of(carrying.annotate(office, keys, entry, **told))


def reply(args: Args, office: Office) -> Said:
    keys = exchange.own_keys(office, passphrase(args))
    return of(carrying.reply(office, keys, args.remark, text=args.text, out=args.out))


def remarks_(args: Args, office: Office) -> Said:
    found = remarks.all(office)
    return Said("\n".join(remarks.lines(found)) or "没有意见", [asdict(r) for r in found])


def issue(args: Args, office: Office) -> Said:
    """A template, a holiday notice or a list for the offices below."""
    keys = exchange.own_keys(office, passphrase(args))
    return of(documents.issue(office, keys, args.kind, args.file, args.out, to=args.to, note=args.note))


def open_(args: Args, office: Office) -> Said:
    """Of the templates of one name the one that rules is opened; it says whose it is."""
    own = args.template.endswith(".toml")
    one = None if own else offered_templates.ruling(office, args.template)
    given = (
        offered_templates.of_file(office, Path(args.template)) if own else one.ref if one else args.template
    )
    change = ledgers.open_template(office, given, again=args.again, merged=args.merged)
    came = one is not None and one.source != offered_templates.BUILT_IN
    whose = f"（{one.source}下发，{one.version}）" if one and came else ""
    return of(replace(change, said=f"{change.said}{whose}"))


def templates(args: Args, _: None) -> Said:
    """The built-in templates, and those that came down to the office of this folder."""
    said = reading.templates(args, None)
    folder = args.data or offices.default_folder()
    if not (folder / offices.DATABASE).is_file():
        return said
    office = offices.open_folder(folder, readonly=True)
    try:
        offers = offered_templates.all(office)
    finally:
        office.engine.dispose()
    return Said("\n".join(map(_line, offers)), [_told(one) for one in offers])


def template_(args: Args, office: Office) -> Said:
    """What a newer version changes, the ledger taken over to it, that taken back."""
    line = ledgers.find(office, args.ledger)
    if args.action == "undo":
        return of(template_upgrades.undo(office, line.id))
    if args.action == "upgrade" and not args.dry_run:
        slip = Slip(args.reason, args.second, args.scan)
        return of(offered_templates.upgrade(office, line.id, file=args.file, ref=args.to, slip=slip))
    loaded, source = offered_templates.chosen(office, line, file=args.file, ref=args.to)
    found = template_changes.changes(line.loaded, loaded)
    wrong = template_upgrades.unfit(line, loaded)
    now = f"{line.loaded.t.version}（{line.loaded.digest[:8]}）"
    head = f"《{line.title}》现在用 {now}，可换 {loaded.t.version}（{loaded.digest[:8]}，{source}）"
    end = [f"不能换：{said}" for said in wrong]
    told = {
        "from": line.loaded.t.version,
        "version": loaded.t.version,
        "digest": loaded.digest,
        "source": source,
    }
    return Said(
        "\n".join([head, *template_changes.lines(found), *end]),
        {**told, "changes": template_changes.as_json(found), "unfit": wrong},
    )


def _told(one: Offered) -> dict[str, Any]:
    whose = "" if one.source == offered_templates.BUILT_IN else one.source
    return {**asdict(one), "id": one.template, "from": whose}


def _line(one: Offered) -> str:
    whose = f"{one.source} {one.on} 下发" if one.on else one.source
    stands = "在用" if one.rules else f"不作数：{one.why}"
    return f"{one.template}  {one.title}（{one.version}，{whose}，{one.digest[:8]}，{stands}）"
