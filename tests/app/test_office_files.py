"""Word files and workbooks that may be kept and come in a bundle: as this program writes them, byte after byte judged."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from app.exports.ledger_xlsx import write_pages_xlsx
from app.exports.official import Annex, OfficialPaper, Para, Table
from app.exports.official_docx import write_official_docx
from app.page import Column, Page
from app.problem import Problem
from app.storage import inspecting, office_files

COLUMNS = (Column("a", "事项", width=20), Column("b", "数", width=20, align="right"))
ROWS = (("=cmd|'/c calc'!A1", "1,234"), ("  前后有空格 ", "<&>\r二"))
LINK = '<Relationship Id="r99" Type="http://x/{}" Target="{}"{}/></Relationships>'
MORE = {"docx": "word/_rels/document.xml.rels", "xlsx": "xl/_rels/workbook.xml.rels"}
MAIN = {"docx": "word/document.xml", "xlsx": "xl/worksheets/sheet1.xml"}


@pytest.fixture(params=["docx", "xlsx"])
def written(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A paper with everything it can have, and a workbook whose texts would like to be more."""
    made = tmp_path / f"报告.{request.param}"
    if request.param == "docx":
        tables = Table(COLUMNS, ROWS, "表")
        paper = OfficialPaper(
            "标题",
            (Para("正文"), tables),
            "白发〔2022〕1号",
            "各局",
            "办公室",
            "2022年9月1日",
            cc=("纪检组",),
        )
        annexed = OfficialPaper(**{**vars(paper), "attachments": (Annex("附表", (tables,)),)})
        write_official_docx(annexed, made, duplex=True)
    else:
        page = Page(
            "统计",
            "单位",
            "日期",
            "元",
            COLUMNS,
            ROWS,
            totals=("合计", "2"),
            foot=("注：=1+1",),
            signs=("审核人",),
        )
        write_pages_xlsx((page, page.__class__(**{**vars(page), "title": "二"})), made)
    return made


def changed(file: Path, part: str, how: Callable[[str], str], *, add: bool = False) -> Path:
    """A copy in which one part reads otherwise; `add`: in which there is one more."""
    out = file.with_name(f"改过{len(list(file.parent.iterdir()))}{file.suffix}")
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, how(content.decode()).encode() if name == part else content)
        if add:
            new.writestr(part, how(""))
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(out) as new:
        assert {name: old.read(name) for name in old.namelist()} != {
            name: new.read(name) for name in new.namelist()
        }
    return out


def test_what_was_written_is_taken_and_whatever_was_slipped_in_is_not(written: Path) -> None:
    """No macro, no link to the outside, no formula, no picture, no entity, no part that is not written here (exchange 11)."""
    kind = written.suffix[1:]
    assert office_files.judge(written) == kind == inspecting.inspect(written, written=True)
    with pytest.raises(Problem, match="E_ATTACHMENT_TYPE"):
        inspecting.inspect(written)  # a clerk's own
    main, links = MAIN[kind], MORE[kind]
    end = "</w:body>" if kind == "docx" else "</sheetData>"
    bad = "<w:altChunk/>" if kind == "docx" else '<row r="99"><c r="A99"><f>1+1</f></c></row>'
    folder = "word" if kind == "docx" else "xl"
    spoilt = [
        changed(written, f"{folder}/vbaProject.bin", lambda _: "macro", add=True),
        changed(written, f"{folder}/media/image1.png", lambda _: "png", add=True),
        changed(written, "../outside.xml", lambda _: "<a/>", add=True),
        changed(written, main, lambda text: text.replace(end, bad + end)),
        changed(written, main, lambda text: f"<!DOCTYPE a [<!ENTITY b 'c'>]>{text.partition('?>')[2] or text}"),
        changed(
            written, links,
            lambda text: text.replace("</Relationships>", LINK.format("hyperlink", "http://x", ' TargetMode="External"')),
        ),
        changed(written, links, lambda text: text.replace("</Relationships>", LINK.format("oleObject", "a.bin", ""))),
        changed(
            written, "[Content_Types].xml",
            lambda text: text.replace("document.main+xml", "template.macroEnabledTemplate.main+xml").replace(
                "sheet.main+xml", "sheet.macroEnabled.main+xml"
            ),
        ),
    ]  # fmt: skip
    if kind == "docx":
        spoilt.append(
            changed(written, "word/footer1.xml", lambda text: text.replace("PAGE", 'DDEAUTO c:\\\\a "b"'))
        )
    assert len(set(spoilt)) >= 8
    for file in spoilt:
        with pytest.raises(Problem, match="E_ATTACHMENT_ACTIVE"):
            inspecting.inspect(file, written=True)
    torn = written.with_name(f"断{written.suffix}")
    torn.write_bytes(written.read_bytes()[:-60])
    with pytest.raises(Problem, match="E_ATTACHMENT_DAMAGED"):
        inspecting.inspect(torn, written=True)
    other = written.rename(written.with_suffix(".xlsx" if kind == "docx" else ".docx"))
    with pytest.raises(Problem, match="E_ATTACHMENT_MISMATCH"):
        inspecting.inspect(other, written=True)
