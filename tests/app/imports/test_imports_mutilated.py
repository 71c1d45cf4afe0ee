"""The two real lists, whole and mutilated: every row is accounted for, and what is wrong is mended by one word or in Excel."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook

from app.exports.ledger_xlsx import write_errors_xlsx
from app.imports import intake, mended_lists
from app.imports.drafting import draft
from app.imports.reading import Limits, open_book
from app.office import Office
from app.problem import Problem
from app.words.templates import Loaded
from tests.data import make_lists as lists

HEAD = 5
TYPE, MISSPELT, SIX = "立项类型", "备按", 6
DAY, INVEST = "立项日期", "总投资"


def mutilated(source: Path, out: Path) -> tuple[Path, dict[tuple[int, str], str]]:
    """The list with its columns turned round, six types misspelt, a day and an amount that are none; {(row, head): said}."""
    with open_book(source) as book:
        grid = {line[0]: list(line[1:]) for line in book.lines(0)}
    heads = {str(cell): at for at, cell in enumerate(grid[HEAD - 1]) if cell}
    rows = [at for at, line in sorted(grid.items()) if at > HEAD and str(line[0]).split(".")[0].isdigit()]
    filed = [at for at in rows if grid[at][heads[TYPE]] == "备案"][:SIX]
    spoilt = {(at, TYPE): MISSPELT for at in filed} | {(rows[20], DAY): "2026.13.5", (rows[30], INVEST): "八百万来块"}
    for (at, head), text in spoilt.items():
        grid[at][heads[head]] = text
    wide = max(map(len, grid.values()))
    turned = [[*grid.get(at, []), *[""] * wide][:wide] for at in range(1, max(grid) + 1)]
    whole = [[line[0], *reversed(line[1:12]), *line[12:]] if at >= HEAD - 1 else line for at, line in enumerate(turned, 1)]
    return lists.write_xlsx([lists.Sheet("汇总", whole)], out), spoilt


def test_a_mutilated_list_is_mended_by_one_word_and_in_excel(
    bureau: Office, ledger: str, league_data: Path, loaded: Loaded, tmp_path: Path
) -> None:
    """desk.md: original row number, the nearest word offered, one fix for all equal values; the rest from the workbook."""
    bureau = replace(bureau, fixed_today=dt.date(2025, 1, 6))  # the list runs into 2022
    book, spoilt = mutilated(league_data / "league-list-465.xls", tmp_path / "清单.xlsx")
    found = draft(book, loaded)
    plan = intake.plan(bureau, ledger, found)
    assert plan.counts["rows"] == 465 and {(p.row, p.head): p.raw for p in plan.problems} == spoilt
    assert {p.near[0] for p in plan.problems if p.head == TYPE} == {"备案"}
    one = {("approval_type", MISSPELT): "备案"}
    left = intake.plan(bureau, ledger, draft(book, loaded, value_fixes=one)).problems
    assert {(p.row, p.head) for p in left} == {key for key in spoilt if key[1] != TYPE}
    out = tmp_path / "错误.xlsx"
    write_errors_xlsx(mended_lists.lines(found, left), out)
    sheets = load_workbook(out)
    sheet = sheets.active
    assert sheet is not None
    to = mended_lists.HEADS.index(mended_lists.TO) + 1
    for at in (2, 3):
        sheet.cell(at, to).value = "2022-08-05" if sheet.cell(at, 3).value == DAY else 800
    sheets.save(out)
    fixes = {(cell.row, cell.target): cell.text for cell in mended_lists.read(out, found)}
    whole = intake.plan(bureau, ledger, draft(book, loaded, value_fixes=one, fixes=fixes))
    assert whole.problems == [] and whole.counts["added"] == 465


def test_a_list_of_other_things_goes_in_once_its_columns_are_said(
    bureau: Office, ledger: str, league_data: Path, loaded: Loaded
) -> None:
    """2,919 schools under 31 headings: nothing is a project until a person says which column names it."""
    book = league_data / "moe-schools-2025.xls"
    plan = intake.plan(bureau, ledger, draft(book, loaded))
    assert plan.counts["rows"] == 2919 and plan.takes_nothing
    said = intake.plan(bureau, ledger, draft(book, loaded, mapping={"学校名称": "name", "主管部门": ""}))
    assert said.counts["problem"] == 0 and sum(said.counts[v] for v in ("added", "updated", "skipped")) == 2919
    assert said.rows[0].row == 5 and said.rows[-1].row == 2953


@pytest.mark.parametrize("name", ["league-list-465.xls", "moe-schools-2025.xls"])
def test_a_file_cut_or_spoilt_is_read_or_refused_in_one_sentence(
    league_data: Path, loaded: Loaded, tmp_path: Path, name: str
) -> None:
    whole = (league_data / name).read_bytes()
    dice = random.Random(name)
    for at in range(3):
        data = bytearray(whole[: dice.randrange(len(whole))] if at else whole)
        for _ in range(40):
            data[dice.randrange(len(data))] = dice.randrange(256)
        file = tmp_path / f"{at}.xls"
        file.write_bytes(data)
        try:
            draft(file, loaded, limits=Limits(seconds=10, wait=20))
        except Problem as problem:
            assert problem.code.startswith("E_") and "。" not in problem.text
