"""The sub-commands of periodic reports: one period written or sent, the series, the paragraph of a moment."""

from __future__ import annotations

import argparse
import datetime as dt
from dataclasses import asdict
from pathlib import Path
from typing import Any

from app.ledger import ledgers
from app.office import Office
from app.problem import Problem
from app.reports import one_liner, report_sending, reporting
from app.reports.reporting import Draft, Report
from ui.commands import upward
from ui.commands.answers import Said, of
from ui.commands.options import day

Args = argparse.Namespace
LONGEST_TEXT = 64 * 1024
"""Bytes of a text handed over in a file."""


def report(args: Args, office: Office) -> Said:
    """One period: looked at, written with -o, sent with --send or --zero. Without a period the 报送 of a sealed version.

    What was sent stays what it is: shown and written again as sent; another edition is begun with --again alone.
    """
    if not args.period:
        _refuse_stray(args)
        return upward.report(args, office)
    line = ledgers.find(office, args.ledger)
    said = _said(args)
    sent = None if args.again else reporting.sent(office, line.id, args.period, args.form)
    if sent is not None and (said or args.send or args.zero):
        raise _refused(sent)
    if args.send or args.zero:
        change = report_sending.send(
            office,
            line.id,
            args.period,
            args.form,
            said,
            zero=args.zero,
            early=args.yes,
            duplex=args.duplex,
            out=args.out,
        )
        told = of(change)
        return Said("\n".join((told.text, *(f"  {file}" for file in change.facts["files"]))), told.data)
    if args.out is not None:
        if said:
            report_sending.keep(office, line.id, args.period, args.form, said)
        change = report_sending.write(
            office, line.id, args.period, args.form, args.out, anew=args.again, duplex=args.duplex
        )
        told = of(change)
        return Said("\n".join((told.text, *(f"  {file}" for file in change.facts["files"]))), told.data)
    if said:
        return of(report_sending.keep(office, line.id, args.period, args.form, said))
    draft = sent or reporting.draft(office, line.id, args.period, args.form)
    return Said("\n".join(_lines(draft)), _json(draft))


def _refused(sent: Draft) -> Problem:
    on = sent.filed.sent_on if sent.filed else ""
    return Problem(
        "E_ALREADY_SENT",
        f"{sent.period.title}已经在 {on} 报过（第 {sent.edition} 版），报过的不改；要按现在的数字另报一版，请加 --again",
        field="period", edition=sent.edition,
    )  # fmt: skip


def reports(args: Args, office: Office) -> Said:
    """The series, a line each."""
    line = ledgers.find(office, args.ledger)
    found = reporting.series(office, line.id, args.form)
    if not found:
        return Said(f"《{line.title}》没有要按期报的", [])
    return Said("\n".join(_line(each) for each in found), [_row(each) for each in found])


def brief(args: Args, office: Office) -> Said:
    """领导口径 of a day."""
    line = ledgers.find(office, args.ledger)
    on = _on(office, args.on)
    if args.out is not None:
        return of(one_liner.write(office, line.id, args.out, on))
    said = one_liner.say(office, line.id, on)
    return Said(said, {"said": said, "on": (on or office.today()).isoformat()})


def _on(office: Office, text: str) -> dt.date | None:
    if not text:
        return None
    try:
        found = day(text)
    except argparse.ArgumentTypeError as error:
        raise Problem("E_DATE", str(error), field="on") from error
    if found > office.today():
        raise Problem("E_FUTURE", f"{found} 还没有到，请写今天或以前的日期", field="on")
    return found


def _refuse_stray(args: Args) -> None:
    """An option of a period without one is a period forgotten."""
    stray = [
        name
        for name in ("send", "zero", "again", "duplex", "text", "problems", "suggestions", "form", "out")
        if getattr(args, name)
    ]
    if stray:
        raise Problem("E_PERIOD", "请写明是哪一期（--period，如 2022-09A；reports 列出各期）", field="period")


def _said(args: Args) -> dict[str, str]:
    """What the clerk wrote; what was not given stays as it is kept or drafted."""
    given = {"problems": args.problems, "suggestions": args.suggestions, "doc_no": args.no}
    return {key: text for key, text in given.items() if text} | (
        {"text": _read(args.text)} if args.text else {}
    )


def _read(file: Path) -> str:
    """The text of a file. Raises Problem E_NO_FILE, E_TEXT."""
    if not file.is_file():
        raise Problem("E_NO_FILE", f"找不到文件“{file}”，请检查路径", file=str(file))
    content = file.read_bytes()
    try:
        text = content.decode("utf-8-sig").strip() if len(content) <= LONGEST_TEXT else ""
    except UnicodeDecodeError:
        text = ""
    if not text:
        raise Problem(
            "E_TEXT", f"“{file.name}”不是可用的文本，请另存成 UTF-8 的文本文件，内容不要空", file=str(file)
        )
    return text


def _lines(draft: Draft) -> list[str]:
    out = [draft.title, draft.text]
    out += [f"{ask.title}：{ask.text or '（没有写）'}" for ask in draft.asks]
    out += [
        f"  {title}　{now}　上期 {was}　{more}" for title, now, was, more in (t.texts for t in draft.compared)
    ]
    state = f"{draft.filed.sent_on} 报出，{draft.state}" if draft.filed else f"现在报出就是“{draft.state}”"
    many = f"，第 {draft.edition} 版" if draft.edition > 1 else ""
    out.append(f"本期有变化的 {len(draft.changed):,} 行；补报 {len(draft.late):,} 件；{state}{many}")
    return out + list(draft.faults)


def _json(draft: Draft) -> dict[str, Any]:
    return {
        "title": draft.title, "period": draft.period.id, "form": draft.form.id, "due": draft.period.due.isoformat(),
        "text": draft.text, "edited": draft.edited, "state": draft.state, "edition": draft.edition,
        "sent_on": draft.filed.sent_on if draft.filed else "",
        "nothing": draft.nothing, "faults": list(draft.faults), "asks": [asdict(ask) for ask in draft.asks],
        "numbers": draft.numbers.as_json(), "before": draft.before.as_json() if draft.before else None,
        "changed": [asdict(one) for one in draft.changed], "late": [asdict(one) for one in draft.late],
    }  # fmt: skip


def _line(each: Report) -> str:
    late = "，已过应报日" if each.overdue else ""
    sent = f"　{each.sent_on} 报" if each.sent_on else "　有草稿" if each.draft else ""
    edition = f"　第 {each.edition} 版" if each.edition > 1 else ""
    return f"{each.period.id}　{each.period.title}　{each.period.what}　应报 {each.period.due}　{each.state}{late}{sent}{edition}"


def _row(each: Report) -> dict[str, Any]:
    p = each.period
    return {
        "period": p.id, "title": p.title, "form": each.form.id, "what": p.what, "to": p.to, "starts": p.starts.isoformat(),
        "ends": p.ends.isoformat(), "due": p.due.isoformat(), "state": each.state, "sent_on": each.sent_on,
        "edition": each.edition, "draft": each.draft is not None, "overdue": each.overdue,
        "zero": bool(each.newest and each.newest.zero),
    }  # fmt: skip
