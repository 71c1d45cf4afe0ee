"""推送 of a check round: every department its own part, by bundle or, without the program, by protected workbook."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import Connection, select

from app.change import Change
from app.exports import check_xlsx
from app.journals.trust import Keys, OfficeCard
from app.ledger import ledgers, settings
from app.ledger.ledgers import LedgerLine
from app.office import Office
from app.problem import Problem
from app.rounds import pushing, rounds, unsent
from app.rounds.rounds import BUNDLE, WORKBOOK, Part, Round
from app.rounds.unsent import Moved
from app.storage import volumes
from app.values import divisions
from app.words import own_part
from models.schema import ledger as ledger_table
from sync import exchange
from sync.bundles import file_names, progress
from sync.checking import checking
from sync.letters import delivering
from sync.peers import peers

Tell = Callable[[int, int], None]
Told = dict[str, object]
SHORT = 11  # two groups of a fingerprint


@dataclass(frozen=True)
class Way:
    """How a part goes: to an office with a confirmed card by bundle, else by workbook. `sure`: a person said so.

    A department that is this office itself goes nowhere: `office` is its id and `medium` ''.
    `doubt` says why it goes nowhere before a person names the office, '' where nothing speaks against this way;
    `fingerprint` is how that of the office begins.
    """

    dept: str
    office: str
    name: str
    medium: str
    sure: bool
    doubt: str = ""
    fingerprint: str = ""


def ways(office: Office, now: Round) -> list[Way]:
    """How each part of the round would go: as a person said before, else to the one known office of this division
    that may be named so. What only looks like it elsewhere, or is one of several, is a doubt.
    """
    said: Mapping[str, str] = settings.get(office, own_part.OFFICES, {})
    cards = {p.card.id: p.card for p in peers.all(office) if p.state == peers.TRUSTED}
    return [
        Way(part.dept, office.id, office.name, "", True)
        if part.own
        else _way(office, part.dept, said.get(part.dept), cards)
        for part in now.parts
    ]


def _way(office: Office, dept: str, known: str | None, cards: Mapping[str, OfficeCard]) -> Way:
    if known is not None:
        card = cards.get(known)
        doubt = f"原来指定给“{dept}”的单位，名片已作废" if known and card is None else ""
    else:
        fits = [c for c in cards.values() if own_part.fits(c.name, dept)]
        here = [c for c in fits if c.division == office.division]
        card = here[0] if len(here) == 1 else None
        names = "、".join(f"{c.name}（{divisions.name_of(c.division)}）" for c in here or fits)
        doubt = f"拿不准“{dept}”是不是 {names}" if fits and card is None else ""
    if card is None:
        return Way(dept, "", dept, WORKBOOK, False, doubt)
    return Way(dept, card.id, card.name, BUNDLE, bool(known), doubt, card.fingerprint[:SHORT])


def assign(office: Office, dept: str, to: str) -> Change:
    """Say which office answers for a department; '' means that it has no program and gets a workbook, this office
    itself that nothing is sent.

    Raises Problem E_NO_PEER for an office whose card was not confirmed, and those of `peers.find`.
    """
    if to in (office.id, office.name):
        mine = settings.put(
            office, own_part.OFFICES, {**settings.get(office, own_part.OFFICES, {}), dept: office.id}
        )
        return replace(mine, said=f"{dept}的事项由本单位自己办，在台账里直接填，不推送")
    address = peers.find(office, to) if to else None
    if address is not None and address.card is None:
        raise Problem(
            "E_NO_PEER",
            f"没有确认过“{to}”的名片，不能把{dept}的事项发给它；请先确认，或给{dept}发核查表",
            office=to,
        )
    put = settings.put(
        office,
        own_part.OFFICES,
        {**settings.get(office, own_part.OFFICES, {}), dept: address.id if address else ""},
    )
    return replace(put, said=f"以后{dept}的事项" + (f"推送给“{address.name}”" if address else "写成核查表"))


def push(
    office: Office,
    ledger_id: str,
    folder: Path,
    *,
    depts: tuple[str, ...] = (),
    workbook: bool = False,
    passphrase: str = "",
    tell: Tell | None = None,
) -> Change:
    """Write the parts of the running round into `folder`: those of `depts`, or all that were not sent yet and those
    that changed since they were (旗方案 四(一)); the fact `unchanged` names the departments left out for that.

    Of each that is written the facts `sent` say why: '' the first time, what changed since, or that it was asked for.
    One that cannot be written does not stop the others; it is named in the facts, as are those left out when `tell`
    raises after the first. What was made and is not on the stick stays in the outbox as 没写到盘上 (fact `bundle`), and
    its part as not sent. `workbook` sends workbooks only.
    Raises Problem E_NO_ROUND, E_NO_PART, E_NOTHING, those of `volumes.reach`, and the problem itself when there was
    only one part to send; of several of which none was written the first, naming all in the fact `parts`.
    """
    line = ledgers.get(office, ledger_id)
    ledgers.refuse_foreign(line)
    with office.read() as connection:
        now = rounds.running(connection, line)
    moved = unsent.moved(office, now)
    wanted = _wanted(now, depts, moved)
    way = {w.dept: w for w in ways(office, now)}
    signer = exchange.own_keys(office, passphrase)
    volumes.reach(folder)
    done, failed = _written(
        wanted, tell,
        lambda part: {
            **_one(office, line, now, part, way[part.dept], folder, signer, workbook),
            "why": _why(part, moved.get(part.dept)),
        },
    )  # fmt: skip
    if not done:
        raise _none_written(failed)
    again = sum(bool(one["why"]) for one in done)
    several = f"（{again:,} 个是补发）" if again else ""
    said = f"第 {now.number} 轮核查已推送 {len(done):,} 个部门{several}，可以拔盘"
    if failed:
        named = "、".join(str(one["dept"]) for one in failed)
        said += f"；{len(failed):,} 个没有写成（{named}），仍算没有发：{failed[0]['text']}"
    own = [p.dept for p in now.parts if p.own and p not in wanted]
    unchanged = [] if depts else [p.dept for p in now.parts if p not in wanted and p.dept not in own]
    facts = {"round": now.id, "sent": done, "failed": failed, "unchanged": unchanged, "own": own}
    return Change(said, frozenset({ledger_id}), now.id, facts)


def _written(
    wanted: Sequence[Part], tell: Tell | None, one: Callable[[Part], Told]
) -> tuple[list[Told], list[Told]]:
    """What was told of each part that was written, and why the others were not; a single one raises."""
    done: list[Told] = []
    failed: list[Told] = []
    for number, part in enumerate(wanted):
        try:
            if tell:
                tell(number, len(wanted))
        except progress.Cancelled:  # given up: what is written stays written, and is said
            if not done:
                raise
            failed += [
                {"dept": p.dept, "code": "E_CANCELLED", "text": "您取消了，没有写"} for p in wanted[number:]
            ]
            break
        try:
            done.append(one(part))
        except Problem as problem:
            if len(wanted) == 1:
                raise
            bundle = problem.facts.get("bundle", "")
            failed.append({"dept": part.dept, "code": problem.code, "text": problem.text, "bundle": bundle})
    return done, failed


def _none_written(failed: Sequence[Mapping[str, object]]) -> Problem:
    """Several were tried and none was written: the reason of the first, and who is still without."""
    first, named = failed[0], "、".join(str(one["dept"]) for one in failed)
    said = f"{len(failed):,} 个部门都没有写成（{named}），仍算没有发：{first['text']}"
    return Problem(str(first["code"]), said, parts=list(failed))


def _wanted(now: Round, depts: Sequence[str], moved: Mapping[str, Moved]) -> list[Part]:
    if depts:
        return [_named(now, dept) for dept in depts]
    asked = [p for p in now.parts if not p.own]
    wanted = [p for p in asked if not p.sent_on or p.unwritten or p.dept in moved]
    if not wanted:
        raise Problem("E_NOTHING", "各部门都已推送过，发出以后没有变化；要重发请点名部门", ledger=now.ledger)
    return wanted


def _why(part: Part, moved: Moved | None) -> str:
    if not part.sent_on:
        return ""
    return moved.words if moved else "上次没写到盘上" if part.unwritten else "按要求重发，没有变化"


def _one(
    office: Office,
    line: LedgerLine,
    now: Round,
    part: Part,
    way: Way,
    folder: Path,
    signer: Keys,
    workbook: bool,
) -> dict[str, object]:
    """Make the file of one part, enter it as 没写到盘上, note the pushing, and only then carry it to the stick: until
    it is read back there the part does not count as sent."""
    medium = WORKBOOK if workbook else way.medium
    if not medium:
        raise Problem(
            "E_OWN_PART",
            f"“{part.dept}”就是本单位，不用发，请在台账里直接填；确实由别的单位办，请先指定（round assign 台账 --dept "
            f"{part.dept} --office 单位）",
            dept=part.dept,
        )
    if way.doubt and not workbook:
        raise Problem(
            "E_WHICH_OFFICE",
            f"{way.doubt}，没有写；请先指定单位（round assign 台账 --dept {part.dept} --office 单位），"
            "或点名它写成核查表（--xlsx）",
            dept=part.dept,
        )
    if medium == WORKBOOK and not workbook and settings.get(office, exchange.PLAIN_FORBIDDEN):
        raise Problem(
            "E_PLAIN_FORBIDDEN",
            f"规定往来必须加密，而“{part.dept}”没有确认过名片，只能写成不加密的核查表；确实要这样请点名它并加 --xlsx",
            dept=part.dept,
        )
    named = replace(part, office=way.office, office_name=way.name, medium=medium)
    if medium == WORKBOOK:
        local, id_, rows = _as_workbook(office, line, now, named)
    else:
        local, id_, rows = _as_bundle(office, line, now, named, signer)
    target = delivering.carry(office, id_, local, folder, fresh=False)
    return {
        "dept": part.dept, "medium": medium, "file": str(target), "rows": rows, "to": way.name, "bundle": id_,
        "fingerprint": way.fingerprint if medium == BUNDLE else "",
    }  # fmt: skip


def _as_bundle(
    office: Office, line: LedgerLine, now: Round, part: Part, signer: Keys
) -> tuple[Path, str, int]:
    """The file in the outbox, its row there, and how many projects it has."""
    address = exchange.addressed(office, part.office, "check", plain=False)
    with office.read() as connection:
        rows = list(pushing.pushed(connection, line, part.dept))
        contents = checking.contents(office, connection, line, now, part, address, rows)
        sent = delivering.build(office, connection, line, address, contents, signer)
    delivering.record(office, sent)
    info = sent.written.info
    _note(office, line, now, part, rows, {"bundle": info.id, "upto": info.to_seq})
    return sent.written.path, info.id, len(rows)


def _as_workbook(office: Office, line: LedgerLine, now: Round, part: Part) -> tuple[Path, str, int]:
    with office.read() as connection:
        rows = list(pushing.pushed(connection, line, part.dept))
        upto, head = _head(connection, line.id)
    sheet = pushing.sheet_of(office, line, now, part, rows)
    local = delivering.free(office.folder / "outbox" / _file_name(office, now, part))
    check_xlsx.write_check_xlsx(sheet, local)
    to = part.office, part.office_name or part.dept
    id_ = delivering.record_book(office, line, local, to, upto, head=head)
    _note(office, line, now, part, rows, {"mark": sheet.mark.code, "upto": upto, "sheet": id_})
    return local, id_, len(rows)


def _head(connection: Connection, ledger: str) -> tuple[int, str]:
    t = ledger_table.c
    row = connection.execute(select(t.head_seq, t.head_hash).where(t.id == ledger)).one()
    return row.head_seq, bytes(row.head_hash).hex()


def _note(
    office: Office,
    line: LedgerLine,
    now: Round,
    part: Part,
    rows: list[pushing.Pushed],
    told: Mapping[str, object],
) -> None:
    items = sum(len(row.items) for row in rows)
    with office.write("推送核查") as work:
        rounds.push(work, line, now, replace(part, rows=len(rows), items=items), told)


def _file_name(office: Office, now: Round, part: Part) -> str:
    tail = f"_第{now.number}轮_{office.today().isoformat()}"
    return file_names.fitted(f"{office.name}_请核查_{part.dept}", f"{tail}.xlsx")


def _named(now: Round, dept: str) -> Part:
    found = now.part(dept) or next((p for p in now.parts if dept in (p.office, p.office_name)), None)
    if found is None:
        raise Problem(
            "E_NO_PART",
            f"第 {now.number} 轮核查里没有“{dept}”，有：{'、'.join(p.dept for p in now.parts)}",
            dept=dept,
        )
    return found
