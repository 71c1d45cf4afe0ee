"""Many cells written as one deed: what fits is taken, what does not comes back with its text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.ledger import cell_blocks, entries, ledgers
from app.ledger.cell_blocks import NewRows
from app.listing import lists
from app.office import Office
from app.problem import Problem
from app.proof import replay
from tests.app.conftest import project, sealed


def cells(office: Office, entry: str) -> dict[str, Any]:
    return lists.line(office, entry).cells


def heads(office: Office) -> Any:
    with office.read() as connection:
        return connection.exec_driver_sql("SELECT head_seq FROM ledger").scalar()


def test_good_cells_are_taken_in_one_deed_and_bad_ones_come_back(bureau: Office, ledger: str) -> None:
    """Decision 19: the journal proves the block; a cell that does not read stays as it was."""
    first, second, third = (project(bureau, ledger, f"示范项目{n}") for n in "一二三")
    entries.amend(bureau, first, {"note": "原来的"})
    before = heads(bureau)
    done = cell_blocks.amend_many(
        bureau,
        ledger,
        {
            first: {"invest": "１２。５", "place": "甲镇", "note": ""},
            second: {"name": "", "invest": "八百x", "place": "乙镇", "nonsense": "1"},
            third: {"place": ""},
            "nobody": {"place": "丙镇"},
        },
        new=NewRows(
            [
                {"name": "新项目甲", "invest": "一百x", "place": "丁镇"},
                {"place": "没有名称"},
                {"name": "新项目乙", "project_code": "2204-152529-04-01-000123"},
            ],
            not_secret="审核人乙",
        ),
    )
    assert cells(bureau, first)["invest"] == 12_500_000 and cells(bureau, first)["place"] == "甲镇"
    assert "note" not in cells(bureau, first)
    assert cells(bureau, second)["name"] == "示范项目二" and cells(bureau, second)["place"] == "乙镇"
    assert "invest" not in cells(bureau, second)
    texts = {at: fault.text for at, fault in done.faults.items()}
    assert texts == {
        (second, "name"): "",
        (second, "invest"): "八百x",
        (second, "nonsense"): "1",
        ("nobody", "place"): "丙镇",
        (done.added[0], "invest"): "一百x",
    }
    assert [cells(bureau, one)["name"] for one in done.added] == ["新项目甲", "新项目乙"]
    assert list(done.refused) == [1] and "不能空" in done.refused[1].text
    assert done.facts == {"cells": 4, "rows": 2, "added": 2}
    assert heads(bureau) == before + 4  # two rows amended, two added: one stretch of the stream
    assert replay.verify(bureau) == []


def test_a_block_that_is_given_up_or_fails_leaves_nothing(bureau: Office, ledger: str) -> None:
    rows = {project(bureau, ledger, f"示范项目{n}"): {"place": "甲镇"} for n in range(3)}
    before = heads(bureau)

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cell_blocks.amend_many(bureau, ledger, rows, stop)
    with pytest.raises(Problem, match="E_SECRET"):
        cell_blocks.amend_many(bureau, ledger, rows, new=NewRows([{"name": "甲"}], not_secret=" "))
    assert heads(bureau) == before
    assert "place" not in cells(bureau, next(iter(rows)))


def test_after_the_seal_frozen_cells_come_back_and_new_rows_want_a_basis(
    bureau: Office, ledger: str, tmp_path: Path
) -> None:
    """SB 四(一): nothing is changed at will after the seal (decision 7); what comes later is 新增 (decision 2)."""
    entry = project(bureau, ledger, M03="在办")
    sealed(bureau, ledger, tmp_path)
    done = cell_blocks.amend_many(bureau, ledger, {entry: {"name": "换个名", "progress": "已报件", "build_state": "已建成"}})
    assert cells(bureau, entry)["progress"] == "已报件" and cells(bureau, entry)["name"] == "示范项目"
    assert {key for _, key in done.faults} == {"name", "build_state"}
    assert all(fault.problem.code == "E_FROZEN" for fault in done.faults.values())
    late = [{"name": "后来的项目", "build_state": "在建"}]
    with pytest.raises(Problem, match="E_ADD_BASIS"):
        cell_blocks.amend_many(bureau, ledger, {}, new=NewRows(late, "审核人乙"))
    done = cell_blocks.amend_many(bureau, ledger, {}, new=NewRows(late, "审核人乙", basis="旗政函1号"))
    assert len(done.added) == 1 or done.refused
    assert replay.verify(bureau) == []


def test_a_fault_between_cells_costs_only_the_cell_that_makes_it(bureau: Office, ledger: str) -> None:
    entry = project(bureau, ledger)
    entries.amend(bureau, entry, {"removal_asked": "2022-08-01"})
    given = {"place": "甲镇", "judge_date": "2022-08-10", "note": "乙", "approval_date": "2022-12-01"}
    done = cell_blocks.amend_many(bureau, ledger, {entry: given})
    assert {key for _, key in done.faults} == {"judge_date", "approval_date"}
    assert "次序" in done.faults[entry, "judge_date"].problem.text  # the check speaks of 移除申请 alone
    assert (cells(bureau, entry)["place"], cells(bureau, entry)["note"]) == ("甲镇", "乙")
    done = cell_blocks.amend_many(bureau, ledger, {entry: {"judge_date": "2022-08-10", "removal_asked": "2022-08-12"}})
    assert not done.faults and done.facts["cells"] == 2


def test_matters_that_stay_the_same_are_left_alone_and_those_that_do_not_are_written(bureau: Office) -> None:
    """区方案 四(二)3: whether a matter is passed on follows from a cell of its row; `verify` works it out anew."""
    ledger = str(ledgers.open_template(bureau, "pending-region").subject)
    loaded = ledgers.find(bureau, ledger).loaded
    code = next(iter(loaded.presets))
    matter = {code: {"state": "在办", "needed": "需办", "level": "自治区", "d_submit": "2022-08-01"}}
    levels = [known.label for known in loaded.codes[loaded.fields["office_level"].choices].codes]
    entry = str(entries.add(bureau, ledger, {"name": "示范项目"}, not_secret="审核人乙", items=matter).subject)
    stages = set()
    for level in levels:
        cell_blocks.amend_many(bureau, ledger, {entry: {"office_level": level, "note": level}})
        stages.add(lists.line(bureau, entry).items[code].stage)
        assert replay.verify(bureau) == []
    assert len(stages) > 1


def test_what_is_equal_is_read_alike_and_what_only_looks_so_is_not(bureau: Office, ledger: str) -> None:
    made = [project(bureau, ledger, f"示范项目{n}") for n in range(3)]
    line = ledgers.get(bureau, ledger)
    key = next(f.id for f in line.loaded.t.fields if f.kind == "enums" and f.need != "auto")
    label = line.loaded.codes[line.loaded.fields[key].choices].codes[0].label
    given: list[dict[str, Any]] = [{"invest": 1, key: label}, {"invest": "1", key: label}, {"invest": True, "place": 1}]
    done = cell_blocks.amend_many(bureau, ledger, dict(zip(made, given, strict=True)))
    first, second, third = (cells(bureau, entry) for entry in made)
    assert first["invest"] == second["invest"] == 1_000_000 and first[key] == second[key] and third["place"] == "1"
    assert set(done.faults) == {(made[2], "invest")} and replay.verify(bureau) == []
