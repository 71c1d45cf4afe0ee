"""What a department wrote in its workbook and nobody may take silently, or drop (旗方案 四(一), decision 32)."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from app.engine import storing
from app.engine.rows import Held
from app.imports import check_reading
from app.imports.check_reading import Returned
from app.ledger import entries
from app.listing import counts
from app.problem import Problem
from app.proof import replay
from app.rounds import rounds
from sync.merges import arrivals, handing_back, merge_records, merge_sheets, merges, returns
from tests.sync.rounds_world import FOREST, Play, played

world = played()
M, GRASS = "林地征占", "草地征占"
CODE, OTHER = "2204-152529-04-01-111111", "2204-152529-04-01-222222"


def sent(world: Play) -> Path:
    rounds.begin(world.sponsor, world.ledger, due="2022-08-25")
    return world.push(FOREST, workbook=True)[FOREST]


def changed(world: Play, file: Path, change: Callable[[Any], None], name: str = "交回") -> Returned:
    """The workbook as it came back after `change` of it."""
    book = openpyxl.load_workbook(file)
    change(book)
    out = world.folder / f"{name}.xlsx"
    book.save(out)
    return check_reading.look(out)


def adding(*rows: Mapping[str, str]) -> Callable[[Any], None]:
    """Lines at the end, one for each matter of a missing project."""

    def change(book: Any) -> None:
        sheet = book["核查表"]
        heads = {cell.value: cell.column for cell in sheet[5]}
        first = next(r for r in range(6, 90) if not sheet.cell(r, heads["项目名称"]).value)
        for at, row in enumerate(rows, first):
            for head, text in ({"新增理由": "漏列", "办理情况": "在办"} | dict(row)).items():
                sheet.cell(at, heads[head]).value = text

    return change


def new(name: str, matter: str, code: str = "", **more: str) -> dict[str, str]:
    return {"项目名称": name, "项目代码": code, "审批事项": matter, **more}


def taken(world: Play, what: Returned | str) -> dict[str, Any]:
    """Merge with every addition and clash decided for theirs."""
    choices = dict.fromkeys(merges.needs(merges.rehearse(world.sponsor, what)[1]), "theirs")
    return dict(merges.merge(world.sponsor, what, choices, confirmed=True, keep=False).facts)


def rows(world: Play) -> dict[str, Held]:
    with world.sponsor.read() as connection:
        return {h.no[-4:]: h for h in storing.every_held(connection, world.ledger)}


def test_a_guessed_date_is_decided_by_a_person_and_its_words_are_kept(world: Play) -> None:
    """A limit runs from it: 八月初 is no day. One that names its day goes in as ever."""
    back = world.filled(
        sent(world),
        ("项目1", M, "提交（接件）日期", "八月初"),
        ("项目1", M, "受理日期", "八月五日"),
        ("项目2", M, "事项完成时限", "年底前"),
        ("项目3", M, "提交（接件）日期", "2022.8"),
    )
    arrival, plan = merges.rehearse(world.sponsor, back)
    assert arrival.read is not None and [g.raw for g in arrival.read.guesses] == [
        "八月初",
        "年底前",
        "2022.8",
    ]
    asked = {key[2]: d.doubt for key, d in plan.differences() if d.doubt and key[0] != world.rows["项目3"]}
    assert asked == {"d_submit": "猜的日期，原话“八月初”", "due_date": "猜的日期，原话“年底前”"}
    assert plan.needs == tuple(k for k, d in plan.differences() if d.doubt), "no other cell asks"
    with pytest.raises(Problem, match="3 处日期是猜的") as caught:
        merges.merge(world.sponsor, back, confirmed=True, keep=False)
    assert caught.value.code == "E_UNDECIDED"
    key = (world.rows["项目2"], "M06", "due_date")
    done = merges.merge(world.sponsor, back, {key: "theirs"}, default="theirs", confirmed=True, keep=False)
    here = [world.held(name).items["M06"] for name in world.rows]
    assert (here[0].get("d_submit"), here[0]["d_accept"]) == (None, "2022-08-05"), (
        "theirs for all takes no guess"
    )
    assert (here[1]["due_date"], here[2].get("d_submit")) == ("2022-12-31", None)
    lines = merge_sheets.sheet(world.sponsor, world.ledger, str(done.subject)).lines
    told = {(x.name, x.field): (x.after, x.lost, x.why.split("，")[0]) for x in lines if x.how == "猜的日期"}
    assert told[("项目1", "提交（接件）日期")] == ("", "来件：2022年8月5日", "原话“八月初”")
    assert told[("项目2", "事项完成时限")][0] == "2022年12月31日" and len(told) == 3
    assert not merges.rehearse(world.sponsor, back)[1].needs, "the same file again: that was decided"
    assert replay.verify(world.sponsor) == []


def test_a_guessed_date_and_words_beside_the_list_go_back_and_into_the_record(world: Play) -> None:
    """Attack table: an added column, another sheet, and a guessed day of an added project."""

    def change(book: Any) -> None:
        sheet = book["核查表"]
        sheet.cell(6, {c.value: c.column for c in sheet[5]}["提交（接件）日期"]).value = "7月底"
        last = sheet.max_column + 1
        sheet.cell(5, last).value, sheet.cell(6, last).value = "我局意见", "此项目应移除"
        book.create_sheet("附记")["A1"] = "另有三个项目在途"
        adding(new("新路", M, CODE, **{"受理日期": "八月中旬"}))(book)

    back = changed(world, sent(world), change)
    arrival, _ = merges.rehearse(world.sponsor, back)
    read = arrival.read
    assert read is not None and "1 处日期是猜的" in read.said and "2 处写在别处的话" in read.said
    assert "d_accept" not in next(iter(arrival.added.values())).parts["M06"]
    assert [(f.title, f.raw) for f in read.faults] == [("受理日期", "八月中旬")]
    out = world.folder / "退回.xlsx"
    handing_back.hand_back(world.sponsor, world.folder / "交回.xlsx", out)
    book = openpyxl.load_workbook(out)
    marks = [c.comment.text for line in book["核查表"].iter_rows() for c in line if c.comment]
    assert any("“7月底”不是准确日期" in text for text in marks)
    listed = "".join(str(c.value) for line in book["退回说明"].iter_rows() for c in line)
    assert "此项目应移除" in listed and "另有三个项目在途" in listed
    done = merges.merge(world.sponsor, back, default="mine", confirmed=True, keep=False)
    assert "写在别处的话" in done.said
    lines = merge_sheets.sheet(world.sponsor, world.ledger, str(done.subject)).lines
    said = "".join(x.lost for x in lines if x.how == "表外的话")
    assert "此项目应移除" in said and "另有三个项目在途" in said


def test_answers_in_a_copied_sheet_are_read_and_two_that_differ_are_taken_from_neither(world: Play) -> None:
    def fill(sheet: Any, name: str, text: str) -> None:
        heads = {c.value: c.column for c in sheet[5]}
        for row in range(6, sheet.max_row + 1):
            if [sheet.cell(row, heads[h]).value for h in ("项目名称", "审批事项")] == [name, M]:
                sheet.cell(row, heads["备注"]).value = text

    def two(book: Any) -> None:
        copy = book.copy_worksheet(book["核查表"])
        copy.title = "李四填"
        for sheet, name, text in (
            (book["核查表"], "项目1", "甲填"), (copy, "项目2", "乙填"),
            (book["核查表"], "项目3", "一种"), (copy, "项目3", "另一种"),
        ):  # fmt: skip
            fill(sheet, name, text)

    back = changed(world, sent(world), two)
    arrival, _ = merges.rehearse(world.sponsor, back)
    read = arrival.read
    assert read is not None and not (read.missing or read.unplaced)
    assert {(f.sheet, f.code) for f in read.faults} == {("核查表", "E_TWICE"), ("李四填", "E_TWICE")}
    done = merges.merge(world.sponsor, back, confirmed=True, keep=False)
    assert [world.held(name).items["M06"].get("note") for name in world.rows] == ["甲填", "乙填", None]
    lines = merge_sheets.sheet(world.sponsor, world.ledger, str(done.subject)).lines
    assert {x.name[:5] for x in lines if x.how == "读不出来"} == {"“核查表”", "“李四填”"}
    handing_back.hand_back(world.sponsor, world.folder / "交回.xlsx", world.folder / "退回.xlsx")
    book = openpyxl.load_workbook(world.folder / "退回.xlsx")
    for name in ("核查表", "李四填"):
        assert any(
            "写得不一样" in c.comment.text for line in book[name].iter_rows() for c in line if c.comment
        )


def test_lines_of_one_added_project_are_one_and_two_of_one_name_are_two(world: Play) -> None:
    entries.amend(world.sponsor, world.rows["项目3"], {"project_code": "2204-152529-04-01-444444"}, {})
    file = sent(world)
    many = adding(
        new("新路", M, CODE, 备注="一"), new("新路", GRASS, CODE, 备注="二"),
        new("道路", M, OTHER), new("道路", M, "2204-152529-04-01-333333"),
        new("水渠", M, 建设单位="甲公司"), new("水渠", GRASS), new("水渠", M, 建设单位="乙公司"),
        new("项目3", M, "2204-152529-04-01-555555"),
    )  # fmt: skip
    back = changed(world, file, many)
    facts = taken(world, back)
    made = [h for h in rows(world).values() if h.id in facts["added"]]
    assert sorted(h.name for h in made) == ["新路", "水渠", "水渠", "道路", "道路", "项目3"]
    road = next(h for h in made if h.name == "新路")
    assert [road.items[c].get("note") for c in ("M06", "M07")] == ["一", "二"]
    assert {h.cells.get("project_code") for h in made if h.name == "道路"} == {
        OTHER,
        "2204-152529-04-01-333333",
    }
    assert world.part(FOREST).added == 6
    arrival, plan = merges.rehearse(world.sponsor, back)
    assert not arrival.added and plan.counts["changed"] == 0
    assert arrival.before == "2022-08-22"
    again = merges.merge(world.sponsor, back, confirmed=True, keep=False)
    told = returns.answer(world.sponsor, world.ledger, arrival.round.id, FOREST)
    assert len(told.added) == 6
    assert again.said.startswith("以前合并过（2022-08-22）") and world.part(FOREST).added == 6, (
        "counted over all mergings"
    )
    merges.withdraw(world.sponsor, world.ledger, str(again.subject))
    assert (world.part(FOREST).added, world.part(FOREST).state) == (6, rounds.RETURNED), (
        "the first one stands"
    )
    assert replay.verify(world.sponsor) == []


def test_an_added_project_that_stands_already_gets_its_matter_and_no_second_row(world: Play) -> None:
    """在账 is not raised twice (decision 2): by code, by its name alone, and when two departments add it."""
    matters = {
        "M01": {"state": "在办"},
        "M06": {"state": "不需办", "needed": "否"},
        "M07": {"state": "不需办"},
    }
    here = [
        str(entries.add(world.sponsor, world.ledger, cells, not_secret="声明人", items=matters).subject)
        for cells in ({"name": "苏木道路", "project_code": CODE}, {"name": "嘎查水井"})
    ]
    world.taken()
    file = world.push(FOREST, workbook=True)[FOREST]
    before = counts.now(world.sponsor, world.ledger)["project"]["open"]
    many = adding(
        new("苏木道路工程", M, CODE, 备注="占林地"), new("嘎查水井", M), new("新路", M, OTHER),
        new("苏木道路", M, "2204-152529-04-01-333333"),
    )  # fmt: skip
    back = changed(world, file, many)
    arrival, _ = merges.rehearse(world.sponsor, back)
    known = {arrival.added[i].name: (one.entry, one.joins) for i, one in arrival.known.items()}
    assert known == {
        "苏木道路工程": (here[0], True),
        "嘎查水井": (here[1], True),
        "苏木道路": (here[0], False),
    }
    facts = taken(world, back)
    assert sorted(facts["joined"]) == sorted(here) and len(facts["added"]) == 2
    assert rows(world)["0004"].items["M06"]["note"] == "占林地"
    assert counts.now(world.sponsor, world.ledger)["project"]["open"] == before + len(facts["added"])
    entries.add(
        world.water, world.check().id, {"name": "新路", "project_code": OTHER}, not_secret="声明人",
        items={"M04": {"state": "在办"}}, basis="漏列",
    )  # fmt: skip
    mirror = world.back()
    found, _ = merges.rehearse(world.sponsor, mirror)
    assert [one.joins for one in found.known.values()] == [True]
    joined = taken(world, mirror)
    assert not joined["added"] and len(joined["joined"]) == 1
    road = next(h for h in rows(world).values() if h.name == "新路")
    assert [road.items[c]["state"] for c in ("M04", "M06")] == ["在办", "在办"]
    assert not merges.rehearse(world.sponsor, world.back())[0].added, "taken in once"
    merges.withdraw(world.sponsor, world.ledger, joined["merge"])
    road = next(h for h in rows(world).values() if h.name == "新路")
    assert [road.items[c]["state"] for c in ("M04", "M06")] == ["待核", "在办"]
    assert replay.verify(world.sponsor) == []


def test_a_list_nobody_filled_in_is_no_return_unless_a_person_insists(world: Play) -> None:
    file = sent(world)
    (one,) = arrivals.take(world.sponsor, [file], confirmed=True)
    assert (one.state, one.code) == (arrivals.REFUSED, "E_BLANK") and "一格没填，像是发出去的原表" in one.said
    assert world.part(FOREST).state == rounds.SENT and not merge_records.records(world.sponsor, world.ledger)
    (one,) = arrivals.take(world.sponsor, [file], confirmed=True, blank=True)
    assert one.state == arrivals.MERGED and world.part(FOREST).state == rounds.RETURNED


def test_whatever_is_added_no_code_stands_twice_and_the_identity_holds(world: Play) -> None:
    """Decision 2 over copies with chance additions: 期初 + 新增 = 在账, each project once, nothing anew the second time."""
    file, chance = sent(world), random.Random(7)
    names, codes = ("新路", "水渠", "项目1", "苏木道路"), ("", CODE, OTHER)
    for number in range(4):
        lines = [new(chance.choice(names), chance.choice((M, GRASS)), chance.choice(codes)) for _ in range(6)]
        back = changed(world, file, adding(*lines), f"第{number}份")
        before = counts.now(world.sponsor, world.ledger)["project"]
        facts = taken(world, back)
        after = counts.now(world.sponsor, world.ledger)["project"]
        assert after["open"] == before["open"] + len(facts["added"])
        coded = [code for h in rows(world).values() if (code := h.cells.get("project_code"))]
        assert len(coded) == len(set(coded))
        assert not merges.rehearse(world.sponsor, back)[0].added, "all of it stands"
    assert replay.verify(world.sponsor) == []
