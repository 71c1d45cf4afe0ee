"""One project in two campaigns from the command line: proposed, linked, shown on both sides, left together (S59 四)."""

from __future__ import annotations

from pathlib import Path

from tests.app.conftest import stored_bureau
from tests.app.works import TASKS
from tests.journeys.clerk import LEDGER, NOT_SECRET, done, process, refused

DP, RW = "152529-DP-2022-0001", "152529-RW-2022-0001"


def test_a_link_from_the_command_line(tmp_path: Path) -> None:
    here = stored_bureau().lay(tmp_path / "office")
    (tmp_path / "任务.toml").write_text(TASKS, "utf-8")
    done(here, "open", LEDGER)
    done(here, "open", tmp_path / "任务.toml")
    done(here, "add", LEDGER, "name=牧光互补", "build_state=在建", "due_date=2022-12-31", *NOT_SECRET)
    done(here, "add", "tasks", "name=牧光互补", "end_by=2023-06-30", *NOT_SECRET)
    (pair,) = done(here, "pairs", "tasks")
    assert (pair["no"], pair["other_no"], pair["sure"]) == (RW, DP, False)
    assert refused(here, "link", RW, "152529-DP-2022-0009")["code"] == "E_NO_ROW"
    done(here, "link", RW, DP)
    told = done(here, "related", RW)
    assert [one["no"] for one in told["related"]] == [DP] and told["following"]["due"] == "2022-12-31"
    assert [one["no"] for one in done(here, "related", DP)["related"]] == [RW]
    assert done(here, "together", "tasks") == []
    assert refused(here, "close-together", RW)["code"] == "E_NOT_TOGETHER"
    told = done(here, "stats", "--all")
    assert [(each["campaign"], each["open"]) for each in told["shares"]] == [
        ("待批项目大起底", 1),
        ("示范改革行动", 1),
    ]
    assert (told["rows"], told["listed"], told["open"], told["shared"]) == (2, 1, 1, 1)
    last = process(here, "stats", "--all", before=()).out.splitlines()[-1]
    assert last.startswith("合计：列入过 1 个项目，现在账 1 个（共 2 行），其中 1 个在不止一种台账里；")
    assert refused(here, "stats", "tasks", "--all")["code"] == "E_USAGE"
    assert refused(here, "stats")["code"] == "E_NO_LEDGER"
    done(here, "unlink", RW)
    assert done(here, "stats", "--all")["open"] == 2
    assert done(here, "related", RW)["related"] == []
    done(here, "verify")
