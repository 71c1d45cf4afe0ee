"""Which sheet, where its head is, which units and marks it explains."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from app.imports.mapping import (
    FULL_SHEET,
    PRINT_SHEET,
    SEQ,
    Column,
    Matcher,
    head_names,
    head_unit,
    map_columns,
    unit_of,
)
from app.imports.reading import Book, Line, Sheet
from app.problem import Problem
from app.values import kinds
from app.values.cells import Cell
from app.words import wording
from app.words.template_words import Field

LOOK = 120
"""How many rows are looked at to find the head."""
DEPTH = 3
_ENOUGH = 1.4
_SURE, _LIST = 5.0, 3.0
_FLOORS = ("平方米", "万平方米")
_CORNER = re.compile(r"(?:^|[\s（(；;。，,])(?:计量|金额|货币|面积)?单位\s*[:：]\s*([^:：）)\n]{1,24})")
_PLAIN_MOST = 30


@dataclass(frozen=True)
class Head:
    """The head of a table: its first row, how many rows, and the path of each column from the top group down."""

    row: int
    depth: int
    paths: tuple[tuple[str, ...], ...]
    units: tuple[str, ...] = ()
    score: float = 0.0
    merged: bool = False

    @property
    def last(self) -> int:
        return self.row + self.depth - 1

    def aside(self, row: int) -> str:
        """Why a row above or in the head is no entry, '' for the rows below it."""
        return "" if row > self.last else "表头" if row >= self.row else "标题或附件行"


@dataclass(frozen=True)
class Layout:
    """The chosen sheet and what surrounds its head. `others` are (sheet name, why it was not taken).

    `unread` are (sheet name, rows) of those that hold a list as well.
    """

    sheet: Sheet
    head: Head
    before: tuple[tuple[int, str], ...] = ()
    units: tuple[str, ...] = ()
    others: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = field(default=())
    unread: tuple[tuple[str, int], ...] = ()


def find(
    book: Book, matcher: Matcher, *, sheet: str | int | None = None, head_row: int | None = None
) -> Layout:
    """Choose the sheet (or take the one named) and find its head.

    Raises Problem E_NO_SHEET, E_NO_HEAD.
    """
    wanted = [_named(book, sheet)] if sheet is not None else list(book.sheets)
    looked = [(one, list(book.lines(one.index, LOOK))) for one in wanted]
    found = [(one, lines, _best_head(one, lines, matcher, head_row)) for one, lines in looked]
    heads = [(one, lines, head) for one, lines, head in found if head is not None]
    if not heads:
        said = f"工作表“{wanted[0].name}”里" if sheet is not None else f"“{book.name}”里"
        raise Problem(
            "E_NO_HEAD",
            f"{said}没有找到表头，请核对是不是这份清单，或指明工作表和表头所在的行",
            sheets=_names(book),
        )
    best = max(heads, key=lambda h: (not h[0].hidden, round(h[2].score, 2), h[0].rows, -h[0].index))
    one, lines, head = best
    aside = [text for other, rows in looked if other is not one for text in _texts(rows)]
    before = tuple((line[0], _joined(line)) for line in lines if line[0] < head.row)
    others = tuple(
        (other.name, _why(other, rows, found_head)) for other, rows, found_head in found if other is not one
    )
    unread = tuple(
        (other.name, count)
        for other, rows, its in found
        if other is not one and its is not None and (count := _rows_of_list(other, rows, its, head, one))
    )
    return Layout(one, head, before, _corner_units([t for _, t in before]), others, tuple(aside), unread)


def columns_of(
    layout: Layout, matcher: Matcher, memory: object = None, given: object = None
) -> tuple[Column, ...]:
    """The columns of a layout mapped; each knows its unit from head, unit row or corner."""
    units = [_own_unit(path, under, layout.units, matcher) for path, under in _with_units(layout.head)]
    return map_columns(matcher, layout.head.paths, units, memory=memory, given=given)  # type: ignore[arg-type]


def _with_units(head: Head) -> list[tuple[tuple[str, ...], str]]:
    under = head.units or ("",) * len(head.paths)
    return list(zip(head.paths, under, strict=True))


def _own_unit(path: tuple[str, ...], under: str, corner: Sequence[str], matcher: Matcher) -> str:
    own = head_unit(path) or under
    if own or matcher.loaded is None:
        return own
    field_ = matcher.loaded.fields.get(matcher.match(path)[0])
    if field_ is None or field_.kind not in ("money", "area"):
        return ""
    return next((u for u in corner if _dimension(u) == field_.kind and not _of_land(field_, u)), "")


def _of_land(field_: Field, unit: str) -> bool:
    """Whether a unit above the table is that of the land alone: floors are in 平方米 unless their own head says else."""
    return kinds.own_unit(field_) in _FLOORS and _dimension(unit) == "area" and unit not in _FLOORS


def _dimension(unit: str) -> str:
    return "money" if unit.endswith("元") else "area"


def _named(book: Book, sheet: str | int) -> Sheet:
    for one in book.sheets:
        if (
            one.name == sheet
            or str(one.index + 1) == str(sheet)
            or kinds.name_key(one.name) == kinds.name_key(str(sheet))
        ):
            return one
    raise Problem(
        "E_NO_SHEET",
        f"“{book.name}”里没有工作表“{sheet}”，现有：{'、'.join(_names(book))}",
        sheets=_names(book),
    )


def _names(book: Book) -> list[str]:
    return [one.name or "（唯一的表）" for one in book.sheets]


def _why(sheet: Sheet, lines: list[Line], head: Head | None) -> str:
    if not lines:
        return "空表"
    if head is None:
        return "没有找到表头"
    if head.score >= _SURE and len(lines) > head.depth + 1:
        return "也像一份清单，需要时请另行导入这个工作表"
    return "隐藏的工作表" if sheet.hidden else "表头不如所选的表吻合"


def _rows_of_list(sheet: Sheet, lines: list[Line], head: Head, chosen: Head, taken: Sheet) -> int:
    """About how many rows a sheet holds that could be read as well; 0 where it is no list, or shows the taken one."""
    below = sum(1 for line in lines if line[0] > head.last)
    if not below or not (head.score >= _LIST or head.paths == chosen.paths):
        return 0
    shown = kinds.name_key(taken.name) == kinds.name_key(FULL_SHEET) and sheet.name == PRINT_SHEET
    return 0 if shown else max(below, sheet.rows - head.last if len(lines) >= LOOK else below)


def _best_head(sheet: Sheet, lines: list[Line], matcher: Matcher, at: int | None) -> Head | None:
    """The head with the best score among the first rows; the shallower and upper one in a tie."""
    rows = {line[0]: line[1:] for line in lines}
    best: Head | None = None
    for number in sorted(rows):
        if at is not None and number != at:
            continue
        if len({w for w in map(_word, rows[number]) if w}) < 2 and at is None:
            continue
        if best is not None and best.score >= _SURE and number > best.last + 10:
            break
        for depth in range(1, DEPTH + 1):
            if depth > 1 and number + depth - 1 not in rows:
                break
            head = _head_at(sheet, rows, number, depth)
            score = _score(head, matcher, rows)
            if score >= (_ENOUGH if at is None else 0.5) and (best is None or score > best.score + 1e-9):
                best = Head(head.row, depth, head.paths, (), score, head.merged)
    return _with_unit_row(_whole(best, sheet, rows), rows) if best else None


def _whole(head: Head, sheet: Sheet, rows: dict[int, list[Cell]]) -> Head:
    """A head goes down as far as the cells do that begin in its first row and are merged downwards (A2:A3)."""
    lowest = max([bottom for top, _, bottom, _ in sheet.merges if top == head.row], default=head.last)
    if not head.last < lowest < head.row + DEPTH or any(n not in rows for n in range(head.row, lowest + 1)):
        return head
    deeper = _head_at(sheet, rows, head.row, lowest - head.row + 1)
    return Head(head.row, deeper.depth, deeper.paths, (), head.score, deeper.merged)


def _head_at(sheet: Sheet, rows: dict[int, list[Cell]], number: int, depth: int) -> Head:
    """The paths of a head of `depth` rows beginning at `number`, merged cells spread over their columns."""
    lines = [[_word(cell) for cell in rows[number + i]] for i in range(depth)]
    width = max(len(line) for line in lines)
    for line in lines:
        line.extend([""] * (width - len(line)))
    merged = False
    for top, left, bottom, right in sheet.merges:
        if top < number or top >= number + depth or left > width:
            continue
        merged = merged or bottom > top or right > left
        text = lines[top - number][left - 1]
        for row in range(top, min(bottom, number + depth - 1) + 1):
            for column in range(left, min(right, width) + 1):
                lines[row - number][column - 1] = text
    _spread(lines, sheet, number, depth)
    paths = tuple(_path([line[c] for line in lines]) for c in range(width))
    return Head(number, depth, paths, merged=merged)


def _spread(lines: list[list[str]], sheet: Sheet, number: int, depth: int) -> None:
    """Without merges: a group's text covers the blanks to its right that have a title below."""
    if depth == 1 or any(top == number for top, *_ in sheet.merges):
        return
    for upper, lower in pairwise(lines):
        for column in range(1, len(upper)):
            if not upper[column] and lower[column] and lower[column - 1]:
                upper[column] = upper[column - 1]


