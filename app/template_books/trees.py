"""The sheets of a workbook as the tree of TOML that a template is read from; every value knows its cell."""

from __future__ import annotations

import datetime as dt
import re
import typing
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.template_books import heads, naming, values, wording
from app.template_books.faults import Faults, letters
from app.template_books.grids import Grid, Line
from app.template_books.shapes import CODES, FIELDS, SETTINGS, Column, Shape, plan

Tree = dict[str, Any]
_STAND_INS: dict[Any, Any] = {str: "?", int: 1, float: 1.0, bool: False, dt.date: dt.date(2000, 1, 1)}
Place = tuple[str, int, int]
"""Sheet, row and column from 1."""
NOT_SETTINGS = frozenset(("name", "value", "说明", "note"))
ASIDE = frozenset(("序号", "备注", "注", "note", ""))
"""Heads of a list that say nothing to the program."""
_IN_ONE_LINE = {"name": "id", "label": "title"}
IGNORED = frozenset(
    "default_language instance_name style allow_choice_duplicates public_key submission_url auto_send auto_delete".split()
)
"""Settings of XLSForm that say nothing of a ledger."""


@dataclass
class Growing:
    """The tree while it grows. `origin` {path such as `field[3].when`: place}, `notes` what was filled in or renamed."""

    tree: Tree = field(default_factory=dict)
    origin: dict[str, Place] = field(default_factory=dict)
    faults: Faults = field(default_factory=Faults)
    notes: list[str] = field(default_factory=list)
    holders: dict[str, dict[str, tuple[Tree, str]]] = field(default_factory=dict)
    """{key of a list: {what names a row: (its tree, its path)}}"""
    refs: dict[str, dict[str, str]] = field(default_factory=dict)
    """{key of a list: {id or title as it was written: id here}}"""
    beside: set[str] = field(default_factory=set)
    """Columns of `choices` that are read for `choice_filter`."""

    def place(self, path: str) -> Place:
        """Where a path stands, or what is nearest to it."""
        while path:
            if path in self.origin:
                return self.origin[path]
            path = re.sub(r"(\.[^.\[]+|\[[^\]]*\])$", "", path) if re.search(r"[.\[]", path) else ""
        return "", 0, 0

    def put(self, tree: Tree, path: str, column: Column, value: Any, place: Place) -> None:
        for step in column.path[:-1]:
            tree = tree.setdefault(step, {})
        tree[column.path[-1]] = value
        self.origin[".".join((path, *column.path)).lstrip(".")] = place

    def shift(self, part: str, at: int) -> None:
        """The rows of a part from `at` on have moved one down."""
        moved = {}
        for path in [one for one in self.origin if one.startswith(f"{part}[")]:
            number, _, rest = path[len(part) + 1 :].partition("]")
            if int(number) >= at:
                moved[f"{part}[{int(number) + 1}]{rest}"] = self.origin.pop(path)
        self.origin.update(moved)

    def row(
        self,
        path: tuple[str, ...],
        tree: Tree,
        line: Line,
        grid: Grid,
        base: str = "",
        under: Tree | None = None,
    ) -> str:
        """Lay the tree of a row at the end of a list; gives its path. `under` and `base`: the row it belongs to."""
        at = self.tree if under is None else under
        for step in path[:-1]:
            at = at.setdefault(step, {})
        rows: list[Tree] = at.setdefault(path[-1], [])
        rows.append(tree)
        where = ".".join((base, *path)).lstrip(".")
        made = f"{where}[{len(rows) - 1}]"
        self.origin[made] = (grid.name, line.number, 1)
        self.origin.setdefault(where, (grid.name, 1, 1))
        return made


def read_cell(grow: Growing, grid: Grid, line: Line, column: Column) -> Any:
    """The value of a column in a row, None where it is blank or wrong (then it is a fault)."""
    cell = line.cells.get(column.key)
    if cell is None:
        if column.needed and column.key not in grid.columns:
            _lacking(grow, grid, column.key)
        elif column.needed:
            grow.faults.add(grid.name, line.number, grid.place(column.key), f"“{column.key}”要写")
        return _stand_in(column)
    try:
        return values.read(cell if grid.own else values.parted(cell, column), column.type)
    except ValueError as error:
        grow.faults.add(grid.name, line.number, grid.place(column.key), str(error))
        return _stand_in(column)


