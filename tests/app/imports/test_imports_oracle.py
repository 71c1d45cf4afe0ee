"""The two oracles: the league's list cell by cell, and a plain table with stated counts."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from app.imports.drafting import draft
from app.words.templates import Loaded
from tests.app.imports.conftest import entry_of, expected
from tests.data.make_lists import LAYOUTS, WRITERS, Entry


@pytest.mark.parametrize("name", ["league-list-465.xls", "league-list-465.xlsx"])
def test_the_league_list_reads_cell_by_cell(league_data: Path, loaded: Loaded, name: str) -> None:
    """465 entries, 3,720 matter states, 6,803,480.79 万元."""
    oracle = json.loads((league_data / "league-list-465.oracle.json").read_text("utf-8"))
    drafted = draft(league_data / name, loaded)
    assert (drafted.problems, drafted.questions, drafted.notes) == ([], [], [])
    assert [row.row for row in drafted.rows] == [e["row"] for e in oracle["entries"]]
    for row, want in zip(drafted.rows, oracle["entries"], strict=True):
        assert entry_of(loaded, row) == _wanted(want)
    assert sum(row.cells["invest"] for row in drafted.rows) == Decimal(oracle["invest_total"]) * 10**6
    assert {g.label: g.stated for g in drafted.groups} == {f"{y}年": n for y, n in oracle["per_year"].items()}
    assert all(g.stated == g.counted for g in drafted.groups)
    assert sum(len(row.items) for row in drafted.rows) == 3720
    reasons = {a.reason for a in drafted.skipped}
    assert reasons == {"标题或附件行", "表头", "合计行", "分组标题", "注", "签字行"}
    assert len(drafted.skipped) + len(drafted.rows) == 480


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("name", ["list.xlsx", "list.ods", "list.csv", "html.xls"])
def test_the_league_list_in_other_layouts_is_the_same_list(
    league_data: Path, loaded: Loaded, tmp_path: Path, layout: str, name: str
) -> None:
    oracle = json.loads((league_data / "league-list-465.oracle.json").read_text("utf-8"))
    listed = [_wanted(e) for e in oracle["entries"]]
    drafted = draft(WRITERS[name](LAYOUTS[layout](listed), tmp_path / name), loaded)
    assert (drafted.problems, drafted.questions) == ([], [])
    got = sorted((entry_of(loaded, row) for row in drafted.rows), key=_key)
    assert got == sorted(listed, key=_key)


def test_a_plain_table_reads_without_a_template(league_data: Path) -> None:
    """2,919 rows in 31 groups whose stated counts agree."""
    drafted = draft(league_data / "moe-schools-2025.xls", None)
    assert (len(drafted.rows), len(drafted.groups)) == (2919, 31)
    assert all(g.stated == g.counted for g in drafted.groups)
    assert drafted.rows[0].cells["学校名称"] == "北京大学"
    assert drafted.rows[0].cells["学校标识码"] == "4111010001"


def _wanted(e: dict[str, object]) -> Entry:
    return expected(Entry(**{k: v or "" for k, v in e.items() if k != "row"}))  # type: ignore[arg-type]


def _key(entry: Entry) -> tuple[str, str, str]:
    return entry.code, entry.name, entry.doc
