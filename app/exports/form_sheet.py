"""One sheet of somebody else's workbook as XML: which rows are blank, rows let in, cells filled in their own style."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, cast

from lxml import etree
from openpyxl.formula.translate import Translator
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils import column_index_from_string, get_column_letter, range_boundaries
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, to_excel

from app.exports.form_formulas import Carried, refused
from app.exports.form_parts import Element, Parts, child, local, shift_formulas, tag
from app.exports.form_refs import Shift, rows_named
from app.exports.safe_text import bearable

SEQ = "#seq"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_PERCENT = 100
MOST = 1_048_576


@dataclass(frozen=True)
class Value:
    """What goes into a cell: a text, a number, a day, or a share of 100 as hundredths of a percent."""

    text: str = ""
    number: Decimal | int | None = None
    day: dt.date | None = None
    share: int | None = None


class Looks:
    """What the workbook's styles say of a cell."""

    def __init__(self, parts: Parts, part: str) -> None:
        root = parts.xml(part)
        formats = {
            int(f.get("numFmtId", "0")): f.get("formatCode", "") for f in root.iter() if local(f) == "numFmt"
        }
        listed, styles = child(root, "borders"), child(root, "cellXfs")
        borders = (
            [any(side.get("style") for side in border) for border in listed] if listed is not None else []
        )
        self._looks = [
            (
                self._code(formats, int(xf.get("numFmtId", "0"))),
                self._at(borders, int(xf.get("borderId", "0"))),
            )
            for xf in (styles if styles is not None else ())
        ]

    def format(self, cell: Element | None) -> str:
        return self._look(cell)[0]

    def bordered(self, cell: Element | None) -> bool:
        return self._look(cell)[1]

    def _look(self, cell: Element | None) -> tuple[str, bool]:
        place = int(cell.get("s", "0")) if cell is not None else 0
        return self._looks[place] if place < len(self._looks) else ("General", False)

    @staticmethod
    def _code(formats: dict[int, str], number: int) -> str:
        return formats.get(number) or BUILTIN_FORMATS.get(
            number, "yyyy-mm-dd" if 27 <= number <= 58 else "General"
        )

    @staticmethod
    def _at(borders: list[bool], place: int) -> bool:
        return place < len(borders) and borders[place]


