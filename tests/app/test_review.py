"""What a second pair of eyes found: corrections of rows that left, rounds, undo after sending, counts of received rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from app import office
from app.imports import drafting, intake
from app.journals.journal import Stamp
from app.journals.writing import Write
from app.keeping import backup
from app.ledger import calendars, checks, closing, entries, leaving, recomputing
from app.listing import counts, history, lists
from app.listing.lists import Query
from app.office import Office
from app.problem import Problem
from app.proof import replay
from app.removal import withdrawing
from app.signing import signoff
from app.templating.template_reading import builtin
from app.today import statistics
from app.values.workdays import Calendar
from app.words.templates import Loaded
from models.schema import outbox
from tests.app.conftest import DAY, SIGNERS, project, sealed
from tests.data import make_lists
from tests.data.make_lists import Sheet

ON = DAY.isoformat()


def removed(bureau: Office, entry: str, scan: Path) -> None:
    leaving.remove(
        bureau, entry, reason="资金", policy="产业政策", conclusion="不合规", on=ON, targets=["在线审批平台"],
        confirmed={"在线审批平台": ON}, second="第二人乙", scan=scan,
    )  # fmt: skip


@pytest.mark.parametrize("way", ["removed", "corrected"])
def test_correcting_the_name_of_what_left_does_not_bring_it_back(
    bureau: Office, ledger: str, tmp_path: Path, way: str
) -> None:
    """Decision 6, SB 四(一): only 恢复 does; a 移除 project never has an open matter."""
    one = project(bureau, ledger, M03="未办")
    scan = sealed(bureau, ledger, tmp_path)
    if way == "removed":
        removed(bureau, one, scan)
    else:
        leaving.correct(bureau, [one], reason="重复", second="第二人乙", scan=scan, leave=True)
    before = counts.count(bureau, ledger)
    leaving.correct(bureau, [one], reason="错字", second="第二人乙", scan=scan, texts={"name": "改正的名称"})
    after = counts.count(bureau, ledger)
    assert (after["projects"], after["items"]) == (before["projects"], before["items"])
    assert after["items"][way] == 1 and after["items"]["open"] == 0
    assert replay.verify(bureau) == []


def test_a_matter_is_not_added_to_a_removed_project(bureau: Office, ledger: str, tmp_path: Path) -> None:
    one = project(bureau, ledger, M03="未办")
    scan = sealed(bureau, ledger, tmp_path)
    removed(bureau, one, scan)
    with pytest.raises(Problem) as refused:
        leaving.correct(
            bureau, [one], reason="漏项", second="第二人乙", scan=scan, items={"M09": {"state": "未办"}}
        )
    assert refused.value.code == "E_NOT_OPEN"


def test_a_complete_project_corrected_to_not_begun_enters_the_count(
    bureau: Office, ledger: str, tmp_path: Path
) -> None:
    """Decision 1: 未开工 alone keeps a project in 在账."""
    one = project(bureau, ledger, "甲")
    project(bureau, ledger, "乙", M01="未办")
    scan = sealed(bureau, ledger, tmp_path)
    slip = {"reason": "实际未开工", "second": "第二人乙", "scan": scan}
    leaving.correct(bureau, [one], texts={"build_state": "未开工"}, **slip)  # type: ignore[arg-type]
    tally = counts.count(bureau, ledger)
    assert (tally["projects"]["added"], tally["projects"]["open"], tally["balanced"]) == (1, 2, True)


def test_a_removed_project_cannot_begin(bureau: Office, ledger: str, tmp_path: Path) -> None:
    one = project(bureau, ledger, build="未开工", M03="未办")
    removed(bureau, one, sealed(bureau, ledger, tmp_path))
    with pytest.raises(Problem) as refused:
        closing.start(bureau, one, on=ON)
    assert refused.value.code == "E_NOT_OPEN"


def test_a_resubmission_entered_with_its_answers_keeps_them(bureau: Office, ledger: str) -> None:
    """Decision 5: 补正 opens a new round; answers dated from that day on are the new round's."""
    one = project(bureau, ledger, M03="在办")
    first = {"d_submit": "2022-08-08", "d_first": "2022-08-10", "r_first": "一次性告知补正", "d_notice": "2022-08-10"}
    entries.amend(bureau, one, {}, {"M03": first | {"notice": "缺附图", "advice": "补附图"}})
    second = {"d_resubmit": "2022-08-16", "d_first": "2022-08-18", "r_first": "受理", "d_accept": "2022-08-18"}
    entries.amend(bureau, one, {}, {"M03": second | {"promise_wd": "10"}})
    matter = lists.line(bureau, one).items["M03"]
    assert (matter.stage, matter.clock, matter.due) == ("审批中", "K4", "2022-09-01")
    assert matter.cells["d_submit"] == "2022-08-16" and matter.cells["d_first"] == "2022-08-18"
    assert matter.cells["rounds"] == [first | {"notice": "缺附图", "advice": "补附图"}]


