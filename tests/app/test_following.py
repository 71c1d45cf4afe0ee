"""A row of one campaign that another claims too follows the linked row (S59 四, S53; decision 15)."""

from __future__ import annotations

from pathlib import Path

import pytest

from app import closing, entries, following, ledgers, lists, relations, replay, template_reading
from app.office import Office
from app.problem import Problem
from tests.app.conftest import project, sealed
from tests.app.works import TASKS

DP = "152529-DP-2022-0001"
VALUES = {"text": "某", "org": "某局", "date": "2022-08-01", "bool": "是", "money": "1"}


@pytest.fixture
def tasks(bureau: Office) -> str:
    return str(ledgers.open_template(bureau, template_reading.read(TASKS, "任务.toml")).subject)


def test_of_two_limits_both_are_shown_and_the_earlier_rules(bureau: Office, ledger: str, tasks: str) -> None:
    """Decision 15: S59 says three years (2025-12-31), S53 says 2023-12-31; the linked row's binds."""
    row = project(bureau, ledger, M01="在办")
    entries.amend(bureau, row, {"due_date": "2023-12-31"})
    late = entries.add(
        bureau, tasks, {"name": "示范项目", "end_by": "2025-12-31", "linked": DP}, not_secret="审核人乙"
    ).subject
    found = following.of(bureau, str(late))
    assert [(x.no, x.day, x.rules) for x in found.limits] == [
        ("152529-RW-2022-0001", "2025-12-31", False), (DP, "2023-12-31", True),
    ]  # fmt: skip
    assert found.due == "2023-12-31" and found.differing and found.together == ""
    (linked,) = found.linked
    assert (linked.entry_id, linked.standing, linked.left) == (row, "在账", "")
    assert following.of(bureau, row).linked == () and not following.of(bureau, row).differing
    assert following.ready(bureau, tasks) == () and following.every(bureau, tasks) == {str(late): found}
    with pytest.raises(Problem, match="E_NOT_TOGETHER"):
        following.close_after(bureau, str(late))


def test_it_leaves_with_the_row_it_follows(bureau: Office, ledger: str, tasks: str, tmp_path: Path) -> None:
    """The linked row is 核减 by a document; its follower is 销号 by its own closing upon that document."""
    row = project(bureau, ledger, M01="在办")
    sealed(bureau, ledger, tmp_path)
    late = str(entries.add(bureau, tasks, {"name": "示范项目", "linked": DP}, not_secret="审核人乙").subject)
    entries.add(bureau, tasks, {"name": "别的任务"}, not_secret="审核人乙")
    closing.close(bureau, [(row, "M01")], basis="批复", on="2022-08-19", doc="旗发改字〔2022〕7号")
    (told,) = following.ready(bureau, tasks)
    assert told.entry_id == late and told.together == "可随同销号"
    assert (told.linked[0].standing, told.linked[0].doc, told.linked[0].on) == (
        "已核减",
        "旗发改字〔2022〕7号",
        "2022-08-19",
    )
    said = following.close_after(bureau, late)
    assert said.said == "已销号：示范项目"
    cells = lists.line(bureau, late).cells
    assert (cells["done_on"], cells["paper"]) == ("2022-08-19", "旗发改字〔2022〕7号")
    assert following.ready(bureau, tasks) == ()
    assert replay.verify(bureau) == []


def test_two_ledgers_with_one_linked_pair_count_one_project(bureau: Office, ledger: str, tasks: str) -> None:
    """S54 六(二): 块 and 条 together count no project twice, in whatever order, also where two follow each other."""
    row, other = project(bureau, ledger), project(bureau, ledger, "另一项目", M01="在办")
    project(bureau, ledger, "第三个", M01="在办")
    entries.amend(bureau, row, {}, {"M01": {"state": "在办"}})
    one = str(entries.add(bureau, tasks, {"name": "示范项目"}, not_secret="审核人乙").subject)
    assert following.projects(bureau, [ledger, tasks]) == 4
    relations.link(bureau, one, DP)
    assert following.projects(bureau, [ledger, tasks]) == following.projects(bureau, [tasks, ledger]) == 3
    with bureau.read() as connection:
        assert following.counted_once(connection, [ledger, tasks]) == {tasks: [one]}
        assert following.counted_once(connection, [tasks, ledger]) == {tasks: [one]}, (
            "the one that follows is left out"
        )
        assert following.counted_once(connection, [tasks]) == {}
    again = str(entries.add(bureau, tasks, {"name": "又一条", "linked": DP}, not_secret="审核人乙").subject)
    assert following.projects(bureau, [ledger, tasks]) == 3, "a second follower is no second project"
    relations.link(bureau, again, "152529-DP-2022-0002")
    assert following.projects(bureau, [ledger, tasks]) == 3 and other


def test_where_matters_are_closed_each_goes_by_the_paper_of_its_own(
    bureau: Office, ledger: str, tmp_path: Path
) -> None:
    """S59 四: a project of the zone's list is one of the banner's too; its matters close by the same papers."""
    row = project(bureau, ledger, M01="在办", M03="在办")
    sealed(bureau, ledger, tmp_path)
    zone = str(ledgers.open_template(bureau, "zone-pending").subject)
    known = ledgers.get(bureau, zone).loaded
    texts = {f.id: VALUES[f.kind] for f in known.t.fields if f.need == "create" and f.kind in VALUES}
    checked = [code for code, preset in known.presets.items() if preset.always]
    states = {code: {"state": "在办" if code in ("M01", "M03") else "不需办"} for code in checked}
    cells = {**texts, "name": "示范项目", "linked": DP}
    late = str(entries.add(bureau, zone, cells, items=states, not_secret="审核人乙").subject)
    for code, doc in (("M01", "1号"), ("M03", "3号")):
        closing.close(bureau, [(row, code)], basis="批复", on="2022-08-19", doc=f"旗发改字〔2022〕{doc}")
    assert [one.entry_id for one in following.ready(bureau, zone)] == [late]
    following.close_after(bureau, late)
    items = lists.line(bureau, late).items
    assert [items[code].cells["doc_no"] for code in ("M01", "M03")] == [
        "旗发改字〔2022〕1号",
        "旗发改字〔2022〕3号",
    ]
    assert replay.verify(bureau) == []
