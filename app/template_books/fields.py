"""The sheet `survey` read: fields, groups, notes, what is worked out, and what XLSForm says of them."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from typing import Any

from app.problem import Problem
from app.template_books import further, survey, values
from app.template_books.clock_cells import Clocks
from app.template_books.grids import Grid, Line
from app.template_books.lines import Lines, Row
from app.template_books.trees import Tree, read_cell
from app.template_books.xpath import Scope, limits, worked_out
from app.values import kinds
from app.values.numerals import own_unit
from app.words.template_words import Field

_SPECIAL = ("kind", "choices", "id", "title", "need", "when", "group")
_TEXTS = ("text", "longtext")
_NUMBERS = ("int", "money", "area", "number", "percent", "year")
_CONDITION = re.compile(r"[$=(<>≥≤＝＞＜（]")
_NOW = re.compile(r"(today|now)\s*\(\s*\)")
_QUOTED = re.compile(r"'([^']*)'|\"([^\"]*)\"")
_COUNTED = re.compile(r"sum\(\s*\$\{\s*([^}]+?)\s*\}\s*\)")


class Survey(Lines):
    """The same, laid into the tree of the template."""

    def lay(self, choices: Grid | None = None) -> None:
        """Put every field into the tree; `choices` is the sheet of that name."""
        refs = self.grow.refs.get("codes", {})
        for row in self.rows:
            row.choices = refs.get(row.choices, row.choices)
        told = self.grow.tree.get("codes", [])
        self.codes = {
            codes["id"]: {c.get("title", c.get("code", "")): c.get("code", "") for c in codes.get("code", [])}
            for codes in told
        }
        self._clocks = Clocks(lambda text: self.called().get(text, text), self.grow.refs.get("clock", ()))
        for row in self.rows:
            self._field(row)
        for line, key, kind in self.computed:
            self._computed(line, key, kind)
        self._refuse_clocks()
        self._clocks.lay(self.grow.tree, self._clock_at)
        further.repeats(self)
        further.files(self)
        further.filters(self, choices)
        further.others(self)
        for codes in told:
            if codes.get("title") in self.grow.refs.get("codes", {codes["id"]: ""}):
                titles = [row.title for row in self.rows if row.choices == codes["id"]]
                codes["title"] = titles[0] if titles else codes["title"]
        self._print()

    def _refuse_clocks(self) -> None:
        """Where rows have matters, working days run for these alone."""
        items = {row.id for row in self.rows if row.item}
        for clock in self._clocks.found.values() if items else ():
            if "starts" in clock and clock["starts"] not in items:
                row = next((one for one in self.rows if one.id == clock["_field"]), self.rows[0])
                said = "有事项（重复组）的台账，按工作日的时限要用事项里的日期；整行的时限请写 until，并写明到哪一天的栏目"
                self._fault(row.line, "clock", said)

    def _clock_at(self, number: int, field: str) -> None:
        line = next(row.line for row in self.rows if row.id == field)
        self.grow.origin[f"clock[{number}]"] = (self.grid.name, line.number, self.grid.place("clock"))

    def _print(self) -> None:
        """What is printed where the column `print` says so, in the order of its numbers, else as it stands."""
        shown: list[tuple[float, int, str]] = []
        lines = [(row.line, row.id) for row in self.rows if not row.item] + [
            (x, key) for x, key, _ in self.computed
        ]
        for line, key in sorted(lines, key=lambda one: one[0].number):
            place = self._printed(line)
            if place is not None:
                shown.append((place, line.number, key))
        form = self.grow.tree.setdefault("print", {})
        if shown and "columns" not in form:
            form["columns"] = ["seq", *(key for _, _, key in sorted(shown))]
        if self.notes:
            form.setdefault("notes", []).extend(self.notes)

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
        tree.update({key: value for key, value in row.more.items() if key not in tree})
        try:
            self._clocks.read(row.line, row.id, row.title)
        except ValueError as error:
            self._fault(row.line, "clock", str(error))
        self._need(row, tree)
        self._constraint(row, tree)
        self._default(row, tree)

    def _need(self, row: Row, tree: Tree) -> None:
        text = row.line.text("required")
        said = text.lower() or "no"
        asked = ""
        if said in values.YES:
            need = "submit"
        elif said in values.NO:
            need = "optional"
        elif said in survey.NEED_OF:
            need = survey.NEED_OF[said]
        elif not _CONDITION.search(text):
            said = f"不能写“{text[:40]}”，可写：{'、'.join(survey.NEEDS)}，或写条件如 ${{a}} = 'x'"
            self._fault(row.line, "required", said)
            return
        elif asked := self._expression(row.line, "required", item=row.item, here=row.id):
            need = "when"
        else:
            return
        if row.id == "name" and self.plain:
            need, asked = "create", ""
        relevant = self.condition(row.line, row.within, item=row.item, here=row.id)
        if asked:
            tree["when"] = f"({asked}) and ({relevant})" if relevant and relevant != asked else asked
        elif relevant and need == "submit":
            need = "when"
        if need == "when" and relevant and not asked:
            tree["when"] = relevant
        elif relevant and need != "when" and not (row.id == "name" and self.plain):
            said = f"“{row.title}”填了，可是不在该填的情况里"
            self._check(row, "only", f"has({row.id}) and not ({relevant})", said, "warn", "relevant")
        if need != "optional":
            tree["need"] = need

    def _printed(self, line: Line) -> float | None:
        """The place of a printed column, 0 where no number says it; None for one that is not printed."""
        said = line.cells.get(survey.PRINT)
        if said is None:
            return None
        if isinstance(said, str) and said.strip().isdigit():
            said = int(said)
        if isinstance(said, int | float) and not isinstance(said, bool) and said > 1:
            return float(said)
        try:
            return (1.0 if said == 1 else 0.0) if values.truth(said) else None
        except ValueError as error:
            self._fault(line, survey.PRINT, f"{error}，或写第几列")
            return None

    def _constraint(self, row: Row, tree: Tree) -> None:
        """Limits that the kind keeps by itself where nothing is said of them, else a check in the words of the form."""
        text, message = row.line.text("constraint"), row.line.text("constraint_message")
        if not text:
            return
        found = limits(text, whole=row.kind in ("int", "year"))
        if found and _keeps(row.kind, text, found) and (not message or "string-length" in text):
            tree.update({key: value for key, value in found.items() if key not in tree})
        elif expression := self._expression(row.line, "constraint", item=row.item, here=row.id):
            told = " and ".join(f"has({key})" for key in [row.id, *_compared(expression, row.id)])
            said = message or f"“{row.title}”填得不合要求"
            self._check(row, "must", f"{told} and not ({expression})", said, "error", "constraint")

    def _default(self, row: Row, tree: Tree) -> None:
        """A usual value that the field could not read would stand in the way of every new row."""
        if "default" not in tree or row.kind in ("rounds", "pauses"):
            return
        text = str(tree["default"]).strip()
        if _NOW.fullmatch(text):
            tree["default"] = "{today}"
            return
        if quoted := _QUOTED.fullmatch(text):
            text = tree["default"] = quoted[1] or quoted[2] or ""
        if row.choices:
            codes = self.codes.get(row.choices, {})
            tree["default"] = codes.get(text, text)
            return
        if "${" in text:
            self._fault(row.line, "default", "默认值不能引用别的栏目；要算出来的请用 calculate")
            return
        try:
            kinds.parse(Field(id=row.id, title=row.title, kind=row.kind, unit=row.unit), None, text)
        except Problem as problem:
            self._fault(row.line, "default", problem.text)

    def _check(self, row: Row, start: str, expr: str, text: str, level: str, key: str) -> None:
        side = "item" if row.item else "entry"
        tree: dict[str, Any] = {
            "id": f"{start}-{side}-{row.id}"[:40], "scope": side, "field": row.id, "expr": expr, "text": text, "level": level,
        }  # fmt: skip
        path = self.grow.row(("check",), tree, row.line, self.grid)
        self.grow.origin[path] = (self.grid.name, row.line.number, self.grid.place(key))

    def _computed(self, line: Line, key: str, kind: str) -> None:
        text, title = line.text("calculation"), line.text("label") or line.text("name")
        if not text or self._summed(line, key, text, title):
            return
        try:
            expr, places, like = worked_out(text, self._calculated(key))
        except ValueError as error:
            self._fault(line, "calculation", str(error))
            expr, places, like = "0", None, None  # what names it is not at fault
        tree: Tree = {"id": key, "title": title, "expr": expr}
        if like is not None:
            unit = own_unit(like) if like.kind != "percent" else ""
            short = re.sub(rf"[(（]{unit}[)）]$", "", title) or title if unit else title
            tree |= {"title": short, "kind": like.kind} | ({"unit": unit} if unit else {})
        elif kind:
            tree["kind"] = kind
        if places is not None and tree.get("kind") not in ("money", "area", "int"):
            tree["places"] = max(places, 0)
        if group := line.text("group"):
            tree["group"] = group
        path = self.grow.row(("computed",), tree, line, self.grid)
        self.grow.origin[path] = (self.grid.name, line.number, self.grid.place("calculation"))

    def _summed(self, line: Line, key: str, text: str, title: str) -> bool:
        """`sum(${x})` of a repeat is a figure: a row of the ledger does not add up its matters."""
        found = _COUNTED.fullmatch(text)
        row = next(
            (one for one in self.rows if one.item and found and one.id == self.called().get(found[1])), None
        )
        if row is None:
            return False
        tree: Tree = {"id": key, "title": title, "scope": "item", "of": "sum", "field": row.id}
        path = self.grow.row(("figure",), tree, line, self.grid)
        self.grow.origin[path] = (self.grid.name, line.number, self.grid.place("calculation"))
        self.grow.notes.append(f"“{title}”是各{row.title}的合计，写成统计指标，在统计里看")
        return True

    def _calculated(self, key: str) -> Scope:
        """What a calculation may name: all but itself."""
        scope = self.scope(item=False)
        return replace(scope, formulas={one: text for one, text in scope.formulas.items() if one != key})


def _keeps(kind: str, text: str, found: dict[str, Any]) -> bool:
    """Whether the kind keeps such limits: of a text `max` is its length, and only texts have a pattern."""
    if kind in _TEXTS:
        return "min" not in found and ("max" not in found or "string-length" in text)
    return kind in _NUMBERS and "pattern" not in found and "string-length" not in text


def _compared(expression: str, here: str) -> list[str]:
    """What a constraint is measured against: where that is still blank there is nothing to say."""
    orders = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)
    found: dict[str, None] = {}
    for node in ast.walk(ast.parse(expression, mode="eval")):
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], orders):
            sides = (node.left, *node.comparators)
            found.update({one.id: None for one in sides if isinstance(one, ast.Name) and one.id != here})
    return list(found)
