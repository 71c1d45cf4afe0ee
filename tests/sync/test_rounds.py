"""推送 → 核查 → 回传 (旗方案 四(一)): each department its own matters, returns merged by what was last exchanged."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.engine import storing
from app.ledger import closing, entries, ledgers
from app.listing import history
from app.problem import Problem
from app.proof import replay
from app.rounds import rounds
from app.signing import signoff
from sync import exchange
from sync.merges import arrivals, merges, pushes
from sync.peers import keys, peers
from tests.sync.offices import introduce, made
from tests.sync.rounds_world import FOREST, WATER, Play, play, played

world = played()


def proved(world: Play) -> bool:
    """Both offices' tables say what their journals say."""
    return replay.verify(world.sponsor) == [] and replay.verify(world.water) == []


def test_a_department_gets_its_own_matters_only(world: Play) -> None:
    """旗方案 四(一): 水利局 sees 取水 and 水土保持 of the projects it must check, and no other matter."""
    line = world.taken()
    row = world.theirs("项目1")
    assert (line.origin_name, line.dept, line.rows) == ("正镶白旗发展和改革委员会", WATER, 3)
    assert row.items.keys() == {"M04", "M05"} and row.cells == {"name": "项目1"}
    assert row.source == world.rows["项目1"] and proved(world)


def test_matters_that_are_not_needed_ask_nobody(world: Play) -> None:
    world.add("项目9", M04="不需办", M05="不需办")
    line = world.taken()
    assert line.rows == 3 and world.part(WATER).items == 6


def test_the_board_says_where_each_part_stands(world: Play) -> None:
    rounds.begin(world.sponsor, world.ledger)
    assert {p.dept: p.state for p in rounds.board(world.sponsor, world.ledger).parts}[WATER] == "未发"  # type: ignore[union-attr]
    exchange.receive(world.water, world.push(WATER)[WATER])
    assert (world.part(WATER).state, world.part(FOREST).state) == ("已发", "未发")
    world.says("项目1", "M04", verified="已核")
    merges.merge(world.sponsor, world.back())
    assert world.part(WATER).state == "已回"
    world.says("项目2", "M05", contest="非本部门", contest_reason="归林草局")
    merges.merge(world.sponsor, world.back())
    assert (world.part(WATER).state, world.part(WATER).contested) == ("有异议", 1)
    world.add("又一项目")
    world.push(WATER)
    assert world.part(WATER).state == "已发", "sent anew on the day it answered, it is asked again"


def test_what_only_they_changed_is_taken(world: Play) -> None:
    world.taken()
    world.says("项目1", "M04", verified="已核", handler="张三", d_submit="2022-08-01")
    change = merges.merge(world.sponsor, world.back())
    item = world.held("项目1").items["M04"]
    assert (item["verified"], item["handler"], item["d_submit"]) == ("已核", "张三", "2022-08-01")
    assert change.facts["counts"]["changed"] == 1 and proved(world)


def test_what_only_i_changed_stays(world: Play) -> None:
    world.taken()
    entries.amend(world.sponsor, world.rows["项目1"], {}, {"M04": {"handler": "李四"}})
    merges.merge(world.sponsor, world.back())
    assert world.held("项目1").items["M04"]["handler"] == "李四"


@pytest.mark.parametrize(
    ("choice", "kept"), [("mine", "李四"), ("theirs", "张三"), ({"value": "王五"}, "王五")]
)
def test_where_both_changed_a_person_decides(world: Play, choice: object, kept: str) -> None:
    world.taken()
    world.says("项目1", "M04", handler="张三")
    entries.amend(world.sponsor, world.rows["项目1"], {}, {"M04": {"handler": "李四"}})
    mirror = world.back()
    with pytest.raises(Problem) as caught:
        merges.merge(world.sponsor, mirror)
    key = (world.rows["项目1"], "M04", "handler")
    assert caught.value.code == "E_UNDECIDED" and caught.value.facts["left"] == [list(key)]
    assert world.held("项目1").items["M04"]["handler"] == "李四"
    merges.merge(world.sponsor, mirror, {key: choice})
    assert world.held("项目1").items["M04"]["handler"] == kept
    assert merges.needs(merges.rehearse(world.sponsor, mirror)[1]) == () and proved(world)


def test_a_second_merge_changes_nothing(world: Play) -> None:
    world.taken()
    world.says("项目1", "M04", verified="已核")
    mirror = world.back()
    merges.merge(world.sponsor, mirror)
    again = merges.merge(world.sponsor, mirror)
    assert again.facts["changed"] == [] and again.facts["counts"]["same"] == 3


