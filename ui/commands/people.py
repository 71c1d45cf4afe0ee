"""The clerks of the office on the command line, and what each did."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import asdict

from app.change import Change
from app.listing import by_person
from app.office import Office
from app.people import clerks, locking
from app.people.clerks import Clerk
from app.problem import Problem
from ui.commands.answers import Said, of
from ui.commands.secrecy import first_line

Args = argparse.Namespace
_WORDS = {"add": "姓名", "role": "姓名 身份", "rename": "姓名 新名", "phone": "姓名 电话", "leave": "姓名", "back": "姓名",
          "pin": "", "clear": "姓名"}  # fmt: skip


def people(args: Args, office: Office) -> Said:
    """The list, or one change of it. A PIN is asked for in the window only: here files can be read anyway."""
    if not args.act:
        found = clerks.all(office, gone=True)
        return Said("\n".join(_line(c, office) for c in found), [asdict(c) for c in found])
    wanted = _WORDS[args.act].split()
    if len(args.given) != len(wanted):
        raise Problem("E_USAGE", f"请写成：people {args.act} {' '.join(wanted)}".rstrip(), field="given")
    deeds: dict[str, Callable[..., Change]] = {
        "add": lambda name: clerks.add(office, name, role=args.role, phone=args.phone, on=args.on),
        "role": lambda name, role: clerks.amend(office, name, role=role),
        "rename": lambda name, to: clerks.amend(office, name, to=to),
        "phone": lambda name, phone: clerks.amend(office, name, phone=phone),
        "leave": lambda name: clerks.leave(office, name, args.on),
        "back": lambda name: clerks.back(office, name),
        "pin": lambda: _pin(args, office),
        "clear": lambda name: locking.clear_pin(office, name),
    }
    return of(deeds[args.act](*args.given))


def deeds(args: Args, office: Office) -> Said:
    """What each did from one day to another, today when nothing is said."""
    last = args.last or args.first or office.today()
    first = args.first or last
    if first > last:
        raise Problem("E_DATE_ORDER", f"从 {first} 到 {last} 前后颠倒了，请核对", field="to")
    found = by_person.of(office, first.isoformat(), last.isoformat())
    lines = [f"{d.name}{f'（{d.role}）' if d.role else ''}：{_told(d)}" for d in found]
    return Said("\n".join(lines), [asdict(d) | {"total": d.total} for d in found])


def _told(done: by_person.Done) -> str:
    each = "、".join(f"{title} {many:,}" for title, many in done.deeds.items())
    return f"{each}；共 {done.total:,} 条" if each else "没有记录"


def _pin(args: Args, office: Office) -> Change:
    """One's own, where none is set yet: what is set is changed in the window, or cleared by 管理 before."""
    if args.pin_file is None:
        raise Problem("E_PIN_FORM", "请把口令写在一个文件的第一行，用 --pin-file 指给程序", field="pin_file")
    if clerks.one(office, office.clerk).pin:
        said = f"“{office.clerk}”已有口令；要换请在窗口里换，忘了请由管理先清除（people clear）"
        raise Problem("E_PIN_SET", said, field="pin")
    return locking.set_pin(office, first_line(args.pin_file))


def _line(clerk: Clerk, office: Office) -> str:
    here = "← 现在经办" if clerk.called(office.clerk) else ""
    parts = (clerk.name, clerk.role, clerk.phone, "有口令" if clerk.pin else "",
             f"{clerk.since}起", f"{clerk.until}停用" if clerk.until else "", here)  # fmt: skip
    return "  ".join(filter(None, parts))
