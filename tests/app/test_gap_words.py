"""缺项情况说明 (decision 9): the clerk's sentence, one line a field, rows only while they are few."""

from __future__ import annotations

from app.ledger import checks, gap_words, ledgers
from app.office import Office
from tests.app.conftest import project

EXPLAIN = "正在向部门收集，月底前补齐。"


def told(bureau: Office, ledger: str, paper: str = "a3") -> list[str]:
    with bureau.read() as connection:
        line = ledgers.line_of(connection, ledger)
        return list(gap_words.told(line.loaded, EXPLAIN, checks.gaps(connection, line, bureau.today()), paper))


def test_many_gaps_are_counted_by_field_and_not_listed_row_by_row(bureau: Office, ledger: str) -> None:
    """25 pages of running text once said what one page says."""
    for at in range(40):
        project(bureau, ledger, f"示范项目{at}", M01="在办")
    lines = told(bureau, ledger)
    assert lines[0] == EXPLAIN and "涉及 40 个项目" in lines[1]
    assert "缺「责任人」：40 个项目" in lines
    assert any(line.startswith("「土地预审」缺「") for line in lines), lines
    assert not any("示范项目" in line for line in lines) and len(lines) < 40


def test_a_few_rows_are_named_one_by_one(bureau: Office, ledger: str) -> None:
    project(bureau, ledger, "甲", M01="在办")
    lines = told(bureau, ledger)
    assert lines[-2] == "逐个项目：" and "甲：" in lines[-1]
    with bureau.read() as connection:
        line = ledgers.line_of(connection, ledger)
        gaps = checks.gaps(connection, line, bureau.today())
    assert gap_words.length(line.loaded, gaps, "a3") >= len(lines) > len(gap_words.by_field(line.loaded, gaps)) + 3


def test_nothing_missing_leaves_the_sentence_alone(bureau: Office, ledger: str) -> None:
    assert told(bureau, ledger) == [EXPLAIN]
