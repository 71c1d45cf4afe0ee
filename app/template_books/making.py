"""A workbook made into a template: its sheets read, gaps filled, every fault told with its cell."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import tomli_w

from app.problem import Problem
from app.template_books import defaults, grids, heads, layered, naming, resolving, wording
from app.template_books.fields import Survey
from app.template_books.grids import Grid
from app.template_books.lines import filter_columns, known_columns
from app.template_books.shapes import CHOICES, CODES, FIELDS, SETTINGS, SURVEY, Shape, plan
from app.template_books.trees import Growing, Tree, lists, settings
from app.template_books.xpath import translated
from app.templating import template_checks, template_reading
from app.words.templates import Loaded, Template

_HEAD = "# 由工作簿“{}”写成。\n\n"


@dataclass(frozen=True)
class Made:
    """A template out of a workbook. `notes` say what was filled in or renamed."""

    loaded: Loaded
    source: str
    notes: tuple[str, ...] = ()


def make(path: Path, *, today: dt.date | None = None) -> Made:
    """Read a workbook in the manner of XLSForm as a template; the same workbook gives the same text.

    `today` says which year is meant where the workbook names no dates. Raises Problem E_TEMPLATE_BOOK with `faults`
    [{sheet, cell, said}], every one of them, and the Problems of opening a workbook.
    """
    sheets = grids.read(path)
    return made_of(path.name, sheets, today or dt.date.today())


def made_of(name: str, sheets: dict[str, list[list[Any]]], today: dt.date) -> Made:
    """The same from sheets already read."""
    grow = Growing()
    below = layered.kept(sheets.get(layered.SHEET, ()))
    found = dict(_named(grow, sheets))
    if SURVEY not in found:
        grow.faults.add(
            "", 0, 0, "没有 survey（栏目）工作表，不像模板的工作簿；请把写栏目的那张表改名为 survey"
        )
        grow.faults.refuse(name)
    if SETTINGS in found:
        settings(grow, found[SETTINGS])
    for key in _HEADS:
        if key in found:
            settings(grow, found[key], f"{key}.")
    plain = not found[SURVEY].own
    grow.beside = filter_columns(found[SURVEY])
    survey = Survey(grow, found[SURVEY], plain=plain)
    lists(grow, found)
    survey.lay(found.get(CODES))
    if plain:
        resolving.make_missing(grow.tree, grow.refs, lambda word, taken: naming.legal(word, taken, naming.ID))
        resolving.resolve(grow.tree, survey.called(), grow.refs)
    _translate(grow, survey)
    if not grow.tree.get("field"):
        grow.faults.add(
            SURVEY, 0, 0, "没有写任何栏目，每个栏目一行：类型、编号、名称，如 text、name、项目名称"
        )
        grow.faults.refuse(name)
    defaults.fill(grow, Path(name).stem, today, frozenset(found), own=not plain)
    return _whole(grow, name, below)


_EXPRESSIONS = ("when", "expr", "base", "locks")
_HEADS = ("print", "words", "round")
"""Parts of the head that may have a sheet of their own."""


def _named(grow: Growing, sheets: dict[str, list[list[Any]]]) -> Iterator[tuple[str, Grid]]:
    """The sheets by what they hold; one that nobody knows is let be and said, a misspelt one is a fault."""
    own = _is_own(sheets)
    known = {SURVEY: SURVEY, SETTINGS: SETTINGS, **{wording.title_of(key): key for key in (SURVEY, SETTINGS)}}
    known |= {CHOICES: CODES, wording.title_of(CHOICES): CODES, **{key: key for key in _HEADS}}
    shapes = {shape.key: shape for shape in plan().shapes if shape.key not in FIELDS}
    for key in shapes:
        known[wording.sheet_name(key).split()[0].lower()] = key
        known.setdefault(wording.title_of(key), key)
    met: set[str] = set()
    for name, lines in sheets.items():
        word = name.split()[0].lower() if name.split() else ""
        key = known.get(word) or known.get(word.rstrip("s")) or known.get(wording.sheet_of(word), "")
        if key and key not in met:
            met.add(key)
            columns, needed = _columns(shapes, key, grow)
            told = wording.told("choices" if key == CODES else key, columns)
            grid = grids.grid(name, lines, grow.faults, columns, needed, told)
            grid.own, grid.key = grid.own and own, "choices" if key == CODES else key
            yield key, grid
        elif lines and name != layered.SHEET and not name.startswith(("说明", "填写说明", "要改的地方")):
            _strange(grow, name, word, known, own=own, twice=key in met)


def _is_own(sheets: dict[str, list[list[Any]]]) -> bool:
    """Whether the program wrote the workbook: its fields stand under both head rows."""
    lines = next((lines for name, lines in sheets.items() if name.split()[:1] == [SURVEY]), [])
    return any(line[1:] and str(line[1] or "").startswith(wording.MARK) for line in lines[1:2])


def _strange(grow: Growing, name: str, word: str, known: dict[str, str], *, own: bool, twice: bool) -> None:
    near = "" if twice else heads.near(word, known)
    if near or own:
        meant = f"是不是“{near}”？请改名" if near else "请删去，或改名以“说明”开头"
        grow.faults.add(name, 0, 0, f"不认识工作表“{name}”，{meant}")
    else:
        grow.notes.append(f"工作表“{name}”{'与前面的一张是一个意思' if twice else '不认识'}，没有用")


def _columns(shapes: dict[str, Shape], key: str, grow: Growing) -> tuple[Collection[str], str]:
    """The columns a sheet may have, and the one that its head must have."""
    if key == SURVEY:
        return known_columns(), "type"
    if key == SETTINGS or key in _HEADS:
        return ("name", "value"), ""
    shape = shapes[key]
    return [*([shape.holder] if shape.holder else []), *(column.key for column in shape.columns)], (
        "list_name" if key == CODES else ""
    )


def _translate(grow: Growing, survey: Survey) -> None:
    """Expressions on the other sheets that name fields as XLSForm does, `${…}`."""

    def walk(tree: Any, path: str, item: bool) -> Any:
        if isinstance(tree, dict):
            inner = item or tree.get("scope") == "item" or path == "item"
            return {key: walk(one, f"{path}.{key}".lstrip("."), inner) for key, one in tree.items()}
        if isinstance(tree, list):
            inner = item or (path in ("clock", "stage") and path == "clock" and "item" in grow.tree)
            return [walk(one, f"{path}[{n}]", inner) for n, one in enumerate(tree)]
        if not isinstance(tree, str) or not ("${" in tree or path.rpartition(".")[2] in _EXPRESSIONS):
            return tree
        try:
            return translated(tree, survey.scope(item=item))
        except ValueError as error:
            grow.faults.add(*grow.place(path), str(error))
            return tree

    grow.tree = walk(grow.tree, "", False)


def _over(grow: Growing, made: Made, below: str, name: str) -> Made:
    """The same over the template that the workbook carries."""
    loaded = layered.again(made.loaded, below, grow)
    grow.faults.refuse(name)
    assert loaded is not None
    return Made(loaded, loaded.source, made.notes)


def _whole(grow: Growing, name: str, below: str = "") -> Made:
    """The template, judged as any other; each fault is told with the cell it comes from.

    `below`: the text it was written from, where that lies over another template.
    """
    tree = _ordered(grow.tree)
    source = _HEAD.format(re.sub(r"[^\w.（）() -]", "_", name)[:80]) + tomli_w.dumps(
        tree, multiline_strings=False
    )
    try:
        template = msgspec.convert(tree, Template)
    except msgspec.ValidationError as error:
        grow.faults.refuse(name)
        _shape_fault(grow, str(error))
        grow.faults.refuse(name)
        raise
    for fault in template_checks.faults(Loaded(template, source)):
        grow.faults.also(*_place(grow, fault.path), fault.said)
    grow.faults.refuse(name)
    try:
        made = Made(template_reading.read(source, name), source, tuple(grow.notes))
    except Problem as problem:
        grow.faults.add("", 0, 0, problem.text)
        grow.faults.refuse(name)
        raise
    return made if not below else _over(grow, made, below, name)


def _ordered(tree: Tree) -> Tree:
    """The keys as the language has them; lists that must be there are, though empty."""
    out: Tree = {}
    for field in msgspec.structs.fields(Template):
        if field.encode_name in tree:
            out[field.encode_name] = tree[field.encode_name]
    if "item" in out:
        out["item"].setdefault("field", [])
        out["item"].setdefault("preset", [])
    for codes in out.get("codes", []):
        codes.setdefault("code", [])
    return out


def _shape_fault(grow: Growing, message: str) -> None:
    where = re.search(r"at `\$\.?([^`]*)`", message)
    missing = re.search(r"missing required field `([^`]*)`", message)
    path = where[1] if where else ""
    if missing:
        called = f"{path}.{missing[1]}".lstrip(".")
        sheet, row, column = _place(grow, path or missing[1])
        grow.faults.add(sheet, row, column, f"还缺“{called}”")
    else:
        grow.faults.add(*_place(grow, path), f"“{path}”的值不合要求")


def _place(grow: Growing, path: str) -> tuple[str, int, int]:
    """Where a path stands; a value of the head that was not written belongs to the sheet `settings`."""
    found = grow.place(path)
    return found if found[0] else (SETTINGS, 0, 0)


__all__ = ["Made", "made_of", "make"]
