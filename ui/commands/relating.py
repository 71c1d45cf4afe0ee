"""The sub-commands of rows in several ledgers: what is related, links, leaving together."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from app.ledger import entries, ledgers
from app.links import following, pairing, relations
from app.links.following import Following
from app.links.relations import Relation
from app.office import Office
from ui.commands.answers import Said, of

Args = argparse.Namespace


def related(args: Args, office: Office) -> Said:
    """The rows elsewhere that a row names or that name it, and the limits of those it follows."""
    entry = entries.find(office, args.entry)
    found, told = relations.of(office, entry), following.of(office, entry)
    texts = [_line(one) for one in found] or ["别的台账里没有与这一行相关的"]
    if told.linked:
        texts += [
            f"时限：{limit.day}（{' '.join(filter(None, (limit.ledger, limit.no, limit.title, limit.clause)))}）"
            f"{'，以此为准' if limit.rules else ''}"
            for limit in told.limits
        ]
        texts += [told.together] if told.together else []
    data = {"related": [asdict(one) for one in found], "following": asdict(told) | {"due": told.due}}
    return Said("\n".join(texts), data)


def pairs(args: Args, office: Office) -> Said:
    """Rows of other campaigns that may be the same project, of one ledger or of all."""
    found = (
        relations.doubtful(office, ledgers.find(office, args.ledger).id)
        if args.ledger
        else pairing.every(office)
    )
    texts = [
        f"{'一定' if one.sure else '可能'}：{one.no} {one.name} = {one.other_no} {one.other_name}（{one.why}）"
        for one in found
    ]
    return Said("\n".join(texts) or "没有疑似同一项目的", [asdict(one) for one in found])


def apart(args: Args, office: Office) -> Said:
    """A likely pair that is not one project is proposed no more; --again takes that back."""
    entry, other = entries.find(office, args.entry), entries.find(office, args.other)
    return of(relations.part(office, [relations.pair_of(office, entry, other)], same=args.again))


def link(args: Args, office: Office) -> Said:
    return of(relations.link(office, entries.find(office, args.entry), args.no, field=args.field))


def unlink(args: Args, office: Office) -> Said:
    return of(relations.unlink(office, entries.find(office, args.entry), field=args.field))


def together(args: Args, office: Office) -> Said:
    """The rows that may leave because the row they follow has left."""
    found = following.ready(office, ledgers.find(office, args.ledger).id)
    return Said("\n".join(map(_gone, found)) or "没有可以随同办理的", [asdict(one) for one in found])


def close_together(args: Args, office: Office) -> Said:
    entry = entries.find(office, args.entry)
    return of(
        following.close_after(office, entry, basis=args.basis, on=args.on, doc=args.doc, scan=args.scan)
    )


def _line(one: Relation) -> str:
    way = f"{one.title} →" if one.way == "names" else f"← {one.title}"
    matter = f"/{one.item}{one.matter}" if one.item else ""
    due = f"，时限 {one.due}" if one.due else ""
    return f"{way} {one.no}{matter} {one.name}（{one.ledger or '没有这本台账'}，{one.standing}{due}）"


def _gone(one: Following) -> str:
    left = next(each for each in one.linked if each.left)
    return f"{one.no} {one.name}：{one.together}，{left.no}{left.standing}（{left.on} {left.doc}）"
