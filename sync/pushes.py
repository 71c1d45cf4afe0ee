"""推送 of a check round: every department its own part, by bundle or, without the program, by protected workbook."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from app import files, ledgers, pushing, rounds, settings, wording
from app.change import Change
from app.exports import check_xlsx
from app.ledgers import LedgerLine
from app.office import Office
from app.problem import Problem
from app.rounds import BUNDLE, WORKBOOK, Part, Round
from app.trust import Keys
from sync import checking, delivering, exchange, peers, progress, sending

OFFICES = "round.offices"
"""Setting: {department as the ledger names it: id of the office that answers for it}."""
Tell = Callable[[int, int], None]


@dataclass(frozen=True)
class Way:
    """How a part goes: to an office with a confirmed card by bundle, else by workbook. `sure`: a person said so."""

    dept: str
    office: str
    name: str
    medium: str
    sure: bool


def ways(office: Office, now: Round) -> list[Way]:
    """How each part of the round would go, by what was said before, else by the names of the known offices."""
    said: Mapping[str, str] = settings.get(office, OFFICES, {})
    cards = {p.card.id: p.card for p in peers.all(office) if p.state == peers.TRUSTED}
    out = []
    for part in now.parts:
        known = said.get(part.dept)
        fits = [c for c in cards.values() if _answers_for(c.name, part.dept)]
        card = cards.get(known or "") or (fits[0] if len(fits) == 1 and known is None else None)
        medium = BUNDLE if card else WORKBOOK
        out.append(
            Way(part.dept, card.id if card else "", card.name if card else part.dept, medium, bool(known))
        )
    return out


def assign(office: Office, dept: str, to: str) -> Change:
    """Say which office answers for a department; '' means that it has no program and gets a workbook.

    Raises Problem E_NO_PEER for an office whose card was not confirmed, and those of `peers.find`.
    """
    address = peers.find(office, to) if to else None
    if address is not None and address.card is None:
        raise Problem(
            "E_NO_PEER",
            f"没有确认过“{to}”的名片，不能把{dept}的事项发给它；请先确认，或给{dept}发核查表",
            office=to,
        )
    put = settings.put(
        office, OFFICES, {**settings.get(office, OFFICES, {}), dept: address.id if address else ""}
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
    """Write the parts of the running round into `folder`: all that were not sent yet, or those of `depts`.

    One that cannot be written does not stop the others; it is named in the facts, as are those left out when `tell`
    raises after the first. `workbook` sends workbooks only.
    Raises Problem E_NO_ROUND, E_NO_PART, E_NOTHING, and the problem itself when there was only one part to send.
    """
    line = ledgers.get(office, ledger_id)
    ledgers.refuse_foreign(line)
    with office.read() as connection:
        now = rounds.running(connection, line)
    wanted = [_named(now, dept) for dept in depts] or [p for p in now.parts if not p.sent_on]
    if not wanted:
        raise Problem("E_NOTHING", "各部门都已推送过；要重发请点名部门", ledger=ledger_id)
    way = {w.dept: w for w in ways(office, now)}
    signer = exchange.own_keys(office, passphrase)
    done: list[dict[str, object]] = []
    failed: list[dict[str, object]] = []
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
            done.append(_one(office, line, now, part, way[part.dept], folder, signer, workbook))
        except Problem as problem:
            if len(wanted) == 1:
                raise
            failed.append({"dept": part.dept, "code": problem.code, "text": problem.text})
    if not done:
        first = failed[0]
        raise Problem(str(first["code"]), str(first["text"]), parts=failed)
    said = f"第 {now.number} 轮核查已推送 {len(done)} 个部门，可以拔盘"
    if failed:
        said += f"；{len(failed)} 个没有写成：{failed[0]['text']}"
    return Change(said, frozenset({ledger_id}), now.id, {"round": now.id, "sent": done, "failed": failed})


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
    medium = WORKBOOK if workbook else way.medium
    if medium == WORKBOOK and not workbook and settings.get(office, exchange.PLAIN_FORBIDDEN):
        raise Problem(
            "E_PLAIN_FORBIDDEN",
            f"规定往来必须加密，而“{part.dept}”没有确认过名片，只能写成不加密的核查表；确实要这样请点名它并加 --xlsx",
            dept=part.dept,
        )
    named = replace(part, office=way.office, office_name=way.name, medium=medium)
    send = _as_workbook if medium == WORKBOOK else _as_bundle
    target, rows = send(office, line, now, named, folder, signer)
    return {"dept": part.dept, "medium": medium, "file": str(target), "rows": rows, "to": way.name}


def _as_bundle(
    office: Office, line: LedgerLine, now: Round, part: Part, folder: Path, signer: Keys
) -> tuple[Path, int]:
    address = exchange.addressed(office, part.office, "check", plain=False)
    with office.read() as connection:
        rows = list(pushing.pushed(connection, line, part.dept))
        contents = checking.contents(office, connection, line, now, part, address, rows)
        sent = delivering.build(office, connection, line, address, contents, signer)
    delivering.record(office, sent)
    _note(office, line, now, part, rows, {"bundle": sent.written.info.id, "upto": sent.written.info.to_seq})
    return delivering.carry(office, sent, folder), len(rows)


def _as_workbook(
    office: Office, line: LedgerLine, now: Round, part: Part, folder: Path, signer: Keys
) -> tuple[Path, int]:
    with office.read() as connection:
        rows = list(pushing.pushed(connection, line, part.dept))
        upto = ledgers.line_of(connection, line.id).head_seq
    sheet = pushing.sheet_of(office, line, now, part, rows)
    local = delivering.free(office.folder / "outbox" / f"{_file_name(office, line, now, part)}.xlsx")
    check_xlsx.write_check_xlsx(sheet, local)
    _note(office, line, now, part, rows, {"mark": sheet.mark.code, "upto": upto})
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / local.name
    files.write_whole(target, local.read_bytes())
    return target, len(rows)


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


def _file_name(office: Office, line: LedgerLine, now: Round, part: Part) -> str:
    return sending.plain(f"{office.name}_请核查_{part.dept}_第{now.number}轮_{office.today().isoformat()}")


def _named(now: Round, dept: str) -> Part:
    found = now.part(dept) or next((p for p in now.parts if dept in (p.office, p.office_name)), None)
    if found is None:
        raise Problem(
            "E_NO_PART",
            f"第 {now.number} 轮核查里没有“{dept}”，有：{'、'.join(p.dept for p in now.parts)}",
            dept=dept,
        )
    return found


def _answers_for(office_name: str, dept: str) -> bool:
    """Whether an office of this name may be that department: its letters stand in the name in their order, the last
    at its end (住建局 in 正镶白旗住房和城乡建设局). Only ever a suggestion."""
    name, letters = wording.key(office_name), wording.key(dept)
    rest = iter(name)
    return name[-1:] == letters[-1:] and all(letter in rest for letter in letters)
