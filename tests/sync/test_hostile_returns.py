"""Returns and workbooks that claim what is not theirs (旗方案 四(一), decisions 28 and 32; attacks 7, 10, 12)."""

from __future__ import annotations

import random
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.change import Change
from app.checking.check_lists import CHECK_SHEET, MARK_SHEET, mark_of
from app.engine import storing
from app.engine.rows import Held
from app.exports.check_xlsx import HEAD_ROW
from app.imports import check_reading
from app.ledger import entries, ledgers
from app.problem import Problem
from app.proof import replay
from app.rounds import rounds
from app.templating import template_reading
from sync import exchange
from sync.contents import bodies
from sync.merges import merge_sheets, merges, pushes
from tests.sync.forged_rounds import Told, refused, reread, returned
from tests.sync.offices import introduce, made
from tests.sync.rounds_world import FOREST, WATER, Play, played
from tests.sync.test_hostile_sender import spoilt

ID = "行标识（勿改）"


world = played()


def carried(world: Play) -> Path:
    return Path(exchange.send(world.water, world.check().id, world.sponsor.id, world.usb).facts["file"])


def row(world: Play, entry: str) -> Held:
    with world.sponsor.read() as connection:
        return storing.held_of(connection, [entry])[entry]


def shown(world: Play, done: Change) -> set[tuple[str, str, str]]:
    """What the 合并情况表 lists as not taken, with its value and the reason."""
    sheet = merge_sheets.sheet(world.sponsor, world.ledger, str(done.subject))
    return {(x.field, x.lost, x.why) for x in sheet.lines if x.how == "不采用" and "冒领" in x.lost}


def claiming(world: Play, entry: str) -> Path:
    """A return in which the department's second row says that it is the sponsor's row `entry`."""

    def change(rows: list[Told]) -> None:
        new = [r for r in rows if "new" in r["body"]][1]["body"]["new"]
        new["source"] = entry
        new["items"]["M04"]["verified"] = "冒领"

    return returned(world, change)


def test_a_row_never_pushed_is_not_theirs_because_they_say_so(world: Play) -> None:
    """One writer per row: what is claimed of a row added since is refused with the reason, and kept."""
    world.taken()
    late = world.add("后加的项目")
    before = row(world, late)
    mirror = str(exchange.receive(world.sponsor, claiming(world, late)).facts["ledger"])
    done = merges.merge(world.sponsor, mirror)
    assert row(world, late).items == before.items
    assert [r["reason"] for r in done.facts["refused"]] == ["没有向该部门推送过这一行"]
    assert shown(world, done) == {("核查情况", "来件：冒领", "没有向该部门推送过这一行")}
    assert replay.verify(world.sponsor) == []


def test_a_row_of_another_ledger_is_not_reached_through_a_return(world: Play) -> None:
    world.taken()
    other = str(ledgers.open_template(world.sponsor, "pending-approval", again=True).subject)
    made_ = entries.add(
        world.sponsor, other, {"name": "别的台账"}, not_secret="声明人", items={"M04": {"state": "在办"}}
    )
    foreign = str(made_.subject)
    before = row(world, foreign)
    mirror = str(exchange.receive(world.sponsor, claiming(world, foreign)).facts["ledger"])
    done = merges.merge(world.sponsor, mirror)
    assert row(world, foreign) == before and done.facts["changed"] == []
    assert ("核查情况", "来件：冒领", "没有向该部门推送过这一行") in shown(world, done)
    assert replay.verify(world.sponsor) == []


def test_two_rows_for_one_are_refused(world: Play) -> None:
    """Doubled row ids: of two rows that claim the same row none is taken."""
    world.taken()
    mirror = str(exchange.receive(world.sponsor, claiming(world, world.rows["项目1"])).facts["ledger"])
    with pytest.raises(Problem) as caught:
        merges.merge(world.sponsor, mirror)
    assert caught.value.code == "E_CONTENT" and "verified" not in world.held("项目1").items["M04"]


@pytest.mark.parametrize("purpose", ["main", "merged"])
def test_a_mirror_does_not_change_its_kind(world: Play, purpose: str) -> None:
    """From return to ledger and back: a mirror stays what it was opened as."""
    world.taken()
    exchange.receive(world.sponsor, carried(world))
    assert refused(world.sponsor, returned(world, kind="ledger")).code == "E_NOT_ALLOWED"

    def other(rows: list[Told]) -> None:
        rows[0]["body"]["purpose"] = purpose

    assert refused(world.sponsor, returned(world, other)).code == "E_FORK"
    world.says("项目1", "M04", verified="已核")
    merges.merge(world.sponsor, str(exchange.receive(world.sponsor, carried(world)).facts["ledger"]))
    assert world.held("项目1").items["M04"]["verified"] == "已核"
    assert replay.verify(world.sponsor) == []


