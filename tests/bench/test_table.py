"""The bench's table: what a ratio says, when a target is missed, and where it is put."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

TABLE = Path(__file__).resolve().parents[2] / "build" / "benches" / "table.py"


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Loaded by its path: `build` is also the name of an installed tool."""
    spec = importlib.util.spec_from_file_location("bench_table", TABLE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "bench_table", module)
    spec.loader.exec_module(module)
    return module


def test_faster_is_the_peers_time_over_ours(table: ModuleType) -> None:
    row = table.faster("PDF", 0.1, 0.7, "peer", 6)
    assert (row.ratio, row.met) == ("7.00× faster", True)
    assert table.faster("PDF", 0.1, 0.59, "peer", 6).met is False


def test_at_most_is_our_time_over_the_peers(table: ModuleType) -> None:
    row = table.at_most("import", 1.8, 0.3, "peer", 6)
    assert (row.ratio, row.met) == ("6.00× its time", True)
    assert table.at_most("import", 1.9, 0.3, "peer", 6).met is False


def test_memory_stays_under_the_limit_or_the_peer(table: ModuleType) -> None:
    assert table.memory("print", 249.0, 250).met is True
    assert table.memory("print", 250.0, 250).met is False
    assert table.memory("print", 120.0, 0, "peer", 200.0).met is True
    assert table.memory("print", 220.0, 0, "peer", 200.0).met is False


def test_a_missed_target_stands_out(table: ModuleType) -> None:
    text = table.markdown([table.faster("PDF", 1.0, 1.0, "peer", 6)], "facts")
    assert text.splitlines()[2] == "| PDF | 1.00 s | peer 1.00 s | 1.00× faster | ≥ 6× | **missed** |"
    assert text.endswith("facts")


def test_the_table_goes_between_the_marks_and_nowhere_else(table: ModuleType, tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text(f"before\n{table.BEGIN}\nold\n{table.END}\nafter\n", "utf-8")
    assert table.into_readme(readme, "new") is True
    assert readme.read_text("utf-8") == f"before\n{table.BEGIN}\n\nnew\n\n{table.END}\nafter\n"
    assert [path.name for path in tmp_path.iterdir()] == ["README.md"]


@pytest.mark.parametrize("text", ["no marks", "<!-- bench:begin --> never closed", ""])
def test_a_readme_without_marks_is_left_alone(table: ModuleType, tmp_path: Path, text: str) -> None:
    readme = tmp_path / "README.md"
    readme.write_text(text, "utf-8")
    assert table.into_readme(readme, "new") is False
    assert readme.read_text("utf-8") == text


def test_without_a_readme_there_is_nowhere_to_put_it(table: ModuleType, tmp_path: Path) -> None:
    assert table.into_readme(tmp_path / "README.md", "new") is False


def test_a_part_of_the_measures_renews_its_own_rows_only(table: ModuleType) -> None:
    def row(what: str, ours: str) -> object:
        return table.Row(what, ours, "peer", "1×")

    old = table.markdown([row("A", "1"), row("B, the worst (x)", "2"), row("C", "3")], "then")
    new = table.renewed(f"\n\n{old}\n\n", [row("B, the worst (y)", "9"), row("D", "4")], "now")
    wanted = [row("A", "1"), row("B, the worst (y)", "9"), row("C", "3"), row("D", "4")]
    assert new == table.markdown(wanted, "now")
