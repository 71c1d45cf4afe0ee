"""What a form that knows only XLSForm's words leaves unsaid, filled in so that it becomes a ledger that can be kept."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from app.engine.rows import DONE
from app.template_books import privacy
from app.template_books.trees import Growing, Tree
from app.templating import kind_codes
from app.words import wording

SIGNER = "单位主要领导"
DUE, CLOSED = "due_date", "closed_on"
_NAMES = re.compile(r"[a-z_][a-z0-9_]*")
_DUE = re.compile("时限|期限|限期|截止|到期")
_DONE = re.compile("(完成|办结|竣工|销号|结清|还清|完工)(日期|时间|日)")
_WORDS = {"approved": "销号", "removed": "移出", "complete": "已办结"}
"""What becomes of rows by the usual closings."""
_STRUCK = ("excluded", "exclude_reason")
_STRUCK_FOR = ("重复", "非本旗", "误录")
"""The fields of 核查剔除, and its reasons: a form nobody has tried is mistyped more than doubled."""
STATES = (DONE, "在办", "未办", "不需办", "待核")
"""The five words every program of this kind counts by."""


def fill(grow: Growing, stem: str, today: dt.date, sheets: frozenset[str], *, own: bool = False) -> None:
    """Fill the gaps of the tree; `stem` is the file's name, `sheets` the keys of the lists that have a sheet.

    `own`: the workbook is one that the program wrote, in which what is not said is not meant.
    """
    tree, said = grow.tree, grow.notes
    plain = "kind_code" not in tree
    _head(tree, stem, today, said)
    if tree.get("item", {}).keys() - {"title", "clause"}:
        _items(grow, tree["item"])
    elif "item" not in tree and "base" not in tree:
        tree["base"] = "True"
        said.append("没有写 base（什么情况下算在基数里），每一行都算")
    _limits(tree, said, plain=plain and "clock" not in sheets)
    if not own:
        _stages(tree, said)
        if "title" in tree.get("item", {}):
            tree.setdefault("words", {}).setdefault("item", tree["item"]["title"])
        units = {
            field.get("unit") or "万元" for field in tree.get("field", []) if field.get("kind") == "money"
        }
        tree["print"].setdefault("measure", f"单位：{units.pop()}" if len(units) == 1 else "")
    if "closing" not in sheets:
        tree["closing"] = _closings(tree)
        if not own:
            words = tree.setdefault("words", {})
            for key, word in _WORDS.items():
                words.setdefault(key, word)
        said.append("没有 closing 表，离账按通常的：销号凭批文或扫描件，移出要原因和第二人，更正和恢复要原因")
    elif not own:
        _more_closings(tree, said)
    if not own:
        _leaving(tree, said)
        _striking(tree, said)
        privacy.veil(tree, said)
    _columns(tree)
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
        grow.shift("item.field", 0)
    lists: list[Tree] = grow.tree.setdefault("codes", [])
    if not any(codes["id"] == "state" for codes in lists):
        lists.append({"id": "state", "title": "办理情况", "code": [{"code": word} for word in STATES]})


def _limits(tree: Tree, said: list[str], *, plain: bool) -> None:
    """A date that is called a limit lights nothing by itself: a form without limits of its own gets the one that runs to it."""
    days = [field for field in tree.get("field", []) if field.get("kind") == "date"]
    due = next((field for field in days if field.get("id") == DUE), None)
    if due is None:
        called = [field for field in days if _DUE.search(str(field.get("title", "")))]
        due = called[0] if len(called) == 1 and "clock" not in tree else None
    if due is None or any(c.get("until") == due["id"] for c in tree.get("clock", [])):
        return
    title = str(due.get("title") or "完成时限")
    if plain and "clock" not in tree and not tree.get("item", {}).get("preset"):
        ends = [field for field in days if _DONE.search(str(field.get("title", ""))) and field is not due]
        stops = {"stops": [ends[0]["id"]]} if len(ends) == 1 else {}
        tree["clock"] = [
            {"id": "deadline", "title": title, "until": due["id"], "cause": "到期未完成", **stops}
        ]
        until = f"没有填“{ends[0]['title']}”的" if stops else "没有离账的"
        said.append(f"没有 clock 表，“{title}”当作时限，到期{until}亮红灯")
    elif due["id"] == DUE:
        said.append(f"“{title}”没有对应的时限规则（clock 的 until），不会亮灯")


def _leaving(tree: Tree, said: list[str]) -> None:
    """A row that was closed counts no more: where its base does not read what closing writes, it reads a day of its own."""
    base = str(tree.get("base", ""))
    ways = [row for row in tree["closing"] if (row.get("scope"), row.get("to")) == ("entry", "approved")]
    lost = [row for row in ways if not set(_NAMES.findall(base)) & {"n_open", *row.get("writes", {})}]
    if not base or not lost:
        return
    fields: list[Tree] = tree["field"]
    if not any(field["id"] == CLOSED for field in fields):
        fields.append({"id": CLOSED, "title": "离账日期", "kind": "date", "need": "optional"})
    tree["base"] = f"blank({CLOSED})" if base.strip() == "True" else f"({base}) and blank({CLOSED})"
    for row in lost:
        row["writes"] = {**row.get("writes", {}), CLOSED: "{on}"}
    for row in [
        *lost,
        *(row for row in tree["closing"] if (row.get("scope"), row.get("to")) == ("entry", "open")),
    ]:
        row["back"] = {**row.get("back", {}), CLOSED: ""}
    said.append(f"销号后记下“离账日期”（{CLOSED}），填了的不再算在账")


def _striking(tree: Tree, said: list[str]) -> None:
    """A mistyped or doubled row is struck off before the ledger is sealed; a list without a seal has its own closings."""
    fields: list[Tree] = tree["field"]
    lists: list[Tree] = tree.setdefault("codes", [])
    taken = {one.get("id") for one in (*fields, *lists, *tree.get("computed", ()))}
    if tree.get("nature") == "register" or taken & set(_STRUCK):
        return
    word = tree.setdefault("words", {}).setdefault("excluded", "核查剔除")
    fields += [
        {"id": _STRUCK[0], "title": word, "kind": "enum", "choices": _STRUCK[0], "need": "optional"},
        {"id": _STRUCK[1], "title": "剔除说明", "kind": "text", "need": "optional"},
    ]
    lists.append({"id": _STRUCK[0], "title": word, "code": [{"code": one} for one in _STRUCK_FOR]})
    said.append(f"加了“{word}”：确定前，{'、'.join(_STRUCK_FOR)}的行可以移出，要写是哪一种")


def _stages(tree: Tree, said: list[str]) -> None:
    """Working days run in a stage that says so; a form with limits and no stages gets those that every campaign has."""
    if not any(clock.get("starts") for clock in tree.get("clock", [])):
        return
    holder = tree.get("item", tree)
    if "stage" in holder:
        return
    holder["stage"] = [{"title": "在办", "when": "True", "clock": "run"}]
    if "item" in tree:
        holder["stage"].insert(
            0, {"title": "已办", "when": f"state == '{DONE}' or state == '不需办'", "clock": "closed"}
        )
    said.append("没有写环节（stage），在账的都在计时")


def _columns(tree: Tree) -> None:
    own = [field for field in tree.get("field", []) if field.get("need") != "auto"]
    ids = dict.fromkeys(field["id"] for field in own)  # one written twice is told once, as such
    for key in (CLOSED, *_STRUCK):
        ids.pop(key, None)
    fields = sorted(ids, key=lambda key: key != "name")
    rows = tree.get("item", {}).get("preset", [])
    repeated = bool(rows) and all(preset.get("named") for preset in rows)
    presets = ["items"] if repeated else [preset["code"] for preset in rows if "code" in preset]
    computed = [one["id"] for one in tree.get("computed", []) if "id" in one]
    tree["print"].setdefault("columns", ["seq", *fields, *computed, *presets])
    if presets and not repeated:
        tree["print"].setdefault("item_group", f"{tree['item'].get('title', '事项')}办理情况")
    if "grid" not in tree:
        clocks = ["left", "stage", "due"] if tree.get("clock") or presets else []
        tree["grid"] = [
            *(["light"] if clocks else []),
            *fields[:1],
            *clocks,
            *fields[1:],
            *presets,
            *computed,
            *([CLOSED] if any(field["id"] == CLOSED for field in own) else []),
            "files",
        ]


def _closings(tree: Tree) -> list[dict[str, Any]]:
    done = {
        "id": "done",
        "title": "销号",
        "to": "approved",
        "bases": ["批文", "验收"],
        "needs": ["evidence|scan"],
    }
    whole = {**done, "scope": "entry"}
    own = [{**done, "scope": "item"}] if "item" in tree else []
    if (
        own and tree.get("base") == "True"
    ):  # a row counts whether or not it has matters, so it leaves by itself
        own.append({**whole, "id": "done-row"})
    return [
        *(own or [whole]),
        {"id": "drop", "title": "移出", "scope": "entry", "to": "removed", "needs": ["reason"], "second_person": True},
        dict(_AMEND),
        *_backs(tree),
    ]  # fmt: skip


_AMEND = {"id": "amend", "title": "更正", "scope": "entry", "to": "corrected", "needs": ["reason"]}


def _backs(tree: Tree) -> list[dict[str, Any]]:
    """How rows, and matters where there are any, come back."""
    back = {"id": "back", "title": "恢复", "scope": "entry", "to": "open", "needs": ["reason"]}
    return [
        back,
        *([{**back, "id": "back-item", "title": "恢复事项", "scope": "item"}] if "item" in tree else []),
    ]


def _more_closings(tree: Tree, said: list[str]) -> None:
    """What every ledger needs beside the ways out that a form names; a way that names no basis is its own."""
    rows: list[Tree] = tree["closing"]
    for row in rows:
        if row.get("to") in ("approved", "kept") and not row.get("bases"):
            row["bases"] = [row.get("title", row.get("id", ""))]
    there = {(row.get("scope"), row.get("to")) for row in rows}
    ids = {row.get("id") for row in rows}
    missing = [dict(one) for one in (_AMEND, *_backs(tree)) if (one["scope"], one["to"]) not in there]
    for one in missing:
        one["id"] = one["id"] if one["id"] not in ids else f"{one['id']}-2"
    rows += missing
    if missing:
        said.append(f"closing 表没有写{'、'.join(one['title'] for one in missing)}，按通常的补上，要写原因")
