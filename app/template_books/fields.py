"""The sheet `survey` read: fields, groups, notes, what is worked out, and what XLSForm says of them."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import Any

from app.problem import Problem
from app.template_books import survey, values
from app.template_books.grids import Grid, Line
from app.template_books.shapes import SCOPE
from app.template_books.trees import Growing, Tree, read_cell, refuse_columns
from app.template_books.xpath import Scope, limits, translated
from app.values import kinds
from app.words import wording
from app.words.template_words import Field
from app.words.templates import ENTRY_NAMES, GRID_NAMES, ITEM_NAMES

_ID = re.compile(r"[a-z][a-z0-9_]{0,39}")
_MONEY = re.compile(r"[(（](亿元|万元|千元|元)[)）]")
_AREA = re.compile(r"[(（](亩|公顷|平方米|㎡)[)）]")
_MONEY_UNITS = {"亿元", "万元", "千元", "元"}
_SPECIAL = ("kind", "choices", "id", "title", "need", "when", "group")


@dataclass
class Row:
    """One line of the sheet that is a field: what it is called here, its kind and its list."""

    line: Line
    item: bool
    id: str
    kind: str
    choices: str = ""
    group: str = ""
    unit: str = ""

    @property
    def title(self) -> str:
        said = self.line.text("label") or self.line.text("name")
        return (
            said
            if self.line.text("unit") or not self.unit
            else re.sub(rf"[(（]{self.unit}[)）]$", "", said) or said
        )


class _Lines:
    """The lines of the sheet, sorted; `ids` {name in the workbook: id here}."""

    def __init__(self, grow: Growing, grid: Grid, *, plain: bool) -> None:
        self.grow, self.grid, self.plain = grow, grid, plain
        self.rows: list[Row] = []
        self.computed: list[tuple[Line, str]] = []
        self.notes: list[str] = []
        self.ids: dict[str, str] = {}
        self._groups: list[str] = []
        self._named: dict[bool, set[str]] = {False: set(), True: set()}
        known = (
            {column.key for column in survey.columns()} | set(survey.ORDER) | survey.LOOKS | {survey.PRINT}
        )
        refuse_columns(grow, grid, known)
        if any(survey.LOOKS & line.cells.keys() for line in grid.lines):
            grow.notes.append("只管显示样子的列（appearance 等）不用")
        for line in grid.lines:
            self._sort(line)
        if plain:
            self._name_rows()

    def scope(self, *, item: bool, here: str = "") -> Scope:
        """What an expression of this side may name."""
        fields = {
            row.id: Field(id=row.id, title=row.title, kind=row.kind, unit=row.unit)
            for row in sorted(self.rows, key=lambda row: row.item)
            if item or not row.item
        }
        return Scope(self.ids, fields, (ITEM_NAMES if item else ENTRY_NAMES), here)

    def _fault(self, line: Line, key: str, said: str) -> None:
        self.grow.faults.add(self.grid.name, line.number, self.grid.place(key), said)

    def _sort(self, line: Line) -> None:
        kind, _, rest = " ".join(line.text("type").split()).partition(" ")
        kind, rest = kind.lower(), rest.strip()
        if kind in ("begin", "end") and rest:
            word, _, rest = rest.partition(" ")
            kind = f"{kind}_{word.lower()}"
        if kind == survey.BEGIN:
            self._begin(line)
        elif kind == survey.END:
            if not self._groups:
                self._fault(line, "type", "前面没有 begin_group")
            self._groups = self._groups[:-1]
        elif kind == survey.NOTE:
            self.notes.append(line.text("label"))
        elif kind == survey.CALCULATE:
            self.computed.append((line, self._id(line, item=False)))
        elif kind in survey.NOT_KEPT:
            self.grow.notes.append(f"“{line.text('type')}”不用记，操作记录里有谁在什么时候做的")
        elif kind in survey.KIND_OF:
            self._row(line, kind, rest)
        elif not kind:
            self._fault(line, "type", "要写类型")
            self.rows.append(Row(line, False, self._id(line, item=False), "text"))
        else:
            said = survey.STRANGE.get(kind, f"不认识“{line.text('type')[:40]}”这种类型")
            self._fault(line, "type", said)
            self.rows.append(
                Row(line, False, self._id(line, item=False), "text")
            )  # so that others may name it

    def _begin(self, line: Line) -> None:
        key = self._legal(line.text("name") or f"group{line.number}")
        self._groups.append(key)
        path = self.grow.row(("group",), {"id": key, "title": line.text("label") or key}, line, self.grid)
        self.grow.origin[f"{path}.id"] = (self.grid.name, line.number, self.grid.place("name"))

    def _row(self, line: Line, word: str, rest: str) -> None:
        kind = survey.KIND_OF[word]
        choices, _, more = rest.partition(" ")
        if kind in ("enum", "enums"):
            choices = choices or line.text("choices")
            if not choices:
                self._fault(line, "type", f"“{word}”后面要写代码表的编号")
            if more or choices == "or_other":
                self._fault(line, "type", f"不认识“{(more or choices)[:40]}”，“其他”请写进代码表")
        elif rest:
            self._fault(line, "type", f"“{word}”后面不要再写“{rest[:40]}”")
        elif line.text("choices"):
            self._fault(line, "choices", "只有 select_one、select_multiple 才有代码表")
        side = line.text(SCOPE).lower()
        if side not in ("", "entry", "item", "项目", "事项"):
            self._fault(line, SCOPE, "空着是项目的栏目，item 是事项的栏目")
        if line.text("calculation"):
            self._fault(line, "calculation", "只有类型写 calculate 的才能算出来")
        item = side in ("item", "事项")
        unit = line.text("unit")
        if word == "decimal" and self.plain:
            kind, unit = _weighed(line.text("label"), unit)
        group = line.text("group") or (self._groups[-1] if self._groups else "")
        self.rows.append(Row(line, item, self._id(line, item=item), kind, choices, group, unit))

    def _id(self, line: Line, *, item: bool) -> str:
        """The id of a row; one that cannot be an id here is made into one, and that is noted."""
        name = line.text("name")
        if not name:
            self._fault(line, "name", "要写编号（name）")
            return f"row{line.number}"
        key = self._legal(name, reserved=line.text("required") != "auto", item=item)
        if key in self._named[item]:
            self._fault(line, "name", f"“{name}”写了两次")
        self._named[item].add(key)
        self._call(name, key)
        return key

    def _call(self, name: str, key: str) -> None:
        self.ids[name] = key
        if name != key:
            self.grow.notes.append(f"“{name}”的编号改写为“{key}”")

    def _legal(self, name: str, *, reserved: bool = False, item: bool = False) -> str:
        taken = (ITEM_NAMES if item else ENTRY_NAMES | GRID_NAMES) if reserved else frozenset()
        if not self.plain:
            return name
        key = re.sub(r"[^a-z0-9_]+", "_", name.lower() if name.isascii() else wording.initials(name).lower())
        key = key.strip("_")[:36] or "x"
        key = key if _ID.fullmatch(key) else f"f_{key}"[:40]
        return f"{key}_1" if key in taken else key

    def _name_rows(self) -> None:
        """A form that knows only XLSForm's words has a field by which its rows are called; here that is `name`."""
        own = [row for row in self.rows if not row.item]
        if any(row.id == "name" for row in own):
            return
        texts = [row for row in own if row.kind in ("text", "org", "person", "longtext")]
        first = next((row for row in texts if row.line.text("required")), texts[0] if texts else None)
        if first is None:
            self.grow.faults.add(self.grid.name, 1, 1, "要有一个文字栏目（text）作为每行的名称")
            return
        first.id, first.kind = "name", "text"
        self.ids[first.line.text("name")] = "name"
        self.grow.notes.append(f"每行以“{first.title}”为名称，编号改写为“name”")


