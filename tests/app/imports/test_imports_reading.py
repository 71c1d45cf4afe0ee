"""Files are known by their content, and no file takes the program down."""

from __future__ import annotations

import os
import random
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from app.imports import reading
from app.imports.drafting import draft
from app.imports.reading import Limits, open_book
from app.problem import Problem
from app.storage.ole import Broken, Compound, book_globals
from app.storage.sniff import sniff
from app.words.templates import Loaded
from tests.data import make_lists as lists

LISTED = lists.entries(5)
GRID = lists.other_words(LISTED).rows
SHEET = f"<worksheet><sheetData>{lists.inline_rows(GRID)}{{}}</sheetData></worksheet>"


def raw(tmp_path: Path, more: str = "", name: str = "a.xlsx") -> Path:
    return lists.write_raw_xlsx(tmp_path / name, SHEET.format(more))


def cell(reference: str, text: str) -> str:
    row = "".join(c for c in reference if c.isdigit())
    return f'<row r="{row}"><c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c></row>'


def refusal(path: Path, loaded: Loaded, limits: Limits | None = None) -> Problem:
    with pytest.raises(Problem) as caught:
        draft(path, loaded, limits=limits)
    assert path.name in caught.value.text
    return caught.value


def put(tmp_path: Path, name: str, data: bytes) -> Path:
    (tmp_path / name).write_bytes(data)
    return tmp_path / name


@pytest.mark.parametrize("writer", lists.WRITERS)
def test_the_name_does_not_matter(loaded: Loaded, tmp_path: Path, writer: str) -> None:
    path = lists.WRITERS[writer]([lists.other_words(LISTED)], tmp_path / writer)
    for ending in ("et", "xls", "xlsx", "ods", "csv", "xlsb"):  # a clerk renames a file that will not open
        path = path.rename(tmp_path / f"清单.{ending}")
        assert len(draft(path, loaded).rows) == 5, ending


@pytest.mark.parametrize(
    ("start", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"\xff\xd8\xff\xe0", "JPG"),
        (b"%PDF-1.7\n", "PDF"),
        (b"Rar!\x1a\x07", "RAR"),
    ],
)
def test_a_renamed_picture_is_called_what_it_is(
    tmp_path: Path, loaded: Loaded, start: bytes, kind: str
) -> None:
    problem = refusal(put(tmp_path, "清单.xlsx", start + bytes(200)), loaded)
    assert problem.code == "E_BOOK_TYPE" and kind in problem.text


def test_other_documents_and_empty_files(tmp_path: Path, loaded: Loaded) -> None:
    assert refusal(put(tmp_path, "a.xlsx", b""), loaded).code == "E_BOOK_EMPTY"
    assert refusal(tmp_path / "没有.xlsx", loaded).code == "E_NO_FILE"
    assert refusal(lists.write_compound(["WordDocument"], tmp_path / "a.xls"), loaded).code == "E_BOOK_TYPE"
    with zipfile.ZipFile(tmp_path / "word.xlsx", "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    assert "Word" in refusal(tmp_path / "word.xlsx", loaded).text
    assert refusal(put(tmp_path, "a.csv", "今天天气很好".encode()), loaded).code == "E_NO_HEAD"
    assert refusal(put(tmp_path, "b.xls", b"<html><body>x</body></html>"), loaded).code == "E_BOOK_NO_TABLE"


def test_an_encrypted_workbook_is_said_to_be_locked(tmp_path: Path, loaded: Loaded) -> None:
    office = lists.write_compound(["EncryptionInfo", "EncryptedPackage"], tmp_path / "a.xlsx")
    assert refusal(office, loaded).code == "E_BOOK_LOCKED"
    data = bytearray(raw(tmp_path).read_bytes())
    at = 0
    while (at := data.find(b"PK\x01\x02", at)) >= 0:
        data[at + 8] |= 1
        at += 4
    assert refusal(put(tmp_path, "b.xlsx", bytes(data)), loaded).code == "E_BOOK_LOCKED"
    assert book_globals(struct.pack("<HHH", 0x2F, 2, 0)).locked


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9, 0.999])
def test_a_truncated_workbook_is_said_to_be_damaged(tmp_path: Path, loaded: Loaded, part: float) -> None:
    data = lists.write_xlsx([lists.other_words(LISTED)], tmp_path / "a.xlsx").read_bytes()
    assert refusal(put(tmp_path, "cut.xlsx", data[: int(len(data) * part)]), loaded).code == "E_BOOK_DAMAGED"