@pytest.mark.parametrize("purpose", ["main", "merged", "check"])
def test_a_sponsors_return_is_no_ledger_and_its_ledger_no_return(
    world: Play, tmp_path: Path, purpose: str
) -> None:
    """The kind must be what the journal opened: also from an office that may send both."""
    other = made(tmp_path / "other", "正镶白旗工业和信息化局", "sponsor")
    introduce(world.sponsor, other, tmp_path)
    both = Play(tmp_path, world.sponsor, other, world.ledger, world.rows)
    rounds.begin(world.sponsor, world.ledger)
    pushes.assign(world.sponsor, WATER, other.id)
    exchange.receive(other, both.push(WATER)[WATER])
    good = returned(both)

    def opened_as(rows: list[Told]) -> None:
        rows[0]["body"]["purpose"] = purpose
        if purpose != "check":
            del rows[0]["body"]["origin"]

    as_ledger = returned(both, opened_as, kind="ledger")
    if purpose == "check":
        assert refused(world.sponsor, as_ledger).code == "E_CONTENT"
    else:
        assert refused(world.sponsor, returned(both, opened_as)).code == "E_CONTENT"
    exchange.receive(world.sponsor, good)
    assert refused(world.sponsor, as_ledger).code in ("E_FORK", "E_FOREIGN_RETURN")
    assert replay.verify(world.sponsor) == []
    other.close()


def test_random_nonsense_in_a_signed_return_is_never_a_crash(world: Play) -> None:
    """Refused with a code when it comes, or merged so that `verify` has nothing to say."""
    world.taken()
    world.says("项目1", "M04", verified="已核", handler="张三")
    codes: set[str] = set()
    for number in range(20):
        chance = random.Random(number)

        def change(rows: list[Told], chance: random.Random = chance) -> None:
            for _ in range(chance.choice((1, 1, 2))):
                one = chance.choice(rows)
                one["body"] = spoilt(one["body"], chance)

        try:
            exchange.look(world.sponsor, returned(world, change))
            codes.add("accepted")
        except Problem as problem:
            codes.add(problem.code)
    assert {"accepted", "E_CONTENT"} <= codes


@pytest.mark.parametrize(
    "body",
    [
        {"round": {}},
        {"round": {"number": 1}},
        {"round": {"number": "1", "due": "", "note": ""}},
        {"round": {"closed": True, "reason": "x", "waiting": []}},
        {"round": {"number": 2, "due": "尽快", "note": ""}},
        {"push": {}},
        {"push": {"dept": "水利局"}},
        {"merge": {"round": "x"}},
        {"merge": {}},
        {"merge": {"upto": -1}},
        {"merge": {"origin": "a" * 32, "upto": "3", "stream": "x"}},
    ],
    ids=str,
)
def test_odd_lines_about_rounds_are_refused_or_harmless(world: Play, body: Told) -> None:
    """A return may say anything of rounds: merging it ends in a code or in an answer, never in a crash."""
    world.taken()
    world.says("项目1", "M04", verified="已核")

    def change(rows: list[Told]) -> None:
        last = rows[-1]
        verb = next(iter(body))
        rows.append({**last, "verb": verb, "subject": "ab" * 16, "rev": 1, "body": body})

    try:
        mirror = str(exchange.receive(world.sponsor, returned(world, change)).facts["ledger"])
        merges.merge(world.sponsor, mirror)
    except Problem as problem:
        assert problem.code in ("E_CONTENT", "E_NEWER", "E_NOT_PUSHED")
    assert replay.verify(world.sponsor) == []


def test_how_far_a_merging_came_is_a_line_of_a_stream() -> None:
    """Decision 18: order is seq."""
    loaded = template_reading.builtin("pending-approval")
    bodies.read(loaded, {"merge": {"upto": 3, "stream": "ab" * 16, "dept": "水利局"}})
    for odd in ({"upto": -1}, {"upto": "3"}, {"stream": "x"}):
        with pytest.raises(ValueError, match="形状"):
            bodies.read(loaded, {"merge": odd})


