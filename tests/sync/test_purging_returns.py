"""误入处置 of what came with a returned list or a list from above: journal, inbox, digests (decision 11, S53 三(二))."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import select

from app.engine import played as played_back
from app.engine.remains import DESTROYED
from app.imports import check_reading
from app.keeping import backup, put_aside
from app.ledger import entries, leaving, ledgers
from app.problem import Problem
from app.proof import ancestry, replay
from app.removal import purging, sweeping
from app.rounds import remarks as told
from app.rounds import rounds
from models.schema import inbox as inbox_table
from models.schema import journal as journal_table
from sync import exchange
from sync.bundles import looked
from sync.letters import came_down, documents, remarks
from sync.merges import merge_records, merge_sheets, merges
from sync.receiving import keeping
from tests.sync.offices import Pair, introduce, made
from tests.sync.rounds_world import FOREST, Play, played

SECRET = "北山二号特殊工程"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
DEED = {"by": "提出人丙", "second": "审批人丁", "reason": "经核实不应录入"}

world = played()


def hits(folder: Path, text: str = SECRET) -> list[str]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return [path.name for path in files if text.encode() in path.read_bytes()]


def merged(world: Play, file: Path, name: str, beside: str = "") -> str:
    """The forest bureau's list merged, with a row of that name that nobody sent it, an odd date and a column beside."""
    book = openpyxl.load_workbook(file)
    sheet = book["核查表"]
    heads = {cell.value: cell.column for cell in sheet[5]}
    for title, text in (("行标识（勿改）", None), ("项目名称", name), ("项目代码", "别的")):
        sheet.cell(6, heads[title]).value = text
    sheet.cell(7, heads["受理日期"]).value = f"随{beside or name}一起办"
    for at, text in ((5, "我局意见"), (7, f"与{beside or name}有关")):
        sheet.cell(at, len(heads) + 1).value = text
    out = world.folder / "交回.xlsx"
    book.save(out)
    return str(merges.merge(world.sponsor, check_reading.look(out), confirmed=True).subject)


def test_a_row_that_was_never_placed_is_destroyed_with_its_merging(world: Play) -> None:
    """No row of the ledger has it, so the merging is named; what it wrote and counted stays."""
    rounds.begin(world.sponsor, world.ledger)
    file = world.push(FOREST, workbook=True)[FOREST]
    twice, merge = merged(world, file, SECRET), merged(world, file, SECRET)
    before = merge_records.records(world.sponsor, world.ledger)[1]
    assert hits(world.sponsor.folder)
    done = purging.purge(world.sponsor, merge, backups=True, **DEED)
    assert hits(world.sponsor.folder) == [] and merge in done.said and twice in done.said
    assert len(done.facts["lines"]) == 2
    after = merge_records.records(world.sponsor, world.ledger)[1]
    assert (after.counts, after.on, after.dept) == (before.counts, before.on, before.dept)
    found = merge_sheets.sheet(world.sponsor, world.ledger, merge)
    assert {x.lost for x in found.lines if x.how in ("对不上号", "读不出来")} == {DESTROYED}
    assert done.facts["lines"][0]["digest"] and replay.verify(world.sponsor) == []
    again = purging.purge(world.sponsor, merge, **DEED)
    assert again.facts["lines"] == done.facts["lines"] and replay.verify(world.sponsor) == []
    assert merges.withdraw(world.sponsor, world.ledger, merge).said
    assert replay.verify(world.sponsor) == []


