"""The league's own workbook filled: formats, merges, sums, names and pictures stay, cell for cell."""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.drawing.image import Image
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Border, Font, PatternFill, Side
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.protection import SheetProtection
from PIL import Image as Picture

from app.exports.form_refs import Shift
from app.ledger import entries, kept_forms, settings
from app.office import Office
from app.problem import Problem
from app.proof import replay
from app.workbooks import filling
from tests.app.conftest import project

BOX = Border(*(Side(style="thin"),) * 4)
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
CHAIN = f'<calcChain xmlns="{MAIN}"><c r="D9" i="1"/></calcChain>'


def form(path: Path, *, blanks: int = 3) -> Path:
    """盟发改委的表样: merged heads of two rows from row 3, blank rows from 5, a sum, a note, a picture below and one above."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "附件 1"
    sheet["A1"], sheet["A2"] = "全盟待批项目情况表", "单位：万元"
    sheet["A1"].font = Font(name="黑体", size=18)
    heads = {
        "A3": "序号",
        "B3": "项目名称",
        "C3": "立项情况",
        "C4": "立项文号",
        "D4": "立项时间",
        "E3": "总投资",
        "F3": "用地",
        "G3": "亿元",
        "H3": "备注",
    }
    for place, text in heads.items():
        sheet[place] = text
    for area in ("A1:H1", "A3:A4", "B3:B4", "C3:D3", "E3:E4", "F3:F4", "G3:G4", "H3:I4"):
        sheet.merge_cells(area)
    last = 4 + blanks
    for row in range(5, last + 1):
        for column in range(1, 10):
            sheet.cell(row, column).border = BOX
        sheet.cell(row, 1, row - 4)
        sheet.cell(row, 4).number_format = "yyyy年m月d日"
        sheet.cell(row, 5).number_format = "#,##0.00"
        sheet.cell(row, 7, f"=E{row}/10000")
        sheet.merge_cells(f"H{row}:I{row}")
        sheet.row_dimensions[row].height = 33
    total = last + 1
    sheet.cell(total, 2, "合计").border = BOX
    sheet.cell(total, 5, f"=SUM(E5:E{last})")
    sheet.cell(total + 1, 1, f'="共"&COUNTA(B5:B{last})&"个，合计"&E{total}')
    rule = DataValidation(type="list", formula1='"有,无"')
    rule.add(f"F5:F{last}")
    sheet.add_data_validation(rule)
    sheet.conditional_formatting.add(
        f"E5:E{last}", FormulaRule(formula=[f"E5>$E${total}/2"], fill=PatternFill("solid", bgColor="FFC7CE"))
    )
    sheet.print_area = f"A1:I{total + 1}"
    sheet.print_title_rows = "3:4"
    sheet.freeze_panes = "C5"
    sheet.cell(total, 5).comment = Comment("请核对", "盟")
    Picture.new("RGB", (30, 30), "red").save(path.with_suffix(".png"))
    for place in ("J1", f"J{total + 1}"):
        sheet.add_image(Image(str(path.with_suffix(".png"))), place)
    other = book.create_sheet("汇总")
    other["A1"], other["A2"] = f"='附件 1'!E{total}", f"=SUM('附件 1'!$E$5:$E${last})"
    book.create_sheet("说明")["A1"] = "不要动"
    book.defined_names["合计"] = DefinedName("合计", attr_text=f"'附件 1'!$E${total}")
    book.save(path)
    return _with_chain(path)


def _with_chain(path: Path) -> Path:
    """The same with the part in which Excel notes the order of working out."""
    with ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    types, rels = "[Content_Types].xml", "xl/_rels/workbook.xml.rels"
    parts[types] = parts[types].replace(
        b"</Types>", b'<Override PartName="/xl/calcChain.xml" ContentType="application/x"/></Types>'
    )
    parts[rels] = parts[rels].replace(
        b"</Relationships>",
        b'<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/calcChain" '
        b'Target="calcChain.xml"/></Relationships>',
    )
    parts["xl/calcChain.xml"] = CHAIN.encode()
    with ZipFile(path, "w") as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return path


def parts_of(path: Path) -> dict[str, bytes]:
    with ZipFile(path) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


@pytest.fixture
def rows(bureau: Office, ledger: str) -> str:
    """Five projects in the ledger, the fifth struck off."""
    for number, name in enumerate("甲乙丙丁戊", 1):
        row = project(bureau, ledger, f"示范项目{name}", M03="在办")
        cells = {
            "invest": f"{number}00.5",
            "approval_doc": f"发改〔2020〕{number}号",
            "approval_date": f"2020-05-0{number}",
        }
        entries.amend(bureau, row, cells)
    entries.amend(bureau, row, {"excluded": "重复", "exclude_reason": "重复列入"})
    return ledger


def test_a_form_with_too_few_rows_grows_and_all_else_follows(
    bureau: Office, rows: str, tmp_path: Path
) -> None:
    given, out = form(tmp_path / "表样.xlsx", blanks=2), tmp_path / "填好.xlsx"
    before = given.read_bytes()
    done = filling.fill(bureau, rows, given, out)
    assert (done.facts["rows"], done.facts["room"], done.facts["extra"]) == (4, 2, 2)
    assert done.facts["left"] == ["亿元"] and "亿元" in done.said
    assert given.read_bytes() == before
    sheet = openpyxl.load_workbook(out)["附件 1"]
    assert [[sheet.cell(r, c).value for c in (1, 2, 3)] for r in (5, 8)] == [
        [1, "示范项目甲", "发改〔2020〕1号"], [4, "示范项目丁", "发改〔2020〕4号"],
    ]  # fmt: skip
    assert sheet["D8"].value == dt.datetime(2020, 5, 4) and sheet["D8"].number_format == "yyyy年m月d日"
    assert (
        sheet["E6"].value == 200.5
        and sheet["E8"].number_format == "#,##0.00"
        and sheet["H8"].border.left.style == "thin"
    )
    assert [sheet.cell(r, 7).value for r in (5, 6, 7, 8)] == [f"=E{r}/10000" for r in (5, 6, 7, 8)]
    assert sheet.row_dimensions[8].height == 33 and sheet["B9"].value == "合计"
    assert sheet["E9"].value == "=SUM(E5:E8)" and sheet["A10"].value == '="共"&COUNTA(B5:B8)&"个，合计"&E9'
    merged = {str(area) for area in sheet.merged_cells.ranges}
    assert {"C3:D3", "H3:I4", *(f"H{r}:I{r}" for r in (5, 6, 7, 8))} <= merged and len(merged) == 12
    assert [str(rule.sqref) for rule in sheet.data_validations.dataValidation] == ["F5:F8"]
    formats = {str(area.sqref): [r.formula[0] for r in area.rules] for area in sheet.conditional_formatting}
    assert formats == {"E5:E8": ["E5>$E$9/2"]}
    assert (
        sheet.print_area == "'附件 1'!$A$1:$I$10"
        and sheet.print_title_rows == "$3:$4"
        and sheet.freeze_panes == "C5"
    )
    assert sheet["E9"].comment is not None and sheet["E7"].comment is None
    assert sorted(image.anchor._from.row for image in sheet._images) == [0, 9]
    book = openpyxl.load_workbook(out)
    assert [book["汇总"][c].value for c in ("A1", "A2")] == ["='附件 1'!E9", "=SUM('附件 1'!$E$5:$E$8)"]
    assert book.defined_names["合计"].attr_text == "'附件 1'!$E$9"
    old, new = parts_of(given), parts_of(out)
    assert (
        "xl/calcChain.xml" not in new
        and b"calcChain" not in new["[Content_Types].xml"] + new["xl/_rels/workbook.xml.rels"]
    )
    assert b'fullCalcOnLoad="1"' in new["xl/workbook.xml"]
    same = {name for name in new if new[name] == old[name]}
    assert {"xl/styles.xml", "xl/worksheets/sheet3.xml", "xl/theme/theme1.xml", "xl/media/image1.png"} <= same


def test_a_form_with_room_is_changed_in_its_cells_alone(bureau: Office, rows: str, tmp_path: Path) -> None:
    given, out = form(tmp_path / "表样.xlsx", blanks=6), tmp_path / "填好.xlsx"
    filling.fill(bureau, rows, given, out, given={"F": "M03", "总投资": "invest", "H": ""})
    old, new = parts_of(given), parts_of(out)
    assert {n for n in old if old[n] != new.get(n)} == {
        "xl/worksheets/sheet1.xml", "xl/workbook.xml", "[Content_Types].xml", "xl/_rels/workbook.xml.rels", "xl/calcChain.xml",
    }  # fmt: skip
    sheet = openpyxl.load_workbook(out)["附件 1"]
    assert sheet["F5"].value == "在办" and sheet["B9"].value is None and sheet["A9"].value == 5
    assert sheet["E11"].value == "=SUM(E5:E10)"
    mapped = filling.look(bureau, filling.ledgers.get(bureau, rows), given)  # remembered for the next time
    assert {c.head: c.target for c in mapped.columns}["用地"] == "M03"
    with bureau.read() as connection:
        kept = kept_forms.files(connection)
    assert list(kept.values()) == ["表样.xlsx"] and replay.verify(bureau) == []
    (bureau.folder / "files" / next(iter(kept))[:2] / next(iter(kept))).unlink()
    assert [str(d) for d in replay.verify(bureau) if "表样.xlsx" in str(d)] != []


def test_what_cannot_be_filled_is_refused_in_words(bureau: Office, rows: str, tmp_path: Path) -> None:
    given = form(tmp_path / "表样.xlsx")

    def refused(file: Path, out: str = "填好.xlsx", **more: object) -> str:
        with pytest.raises(Problem) as problem:
            filling.fill(bureau, rows, file, tmp_path / out, **more)  # type: ignore[arg-type]
        assert not (tmp_path / "填好.xlsx").exists()
        return problem.value.code

    assert refused(given, "表样.xlsx") == "E_FORM_SAME"
    assert refused(given, given={"Z": "name"}) == "E_MAPPING"
    assert refused(given, given={"B": "没有的栏目"}) == "E_MAPPING"
    (tmp_path / "旧.csv").write_text("项目名称,总投资\n", "utf-8")
    assert refused(tmp_path / "旧.csv") == "E_FORM_OLD"
    book = openpyxl.load_workbook(given)
    book["附件 1"].protection = SheetProtection(sheet=True)
    book.save(tmp_path / "锁.xlsx")
    assert refused(tmp_path / "锁.xlsx") == "E_FORM_LOCKED"
    few = openpyxl.Workbook()
    assert few.active is not None
    for line in (["项目名称", "天气", "心情"], [None, None, None]):
        few.active.append(line)
    few.save(tmp_path / "少.xlsx")
    assert refused(tmp_path / "少.xlsx") in ("E_FORM_HEADS", "E_NO_HEAD")
    assert not [k for k in ("form:",) if settings.get(bureau, k)]


def sums_first(path: Path, lines: list[list[object]], *merged: str, framed: str = "") -> Path:
    """A form whose head is in row 1, with these lines below it."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for line in (["序号", "项目名称", "立项文号", "立项时间", "总投资"], *lines):
        sheet.append(line)
    for area in merged:
        sheet.merge_cells(area)
    for row in sheet[framed] if framed else ():
        for cell in row:
            cell.border = BOX
    book.save(path)
    return path