def test_a_merge_is_taken_back_whole(world: Play) -> None:
    world.taken()
    before = world.held("项目1").items
    world.says("项目1", "M04", verified="已核", state="不需办", needed_basis="区域评估")
    mirror = world.back()
    merged = merges.merge(world.sponsor, mirror).subject
    assert world.held("项目1").items["M04"]["state"] == "不需办"
    merges.withdraw(world.sponsor, world.ledger, merged)
    assert world.held("项目1").items == before and world.part(WATER).state == "已发"
    assert merges.rehearse(world.sponsor, mirror)[1].counts["changed"] == 1 and proved(world)


def test_a_merge_somebody_built_on_stays(world: Play) -> None:
    world.taken()
    world.says("项目1", "M04", verified="已核")
    merged = merges.merge(world.sponsor, world.back()).subject
    entries.amend(world.sponsor, world.rows["项目1"], {}, {"M04": {"verified": "再核"}})
    with pytest.raises(Problem) as caught:
        merges.withdraw(world.sponsor, world.ledger, merged)
    assert caught.value.code == "E_BUILT_ON"


def test_a_matter_that_moved_to_another_department_is_refused_with_the_reason(world: Play) -> None:
    """One writer per row: what is not theirs any more is listed, not written."""
    world.taken()
    world.says("项目1", "M05", verified="已核")
    entries.amend(world.sponsor, world.rows["项目1"], {}, {"M05": {"dept": "农牧局"}})
    change = merges.merge(world.sponsor, world.back())
    assert "verified" not in world.held("项目1").items["M05"]
    assert [r["reason"] for r in change.facts["refused"]] == ["现已不归该部门办理"]


def test_a_row_the_department_adds_comes_in_only_when_a_person_says_so(world: Play) -> None:
    line = world.taken()
    entries.add(
        world.water,
        line.id,
        {"name": "漏报项目"},
        not_secret="声明人",
        items={"M04": {"state": "在办"}},
        basis="清单漏列",
    )
    mirror = world.back()
    with pytest.raises(Problem, match="对方补报"):
        merges.merge(world.sponsor, mirror)
    key = next(key for key in merges.needs(merges.rehearse(world.sponsor, mirror)[1]))
    merges.merge(world.sponsor, mirror, {key: "theirs"})
    with world.sponsor.read() as connection:
        assert ledgers.line_of(connection, world.ledger).rows == 4
    assert merges.needs(merges.rehearse(world.sponsor, mirror)[1]) == () and proved(world)
    with world.sponsor.read() as connection:
        every = storing.every_held(connection, world.ledger)
        taken = next(held.id for held in every if held.name == "漏报项目")
    entries.amend(world.sponsor, taken, {"place": "某镇"}, {"M04": {"state": "未办", "note": "请核"}})
    entries.amend(world.sponsor, world.rows["项目1"], {"place": "某镇"})
    exchange.receive(world.water, world.push()[WATER])
    with world.water.read() as connection:
        every = storing.every_held(connection, line.id)
        own, pushed = sorted((h for h in every if h.name == "漏报项目"), key=lambda h: h.source or "")
    entries.amend(world.water, own.id, {}, {"M04": {"handler": "张三", "handler_title": "李四"}})
    entries.amend(world.water, pushed.id, {}, {"M04": {"handler": "王五"}})
    merges.merge(world.sponsor, world.back())
    with world.sponsor.read() as connection:
        now = storing.held_of(connection, [taken])[taken].items["M04"]
        assert ledgers.line_of(connection, world.ledger).rows == 4
    said = {key: now.get(key) for key in ("handler", "handler_title", "state", "note")}
    assert said == {"handler": "王五", "handler_title": "李四", "state": "未办", "note": "请核"} and proved(
        world
    )


def test_a_second_round_leaves_what_the_department_typed(world: Play) -> None:
    """What the sponsor sends again completes the part; the department's own words stand (one writer per row)."""
    world.taken()
    world.says("项目1", "M04", handler="张三")
    entries.amend(
        world.sponsor, world.rows["项目1"], {"place": "某镇"}, {"M04": {"handler": "李四", "note": "请核"}}
    )
    world.add("项目4")
    rounds.close(world.sponsor, world.ledger, reason="重推")
    rounds.begin(world.sponsor, world.ledger)
    exchange.receive(world.water, world.push(WATER)[WATER])
    row = world.theirs("项目1")
    assert (row.cells["place"], row.items["M04"]["handler"], row.items["M04"]["note"]) == (
        "某镇",
        "张三",
        "请核",
    )
    assert world.theirs("项目4").items.keys() == {"M04", "M05"} and proved(world)


