"""Tables in HTML and SpreadsheetML, and what calamine does not tell of an OpenDocument sheet."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Iterator
from typing import IO, Any

from lxml import etree, html

from app.imports.child import COLUMN_LIMIT, ROW_LIMIT, Opened, Refused
from app.imports.wire import MERGES_MOST

_SS = "{urn:schemas-microsoft-com:office:spreadsheet}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_KIND = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}value-type"
_CELLS_MOST = 5_000_000
Row = tuple[int, list[Any]]


def open_book(ask: dict[str, Any]) -> Opened:
    with open(ask["path"], "rb") as stream:
        data = stream.read()
    if ask["form"] == "spreadsheetml":
        return _spreadsheetml(data)
    return _html(data.decode(ask["encoding"], "replace"))


class Tables:
    """Tables already read into rows."""

    def __init__(self, tables: list[tuple[dict[str, Any], list[Row], list[int]]]) -> None:
        self._tables = tables

    def sheets(self) -> list[dict[str, Any]]:
        return [head for head, _, _ in self._tables]

    def rows(self, sheet: int) -> Iterator[Row]:
        yield from self._tables[sheet][1]

    def hidden_rows(self, sheet: int) -> list[int]:
        return self._tables[sheet][2]


class Grid:
    """Cells placed one after another, with spans."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.merges: list[list[int]] = []
        self.columns = 0
        self.count = 0
        self._taken: dict[int, int] = {}

    def row(self, number: int, cells: list[tuple[int, Any, int, int]]) -> None:
        """Place (column or 0, value, rows spanned, columns spanned) cells in row `number`."""
        line: list[Any] = []
        column = 0
        for at, value, down, across in cells:
            column = at or column + 1
            while not at and self._taken.get(column, 0) >= number:
                column += 1
            if column + across - 1 > COLUMN_LIMIT or number + down - 1 > ROW_LIMIT:
                raise Refused("E_BOOK_FAR", cell=f"R{number}C{column}")
            self.count += 1 + max(0, column - len(line))
            if self.count > _CELLS_MOST:
                raise Refused("E_BOOK_LARGE")
            line.extend([""] * (column - 1 - len(line)))
            line.append(value)
            if down > 1:
                self._taken.update(dict.fromkeys(range(column, column + across), number + down - 1))
            if (down > 1 or across > 1) and len(self.merges) < MERGES_MOST:
                self.merges.append([number, column, number + down - 1, column + across - 1])
            column += across - 1
        self.columns = max(self.columns, len(line))
        self.rows.append((number, line))

    def head(self, name: str, hidden: bool) -> dict[str, Any]:
        last = self.rows[-1][0] if self.rows else 0
        return {"name": name, "hidden": hidden, "rows": last, "columns": self.columns, "merges": self.merges}


def _html(source: str) -> Tables:
    """Every table of the page that is not inside another."""
    source = re.sub(r"^\s*<\?xml[^>]*>", "", source)
    parser = html.HTMLParser(no_network=True, huge_tree=False, remove_comments=True)
    root = html.document_fromstring(source, parser=parser)
    tables: list[tuple[dict[str, Any], list[Row], list[int]]] = []
    for index, table in enumerate(root.iter("table"), 1):
        if any(True for _ in table.iterancestors("table")):
            continue
        grid = Grid()
        number = 0
        for line in table.iter("tr"):
            if next(line.iterancestors("table")) is not table:
                continue
            number += 1
            cells = [c for c in line if c.tag in ("td", "th")]
            grid.row(number, [(0, _html_text(c), _span(c, "rowspan"), _span(c, "colspan")) for c in cells])
        if grid.rows:
            tables.append((grid.head(f"表{index}", False), grid.rows, []))
    if not tables:
        raise Refused("E_BOOK_NO_TABLE")
    return Tables(tables)


def read_table(source: str) -> tuple[list[list[str]], list[list[int]]]:
    """The first table of a page as rows of texts, and its merged ranges as [row, column, last row, last column] from 1.

    Raises Refused where there is none, or it is too large.
    """
    try:
        tables = _html(source)
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise Refused("E_BOOK_NO_TABLE") from error
    head = tables.sheets()[0]
    return [line for _, line in tables.rows(0)], head["merges"]


def _html_text(cell: Any) -> str:
    for line in cell.iter("br", "p", "div"):
        if line is not cell:
            line.tail = "\n" + (line.tail or "") if line.tag == "br" else (line.tail or "")
    return re.sub(r"[ \t\r\f\v]*\n[ \t\r\f\v]*", "\n", cell.text_content().replace("\xa0", " ")).strip()


def _span(cell: Any, name: str) -> int:
    text = cell.get(name, "1").strip()
    return max(1, min(int(text), ROW_LIMIT)) if text.isdigit() and len(text) < 8 else 1


