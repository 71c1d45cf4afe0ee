"""The sub-commands of check rounds, returns, mergings and roll-ups."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from app.imports import check_reading
from app.ledger import entries, ledgers
from app.office import Office
from app.problem import Problem
from app.rounds import objections, reminding, rounds, unsent
from app.rounds.rounds import WORKBOOK
from app.rounds.unsent import Moved
from sync import exchange
from sync.merges import arrivals, handing_back, merge_records, merges, pushes
from sync.merges.arrivals import Result
from sync.peers import peers
from sync.upward import gathering
from ui.commands.answers import Said, of
from ui.commands.secrecy import passphrase

Args = argparse.Namespace
FAILED = 3
_SHOWN, _SHORT = 20, 60


def round_(args: Args, office: Office) -> Said:
    """`round open|send|board|remind|close|assign LEDGER`."""
    line = ledgers.find(office, args.ledger)
    return _ROUND[args.action](args, office, line.id)


def contest(args: Args, office: Office) -> Said:
    """A department's objection to one matter, or with --as '' that it is taken back."""
    entry = entries.find(office, args.entry)
    line = _line_of(office, entry)
    if line.purpose != ledgers.CHECK:
        raise Problem(
            "E_NOT_RETURN", f"《{line.title}》不是推送来的核查清单，不用提异议，直接改就行", ledger=line.id
        )
    rule = rounds.rule_of(line)
    cells = {rule.contest: args.kind, rule.reason: args.reason if args.kind else ""}
    if args.kind and not args.reason.strip():
        raise Problem("E_REQUIRED", "有异议的要写明理由（--reason）", field=rule.reason)
    return of(entries.amend(office, entry, {}, {args.item: cells}))


def return_(args: Args, office: Office) -> Said:
    """The department's answers back to the sponsor that pushed them."""
    line = ledgers.find(office, args.ledger)
    if line.purpose != ledgers.CHECK or not line.own:
        raise Problem("E_NOT_RETURN", f"《{line.title}》不是推送来的核查清单，不能回传", ledger=line.id)
    return of(
        exchange.send(
            office, line.id, line.origin_office, args.out, plain=args.yes, passphrase=passphrase(args)
        )
    )


def receive(args: Args, office: Office) -> Said:
    """One file or many; a return is merged at once where nobody has to decide."""
    choices = arrivals.choices_of(args.decide) if args.decide else {}
    found = arrivals.take(
        office,
        args.files,
        default=args.take,
        choices=choices,
        confirmed=args.yes,
        passphrase=passphrase(args),
        anew=args.anew,
        blank=args.blank,
    )
    if len(found) == 1:
        return _single(found[0])
    bad = [r for r in found if r.state in (arrivals.REFUSED, arrivals.WAITING)]
    text = "\n".join("\n".join((f"{r.file}：{r.said}", *_left_in(r.facts))) for r in found)
    return Said(text, {"results": [r.as_json() for r in found]}, FAILED if bad else 0)


def look(args: Args, office: Office) -> Said:
    """A bundle or a returned workbook; with --comments the workbook is also written back with its faults."""
    if args.out is not None:
        return of(handing_back.hand_back(office, args.file, args.out))
    if args.file.suffix.lower() in arrivals.BOOKS:
        arrival, plan = merges.rehearse(office, check_reading.look(args.file))
        said = f"{arrival.office_name}第 {arrival.round.number} 轮核查表"
        if arrival.read:
            said += f"：{arrival.read.said}"
        if arrival.before:
            said += f"；以前合并过（{arrival.before}）"
        sheet = merge_records.sheet(arrival.read) if arrival.read else {}
        known = [
            {"row": i, "name": arrival.added[i].name, **asdict(one), "said": one.said}
            for i, one in arrival.known.items()
        ]
        lines = [f"  补报“{one['name']}”：{one['said']}" for one in known]
        about = {"dept": arrival.part.dept, "round": arrival.round.id, "before": arrival.before}
        text = "\n".join((said, *lines, *_left_in({"sheet": sheet})))
        return Said(text, {**about, "sheet": sheet, "known": known, **_plan(plan)})
    found = exchange.look(office, args.file, passphrase=passphrase(args), anew=args.anew)
    return Said(found.said, found.as_json())