def test_a_late_return_of_an_older_round_merges_as_differences(world: Play) -> None:
    """Decision 32."""
    world.taken()
    world.says("项目1", "M04", verified="已核")
    sent = exchange.send(world.water, world.check().id, world.sponsor.id, world.usb).facts["file"]
    rounds.close(world.sponsor, world.ledger, reason="到期")
    rounds.begin(world.sponsor, world.ledger)
    world.push(WATER)
    mirror = str(exchange.receive(world.sponsor, Path(sent)).facts["ledger"])
    arrival, plan = merges.rehearse(world.sponsor, mirror)
    assert arrival.late and arrival.round.number == 1 and plan.counts["changed"] == 1
    merges.merge(world.sponsor, mirror)
    assert world.held("项目1").items["M04"]["verified"] == "已核"


def test_a_part_goes_to_an_office_of_another_banner_only_when_a_person_names_it(
    world: Play, tmp_path: Path
) -> None:
    """Decision 28: nobody gets another's rows. Letters alone choose no office outside; who gets a part is said."""
    abroad = made(tmp_path / "abroad", "苏尼特左旗林业和草原局", "handler", "152523")
    introduce(world.sponsor, abroad, tmp_path)
    rounds.begin(world.sponsor, world.ledger)
    told = pushes.push(world.sponsor, world.ledger, world.usb).facts
    (left,) = told["failed"]
    assert (left["dept"], left["code"]) == (FOREST, "E_WHICH_OFFICE")
    assert abroad.name in left["text"] and "round assign" in left["text"] and "--xlsx" in left["text"]
    sent = {one["dept"]: one for one in told["sent"]}
    assert FOREST not in sent and sent[WATER]["to"] == world.water.name
    own = keys.own_card(world.water.folder / "keys")
    assert own.fingerprint.startswith(sent[WATER]["fingerprint"]) and len(sent[WATER]["fingerprint"]) == 11
    assert next(iter(world.push(FOREST, workbook=True).values())).suffix == ".xlsx"
    pushes.assign(world.sponsor, FOREST, "")
    assert world.push(FOREST)[FOREST].suffix == ".xlsx"
    pushes.assign(world.sponsor, FOREST, abroad.id)
    assert world.push(FOREST)[FOREST].suffix == ".qidi"
    peers.revoke(world.sponsor, abroad.id, "U盾丢失")
    with pytest.raises(Problem) as gone:
        world.push(FOREST)
    assert gone.value.code == "E_WHICH_OFFICE" and "作废" in gone.value.text
    for name in ("one", "two"):
        near = made(
            tmp_path / name, "正镶白旗水利局" + ("水库管理局" if name == "two" else "河道局"), "handler"
        )
        introduce(world.sponsor, near, tmp_path)
        near.close()
    with pytest.raises(Problem) as several:
        world.push(WATER)
    assert several.value.code == "E_WHICH_OFFICE" and world.water.name in several.value.text
    abroad.close()


def test_a_department_that_names_ten_offices_gets_its_workbook_under_a_name_every_disk_takes(
    world: Play,
) -> None:
    """What a list has in its 部门 cell becomes part of a file name; the parts after it are written, too."""
    many = "、".join(("林业和草原局", "自然资源局", "生态环境分局", "住房和城乡建设局", "应急管理局") * 3)
    entries.amend(world.sponsor, world.rows["项目1"], {}, {"M06": {"dept": many}})
    rounds.begin(world.sponsor, world.ledger)
    told = pushes.push(world.sponsor, world.ledger, world.usb).facts
    names = {one["dept"]: Path(str(one["file"])).name for one in told["sent"]}
    assert told["failed"] == [] and WATER in names and len(names[many].encode()) <= 200
    assert names[many].endswith("_第1轮_2022-08-22.xlsx")


def test_a_return_to_another_office_is_refused(world: Play, tmp_path: Path) -> None:
    """Decision 32: only a foreign ledger is refused."""
    world.taken()
    other = made(tmp_path / "other", "正镶白旗工业和信息化局", "sponsor")
    introduce(world.water, other, tmp_path)
    with pytest.raises(Problem) as asked:
        exchange.send(world.water, world.check().id, other.id, world.usb)
    assert asked.value.code == "E_CONFIRM" and world.sponsor.name in asked.value.text
    file = exchange.send(world.water, world.check().id, other.id, world.usb, aside=True).facts["file"]
    with pytest.raises(Problem) as caught:
        exchange.receive(other, Path(file))
    other.close()
    assert caught.value.code == "E_FOREIGN_RETURN" and "发展和改革委员会" in caught.value.text
    assert ledgers.all(other) == []


