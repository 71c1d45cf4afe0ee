"""A returned check list with cells nobody could place: receiving it says which, in words and in --json."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from app.rounds import rounds
from tests.journeys.clerk import done
from tests.sync.rounds_world import FOREST, play
from ui.__main__ import main


def spoiled(file: Path, out: Path) -> Path:
    """A state that is none, a formula, one row twice with two answers, a row of nothing known, a locked cell."""
    book = openpyxl.load_workbook(file)
    sheet = book["核查表"]
    heads = {cell.value: cell.column for cell in sheet[5]}
    twice = [cell.value for cell in sheet[6]]
    for row, head, text in (
        (6, "备注", "甲写的"),
        (7, "办理情况", "完蛋"),
        (7, "备注", "=1+1"),
        (8, "建设单位", "改了主"),
    ):
        sheet.cell(row, heads[head]).value = text
    sheet.append(twice)
    sheet.cell(sheet.max_row, heads["备注"]).value = "另一写法"
    sheet.append(["x", None, "不知道是什么"])
    book.save(out)
    return out


def test_what_a_returned_list_holds_and_nobody_took_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    world = play(tmp_path)
    rounds.begin(world.sponsor, world.ledger, due="2022-08-25")
    file = spoiled(world.push(FOREST, workbook=True)[FOREST], tmp_path / "交回.xlsx")
    world.close()
    folder = tmp_path / "sponsor"
    twice = len(list(openpyxl.load_workbook(file)["核查表"].rows)) - 1
    told = done(folder, "receive", file, "--yes")
    sheet = told["sheet"]
    unread = [(f["row"], f["title"]) for f in sheet["unread"]]
    assert (
        unread == [(7, "办理情况"), (7, "备注"), (twice, "备注")]
        and f"第 6、{twice} 行" in sheet["unread"][2]["reason"]
    )
    assert "完蛋" in sheet["unread"][0]["reason"] and len(sheet["unplaced"]) == 1
    assert [t["text"] for t in sheet["locked"]] == ["改了主"]
    assert "表里有 3 处要改、1 行对不上号、1 处改了锁定的内容，没有采用" in told["said"]
    before = ["--data", str(folder), "--today", "2022-08-23", "--clerk", "经办人甲"]
    for files in ([file], [file, file]):
        assert main([*before, "receive", *map(str, files), "--yes"]) == 0
        said = capsys.readouterr().out
        assert said.count("第 7 行“办理情况”：") == said.count("不知道是什么") == len(files)