def test_the_copy_above_goes_with_the_next_report(world: Play) -> None:
    """Decision 11: destroyed everywhere. What a merging kept is about no row, so nobody above need say so first."""
    lead = made(world.folder / "lead", "锡林郭勒盟发展和改革委员会", "superior")
    introduce(world.sponsor, lead, world.folder)

    def report() -> str:
        sent = exchange.send(world.sponsor, world.ledger, lead.id, world.usb)
        change = exchange.receive(lead, Path(sent.facts["file"]))
        exchange.receive(world.sponsor, Path(change.facts["receipt"]))
        return change.said

    rounds.begin(world.sponsor, world.ledger)
    merge = merged(world, world.push(FOREST, workbook=True)[FOREST], SECRET)
    report()
    kept = Path(backup.backup(lead).facts["file"])
    assert hits(lead.folder) and len(list((lead.folder / "inbox").iterdir())) == 1
    opened, waiting = sweeping.OPENED, f"{sweeping.WAITING}{world.sponsor.id}-x"
    assert (opened, sweeping.WAITING) == (looked.PREFIX, keeping.WAITING)
    for room in (f"{opened}x", waiting):
        (lead.folder / "inbox" / room).mkdir()
        (lead.folder / "inbox" / room / "body").write_text(SECRET, "utf-8")
    put_aside.keep(
        lead, kept, put_aside.Aside(kept, "发改委", "回传", "a" * 32, "2022-08-22", office=world.sponsor.id)
    )
    assert merge_records.records(lead, world.ledger)[0].told["sheet"]["unplaced"][0]["text"] != DESTROYED
    purging.purge(world.sponsor, merge, backups=True, **DEED)
    said = report()
    assert "本单位的副本也已销毁" in said and "1 个备份含有它" in said
    assert "先放着的来件 1 份可能含有它" in said and "没有收齐分卷的来件 1 份可能含有它" in said
    assert not (lead.folder / "inbox" / f"{opened}x").exists(), "what was only looked at is no copy to keep"
    for room in (waiting, next((lead.folder / "inbox").glob(f"{put_aside.PREFIX}*")).name):
        shutil.rmtree(lead.folder / "inbox" / room)
    kept.unlink()
    assert hits(lead.folder) == [] and len(list((lead.folder / "inbox").iterdir())) == 1, (
        "the first bundle is gone"
    )
    (told,) = merge_records.records(lead, world.ledger)
    assert {one["text"] for one in told.told["sheet"]["unplaced"]} == {DESTROYED}
    assert replay.verify(lead) == [] and replay.verify(world.sponsor) == []
    entries.amend(world.sponsor, world.rows["项目1"], {"note": "在办"})
    assert "销毁" not in report() and replay.verify(lead) == []
    with lead.read() as connection:
        body = connection.scalar(
            select(journal_table.c.body).where(
                journal_table.c.subject == merge, journal_table.c.verb == "merge"
            )
        )
    assert body is None
    lead.close()


def test_a_row_turned_down_goes_too_and_an_unknown_number_says_what_may_be_named(world: Play) -> None:
    line = world.taken()
    entries.add(
        world.water,
        line.id,
        {"name": SECRET},
        not_secret="声明人",
        items={"M04": {"state": "在办"}},
        basis="漏列",
    )
    mirror = world.back()
    plan = merges.rehearse(world.sponsor, mirror)[1]
    new = next(row.id for row in plan.rows if row.kind == "new")
    merge = str(merges.merge(world.sponsor, mirror, {(new, "", ""): "mine"}).subject)
    purging.purge(world.sponsor, merge, **DEED)
    one = merge_records.records(world.sponsor, world.ledger)[0].told
    assert one["turned_down"] == [{"row": new, "name": DESTROYED, "reason": DESTROYED}]
    assert replay.verify(world.sponsor) == []
    with pytest.raises(Problem) as caught:
        purging.purge(world.sponsor, "0" * 32, **DEED)
    assert caught.value.code == "E_NO_ENTRY" and "合并编号" in caught.value.text


def test_values_that_came_for_a_closed_row_go_with_it(world: Play) -> None:
    """They stand in the line of the merging alone, and name nobody."""
    world.taken()
    for name in ("项目1", "项目2"):
        world.says(name, "M04", verified=f"机密核查意见{name}")
        leaving.exclude(world.sponsor, world.rows[name], reason="重复")
    merge = str(merges.merge(world.sponsor, world.back()).subject)
    purging.purge(world.sponsor, world.rows["项目1"], backups=True, **DEED)
    (told,) = merge_records.records(world.sponsor, world.ledger)
    assert "意见项目1" not in repr(told) and "意见项目2" in repr(told) and told.counts["lost"] == 2
    lost = [
        x.lost for x in merge_sheets.sheet(world.sponsor, world.ledger, merge).lines if x.field == "核查情况"
    ]
    assert sorted(lost) == ["来件：机密核查意见项目2", "来件：（空）"]
    assert replay.verify(world.sponsor) == []


