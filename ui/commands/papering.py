"""The sub-commands of notices, of 回头看 and of the 12345 assessment."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

from app.change import Change
from app.ledger import entries, ledgers
from app.office import Office
from app.papers import (
    assessing,
    batches,
    bulletins,
    callers,
    informing,
    notices,
    offline_notices,
    papers,
    recheck_print,
    sample_lists,
    sampling,
)
from app.papers.informing import Told
from app.problem import Problem
from ui.commands.answers import Said, of

Args = argparse.Namespace


def notice(args: Args, office: Office) -> Said:
    """`notice overdue|inform|bulletin|supervise|remind|reply|lift|offline|prefix|signature|contact …`."""
    change = _NOTICES[args.action](args, office)
    lines = [f"  {one['doc_no']}　{one['pdf']}" for one in change.facts.get("papers", ())]
    fonts = change.facts.get("fonts", "")
    told = of(change)
    return replace(told, text="\n".join((told.text, *lines, *([fonts] if fonts else []))))


def sample(args: Args, office: Office) -> Said:
    """Draw a sample, file it as a batch of 回头看 and print its list."""
    if args.batches:
        return _batches(office)
    if args.rates:
        return _rates(args, office)
    if args.again:
        return of(sample_lists.again(office, args.again, args.out or papers.folder(office)))
    if not args.ledger:
        raise Problem("E_SUBJECT", "请写明抽哪本台账", field="ledger")
    line = ledgers.find(office, args.ledger)
    drawn = sampling.draw(office, line.id, n=args.n, seed=args.seed, rule=args.rule, shares=args.shares)
    lines = [f"  {row.no}　{row.name}　{row.unit}　{row.standing}" for row in drawn.rows]
    said = f"共 {drawn.among:,} 个，抽到 {len(drawn.rows):,} 个（{drawn.rule_words}，种子 {drawn.seed}）"
    facts = {}
    if not args.dry_run:
        change = sample_lists.issue(office, drawn, args.out)
        said, facts = f"{said}；{change.said}", change.facts
    return Said("\n".join((said, *lines)), {"said": said, **drawn.as_json(), **facts})


def _batches(office: Office) -> Said:
    found = batches.listed(office)
    lines = [
        f"{one.name}　种子 {one.seed}　{one.rule}　"
        f"抽到 {len(one.rows):,} 个，已核查 {one.checked:,} 个，查出问题 {one.found:,} 个"
        for one in found
    ]
    return Said("\n".join(lines) or "还没有抽过样", [one.as_json() for one in found])


def _rates(args: Args, office: Office) -> Said:
    batch = batches.find(office, args.again).name if args.again else ""
    if args.out is not None:
        return of(recheck_print.write(office, args.out, batch))
    found = batches.rates(office, batch)
    heads = "、".join(recheck_print.HEADS)
    lines = [
        f"{one.name}：{'、'.join(recheck_print.texts(one))}"
        for one in (*found.units, *found.matters, found.total)
    ]
    data = {key: [asdict(one) for one in getattr(found, key)] for key in ("units", "matters")}
    return Said("\n".join((f"（{heads}）", *lines)), {**data, "total": asdict(found.total), "batch": batch})


def finding(args: Args, office: Office) -> Said:
    """What was found of a row that was looked at again."""
    return of(
        sampling.find(
            office, args.entry, on=args.on, way=args.way, real=args.real == "是", rebound=args.rebound == "是",
            finding=args.text, handling=args.handling, handled=args.handled, checker=args.by,
            item=args.item, reopen=args.reopen, second=args.second, slip=args.scan,
        )
    )  # fmt: skip


def caller(args: Args, office: Office) -> Said:
    """Who called 12345, shown and kept in the record."""
    change = callers.look(office, entries.find(office, args.entry), why=args.why)
    told = "，".join(f"{title} {text}" for title, text in change.facts["caller"].items())
    return replace(of(change), text=f"{told}\n{change.said}")


def assess(args: Args, office: Office) -> Said:
    """The assessment of a month."""
    return of(assessing.write(office, args.out, args.month))


def _overdue(args: Args, office: Office) -> Change:
    line = ledgers.find(office, _needed(args, "台账"))
    return notices.overdue_notices(
        office, line.id, _out(args, office), reply_by=args.reply_by, depts=args.dept
    )


def _bulletin(args: Args, office: Office) -> Change:
    line = ledgers.find(office, _needed(args, "台账"))
    return bulletins.bulletin(office, line.id, _out(args, office), reply_by=args.reply_by)


def _inform(args: Args, office: Office) -> Change:
    told = Told(args.to, args.way, args.by, args.on, args.proof)
    entry = entries.find(office, _needed(args, "项目"))
    return informing.inform(
        office, entry, args.item, _out(args, office), problems=args.problem, advice=args.advice, told=told, reason=args.reason,
        file=args.file,
    )  # fmt: skip


def _supervise(args: Args, office: Office) -> Change:
    day = _needed_day(args)
    entry = entries.find(office, args.subject) if args.subject else ""
    return notices.supervise(
        office, _out(args, office), reply_by=day, target=args.to, title=args.title, reason=args.reason, entry_id=entry,
        item=args.item, cc=args.cc, form=args.action,
    )  # fmt: skip


def _reply(args: Args, office: Office) -> Change:
    on = args.on or office.today().isoformat()
    return notices.reply(office, _needed(args, "督办编号"), text=args.text, on=on, scan=args.scan)


def _lift(args: Args, office: Office) -> Change:
    return notices.lift(
        office, _needed(args, "督办编号"), _out(args, office), basis=args.basis, on=args.on, cc=args.cc
    )


def _offline(args: Args, office: Office) -> Change:
    return offline_notices.notify(
        office, _out(args, office), reply_by=_needed_day(args), form=args.subject or "supervise", cc=args.cc
    )


def _prefix(args: Args, office: Office) -> Change:
    return papers.put(office, papers.PREFIX, args.subject)


def _signature(args: Args, office: Office) -> Change:
    return papers.put(office, papers.SIGNED_BY, args.subject)


def _contact(args: Args, office: Office) -> Change:
    return papers.put(office, papers.CONTACT, args.subject)


def _needed_day(args: Args) -> str:
    if not args.reply_by:
        raise Problem("E_REPLY_BY", "请写明整改时限（--reply-by）", field="reply_by")
    return str(args.reply_by)


def _needed(args: Args, what: str) -> str:
    if not args.subject:
        raise Problem("E_SUBJECT", f"请写明是哪个{what}", field="subject")
    return str(args.subject)


def _out(args: Args, office: Office) -> Path:
    return Path(args.out) if args.out is not None else papers.folder(office)


_NOTICES: dict[str, Callable[[Args, Office], Change]] = {
    "overdue": _overdue,
    "inform": _inform,
    "bulletin": _bulletin,
    "supervise": _supervise,
    "remind": _supervise,
    "reply": _reply,
    "lift": _lift,
    "offline": _offline,
    "prefix": _prefix,
    "signature": _signature,
    "contact": _contact,
}
