"""Made-up data from a seed: the rows of a list, and workbooks of them as Excel would write them."""

from __future__ import annotations

import random
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from xml.sax.saxutils import escape

SEED = 20220823
HEADS = (
    "项目名称", "项目代码", "建设单位", "立项类型", "立项文号", "立项日期", "总投资（万元）", "建设状态",
    "土地预审", "能评", "环评", "取水", "水土保持", "林地征占", "草地征占", "施工许可",
)  # fmt: skip
PLACES = ("明安图镇", "星耀镇", "额里图牧场", "宝拉根陶海苏木", "乌兰查布苏木", "伊和淖日苏木", "明安图产业园")
KINDS = ("水库除险加固工程", "农村公路改造工程", "草原生态修复治理项目", "供水管网改造工程", "文化体育活动中心建设项目")
OWNERS = tuple(f"某{place}第{n}建设有限公司" for place in PLACES for n in range(1, 61))
TYPES = ("审批", "核准", "备案")
BUILT = ("未开工", "在建", "建成")
STATES = ("已办", "已批复", "未办", "在办", "不需要", "√", "×", "/", "")
EPOCH = date(1899, 12, 30)
Cell = str | float | date | None

_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_MIME = "application/vnd.openxmlformats"
_PARTS = {"workbook": "sheet.main", "worksheets/sheet1": "worksheet", "styles": "styles", "sharedStrings": "sharedStrings"}
_TYPES = (
    f'<Types xmlns="{_PACKAGE}/content-types">'
    f'<Default Extension="rels" ContentType="{_MIME}-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    + "".join(
        f'<Override PartName="/xl/{part}.xml" ContentType="{_MIME}-officedocument.spreadsheetml.{kind}+xml"/>'
        for part, kind in _PARTS.items()
    )
    + "</Types>"
)
_SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELS = (
    f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)
_BOOK = (
    f'<workbook xmlns="{_SPACE}" xmlns:r="{_OFFICE}">'
    '<sheets><sheet name="清单" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
_BOOK_RELS = (
    f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/>'
    f'<Relationship Id="rId3" Type="{_OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
)
_STYLES = (
    f'<styleSheet xmlns="{_SPACE}"><fonts count="1"><font><sz val="11"/><name val="宋体"/></font></fonts>'
    '<fills count="1"><fill><patternFill patternType="none"/></fill></fills><borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="14" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs></styleSheet>'
)


def league_rows(count: int) -> Iterator[list[Cell]]:
    """`count` rows of 16 cells under HEADS: names, codes and amounts all differ, dates in four forms."""
    dice = random.Random(SEED)  # noqa: S311 - made-up data
    for number in range(1, count + 1):
        day = date(2016, 1, 1) + timedelta(days=dice.randrange(2400))
        place = dice.choice(PLACES)
        forms: tuple[Cell, ...] = (day, day, f"{day:%Y-%m-%d}", f"{day.year}.{day.month}.{day.day}")
        yield [
            f"{place}{dice.choice(KINDS)}第{number}标段",
            f"{day:%y%m}-152529-0{dice.randint(1, 5)}-0{dice.randint(1, 5)}-{number:06}",
            dice.choice(OWNERS),
            dice.choice(TYPES),
            f"某发改字〔{day.year}〕{number}号",
            dice.choice(forms),
            round(dice.uniform(50, 30000), 2),
            dice.choice(BUILT),
            *(dice.choice(STATES) for _ in range(8)),
        ]


def idle_rows(count: int, cell: Cell) -> Iterator[list[Cell]]:
    """Rows of the same width with nothing to keep: a blank in every cell, or None for a format alone."""
    for _ in range(count):
        yield [cell] * len(HEADS)


def write_workbook(out: Path, rows: Iterable[Sequence[Cell]]) -> None:
    """One sheet with HEADS and `rows`; texts shared, dates as styled numbers, no row kept in memory."""
    shared: dict[str, int] = {}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as book:
        parts = (
            ("[Content_Types].xml", _TYPES),
            ("_rels/.rels", _RELS),
            ("xl/workbook.xml", _BOOK),
            ("xl/_rels/workbook.xml.rels", _BOOK_RELS),
            ("xl/styles.xml", _STYLES),
        )
        for name, text in parts:
            book.writestr(name, text)
        with book.open("xl/worksheets/sheet1.xml", "w") as sheet:
            sheet.write(f'<worksheet xmlns="{_SPACE}"><sheetData>'.encode())
            sheet.write(_row_xml(1, HEADS, shared))
            for number, row in enumerate(rows, 2):
                sheet.write(_row_xml(number, row, shared))
            sheet.write(b"</sheetData></worksheet>")
        texts = "".join(f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in shared)
        book.writestr("xl/sharedStrings.xml", f'<sst xmlns="{_SPACE}" uniqueCount="{len(shared)}">{texts}</sst>')


def _row_xml(number: int, row: Sequence[Cell], shared: dict[str, int]) -> bytes:
    cells = []
    for place, cell in enumerate(row):
        at = f"{chr(65 + place)}{number}"
        if isinstance(cell, str):
            if cell:
                cells.append(f'<c r="{at}" t="s"><v>{shared.setdefault(cell, len(shared))}</v></c>')
        elif cell is None:
            cells.append(f'<c r="{at}" s="1"/>')
        elif isinstance(cell, date):
            cells.append(f'<c r="{at}" s="1"><v>{(cell - EPOCH).days}</v></c>')
        else:
            cells.append(f'<c r="{at}"><v>{cell}</v></c>')
    return f'<row r="{number}">{"".join(cells)}</row>'.encode()
