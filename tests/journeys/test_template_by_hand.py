"""A campaign's template by hand, from the command line: checked, made, tried, opened, issued; the superior's form filled."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from tests.data import make_books
from tests.journeys.clerk import NOT_SECRET, done, refused


@pytest.fixture
def league(tmp_path: Path) -> Path:
    folder = tmp_path / "league"
    done(folder, "init", "--division", "152500", "--name", "锡林郭勒盟发展和改革委员会", "--role", "superior")
    return folder


def test_a_workbook_becomes_a_ledger_and_goes_down(league: Path, tmp_path: Path) -> None:
    book = make_books.write(tmp_path / "农村危房改造.xlsx", make_books.HOUSES)
    bad = make_books.write(
        tmp_path / "坏.xlsx", {**make_books.HOUSES, "owner": [("id", "title", "noet"), ("XC", "苏木", "x")]}
    )
    said = refused(league, "template", "check", bad, "-o", tmp_path / "标.xlsx")
    assert said["code"] == "E_TEMPLATE_BOOK" and "C1" in {one["cell"] for one in said["facts"]["faults"]}
    assert openpyxl.load_workbook(tmp_path / "标.xlsx")["owner"]["C1"].comment is not None
    assert done(league, "template", "check", book)["id"] == "rural-houses"
    taken = [(key, "DP" if key == "kind_code" else value) for key, value in make_books.HOUSES["settings"]]
    alike = make_books.write(tmp_path / "同字母.xlsx", {**make_books.HOUSES, "settings": taken})
    for action in ("check", "make"):
        assert any("“DPA”" in note for note in done(league, "template", action, alike)["notes"])
    made = done(league, "template", "make", book, "-o", tmp_path / "危房.toml")
    again = done(league, "template", "export", made["file"], "-o", tmp_path / "又.xlsx")
    assert done(league, "template", "check", again["file"])["digest"] != ""
    done(league, "open", book)
    for name, village in (("户甲", "甲嘎查"), ("户乙", "乙嘎查")):
        done(
            league,
            "add",
            "rural-houses",
            f"name={name}",
            f"village={village}",
            "grade=D",
            "cost=2.5",
            *NOT_SECRET,
        )
    next_one = make_books.write(tmp_path / "第二版.xlsx", make_books.without_village())
    tried = done(league, "template", "rehearse", next_one, "rural-houses")
    assert [(f["what"], f["field"], f["count"]) for f in tried["findings"] if f["what"] == "lost"] == [
        ("lost", "village", 2)
    ]
    told = done(league, "template", "changes", "rural-houses", "--file", next_one)
    words = "；".join(one["text"] for one in told["changes"])
    assert (
        told["touched"] == 2
        and "取消“嘎查村”" in words
        and "改名为“户主姓名”" in words
        and told["unfit"] == []
    )
    done(league, "template", "upgrade", "rural-houses", "--file", next_one)
    assert "village" not in done(league, "list", "rural-houses")[0]
    done(league, "template", "undo", "rural-houses")
    assert [row["village"] for row in done(league, "list", "rural-houses")] == ["甲嘎查", "乙嘎查"]
    sent = done(league, "template", "issue", book, "-o", tmp_path / "U盘")
    assert sent["template"] == "rural-houses" and Path(sent["file"]).is_file()
    assert done(league, "verify")["ok"]


def test_their_form_is_filled_and_the_columns_are_remembered(league: Path, tmp_path: Path) -> None:
    book = make_books.write(tmp_path / "农村危房改造.xlsx", make_books.HOUSES)
    done(league, "open", book)
    done(
        league,
        "add",
        "rural-houses",
        "name=户甲",
        "village=甲嘎查",
        "grade=D",
        "cost=2.5",
        "people=3",
        *NOT_SECRET,
    )
    form = make_books.write(
        tmp_path / "盟表.xlsx",
        {"附表": [("序号", "户主", "所在地", "补助（元）", "备注"), ("", "", "", "", "")]},
    )
    asked = done(
        league,
        "fill",
        "rural-houses",
        form,
        "-o",
        tmp_path / "填.xlsx",
        "--map",
        "C=village",
        "--map",
        "补助（元）=cost",
        "--dry-run",
    )
    assert [c["target"] for c in asked["columns"]] == ["#seq", "name", "village", "cost", ""]
    assert not (tmp_path / "填.xlsx").exists()
    done(
        league,
        "fill",
        "rural-houses",
        form,
        "-o",
        tmp_path / "填.xlsx",
        "--map",
        "C=village",
        "--map",
        "补助（元）=cost",
    )
    again = done(league, "fill", "rural-houses", form, "-o", tmp_path / "再填.xlsx")
    rows = [
        [cell.value for cell in row]
        for row in openpyxl.load_workbook(again["file"])["附表"].iter_rows(min_row=2)
    ]
    assert rows == [[1, "户甲", "甲嘎查", 25000, None]] and again["left"] == ["备注"]
    assert refused(league, "fill", "rural-houses", form, "-o", form)["code"] == "E_FORM_SAME"