def _spreadsheetml(data: bytes) -> Tables:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    root = etree.fromstring(data, parser)
    if root.getroottree().docinfo.internalDTD is not None:
        raise Refused("E_BOOK_DAMAGED", detail="DTD")
    base = 1904 if root.find(".//{urn:schemas-microsoft-com:office:excel}Date1904") is not None else 1900
    tables: list[tuple[dict[str, Any], list[Row], list[int]]] = []
    for sheet in root.iter(f"{_SS}Worksheet"):
        grid = Grid()
        hidden: list[int] = []
        number = 0
        for line in sheet.iter(f"{_SS}Row"):
            number = int(line.get(f"{_SS}Index", number + 1))
            if line.get(f"{_SS}Hidden") == "1":
                hidden.append(number)
            grid.row(number, [_xml_cell(c) for c in line.iter(f"{_SS}Cell")])
        options = sheet.find(".//{urn:schemas-microsoft-com:office:excel}Visible")
        concealed = options is not None and "hidden" in (options.text or "").lower()
        tables.append((grid.head(sheet.get(f"{_SS}Name", ""), concealed) | {"base": base}, grid.rows, hidden))
    if not tables:
        raise Refused("E_BOOK_NO_TABLE")
    return Tables(tables)


def _xml_cell(cell: Any) -> tuple[int, Any, int, int]:
    at = int(cell.get(f"{_SS}Index", "0"))
    down = int(cell.get(f"{_SS}MergeDown", "0")) + 1
    across = int(cell.get(f"{_SS}MergeAcross", "0")) + 1
    value = cell.find(f"{_SS}Data")
    if value is None:
        return at, "", down, across
    return at, _xml_value(value.get(f"{_SS}Type", "String"), "".join(value.itertext())), down, across


def _xml_value(kind: str, text: str) -> Any:
    try:
        if kind == "Number":
            return float(text)
        if kind == "DateTime":
            when = dt.datetime.fromisoformat(text)
            return when if when.time() != dt.time() else when.date()
    except ValueError:
        return text
    return text == "1" if kind == "Boolean" else text


def ods_merges(path: str, name: str) -> list[list[int]]:
    """Merged ranges of one sheet of an .ods, which calamine does not tell."""
    merges: list[list[int]] = []
    with zipfile.ZipFile(path) as archive, archive.open("content.xml") as stream:
        row = column = 0
        inside = False
        for event, node in _ods_walk(stream):
            kind = node.tag[len(_TABLE) :]
            if event == "end":
                if kind == "table-row":
                    row += _repeat(node, "number-rows-repeated") if inside else 0
                    column = 0
                    node.clear()
            elif kind == "table":
                inside, row, column = node.get(f"{_TABLE}name") == name, 0, 0
            elif inside and kind.endswith("cell"):
                down, across = (_repeat(node, f"number-{side}-spanned") for side in ("rows", "columns"))
                if (down > 1 or across > 1) and len(merges) < MERGES_MOST:
                    merges.append([row + 1, column + 1, row + down, column + across])
                column += _repeat(node, "number-columns-repeated")
    return merges


def ods_failed(path: str) -> dict[str, dict[int, dict[int, str]]]:
    """Of each sheet of an .ods, {row number: {column from 0: what a cell shows whose formula failed}}."""
    found: dict[str, dict[int, dict[int, str]]] = {}
    with zipfile.ZipFile(path) as archive:
        with archive.open("content.xml") as stream:
            if not any(b'value-type="error"' in block for block in _blocks(stream)):
                return found
        with archive.open("content.xml") as stream:
            name, row, column = "", 0, 0
            for event, node in _ods_walk(stream):
                kind = node.tag[len(_TABLE) :]
                if event == "start" and kind == "table":
                    name, row = node.get(f"{_TABLE}name", ""), 0
                elif event == "end" and kind == "table-row":
                    row += _repeat(node, "number-rows-repeated")
                    column = 0
                    node.clear()
                elif event == "end" and kind.endswith("cell"):
                    if node.get(_KIND) == "error":
                        shown = "".join(node.itertext()).strip()
                        found.setdefault(name, {}).setdefault(row + 1, {})[column] = shown
                    column += _repeat(node, "number-columns-repeated")
    return found


def _ods_walk(stream: IO[bytes]) -> Iterator[tuple[str, Any]]:
    tags = tuple(_TABLE + t for t in ("table", "table-row", "table-cell", "covered-table-cell"))
    return iter(
        etree.iterparse(
            stream, ("start", "end"), tag=tags, resolve_entities=False, no_network=True, load_dtd=False
        )
    )


def _blocks(stream: IO[bytes]) -> Iterator[bytes]:
    """A stream in blocks that overlap a little, for looking for a short text."""
    tail = b""
    while block := stream.read(1 << 20):
        yield tail + block
        tail = block[-64:]


def _repeat(node: Any, name: str) -> int:
    return max(1, min(int(node.get(_TABLE + name, "1")), ROW_LIMIT))
