"""A workbook made into a template: its sheets read, gaps filled, every fault told with its cell."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import tomli_w

from app.problem import Problem
from app.template_books import defaults, grids, wording
from app.template_books.faults import Faults
from app.template_books.fields import Survey
from app.template_books.grids import Grid
from app.template_books.shapes import CHOICES, CODES, FIELDS, SETTINGS, SURVEY, plan
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
    found = dict(_named(grow.faults, sheets))
    if SURVEY not in found:
        grow.faults.add("", 0, 0, "没有 survey 工作表，不是模板的工作簿")
        grow.faults.refuse(name)
    if SETTINGS in found:
        settings(grow, found[SETTINGS])
    survey = Survey(grow, found[SURVEY], plain="kind_code" not in grow.tree)
    lists(grow, found)
    survey.lay()
    _translate(grow, survey)
    if not grow.tree.get("field"):
        grow.faults.add(SURVEY, 0, 0, "没有写任何栏目")
        grow.faults.refuse(name)
    defaults.fill(grow, Path(name).stem, today, frozenset(found))
    return _whole(grow, name)


def _named(faults: Faults, sheets: dict[str, list[list[Any]]]) -> Iterator[tuple[str, Grid]]:
    """The sheets by what they hold; one that nobody knows and that is not empty is a fault."""
    known = {SURVEY: SURVEY, SETTINGS: SETTINGS, **{wording.title_of(key): key for key in (SURVEY, SETTINGS)}}
    known[wording.title_of(CHOICES)] = CODES
    for shape in plan().shapes:
        if shape.key not in FIELDS:
            known[wording.sheet_name(shape.key).split()[0].lower()] = shape.key
    for name, lines in sheets.items():
        key = known.get(name.split()[0].lower() if name.split() else "")
        if key is not None:
            yield key, grids.grid(name, lines, faults)
        elif lines and not name.startswith(("说明", "填写说明", "要改的地方")):
            faults.add(name, 0, 0, f"不认识工作表“{name}”，请删去，或改名以“说明”开头")


def _translate(grow: Growing, survey: Survey) -> None:
    """Expressions on the other sheets that name fields as XLSForm does, `${…}`."""

    def walk(tree: Any, path: str, item: bool) -> Any:
        if isinstance(tree, dict):
            inner = item or tree.get("scope") == "item" or path == "item"
            return {key: walk(one, f"{path}.{key}".lstrip("."), inner) for key, one in tree.items()}
        if isinstance(tree, list):
            inner = item or (path in ("clock", "stage") and path == "clock" and "item" in grow.tree)
            return [walk(one, f"{path}[{n}]", inner) for n, one in enumerate(tree)]
        if not isinstance(tree, str) or "${" not in tree:
            return tree
        try:
            return translated(tree, survey.scope(item=item))
        except ValueError as error:
            grow.faults.add(*grow.place(path), str(error))
            return tree

    grow.tree = walk(grow.tree, "", False)


def _whole(grow: Growing, name: str) -> Made:
    """The template, judged as any other; each fault is told with the cell it comes from."""
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
        return Made(template_reading.read(source, name), source, tuple(grow.notes))
    except Problem as problem:
        grow.faults.add("", 0, 0, problem.text)
        grow.faults.refuse(name)
        raise


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
