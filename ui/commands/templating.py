"""The sub-command `template`: a workbook or text checked, made, written out, tried on a ledger, issued."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from app.ledger import ledgers
from app.office import Office
from app.problem import Problem
from app.storage import files
from app.template_books import (
    grids,
    making,
    marking,
    naming,
    own_templates,
    rehearsing,
    template_upgrades,
    writing,
)
from app.template_books.template_upgrades import Slip
from app.templating import template_changes, template_reading
from app.words.templates import Loaded
from sync import exchange
from sync.letters import documents, offered_templates
from ui.commands.answers import Said, of
from ui.commands.secrecy import passphrase

Args = argparse.Namespace


def template_(args: Args, office: Office) -> Said:
    """What is asked of a template, or of the version that a ledger has."""
    asked: dict[str, Callable[[Args, Office], Said]] = {
        "check": check, "make": make, "export": export, "rehearse": rehearse, "keep": keep, "issue": issue, "undo": undo,
        "upgrade": upgrade, "changes": changes,
    }  # fmt: skip
    return asked[args.action](args, office)


def check(args: Args, office: Office) -> Said:
    """Whether a template can be used; a workbook's faults also as a marked workbook (-o)."""
    loaded, notes = _given(office, args.ledger, args.out)
    noted = (*notes, *_lettered(office, loaded))
    return _told(f"模板《{loaded.t.title}》{loaded.t.version} 可以用", loaded, noted)


def make(args: Args, office: Office) -> Said:
    """A workbook as the text of a template."""
    file = Path(args.ledger)
    if not naming.is_book(file):
        raise Problem("E_KIND", f"“{file.name}”不是工作簿，make 要写 .xlsx 文件", file=str(file))
    out = args.out or file.with_suffix(".toml")
    if out.is_dir():
        out = out / f"{file.stem}.toml"
    made = making.make(file, today=office.today())
    files.write_whole(out, made.source.encode())
    noted = (*made.notes, *_lettered(office, made.loaded))
    return _told(f"已写成模板 {out.name}", made.loaded, noted, file=str(out))


def export(args: Args, office: Office) -> Said:
    """A template, or the one a ledger has, as a workbook."""
    known = [line for line in ledgers.all(office) if args.ledger in (line.id, line.title, line.template_id)]
    loaded = known[0].loaded if known else _given(office, args.ledger)[0]
    out = args.out or Path(f"{loaded.t.id}.xlsx")
    if out.is_dir():
        out = out / f"{loaded.t.title}模板.xlsx"
    return of(writing.export(loaded, out))


def rehearse(args: Args, office: Office) -> Said:
    """The rows of a ledger run through a template; nothing is written."""
    loaded, _ = _given(office, args.ledger)
    found = rehearsing.rehearse(office, loaded, ledgers.find(office, args.rows or loaded.t.id).id)
    return Said("\n".join(found.lines), found.as_json())


def keep(args: Args, office: Office) -> Said:
    """A template of this office's own, offered by `open` and in the window from then on."""
    loaded, notes = _given(office, args.ledger)
    change = own_templates.keep(office, loaded)
    return _told(change.said, loaded, notes)


def issue(args: Args, office: Office) -> Said:
    """A template of this office's own for the offices below."""
    if args.out is None:
        raise Problem("E_LACKING", "印发要写明写到哪里（-o）", field="out")
    keys = exchange.own_keys(office, passphrase(args))
    return of(
        documents.issue(office, keys, "template", Path(args.ledger), args.out, to=args.to, note=args.note)
    )


def undo(args: Args, office: Office) -> Said:
    return of(template_upgrades.undo(office, ledgers.find(office, args.ledger).id))


def upgrade(args: Args, office: Office) -> Said:
    """The ledger taken over to a newer version."""
    if args.dry_run:
        return changes(args, office)
    line, slip = ledgers.find(office, args.ledger), Slip(args.reason, args.second, args.scan)
    return of(offered_templates.upgrade(office, line.id, file=args.file, ref=args.to, slip=slip))


def changes(args: Args, office: Office) -> Said:
    """What a newer version changes for a ledger: added, renamed and dropped, and the rows it touches."""
    line = ledgers.find(office, args.ledger)
    loaded, source = offered_templates.chosen(office, line, file=args.file, ref=args.to)
    found = template_changes.changes(line.loaded, loaded)
    wrong = template_upgrades.unfit(line, loaded)
    tried = rehearsing.rehearse(office, loaded, line.id)
    now = f"{line.loaded.t.version}（{line.loaded.digest[:8]}）"
    head = f"《{line.title}》现在用 {now}，可换 {loaded.t.version}（{loaded.digest[:8]}，{source}）"
    hurt = [
        one for one in tried.findings if one.what in (rehearsing.LOST, rehearsing.UNREAD, rehearsing.MATTER)
    ]
    end = [f"涉及 {tried.touched:,} 行已填的内容"] if hurt else []
    end += [one.line for one in hurt] + [f"不能换：{said}" for said in wrong]
    told = {
        "from": line.loaded.t.version, "version": loaded.t.version, "digest": loaded.digest, "source": source,
        "touched": tried.touched, "findings": [asdict(one) for one in hurt],
    }  # fmt: skip
    return Said(
        "\n".join([head, *template_changes.lines(found), *end]),
        {**told, "changes": template_changes.as_json(found), "unfit": wrong},
    )


def _given(office: Office, ref: str, marked: Path | None = None) -> tuple[Loaded, tuple[str, ...]]:
    """The template of an id, a .toml file or a workbook, and what was filled in; faults go into `marked` as well."""
    file = Path(ref)
    if naming.is_book(file):
        try:
            made = making.make(file, today=office.today())
        except Problem as problem:
            if marked is not None and "faults" in problem.facts:
                marking.write_marked(grids.read(file), problem.facts["faults"], marked)
            raise
        return made.loaded, made.notes
    if file.suffix == ".toml":
        return offered_templates.of_file(office, file), ()
    one = offered_templates.ruling(office, ref)
    return (one.loaded if one else template_reading.builtin(ref)), ()


def _lettered(office: Office, loaded: Loaded) -> tuple[str, ...]:
    """What is to be said of the letters of its numbers: that another template has them."""
    problem = own_templates.clash(office, loaded)
    return (problem.text,) if problem else ()


def _told(said: str, loaded: Loaded, notes: tuple[str, ...], **facts: Any) -> Said:
    t = loaded.t
    told = {
        "id": t.id,
        "title": t.title,
        "version": t.version,
        "fields": len(t.fields),
        "digest": loaded.digest,
    }
    facts["notes"] = list(notes)
    return Said("\n".join([f"{said}：{len(t.fields):,} 个栏目", *notes]), {**told, **facts})