@pytest.fixture
def imported(bureau: Office, ledger: str, tmp_path: Path) -> str:
    loaded: Loaded = builtin("pending-approval")
    rows: list[list[Any]] = [["序号", "项目名称", "环评"], [1, "某项目甲", "未办"], [2, "某项目乙", "未办"]]
    path = make_lists.write_xlsx([Sheet("表", rows)], tmp_path / "清单.xlsx")
    plan = intake.plan(bureau, ledger, drafting.draft(path, loaded))
    return str(intake.commit(bureau, plan, not_secret="审核人乙").subject)


def test_an_import_that_was_signed_is_not_withdrawn(
    bureau: Office, ledger: str, tmp_path: Path, imported: str
) -> None:
    """Decision 19: undo is possible while the deed is neither sent nor signed."""
    scan = tmp_path / "s.pdf"
    signoff.print_ledger(bureau, ledger, scan)
    role, by = next(iter(SIGNERS.items()))
    signoff.sign(bureau, ledger, role=role, by=by, on=ON, scan=scan)
    with pytest.raises(Problem) as refused:
        withdrawing.withdraw(bureau, imported)
    assert refused.value.code == "E_SIGNED"


def test_an_import_that_was_sent_is_not_withdrawn(bureau: Office, ledger: str, imported: str) -> None:
    row = {"to_name": "某单位", "kind": "ledger", "on": ON, "file": "", "digest": "", "base_seq": 0, "to_seq": 99}
    with bureau.write("上报") as work:
        values = {"bundle_id": "b", "ledger_id": ledger, "head": "", "state": "copied", "facts": {}}
        work.connection.execute(insert(outbox).values(**row, **values))
    with pytest.raises(Problem) as refused:
        withdrawing.withdraw(bureau, imported)
    assert refused.value.code == "E_SENT"


def test_a_list_count_changed_behind_the_seal_is_found(bureau: Office, ledger: str, tmp_path: Path) -> None:
    """Decision 2: sealed 期初 and the list never change; `verify` recounts."""
    project(bureau, ledger, M01="未办")
    sealed(bureau, ledger, tmp_path)
    with bureau.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE tally SET listed = listed + 5, complete = complete + 5")
    told = [d.text for d in replay.verify(bureau)]
    assert len(told) == 4 and all(text.startswith("重新点数与台账数字不一致：") for text in told)


def test_history_goes_by_seq_when_the_clock_was_set_back(bureau: Office, ledger: str) -> None:
    """Decision 18: `at` is information only; order is seq."""
    one = project(bureau, ledger)
    with bureau.write("备注") as work:
        work.stamp = Stamp("2001-01-01T00:00:00.000Z", work.on, "经办人甲")
        work.line(ledger, "amend", one, 1, {"facts": {}})
    assert [deed.seq for deed in history.lines(bureau, ledger_id=ledger)] == [3, 2, 1]


def test_the_cell_that_strikes_a_row_off_strikes_it_off(bureau: Office, ledger: str) -> None:
    """Decision 2: 核查剔除 by hand or by import counts like the deed."""
    one = project(bureau, ledger, M01="未办")
    entries.amend(bureau, one, {"excluded": "重复", "exclude_reason": "与甲重复"})
    tally = counts.count(bureau, ledger)
    assert (tally["projects"]["excluded"], tally["projects"]["base"], tally["balanced"]) == (1, 0, True)
    leaving.reopen(bureau, one, reason="核实不重复")
    assert counts.count(bureau, ledger)["projects"]["base"] == 1