# workbooks


def sheet_heads(book: Any) -> dict[str, int]:
    return {cell.value: cell.column for cell in book[CHECK_SHEET][HEAD_ROW]}


def put_mark(book: Any, text: str, *code: str) -> None:
    """Another mark into every hidden cell that bears one; `code`: the visible code and what is put in its place."""
    for cell in (c for sheet in book.worksheets for line in sheet.iter_rows(max_row=60) for c in line):
        if isinstance(cell.value, str) and mark_of(cell.value):
            cell.value = text
        elif code and isinstance(cell.value, str):
            cell.value = cell.value.replace(*code)


@pytest.mark.parametrize("of", ["code", "dept", "ledger", "round_id", "office"])
def test_a_workbook_with_a_forged_mark_is_not_merged(world: Play, of: str) -> None:
    """Decision 32: only what this office pushed comes back; the visible code alone is no proof either."""
    rounds.begin(world.sponsor, world.ledger)
    file = world.push(FOREST)[FOREST]
    before = world.held("项目1")

    def forge(book: Any) -> None:
        mark = mark_of(str(book[MARK_SHEET]["A1"].value))
        assert mark is not None
        changed = {"dept": WATER, "ledger": "ab" * 16, "round_id": "cd" * 16, "office": "别的单位"}
        other = mark.text.replace(mark.code, "ABCD-ABCD-ABCD-ABCD")
        put_mark(book, other, mark.code, "ABCD-ABCD-ABCD-ABCD") if of == "code" else put_mark(
            book, replace(mark, **{of: changed[of]}).text
        )
        heads = sheet_heads(book)
        book[CHECK_SHEET].cell(HEAD_ROW + 1, heads["核查情况"]).value = "冒填"

    with pytest.raises(Problem) as caught:
        merges.merge(world.sponsor, reread(world, file, forge), confirmed=True)
    assert caught.value.code in ("E_FOREIGN_RETURN", "E_NOT_A_CHECKLIST", "E_OTHER_LIST")
    assert world.held("项目1") == before and replay.verify(world.sponsor) == []


@pytest.mark.parametrize("forged", ["another's matter", "a row added since", "nonsense", "none", "twice"])
def test_a_workbook_with_forged_row_ids_reaches_no_other_row(world: Play, forged: str) -> None:
    """A hidden id that was changed finds no row that was not sent; the row is shown or found by its words."""
    rounds.begin(world.sponsor, world.ledger)
    file = world.push(FOREST)[FOREST]
    late = world.add("后加的项目")
    told = {
        "another's matter": f"{world.rows['项目1']}:M04", "a row added since": f"{late}:M06",
        "nonsense": "=1+1", "none": None, "twice": f"{world.rows['项目2']}:M06",
    }  # fmt: skip
    before = {name: world.held(name) for name in ("项目2", "项目3", "后加的项目")}

    def forge(book: Any) -> None:
        heads = sheet_heads(book)
        sheet = book[CHECK_SHEET]
        sheet.cell(HEAD_ROW + 1, heads[ID]).value = told[forged]
        sheet.cell(HEAD_ROW + 1, heads["核查情况"]).value = "已核"

    merges.merge(world.sponsor, reread(world, file, forge), confirmed=True)
    assert {name: world.held(name) for name in before} == before
    now = world.held("项目1").items
    assert "verified" not in now["M04"] and now["M06"].get("verified", "已核") == "已核"
    assert replay.verify(world.sponsor) == []


def test_a_workbook_with_a_flood_of_rows_is_refused_at_once(world: Play) -> None:
    """Twenty thousand rows of anything would be looked for among all that were sent, one by one."""
    rounds.begin(world.sponsor, world.ledger)
    back = check_reading.look(world.push(FOREST)[FOREST])
    grids = []
    for grid in back.grids:
        more = [[grid.lines[-1][0] + n, *("乱" for _ in grid.lines[-1][1:])] for n in range(1, 20_001)]
        grids.append(replace(grid, lines=grid.lines + tuple(more)) if grid.name == "核查表" else grid)
    began = time.process_time()
    with pytest.raises(Problem) as caught:
        merges.rehearse(world.sponsor, replace(back, grids=tuple(grids)))
    assert caught.value.code == "E_TOO_MANY_ROWS" and caught.value.facts["rows"] > 20_000
    assert "发出去的只有 6 行" in caught.value.text and time.process_time() - began < 5
