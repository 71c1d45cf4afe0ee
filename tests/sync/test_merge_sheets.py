"""合并情况表: every value of a merging is on it, taken or losing, by whom decided; read from the journal alone."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
import pypdfium2
import pytest

from app.engine import storing
from app.exports.merging_pdf import MergeLine
from app.imports import check_reading
from app.ledger import entries, leaving, ledgers
from app.problem import Problem
from app.proof import replay
from app.removal import purging
from app.rounds import rounds
from sync import exchange
from sync.merges import merge_records, merge_sheets, merges
from sync.upward import gathering
from tests.sync.rounds_world import FOREST, Play, played

world = played()


def lines(world: Play, merge: str, how: str) -> list[MergeLine]:
    found = merge_sheets.sheet(world.sponsor, world.ledger, merge)
    return [one for one in found.lines if one.how == how]


def merged(world: Play, *args: object, **given: object) -> str:
    return str(merges.merge(world.sponsor, *args, **given).subject)  # type: ignore[arg-type]


def test_what_was_taken_stands_with_what_was_there_before(world: Play) -> None:
    world.taken()
    world.says("项目1", "M04", verified="已核", d_submit="2022-08-01")
    merge = merged(world, world.back())
    taken = {one.field: one for one in lines(world, merge, "采用")}
    assert taken.keys() == {"核查情况", "提交（接件）日期"}
    one = taken["核查情况"]
    assert (one.name, one.item, one.before, one.after, one.lost) == ("项目1", "取水", "", "已核", "")
    assert "2022年8月1日" in {x.after for x in taken.values()}


def test_a_value_that_followed_what_was_taken_is_listed_and_nothing_else_is(world: Play) -> None:
    """exchange.md: the losing value is kept and listed; what nobody typed here is none."""
    world.taken()
    world.says("项目1", "M05", verified="已核", d_submit="2022-08-01")
    world.says("项目2", "M04", d_submit="2022-08-01")
    entries.amend(world.sponsor, world.rows["项目2"], {}, {"M04": {"state": "待核"}})
    change = merges.merge(world.sponsor, world.back())
    assert change.facts["lost"] == 1
    (one,) = lines(world, str(change.subject), "两边都改过")
    assert (one.name, one.field, one.after, one.lost) == ("项目2", "办理情况", "在办", "我这里：待核")
    assert one.why == "随采用的内容一起变动"


@pytest.mark.parametrize(
    ("choice", "after", "lost"),
    [
        ("mine", "李四", "来件：张三"),
        ("theirs", "张三", "我这里：李四"),
        ({"value": "王五"}, "王五", "我这里：李四；来件：张三"),
    ],
)
def test_a_decided_clash_keeps_both_values_and_who_decided(
    world: Play, choice: object, after: str, lost: str
) -> None:
    """合并情况表: the losing value and who decided are on paper, whichever way it went."""
    world.taken()
    world.says("项目1", "M04", handler="张三")
    entries.amend(world.sponsor, world.rows["项目1"], {}, {"M04": {"handler": "李四"}})
    merge = merged(world, world.back(), {(world.rows["项目1"], "M04", "handler"): choice})
    (one,) = lines(world, merge, "两边都改过")
    assert (one.name, one.item, one.before, one.after, one.lost, one.why) == (
        "项目1", "取水", "李四", after, lost, "经办人甲决定",
    )  # fmt: skip
    assert not lines(world, merge, "采用")


def test_it_says_the_same_after_the_row_went_on(world: Play) -> None:
    """It is read as of the merging, so it can be printed any time later."""
    world.taken()
    world.says("项目1", "M04", handler="张三")
    entries.amend(world.sponsor, world.rows["项目1"], {}, {"M04": {"handler": "李四"}})
    merge = merged(world, world.back(), {(world.rows["项目1"], "M04", "handler"): "mine"})
    before = merge_sheets.sheet(world.sponsor, world.ledger, merge)
    entries.amend(world.sponsor, world.rows["项目1"], {"name": "改了名"}, {"M04": {"handler": "赵六"}})
    assert merge_sheets.sheet(world.sponsor, world.ledger, merge) == before


def test_what_is_refused_stands_with_its_value_and_the_reason(world: Play) -> None:
    world.taken()
    world.says("项目1", "M05", verified="已核")
    entries.amend(world.sponsor, world.rows["项目1"], {}, {"M05": {"dept": "农牧局"}})
    merge = merged(world, world.back())
    (one,) = lines(world, merge, "不采用")
    assert (one.name, one.item, one.field, one.lost, one.why) == (
        "项目1", "水土保持", "核查情况", "来件：已核", "现已不归该部门办理",
    )  # fmt: skip


def test_what_came_for_a_row_that_left_the_list_is_kept(world: Play) -> None:
    """No value is lost: the row is closed here, so it stands in the journal of the merging."""
    world.taken()
    world.says("项目1", "M04", verified="已核", handler_tel="13812345678")
    leaving.exclude(world.sponsor, world.rows["项目1"], reason="重复")
    merge = merged(world, world.back())
    refused = {(x.name, x.item, x.field, x.lost, x.why) for x in lines(world, merge, "不采用")}
    assert refused == {
        ("项目1", "取水", "核查情况", "来件：已核", "已核查剔除"),
        ("项目1", "取水", "事项责任人电话", "来件：138****5678", "已核查剔除"),
    }
    (record,) = merge_records.records(world.sponsor, world.ledger)
    assert record.counts["lost"] == 2 and replay.verify(world.sponsor) == []


def test_objections_additions_and_what_was_turned_down(world: Play) -> None:
    line = world.taken()
    world.says("项目1", "M04", contest="非本部门", contest_reason="归林草局")
    for name in ("漏报甲", "漏报乙"):
        entries.add(
            world.water,
            line.id,
            {"name": name},
            not_secret="声明人",
            items={"M04": {"state": "在办"}},
            basis=f"清单漏列{name}",
        )
    mirror = world.back()
    plan = merges.rehearse(world.sponsor, mirror)[1]
    key = {row.name: (row.id, "", "") for row in plan.rows if row.kind == "new"}
    merge = merged(world, mirror, {key["漏报甲"]: "theirs", key["漏报乙"]: "mine"})
    assert [(x.name, x.after, x.why) for x in lines(world, merge, "有异议")] == [
        ("项目1", "非本部门", "归林草局")
    ]
    (new,) = lines(world, merge, "新增")
    assert (new.name, new.why) == ("漏报甲", "清单漏列漏报甲") and "取水" in new.item
    assert [(x.name, x.why) for x in lines(world, merge, "补报未采用")] == [("漏报乙", "清单漏列漏报乙")]
    assert replay.verify(world.sponsor) == []


def test_a_workbook_row_that_cannot_be_placed_stays_on_record(world: Play) -> None:
    """SB 四(一): what cannot be placed is shown, not dropped; telephone numbers are masked."""
    entries.amend(world.sponsor, world.rows["项目2"], {"place": "某镇"})
    rounds.begin(world.sponsor, world.ledger)
    file = world.push(FOREST)[FOREST]
    book = openpyxl.load_workbook(file)
    sheet = book["核查表"]
    heads = {cell.value: cell.column for cell in sheet[5]}
    sheet.cell(6, heads["行标识（勿改）"]).value = None
    sheet.cell(6, heads["项目名称"]).value = "谁也不认得的项目 13812345678"
    sheet.cell(6, heads["项目代码"]).value = "别的"
    sheet.cell(7, heads["受理日期"]).value = "很快"
    sheet.cell(8, heads["建设地点"]).value = "别的地方"
    out = world.folder / "交回.xlsx"
    book.save(out)
    merge = merged(world, check_reading.look(out), confirmed=True)
    (lost,) = lines(world, merge, "对不上号")
    assert "谁也不认得的项目 138****5678" in lost.lost and "第 6 行" in lost.name
    assert "M06" not in lost.lost, "the hidden row id says nothing to a clerk"
    assert [(x.field, x.lost) for x in lines(world, merge, "读不出来")] == [("受理日期", "很快")]
    (locked,) = lines(world, merge, "改了锁定格")
    assert (locked.field, locked.before, locked.lost) == ("建设地点", "某镇", "别的地方")
    assert ("项目1", "林地征占") in {(x.name, x.item) for x in lines(world, merge, "没有带来")}
    assert replay.verify(world.sponsor) == []


def test_the_list_counts_and_tells_what_was_taken_back(world: Play) -> None:
    world.taken()
    world.says("项目1", "M04", verified="已核")
    mirror = world.back()
    first = merged(world, mirror)
    merges.withdraw(world.sponsor, world.ledger, first)
    second = merged(world, mirror)
    found = merge_records.records(world.sponsor, world.ledger)
    assert [(r.id, r.state) for r in found] == [(first, "已撤回"), (second, "有效")]
    told = found[1].as_json()
    assert (told["dept"], told["medium"], told["round"], told["counts"]["changed"]) == (
        "水利局",
        "bundle",
        1,
        1,
    )
    assert found[1].about == "水利局（正镶白旗水利局）第 1 轮核查的核查包"


def read(file: Path) -> str:
    with pypdfium2.PdfDocument(file) as document:
        return "".join(re.sub(r"\s+", "", p.get_textpage().get_text_bounded()) for p in document)


def test_the_paper_reads_back_with_phones_masked(world: Play, tmp_path: Path) -> None:
    world.taken()
    world.says("项目1", "M04", handler_tel="13812345678")
    world.says("项目2", "M05", verified="已核")
    merged(world, world.back())
    change = merge_sheets.write(world.sponsor, world.ledger, tmp_path / "合并情况表.pdf")
    text = read(tmp_path / "合并情况表.pdf")
    assert change.facts["pages"] == 1
    assert "合并情况表" in text and "水利局（正镶白旗水利局）第1轮核查的核查包" in text and "更新2行" in text
    assert "138****5678" in text and "12345678" not in text
    assert "核查情况" in text and "经办人：经办人甲" in text and "复核人（签字）" in text


def test_a_gathering_is_on_paper_too(world: Play, tmp_path: Path) -> None:
    """Decision 10: what the lead took from a sponsor's ledger is told; new rows are counted and listed on request."""
    league = world.water
    merged_ledger = str(ledgers.open_template(league, "pending-approval", merged=True).subject)
    sent = exchange.send(world.sponsor, world.ledger, league.id, world.usb, aside=True)
    mirror = str(exchange.receive(league, Path(sent.facts["file"])).facts["ledger"])
    merge = str(gathering.gather(league, merged_ledger, mirror).subject)
    found = merge_sheets.sheet(league, merged_ledger, merge)
    assert [x.name for x in found.lines if x.how == "新增"] == ["项目1", "项目2", "项目3"]
    assert "正镶白旗发展和改革委员会的上报的台账" in found.about
    entries.amend(world.sponsor, world.rows["项目1"], {}, {"M04": {"handler": "张三"}})
    with league.read() as connection:
        own = next(h for h in storing.every_held(connection, merged_ledger) if h.name == "项目1")
    entries.amend(league, own.id, {}, {"M04": {"handler": "李四"}})
    sent = exchange.send(world.sponsor, world.ledger, league.id, world.usb, aside=True)
    exchange.receive(league, Path(sent.facts["file"]))
    gathering.gather(league, merged_ledger, mirror, default="theirs")
    out = tmp_path / "汇总.pdf"
    assert merge_sheets.write(league, merged_ledger, out, merge).facts["lines"] == 0
    text = read(out)
    assert "汇总合并情况表" in text and "新增3行" in text and "项目1" not in text
    told = merge_sheets.write(league, merged_ledger, out)
    text = read(out)
    assert told.facts["lines"] == 1 and "合计" in text and text.count("项目1") == 1 and "我这里：李四" in text
    rows = merge_sheets.write(league, merged_ledger, out.with_suffix(".xlsx"))
    cells = [c.value for row in openpyxl.load_workbook(out.with_suffix(".xlsx")).active for c in row]
    assert rows.facts["lines"] == 4 and {"项目1", "项目2", "项目3"} <= set(cells)


def test_nothing_merged_nothing_written(world: Play, tmp_path: Path) -> None:
    with pytest.raises(Problem) as caught:
        merge_sheets.write(world.sponsor, world.ledger, tmp_path / "p.pdf")
    assert caught.value.code == "E_NOTHING"
    with pytest.raises(Problem) as caught:
        merge_sheets.write(world.sponsor, world.ledger, tmp_path / "p.pdf", "0" * 32)
    assert caught.value.code == "E_NO_MERGE" and not (tmp_path / "p.pdf").exists()


def test_destroyed_content_is_not_printed_again(world: Play) -> None:
    """Decision 11: what was destroyed stays away from the sheet as well."""
    world.taken()
    world.says("项目1", "M04", verified="机密核查意见")
    world.says("项目2", "M04", verified="已核")
    merge = merged(world, world.back())
    purging.purge(world.sponsor, world.rows["项目1"], by="提出人甲", second="第二人乙", reason="误录")
    found = merge_sheets.sheet(world.sponsor, world.ledger, merge)
    assert "机密核查意见" not in repr(found) and "项目1" not in {x.name for x in found.lines}
    assert [(x.name, x.after) for x in found.lines if x.field == "核查情况"] == [("项目2", "已核")]
