"""Bad files and bad cells: each has a stable code, a plain sentence, and leaves the office as it was."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from app.problem import Problem
from app.storage.paths import RESOURCES
from app.templating import template_reading
from tests.data import make_lists
from tests.journeys.clerk import (
    LEDGER,
    NOT_SECRET,
    TODAY,
    another_with_rows,
    done,
    plain,
    qidi,
    refused,
    signed,
    with_rows,
)

HEADS = [
    "序号",
    "项目名称",
    "项目代码",
    "建设单位",
    "立项类型",
    "立项文号",
    "立项时间",
    "总投资（万元）",
    "建设状态",
    "土地预审",
]
GOOD = [1, "甲项目", "2208-152529-04-01-123456", "甲公司", "备案", "甲字1号", "2022.8.5", 100, "在建", "未办"]


@pytest.fixture
def bureau(tmp_path: Path) -> Path:
    return with_rows(tmp_path / "office", 1)


def book(path: Path, *rows: list[object]) -> Path:
    made = openpyxl.Workbook()
    sheet = made.active
    assert isinstance(sheet, Worksheet)
    for row in (["待批项目清单"], HEADS, *rows):
        sheet.append(row)
    made.save(path)
    return path


def truncated(path: Path) -> Path:
    whole = book(path, GOOD).read_bytes()
    path.write_bytes(whole[: len(whole) * 2 // 3])
    return path


def encrypted(path: Path) -> Path:
    return make_lists.write_compound(["EncryptionInfo", "EncryptedPackage"], path)


def swollen(path: Path) -> Path:
    """A small file that unpacks to more than 100 MB."""
    book(path, GOOD)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet2.xml", b" " * (101 << 20))
    return path


def far(path: Path) -> Path:
    rows = make_lists.inline_rows([HEADS, GOOD])
    last = '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row>'
    return make_lists.write_raw_xlsx(path, f"<worksheet><sheetData>{rows}{last}</sheetData></worksheet>")


def picture(path: Path) -> Path:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")
    )
    return path


def empty(path: Path) -> Path:
    path.write_bytes(b"")
    return path


BOOKS: dict[str, tuple[Callable[[Path], Path], str]] = {
    "truncated": (truncated, "E_BOOK_DAMAGED"),
    "encrypted": (encrypted, "E_BOOK_LOCKED"),
    "over 100 MB unpacked": (swollen, "E_BOOK_LARGE"),
    "one cell at XFD1048576": (far, "E_BOOK_FAR"),
    "a renamed picture": (picture, "E_BOOK_TYPE"),
    "empty": (empty, "E_BOOK_EMPTY"),
}


@pytest.mark.parametrize("kind", BOOKS)
def test_a_bad_workbook_is_named_and_nothing_is_written(bureau: Path, tmp_path: Path, kind: str) -> None:
    make, code = BOOKS[kind]
    file = make(tmp_path / "来件.xlsx")
    for extra in (("--dry-run",), NOT_SECRET):
        problem = refused(bureau, "import", LEDGER, file, "--yes", *extra)
        assert problem["code"] == code
        assert "来件.xlsx" in problem["text"]
    assert [p.name for p in tmp_path.iterdir() if p.name not in ("office", "来件.xlsx")] == []


def test_a_folder_or_a_missing_file_is_not_a_workbook(bureau: Path, tmp_path: Path) -> None:
    for file in (tmp_path, tmp_path / "没有.xlsx"):
        assert refused(bureau, "import", LEDGER, file, *NOT_SECRET)["code"] == "E_NO_FILE"


def test_a_workbook_that_lies_about_its_dimension_loses_no_row(bureau: Path, tmp_path: Path) -> None:
    """openpyxl's read_only mode would silently drop the rows outside the stated area."""
    rows = [
        HEADS,
        *([n, f"第{n}号项目", "", "甲公司", "备案", "", "2022.8.5", n, "在建", "未办"] for n in range(1, 41)),
    ]
    sheet = f'<worksheet><dimension ref="A1:B3"/><sheetData>{make_lists.inline_rows(rows)}</sheetData></worksheet>'
    file = make_lists.write_raw_xlsx(tmp_path / "短.xlsx", sheet)
    answer = done(bureau, "import", LEDGER, file, "--yes", *NOT_SECRET)
    assert (answer["rows"], answer["added"]) == (40, 40)
    assert done(bureau, "count", LEDGER)["projects"]["listed"] == 41


