"""The parts of a workbook that somebody else made: read one by one, written back with only the changed ones changed."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile, ZipInfo

from lxml import etree

from app.exports.form_refs import Shift
from app.problem import Problem

LARGEST = 30 * 1024 * 1024
Element = Any
_FORMULAS = frozenset(("f", "formula", "formula1", "formula2"))
_SHAPE_ROW = re.compile(rb"(<x:Row>)(\d+)(</x:Row>)")
_SHAPE_AT = re.compile(rb"(<x:Anchor>)([^<]+)(</x:Anchor>)")


def local(element: Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def tag(like: Element, name: str) -> str:
    """The tag of this name in the namespace of another element."""
    return f"{{{etree.QName(like).namespace}}}{name}"


def child(element: Element, name: str) -> Element | None:
    return next((one for one in element if local(one) == name), None)


class Parts:
    """An opened workbook. `changed` {part: bytes, None where it goes}; all others are written as they came."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.zip = ZipFile(path)
        self.names = set(self.zip.namelist())
        self.changed: dict[str, bytes | None] = {}

    def close(self) -> None:
        self.zip.close()

    def bytes_of(self, part: str) -> bytes:
        if (known := self.changed.get(part)) is not None:
            return known
        if self.zip.getinfo(part).file_size > LARGEST:
            raise Problem(
                "E_BOOK_LARGE", f"“{self.path.name}”里有太大的表，不像要填的表样，请删去多余的行再试"
            )
        return self.zip.read(part)

    def xml(self, part: str) -> Element:
        """A part parsed; entities are never followed. Raises Problem E_BOOK_DAMAGED."""
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        try:
            root = etree.fromstring(self.bytes_of(part), parser)
        except etree.XMLSyntaxError as error:
            raise Problem("E_BOOK_DAMAGED", f"“{self.path.name}”不完整或已损坏，没有填写") from error
        if root.getroottree().docinfo.doctype:
            raise Problem("E_BOOK_DAMAGED", f"“{self.path.name}”的写法不对，没有填写")
        return root

    def put(self, part: str, root: Element) -> None:
        self.changed[part] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)

    def related(self, part: str) -> dict[str, tuple[str, str]]:
        """{id: (last word of the type, part)} of what a part names."""
        folder, name = posixpath.split(part)
        rels = f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"
        if rels not in self.names:
            return {}
        out = {}
        for one in self.xml(rels):
            if one.get("TargetMode") != "External":
                target = one.get("Target", "")
                path = (
                    target.lstrip("/")
                    if target.startswith("/")
                    else posixpath.normpath(posixpath.join(folder, target))
                )
                out[one.get("Id", "")] = (one.get("Type", "").rpartition("/")[2], path)
        return out

    @property
    def workbook(self) -> str:
        """The part that lists the sheets."""
        return next(
            (path for kind, path in self.related("").values() if kind == "officeDocument"), "xl/workbook.xml"
        )

    def write(self, out: Path) -> None:
        """The workbook with its parts in their order, dates and ways of packing."""
        with ZipFile(out, "w") as made:
            for info in self.zip.infolist():
                if self.changed.get(info.filename, b"") is None:
                    continue
                like = ZipInfo(info.filename, info.date_time)
                like.compress_type, like.external_attr, like.create_system = (
                    info.compress_type,
                    info.external_attr,
                    info.create_system,
                )
                made.writestr(like, self.changed.get(info.filename) or self.zip.read(info.filename))


def shift_formulas(root: Element, shift: Shift, *, home: bool) -> bool:
    """Shift every formula below an element; whether any is another one now."""
    moved = False
    for one in root.iter():
        if local(one) in _FORMULAS and one.text:
            text = shift.formula(one.text, home=home)
            moved = moved or text != one.text
            one.text = text
    return moved


