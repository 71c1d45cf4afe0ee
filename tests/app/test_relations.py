"""Rows that name rows of other ledgers: one project in several campaigns, shown on both sides (S59 四, S53, S54)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.imports import drafting, intake
from app.journals import heard
from app.ledger import checks, entries, ledgers
from app.ledger.row_numbers import UNKNOWN, Place, nearest
from app.links import counting_once, pairing, relations
from app.listing import lists
from app.office import Office
from app.problem import Problem
from app.proof import replay
from app.removal import tombstones, undoing, withdrawing
from app.templating import template_reading
from app.values import likeness
from tests.app.conftest import project
from tests.app.works import REGISTER, TASKS
from tests.data.write_books import Sheet, write_xlsx

DP = "152529-DP-2022-0001"


@pytest.fixture
def tasks(bureau: Office) -> str:
    return str(ledgers.open_template(bureau, template_reading.read(TASKS, "任务.toml")).subject)


def task(bureau: Office, tasks: str, name: str = "示范项目", **texts: str) -> str:
    return str(entries.add(bureau, tasks, {"name": name, **texts}, not_secret="审核人乙").subject)


def test_both_rows_tell_of_each_other(bureau: Office, ledger: str, tasks: str) -> None:
    """A register's row names a matter (/M01), a task the project; the project shows both, oldest ledger first."""
    row = project(bureau, ledger, M01="在办")
    late = task(bureau, tasks, linked=DP, about="152529-DP-2022-0009")
    visits = str(ledgers.open_template(bureau, template_reading.read(REGISTER, "走访.toml")).subject)
    said = entries.add(
        bureau, visits, {"name": "一次性告知", "about": f"{DP}/M01"}, not_secret="审核人乙"
    ).subject
    named = relations.of(bureau, row)
    assert [(r.way, r.title, r.name, r.follows, r.item, bool(r.matter)) for r in named] == [
        ("named", "同一项目（其他台账）", "示范项目", True, "", False),
        ("named", "说的是哪一行", "一次性告知", False, "M01", True),
    ]
    assert {r.entry_id for r in named} == {late, str(said)} and all(r.known and r.own for r in named)
    out, unknown = relations.of(bureau, late)
    assert (out.way, out.entry_id, out.ledger_id, out.standing) == ("names", row, ledger, "在账")
    assert (unknown.known, unknown.standing, unknown.no) == (False, UNKNOWN, "152529-DP-2022-0009")
    assert relations.unheld(bureau, tasks) == {(late, "about"): "152529-DP-2022-0009"}
    assert [f.field for f in checks.check(bureau, tasks) if f.code == "E_NO_ROW"] == ["about"]
    for name in range(8):
        project(bureau, ledger, f"后来的{name}")
    assert relations.unheld(bureau, tasks) == {}, "a number nobody holds yet is kept: the row may come later"
    assert replay.verify(bureau) == []


def test_a_link_is_an_ordinary_cell(bureau: Office, ledger: str, tasks: str) -> None:
    row = project(bureau, ledger)
    one, two = task(bureau, tasks), task(bureau, tasks, "另一项")
    assert relations.link(bureau, one, DP.lower().replace("-", "—")).facts["changed"]
    assert lists.line(bureau, one).cells["linked"] == DP
    refusals = (
        (one, "152529-DP-2022-0099", "E_NO_ROW"),
        (row, "152529-RW-2022-0001", "E_ROW_KIND"),
        (two, "x", "E_ROW"),
    )
    for entry, no, code in refusals:
        with pytest.raises(Problem, match=code):
            relations.link(bureau, entry, no)
    relations.link(bureau, two, "152529-RW-2022-0001", field="about")
    with pytest.raises(Problem, match="E_LINK_SELF"):
        relations.link(bureau, two, "152529-RW-2022-0002", field="about")
    with pytest.raises(Problem, match="E_LINK_SELF"):
        entries.amend(bureau, two, {"about": "152529-RW-2022-0002"})
    with pytest.raises(Problem, match="E_ROW_KIND"):
        entries.amend(bureau, two, {"linked": "152529-RW-2022-0001"})
    with heard.listening() as written:
        relations.unlink(bureau, one)
    tombstones.delete(bureau, [row], reason="录错了")
    with pytest.raises(Problem, match="已经删除，请先在回收站里放回") as told:
        undoing.take_back(bureau, written.spans)
    assert told.value.code == "E_UNDO_LATER" and "linked" not in lists.line(bureau, one).cells
    tombstones.undelete(bureau, [row])
    again = undoing.take_back(bureau, written.spans)
    assert lists.line(bureau, one).cells["linked"] == DP
    undoing.take_back(bureau, again.spans, again=True)
    assert "linked" not in lists.line(bureau, one).cells
    with pytest.raises(Problem, match="E_NO_LINK"):
        relations.unlink(bureau, one)
    assert [r.entry_id for r in relations.of(bureau, row)] == []
    assert replay.verify(bureau) == []