def _lacking(grow: Growing, grid: Grid, key: str) -> None:
    """A column that must be there is not: told at the heads, once for the sheet."""
    words = wording.column_words(grid.key, key)
    called = f"“{words}”（{key}）" if words != key else f"“{key}”"
    grow.faults.add(grid.name, grid.head, 1, f"缺{called}这一列，请在这一行加上")


def _stand_in(column: Column) -> Any:
    """Something in place of what could not be read, so that the rest is judged as well; the cell is a fault already."""
    if not column.needed:
        return None
    if typing.get_origin(column.type) is typing.Literal:
        return typing.get_args(column.type)[0]
    return _STAND_INS.get(column.type, [])


def settings(grow: Growing, grid: Grid, within: str = "") -> None:
    """The head of the template: our lines of name and value, or XLSForm's one line under its heads.

    `within` such as `print.` where a sheet holds only that part of it.
    """
    known = {column.key: column for column in plan().settings}
    for name, cell, place in _pairs(grid):
        key = name if name in known and not within else wording.setting_of(name)
        key = within + key if within + key in known else key
        if key in IGNORED or key in NOT_SETTINGS:
            continue
        if key not in known:
            _strange(grow, grid, place, name, [*known, *wording.setting_names()], "项")
            continue
        try:
            said = cell if grid.own else values.parted(cell, known[key])
            grow.put(grow.tree, "", known[key], values.read(said, known[key].type), place)
        except ValueError as error:
            grow.faults.add(*place, str(error))
            if (value := _stand_in(known[key])) is not None:
                grow.put(grow.tree, "", known[key], value, place)


def _pairs(grid: Grid) -> list[tuple[str, values.Cell, Place]]:
    if "name" in grid.columns and "value" in grid.columns:
        return [
            (line.text("name"), line.cells["value"], (grid.name, line.number, grid.place("value")))
            for line in grid.lines
            if "value" in line.cells
        ]
    return [
        (_IN_ONE_LINE.get(name, name), cell, (grid.name, line.number, grid.place(name)))
        for line in grid.lines[:1]
        for name, cell in line.cells.items()
    ]


def lists(grow: Growing, grids: Mapping[str, Grid]) -> None:
    """Every list but the fields, those that hold others first."""
    for shape in plan().shapes:
        if shape.key not in FIELDS and shape.key in grids:
            _list(grow, grids[shape.key], shape)


def _list(grow: Growing, grid: Grid, shape: Shape) -> None:
    known = {column.key for column in shape.columns} | {shape.holder}
    if shape.key == CODES:
        refuse_columns(grow, grid, known | grow.beside)
    else:
        refuse_columns(grow, grid, known | ASIDE, strict=True)
    for line in grid.lines:
        line = line if grid.own else _named_line(grow, shape, line)  # noqa: PLW2901 - the same line with its id
        base, under = "", None
        if shape.within is not None:
            found = _held(grow, grid, shape, line)
            if found is None:
                continue
            under, base = found
        tree: Tree = {}
        path = grow.row(shape.path, tree, line, grid, base, under)
        for column in shape.columns:
            value = read_cell(grow, grid, line, column)
            place = (grid.name, line.number, grid.place(column.key))
            if value is not None:
                grow.put(tree, path, column, value, place)
            else:
                grow.origin.setdefault(".".join((path, *column.path)), place)
        name_row(grow, shape, tree, path)