def merge(args: Args, office: Office) -> Said:
    """A received return into the ledger it answers, or a lower office's ledger into the gathered one."""
    choices = arrivals.choices_of(args.decide) if args.decide else {}
    mirror = _mirror(office, args)
    if mirror.purpose == ledgers.CHECK:
        if args.dry_run:
            return _planned(merges.rehearse(office, mirror.id)[1])
        word = passphrase(args)
        exchange.own_keys(office, word)  # the slip is signed: refused while nothing is merged yet
        change = merges.merge(office, mirror.id, choices, default=args.take)
        return of(arrivals.slipped(office, mirror.id, change, word))
    line = _gathered(office, args.ledger)
    if args.dry_run:
        return _planned(gathering.rehearse(office, line.id, mirror.id))
    return of(gathering.gather(office, line.id, mirror.id, choices, default=args.take, basis=args.basis))


def _begin(args: Args, office: Office, ledger: str) -> Said:
    return of(rounds.begin(office, ledger, due=args.due, note=args.note))


def _send(args: Args, office: Office, ledger: str) -> Said:
    """The parts not sent yet and those that changed since; a line for each department says what became of it."""
    if args.out is None:
        raise Problem("E_NO_OUT", "请写明写到哪个文件夹（-o）", field="out")
    change = pushes.push(
        office, ledger, args.out, depts=tuple(args.office), workbook=args.xlsx, passphrase=passphrase(args)
    )
    lines = [f"  {one['dept']}　{_sent_words(one)}" for one in change.facts["sent"]]
    lines += [f"  {one['dept']}　没有写成：{one['text']}" for one in change.facts["failed"]]
    lines += [f"  {dept}　发出以后没有变化，这次不发" for dept in change.facts["unchanged"]]
    lines += [f"  {dept}　就是本单位，不用发，在台账里直接填" for dept in change.facts["own"]]
    told = of(change)
    return replace(told, text="\n".join((told.text, *lines)))


def _sent_words(one: Mapping[str, Any]) -> str:
    how = "核查表" if one["medium"] == WORKBOOK else "数据包"
    why = f"补发：{one['why']}" if one["why"] else "首次发"
    mark = f"（核对码 {one['fingerprint']} …）" if one.get("fingerprint") else ""
    return f"{how} → {one['to']}{mark}　{one['rows']:,} 个项目　{why}　{Path(str(one['file'])).name}"


def _remind(args: Args, office: Office, ledger: str) -> Said:
    if args.out is None:
        raise Problem("E_NO_OUT", "请写明催办单写到哪个文件（-o）", field="out")
    return of(reminding.remind(office, ledger, args.out, whole=args.whole))


def _assign(args: Args, office: Office, ledger: str) -> Said:
    if len(args.office) != 1 or not args.dept:
        raise Problem("E_REQUIRED", "请写明部门（--dept）和单位（--office）", field="dept")
    return of(pushes.assign(office, args.dept, args.office[0]))


def _close(args: Args, office: Office, ledger: str) -> Said:
    return of(rounds.close(office, ledger, reason=args.reason))


def _board(args: Args, office: Office, ledger: str) -> Said:
    now = rounds.board(office, ledger)
    if now is None:
        return Said("还没有发出过核查", {"round": None, "parts": []})
    today = office.today()
    standing = objections.unanswered(office, ledger)
    moved = unsent.moved(office, now) if now.open else {}
    parts = [
        {**asdict(p), "state": p.state, "waiting": p.waiting(today), "upto": p.upto}
        | {"unanswered": standing.get(p.dept, 0), "moved": moved.get(p.dept, Moved()).words}
        for p in now.parts
    ]
    lines = [f"第 {now.number} 轮核查（{now.on}{'，' + now.due + ' 前回传' if now.due else ''}）"]
    for part, told in zip(now.parts, parts, strict=True):
        wait = f"，已等 {told['waiting']} 天" if told["waiting"] else ""
        objected = f"，异议 {part.contested:,} 处（未答复 {told['unanswered']}）" if part.contested else ""
        lines.append(
            f"  {part.dept}　{part.state}　{part.rows:,} 个项目 {part.items:,} 个事项{wait}{objected}"
        )
        lines += [f"    {told['moved']}，round send 补发"] if told["moved"] else []
    about = {"id": now.id, "number": now.number, "on": now.on, "due": now.due, "open": now.open}
    return Said("\n".join(lines), {"round": about, "parts": parts})


_ROUND = {
    "open": _begin,
    "send": _send,
    "board": _board,
    "close": _close,
    "assign": _assign,
    "remind": _remind,
}


