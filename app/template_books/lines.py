"""The lines of the sheet `survey` sorted: which are fields, which groups, repeats, notes, sums and files."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from app.template_books import heads, naming, survey
from app.template_books.clock_cells import COLUMNS as CLOCK_COLUMNS
from app.template_books.grids import Grid, Line
from app.template_books.shapes import SCOPE
from app.template_books.trees import Growing, refuse_columns
from app.template_books.xpath import Scope, translated
from app.words.template_words import Field
from app.words.templates import ENTRY_NAMES, GRID_NAMES, ITEM_NAMES

_MONEY = re.compile(r"[(（](亿元|万元|千元|元)[)）]")
_AREA = re.compile(r"[(（](亩|公顷|平方米|㎡)[)）]")
_MONEY_UNITS = {"亿元", "万元", "千元", "元"}
_BESIDE = re.compile(r"[\w\u4e00-\u9fff]+")
_BOUND = re.compile(r"\b(start|end|min|max)\s*=\s*(-?\d+)")
OTHER = "其他"
_CALLED = ("name", "matter_name")
"""The ids of the fields by which rows and repeated matters are called."""


@dataclass
class Row:
    """One line of the sheet that is a field: what it is called here, its kind and its list.

    `listed` is its list as it is written, `within` are the lines of the groups around it, `more` what its type said
    beside the kind (min, max).
    """

    line: Line
    item: bool
    id: str
    kind: str
    choices: str = ""
    group: str = ""
    unit: str = ""
    listed: str = ""
    repeat: str = ""
    within: tuple[Line, ...] = ()
    more: dict[str, int] = field(default_factory=dict)

    @property
    def title(self) -> str:
        said = self.line.text("label") or self.line.text("name")
        return (
            said
            if self.line.text("unit") or not self.unit
            else re.sub(rf"[(（]{self.unit}[)）]$", "", said) or said
        )


@dataclass(frozen=True)
class _Within:
    line: Line
    group: str = ""
    repeat: str = ""


class Lines:
    """The lines of the sheet, sorted; `ids` {name in the workbook: id here}, `repeats` {name: title} of its repeats.

    `formulas` {id: how it is worked out, as written}, `files` the lines of files, `others` the rows with a choice 其他.
    """

    def __init__(self, grow: Growing, grid: Grid, *, plain: bool) -> None:
        self.grow, self.grid, self.plain = grow, grid, plain
        self.rows: list[Row] = []
        self.computed: list[tuple[Line, str, str]] = []
        self.notes: list[str] = []
        self.ids: dict[str, str] = {}
        self.repeats: dict[str, str] = {}
        self.files: list[Line] = []
        self.others: list[Row] = []
        self.formulas: dict[str, str] = {}
        self.codes: dict[str, dict[str, str]] = {}
        self.renamed: dict[str, str] = {}
        self._around: list[_Within] = []
        self._named: dict[bool, set[str]] = {False: set(), True: set()}
        refuse_columns(grow, grid, known_columns())
        if any(survey.LOOKS & line.cells.keys() for line in grid.lines):
            grow.notes.append("只管显示样子的列（appearance 等）不用")
        for line in grid.lines:
            self._sort(line)
        for left in self._around:
            self._fault(left.line, "type", "这一组没有结束，请在后面写 end_group（重复组写 end_repeat）")
        if plain:
            self._name_rows()
        told = [f"“{name}”写作“{self.ids[name]}”" for name in self.renamed if self.ids[name] not in _CALLED]
        if told:
            grow.notes.append(f"编号只用小写字母、数字、下划线：{'、'.join(told)}")

    def scope(self, *, item: bool, here: str = "") -> Scope:
        """What an expression of this side may name."""
        rows = [row for row in sorted(self.rows, key=lambda row: row.item) if item or not row.item]
        fields = {row.id: Field(id=row.id, title=row.title, kind=row.kind, unit=row.unit) for row in rows}
        titles = {row.title: row.id for row in reversed(rows)} | {
            row.line.text("label"): row.id for row in rows
        }
        codes = {row.id: self.codes.get(row.choices, {}) for row in rows if row.choices}
        return Scope(
            {**titles, **self.ids}, fields, (ITEM_NAMES if item else ENTRY_NAMES), here, self.formulas, codes,
            frozenset(self.repeats),
        )  # fmt: skip

    def called(self) -> dict[str, str]:
        """{name or label of a field as written: its id}."""
        said = {row.line.text("label"): row.id for row in reversed(self.rows)}
        return {text: key for text, key in {**said, **self.ids}.items() if text}

    def condition(self, line: Line, within: tuple[Line, ...], *, item: bool, here: str = "") -> str:
        """When a line is to be filled: its own `relevant` and those of the groups around it; '' always."""
        found = []
        for one in (*within, line):
            if text := self._expression(one, "relevant", item=item, here=here):
                found.append(text)
        return found[0] if len(found) == 1 else " and ".join(f"({text})" for text in found)

    def moved(self, part: str, at: int, row: Row) -> None:
        """The rows of a part from `at` on stand one later; the new one there belongs to the line of `row`."""
        self.grow.shift(part, at)
        for key in ("", ".id", ".title", ".when"):
            place = (self.grid.name, row.line.number, self.grid.place("type"))
            self.grow.origin[f"{part}[{at}]{key}"] = place

    def _expression(self, line: Line, key: str, *, item: bool, here: str = "") -> str:
        text = line.text(key)
        try:
            return translated(text, self.scope(item=item, here=here)) if text else ""
        except ValueError as error:
            self._fault(line, key, str(error))
            return ""

    def _fault(self, line: Line, key: str, said: str) -> None:
        self.grow.faults.add(self.grid.name, line.number, self.grid.place(key), said)

    def _sort(self, line: Line) -> None:
        kind, rest = _type(line.text("type"))
        if kind in (survey.BEGIN, survey.BEGIN_REPEAT):
            self._begin(line, repeat=kind == survey.BEGIN_REPEAT)
        elif kind in (survey.END, survey.END_REPEAT):
            self._end(line, repeat=kind == survey.END_REPEAT)
        elif kind == survey.NOTE:
            self.notes.append(line.text("label") or line.text("name"))
        elif kind in survey.NOT_KEPT:
            self.grow.notes.append(f"“{line.text('type')}”不用记，操作记录里有谁在什么时候做的")
        elif kind in survey.ATTACHED:
            self._file(line)
        elif kind == survey.CALCULATE or (kind in survey.KIND_OF and line.text("calculation")):
            self._formula(line, kind)
        elif kind in survey.KIND_OF:
            self._row(line, kind, rest)
        elif kind or line.text("name") or line.text("label"):
            self._fault(line, "type", _strange(kind, line.text("type")))
            self.rows.append(
                Row(line, False, self._id(line, item=False), "text")
            )  # so that others may name it

    def _begin(self, line: Line, *, repeat: bool) -> None:
        name = line.text("name") or f"group{line.number}"
        title = line.text("label") or name
        if repeat:
            if any(one.repeat for one in self._around):
                self._fault(
                    line, "type", "重复组里不能再有重复组；里面这一组请写成另一个重复组，或另开一本台账"
                )
            self.repeats[name] = title
            self._around.append(_Within(line, repeat=name))
            return
        key = self._legal(name, set(self._groups()))
        self._around.append(_Within(line, key))
        path = self.grow.row(("group",), {"id": key, "title": title}, line, self.grid)
        self.grow.origin[f"{path}.id"] = (self.grid.name, line.number, self.grid.place("name"))

    def _groups(self) -> list[str]:
        return [one["id"] for one in self.grow.tree.get("group", [])]

    def _end(self, line: Line, *, repeat: bool) -> None:
        if not self._around or bool(self._around[-1].repeat) != repeat:
            self._fault(line, "type", f"前面没有对应的 {'begin_repeat' if repeat else 'begin_group'}")
        self._around = self._around[:-1]

    def _file(self, line: Line) -> None:
        self.files.append(line)
        title = line.text("label") or line.text("name")
        self.grow.notes.append(f"“{title}”不设栏目，文件直接附在行上")

    def _formula(self, line: Line, kind: str) -> None:
        text = line.text("calculation")
        if any(one.repeat for one in self._around) or line.text(SCOPE).lower() in ("item", "事项"):
            said = "重复组（事项）里不能写算式；请移到组外，或在 figure 表里写成统计指标"
            self._fault(line, "calculation", said)
            return
        if not text:
            self._fault(line, "calculation", "类型写了 calculate，要写怎样算")
        key = self._id(line, item=False)
        self.formulas[key] = text
        shown = "" if kind == survey.CALCULATE else survey.KIND_OF[kind]
        self.computed.append((line, key, shown if shown not in ("text", "longtext", "enum", "enums") else ""))

    def _row(self, line: Line, word: str, rest: str) -> None:
        kind = survey.KIND_OF[word]
        choices, _, more = rest.partition(" ")
        if kind in ("enum", "enums"):
            choices, more = self._list(line, word, choices, more)
        elif rest:
            self._fault(line, "type", f"“{word}”后面不要再写“{rest[:40]}”")
        elif line.text("choices"):
            self._fault(line, "choices", "只有 select_one、select_multiple 才有代码表")
        if word in survey.LESS:
            self.grow.notes.append(f"“{line.text('label') or line.text('name')}”：{survey.LESS[word]}")
        repeat = next((one.repeat for one in self._around if one.repeat), "")
        item = bool(repeat) or self._side(line)
        unit = line.text("unit")
        if word in ("decimal", "小数", "数值") and self.plain:
            kind, unit = _weighed(line.text("label"), unit)
        elif kind in ("money", "area") and self.plain:
            meant, said = _weighed(line.text("label"), unit)
            unit = said if meant == kind else unit
        around = [one.group for one in self._around if one.group and not repeat]
        group = line.text("group") or (around[-1] if around else "")
        row = Row(line, item, self._id(line, item=item), kind, choices, group, unit)
        row.listed, row.repeat = choices, repeat
        row.within = tuple(one.line for one in self._around if one.line.text("relevant"))
        row.more = _bounds(line.text("parameters")) if word in ("range", "范围") else {}
        self.rows.append(row)
        if more:
            self.others.append(row)

    def _list(self, line: Line, word: str, choices: str, more: str) -> tuple[str, str]:
        choices = choices or line.text("choices")
        if choices == "or_other":
            choices, more = "", choices
        if not choices:
            self._fault(line, "type", f"“{word}”后面要写代码表的编号，如“select_one grade”")
        if more and more != "or_other":
            self._fault(line, "type", f"不认识“{more[:40]}”，代码表的编号里不能有空格")
        return choices, more

    def _side(self, line: Line) -> bool:
        side = line.text(SCOPE).lower()
        if side not in ("", "entry", "item", "项目", "事项"):
            self._fault(line, SCOPE, "空着是项目的栏目，item 是事项的栏目")
        return side in ("item", "事项")

    def _id(self, line: Line, *, item: bool) -> str:
        """The id of a row; one that cannot be an id here is made into one, and that is noted."""
        name = line.text("name") or (line.text("label") if self.plain else "")
        if not name:
            self._fault(line, "name", "要写编号（name）")
            return f"row{line.number}"
        if name in self.ids and self.ids[name] in self._named[item]:
            self._fault(line, "name", f"“{name}”写了两次，请改一个")
            return self.ids[name]
        key = self._legal(name, self._named[item], reserved=line.text("required") != "auto", item=item)
        self._named[item].add(key)
        self.ids[name] = key
        if name != key:
            self.renamed[name] = key
        return key

    def _legal(self, name: str, taken: set[str], *, reserved: bool = False, item: bool = False) -> str:
        mine = (ITEM_NAMES if item else ENTRY_NAMES | GRID_NAMES) if reserved else frozenset()
        if not self.plain:
            return name
        key = naming.legal(name, taken, naming.WORD)
        return naming.legal(f"{key}_1", taken, naming.WORD) if key in mine else key

    def _name_rows(self) -> None:
        """A form that knows only XLSForm's words has a field by which its rows are called; here that is `name`."""
        self._name_repeats()
        own = [row for row in self.rows if not row.item]
        if any(row.id == "name" for row in own):
            return
        texts = [row for row in own if row.kind in ("text", "org", "person", "longtext")]
        first = next((row for row in texts if row.line.text("required")), texts[0] if texts else None)
        if first is None:
            said = "要有一个文字栏目（类型写 text）作为每行的名称，如 text、name、项目名称"
            self.grow.faults.add(self.grid.name, 1, 1, said)
            return
        first.id, first.kind = "name", "text"
        self.ids[first.line.text("name") or first.line.text("label")] = "name"
        self.grow.notes.append(f"每行以“{first.title}”为名称，编号改写为“name”")

    def _name_repeats(self) -> None:
        """The repeats of a group are told apart by their first text, here `matter_name`."""
        inside = [row for row in self.rows if row.repeat]
        first = next((row for row in inside if row.kind == "text" and row.repeat == inside[0].repeat), None)
        if first is None or any(row.id == "matter_name" for row in inside):
            return
        first.id = self.ids[first.line.text("name") or first.line.text("label")] = "matter_name"