def test_a_bad_cell_keeps_its_row_out_and_is_named_with_its_row(bureau: Path, tmp_path: Path) -> None:
    """C5: 2026.13.5 is no date; an 18-digit number that Excel rounded cannot be guessed back.

    A word that is on no list leaves its cell blank and its row comes in: nothing is lost, for the original cell stays.
    """
    file = book(
        tmp_path / "坏格.xlsx",
        [1, "甲", "", "甲公司", "备案", "", "2026.13.5", 1, "在建", "未办"],
        [2, "乙", 220815252904011234, "甲公司", "备案", "", "2022.8.5", 1, "在建", "未办"],
        [3, "丙", "", "甲公司", "备按", "", "2022.8.5", 1, "在建", "未办"],
        [4, "丁", "", "甲公司", "备案", "", "2022.8.5", 1, "在建", "未办"],
    )
    answer = done(bureau, "import", LEDGER, file, "--yes", *NOT_SECRET)
    found = {p["row"]: (p["field"], p["code"]) for p in answer["problems"]}
    assert found == {
        3: ("approval_date", "E_DATE"),
        4: ("project_code", "E_DIGITS_LOST"),
        5: ("approval_type", "E_CODE"),
    }
    assert all(plain(p["text"]) for p in answer["problems"])
    assert [p["kept"] for p in answer["problems"]] == ["", "", "（空）"]
    assert answer["rows"] == answer["added"] + answer["updated"] + answer["skipped"] + 2 == 4
    assert [row["name"] for row in done(bureau, "list", LEDGER)] == ["示范项目1", "丙", "丁"]


@pytest.mark.parametrize(
    ("pair", "code"),
    [
        ("approval_date=2026.13.5", "E_DATE"),
        ("approval_date=9999-12-31", "E_DATE"),
        ("approval_date=2022-08-24", "E_CHECK"),
        ("invest=1e400", "E_MONEY"),
        ("invest=-1", "E_VALUE"),
        ("name=" + "长" * 10_000, "E_VALUE"),
        ("name=\u200b\u202e", "E_REQUIRED"),
        ("M99.².state=在办", "E_NO_ITEM"),
        ("M99.٣.state=在办", "E_NO_ITEM"),
        ("status=核减", "E_AUTO_FIELD"),
        ("没有=1", "E_NO_FIELD"),
    ],
)
def test_a_bad_value_by_hand_is_refused(bureau: Path, pair: str, code: str) -> None:
    problem = refused(bureau, "set", "示范项目1", pair)
    assert problem["code"] == code


@pytest.mark.parametrize(
    ("line", "bad", "named"),
    [
        ('kind_code = "DP"', 'kind_cod = "DP"', "kind_cod"),
        ('kind = "money"', 'kind = "monney"', "monney"),
    ],
)
def test_a_template_with_a_wrong_key_names_line_and_key(line: str, bad: str, named: str) -> None:
    text = (RESOURCES / "templates" / "pending-approval.toml").read_text("utf-8")
    assert line in text
    wrong = text.replace(line, bad, 1)
    number = next(n for n, found in enumerate(wrong.splitlines(), 1) if bad in found)
    with pytest.raises(Problem) as caught:
        template_reading.read(wrong, "本地.toml")
    assert caught.value.code == "E_TEMPLATE"
    assert f"{number}" in caught.value.text and named in caught.value.text


def test_a_scan_of_another_version_is_refused(bureau: Path, tmp_path: Path) -> None:
    """Decision 8: the code on the paper says which version was signed."""
    first, second, other = tmp_path / "1.pdf", tmp_path / "2.pdf", tmp_path / "3.pdf"
    done(bureau, "print", LEDGER, "-o", first)
    done(bureau, "set", "示范项目1", "invest=5")
    done(bureau, "print", LEDGER, "-o", second)
    away = another_with_rows(tmp_path / "other", 1)
    done(away, "print", LEDGER, "-o", other)
    sign = ("sign", LEDGER, "--role", "分管旗长", "--by", "签字人乙", "--on", TODAY, "--scan")
    assert refused(bureau, *sign, first)["code"] == "E_SCAN_VERSION"
    assert refused(bureau, *sign, second, "--version", "1")["code"] == "E_SCAN_VERSION"
    assert refused(bureau, *sign, other)["code"] == "E_SCAN_OTHER"
    assert refused(bureau, *sign, picture(tmp_path / "空白.png"))["code"] == "E_SCAN_UNREADABLE"