def test_a_workbook_is_merged_when_a_person_vouches_for_it(world: Play) -> None:
    """Decision 32: nobody signed it."""
    rounds.begin(world.sponsor, world.ledger)
    back = world.filled(
        world.push(FOREST)[FOREST],
        ("项目2", "林地征占", "核查情况", "已核"),
        ("项目1", "林地征占", "异议", "重复"),
        ("项目1", "林地征占", "异议理由", "与项目2重复"),
    )
    with pytest.raises(Problem) as caught:
        merges.merge(world.sponsor, back)
    assert caught.value.code == "E_CONFIRM"
    merges.merge(world.sponsor, back, confirmed=True)
    assert world.held("项目2").items["M06"]["verified"] == "已核"
    assert world.held("项目1").items["M06"]["contest"] == "重复" and world.part(FOREST).state == "有异议"
    assert merges.rehearse(world.sponsor, back)[1].counts["same"] == 3 and proved(world)


def test_a_workbook_of_another_office_is_refused(world: Play, tmp_path: Path) -> None:
    rounds.begin(world.sponsor, world.ledger)
    back = world.filled(world.push(FOREST)[FOREST])
    other = play(tmp_path / "other", 1)
    with pytest.raises(Problem) as caught:
        merges.rehearse(other.sponsor, back)
    other.close()
    assert caught.value.code == "E_FOREIGN_RETURN"


def test_what_is_not_its_own_is_locked_to_the_department(world: Play) -> None:
    """One writer per row: heads and counts are the sponsor's."""
    line = world.taken()
    row = world.theirs("项目1")
    for deed in (
        lambda: entries.amend(world.water, row.id, {"name": "改名"}),
        lambda: entries.amend(world.water, row.id, {}, {"M04": {"dept": "农牧局"}}),
        lambda: closing.close(world.water, [(row.id, "M04")], basis="批复", doc="1号", on="2022-08-20"),
        lambda: signoff.seal(world.water, line.id),
        lambda: rounds.begin(world.water, line.id),
    ):
        with pytest.raises(Problem) as caught:
            deed()
        assert caught.value.code == "E_CHECK_ONLY" and proved(world)


def test_an_added_row_wants_a_reason(world: Play) -> None:
    line = world.taken()
    with pytest.raises(Problem) as caught:
        entries.add(world.water, line.id, {"name": "漏报"}, not_secret="声明人")
    assert caught.value.code == "E_ADD_REASON"


def test_one_round_at_a_time(world: Play) -> None:
    rounds.begin(world.sponsor, world.ledger)
    with pytest.raises(Problem) as caught:
        rounds.begin(world.sponsor, world.ledger)
    assert caught.value.code == "E_ROUND_OPEN"
    with pytest.raises(Problem) as caught:
        rounds.close(world.sponsor, world.ledger)
    assert caught.value.code == "E_REASON"


def test_the_history_says_what_came_from_whom(world: Play) -> None:
    world.taken()
    world.says("项目1", "M04", handler="张三")
    entries.amend(world.sponsor, world.rows["项目1"], {}, {"M04": {"handler": "李四"}})
    merges.merge(world.sponsor, world.back(), default="theirs")
    told = {d.title: d.facts for d in history.lines(world.sponsor, ledger_id=world.ledger)}
    assert told["部门核查"] == {"label": "第1轮", "on": "2022-08-25", "note": ""}
    assert told["推送核查"]["rows"] == 3 and told["合并"]["from"] == "正镶白旗水利局"
    assert told["并入来件"] == {"from": WATER, "note": "1 处没有采用，见合并情况表"}


def test_an_addition_turned_down_once_is_not_asked_again(world: Play) -> None:
    line = world.taken()
    entries.add(world.water, line.id, {"name": "漏报项目"}, not_secret="声明人", basis="清单漏列")
    mirror = world.back()
    key = merges.needs(merges.rehearse(world.sponsor, mirror)[1])[0]
    merges.merge(world.sponsor, mirror, {key: "mine"})
    world.says("项目1", "M04", verified="已核")
    sent = exchange.send(world.water, line.id, world.sponsor.id, world.usb).facts["file"]
    found = arrivals.take(world.sponsor, [Path(sent)])
    assert [r.state for r in found] == ["merged"], found
    assert world.held("项目1").items["M04"]["verified"] == "已核"


def test_a_departments_name_that_no_disk_takes_is_cut_out_of_the_file_name(world: Play) -> None:
    """It is a cell, and may have come in with a ledger of another office."""
    odd = "../../水利局:二"
    entries.amend(world.sponsor, world.rows["项目1"], {}, {"M05": {"dept": odd}})
    rounds.begin(world.sponsor, world.ledger, due="2022-08-25")
    file = world.push(odd)[odd]
    assert file.parent == world.usb and "_....水利局二_" in file.name
    assert (world.sponsor.folder / "outbox" / file.name).is_file()