@pytest.mark.parametrize("part", [0.02, 0.5, 0.9, 0.99])
def test_a_truncated_old_workbook_is_said_to_be_damaged(
    league_data: Path, tmp_path: Path, loaded: Loaded, part: float
) -> None:
    data = (league_data / "league-list-465.xls").read_bytes()
    assert refusal(put(tmp_path, "cut.xls", data[: int(len(data) * part)]), loaded).code == "E_BOOK_DAMAGED"
    with pytest.raises(Broken):
        Compound(data[:100])


def test_more_than_100_mb_unpacked_is_refused_by_the_directory(tmp_path: Path, loaded: Loaded) -> None:
    """Decision 31."""
    extra = {"xl/media/a.bin": bytes(101 * 1024 * 1024)}
    path = lists.write_raw_xlsx(tmp_path / "a.xlsx", SHEET.format(""), extra=extra)
    assert path.stat().st_size < 1_000_000
    assert refusal(path, loaded).code == "E_BOOK_LARGE"


def test_a_lying_directory_does_not_help(tmp_path: Path, loaded: Loaded) -> None:
    """The sheet unpacks to 150 MB while the directory says 1,000 bytes."""
    path = lists.write_raw_xlsx(tmp_path / "a.xlsx", SHEET.format(" " * (150 * 1024 * 1024)))
    data = bytearray(path.read_bytes())
    for mark, place in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        at = 0
        while (at := data.find(mark, at)) >= 0:
            if struct.unpack_from("<I", data, at + place)[0] > 10**8:
                struct.pack_into("<I", data, at + place, 1000)
            at += 4
    lying = put(tmp_path, "b.xlsx", bytes(data))
    assert sniff(lying).form == "xlsx"
    assert refusal(lying, loaded).code in ("E_BOOK_DAMAGED", "E_BOOK_LARGE", "E_BOOK_SLOW")


def test_a_cell_in_the_far_corner_is_named(tmp_path: Path, loaded: Loaded) -> None:
    """Reading it takes the child down; the program says which cell it was (exchange, attack 12)."""
    problem = refusal(raw(tmp_path, cell("XFD1048576", "x")), loaded)
    assert problem.code == "E_BOOK_FAR" and problem.facts["cell"] == "XFD1048576"


def test_a_cell_somewhat_far_is_only_another_row(tmp_path: Path, loaded: Loaded) -> None:
    assert len(draft(raw(tmp_path, cell("XFD20", "x")), loaded).rows) == 6
    drafted = draft(raw(tmp_path, cell("A60000", "远处")), loaded)
    assert len(drafted.rows) == 5
    assert [a.text for a in drafted.skipped if a.reason == "空行"] == ["", "第 10—59999 行"]


@pytest.mark.parametrize("dimension", ["A1:B2", "A1", "A1:XFD1048576", "Z9:A1"])
def test_a_lying_dimension_loses_nothing(tmp_path: Path, loaded: Loaded, dimension: str) -> None:
    sheet = SHEET.format("").replace("<sheetData>", f'<dimension ref="{dimension}"/><sheetData>')
    assert len(draft(lists.write_raw_xlsx(tmp_path / "a.xlsx", sheet), loaded).rows) == 5


def test_a_cell_longer_than_excel_allows_is_refused(tmp_path: Path, loaded: Loaded) -> None:
    """Decision 31."""
    problem = refusal(raw(tmp_path, cell("A30", "长" * 32_768)), loaded)
    assert problem.code == "E_BOOK_CELL" and problem.facts["row"] == 30
    assert len(draft(raw(tmp_path, cell("A30", "长" * 32_767)), loaded).rows) >= 5
    text = "项目名称,备注\n甲,".encode() + "长".encode() * 40_000
    assert refusal(put(tmp_path, "a.csv", text), loaded).code == "E_BOOK_CELL"