def known_columns() -> set[str]:
    """Every column that the sheet may have."""
    own = {column.key for column in survey.columns()} | set(survey.ORDER) | CLOCK_COLUMNS
    return own | survey.LOOKS | {survey.PRINT, survey.FILTER}


def filter_columns(grid: Grid) -> set[str]:
    """The columns of `choices` that filters of the sheet name."""
    return {word for line in grid.lines for word in _BESIDE.findall(line.text(survey.FILTER).lower())}


def _type(text: str) -> tuple[str, str]:
    """The word of a type, and what follows it: `begin group`, `单选：用途` and `Select_One use` as well."""
    words = re.sub(r"[:：(（)）]", " ", text).split()
    kind = words[0].lower() if words else ""
    if kind in ("begin", "end") and len(words) > 1:
        kind, words = f"{kind}_{words[1].lower()}", words[1:]
    return survey.MEANT.get(kind, kind), " ".join(words[1:])


def _strange(kind: str, text: str) -> str:
    near = heads.near(kind, survey.KIND_OF)
    meant = (
        f"，是不是“{near}”？" if near else "；常用的有 text、integer、decimal、date、select_one 代码表编号"
    )
    return survey.STRANGE.get(kind) or (
        f"不认识“{text[:40]}”这种类型{meant}" if kind else "要写类型，如 text、date"
    )


def _bounds(text: str) -> dict[str, int]:
    names = {"start": "min", "end": "max"}
    return {names.get(key, key): int(value) for key, value in _BOUND.findall(text)}


def _weighed(label: str, unit: str) -> tuple[str, str]:
    """What a decimal is: money or area where its label or unit says so, else a number."""
    said = unit or next((m[1] for pattern in (_MONEY, _AREA) if (m := pattern.search(label)) and m[1]), "")
    if said in _MONEY_UNITS:
        return "money", said
    if said in ("亩", "公顷", "平方米", "㎡"):
        return "area", "平方米" if said == "㎡" else said
    return "number", unit
