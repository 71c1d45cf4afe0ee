"""What each sub-command that only reads answers."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import Any

from app.ledger import calendars, checks, entries, ledger_groups, ledgers, versions
from app.listing import counts, explain, history, lights, lists
from app.listing.lists import Line, Query
from app.office import Office
from app.problem import Problem
from app.proof import replay
from app.removal import withdrawing
from app.rounds import remarks
from app.templating import template_reading
from app.values import workdays
from app.values.workdays import Calendar
from app.words.templates import Loaded
from ui.commands.answers import Said, row_json

Args = argparse.Namespace
PAGE = 500


def templates(args: Args, _: None) -> Said:
    found = [template_reading.as_json(t) for t in template_reading.builtins()]
    groups = ledger_groups.grouped(found, lambda t: (t["campaign"], t["nature"]))
    lines = [
        text
        for group in groups
        for text in (
            f"【{group.title}】",
            *(f"{t['id']}  {t['title']}（{t['plan']}）" for t in group.members),
        )
    ]
    return Said("\n".join(lines), found)


def ledgers_(args: Args, office: Office) -> Said:
    found: list[dict[str, Any]] = [
        {
            "id": x.id,
            "template": x.template_id,
            "campaign": x.loaded.t.campaign,
            "nature": x.loaded.t.nature,
            "title": x.title,
            "unit": x.unit,
            "state": x.state,
            "own": x.own,
            "rows": x.rows,
        }
        for x in ledgers.all(office)
    ]
    groups = ledger_groups.grouped(found, lambda x: (x["campaign"], x["nature"]))
    headed = len(groups) > 1  # one campaign needs no heading
    text = "\n".join(
        line
        for group in groups
        for line in (*([f"【{group.title}】"] if headed else []), *map(_ledger_line, group.members))
    )
    return Said(text or "还没有台账，请用 open 打开一本", found)


def _ledger_line(x: dict[str, Any]) -> str:
    state = {"draft": "未确定", "sealed": "已确定"}[x["state"]]
    standing = "" if x["nature"] == ledger_groups.REGISTER else f"，{state}"
    return f"{x['id']}  《{x['title']}》{x['unit']}，{x['rows']:,} 行{standing}"


def imports(args: Args, office: Office) -> Said:
    found = withdrawing.imports(office, ledgers.find(office, args.ledger).id)
    lines = [
        f"{r['id']}  {r['on']} {r['file']}（{'已撤回' if r['state'] == 'withdrawn' else '有效'}）"
        for r in found
    ]
    return Said("\n".join(lines) or "还没有导入过", found)


def list_(args: Args, office: Office) -> Said:
    ledger = ledgers.find(office, args.ledger)
    where: dict[str, list[str]] = {}
    for text in args.where:
        key, equals, value = text.partition("=")
        if not equals:
            raise Problem("E_PAIR", f"“{text}”不是 栏目=内容 的写法，请改正", given=text)
        where.setdefault(key, []).append(value)
    query = Query(
        text=args.search,
        where=tuple((k, tuple(v)) for k, v in where.items()),
        lights=tuple(args.light),
        sublist=args.sublist,
    )
    ids = lists.ids(office, ledger.id, query)
    rows: list[dict[str, Any]] = []
    texts: list[str] = []
    for start in range(0, len(ids), PAGE):
        for line in lists.lines(office, ids[start : start + PAGE]):
            if args.json:
                rows.append(row_json(ledger.loaded, line, len(rows) + 1, ledger.unit))
            else:
                texts.append(_one(line, ledger.loaded))
    return Said("\n".join([*texts, f"共 {len(ids):,} 行"]), rows)


def show(args: Args, office: Office) -> Said:
    line = lists.line(office, entries.find(office, args.entry))
    ledger = ledgers.find(office, line.ledger_id)
    data = row_json(ledger.loaded, line, line.number, ledger.unit)
    data |= {
        "no": line.no,
        "standing": line.standing,
        "light": line.light,
        "due": line.due,
        "cause": line.cause,
        "holder": line.holder,
        "waiting": line.waiting,
        "stage": line.stage,
        "rev": line.rev,
        "computed": line.computed,
    }
    for code, item in line.items.items():
        shown = asdict(item)
        shown.pop("cells")
        data["items"][code] |= {k: v for k, v in shown.items() if k not in data["items"][code]}
    texts = [_one(line, ledger.loaded)]
    texts += [
        f"  {i.code} {i.title}：{i.state_text} {i.stage} {i.light_text} {i.holder}" for i in line.items.values()
    ]
    found = remarks.of_entry(office, line.id)
    data["remarks"] = [asdict(r) for r in found]
    return Said("\n".join([*texts, *(f"  意见：{text}" for text in remarks.lines(found))]), data)


def count(args: Args, office: Office) -> Said:
    line = ledgers.find(office, args.ledger)
    data, own = counts.count(office, line.id), line.loaded.t.words
    reds = _overdue(own.row, data["overdue"])
    if line.loaded.t.items:
        reds += "；" + _overdue(own.item, data["item_overdue"])
    words = "、".join(f"{lights.word(k, stopped=own.stopped)} {v}" for k, v in data["lights"].items())
    text = "\n".join(
        [
            counts.list_line(data["projects"], own),
            *counts.identities(line.loaded, data["projects"], data["items"]),
            f"灯号（{own.row}）：{words}",
            reds,
            "数字相符" if data["balanced"] else "数字对不上，请用 verify 核对",
        ]
    )
    return Said(text, data)


def _overdue(unit: str, n: dict[str, int]) -> str:
    """The two reds apart (decision 4)."""
    return f"{unit}：审批超期 {n['approval']}、完成时限已过 {n['deadline']}"


def explain_(args: Args, office: Office) -> Said:
    found = explain.entry(office, entries.find(office, args.entry), args.item)
    text = "\n".join("\n  ".join([f"{e.item} {e.title}（{e.word}）".lstrip(), *e.sentences]) for e in found)
    return Said(text, [asdict(e) for e in found])


def conflicts(args: Args, office: Office) -> Said:
    found = explain.conflicts(office, ledgers.find(office, args.ledger).id)
    text = "\n".join(
        f"{c['title']}：{c['first']}；{c['second']}。本台账：{c['here']}（{c['why']}）" for c in found
    )
    return Said(text, found)


def workdays_(args: Args, _: None) -> Said:
    day = Calendar(workdays.published().values()).add(args.day, args.n)
    return Said(day.isoformat(), day.isoformat())


def check(args: Args, office: Office) -> Said:
    found = checks.check(office, ledgers.find(office, args.ledger).id)
    lines = [f"[{checks.LEVELS[f.level]}] {f.text}" for f in found]
    return Said("\n".join([*lines, f"共 {len(found):,} 处"]), [asdict(f) for f in found])


def versions_(args: Args, office: Office) -> Said:
    found = versions.of(office, ledgers.find(office, args.ledger).id)
    lines = [
        f"{v.label} {v.on} {v.pages} 页，签字：{'、'.join(f'{s.role}（{s.by}）' for s in v.signatures) or '无'}"
        + ("，已据此确定" if v.sealed else "")
        for v in found
    ]
    return Said("\n".join(lines) or "还没有打印过", [asdict(v) for v in found])


def history_(args: Args, office: Office) -> Said:
    entry = entries.find(office, args.entry) if args.entry else None
    found = history.lines(office, entry, page=args.page)
    lines = []
    for deed in found:
        steps = "；".join(f"{s.what}：{s.old or '空'}→{s.new or '空'}" for s in deed.steps)
        lines.append(f"{deed.on} {deed.clerk} {deed.title} {deed.name} {steps}".rstrip())
    return Said("\n".join(lines) or "没有记录", [asdict(d) for d in found])


def known_years(office: Office) -> Said:
    found = calendars.known(office)
    lines = [
        f"{r['year']} 年：{r['workdays']} 个工作日（{r['source']}）"
        if "year" in r
        else f"{r['day']} 本地休息（{r['source']}）"
        for r in found
    ]
    return Said("\n".join(lines), found)


def verify(args: Args, office: Office) -> Said:
    found = replay.verify(office)
    if found:
        raise Problem(
            "E_VERIFY",
            f"核对发现 {len(found):,} 处不一致：{found[0].where}{found[0].text}",
            differences=[asdict(d) for d in found],
        )
    return Said("核对无误：操作记录、台账、附件和数字都一致", {"ok": True, "differences": []})


def _one(line: Line, loaded: Loaded) -> str:
    said = lights.word(line.light, stopped=loaded.t.words.stopped) if line.light else line.standing_text
    light = f"[{said}]"
    return f"{line.no} {light} {line.name} {line.light_text} {line.stage}"
