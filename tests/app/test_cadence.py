"""Reports and named days: when they fall due, what counts as done, what is missed."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from sqlalchemy import insert

from app import office
from app.ledger import ledgers
from app.office import Office
from app.signing import signoff
from app.templating.template_reading import builtin
from app.today import coming, statistics
from app.words.cadence import due_days
from app.words.template_words import Cadence
from models.schema import outbox
from tests.app.conftest import DAY, SIGNERS, project

T = builtin("pending-approval").t


def days(cadence: Cadence) -> list[str]:
    return [day.isoformat() for day in due_days(cadence, T.starts, T.ends)]


def test_half_monthly_until_the_end_of_september_then_monthly() -> None:
    """SB 六(二), decision 15: first 2022-08-31; 2022-09-30 is the last half-month report, months follow."""
    half, month, late = T.cadences
    assert days(half) == ["2022-08-31", "2022-09-15", "2022-09-30"]
    assert days(month) == ["2022-10-31", "2022-11-30", "2022-12-31"]
    assert days(late) == ["2022-08-31", "2022-09-30", "2022-10-31", "2022-11-30", "2022-12-31"]


@pytest.mark.parametrize(
    ("every", "given", "wanted"),
    [
        ("旬", (), ["2024-02-10", "2024-02-20", "2024-02-29", "2024-03-10"]),
        ("半月", (), ["2024-02-15", "2024-02-29"]),
        ("月", (), ["2024-02-29"]),
        ("月", (5,), ["2024-02-05", "2024-03-05"]),
        ("半月", (29, 31), ["2024-02-29"]),
    ],
)
def test_the_days_of_each_cadence(every: str, given: tuple[int, ...], wanted: list[str]) -> None:
    """domain A5: 旬 10, 20, last; 半月 15, last; 月 last or a named day; both ends inclusive."""
    cadence = Cadence(every=every, days=given, first=dt.date(2024, 2, 1), until=dt.date(2024, 3, 10))  # type: ignore[arg-type]
    assert days(cadence) == wanted


def at(folder: Path, day: str) -> Office:
    return office.open_folder(folder, today=dt.date.fromisoformat(day))


def sent(bureau: Office, ledger: str, on: str) -> None:
    row = {
        "bundle_id": on, "ledger_id": ledger, "to_name": "领导小组办公室", "kind": "ledger", "on": on, "file": "",
        "digest": "", "base_seq": 0, "to_seq": 0, "head": "", "state": "copied", "facts": {},
    }  # fmt: skip
    with bureau.write("上报") as work:
        work.connection.execute(insert(outbox).values(**row))


def reports(bureau: Office, ledger: str) -> list[tuple[str, str, str, bool]]:
    return [
        (c.due, c.light, c.done, c.late)
        for c in coming.schedule(bureau, ledger)
        if c.what == "进展情况报送" and c.due < "2022-11-01"
    ]


def test_a_bundle_sent_in_the_period_is_the_report_and_a_late_one_is_late(
    bureau: Office, ledger: str
) -> None:
    """SB 六(二), domain A5: 报送 / 未报送 / 迟报; the monthly series goes on from the half-monthly one."""
    folder = bureau.folder
    sent(bureau, ledger, "2022-08-30")
    waiting = [("2022-09-30", "green", "", False), ("2022-10-31", "green", "", False)]
    assert reports(bureau, ledger) == [
        ("2022-08-31", "", "2022-08-30", False),
        ("2022-09-15", "green", "", False),
        *waiting,
    ]
    bureau.close()
    later = at(folder, "2022-09-19")
    assert reports(later, ledger)[1] == ("2022-09-15", "red", "", False)
    missed = [c for c in statistics.today_list(later).coming if c.light == "red" and c.kind == "report"]
    assert [(c.due, c.what, c.clause) for c in missed] == [
        ("2022-08-31", "超期未审批项目月度统计", "旗方案 四(三)2；区方案 四(三)2"),
        ("2022-09-15", "进展情况报送", "旗方案 六(二)"),
    ]
    sent(later, ledger, "2022-09-19")
    assert reports(later, ledger)[1:] == [("2022-09-15", "", "2022-09-19", True), *waiting]
    left = {(c.kind, c.what) for c in statistics.today_list(later).coming if c.light == "red"}
    assert ("report", "进展情况报送") not in left and ("report", "超期未审批项目月度统计") in left
    later.close()


def test_a_report_left_out_is_not_asked_for_once_a_later_one_is_made(bureau: Office, ledger: str) -> None:
    folder = bureau.folder
    bureau.close()
    later = at(folder, "2022-09-16")
    sent(later, ledger, "2022-09-14")
    assert reports(later, ledger)[:2] == [
        ("2022-08-31", "", "", False),
        ("2022-09-15", "", "2022-09-14", False),
    ]
    later.close()


def test_the_day_of_signing_is_missed_until_the_seal(bureau: Office, ledger: str, tmp_path: Path) -> None:
    """SB 四(一): the department's ledger is signed by 2022-08-23; before it was opened nothing was missed."""
    project(bureau, ledger, "甲", M01="在办")
    first = statistics.today_list(bureau).coming[0]
    assert (first.due, first.light, first.who, first.clause) == (
        "2022-08-23",
        "yellow",
        "立项部门",
        "旗方案 四(一)",
    )
    assert "2022-08-20" not in {c.due for c in statistics.today_list(bureau).coming}
    folder = bureau.folder
    bureau.close()
    late = at(folder, "2022-08-26")
    assert [(c.due, c.light) for c in statistics.today_list(late).coming if c.light == "red"] == [
        ("2022-08-23", "red")
    ]
    scan = tmp_path / "s.pdf"
    signoff.print_ledger(late, ledger, scan, explain="缺项")
    for role, by in SIGNERS.items():
        signoff.sign(late, ledger, role=role, by=by, on="2022-08-26", scan=scan)
    signoff.seal(late, ledger)
    assert "2022-08-23" not in {c.due for c in statistics.today_list(late).coming}
    done = next(c for c in coming.schedule(late, ledger) if c.due == "2022-08-23")
    assert (done.done, done.late, done.light) == ("2022-08-26", True, "")
    late.close()


def test_a_received_ledger_asks_nothing_of_us(bureau: Office, ledger: str) -> None:
    with bureau.write("收件") as work:
        line = ledgers.line_of(work.connection, ledger)
        ledgers.create(work, line.loaded, office_id="x", office_name="别的单位", own=False)
    mine = {c.ledger_id for c in statistics.today_list(bureau).coming}
    assert mine == {ledger} and dt.date(2022, 8, 31) > DAY
