"""The `import` sub-command: a list in, every row of it accounted for."""

from __future__ import annotations

import argparse
from typing import Any

from app.imports import drafting, intake
from app.ledger import ledgers, settings
from app.office import Office
from app.problem import Problem
from ui.commands.answers import Said

USUAL_ANSWERS = {"√": "办结", "×": "未办", "/": "不需办"}
LAYOUTS = "layouts"
MOST, TEXT = 10, 60


def import_(args: argparse.Namespace, office: Office) -> Said:
    """Draft, plan, and unless --dry-run commit. √ × / not explained by the sheet need --yes."""
    ledger = ledgers.find(office, args.ledger)
    ledgers.refuse_foreign(ledger)
    if not args.file.name.isprintable():
        raise Problem("E_NO_FILE", "文件名里有读不出的字，请改个名字再导入", field="file")
    memory = settings.get(office, LAYOUTS, {})
    draft = drafting.draft(
        args.file,
        ledger.loaded,
        sheet=args.sheet,
        memory=memory,
        answers=USUAL_ANSWERS if args.yes else None,
        unexplained="待核" if args.yes else "",
        context_year=office.today().year,
    )
    plan = intake.plan(office, ledger.id, draft, overwrite=args.overwrite)
    data = plan.as_json()
    if args.dry_run:
        return Said(_words(f"试导入（没有写入）：{plan.said}", data), data | {"dry_run": True})
    if draft.questions:
        marks = "、".join(dict.fromkeys(q.mark for q in draft.questions))
        raise Problem(
            "E_ASK",
            f"表里的“{marks}”没有说明含义；加 --yes 按 √办结、×未办、/不需办 读（其余记号记为待核），或先在窗口里逐列确认",
            questions=[q.as_json() for q in draft.questions],
        )
    change = intake.commit(office, plan, not_secret=args.not_secret, basis=args.basis)
    settings.put(office, LAYOUTS, {**memory, **draft.remembered}, told=False)
    return Said(_words(change.said, data), data | change.facts, code=3 if plan.takes_nothing else 0)


def _words(said: str, data: dict[str, Any]) -> str:
    """The answer in sentences: notes, then the first of each kind of thing that a row came to."""
    lines = [said, *(f"  注意：{note}" for note in data["notes"] if note not in said)]
    kinds = (
        [f"第 {p['row']} 行 {p['text']}" for p in data["problems"]],
        [f"第 {x['row']} 行剔除：{x['reason']}" for x in data["excluded_rows"]],
        [
            f"第 {d['row']} 行“{d['name']}”{d['title']}：台账里“{d['ledger']}”，来件“{d['incoming']}”"
            for d in data["differences"]
        ],
        [_alike(x) for x in data["look_alikes"]],
        [f"第 {s['row']} 行跳过：{s['reason']}" for s in data["skipped_rows"]],
        [f"第 {a['row']} 行 {a['reason']}：{' '.join(a['text'].split())[:TEXT]}" for a in data["aside"] if a["text"]],
    )
    for told in kinds:
        lines += [f"  {one}" for one in told[:MOST]]
        if len(told) > MOST:
            lines.append(f"  ……另有 {len(told) - MOST} 处，加 --json 看全部")
    return "\n".join(lines)


def _alike(found: dict[str, Any]) -> str:
    other = f"第 {found['other_row']} 行" if found["other_row"] else f"台账 {found['no']}"
    return f"第 {found['row']} 行“{found['name']}”与{other}“{found['other']}”相像，没有合并，作为新项目"
