"""Makes league lists in many layouts and file forms, and files that mean harm. Used by the tests of imports."""

from __future__ import annotations

import csv
import datetime as dt
import html
import io
import random
import struct
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from openpyxl import Workbook

MATTERS = ("土地预审", "能评", "环评", "取水", "水土保持", "林地征占", "草地征占", "施工许可")
CODES = {title: f"M{i:02}" for i, title in enumerate(MATTERS, 1)}
WORDS = {
    "办结": ("已办", "已办结", "已批复", "√", "已批复（某审〔2019〕18号）", "已办理"),
    "在办": ("在办", "办理中", "正在办理"),
    "未办": ("未办", "未办理", "×"),
    "不需办": ("不涉及", "不需要", "/", "无需办理"),
    "待核": ("", "待核实"),
}
NOTE = "注：1.本表由盟发展改革委下达。2.“√”表示已办理，“×”表示未办理，“/”表示不涉及。"
SIGN = ("填报人：", "审核人：", "单位负责人：", "联系电话：")
Grid = list[list[Any]]
Merge = tuple[int, int, int, int]


@dataclass(frozen=True)
class Entry:
    """One project as it should read: money as a decimal string of 万元, date ISO, matters by title."""

    name: str
    code: str
    owner: str
    kind: str
    doc: str
    date: str
    invest: str
    place: str
    state: str
    matters: dict[str, str]


@dataclass
class Sheet:
    """Rows as they stand in the file. `merges` are 1-based (top, left, bottom, right)."""

    name: str
    rows: Grid
    merges: list[Merge] = field(default_factory=list)
    hidden: bool = False


def entries(count: int = 40, seed: int = 7) -> list[Entry]:
    """Made-up projects, the same ones for the same seed."""
    dice = random.Random(seed)
    towns = ("明安图镇", "星耀镇", "宝拉根陶海苏木", "额里图牧场")
    works = ("供水管网改造工程", "冷链物流中心建设项目", "110千伏输变电工程", "水库除险加固工程")
    out = []
    for i in range(count):
        year = dice.randint(2016, 2022)
        day = dt.date(year, dice.randint(1, 12), dice.randint(1, 28))
        out.append(
            Entry(
                f"{dice.choice(towns)}{dice.choice(works)}（{'一二三四'[i % 4]}期）第{i}标段",
                "" if i % 19 == 3 else f"{year % 100:02}{day.month:02}-152529-04-01-{100000 + i}",
                dice.choice(("某旗水利局", "某某矿业有限公司", "某旗教育局")),
                dice.choice(("审批", "核准", "备案")),
                f"某发改字〔{year}〕{i + 1}号",
                day.isoformat(),
                f"{Decimal(dice.randint(100, 3_000_000)) / 100:f}",
                dice.choice(towns),
                dice.choice(("未开工", "在建", "建成")),
                {m: dice.choice(tuple(WORDS)) for m in MATTERS},
            )
        )
    return out


def word(state: str, dice: random.Random, marks: bool = True) -> str:
    return dice.choice([w for w in WORDS[state] if marks or w not in "√×/" or not w])


def date_forms(iso: str, dice: random.Random, typed: bool) -> Any:
    """A date in one of the forms of C5."""
    on = dt.date.fromisoformat(iso)
    forms: list[Any] = [f"{on.year}.{on.month}.{on.day}", f"{on.year}/{on.month}/{on.day}", f"{on:%Y%m%d}"]
    forms += [f"{on.year}年{on.month}月{on.day}日", iso, _chinese(on)]
    return dice.choice([*forms, on] if typed else forms)


def _chinese(on: dt.date) -> str:
    digits = "〇一二三四五六七八九"

    def small(n: int) -> str:
        tens, ones = divmod(n, 10)
        return ("" if tens < 2 else digits[tens]) + ("十" if tens else "") + (digits[ones] if ones else "")

    return "".join(digits[int(c)] for c in str(on.year)) + f"年{small(on.month)}月{small(on.day)}日"