def _named_line(grow: Growing, shape: Shape, line: Line) -> Line:
    """A line as one who does not know our rules for ids means it: each is had of the other, and may be Chinese."""
    cells = dict(line.cells)
    by_id = shape.by_id and (line.text("id") or line.text("title"))
    if by_id:
        written, title = line.text("id") or line.text("title"), line.text("title") or line.text("id")
        taken = grow.refs.setdefault(shape.key, {})
        key = naming.legal(written, taken.values(), naming.ID)
        taken.update({written: key, title: key} if written not in taken else {})
        cells |= {"id": key, "title": title}
    if any(column.path == ("scope",) and column.needed for column in shape.columns):
        cells.setdefault("scope", "entry")
    if shape.within is not None and shape.within.by_id and shape.holder in cells:
        called = line.text(shape.holder)
        cells[shape.holder] = grow.refs.get(shape.within.key, {}).get(called, called)
    return Line(line.number, cells)


def name_row(grow: Growing, shape: Shape, tree: Tree, path: str) -> None:
    """Remember a row by what those that belong to it call it."""
    held = grow.holders.setdefault(shape.key, {})
    held[str(tree.get("id", "")) if shape.by_id else str(len(held) + 1)] = (tree, path)


def _held(grow: Growing, grid: Grid, shape: Shape, line: Line) -> tuple[Tree, str] | None:
    assert shape.within is not None
    called = line.text(shape.holder)
    held = grow.holders.setdefault(shape.within.key, {})
    if called in held:
        return held[called]
    if shape.key == CODES and called:
        return _new_list(grow, shape.within, called, line, grid)
    if shape.holder not in grid.columns:
        _lacking(grow, grid, shape.holder)
        return None
    sheet = wording.sheet_name(shape.within.key)
    said = f"“{sheet}”表里没有“{called}”" if called else f"“{shape.holder}”要写"
    grow.faults.add(grid.name, line.number, grid.place(shape.holder), said)
    return None


def _new_list(grow: Growing, shape: Shape, called: str, line: Line, grid: Grid) -> tuple[Tree, str]:
    """A code list that is named by its codes alone, as XLSForm does; it is called by its own name."""
    refs = grow.refs.setdefault(shape.key, {})
    refs[called] = called if grid.own else naming.legal(called, refs.values(), naming.ID)
    tree: Tree = {"id": refs[called], "title": called}
    path = grow.row(shape.path, tree, line, grid)
    grow.origin[f"{path}.id"] = (grid.name, line.number, grid.place("list_name"))
    grow.holders[shape.key][called] = grow.holders[shape.key][refs[called]] = (tree, path)
    return tree, path


def refuse_columns(grow: Growing, grid: Grid, known: set[str], *, strict: bool = False) -> None:
    """A fault for each column that says something and is a misspelt one; what nobody knows is let be, and said.

    `strict`: on a sheet that only this program has, what nobody knows is a fault too, or it would silently do nothing.
    """
    for key, place in grid.columns.items():
        if key not in known and (line := next((x for x in grid.lines if key in x.cells), None)):
            at = (grid.name, grid.head if strict else line.number, place)
            _strange(grow, grid, at, key, known, "列", strict=strict)
    if grid.spare and not grid.own:
        told = "、".join(letters(place) for place in sorted(grid.spare))
        grow.notes.append(f"“{grid.name}”表的 {told} 列没有列名，没有用")


def _strange(
    grow: Growing,
    grid: Grid,
    place: Place,
    word: str,
    known: Collection[str],
    what: str,
    *,
    strict: bool = False,
) -> None:
    near = heads.near(word, known)
    if near or grid.own or strict:
        left = (
            [wording.column_words(grid.key, key) for key in set(known) - grid.columns.keys() - ASIDE]
            if strict
            else []
        )
        offered = f"；这张表还可写：{'、'.join(sorted(left)[:12])}" if left and not near else ""
        meant = f"，是不是“{near}”？请改正，或删去" if near else f"，请删去或改正{offered}"
        grow.faults.add(*place, f"不认识“{word}”这一{what}{meant}")
    else:
        grow.notes.append(f"“{grid.name}”表的“{word}”这一{what}不认识，没有用")


__all__ = ["SETTINGS", "Growing", "lists", "name_row", "read_cell", "refuse_columns", "settings"]