def _path(texts: list[str]) -> tuple[str, ...]:
    kept = [text for i, text in enumerate(texts) if text and (i == 0 or text != texts[i - 1])]
    return tuple(kept) or ("",)


def _word(cell: Cell) -> str:
    return (
        wording.clean(cell)
        if isinstance(cell, str)
        else ""
        if cell is None
        else f"{cell:.15g}"
        if isinstance(cell, float)
        else str(cell)
    )


def _score(head: Head, matcher: Matcher, rows: dict[int, list[Cell]]) -> float:
    if matcher.loaded is None:
        return _plain_score(head, rows)
    found: dict[str, float] = {}
    for path in head.paths:
        target, confidence, _ = matcher.match(path)
        if target:
            found[target] = max(found.get(target, 0.0), confidence)
    named = [t for t in found if t != SEQ]
    if not named or all(len(p[-1]) > _PLAIN_MOST for p in head.paths):
        return 0.0
    required = {f.id for f in matcher.loaded.t.fields if f.need == "create"}
    return sum(found.values()) + 0.5 * len(required & set(named)) - 0.01 * head.depth


def _plain_score(head: Head, rows: dict[int, list[Cell]]) -> float:
    """Without a template: a row (or merged rows) of short, distinct words, as wide as the rows below."""
    cells = [c for i in range(head.depth) for c in rows[head.row + i]]
    titles = [path[-1] for path in head.paths if path[-1]]
    if any(isinstance(c, int | float) for c in cells) or len(titles) < 2 or len(set(titles)) < len(titles):
        return 0.0
    if any(len(t) > _PLAIN_MOST or ":" in t or "：" in t for t in titles):
        return 0.0
    if head.depth > 1 and not head.merged:
        return 0.0
    below = [len([c for c in cells if c not in ("", None)]) for n, cells in rows.items() if n > head.last]
    width = max(below, default=0)
    if len(titles) < 0.6 * width or not below:
        return 0.0
    bonus = 1.0 if any(kinds.name_key(t) in ("序号", "名称", "no.") for t in titles) else 0.0
    return 2.0 + bonus + len(titles) / max(len(head.paths), 1) - 0.01 * head.row + 0.1 * (head.depth - 1)