SUMS = ["合计", None, None, None, "=SUM(E3:E5)"]
OWN_SUMS = ["总 计", None, None, None, "=SUM(附件!E4:E5)"]
NUMBERED: list[list[object]] = [[1], [2], [3]]
BY = ["填报人：甲"]


@pytest.mark.parametrize(
    ("lines", "merged", "framed", "first", "sums"),
    [
        ([SUMS, *NUMBERED, BY], (), "", 3, "=SUM(E3:E6)"),
        ([SUMS], (), "", 3, "=SUM(E3:E6)"),
        ([OWN_SUMS, ["正镶白旗（3个）"], [1], [2], BY], ("A3:E3",), "", 4, "=SUM(附件!E4:E7)"),
        ([["某某苏木"], [None], [None], BY], ("A2:E2",), "A3:E4", 3, None),
        ([["合计"], BY], (), "", 2, None),
        ([BY], ("A2:E2",), "", 2, None),
    ],
)  # fmt: skip
def test_sums_and_headings_that_stand_first_stay_above_the_rows(
    bureau: Office, rows: str, tmp_path: Path, lines: list[list[object]], merged: tuple[str, ...], framed: str, first: int,
    sums: str | None,
) -> None:  # fmt: skip
    """合计 right below the head counts the rows that are filled; a heading of a part of the form takes none of them."""
    given = sums_first(tmp_path / "表样.xlsx", lines, *merged, framed=framed)
    book = openpyxl.load_workbook(given)
    assert book.active is not None
    book.active.title = "附件"
    book.save(given)
    done = filling.fill(bureau, rows, given, tmp_path / "填好.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "填好.xlsx")["附件"]
    names = [sheet.cell(row, 2).value for row in range(first, first + 4)]
    assert names == [f"示范项目{each}" for each in "甲乙丙丁"] and done.facts["rows"] == 4
    assert [sheet.cell(row, 1).value for row in range(2, first)] == [line[0] for line in lines[: first - 2]]
    assert sums is None or sheet["E2"].value == sums
    if lines[-1] == BY:
        assert BY[0] in [sheet.cell(row, 1).value for row in range(first + 4, first + 6)]


@pytest.mark.parametrize(
    ("lines", "merged", "said"),
    [
        ([["合计", None, None, None, "=SUM(E4:E9)"], *NUMBERED], (), "没有算到"),
        ([["合计"], [None], [None], BY], (), "上面还是下面"),
        ([["例", "某项目"], *NUMBERED], (), "例子"),
        ([["甲乡"], [1], [2], ["乙乡"], [1], [2]], ("A2:E2", "A5:E5"), "几段"),
    ],
)
def test_a_form_that_does_not_say_where_its_rows_begin_is_refused(
    bureau: Office, rows: str, tmp_path: Path, lines: list[list[object]], merged: tuple[str, ...], said: str
) -> None:
    with pytest.raises(Problem, match=said) as refused:
        filling.fill(bureau, rows, sums_first(tmp_path / "表样.xlsx", lines, *merged), tmp_path / "填好.xlsx")
    assert refused.value.code == "E_FORM_START" and not (tmp_path / "填好.xlsx").exists()


def test_what_is_private_is_masked_unless_it_is_asked_for(
    bureau: Office, ledger: str, tmp_path: Path
) -> None:
    """A form that goes to others shows as little of a person as a print does."""
    entries.amend(bureau, project(bureau, ledger, "甲"), {"resp_tel": "13800000009"})
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["序号", "项目名称", "联系电话"])
    book.save(tmp_path / "表样.xlsx")

    def filled(**more: bool) -> tuple[object, object]:
        given = {"C": "resp_tel"}
        done = filling.fill(
            bureau, ledger, tmp_path / "表样.xlsx", tmp_path / "填好.xlsx", given=given, **more
        )
        return openpyxl.load_workbook(tmp_path / "填好.xlsx").worksheets[0]["C2"].value, done.facts["masked"]

    assert filled() == ("138****0009", ["联系电话"])
    assert filled(private=True) == ("13800000009", [])


