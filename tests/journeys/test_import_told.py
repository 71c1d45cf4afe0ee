"""`import` on the command line tells in words what it took, left, struck off and read otherwise."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.data import make_lists
from tests.data.make_lists import Sheet
from tests.journeys.clerk import LEDGER, NOT_SECRET, TODAY, done, refused
from ui.__main__ import main

HEADS = ["序号", "项目名称", "项目代码", "建设单位", "总投资", "立项日期", "环评", "能评"]
ONE = "2204-152529-04-01-000001"


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "office"
    done(
        folder,
        "init",
        "--division",
        "152529",
        "--name",
        "正镶白旗发展和改革委员会",
        "--role",
        "sponsor",
        "--clerk",
        "甲",
    )
    done(folder, "open", LEDGER)
    yield folder


def book(path: Path, *rows: list[object]) -> Path:
    return make_lists.write_xlsx([Sheet("表", [["待批项目清单"], HEADS, *rows])], path)


def words(folder: Path, *args: object) -> str:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        assert main(["--data", str(folder), "--today", TODAY, *map(str, args)]) == 0
    return out.getvalue()


def test_yes_takes_marks_nobody_explains_as_unknown(bureau: Path, tmp_path: Path) -> None:
    """Decision 13: --yes takes 办结 / 未办 / 不需办 for √ × /; what else a sheet draws is 待核, told cell by cell."""
    file = book(
        tmp_path / "a.xlsx",
        [1, "甲项目", ONE, "甲局", 1, "", "√", "○"],
        [2, "乙项目", "", "乙局", 1, "", "△", "/"],
    )
    assert refused(bureau, "import", LEDGER, file, *NOT_SECRET)["code"] == "E_ASK"
    data = done(bureau, "import", LEDGER, file, "--yes", *NOT_SECRET)
    assert (data["added"], data["problem"]) == (2, 0)
    assert [(p["row"], p["field"], p["kept"]) for p in data["problems"]] == [
        (3, "M02", "待核"),
        (4, "M03", "待核"),
    ]
    states = {
        r["name"]: (r["items"]["M03"]["state"], r["items"]["M02"]["state"])
        for r in done(bureau, "list", LEDGER)
    }
    assert states == {"甲项目": ("办结", "待核"), "乙项目": ("待核", "不需办")}


def test_the_words_name_every_kind_of_thing(bureau: Path, tmp_path: Path) -> None:
    first = book(
        tmp_path / "a.xlsx",
        [1, "甲项目", ONE, "甲局", 1, "2016年8月", "√", "已取消"],
        [2, "甲项目", ONE, "甲局", 1, "", "√", ""],
        [3, "乙项目", "", "乙局", 1, "", "√", ""],
        [4, "乙项目", "", "乙局", 2, "", "√", ""],
        ["合计", "", "", "", 5],
    )
    dry = words(bureau, "import", LEDGER, first, "--dry-run", "--yes")
    real = words(bureau, "import", LEDGER, first, "--yes", *NOT_SECRET)
    for told in (dry, real):
        for part in (
            "没有写单位，按 万元 读取", "2016年8月31日 读取（第 3 行）", "第 3 行 看不出“已取消”",
            "第 4 行剔除：与清单第 3 行重复", "第 6 行“乙项目”与第 5 行", "第 7 行 合计行：合计 5", "第 2 行 表头",
        ):  # fmt: skip
            assert part in told, part
    assert dry.startswith("试导入（没有写入）") and real.startswith("已导入")
    changed = words(
        bureau,
        "import",
        LEDGER,
        book(tmp_path / "b.xlsx", [1, "甲项目", ONE, "甲局", 9, "", "×", ""]),
        "--yes",
        *NOT_SECRET,
    )
    assert (
        "第 3 行“甲项目”总投资：台账里“1.00”，来件“9.00”" in changed
        and "环评：台账里“办结”，来件“未办”" in changed
    )
    assert "与台账一致" not in changed


def test_ten_of_each_are_named_and_the_rest_counted(bureau: Path, tmp_path: Path) -> None:
    rows = [[n, f"第{n}项目", "", "甲局", 1, "", "已取消", ""] for n in range(1, 31)]
    told = words(bureau, "import", LEDGER, book(tmp_path / "a.xlsx", *rows), "--yes", *NOT_SECRET)
    assert told.count("看不出“") == 10 and told.count("看不出办理情况") == 1 and "另有 20 处，加 --json 看全部" in told