@pytest.mark.parametrize("rest", ["rows", "merging"])
def test_what_an_earlier_deed_left_of_a_merging_goes_with_the_next(world: Play, rest: str) -> None:
    """Decision 11: the line is destroyed already, and its purge line holds the other row's values still."""
    world.taken()
    for name in ("项目1", "项目2"):
        world.says(name, "M04", verified=f"机密核查意见{name}")
        leaving.exclude(world.sponsor, world.rows[name], reason="重复")
    entries.add(
        world.water, world.check().id, {"name": SECRET}, not_secret="声明人",
        items={"M04": {"state": "在办"}}, basis="漏列",
    )  # fmt: skip
    mirror = world.back()
    new = next(row.id for row in merges.rehearse(world.sponsor, mirror)[1].rows if row.kind == "new")
    merge = str(merges.merge(world.sponsor, mirror, {(new, "", ""): "mine"}).subject)
    purging.purge(world.sponsor, world.rows["项目1"], backups=True, **DEED)
    if rest == "merging":  # begun anew: the former record holds what the purge line kept, too
        with world.sponsor.write("另起记录") as work:
            line = ledgers.line_of(work.connection, world.ledger)
            *_, last = played_back.lines(work.connection, line.stream)
            parent = {"stream": line.stream, "seq": last["seq"], "head": last["hash"].hex()}
            ancestry.begin_anew(work, line, parent)
    kept = Path(backup.backup(world.sponsor).facts["file"])
    (told,) = merge_records.records(world.sponsor, world.ledger)
    text, gone = ("机密核查意见项目2", world.rows["项目2"]) if rest == "rows" else (SECRET, merge)
    assert text in repr(told) and replay.verify(world.sponsor) == []
    done = purging.purge(world.sponsor, gone, backups=True, **DEED)
    (after,) = merge_records.records(world.sponsor, world.ledger)
    assert text not in repr(after) and "机密核查意见项目1" not in repr(after)
    assert (SECRET in repr(after)) == (rest == "rows")
    assert (after.counts, after.on) == (told.counts, told.on) and replay.verify(world.sponsor) == []
    with world.sponsor.read() as connection:
        lines = connection.execute(select(journal_table.c.body).where(journal_table.c.subject == merge)).all()
    assert text not in repr(lines)
    assert len([line for line in lines if line.body]) == (1 if rest == "rows" else 2)
    assert done.facts["backups_left"] == [] and not kept.exists()
    again = purging.purge(world.sponsor, gone, **DEED)
    assert again.facts["lines"] == done.facts["lines"] and replay.verify(world.sponsor) == []
    with world.sponsor.read() as connection:
        subjects = list(connection.scalars(select(journal_table.c.subject)))
    assert subjects.count(merge) == len(lines)


def test_the_purge_of_a_row_reaches_what_its_merging_kept(world: Play) -> None:
    world.add(SECRET)
    rounds.begin(world.sponsor, world.ledger)
    merge = merged(world, world.push(FOREST, workbook=True)[FOREST], f"{SECRET}（二）")
    purging.purge(world.sponsor, world.rows[SECRET], backups=True, **DEED)
    assert hits(world.sponsor.folder) == []
    lines = merge_sheets.sheet(world.sponsor, world.ledger, merge).lines
    assert DESTROYED in {x.lost for x in lines if x.how == "对不上号"} and SECRET not in repr(lines)
    assert replay.verify(world.sponsor) == []


def test_two_rows_that_one_merging_names_go_one_after_the_other(world: Play) -> None:
    """What the first deed left of the line names the second: it stands in a purge line by then."""
    other = "南山三号特殊工程"
    for name in (SECRET, other):
        world.add(name)
    rounds.begin(world.sponsor, world.ledger)
    merge = merged(world, world.push(FOREST, workbook=True)[FOREST], f"{SECRET}（二）", other)
    purging.purge(world.sponsor, world.rows[SECRET], backups=True, **DEED)
    assert hits(world.sponsor.folder) == [] and hits(world.sponsor.folder, other)
    done = purging.purge(world.sponsor, world.rows[other], backups=True, **DEED)
    assert hits(world.sponsor.folder, other) == [] and done.facts["found"] == []
    lines = merge_sheets.sheet(world.sponsor, world.ledger, merge).lines
    assert SECRET not in repr(lines) and other not in repr(lines) and replay.verify(world.sponsor) == []