def _with_unit_row(head: Head, rows: dict[int, list[Cell]]) -> Head:
    """A row below the head that holds nothing but units belongs to it."""
    below = rows.get(head.last + 1)
    if below is None:
        return head
    words = [_word(cell) for cell in below]
    if not any(words) or not all(unit_of(w.strip("（）()")) for w in words if w):
        return head
    units = [unit_of(w.strip("（）()")) for w in words] + [""] * len(head.paths)
    return Head(
        head.row, head.depth + 1, head.paths, tuple(units[: len(head.paths)]), head.score, head.merged
    )


def _joined(line: Line) -> str:
    return " ".join(_word(cell) for cell in line[1:] if cell not in ("", None))


def _texts(lines: list[Line]) -> list[str]:
    return [cell for line in lines for cell in line[1:] if isinstance(cell, str)]


def _corner_units(texts: list[str]) -> tuple[str, ...]:
    """Units named above the table: `单位：万元、亩`. 填报单位 names none."""
    units: list[str] = []
    for text in texts:
        for said in _CORNER.findall(text):
            units += [unit for part in re.split(r"[、,，;；/\s和及]+", said) if (unit := unit_of(part))]
    return tuple(dict.fromkeys(units))


__all__ = ["Head", "Layout", "columns_of", "find", "head_names"]
