"""The sub-command of 部门名录: who answers for a department, and the rows in 在账 that follow it."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from app.ledger import directory, following_people
from app.office import Office
from app.problem import Problem
from app.values import masking
from app.words.templates import Field
from ui.commands.answers import Said, of

Args = argparse.Namespace
_TEL = Field(id="tel", title="电话", kind="phone", private=True)


def directory_(args: Args, office: Office) -> Said:
    """A department by any of its names; without one what is to follow, with --follow the deed itself."""
    if args.department:
        if args.follow or args.fill:
            raise Problem("E_USAGE", "查一个部门时不能写 --follow、--fill", field="department")
        return _told(args.department, directory.people_of(office, args.department))
    if args.follow:
        return of(following_people.follow(office, blanks=args.fill))
    plan = following_people.plan(office, blanks=args.fill)
    shown = [cell for cell in plan.cells if not cell.key.endswith("tel")]  # numbers are private
    texts = [f"  {c.no} {c.name} {c.matter}{c.title}：{c.old or '（空）'} → {c.new or '（空）'}" for c in shown]
    left = [f"  {no} {name} 不能改：{why}" for no, name, why in plan.left]
    left += [f"  {plan.kept_words}"] if plan.kept else []
    behind = f"有 {plan.rows:,} 行要跟着部门名录改（{plan.by_ledger}），写 --follow 就改"
    head = behind if plan.cells else "在账的行都和部门名录一致"
    cells = [{"no": c.no, "item": c.item, "field": c.key, "department": c.department} for c in plan.cells]
    left_out = [list(one) for one in plan.left]
    kept = [list(one) for one in plan.kept]
    data = {"rows": plan.rows, "cells": cells, "left": left_out, "kept": kept}
    return Said("\n".join((head, *texts, *left)), data)


def _told(name: str, found: directory.Contact | None) -> Said:
    if found is None:
        raise Problem("E_NO_DEPARTMENT", f"部门名录里没有“{name}”，请先登记，或把这个写法写进“又称”", field="department")
    data = {key: value for key, value in asdict(found).items() if key not in ("before", "entry_id")}
    data["tel"] = masking.veiled(_TEL, found.tel) if found.tel else ""
    words = (("分管旗长", found.leader), ("派驻纪检组", found.inspection), ("主要领导", found.chief),
             ("联系人", found.person), ("职务", found.person_title), ("电话", data["tel"]))  # fmt: skip
    said = "，".join(f"{title}：{text}" for title, text in words if text)
    return Said(f"{found.name}　{said}", {**data, "aliases": list(found.aliases)})
