"""What XLSForm says beside plain fields, as a ledger has it: repeats are matters, files are attached, choices go together."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.engine.evaluator import LENGTH
from app.template_books import survey
from app.template_books.grids import Grid
from app.template_books.lines import OTHER, Lines, Row
from app.template_books.trees import Tree

_GOES = re.compile(r"\s*([^\s=]+)\s*=\s*\$\{\s*([^}]+?)\s*\}\s*")
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


def repeats(lines: Lines) -> None:
    """Each repeat is a matter that a row may have several times over."""
    if not lines.repeats:
        return
    item: Tree = lines.grow.tree.setdefault("item", {})
    if item.get("preset"):
        lines.grow.notes.append("有 item.preset 表，重复组里的栏目当作各事项的栏目")
        return
    titles = list(lines.repeats.values())
    item.setdefault("title", titles[0] if len(titles) == 1 else "事项")
    item["preset"] = [
        {"code": f"{letter}01", "title": title, "named": True}
        for letter, title in zip(_LETTERS, titles, strict=False)
    ]
    lines.grow.tree.setdefault("base", "True")
    lines.grow.notes.append(f"重复组“{'、'.join(titles)}”写成事项，一行可以有几个；每一行都算在基数里")


def files(lines: Lines) -> None:
    """A file that has to be there is asked for before signing, whichever it is."""
    for number, line in enumerate(lines.files):
        need = line.text("required").lower()
        if need in ("", "no", "false", "false()", "否"):
            continue
        title = line.text("label") or line.text("name")
        tree: Tree = {
            "id": f"file-{number + 1}", "scope": "entry", "expr": "files == 0", "text": f"还没有附上{title}", "level": "gap",
        }  # fmt: skip
        if relevant := lines.condition(line, (), item=False):
            tree["expr"] = f"files == 0 and ({relevant})"
        path = lines.grow.row(("check",), tree, line, lines.grid)
        lines.grow.origin[path] = (lines.grid.name, line.number, lines.grid.place("type"))


def others(lines: Lines) -> None:
    """`or_other`: the list ends with 其他, and beside the field is one to write which."""
    for row in lines.others:
        codes = _list_of(lines, row)
        if codes is None:
            continue
        other = next((one["code"] for one in codes["code"] if OTHER in (one["code"], one.get("title"))), "")
        if not other:
            codes["code"].append({"code": OTHER})
        test = (
            f"contains({row.id}, '{other or OTHER}')"
            if row.kind == "enums"
            else f"{row.id} == '{other or OTHER}'"
        )
        tree: Tree = {
            "id": f"{row.id[:34]}_other", "title": f"{row.title}（其他）", "kind": "text", "need": "when", "when": test,
        }  # fmt: skip
        if row.group:
            tree["group"] = row.group
        side = lines.grow.tree.setdefault("item", {}) if row.item else lines.grow.tree
        rows: list[Tree] = side["field"]
        rows.insert(next(n for n, one in enumerate(rows) if one["id"] == row.id) + 1, tree)
        lines.moved(("item.field" if row.item else "field"), rows.index(tree), row)
        lines.grow.notes.append(f"“{row.title}”选“{OTHER}”的，写在“{tree['title']}”")


def filters(lines: Lines, choices: Grid | None) -> None:
    """`choice_filter`: a choice that does not go with what is chosen above is refused."""
    for row in lines.rows:
        text = row.line.text(survey.FILTER)
        if not text:
            continue
        found = _GOES.fullmatch(text)
        other = lines.ids.get(found[2]) if found else None
        if found is None or other is None or choices is None or found[1].lower() not in choices.columns:
            said = f"“{text[:60]}”看不懂；请写成 列名=${{上一级的编号}}，并在 choices 表里加上这一列"
            lines.grow.faults.add(lines.grid.name, row.line.number, lines.grid.place(survey.FILTER), said)
            continue
        _filter(lines, row, other, _goes_with(choices, row, found[1].lower()))


def _filter(lines: Lines, row: Row, other: str, goes: dict[str, list[str]]) -> None:
    upper = next((one.title for one in lines.rows if one.id == other), other)
    number = 0
    for parent, codes in goes.items():
        for some in _chunks(codes):
            number += 1
            expr = f"contains({some!r}, {row.id}) and has({other}) and {other} != {parent!r}"
            tree: Tree = {
                "id": f"goes-{number}-{row.id}"[:40], "scope": "item" if row.item else "entry", "field": row.id, "expr": expr,
                "text": f"“{row.title}”选的不属于所选的“{upper}”", "level": "error",
            }  # fmt: skip
            path = lines.grow.row(("check",), tree, row.line, lines.grid)
            lines.grow.origin[path] = (lines.grid.name, row.line.number, lines.grid.place(survey.FILTER))


def _goes_with(choices: Grid, row: Row, column: str) -> dict[str, list[str]]:
    """{what is chosen above: codes that go with it alone}."""
    found: dict[str, list[str]] = {}
    for line in choices.lines:
        if line.text("list_name") == row.listed and line.text(column):
            found.setdefault(line.text("name"), []).append(line.text(column))
    out: dict[str, list[str]] = {}
    for code, parents in found.items():
        if len(parents) == 1:
            out.setdefault(parents[0], []).append(code)
    return out


def _chunks(codes: list[str]) -> Iterator[list[str]]:
    """Lists that fit an expression."""
    some: list[str] = []
    for code in codes:
        if some and (len(repr([*some, code])) > LENGTH - 160 or len(some) > 60):
            yield some
            some = []
        some.append(code)
    if some:
        yield some


def _list_of(lines: Lines, row: Row) -> Tree | None:
    return next((one for one in lines.grow.tree.get("codes", []) if one["id"] == row.choices), None)