def league(listed: Sequence[Entry], seed: int = 1) -> Sheet:
    """The league's own layout: title, corner unit, two-row merged head, total first, yearly sub-heads, note, signs."""
    dice = random.Random(seed)
    heads = [
        "序号",
        "项目名称",
        "项目代码",
        "建设单位",
        "立项类型",
        "立项文号",
        "立项日期",
        "总投资",
        "建设地点",
        "建设状态",
    ]
    width = len(heads) + len(MATTERS)
    rows: Grid = [["附件2："], ["2016年以来立项项目清单\n（正镶白旗）"]]
    rows.append(
        ["填报单位：某盟发展和改革委员会（盖章）", *[""] * 6, "单位：万元", "填报日期：2022年8月10日"]
    )
    rows += [[*heads, "前期手续办理情况", *[""] * (len(MATTERS) - 1)], [*[""] * len(heads), *MATTERS]]
    merges = [(4, c, 5, c) for c in range(1, len(heads) + 1)] + [
        (4, len(heads) + 1, 4, width),
        (2, 1, 2, width),
    ]
    rows.append(["合计", f"{len(listed)}个", *[""] * 5, float(_sum(listed))])
    number = 0
    for year in sorted({e.date[:4] for e in listed}):
        group = [e for e in listed if e.date[:4] == year]
        rows.append([f"{year}年（{len(group)}个）"])
        merges.append((len(rows), 1, len(rows), width))
        for entry in group:
            number += 1
            rows.append(
                [number, *_basics(entry, dice, True), *(word(entry.matters[m], dice) for m in MATTERS)]
            )
    rows += [[NOTE], [SIGN[0], "", "", SIGN[1], "", "", SIGN[2], "", SIGN[3]]]
    return Sheet("汇总", rows, merges)


def _basics(e: Entry, dice: random.Random, typed: bool) -> list[Any]:
    code = dice.choice((e.code, e.code.replace("-", "–"), e.code.translate({ord("2"): "２"})))
    invest = dice.choice(
        (float(e.invest) if typed else e.invest, f"{e.invest}万元", f"{Decimal(e.invest):,}")
    )
    kind = dice.choice((e.kind, e.kind + "制"))
    name = dice.choice((e.name, f"  {e.name} ", e.name[:6] + "\n" + e.name[6:]))
    return [name, code, e.owner, kind, e.doc, date_forms(e.date, dice, typed), invest, e.place, e.state]


def other_words(listed: Sequence[Entry], seed: int = 2) -> Sheet:
    """One head row, other words in another order, 元, blank lines inside, total at the end."""
    dice = random.Random(seed)
    heads = [
        "编号序",
        "立项时间",
        "业主单位",
        "工程名称",
        "*投资总额（元）",
        "统一项目代码",
        "批复文号",
        "审批（核准、备案）类型",
    ]
    heads += [
        "施工许可证",
        "节能审查",
        "环境影响评价",
        "取水许可",
        "水保方案",
        "使用林地审核",
        "草原征占用",
        "用地预审与选址",
        "建设地址",
        "建设进展情况",
    ]
    order = ("施工许可", "能评", "环评", "取水", "水土保持", "林地征占", "草地征占", "土地预审")
    rows: Grid = [["正镶白旗2016年以来立项项目情况统计表"], [], heads]
    for number, e in enumerate(listed, 1):
        yuan = str((Decimal(e.invest) * 10000).quantize(Decimal(1)))
        row = [number, date_forms(e.date, dice, True), e.owner, e.name, int(yuan), e.code]
        row += [e.doc.replace("〔", "[").replace("〕", "]第"), e.kind]
        rows.append(row + [word(e.matters[m], dice, False) for m in order] + [e.place, e.state])
        if number % 7 == 0:
            rows.append([])
    rows.append(["合计", "", "", f"{len(listed)}个项目", int(_sum(listed) * 10000)])
    return Sheet("Sheet1", rows)


