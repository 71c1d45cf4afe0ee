"""What a form that knows only XLSForm's words leaves unsaid, filled in so that it becomes a ledger that can be kept."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from app.engine.rows import DONE
from app.template_books.trees import Growing, Tree
from app.templating import kind_codes
from app.words import wording

SIGNER = "单位主要领导"
DUE = "due_date"
STATES = (DONE, "在办", "未办", "不需办", "待核")
"""The five words every program of this kind counts by."""


def fill(grow: Growing, stem: str, today: dt.date, sheets: frozenset[str]) -> None:
    """Fill the gaps of the tree; `stem` is the file's name, `sheets` the keys of the lists that have a sheet."""
    tree, said = grow.tree, grow.notes
    plain = "kind_code" not in tree
    _head(tree, stem, today, said)
    if tree.get("item", {}).keys() - {"title", "clause"}:
        _items(grow, tree["item"])
    elif "item" not in tree and "base" not in tree:
        tree["base"] = "True"
        said.append("没有写 base（什么情况下算在基数里），每一行都算")
    _limits(tree, said, plain=plain and "clock" not in sheets)
    _columns(tree)
    if "closing" not in sheets:
        tree["closing"] = _closings("item" in tree)
        said.append("没有 closing 表，离账按通常的：销号凭批文或扫描件，移出要原因和第二人，更正要原因")
    if "signoff" not in sheets:
        tree["signoff"] = [
            {
                "id": "sign",
                "title": tree["title"],
                "roles": [SIGNER],
                "lines": ["填报人", SIGNER],
                "seals_upon": SIGNER,
            }
        ]
        said.append("没有 signoff 表，由单位主要领导签字确定")


def _head(tree: Tree, stem: str, today: dt.date, said: list[str]) -> None:
    title = str(tree.setdefault("title", stem.strip() or "新台账"))
    if "id" not in tree:
        letters = re.sub(r"[^a-z0-9]+", "-", wording.initials(stem).lower()).strip("-")[:40].strip("-")
        tree["id"] = letters or "form"
        said.append(f"没有写 id，用“{tree['id']}”")
    tree["id"] = (
        re.sub(r"[^a-z0-9]+", "-", str(tree["id"]).lower()).strip("-")[:40]
        if "kind_code" not in tree
        else tree["id"]
    )
    tree.setdefault("version", "1")
    tree.setdefault("campaign", title)
    tree.setdefault("plan", title)
    if "starts" not in tree or "ends" not in tree:
        tree.setdefault("starts", dt.date(tree["ends"].year if "ends" in tree else today.year, 1, 1))
        tree.setdefault("ends", dt.date(tree["starts"].year, 12, 31))
        said.append(f"没有写齐 starts、ends，按 {tree['starts']} 到 {tree['ends']}")
    tree.setdefault("start_year", tree["starts"].year)
    if "kind_code" not in tree:
        letters = re.sub(r"[^A-Z]", "", wording.initials(re.sub("台账$", "", title)).upper())[:4]
        used = {one.code for one in kind_codes.built_in() if one.template != tree["id"]}
        tree["kind_code"] = kind_codes.free(letters if len(letters) >= 2 else "TZ", used)
        said.append(f"没有写 kind_code（台账编号里的字母），用“{tree['kind_code']}”")
    form = tree.setdefault("print", {})
    form.setdefault("title", "{division}" + title)


def _items(grow: Growing, item: Tree) -> None:
    """Items are counted by their `state`; one that has none gets it, with its five words."""
    item.setdefault("title", "事项")
    fields: list[Tree] = item.setdefault("field", [])
    if not any(field["id"] == "state" for field in fields):
        fields.insert(
            0, {"id": "state", "title": "办理情况", "kind": "enum", "need": "submit", "choices": "state"}
        )
        moved = {p: at for p, at in grow.origin.items() if p.startswith("item.field[")}
        for path in moved:
            del grow.origin[path]
        for path, at in moved.items():
            number = int(re.findall(r"\[(\d+)", path)[0])
            grow.origin[path.replace(f"[{number}]", f"[{number + 1}]", 1)] = at
    lists: list[Tree] = grow.tree.setdefault("codes", [])
    if not any(codes["id"] == "state" for codes in lists):
        lists.append({"id": "state", "title": "办理情况", "code": [{"code": word} for word in STATES]})


def _limits(tree: Tree, said: list[str], *, plain: bool) -> None:
    """The column 完成时限 lights nothing by itself: a form without limits of its own gets the one that runs to it."""
    due = next((field for field in tree.get("field", []) if field.get("id") == DUE), None)
    if due is None or due.get("kind") != "date" or any(c.get("until") == DUE for c in tree.get("clock", [])):
        return
    title = str(due.get("title") or "完成时限")
    if plain and "clock" not in tree and not tree.get("item", {}).get("preset"):
        tree["clock"] = [{"id": "deadline", "title": title, "until": DUE, "cause": "到期未完成"}]
        said.append(f"没有 clock 表，“{title}”当作时限，到期没有离账的亮红灯")
    else:
        said.append(f"“{title}”没有对应的时限规则（clock 的 until），不会亮灯")


def _columns(tree: Tree) -> None:
    own = [field for field in tree.get("field", []) if field.get("need") != "auto"]
    ids = dict.fromkeys(field["id"] for field in own)  # one written twice is told once, as such
    fields = sorted(ids, key=lambda key: key != "name")
    presets = [preset["code"] for preset in tree.get("item", {}).get("preset", []) if "code" in preset]
    tree["print"].setdefault("columns", ["seq", *fields, *presets])
    if presets:
        tree["print"].setdefault("item_group", f"{tree['item'].get('title', '事项')}办理情况")
    if "grid" not in tree:
        clocks = ["left", "stage", "due"] if tree.get("clock") or presets else []
        computed = [one["id"] for one in tree.get("computed", []) if "id" in one]
        tree["grid"] = [
            *(["light"] if clocks else []),
            *fields[:1],
            *clocks,
            *fields[1:],
            *presets,
            *computed,
            "files",
        ]


def _closings(items: bool) -> list[dict[str, Any]]:
    scope = "item" if items else "entry"
    return [
        {"id": "done", "title": "销号", "scope": scope, "to": "approved", "bases": ["批文", "验收"], "needs": ["evidence|scan"]},
        {"id": "drop", "title": "移出", "scope": "entry", "to": "removed", "needs": ["reason"], "second_person": True},
        {"id": "amend", "title": "更正", "scope": "entry", "to": "corrected", "needs": ["reason"]},
    ]  # fmt: skip