def test_entities_are_not_unfolded(tmp_path: Path, loaded: Loaded) -> None:
    bomb = (
        '<!ENTITY a "'
        + "a" * 10_000
        + '"><!ENTITY b "'
        + "&a;" * 1000
        + '"><!ENTITY c "'
        + "&b;" * 1000
        + '">'
    )
    sheet = f"<!DOCTYPE x [{bomb}]>" + SHEET.format(cell("A30", "&c;"))
    path = lists.write_raw_xlsx(tmp_path / "a.xlsx", sheet)
    refusal(path, loaded)
    book = f'<?xml version="1.0"?><!DOCTYPE Workbook [<!ENTITY x SYSTEM "file://{__file__}">]>'
    book += (
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet><Table><Row><Cell><Data>'
    )
    refusal(
        put(tmp_path, "a.xls", (book + "&x;</Data></Cell></Row></Table></Worksheet></Workbook>").encode()),
        loaded,
    )


def test_a_child_that_takes_too_long_is_ended(tmp_path: Path, loaded: Loaded) -> None:
    path = raw(tmp_path, '<row r="9"><c r="ZZZZ99999999999"><v>1</v></c></row>')
    with pytest.raises(Problem) as caught:
        draft(path, loaded, limits=Limits(seconds=1, wait=3))
    assert caught.value.code in ("E_BOOK_SLOW", "E_BOOK_LARGE", "E_BOOK_DAMAGED")


def test_a_child_out_of_memory_is_a_plain_answer(tmp_path: Path, loaded: Loaded) -> None:
    path = raw(tmp_path, "".join(cell(f"ZZ{n}", "x") for n in range(100, 60_000, 7)))
    assert refusal(path, loaded, Limits(memory=200 * 1024 * 1024)).code == "E_BOOK_LARGE"


def test_closing_a_book_ends_its_child(tmp_path: Path) -> None:
    with open_book(raw(tmp_path)) as book:
        lines = book.lines(0)
        assert next(lines)[0] == 1
        process = book._talk._process
    assert process.poll() is not None


def test_old_codepages_are_read(league_data: Path, tmp_path: Path, loaded: Loaded) -> None:
    """xlrd without help cannot open codepages 10008 and 21010."""
    data = bytearray((league_data / "league-list-465.xls").read_bytes())
    at = data.find(struct.pack("<HHH", 0x42, 2, 1200)) + 4
    for codepage in (10008, 21010):
        struct.pack_into("<H", data, at, codepage)
        path = put(tmp_path, f"{codepage}.xls", bytes(data))
        drafted = draft(path, loaded)
        assert len(drafted.rows) == 465 and drafted.problems == []


def test_xlrd_reads_the_same_rows_as_calamine(league_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.imports import old_sheets, sheets  # noqa: PLC0415 - the child's own modules

    path = str(league_data / "league-list-465.xls")
    new, old = sheets.CalamineBook(path, "xls"), old_sheets.XlrdBook(path)
    assert [s["name"] for s in new.sheets()] == [s["name"] for s in old.sheets()]
    assert sorted(new.sheets()[0]["merges"]) == sorted(old.sheets()[0]["merges"])
    assert [(n, [c or "" for c in r]) for n, r in new.rows(0)] == [
        (n, [c or "" for c in r]) for n, r in old.rows(0)
    ]


def _flip(data: bytearray, dice: random.Random) -> None:
    for _ in range(dice.randint(1, 12)):
        data[dice.randrange(len(data))] = dice.randrange(256)


def _cut(data: bytearray, dice: random.Random) -> None:
    at = dice.randrange(len(data))
    del data[at : at + dice.randint(1, 400)]


def _swell(data: bytearray, dice: random.Random) -> None:
    at = dice.randrange(len(data))
    data[at:at] = dice.randbytes(dice.randint(1, 400))


@pytest.mark.parametrize("damage", [_flip, _cut, _swell])
@pytest.mark.parametrize("name", ["list.xlsx", "list.ods", "list.csv", "html.xls", "xml.xls"])
def test_a_damaged_file_is_read_or_refused_in_plain_words(
    tmp_path: Path, loaded: Loaded, name: str, damage: Callable[[bytearray, random.Random], None]
) -> None:
    whole = lists.WRITERS[name]([lists.other_words(LISTED)], tmp_path / name).read_bytes()
    for seed in range(int(os.environ.get("QIDI_FUZZ", "4"))):
        data = bytearray(whole)
        damage(data, random.Random(seed))
        path = put(tmp_path, f"{seed}-{name}", bytes(data))
        try:
            draft(path, loaded, limits=Limits(seconds=5, wait=10))
        except Problem as problem:
            assert problem.code.startswith("E_") and "。" not in problem.text


def test_the_limits_are_generous_for_real_lists() -> None:
    assert reading.Limits().memory >= 2**30
