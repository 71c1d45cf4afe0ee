"""The sub-commands of what comes down: remarks and answers, templates, notices, lists."""

from __future__ import annotations

import argparse
from dataclasses import asdict, replace

from app import entries, ledgers, remarks
from app import office as offices
from app.office import Office
from sync import documents, exchange
from sync import remarks as carrying
from ui import reading
from ui.answers import Said, of
from ui.secrecy import passphrase

Args = argparse.Namespace


def annotate(args: Args, office: Office) -> Said:
    """A remark on a row of a lower office, with the file that carries it there."""
    entry = entries.find(office, args.entry)
    keys = exchange.own_keys(office, passphrase(args))
    return of(carrying.annotate(office, keys, entry, text=args.text, item=args.item, out=args.out))


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
    """A template that came down goes before the built-in one of the same name; it says whose it is."""
    came = documents.template_of(office, args.template)
    ref = str(came.path) if came else args.template
    change = ledgers.open_template(office, ref, again=args.again, merged=args.merged)
    whose = f"（{came.sender}下发，{came.version}）" if came else ""
    return of(replace(change, said=f"{change.said}{whose}"))


def templates(args: Args, _: None) -> Said:
    """The built-in templates, and those that came down to the office of this folder."""
    said = reading.templates(args, None)
    folder = args.data or offices.default_folder()
    if not (folder / offices.DATABASE).is_file():
        return said
    office = offices.open_folder(folder, readonly=True)
    try:
        came = documents.received(office, documents.TEMPLATE)
    finally:
        office.engine.dispose()
    rows = [
        {"id": d.template, "title": d.title, "version": d.version, "from": d.sender, "on": d.on} for d in came
    ]
    lines = [f"{d.template}  {d.title}（{d.version}，{d.sender} {d.on} 下发）" for d in came]
    return Said("\n".join([said.text, *lines]), [*said.data, *rows])