class Survey(_Lines):
    """The same, laid into the tree of the template."""

    def lay(self) -> None:
        """Put every field into the tree."""
        for row in self.rows:
            self._field(row)
        for line, key in self.computed:
            self._computed(line, key)
        for codes in self.grow.tree.get("codes", []):
            if codes.get("title") == codes.get("id"):
                titles = [row.title for row in self.rows if row.choices == codes["id"]]
                codes["title"] = titles[0] if titles else codes["title"]
        printed = [row.id for row in self.rows if not row.item and self._printed(row)]
        if printed and "columns" not in self.grow.tree.get("print", {}):
            self.grow.tree.setdefault("print", {})["columns"] = ["seq", *printed]
        if self.notes:
            self.grow.tree.setdefault("print", {}).setdefault("notes", []).extend(self.notes)

    def _field(self, row: Row) -> None:
        tree: Tree = {"id": row.id, "title": row.title, "kind": row.kind}
        if row.choices:
            tree["choices"] = row.choices
        if row.group:
            tree["group"] = row.group
        path = self.grow.row(("item", "field") if row.item else ("field",), tree, row.line, self.grid)
        places = {
            "kind": "type",
            "id": "name",
            "title": "label",
            "need": "required",
            "when": "relevant",
            "choices": "type",
        }
        for column in survey.columns():
            key = column.path[0]
            place = (self.grid.name, row.line.number, self.grid.place(places.get(key, key)))
            self.grow.origin[f"{path}.{key}"] = place
            if key in _SPECIAL or column.key not in row.line.cells:
                continue
            if (value := read_cell(self.grow, self.grid, row.line, column)) is not None:
                self.grow.put(tree, path, column, value, place)
        if row.unit:
            tree["unit"] = row.unit
        self._need(row, tree)
        self._constraint(row, tree)
        self._default(row, tree)

    def _need(self, row: Row, tree: Tree) -> None:
        said = row.line.text("required").lower() or "no"
        if said in values.YES:
            need = "submit"
        elif said in values.NO:
            need = "optional"
        elif said in survey.NEED_OF:
            need = survey.NEED_OF[said]
        else:
            self._fault(row.line, "required", f"不能写“{said[:40]}”，可写：{'、'.join(survey.NEEDS)}")
            return
        if row.id == "name" and self.plain:
            need = "create"
        if relevant := self._expression(row, "relevant"):
            if need == "submit" and not (row.id == "name" and self.plain):
                need = "when"
            if need == "when":
                tree["when"] = relevant
            else:
                said = f"“{row.title}”填了，可是不在该填的情况里"
                self._check(row, "only", f"has({row.id}) and not ({relevant})", said, "warn", "relevant")
        if need != "optional":
            tree["need"] = need

    def _printed(self, row: Row) -> bool:
        try:
            return values.truth(row.line.cells.get(survey.PRINT, "no"))
        except ValueError as error:
            self._fault(row.line, survey.PRINT, str(error))
            return False

    def _constraint(self, row: Row, tree: Tree) -> None:
        text = row.line.text("constraint")
        message = row.line.text("constraint_message") or f"“{row.title}”填得不合要求"
        if not text:
            return
        found = limits(text, whole=row.kind == "int")
        if found and (row.kind in ("int", "money", "area", "number", "percent", "text", "longtext", "year")):
            tree.update({key: value for key, value in found.items() if key not in tree})
        elif expression := self._expression(row, "constraint"):
            told = " and ".join(f"has({key})" for key in [row.id, *_compared(expression, row.id)])
            self._check(row, "must", f"{told} and not ({expression})", message, "error", "constraint")

    def _default(self, row: Row, tree: Tree) -> None:
        """A usual value that the field could not read would stand in the way of every new row."""
        if "default" not in tree or row.choices or row.kind in ("rounds", "pauses"):
            return
        try:
            kinds.parse(
                Field(id=row.id, title=row.title, kind=row.kind, unit=row.unit), None, tree["default"]
            )
        except Problem as problem:
            self._fault(row.line, "default", problem.text)

    def _expression(self, row: Row, key: str) -> str:
        text = row.line.text(key)
        try:
            return translated(text, self.scope(item=row.item, here=row.id)) if text else ""
        except ValueError as error:
            self._fault(row.line, key, str(error))
            return ""

    def _check(self, row: Row, start: str, expr: str, text: str, level: str, key: str) -> None:
        side = "item" if row.item else "entry"
        tree: dict[str, Any] = {
            "id": f"{start}-{side}-{row.id}"[:40], "scope": side, "field": row.id, "expr": expr, "text": text, "level": level,
        }  # fmt: skip
        path = self.grow.row(("check",), tree, row.line, self.grid)
        self.grow.origin[path] = (self.grid.name, row.line.number, self.grid.place(key))

    def _computed(self, line: Line, key: str) -> None:
        text = line.text("calculation")
        if not text:
            self._fault(line, "calculation", "类型写了 calculate，要写怎样算")
            return
        try:
            expr = translated(text, self.scope(item=False))
        except ValueError as error:
            self._fault(line, "calculation", str(error))
            return
        tree = {"id": key, "title": line.text("label") or line.text("name"), "expr": expr}
        path = self.grow.row(("computed",), tree, line, self.grid)
        self.grow.origin[path] = (self.grid.name, line.number, self.grid.place("calculation"))


def _compared(expression: str, here: str) -> list[str]:
    """What a constraint is measured against: where that is still blank there is nothing to say."""
    orders = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)
    found: dict[str, None] = {}
    for node in ast.walk(ast.parse(expression, mode="eval")):
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], orders):
            sides = (node.left, *node.comparators)
            found.update({one.id: None for one in sides if isinstance(one, ast.Name) and one.id != here})
    return list(found)


def _weighed(label: str, unit: str) -> tuple[str, str]:
    """What a decimal is: money or area where its label or unit says so, else a number."""
    said = unit or next((m[1] for pattern in (_MONEY, _AREA) if (m := pattern.search(label)) and m[1]), "")
    if said in _MONEY_UNITS:
        return "money", said
    if said in ("亩", "公顷", "平方米", "㎡"):
        return "area", "平方米" if said == "㎡" else said
    return "number", unit
