"""The check round of the demo: pushed, answered, contested, clashing, lost, doubled, merged and put on paper."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.engine.rows import OPEN_STATES
from app.ledger import entries, ledgers
from app.listing import lists
from app.listing.lists import Query
from app.office import Office
from app.problem import Problem
from app.rounds import reminding, rounds
from app.samples import sample_checks
from sync import exchange
from sync.merges import arrivals, handing_back, merge_sheets, merges, pushes
from ui.play.demo_world import BY_WORKBOOK, SPONSORS, World

DUE = "2022-08-26"
CONTESTING, CLASHING, LOSING, DOUBLING = "水利局", "住建局", "生态环境分局", "林草局"
CONTESTED, CLASHED = "M04", "M08"
REASON = "取水由农牧灌溉项目统一办理，不归我局"


@dataclass
class Sent:
    """What went out of one sponsor's round: {department: file}."""

    sponsor: str
    files: dict[str, Path] = field(default_factory=dict)


def push(world: World) -> list[Sent]:
    """Both sponsors open a round and write every part; departments with the program get a bundle."""
    out = []
    for key, office in world.sponsors.items():
        ledger = world.ledgers[key]
        rounds.begin(office, ledger, due=DUE)
        pushes.assign(office, BY_WORKBOOK, "")  # a section of it without the program, asked by both
        told = pushes.push(office, ledger, world.usb / f"{SPONSORS[key]}推送")
        sent = Sent(key, {str(one["dept"]): Path(str(one["file"])) for one in told.facts["sent"]})
        now = rounds.board(office, ledger)
        assert now is not None and not told.facts["failed"], told
        books = sum(1 for p in now.parts if p.medium == rounds.WORKBOOK)
        world.tell(
            f"{SPONSORS[key]}开始第 1 轮核查，推送 {len(now.parts):,} 个部门（{books} 个用 Excel 填）："
            + "，".join(f"{p.dept} {p.rows} 个项目 {p.items} 个事项" for p in now.parts)
        )
        out.append(sent)
    return out


def check(world: World, sent: list[Sent]) -> None:
    """Every department takes its parts in and checks them; one objects, one says otherwise than the sponsor will."""
    for dept, office in world.handlers.items():
        rows = matters = 0
        for one in sent:
            if dept in one.files:
                exchange.receive(office, one.files[dept])
        for line in _parts(office):
            answered = sample_checks.answer(office, line.id)
            rows, matters = rows + answered[0], matters + answered[1]
        said = f"{dept}收下 {len(_parts(office)):,} 份，核查 {rows:,} 个项目 {matters:,} 个事项"
        if dept == CONTESTING:
            _contest(office, world.sponsors[BY_WORKBOOK])
            said += "，对其中 1 个提出异议"
        world.tell(said)


def give_back(world: World, sent: list[Sent]) -> None:
    """The returns travel; then both sponsors take what lies on the stick, all at once."""
    _edit_here(world)
    for one in sent:
        key, office = one.sponsor, world.sponsors[one.sponsor]
        folder = world.usb / f"回传{SPONSORS[key]}"
        files = [_return(world, dept, key, folder) for dept in world.handlers if dept in one.files]
        lost = next(f for f in files if f.name.startswith(world.handlers[LOSING].name))
        if key == BY_WORKBOOK:
            lost.unlink()
            world.tell(f"{LOSING}给{SPONSORS[key]}的回传在路上丢了")
            files.remove(lost)
        files += _workbook(world, one, folder)
        results = arrivals.take(office, files, confirmed=True)
        states = [r.state for r in results]
        world.tell(
            f"{SPONSORS[key]}收下 {len(results):,} 份回传：合并 {states.count(arrivals.MERGED)} 份，"
            f"等人决定 {states.count(arrivals.WAITING)} 份"
        )
        _refuse(results)
        for result in results:
            if result.state == arrivals.WAITING:
                _decide(world, key, result.facts)


def double(world: World) -> None:
    """The same return a second time: the same receipt, nothing twice."""
    key = BY_WORKBOOK
    folder = world.usb / f"回传{SPONSORS[key]}"
    file = next(folder.glob(f"{world.handlers[DOUBLING].name}*.qidi"))
    again = Path(shutil.copy(file, world.usb / f"重复送来_{file.name}"))
    (one,) = arrivals.take(world.sponsors[key], [again])
    _refuse([one])
    world.tell(f"{DOUBLING}的回传送来两次：{one.said}")


