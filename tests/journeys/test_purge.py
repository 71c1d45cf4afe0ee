"""误入处置 from the command line: named persons, a report, no trace, and everything still verifies."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.journeys.clerk import LEDGER, NOT_SECRET, done, leavings, plain, qidi, refused, with_rows

NAME = "北山二号特殊工程"
DEED = ("--by", "提出人丙", "--second", "审批人丁", "--reason", "经核实不应录入")


@pytest.fixture
def bureau(tmp_path: Path) -> Path:
    folder = with_rows(tmp_path / "office", 2)
    done(folder, "add", LEDGER, f"name={NAME}", "build_state=在建", "M01.state=在办", *NOT_SECRET)
    return folder


def named_in(folder: Path) -> list[str]:
    return [p.name for p in folder.rglob("*") if p.is_file() and NAME.encode() in p.read_bytes()]


def test_a_row_is_destroyed_and_what_a_person_must_do_is_said(bureau: Path, tmp_path: Path) -> None:
    """S53 三(二), decision 11."""
    done(bureau, "backup", "-o", tmp_path / "备份.zip")
    files = leavings(bureau)
    told = done(bureau, "purge", NAME, *DEED)
    assert told["no"] == ["152529-DP-2022-0003"] and NAME not in told["said"]
    assert told["backups_left"] == [str((tmp_path / "备份.zip").resolve())]
    assert Path(told["report"]).parent == bureau and len(leavings(bureau)) == len(files) + 1
    assert named_in(bureau) == []
    assert done(bureau, "verify")["ok"] and done(bureau, "count", LEDGER)["projects"]["listed"] == 2
    again = done(bureau, "purge", "152529-DP-2022-0003", *DEED, "--backups")
    assert again["backups_left"] == [] and not (tmp_path / "备份.zip").exists()
    assert done(bureau, "history")[0]["title"] == "误入处置"


def test_what_is_lacking_is_said_and_nothing_is_touched(bureau: Path) -> None:
    for words, code in (
        (("purge", NAME), "E_BLANK"),
        (("purge", NAME, "--by", "甲", "--second", "甲", "--reason", "误录"), "E_SECOND"),
        (("purge", NAME, "--by", "甲", "--second", "乙", "--reason", f"{NAME}涉密"), "E_NAMED"),
        (("purge", "没有的项目", *DEED), "E_NO_ENTRY"),
    ):
        problem = refused(bureau, *words)
        assert problem["code"] == code and plain(problem["text"])
    assert qidi(bureau, "purge").code == 2