def test_rows_do_not_follow_one_another_in_a_ring(bureau: Office) -> None:
    """An edit that would close a ring is refused, what an import brought is told by the checks."""
    free = TASKS.replace('ledgers = ["pending-approval"]\n', "")
    home = str(ledgers.open_template(bureau, template_reading.read(free, "任务.toml")).subject)
    no = "152529-RW-2022-000"
    one, two, three = (task(bureau, home, name) for name in "甲乙丙")
    entries.amend(bureau, one, {"linked": f"{no}2"})
    entries.amend(bureau, two, {"linked": f"{no}3"})
    with pytest.raises(Problem, match="E_LINK_RING"):
        entries.amend(bureau, three, {"linked": f"{no}1"})
    with pytest.raises(Problem, match="E_LINK_RING"):
        relations.link(bureau, three, f"{no}1")
    with pytest.raises(Problem, match="E_LINK_SELF"):
        task(bureau, home, "丁", linked=f"{no}4")
    with bureau.write("导入") as work:
        line = ledgers.line_of(work.connection, home)
        brought = [
            entries.RowChange(three, {"linked": f"{no}1"}),
            entries.RowChange(one, {"about": f"{no}1"}),
        ]
        entries.update_many(work, line, bureau, brought, {})
    told = [(f.no[-1], f.field, f.code) for f in checks.check(bureau, home) if f.field in ("linked", "about")]
    assert sorted(told) == [
        ("1", "about", "E_LINK_SELF"), ("1", "linked", "E_LINK_RING"), ("2", "linked", "E_LINK_RING"),
        ("3", "linked", "E_LINK_RING"),
    ]  # fmt: skip
    assert relations.unheld(bureau, home) == {}


def test_the_picker_finds_by_number_name_code_and_pinyin(bureau: Office, ledger: str, tasks: str) -> None:
    row = project(bureau, ledger, "牧光互补项目")
    entries.amend(bureau, row, {"project_code": "2101-152529-04-01-123456"})
    task(bureau, tasks, "牧光互补项目配套")
    for text in ("0001", "牧光", "2101-152529", "mghb", DP):
        found = relations.find(bureau, text)
        assert found[0].entry_id == row, text
    assert len(relations.find(bureau, "牧光")) == 2
    assert [c.ledger_id for c in relations.find(bureau, "牧光", ["tasks"])] == [tasks]
    assert relations.find(bureau, "  ") == () == relations.find(bureau, "没有的")


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        ("污水处理厂一期", "污水处理厂二期", True),
        ("公路第2标段", "公路第三标段", True),
        ("公路标段2", "公路第二标段", False),
        ("光伏项目（2期）", "光伏项目(二期)", False),
        ("厂房A区", "厂房B区", True),
        ("3号楼", "三号楼", False),
        ("草原围栏项目", "草原围栏项目一期", True),
        ("牧光互补项目", "牧光互补发电项目", False),
    ],
)
def test_numbers_in_names_tell_projects_apart(one: str, other: str, told: bool) -> None:
    """Decision 14: 一期 / 二期, 第2标段 / 第3标段 are different projects."""
    assert (likeness.parts(one) != likeness.parts(other)) is told
    assert likeness.contrary(one, other) is (told and "项目一期" not in other)


def test_the_same_project_is_proposed_and_joined_by_a_person(
    bureau: Office, ledger: str, tasks: str, tmp_path: Path
) -> None:
    """S59 四: by code for sure, by name and place likely; what differs by a number is never proposed."""
    rows = {}
    for name, code, place in (
        ("甲污水处理厂", "2101-152529-04-01-111111", "明安图镇"), ("乙垃圾处理厂建设项目", "", "上都镇"),
        ("丙公路一期", "", "那日图"), ("丁学校", "", "明安图镇"), ("戊卫生院", "", "宝绍代"),
    ):  # fmt: skip
        rows[name] = project(bureau, ledger, name)
        entries.amend(
            bureau, rows[name], {"project_code": code, "place": place} if code else {"place": place}
        )
    coded = task(bureau, tasks, "甲厂改造", project_code="2101-152529-04-01-111111")
    near = task(bureau, tasks, "乙垃圾处理厂建设工程项目", place="上都镇")
    task(bureau, tasks, "丙公路二期", place="那日图")
    task(bureau, tasks, "丁学校", place="上都镇")
    equal = task(bureau, tasks, "戊卫生院")
    found = relations.doubtful(bureau, tasks)
    assert [(p.entry_id, p.other_id, p.sure) for p in found] == [
        (coded, rows["甲污水处理厂"], True),
        (equal, rows["戊卫生院"], False),
        (near, rows["乙垃圾处理厂建设项目"], False),
    ]
    assert [p.why for p in found] == ["项目代码相同", "名称相同，有一边没有填地点", "名称相近，地点相同"]
    assert {p.entry_id for p in relations.doubtful(bureau, ledger)} == {coded, near, equal}, (
        "asked from the other side"
    )
    relations.link(bureau, found[0].entry_id, found[0].other_no)
    left = relations.doubtful(bureau, tasks)
    assert [p.entry_id for p in left] == [equal, near], "what was joined is not asked again"
    relations.unlink(bureau, coded)
    heads = ["任务名称", "同一项目（其他台账）"]
    book = write_xlsx([Sheet("任务", [heads, ["导入后撤回的", found[0].other_no]])], tmp_path / "任务.xlsx")
    plan = intake.plan(bureau, tasks, drafting.draft(book, ledgers.get(bureau, tasks).loaded))
    run = intake.commit(bureau, plan, not_secret="审核人乙").facts["import"]
    assert not any(p.sure for p in relations.doubtful(bureau, tasks))
    withdrawing.withdraw(bureau, run)
    assert [p.entry_id for p in relations.doubtful(bureau, tasks) if p.sure] == [coded], (
        "the link of a row that is out keeps nothing from being proposed"
    )