def remind(world: World) -> None:
    """催办单 for those who have not answered; the lost return is written again."""
    key = BY_WORKBOOK
    office, ledger = world.sponsors[key], world.ledgers[key]
    world.tell(f"{SPONSORS[key]}：{reminding.remind(office, ledger, world.out / '催办单.pdf').said}")
    folder = world.usb / f"回传{SPONSORS[key]}"
    (one,) = arrivals.take(office, [_return(world, LOSING, key, folder)])
    _refuse([one])
    world.tell(f"{LOSING}重发，{one.said}")


def settle(world: World) -> None:
    """The sponsor rules on the objections, ends the round and prints what the mergings did."""
    for key, office in world.sponsors.items():
        ledger = world.ledgers[key]
        ids = lists.ids(office, ledger, Query(standing=("open",)))
        ruled = 0
        for row in lists.lines(office, ids):
            if row.items.get(CONTESTED) and row.items[CONTESTED].cells.get("contest"):
                cells = {"dept": sample_checks.SEVENTH, "contest": "", "contest_reason": ""}
                entries.amend(office, row.id, {}, {CONTESTED: cells})
                ruled += 1
        rounds.close(office, ledger)
        paper = world.out / f"合并情况表（{SPONSORS[key]}）.pdf"
        said = merge_sheets.write(office, ledger, paper).said
        world.tell(f"{SPONSORS[key]}核定异议 {ruled} 处，核查结束；{said}")


def _contest(office: Office, sponsor: Office) -> None:
    line = _part_of(office, sponsor)
    rows = lists.lines(office, lists.ids(office, line.id, Query())[:50])
    row = next(r for r in rows if CONTESTED in r.items)
    entries.amend(office, row.id, {}, {CONTESTED: {"contest": "非本部门", "contest_reason": REASON}})


def _edit_here(world: World) -> None:
    """The sponsor types into a cell that the department has answered meanwhile."""
    key = BY_WORKBOOK
    office = world.sponsors[key]
    row = _clashing_row(office, world.ledgers[key])
    entries.amend(office, row, {}, {CLASHED: {"handler": "责任人壬"}})
    world.tell(f"{SPONSORS[key]}在等回传时把一个施工许可的责任人改成“责任人壬”")


def _clashing_row(office: Office, ledger: str) -> str:
    ids = lists.ids(office, ledger, Query(standing=("open",)))
    wanted = (
        r.id
        for r in lists.lines(office, ids)
        if CLASHED in r.items and r.items[CLASHED].state in OPEN_STATES
    )
    return next(wanted)


def _decide(world: World, key: str, facts: Any) -> None:
    """A person takes the department's word for the clash."""
    office, mirror = world.sponsors[key], str(facts["mirror"])
    needs = merges.needs(merges.rehearse(office, mirror)[1])
    done = merges.merge(office, mirror, dict.fromkeys(needs, "theirs"))
    world.tell(f"{SPONSORS[key]}逐处决定 {len(needs):,} 处两边都改过的：以来件为准；{done.said}")


def _workbook(world: World, one: Sent, folder: Path) -> list[Path]:
    """The department without the program: a first list with a fault comes back with comments, then a good one."""
    key, blank = one.sponsor, one.files[BY_WORKBOOK]
    office = world.sponsors[key]
    good = folder / f"节能股交回_{SPONSORS[key]}.xlsx"
    if key != BY_WORKBOOK:
        sample_checks.fill_workbook(blank, good)
        return [good]
    bad = folder / "节能股初次交回.xlsx"
    rows = sample_checks.fill_workbook(blank, bad, spoil=True)
    back = handing_back.hand_back(office, bad, world.out / "退回批注_节能股.xlsx")
    sample_checks.fill_workbook(blank, good)
    world.tell(f"节能股用 Excel 核查 {rows:,} 个事项；{back.said}；改好后再交")
    return [good]


def _return(world: World, dept: str, key: str, folder: Path) -> Path:
    office = world.handlers[dept]
    sponsor = world.sponsors[key]
    line = _part_of(office, sponsor)
    return Path(str(exchange.send(office, line.id, sponsor.id, folder).facts["file"]))


def _parts(office: Office) -> list[ledgers.LedgerLine]:
    return [x for x in ledgers.all(office) if x.own and x.purpose == ledgers.CHECK]


def _part_of(office: Office, sponsor: Office) -> ledgers.LedgerLine:
    return next(x for x in _parts(office) if x.origin_office == sponsor.id)


def _refuse(results: list[arrivals.Result]) -> None:
    for one in results:
        if one.state == arrivals.REFUSED:
            raise Problem(one.code, f"演示时没有收下“{Path(one.file).name}”：{one.said}")