@pytest.mark.parametrize(
    ("text", "there"),
    [
        ("SUM(E5:E6)", "SUM(E5:E8)"), ("E6+E7", "E6+E9"), ("$E$7*2", "$E$9*2"), ("SUM(5:7)", "SUM(5:9)"), ('"E7"&E7', '"E7"&E9'),
        ("'别的'!E7", "'别的'!E7"), ("'附件 1'!E7", "'附件 1'!E9"), ("SUM(E6:E6)", "SUM(E6:E8)"), ("SUM(A:A)", "SUM(A:A)"),
        ("LOG10(E7)", "LOG10(E9)"),
    ],
)  # fmt: skip
def test_references_follow_the_rows_let_in(text: str, there: str) -> None:
    assert Shift("附件 1", 6, 2).formula(text, home=True) == there


@pytest.mark.skipif(shutil.which("soffice") is None, reason="没有 LibreOffice")
def test_another_program_opens_it_and_works_it_out(bureau: Office, rows: str, tmp_path: Path) -> None:
    out = tmp_path / "填好.xlsx"
    filling.fill(bureau, rows, form(tmp_path / "表样.xlsx", blanks=2), out)
    home = f"-env:UserInstallation={(tmp_path / 'home').as_uri()}"
    command = [
        "soffice",
        home,
        "--headless",
        "--convert-to",
        "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1",
    ]
    subprocess.run(
        [*command, "--outdir", str(tmp_path), str(out)], check=True, capture_output=True, timeout=120
    )
    first = next(tmp_path.glob("填好-附件*.csv")).read_text("utf-8")
    assert (
        "合计,,,1002" in first and "共4个，合计1002" in first and "05/04/2020" in first and "0.04005" in first
    )
    assert "1002" in next(tmp_path.glob("填好-汇总*.csv")).read_text("utf-8")