def _single(one: Result) -> Said:
    """A single file answers as its deed does; what was refused is a Problem as ever."""
    if one.state == arrivals.REFUSED or (one.state == arrivals.WAITING and one.code == "E_CONFIRM"):
        raise Problem(one.code, one.said, **one.facts)
    text = "\n".join((one.said, *_how_to_import(one.facts), *_left_in(one.facts)))
    return Said(text, one.as_json() | {"said": one.said}, FAILED if one.state == arrivals.WAITING else 0)


def _how_to_import(facts: Mapping[str, Any]) -> list[str]:
    """Where a list that came down lies."""
    return (
        [f"可用 import 台账 {facts['file']} 导入"]
        if facts.get("kind") == "list" and facts.get("file")
        else []
    )


def _left_in(facts: Mapping[str, Any]) -> list[str]:
    """What stands in a workbook and was not taken, a line each."""
    sheet = facts.get("sheet", {})
    told = [(f["row"], f["title"], f["reason"]) for f in sheet.get("unread", ())]
    told += [(u["row"], "", f"{u['reason']}：{u['text'][:_SHORT]}") for u in sheet.get("unplaced", ())]
    told += [
        (t["row"], t["title"], f"是锁定的内容，改成的“{t['text'][:_SHORT]}”没有采用")
        for t in sheet.get("locked", ())
    ]
    told += [(g["row"], g["title"], f"日期是猜的，原话“{g['text']}”") for g in sheet.get("guessed", ())]
    told += [(n["row"], n["title"], n["text"]) for n in sheet.get("noted", ())]
    lines = [
        f"  {f'第 {row} 行' if row else ''}{title and f'“{title}”'}：{reason}".replace("  ：", "  ")
        for row, title, reason in sorted(told)
    ]
    more = [f"  ……另有 {len(lines) - _SHOWN} 处，合并情况里有全部"] if len(lines) > _SHOWN else []
    return lines[:_SHOWN] + more


def _planned(plan: Any) -> Said:
    words = (
        ("new", "新增"),
        ("changed", "更新"),
        ("clash", "两边都改过"),
        ("refused", "不采用"),
        ("missing", "没有带来"),
    )
    said = "，".join(f"{word} {plan.counts[kind]:,} 行" for kind, word in words if plan.counts[kind])
    return Said(said or "没有变化", _plan(plan))


def _plan(plan: Any) -> dict[str, Any]:
    return {
        "counts": plan.counts,
        "needs": [arrivals.name_of(key) for key in merges.needs(plan)],
        "rows": [asdict(row) for row in plan.rows if row.differences or row.reason],
    }


def _mirror(office: Office, args: Args) -> ledgers.LedgerLine:
    """The received ledger named by its id, or by the office it came from; for a gathering an own one too."""
    received = [line for line in ledgers.all(office) if not line.own]
    own_main = [line for line in ledgers.all(office) if line.own and line.purpose == ledgers.MAIN]
    found = [line for line in received + own_main if line.id == args.source]
    if not found and args.source in (office.id, office.name):
        found = [line for line in own_main if args.ledger in (line.template_id, line.title)] or own_main
    if not found:
        to = peers.find(office, args.source)
        found = [line for line in received if line.origin_id == to.id or line.origin == to.name]
    own = {line.id: line for line in ledgers.all(office) if line.own}
    if args.ledger:
        wanted = ledgers.find(office, args.ledger)
        fits = [x for x in found if (x.origin_ledger or "") == wanted.id] or [
            x
            for x in found
            if x.purpose != ledgers.CHECK
            and x.template_id == wanted.template_id
            and x.origin_ledger not in own
        ]
        found = fits
    if not found:
        said = f"没有收到过“{args.source}”报来的台账或回传，请先收件，或核对单位名称（inbox 列出收到的）"
        raise Problem("E_NO_RETURN", said, field="from")
    if len(found) != 1:
        raise Problem(
            "E_WHICH_LEDGER", f"“{args.source}”对应 {len(found)} 本收到的台账，请改用台账编号",
            ledgers=[{"id": x.id, "title": x.title, "unit": x.origin} for x in found],
        )  # fmt: skip
    return found[0]


def _gathered(office: Office, ref: str) -> ledgers.LedgerLine:
    """The own ledger that gathers: by id, or the one of that template with this purpose."""
    fits = [
        line for line in ledgers.all(office)
        if line.own and line.purpose == ledgers.MERGED and ref in (line.id, line.template_id, line.title)
    ]  # fmt: skip
    return fits[0] if len(fits) == 1 else ledgers.find(office, ref)


def _line_of(office: Office, entry: str) -> ledgers.LedgerLine:
    with office.write("核查异议") as work:
        return entries.held_for(work, entry)[1]
