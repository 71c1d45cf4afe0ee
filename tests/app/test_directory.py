"""部门名录: found by any name, and the rows in 在账 that follow it as one deed."""

from __future__ import annotations

from pathlib import Path

import pytest

from app import office as offices
from app.journals import heard
from app.ledger import directory, entries, following_people, ledgers
from app.listing import history, lists
from app.office import Office
from app.papers import bulletins, notices
from app.problem import Problem
from app.proof import replay
from app.removal import undoing
from app.reports import report_papers, reporting
from app.signing import signoff, since
from tests.app.conftest import DAY, project, sealed
from tests.app.follow_up import ENVIRONMENT, WATER, on_paper, stored_follow_up

DEPARTMENT = {
    "name": "旗自然资源局", "aliases": "自然资源和规划局、旗国土局", "leader": "分管副旗长", "inspection": "派驻第三纪检监察组",
    "chief": "主要领导甲", "person": "责任人甲", "person_title": "股长", "tel": "13800000001",
}  # fmt: skip


def listed(office: Office, **texts: str) -> str:
    register = ledgers.open_template(office, "directory").subject if not _register(office) else _register(office)
    return str(entries.add(office, str(register), {**DEPARTMENT, **texts}, not_secret="声明人甲").subject)


def _register(office: Office) -> str:
    return next((line.id for line in ledgers.all(office) if line.template_id == "directory"), "")


def person_of(office: Office, row: str) -> tuple[str, str, str]:
    cells = lists.line(office, row).cells
    return tuple(str(cells.get(key, "")) for key in ("resp_person", "resp_title", "resp_tel"))  # type: ignore[return-value]


def test_a_department_is_found_by_every_name_and_by_the_day(bureau: Office) -> None:
    """旗方案 四(一)、四(三)2: name, alias, with or without the banner, former name; of several the one that holds."""
    assert directory.people_of(bureau, "旗自然资源局") is None  # no directory: nothing is said
    row = listed(bureau)
    found = directory.people_of(bureau, "正镶白旗自然资源局")
    assert found is not None and (found.person, found.leader, found.inspection) == (
        "责任人甲", "分管副旗长", "派驻第三纪检监察组",
    )  # fmt: skip
    for name in ("自然资源局", "国土局", "本旗国土局", "自然资源和规划局"):
        assert directory.people_of(bureau, name) == found
    assert directory.people_of(bureau, "旗水利局") is None and directory.people_of(bureau, "") is None
    entries.amend(bureau, row, {"name": "旗自然资源和林草局"})
    later = listed(bureau, name="旗自然资源和林草局", person="责任人丁", valid_from="2022-09-01")
    found = directory.people_of(bureau, "旗自然资源局")
    assert found is not None and (found.name, found.person) == ("旗自然资源和林草局", "责任人甲")  # 9月 has not come
    entries.amend(bureau, later, {"valid_from": "2022-08-22"})
    found = directory.people_of(bureau, "旗自然资源局")
    assert found is not None and found.person == "责任人丁" and found.was("person", "责任人甲")
    entries.amend(bureau, later, {"ended_on": "2022-08-22"})
    found = directory.people_of(bureau, "旗自然资源局")
    assert found is not None and found.person == "责任人甲"


def test_rows_in_the_books_follow_a_new_person_as_one_deed(bureau: Office, ledger: str, tmp_path: Path) -> None:
    """旗方案 四(一), decisions 7, 8: every open row of every own ledger, closed ones keep the old name, all or nothing."""
    row = listed(bureau)
    his = {"resp_unit": "旗自然资源局", "resp_person": "责任人甲", "resp_title": "股长", "resp_tel": "13800000001"}
    mine = project(bureau, ledger, "一", M01="在办", M02="办结")
    typed = project(bureau, ledger, "二", M01="在办")
    others = project(bureau, ledger, "三", M01="在办")
    done = project(bureau, ledger, "四", M01="办结")
    blank = project(bureau, ledger, "五", M01="在办")
    handler = {"dept": "自然资源局", "handler": "责任人甲", "handler_tel": "13800000001"}
    entries.amend(bureau, mine, his, {"M01": handler, "M02": handler})
    entries.amend(bureau, typed, {**his, "resp_unit": "国土局", "resp_title": "副股长"})
    entries.amend(bureau, others, {**his, "resp_unit": "旗水利局"})
    entries.amend(bureau, done, his)
    entries.amend(bureau, blank, {"resp_unit": "旗自然资源局"})
    idle = str(ledgers.open_template(bureau, "idle-funds").subject)
    texts = {"name": "某资金", "budget_unit": "某园区", "balance": "1000", "resp_unit": "旗自然资源局", "resp_person": "责任人甲"}
    fund = str(entries.add(bureau, idle, texts, not_secret="声明人甲").subject)
    sealed(bureau, ledger, tmp_path)
    assert following_people.plan(bureau).cells == ()
    with pytest.raises(Problem, match="E_NOTHING"):
        following_people.follow(bureau)
    entries.amend(bureau, row, {"person": "责任人乙", "person_title": "主任", "tel": "13900000002"})
    plan = following_people.plan(bureau)
    assert plan.rows == 3 and {cell.entry_id for cell in plan.cells} == {mine, typed, fund} and not plan.left
    assert "《待批项目台账》2 行" in plan.by_ledger
    before = ledgers.get(bureau, ledger).head_seq
    with heard.listening() as told:
        change = following_people.follow(bureau)
    assert (change.facts["rows"], change.ledgers) == (3, {ledger, idle})
    assert person_of(bureau, mine) == ("责任人乙", "主任", "13900000002")
    assert person_of(bureau, typed) == ("责任人乙", "主任", "13900000002")
    assert person_of(bureau, others)[0] == person_of(bureau, done)[0] == "责任人甲"
    assert person_of(bureau, blank) == ("", "", "")
    handled = lists.line(bureau, mine).items["M01"].cells
    assert (handled["handler"], handled["handler_tel"]) == ("责任人乙", "13900000002")
    assert lists.line(bureau, mine).items["M02"].cells["handler"] == "责任人甲"  # 办结: as it was
    assert lists.line(bureau, fund).cells["resp_person"] == "责任人乙"
    assert history.lines(bureau, mine)[0].facts["reason"] == "部门名录：旗自然资源局"
    assert following_people.plan(bureau).cells == () and replay.verify(bureau) == []
    with bureau.read() as connection:
        assert since.touching_since(connection, ledgers.line_of(connection, ledger), before) == ["责任人"]
    filled = following_people.follow(bureau, [blank], blanks=True)
    assert filled.facts["rows"] == 1 and person_of(bureau, blank) == ("责任人乙", "主任", "13900000002")
    assert {span.ledger for span in told.spans} == {ledger, idle}
    undoing.take_back(bureau, told.spans)  # decision 19: one step over all ledgers
    assert person_of(bureau, mine) == ("责任人甲", "股长", "13800000001") and replay.verify(bureau) == []
    assert lists.line(bureau, fund).cells["resp_person"] == "责任人甲" and following_people.plan(bureau).rows == 3