def test_an_unknown_glyph_is_named_and_not_printed_blank(bureau: Path, tmp_path: Path) -> None:
    strange = "\U0003347f"
    done(bureau, "set", "示范项目1", f"name=甲{strange}项目")
    problem = refused(bureau, "print", LEDGER, "-o", tmp_path / "1.pdf")
    assert problem["code"] == "E_GLYPH"
    assert strange in problem["text"] or "U+3347F" in problem["text"]
    assert not (tmp_path / "1.pdf").exists()


def test_an_output_that_cannot_be_written_makes_no_version(bureau: Path, tmp_path: Path) -> None:
    """A folder in the way, no such folder, a name too long, the office's own files."""
    taken = tmp_path / "夹"
    taken.mkdir()
    places = {
        taken: "E_CANNOT_WRITE",
        tmp_path / "无" / "1.pdf": "E_NO_FOLDER",
        tmp_path / ("长" * 200 + ".pdf"): "E_CANNOT_WRITE",
        bureau / "ledger.db": "E_OWN_FOLDER",
        bureau / "keys" / "signing.pem": "E_OWN_FOLDER",
    }
    for out, code in places.items():
        for verb in (("print", LEDGER), ("export", LEDGER), ("backup",)):
            assert refused(bureau, *verb, "-o", out)["code"] == code, (out, verb)
    assert done(bureau, "versions", LEDGER) == []
    assert done(bureau, "verify")["ok"]


def test_a_backup_into_the_outbox_does_not_swallow_itself(bureau: Path) -> None:
    assert done(bureau, "backup", "-o", bureau / "outbox" / "备份.zip")["bytes"] < 10_000_000


def test_invisible_characters_do_not_stand_for_a_person(bureau: Path, tmp_path: Path) -> None:
    """Decisions 6 and 11: a declaration, a signature, a second person name somebody."""
    paper = tmp_path / "1.pdf"
    done(bureau, "print", LEDGER, "-o", paper)
    nobody = "\u200b\u2060"
    assert refused(bureau, "add", LEDGER, "name=x", "--not-secret", nobody)["code"] == "E_SECRET"
    sign = ("sign", LEDGER, "--role", "分管旗长", "--on", TODAY, "--scan", paper, "--by")
    assert refused(bureau, *sign, nobody)["code"] == "E_SIGNER"
    slip = ("correct", "示范项目1", "name=y", "--reason", "笔误", "--scan", paper, "--second")
    assert refused(bureau, *slip, "经办人甲" + nobody)["code"] == "E_SECOND"
    close = ("close", "示范项目1", "M01", "--basis", "批复", "--on", TODAY, "--doc")
    assert refused(bureau, *close, nobody)["code"] == "E_LACKING"


def test_a_change_taken_back_does_not_ask_for_a_new_signature(bureau: Path, tmp_path: Path) -> None:
    """Decision 8: what counts is whether the signed content still stands."""
    signed(bureau, tmp_path / "1.pdf")
    done(bureau, "set", "示范项目1", "invest=5")
    assert refused(bureau, "seal", LEDGER)["code"] == "E_CHANGED_SINCE"
    done(bureau, "set", "示范项目1", "invest=")
    done(bureau, "remove", "示范项目1", "--reason", "重复")
    assert refused(bureau, "seal", LEDGER)["code"] == "E_CHANGED_SINCE"
    done(bureau, "reopen", "示范项目1", "--reason", "看错")
    assert done(bureau, "seal", LEDGER)["version"] == 1


def test_text_no_terminal_can_write_is_a_usage_error(bureau: Path) -> None:
    for words in (
        ("show", "\udcff"),
        ("list", LEDGER, "--search", "\udcff"),
        ("history", "--page", "9" * 20),
    ):
        assert qidi(bureau, *words).code == 2