def test_lists_filter_by_several_valued_and_computed_fields(bureau: Office, ledger: str) -> None:
    one = project(bureau, ledger, build="未开工", M01="未办")
    entries.amend(bureau, one, {"reason_idle": "资金"})
    assert lists.values(bureau, ledger, "reason_idle") == [("资金无着", 1)]
    for key, value in {
        "reason_idle": "资金无着", "sublists": "已立项未开工", "status": "在账", "n_open": "1"
    }.items():  # fmt: skip
        assert lists.ids(bureau, ledger, Query(where=((key, (value,)),))) == [one], key


def test_an_office_with_a_stroke_in_its_name_can_be_kept(tmp_path: Path) -> None:
    made = office.create(
        tmp_path / "o", division="152529", name="发改委/工信局", roles=["sponsor"], clerk="甲", today=DAY
    )
    assert Path(backup.backup(made).facts["file"]).is_file()
    made.close()


def test_a_calendar_and_the_limits_by_it_come_together(bureau: Office, ledger: str) -> None:
    """Decision 12: both or neither, so that no row stands by another calendar than the office's."""

    def broken(_work: Write, _calendar: Calendar) -> int:
        raise Problem("E_DISK_FULL", "磁盘空间不足")

    with pytest.raises(Problem):
        calendars.add_rest(bureau, ["2022-08-24"], "旗政府通知", broken)
    assert not bureau.calendar().rests
    one = project(bureau, ledger, M03="在办")
    entries.amend(bureau, one, {}, {"M03": {"d_submit": ON}})
    assert lists.line(bureau, one).due == "2022-08-29"
    assert recomputing.add_rest(bureau, ["2022-08-24"], "旗政府通知").ledgers == {ledger}
    assert lists.line(bureau, one).due == "2022-08-30"


def test_what_check_calls_a_gap_counts_as_one_at_print_and_seal(
    bureau: Office, ledger: str, tmp_path: Path
) -> None:
    """Decision 9: sealing with gaps needs the explanation, soft checks of level gap as well."""
    one = project(bureau, ledger, M03="在办")
    entries.amend(bureau, one, {"disposal": "移除", "judge_conclusion": "合规"}, {"M03": {"level": "旗", "disposal": "转报上级"}})
    found = {f.code for f in checks.check(bureau, ledger) if f.level == "gap"}
    assert {"C_removal-lawful", "C_disposal-forward-level"} <= found
    out = tmp_path / "a.pdf"
    gaps = len([f for f in checks.check(bureau, ledger) if f.level == "gap"])
    assert signoff.print_ledger(bureau, ledger, out).facts["gaps"] == gaps


def test_today_counts_all_that_is_overdue(
    bureau: Office, ledger: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long, the list is cut and the number is not."""
    monkeypatch.setattr(statistics, "MOST", 1)
    for name in ("甲", "乙", "丙"):
        one = project(bureau, ledger, name, M03="在办")
        entries.amend(bureau, one, {}, {"M03": {"d_submit": "2022-08-01"}})
    entries.amend(bureau, one, {"due_date": ON})
    today = statistics.today_list(bureau)
    assert (today.overdue, today.soon, today.due_today, len(today.todos)) == (3, 1, 1, 1)


def test_a_sealed_row_is_not_struck_off_by_its_cell(bureau: Office, ledger: str, tmp_path: Path) -> None:
    one = project(bureau, ledger, M01="未办")
    sealed(bureau, ledger, tmp_path)
    with pytest.raises(Problem) as refused:
        entries.amend(bureau, one, {"excluded": "重复"})
    assert refused.value.code == "E_FROZEN"


def test_a_colon_in_a_name_does_not_cut_the_line_of_its_gaps(bureau: Office, ledger: str) -> None:
    project(bureau, ledger, "某镇：供水工程", M03="在办")
    line = checks.by_row(checks.check(bureau, ledger))[0]
    assert line.startswith("152529-DP-2022-0001 某镇：供水工程：缺") and line.count("供水工程") == 1