def flat_two_rows(listed: Sequence[Entry], seed: int = 3) -> Sheet:
    """Two head rows as plain text (no merges), repeated on every page, 同上, sub-totals and numbered sub-heads."""
    dice = random.Random(seed)
    upper = [
        "序号",
        "项目基本情况",
        "",
        "",
        "",
        "立项情况",
        "",
        "",
        "总投资（亿元）",
        "手续办理情况",
        *[""] * 7,
        "备注",
    ]
    lower = ["", "名称", "代码", "项目法人", "建设地点", "类型", "文号", "时间", "", *MATTERS, ""]
    upper += ["建设状态"]
    lower += [""]
    rows: Grid = [["待批项目清单"], upper, lower]
    place, number = "", 0
    for index, year in enumerate(sorted({e.date[:4] for e in listed})):
        group = [e for e in listed if e.date[:4] == year]
        rows.append([f"（{'一二三四五六七'[index]}）{year}年立项项目（{len(group)}个）"])
        for e in group:
            number += 1
            same = "同上" if e.place == place else e.place
            place = e.place
            invest = str((Decimal(e.invest) / 10000).normalize())
            row: list[Any] = [
                number,
                e.name,
                e.code,
                e.owner,
                same,
                e.kind,
                e.doc,
                date_forms(e.date, dice, False),
                invest,
            ]
            rows.append([*row, *(word(e.matters[m], dice, False) for m in MATTERS), "", e.state])
            if number % 15 == 0:
                rows += [list(upper), list(lower)]
        rows.append(["小计", "", "", "", "", "", "", "", str((_sum(group) / 10000).normalize())])
    rows.append(["说明：本表统计截至2022年8月。"])
    return Sheet("清单", rows)


def three_rows(listed: Sequence[Entry], seed: int = 4) -> list[Sheet]:
    """A cover and a guide before and after; three head rows, each matter with its own state and number columns."""
    dice = random.Random(seed)
    heads = [
        "序号",
        "项目名称",
        "项目代码",
        "建设单位",
        "立项类型",
        "立项文号",
        "立项日期",
        "计划总投资",
        "建设地点",
        "建设状态",
    ]
    first = ["", *["项目基本情况"] * 9, *["前期手续"] * 16]
    second = [*heads, *[m for m in MATTERS for _ in range(2)]]
    third = [""] * 7 + ["千元", "", ""] + ["办理情况", "批复文号"] * 8
    rows: Grid = [
        ["正镶白旗待批项目台账"],
        ["填报单位：旗发改委", "", "金额单位：千元"],
        first,
        second,
        third,
    ]
    merges = [(4, c, 5, c) for c in range(1, 11) if c != 8] + [(3, 2, 3, 10), (3, 11, 3, 26)]
    merges += [(4, 11 + 2 * i, 4, 12 + 2 * i) for i in range(8)]
    for i in range(8):
        second[11 + 2 * i] = ""
    first[2:10] = [""] * 8
    first[11:] = [""] * 15
    for number, e in enumerate(listed, 1):
        row: list[Any] = [number, e.name, e.code, e.owner, e.kind, e.doc, date_forms(e.date, dice, True)]
        row += [float(Decimal(e.invest) * 10), e.place, e.state]
        for m in MATTERS:
            row += [
                word(e.matters[m], dice).split("（")[0],
                f"某审〔2020〕{number}号" if e.matters[m] == "办结" else "",
            ]
        rows.append(row)
    rows += [["合  计", f"{len(listed)}", *[""] * 5, float(_sum(listed) * 10)], [], [NOTE]]
    cover = Sheet("封面", [["正镶白旗待批项目大起底"], ["填报单位：旗发展和改革委员会"], ["2022年8月"]])
    guide = Sheet("填报说明", [["填报说明"], ["1.项目名称应与立项文件一致。"], ["2.总投资单位为千元。"]])
    return [cover, guide, Sheet("附表1", rows, merges)]


def _sum(listed: Sequence[Entry]) -> Decimal:
    return sum((Decimal(e.invest) for e in listed), Decimal(0))


# ---- writers -------------------------------------------------------------------------------------------------


def write_xlsx(sheets: Sequence[Sheet], path: Path) -> Path:
    book = Workbook()
    book.remove(book.active)
    for sheet in sheets:
        made = book.create_sheet(sheet.name)
        for row in sheet.rows:
            made.append(row)
        for top, left, bottom, right in sheet.merges:
            made.merge_cells(start_row=top, start_column=left, end_row=bottom, end_column=right)
        if sheet.hidden:
            made.sheet_state = "hidden"
    book.save(path)
    return path


