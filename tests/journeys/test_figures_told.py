"""Statistics, the bridge and a list beside the base on the command line: nothing is written but what is asked for."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from tests.app.counting_world import world
from tests.data.write_books import Sheet, write_xlsx
from tests.journeys.clerk import content, done, process, qidi, refused

LEDGER = "farm-wells"


@pytest.fixture
def wells(tmp_path: Path) -> Path:
    """Two wells, sealed on 22 August; one was closed the day after."""
    made = world(tmp_path)
    made.add("甲井", depth="100", resp_unit="水利局", states=("未办", "不需办", "不需办"))
    made.add("乙井", depth="40", resp_unit="林草局", states=("未办", "不需办", "不需办"))
    made.seal()
    made.go()
    made.close(made.row(0).id, "W01")
    made.office.close()
    return made.office.folder


def test_what_the_figures_answer(wells: Path, tmp_path: Path) -> None:
    """SB 四(一), domain A5: now, as of a day, ranked; as text, JSON, .xlsx and .pdf."""
    before = content(wells)
    found = done(wells, "stats", LEDGER, "--by", "unit", "--since", "2022-08-23")
    assert (found["total"]["base"], found["total"]["approved"], found["total"]["open"]) == (2, 1, 1)
    assert [row["key"] for row in found["rows"]] == [["林草局"], ["水利局"], ["（未填）"]]
    assert done(wells, "stats", LEDGER, "--on", "2022-08-22")["total"]["approved"] == 0
    ranked = done(wells, "stats", LEDGER, "--rank", "approved", "--before", "2022-08-22")["rows"]
    assert [(row["place"], row["key"], row["change"]) for row in ranked] == [
        (1, ["水利局"], 1), (2, ["林草局"], 0),
    ]  # fmt: skip
    points = done(wells, "stats", LEDGER, "--series")["points"]
    assert [(point["day"], point["values"]["open"]) for point in points] == [("2022-08-22", 2), ("2022-08-23", 1)]
    told = process(wells, "stats", LEDGER, "--by", "unit", before=()).out.splitlines()
    assert told[0] == "《农用机井封填台账》截至2022年8月23日" and "  项目核减率（%）　50%" in told
    assert any(line.startswith("水利局：项目期初 1，项目核减 1") for line in told)
    book, sheet = tmp_path / "统计.xlsx", tmp_path / "统计.pdf"
    done(wells, "stats", LEDGER, "--by", "unit", "--by", "place", "-o", book)
    done(wells, "stats", LEDGER, "-o", sheet)
    assert (
        "水利局" in str(list(openpyxl.load_workbook(book).active.values))
        and sheet.read_bytes()[:5] == b"%PDF-"
    )
    assert content(wells) == before


def test_what_the_bridge_and_a_list_beside_the_base_answer(wells: Path, tmp_path: Path) -> None:
    before = content(wells)
    days = ("--from", "2022-08-23", "--to", "2022-08-23")
    found = done(wells, "bridge", LEDGER, *days)
    assert found["balanced"] and [move["word"] for move in found["moves"]] == ["核减", "核减"]
    assert qidi(wells, "bridge", LEDGER, *days, "-o", tmp_path / "变动.xlsx").code == 0
    assert done(wells, "bridge", LEDGER, *days, "-o", tmp_path / "变动.pdf")["pages"] == 1
    book = write_xlsx(
        [Sheet("机井", [["机井名称", "井深"], ["甲井", 100], ["丙井", 30]])], tmp_path / "版本2.xlsx"
    )
    told = done(wells, "compare", LEDGER, book)
    assert [row["word"] for row in told["rows"]] == ["仍在清单", "新列入", "不再列入"]
    done(wells, "compare", LEDGER, book, "-o", tmp_path / "比对.pdf")
    assert content(wells) == before


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("stats", LEDGER, "--rank", "best"), "E_NO_FIGURE"),
        (("stats", LEDGER, "--series", "--by", "unit"), "E_USAGE"),
        (("stats", LEDGER, "--since", "2022-08-23", "--on", "2022-08-22"), "E_DATE_ORDER"),
        (("bridge", LEDGER, "--from", "2022-08-23", "--to", "2022-08-22"), "E_DATE_ORDER"),
    ],
)
def test_what_is_refused(wells: Path, words: tuple[str, ...], code: str) -> None:
    assert refused(wells, *words)["code"] == code
