"""The sub-commands of what comes down: remarks and answers, templates, notices, lists."""

from __future__ import annotations

import argparse
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from app import office as offices
from app.ledger import entries, ledger_groups, ledgers
from app.office import Office
from app.rounds import remarks
from app.template_books import naming
from app.words.templates import Loaded
from sync import exchange
from sync.letters import documents, offered_templates
from sync.letters import remarks as carrying
from sync.letters.offered_templates import Offered
from ui.commands import reading
from ui.commands.answers import Said, of
from ui.commands.secrecy import passphrase

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
    """Of the templates of one name the one that rules is opened; it says whose it is. Several are opened in one deed."""
    given, whose = zip(*(_to_open(office, ref) for ref in args.template), strict=True)
    change = ledgers.open_several(office, given, again=args.again, merged=args.merged)
    return of(replace(change, said=f"{change.said}{''.join(whose)}"))


def _to_open(office: Office, ref: str) -> tuple[str | Loaded, str]:
    own = ref.endswith(".toml") or naming.is_book(Path(ref))
    one = None if own else offered_templates.ruling(office, ref)
    given = offered_templates.of_file(office, Path(ref)) if own else one.ref if one else ref
    came = one is not None and one.came
    return given, f"（{one.source}下发，{one.version}）" if one and came else ""


def templates(args: Args, _: None) -> Said:
    """The built-in templates, and those that came down to the office of this folder, by campaign."""
    folder = args.data or offices.default_folder()
    if not (folder / offices.DATABASE).is_file():
        return reading.templates(args, None)
    office = offices.open_folder(folder, readonly=True)
    try:
        offers = offered_templates.all(office)
    finally:
        office.engine.dispose()
    groups = ledger_groups.grouped(offers, lambda one: (one.campaign, one.nature))
    lines = [text for group in groups for text in (f"【{group.title}】", *map(_line, group.members))]
    return Said("\n".join(lines), [_told(one) for one in offers])


def _told(one: Offered) -> dict[str, Any]:
    whose = "" if one.source == offered_templates.BUILT_IN else one.source
    return {**asdict(one), "id": one.template, "from": whose}


def _line(one: Offered) -> str:
    whose = f"{one.source} {one.on} 下发" if one.came else one.source
    stands = "在用" if one.rules else f"不作数：{one.why}"
    return f"{one.template}  {one.title}（{one.version}，{whose}，{one.digest[:8]}，{stands}）"