def write_csv(sheets: Sequence[Sheet], path: Path, encoding: str = "gb18030", mark: str = ",") -> Path:
    text = io.StringIO(newline="")
    longest = max(sheets, key=lambda s: len(s.rows))
    csv.writer(text, delimiter=mark).writerows([[_text(c) for c in row] for row in longest.rows])
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def write_html(sheets: Sequence[Sheet], path: Path, encoding: str = "gb18030") -> Path:
    """What a web system hands out as .xls."""
    parts = ["<html><head><meta http-equiv='Content-Type' content='text/html; charset=gb2312'></head><body>"]
    for sheet in sheets:
        parts.append("<table border=1>")
        _each_cell(sheet, lambda spans, cell: f"<td{spans}>{html.escape(_text(cell)).replace(chr(10), '<br>')}</td>",
                   lambda cells, _: parts.append(f"<tr>{''.join(cells)}</tr>"),
                   lambda down, across: f" rowspan={down} colspan={across}")  # fmt: skip
        parts.append("</table>")
    path.write_bytes("\n".join([*parts, "</body></html>"]).encode(encoding))
    return path


def write_spreadsheetml(sheets: Sequence[Sheet], path: Path) -> Path:
    """Excel 2003 XML saved as .xls."""
    parts = [
        '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>',
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
        'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">',
    ]
    for sheet in sheets:
        parts.append(f'<Worksheet ss:Name="{html.escape(sheet.name)}"><Table>')
        _each_cell(sheet, _xml_cell, lambda cells, n: parts.append(f'<Row ss:Index="{n}">{"".join(cells)}</Row>'),
                   lambda down, across: f' ss:MergeDown="{down - 1}" ss:MergeAcross="{across - 1}"', True)  # fmt: skip
        parts.append("</Table></Worksheet>")
    path.write_text("".join([*parts, "</Workbook>"]), "utf-8")
    return path


def _xml_cell(spans: str, cell: Any) -> str:
    kind = (
        "Number" if isinstance(cell, int | float) else "DateTime" if isinstance(cell, dt.date) else "String"
    )
    text = f"{cell.isoformat()}T00:00:00.000" if isinstance(cell, dt.date) else html.escape(_text(cell))
    return f'<Cell{spans}><Data ss:Type="{kind}">{text}</Data></Cell>'


def _each_cell(
    sheet: Sheet,
    draw: Callable[[str, Any], str],
    put: Callable[[list[str], int], Any],
    spans: Callable[[int, int], str],
    placed: bool = False,
) -> None:
    starts = {(t, left): (b - t + 1, r - left + 1) for t, left, b, r in sheet.merges}
    hidden = {
        (r, c) for t, left, b, right in sheet.merges for r in range(t, b + 1) for c in range(left, right + 1)
    } - starts.keys()
    for number, row in enumerate(sheet.rows, 1):
        width = max([len(row), *(c for r, c in starts if r == number)])
        cells = []
        for place in range(1, width + 1):
            if (number, place) in hidden:
                continue
            span = spans(*starts[number, place]) if (number, place) in starts else ""
            span = f' ss:Index="{place}"' + span if placed else span
            cells.append(draw(span, row[place - 1] if place <= len(row) else ""))
        put(cells, number)