def test_a_remark_upon_it_goes_too(two: Pair) -> None:
    """The superior wrote the name into its own journal, and into a file that only both offices can open."""
    entry = two.project(SECRET, M01="在办")
    two.sent_and_received()
    keys = exchange.own_keys(two.league, "")
    letter = Path(remarks.annotate(two.league, keys, entry, text="请核实是不是涉密").facts["file"])
    assert letter.is_file() and hits(two.league.folder)
    exchange.receive(two.bureau, letter)
    purging.purge(two.bureau, entry, **DEED)
    two.sent_and_received()
    done = purging.purge(two.league, entry, **DEED)
    assert not letter.exists() and done.facts["found"] == []
    for office in (two.bureau, two.league):
        assert hits(office.folder) == [] and {r.text for r in told.all(office)} == {DESTROYED}
        assert replay.verify(office) == []


@pytest.mark.parametrize("name", ["清单.xlsx", "清单.csv", f"{SECRET}.csv"])
def test_a_list_from_above_that_names_it_goes_from_the_inbox(two: Pair, name: str) -> None:
    """A workbook is packed: its bytes alone say nothing. The inbox keeps the digest, verify still holds."""
    file = two.folder / name
    if file.suffix == ".xlsx":
        book = openpyxl.Workbook()
        assert book.active is not None
        book.active.append(["项目名称", SECRET])
        book.save(file)
    else:
        file.write_text(f"项目名称\n{SECRET}\n", "gb18030")
    keys = exchange.own_keys(two.league, "")
    issued = documents.issue(two.league, keys, "list", file, two.folder / "U盘").facts["file"]
    copy = Path(exchange.receive(two.bureau, Path(issued)).facts["file"])
    entry = two.project(SECRET, M01="在办")
    waiting = put_aside.Aside(file, "林草局", "第 1 轮核查表", entry, "2022-08-23", 1, {"项目": SECRET})
    put_aside.keep(two.bureau, file, waiting)
    done = purging.purge(two.bureau, entry, **DEED)
    assert put_aside.every(two.bureau.folder) == [], "what was put aside goes with it"
    place = DESTROYED if SECRET in name else copy.relative_to(two.bureau.folder).as_posix()
    assert not copy.exists() and place in done.facts["files"]
    assert hits(two.bureau.folder) == [] and not [f for f in done.facts["found"] if "清单" in f]
    with two.bureau.read() as connection:
        facts = connection.execute(select(inbox_table.c.facts)).scalar_one()
    assert len(facts["sha256"]) == 64 and SECRET not in repr(facts)
    assert came_down.received(two.bureau) == [] and replay.verify(two.bureau) == []


def test_a_list_that_cannot_be_opened_is_named_for_a_person(two: Pair) -> None:
    """S53 三(二): what nobody could read through is not told as if it did not name the project."""
    inbox = two.bureau.folder / "inbox"
    inbox.mkdir(exist_ok=True)
    (inbox / "加密.xlsx").write_bytes(OLE + "EncryptedPackage".encode("utf-16-le") + bytes(600))
    (inbox / "加密.et").write_bytes(OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le"))
    (inbox / "半截.xlsx").write_bytes(b"PK\x03\x04" + bytes(60))
    with zipfile.ZipFile(inbox / "损坏.xlsx", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/sharedStrings.xml", "甲乙丙丁" * 400)
    whole = bytearray((inbox / "损坏.xlsx").read_bytes())
    whole[60:70] = bytes(10)
    (inbox / "损坏.xlsx").write_bytes(whole)
    (inbox / "旧式.xls").write_bytes(OLE + bytes(600))
    (inbox / "别的.csv").write_text("项目名称\n甲\n", "gb18030")
    done = purging.purge(two.bureau, two.project(SECRET, M01="在办"), **DEED)
    unread = [one for one in done.facts["found"] if one.endswith("打不开，请人工核对")]
    assert sorted(one.split()[1] for one in unread) == [
        f"inbox/{name}" for name in ("加密.et", "加密.xlsx", "半截.xlsx", "损坏.xlsx")
    ]
    assert "打不开，请人工核对" in Path(done.facts["report"]).read_text("utf-8-sig")