class FormSheet:
    """The sheet's XML. Rows and columns count from 1."""

    def __init__(self, name: str, root: Element, looks: Looks, texts: Sequence[str], *, mac: bool) -> None:
        """`texts`: the shared ones, without blanks around. `mac`: days count from 1904."""
        self.name, self.root, self.looks, self._texts = name, root, looks, texts
        self._epoch = CALENDAR_MAC_1904 if mac else CALENDAR_WINDOWS_1900
        self._near: tuple[Element | None, dict[str, Element]] = (None, {})
        self.data = cast(Element, child(root, "sheetData"))  # every sheet has it
        number = 0
        for row in self.data:
            number = int(row.get("r", number + 1))
            row.set("r", str(number))
            for place, cell in enumerate(row, 1):
                if cell.get("r") is None:
                    cell.set("r", f"{get_column_letter(place)}{number}")
        self.rows: dict[int, Element] = {int(row.get("r")): row for row in self.data}
        self._spell_out()

    @cached_property
    def protected(self) -> bool:
        lock = child(self.root, "sheetProtection")
        return lock is not None and lock.get("sheet", "0") in ("1", "true")

    def cell(self, row: int, column: int) -> Element | None:
        line = self.rows.get(row)
        if self._near[0] is not line or line is None:
            self._near = (line, {one.get("r"): one for one in (() if line is None else line)})
        return self._near[1].get(f"{get_column_letter(column)}{row}")

    def room(self, first: int, columns: Sequence[int], seq: int, down_to: int = 0) -> list[int]:
        """The blank rows of the form from `first` on; `seq` is the column of numbers (0: none), which may stand there.

        `down_to`: the form has rows as far as that, though nothing is written of them.
        """
        out: list[int] = []
        end = max(max(self.rows, default=0), down_to)
        framed = self.framed(first, columns)
        for row in range(first, min(end, MOST) + 1):
            if not self.blank(row, columns, seq) or (framed and not self.framed(row, columns)):
                break
            out.append(row)
        return out

    def framed(self, row: int, columns: Sequence[int]) -> bool:
        return any(self.looks.bordered(self.cell(row, column)) for column in columns)

    def text(self, cell: Element) -> str:
        """What a cell says that is no formula, without blanks around."""
        value, inline = child(cell, "v"), child(cell, "is")
        if cell.get("t") == "s":
            place = (value.text or "") if value is not None else ""
            return self._texts[int(place)] if place.isdigit() and int(place) < len(self._texts) else ""
        said = value.text if value is not None else "".join(inline.itertext()) if inline is not None else ""
        return (said or "").strip()

    def merged(self, row: int) -> list[tuple[int, int]]:
        """The columns (first, last) of every merged area in which a row lies."""
        areas = child(self.root, "mergeCells")
        bounds = [range_boundaries(area.get("ref", "")) for area in (areas if areas is not None else ())]
        return [(left, right) for left, top, right, bottom in bounds if top <= row <= bottom]

    def blank(self, row: int, columns: Sequence[int], seq: int) -> bool:
        """Whether a row says nothing but its number; formulas count where they would be filled over and are of other rows."""
        for cell in self.rows.get(row, ()):
            column = _column(cell)
            formula = child(cell, "f")
            if not self._says(cell) or (
                formula is not None and (column not in columns or self._own(formula, row))
            ):
                continue
            if column != seq or cell.get("t", "n") != "n":
                return False
        return True

    def _own(self, formula: Element, row: int) -> bool:
        """Whether a formula speaks of the row in which it stands, as one of a row does and that of a sum does not."""
        return any(top <= row <= bottom for top, bottom in rows_named(formula.text or "", self.name))

    def formulas(self, row: int) -> dict[int, Element]:
        """The formulas of a row by their columns."""
        found = {_column(cell): child(cell, "f") for cell in self.rows.get(row, ())}
        return {column: one for column, one in found.items() if one is not None}

    def _says(self, cell: Element) -> bool:
        return child(cell, "f") is not None or bool(self.text(cell))

    def formed(self, first: int, rows: int, columns: Sequence[int]) -> tuple[int, ...]:
        """Those of the columns in which one of so many rows has a formula."""
        found = {column for row in range(first, first + rows) for column in self.formulas(row)}
        return tuple(sorted(found.intersection(columns)))

    def let_in(self, shift: Shift, like: int, first: int, columns: Sequence[int]) -> None:
        """Rows below `shift.last`, each as row `like` looks (0: bare); everything lower moves.

        `first`: the first of the form's rows; `columns`: those filled, whose formulas need not be carried on. Raises
        Problem E_FORM_FORMULA.
        """
        carried = self._carried(shift, like, first, columns)
        pattern = copy.deepcopy(self.rows[like]) if like in self.rows else None
        shift_formulas(self.root, shift, home=True)
        for column, one in self.formulas(like).items():
            if column in carried:
                one.text = carried[column].at(like)
        merged = self._places(shift, like)
        for row in sorted(self.rows, reverse=True):
            if row > shift.last:
                _renumber(self.rows[row], row + shift.extra)
        fresh = []
        for row in range(shift.last + 1, shift.last + shift.extra + 1):
            made = copy.deepcopy(pattern) if pattern is not None else etree.Element(tag(self.data, "row"))
            _renumber(made, row)
            for cell in made:
                _follow(cell, carried.get(_column(cell)), row)
            fresh.append(made)
        before = [row for number, row in self.rows.items() if number <= shift.last]
        place = self.data.index(before[-1]) + 1 if before else 0
        self.data[place:place] = fresh
        self.rows = {int(row.get("r")): row for row in self.data}
        self._near = (None, {})
        self._merge_alike(merged, shift)

    def _carried(self, shift: Shift, like: int, first: int, columns: Sequence[int]) -> dict[int, Carried]:
        """What the formulas of row `like` are in the rows that repeat it, by column."""
        above = (
            {c: one for c, one in self.formulas(like - 1).items() if c not in columns} if like > first else {}
        )
        own = {c: one for c, one in self.formulas(like).items() if c not in columns}
        if any(column not in own for column in above):
            raise refused(f"第 {like - 1} 行有公式，第 {like} 行没有", shift)
        if any(one.get("t") or not one.text for one in own.values()):
            raise refused(f"第 {like} 行有数组公式", shift)
        texts = {column: one.text if not one.get("t") else None for column, one in above.items()}
        return {column: Carried(one.text, texts.get(column), first, shift) for column, one in own.items()}

    def fill(self, row: int, column: int, value: Value) -> None:
        """Say a value in a cell, in the cell's own style; nothing leaves it empty."""
        cell = self.cell(row, column)
        if cell is None:
            cell = self._made(row, column)
        for one in list(cell):
            cell.remove(one)
        cell.attrib.pop("t", None)
        shown = self.looks.format(cell)
        if value.day is not None and is_date_format(shown):
            _number(cell, f"{to_excel(value.day, self._epoch):g}")
        elif value.day is not None:
            _text(cell, f"{value.day.year}年{value.day.month}月{value.day.day}日", row)
        elif value.share is not None and shown != "@":
            share = Decimal(value.share) / _PERCENT
            _number(cell, f"{share / 100 if '%' in shown else share:f}")
        elif value.share is not None:
            _text(cell, f"{(Decimal(value.share) / _PERCENT).normalize():f}%", row)
        elif value.number is not None and shown != "@":
            _number(cell, f"{value.number:f}" if isinstance(value.number, Decimal) else str(value.number))
        elif value.number is not None or value.text:
            _text(cell, value.text or f"{value.number:f}", row)

    def forget_results(self) -> None:
        """What formulas came to before the rows were filled is not shown as if it were right."""
        for cell in self.data.iter(tag(self.data, "c")):
            if child(cell, "f") is not None and (value := child(cell, "v")) is not None:
                cell.remove(value)
                cell.attrib.pop("t", None)

    def _made(self, row: int, column: int) -> Element:
        if row not in self.rows:
            made = etree.Element(tag(self.data, "row"))
            made.set("r", str(row))
            later = [number for number in self.rows if number > row]
            at = self.data.index(self.rows[min(later)]) if later else len(self.data)
            self.data.insert(at, made)
            self.rows[row] = made
        line = self.rows[row]
        cell = etree.Element(tag(self.data, "c"))
        cell.set("r", f"{get_column_letter(column)}{row}")
        line.insert(sum(1 for one in line if _column(one) < column), cell)
        line.attrib.pop("spans", None)
        self._near = (None, {})
        return cell

    def _spell_out(self) -> None:
        """Formulas that several cells share are written into each: some are filled over, and rows come between."""
        masters: dict[str, tuple[str, str]] = {}
        for cell in self.data.iter(tag(self.data, "c")):
            formula = child(cell, "f")
            if formula is None or formula.get("t") != "shared":
                continue
            key, at = formula.get("si", ""), cell.get("r")
            if formula.text:
                masters[key] = (formula.text, at)
            elif key in masters:
                text, origin = masters[key]
                formula.text = Translator(f"={text}", origin).translate_formula(at)[1:]
            for name in ("t", "si", "ref"):
                formula.attrib.pop(name, None)

    def _places(self, shift: Shift, like: int) -> list[str]:
        """Move every area that the sheet names; gives the merged ones that lie in row `like` alone."""
        alone = []
        for one in list(self.root.iter()):
            name = local(one)
            if not name or name in ("c", "row"):
                continue
            if name == "sqref" and one.text:
                one.text = shift.places(one.text)
            if (ref := one.get("ref")) is not None:
                rows = [int("".join(c for c in end if c.isdigit()) or 0) for end in ref.split(":")]
                if name == "mergeCell" and set(rows) == {like} and like <= shift.last:
                    alone.append(ref)
                else:
                    one.set("ref", shift.ref(ref))
            if (places := one.get("sqref")) is not None:
                one.set(
                    "sqref",
                    " ".join(map(shift.ref, places.split())) if name == "selection" else shift.places(places),
                )
            for key in ("activeCell", "topLeftCell"):
                if (at := one.get(key)) is not None:
                    one.set(key, shift.ref(at))
            if (
                name == "brk"
                and local(one.getparent()) == "rowBreaks"
                and int(one.get("id", "0")) >= shift.last
            ):
                one.set("id", str(int(one.get("id")) + shift.extra))
        return alone

    def _merge_alike(self, refs: Sequence[str], shift: Shift) -> None:
        merges = child(self.root, "mergeCells")
        for row in range(shift.last + 1, shift.last + shift.extra + 1) if merges is not None else ():
            for ref in refs:
                made = etree.SubElement(merges, tag(merges, "mergeCell"))
                made.set("ref", ":".join(f"{end.rstrip('0123456789')}{row}" for end in ref.split(":")))
        if merges is not None and refs:
            merges.set("count", str(len(merges)))


def _column(cell: Element) -> int:
    return int(column_index_from_string(cell.get("r").rstrip("0123456789")))


def _renumber(row: Element, number: int) -> None:
    row.set("r", str(number))
    for cell in row:
        cell.set("r", f"{cell.get('r').rstrip('0123456789')}{number}")


def _follow(cell: Element, carried: Carried | None, row: int) -> None:
    """A cell of a new row: the style of the one it is made after, its formula for this row, nothing typed."""
    formula = child(cell, "f")
    for one in list(cell):
        if one is not formula or carried is None:
            cell.remove(one)
    cell.attrib.pop("t", None)
    if formula is not None and carried is not None:
        formula.text = carried.at(row)


def _number(cell: Element, text: str) -> None:
    value = etree.SubElement(cell, tag(cell, "v"))
    value.text = text


def _text(cell: Element, text: str, row: int) -> None:
    cell.set("t", "inlineStr")
    said: Any = etree.SubElement(etree.SubElement(cell, tag(cell, "is")), tag(cell, "t"))
    said.text = bearable(text, row, "")
    said.set(_SPACE, "preserve")
