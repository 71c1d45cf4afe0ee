"""A row of one campaign that another claims too follows the linked row (S59 四, S53; decision 15)."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.ledger import attachments, closing, entries, leaving, ledgers
from app.links import counting_once, following, relations
from app.listing import lists
from app.office import Office
from app.problem import Problem
from app.proof import replay
from app.templating import template_reading
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
    entries.amend(
        bureau, row, {"due_date": "2023-12-31"}, {"M01": {"d_submit": "2022-08-01", "d_accept": "2022-08-02"}}
    )
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
    assert lists.line(bureau, row).due < linked.day == relations.of(bureau, str(late))[0].due, (
        "one limit of a project on both screens, not now this and now that of a matter"
    )
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
    assert counting_once.projects(bureau, [ledger, tasks]) == 4
    relations.link(bureau, one, DP)
    assert (
        counting_once.projects(bureau, [ledger, tasks])
        == counting_once.projects(bureau, [tasks, ledger])
        == 3
    )
    with bureau.read() as connection:
        assert counting_once.counted_once(connection, [ledger, tasks]) == {tasks: [one]}
        assert counting_once.counted_once(connection, [tasks, ledger]) == {tasks: [one]}, (
            "the one that follows is left out"
        )
        assert counting_once.counted_once(connection, [tasks]) == {}
    again = str(entries.add(bureau, tasks, {"name": "又一条", "linked": DP}, not_secret="审核人乙").subject)
    assert counting_once.projects(bureau, [ledger, tasks]) == 3, "a second follower is no second project"
    relations.link(bureau, again, "152529-DP-2022-0002")
    assert counting_once.projects(bureau, [ledger, tasks]) == 3 and other


def test_a_project_is_one_by_way_of_a_ledger_not_asked_and_however_its_rows_left(
    bureau: Office, ledger: str, tasks: str
) -> None:
    """S54 四(一), 六(二): joined over all ledgers, counted where it still stands, by campaign and in all."""
    row = project(bureau, ledger, M01="在办")
    other = str(ledgers.open_template(bureau, template_reading.read(TASKS, "任务.toml"), again=True).subject)
    one, two = (
        str(entries.add(bureau, home, {"name": "示范项目", "linked": DP}, not_secret="审核人乙").subject)
        for home in (tasks, other)
    )
    assert counting_once.projects(bureau, [tasks, other]) == 1, "both follow a third that is not asked for"
    project(bureau, ledger, "另一项目", M01="在办")
    found = counting_once.census(bureau)
    assert [(s.campaign, s.title, s.rows, s.listed, s.open) for s in found.shares] == [
        ("待批项目大起底", "待批项目台账", 2, 2, 2), ("示范改革行动", "改革任务台账", 2, 1, 1),
    ]  # fmt: skip
    assert (found.whole.rows, found.whole.listed, found.whole.open, found.shared) == (4, 2, 2, 1)
    leaving.exclude(bureau, row, reason="重复")
    with bureau.read() as connection:
        assert counting_once.counted_once(connection, [ledger, tasks, other]) == {
            ledger: [row],
            other: [two],
        }, "a row that was excluded never hides one in 在账"
    assert counting_once.projects(bureau, [ledger, tasks, other]) == 2 and one


def test_where_matters_are_closed_each_goes_by_the_paper_of_its_own(
    bureau: Office, ledger: str, tmp_path: Path
) -> None:
    """S59 四: a project of the zone's list is one of the banner's too; its matters close by the same papers."""
    row = project(bureau, ledger, M01="在办", M03="在办")
    scan = sealed(bureau, ledger, tmp_path)
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
    again = str(entries.add(bureau, zone, cells, items=states, not_secret="审核人乙").subject)
    said = following.close_after(bureau, late, scan=scan).said
    assert said == "已办结：土地预审、环评（示范项目），全部办结", "every matter is named, not the last alone"
    items = lists.line(bureau, late).items
    assert [items[code].cells["doc_no"] for code in ("M01", "M03")] == [
        "旗发改字〔2022〕1号",
        "旗发改字〔2022〕3号",
    ]
    assert len(attachments.of(bureau, late)) == 1, "one scan is filed once"
    following.close_after(bureau, again, on="2022-08-20", doc="园字1号")
    items = lists.line(bureau, again).items
    assert {(items[c].cells["doc_no"], items[c].cells["d_done"]) for c in ("M01", "M03")} == {
        ("园字1号", "2022-08-20")
    }, "what the clerk gives stands above the papers of the row that is followed"
    assert replay.verify(bureau) == []