def shift_others(parts: Parts, own: str, shift: Shift) -> None:
    """Shift what names rows of the sheet from outside it: other sheets, charts, pictures, comments, tables, names."""
    _names(parts, shift)
    for part in sorted(parts.names):
        if (
            part != own
            and re.fullmatch(r"xl/(worksheets|charts)/[^/]+\.xml", part)
            and b"!" in parts.bytes_of(part)
        ):
            root = parts.xml(part)
            if shift_formulas(root, shift, home=False):
                parts.put(part, root)
    for kind, part in parts.related(own).values():
        if part not in parts.names:
            continue
        if kind == "drawing":
            _drawing(parts, part, shift)
        elif kind in ("comments", "table", "threadedComment"):
            _refs(parts, part, shift)
        elif kind == "vmlDrawing":
            _shapes(parts, part, shift)


def _names(parts: Parts, shift: Shift) -> None:
    root = parts.xml(parts.workbook)
    moved = False
    for name in _each(root, "definedName"):
        if name.text:
            text = shift.formula(name.text, home=False)
            moved = moved or text != name.text
            name.text = text
    if moved:
        parts.put(parts.workbook, root)


def _drawing(parts: Parts, part: str, shift: Shift) -> None:
    """Pictures below move down; one that began above stays, and grows only where it is tied to both its corners."""
    root = parts.xml(part)
    moved = False
    for anchor in root:
        ends = [child(anchor, name) for name in ("from", "to")]
        rows = [child(end, "row") if end is not None else None for end in ends]
        if rows[0] is None or not (rows[0].text or "").isdigit():
            continue
        began = int(rows[0].text) + 1 > shift.last
        for row in rows if began or anchor.get("editAs", "twoCell") == "twoCell" else ():
            if row is not None and int(row.text) + 1 > shift.last:
                row.text, moved = str(int(row.text) + shift.extra), True
    if moved:
        parts.put(part, root)


def _refs(parts: Parts, part: str, shift: Shift) -> None:
    root = parts.xml(part)
    moved = False
    for one in root.iter():
        if isinstance(one.tag, str) and (ref := one.get("ref")) and (now := shift.ref(ref)) != ref:
            one.set("ref", now)
            moved = True
    if moved:
        parts.put(part, root)


def _shapes(parts: Parts, part: str, shift: Shift) -> None:
    """The boxes of comments, which older programs keep in a language of their own."""

    def row(found: re.Match[bytes]) -> bytes:
        number = int(found[2])
        return found[1] + str(shift.row(number + 1) - 1).encode() + found[3]

    def at(found: re.Match[bytes]) -> bytes:
        numbers = found[2].split(b",")
        for place in (2, 6) if len(numbers) == 8 else ():
            numbers[place] = b" " + str(shift.row(int(numbers[place]) + 1) - 1).encode()
        return found[1] + b",".join(numbers) + found[3]

    was = parts.bytes_of(part)
    if (now := _SHAPE_AT.sub(at, _SHAPE_ROW.sub(row, was))) != was:
        parts.changed[part] = now


def ask_recalculation(parts: Parts) -> None:
    """Have the program that opens the workbook work everything out anew; the noted order of working it out goes."""
    root = parts.xml(parts.workbook)
    calc = child(root, "calcPr")
    if calc is None:
        calc = etree.Element(tag(root, "calcPr"))
        before = ("definedNames", "externalReferences", "functionGroups", "sheets")
        place = next(one for name in before if (one := child(root, name)) is not None)
        place.addnext(calc)
    calc.set("fullCalcOnLoad", "1")
    parts.put(parts.workbook, root)
    folder, name = posixpath.split(parts.workbook)
    chains = [
        path
        for kind, path in parts.related(parts.workbook).values()
        if kind == "calcChain" and path in parts.names
    ]
    for path in chains:
        parts.changed[path] = None
        for part, key, value in (
            (f"{folder}/_rels/{name}.rels", "Target", posixpath.basename(path)), ("[Content_Types].xml", "PartName", f"/{path}"),
        ):  # fmt: skip
            listed = parts.xml(part)
            for one in list(listed):
                if posixpath.basename(one.get(key, "")) == posixpath.basename(value):
                    listed.remove(one)
            parts.put(part, listed)


def _each(root: Element, name: str) -> Iterator[Element]:
    return (one for one in root.iter() if local(one) == name)