def write_ods(sheets: Sequence[Sheet], path: Path) -> Path:
    """An OpenDocument sheet with merges and repeated trailing blanks as LibreOffice writes them."""
    ns = ' '.join(f'xmlns:{p}="urn:oasis:names:tc:opendocument:xmlns:{u}:1.0"' for p, u in
                  (("office", "office"), ("table", "table"), ("text", "text")))  # fmt: skip
    parts = [f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {ns} office:version="1.2">']
    parts.append("<office:body><office:spreadsheet>")
    for sheet in sheets:
        parts.append(f'<table:table table:name="{html.escape(sheet.name)}">')
        _ods_rows(sheet, parts)
        parts.append('<table:table-row table:number-rows-repeated="1048000"><table:table-cell '
                     'table:number-columns-repeated="1024"/></table:table-row></table:table>')  # fmt: skip
    parts.append("</office:spreadsheet></office:body></office:document-content>")
    mimetype = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{mimetype}"/></manifest:manifest>'
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", mimetype, zipfile.ZIP_STORED)
        archive.writestr("content.xml", "".join(parts))
        archive.writestr("META-INF/manifest.xml", manifest)
    return path


def _ods_rows(sheet: Sheet, parts: list[str]) -> None:
    starts = {(t, left): (b - t + 1, r - left + 1) for t, left, b, r in sheet.merges}
    for number, row in enumerate(sheet.rows, 1):
        parts.append("<table:table-row>")
        for place in range(1, max([len(row), *(c for r, c in starts if r == number)]) + 1):
            cell = row[place - 1] if place <= len(row) else ""
            span = ""
            if (number, place) in starts:
                down, across = starts[number, place]
                span = f' table:number-rows-spanned="{down}" table:number-columns-spanned="{across}"'
            if isinstance(cell, dt.date):
                span += f' office:value-type="date" office:date-value="{cell.isoformat()}"'
            elif isinstance(cell, int | float):
                span += f' office:value-type="float" office:value="{cell}"'
            elif cell:
                span += ' office:value-type="string"'
            text = (
                "".join(f"<text:p>{html.escape(p)}</text:p>" for p in _text(cell).split("\n"))
                if cell != ""
                else ""
            )
            parts.append(f"<table:table-cell{span}>{text}</table:table-cell>")
        parts.append("</table:table-row>")


def _text(cell: Any) -> str:
    return "" if cell is None else str(cell)


WRITERS: dict[str, Callable[[Sequence[Sheet], Path], Path]] = {
    "list.xlsx": write_xlsx,
    "list.ods": write_ods,
    "list.csv": write_csv,
    "utf8.csv": lambda sheets, path: write_csv(sheets, path, "utf-8-sig"),
    "tabs.xls": lambda sheets, path: write_csv(sheets, path, "utf-16", "\t"),
    "html.xls": write_html,
    "xml.xls": write_spreadsheetml,
}
LAYOUTS: dict[str, Callable[[Sequence[Entry]], list[Sheet]]] = {
    "league": lambda listed: [league(listed), Sheet("填报说明", [["填报说明"], ["请勿改动表样。"]])],
    "other_words": lambda listed: [other_words(listed)],
    "flat_two_rows": lambda listed: [flat_two_rows(listed)],
    "three_rows": three_rows,
}


# ---- files that mean harm --------------------------------------------------------------------------------------


def write_compound(names: Sequence[str], path: Path) -> Path:
    """A small compound file with empty-ish streams of these names (an encrypted workbook has EncryptedPackage)."""
    directory = b"".join(_directory_entry(n, 5 if n == "Root Entry" else 2) for n in ("Root Entry", *names))
    directory = directory.ljust(1024, b"\0")
    fat = struct.pack("<4I", 0xFFFFFFFD, 2, 0xFFFFFFFE, 0xFFFFFFFE).ljust(512, b"\xff")
    head = bytearray(512)
    head[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<HHHHH", head, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<I", head, 44, 1)
    struct.pack_into("<I", head, 48, 1)
    struct.pack_into("<I", head, 56, 4096)
    struct.pack_into("<IIII", head, 60, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    struct.pack_into("<109I", head, 76, 0, *[0xFFFFFFFF] * 108)
    path.write_bytes(bytes(head) + fat + directory)
    return path


def _directory_entry(name: str, kind: int) -> bytes:
    entry = bytearray(128)
    text = name.encode("utf-16-le")
    entry[: len(text)] = text
    struct.pack_into("<HB", entry, 64, len(text) + 2, kind)
    struct.pack_into("<II", entry, 116, 0xFFFFFFFE, 0)
    return bytes(entry)


def write_raw_xlsx(path: Path, sheet_xml: str, *, extra: dict[str, bytes] | None = None) -> Path:
    """An .xlsx whose one sheet is exactly `sheet_xml`."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    rels = "http://schemas.openxmlformats.org/package/2006/relationships"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    types = "http://schemas.openxmlformats.org/package/2006/content-types"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types xmlns="{types}"><Default Extension="rels" ContentType="application/vnd.'
        f'openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.'
        f'main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{rels}"><Relationship Id="r1" Type="{office}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets><sheet name="汇总" sheetId="1" '
        'r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{rels}"><Relationship Id="r1" Type="{office}/worksheet" '
        'Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": sheet_xml.replace("<worksheet>", f'<worksheet xmlns="{main}">'),
        **(extra or {}),
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def inline_rows(rows: Grid, first: int = 1) -> str:
    """<row> elements with inline strings."""
    out = []
    for number, row in enumerate(rows, first):
        cells = "".join(
            f'<c r="{chr(65 + i)}{number}" t="inlineStr"><is><t>{html.escape(_text(c))}</t></is></c>'
            for i, c in enumerate(row)
        )
        out.append(f'<row r="{number}">{cells}</row>')
    return "".join(out)
