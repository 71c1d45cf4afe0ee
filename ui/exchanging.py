"""The sub-commands that make keys, and send and receive files."""

from __future__ import annotations

import argparse

from app import ledgers
from app import office as offices
from app.office import Office
from sync import exchange
from ui.answers import Said, of

Args = argparse.Namespace


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


def card(args: Args, office: Office) -> Said:
    return of(exchange.card(office, args.out))


def trust(args: Args, office: Office) -> Said:
    return of(exchange.trust(office, args.file, confirmed=args.yes))


def send(args: Args, office: Office) -> Said:
    ledger = ledgers.find(office, args.ledger)
    return of(exchange.send(office, ledger.id, args.to, args.out, plain=args.yes))


def receive(args: Args, office: Office) -> Said:
    return of(exchange.receive(office, args.file))


def look(args: Args, office: Office) -> Said:
    found = exchange.look(office, args.file)
    return Said(found.said, found.as_json())