def test_papers_and_prints_name_the_leader_and_the_inspection(tmp_path: Path) -> None:
    """旗方案 四(一)、四(三)2, decision 4: 催办单 and 通报 go to 分管旗长 and 派驻纪检组, the sign boxes say whose they are."""
    bureau = offices.open_folder(stored_follow_up().lay(tmp_path / "office"), today=DAY)
    ledger = ledgers.find(bureau, "pending-approval").id
    out = tmp_path / "out"
    out.mkdir()
    listed(bureau, name=ENVIRONMENT, aliases="")
    listed(bureau, name="旗发改委", aliases=bureau.name, leader="常务副旗长", inspection="")
    papers = notices.overdue_notices(bureau, ledger, out).facts["papers"]
    texts = [on_paper(Path(one["pdf"])) for one in papers]
    assert [("抄送：分管副旗长，派驻第三纪检监察组" in text) for text in texts] == [False, True], texts
    bulletin = on_paper(Path(bulletins.bulletin(bureau, ledger, out).facts["papers"][0]["pdf"]))
    assert "派驻第三纪检监察组" in bulletin
    monthly = report_papers.papers(bureau, reporting.draft(bureau, ledger, "2022-08", "overdue"))
    assert {one.to: one.cc for one in monthly[1:]} == {
        ENVIRONMENT: ("派驻第三纪检监察组",), WATER: (f"{WATER}派驻纪检组",),
    }  # fmt: skip
    assert directory.inspection_of(directory.of(bureau), "旗水利局") == "旗水利局派驻纪检组"
    signoff.print_ledger(bureau, ledger, tmp_path / "print.pdf", explain="缺项正在补齐")
    printed = on_paper(tmp_path / "print.pdf")
    assert "立项部门主要领导主要领导甲（签字" in printed and "分管旗长常务副旗长（签字）" in printed
    assert "13800000001" not in printed
    bureau.close()


def test_one_row_that_cannot_be_written_leaves_all_as_they_were(bureau: Office, ledger: str) -> None:
    """SB 四(一): all or nothing, in every ledger; a name that changes goes into the rows as well."""
    row = listed(bureau)
    first, second = (project(bureau, ledger, name, M01="在办") for name in "一二")
    for each in (first, second):
        entries.amend(bureau, each, {"resp_unit": "旗自然资源局", "resp_person": "责任人甲"}, {"M01": {"dept": "旗自然资源局"}})
    entries.amend(bureau, row, {"name": "旗自然资源和林草局"})
    plan = following_people.plan(bureau, [first])
    assert [(cell.item, cell.old, cell.new) for cell in plan.cells] == [
        ("", "旗自然资源局", "旗自然资源和林草局"), ("M01", "旗自然资源局", "旗自然资源和林草局"),
    ]  # fmt: skip
    before = lists.lines(bureau, [first, second])
    with bureau.engine.connect() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER broken BEFORE UPDATE ON entry WHEN new.no LIKE '%0002' BEGIN SELECT RAISE(ABORT, 'disk is full'); END"
        )
        connection.commit()
    with pytest.raises(Problem, match="E_DISK_FULL"):
        following_people.follow(bureau)
    with bureau.engine.connect() as connection:
        connection.exec_driver_sql("DROP TRIGGER broken")
        connection.commit()
    assert lists.lines(bureau, [first, second]) == before and replay.verify(bureau) == []