def test_a_number_means_the_row_of_the_office_that_wrote_it(bureau: Office, ledger: str, tasks: str) -> None:
    """Two offices of one banner give the same numbers: each means its own; a gathered row means gathered rows."""
    here = ledgers.get(bureau, ledger)
    lines = {name: replace(here, own=False, id=name, origin_id=name) for name in ("甲局", "乙局")}
    places = [Place(name, DP, line, "") for name, line in (*lines.items(), ("本单位", here))]
    for name, line in (*lines.items(), ("本单位", here)):
        found = nearest(places, line)
        assert found is not None and found.id == name
    left = nearest(places[:1], here)
    assert left is not None and left.id == "甲局", "where only another office has it, that one"
    row = project(bureau, ledger, M01="在办")
    low = task(bureau, tasks, linked=DP)
    whole, works = (
        str(ledgers.open_template(bureau, one, merged=True).subject)
        for one in ("pending-approval", template_reading.read(TASKS, "任务.toml"))
    )
    up = {}
    with bureau.write("汇总") as work:
        for key, to, cells, source in (
            (DP, whole, {"name": "示范项目"}, row),
            ("t", works, {"name": "甲", "linked": DP}, low),
        ):
            line = ledgers.line_of(work.connection, to)
            (up[key],) = entries.add_many(work, line, bureau, [entries.NewRow(cells, source=source)], {})
    assert [r.entry_id for r in relations.of(bureau, up["t"])] == [up[DP]]
    assert [r.entry_id for r in relations.of(bureau, up[DP])] == [up["t"]]
    assert [r.entry_id for r in relations.of(bureau, low)] == [row]
    with bureau.read() as connection:
        again = counting_once.counted_once(connection, [whole, works, ledger, tasks])
        assert sorted(one for ids in again.values() for one in ids) == sorted([up[DP], up["t"], low])


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=15))
def test_rows_joined_by_any_links_are_counted_once(pairs: list[tuple[int, int]]) -> None:
    """S54 六(二): whatever follows what, in rings too, what hangs together is one project."""
    links = [(str(a), str(b)) for a, b in pairs]
    groups = counting_once.joined([str(n) for n in range(10)], links)
    assert sorted(row for group in groups for row in group) == [str(n) for n in range(10)]
    home = {row: number for number, group in enumerate(groups) for row in group}
    assert all(home[a] == home[b] for a, b in links)
    assert len(groups) >= 10 - len({frozenset(p) for p in links if p[0] != p[1]})


def test_what_a_person_said_of_pairs_is_kept(bureau: Office, ledger: str, tasks: str) -> None:
    """Many are confirmed as one deed, one that cannot be is named; what is not the same is proposed no more, and again."""
    for name in ("甲渠道", "乙渠道", "丙渠道"):
        project(bureau, ledger, name)
        task(bureau, tasks, name)
    found = pairing.every(bureau)
    assert len(found) == 3 and found == relations.doubtful(bureau, tasks)
    one, two, three = found
    told = relations.part(bureau, [relations.pair_of(bureau, one.other_id, one.entry_id)])
    assert told.facts["pairs"] == 1 and pairing.every(bureau) == (two, three)
    change = relations.confirm(bureau, [(two.entry_id, two.other_no), (three.entry_id, "152529-DP-2022-0099")])
    assert (change.facts["linked"], [r["code"] for r in change.facts["refused"]]) == (1, ["E_NO_ROW"])
    assert pairing.every(bureau) == (three,)
    relations.part(bureau, [one], same=True)
    assert set(pairing.every(bureau)) == {one, three} and replay.verify(bureau) == []
    with pytest.raises(Problem, match="E_NOTHING"):
        relations.confirm(bureau, [])
