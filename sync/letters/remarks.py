"""Remarks as signed files: down to the office whose row it is, and its answers back up."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from app.change import Change
from app.ids import new_id
from app.journals.trust import Keys, OfficeCard
from app.journals.writing import Write
from app.office import Office
from app.problem import Problem
from app.rounds import remarks
from app.rounds.remarks import Remark
from app.storage import files
from app.words import wording
from models.schema import entry as entry_table
from models.schema import ledger as ledger_table
from models.schema import outbox as outbox_table
from sync.bundles import file_names
from sync.letters import boxes, delivering, landing, letters, receipting, signed_files
from sync.letters.signed_files import Letter
from sync.peers import peers, statements
from sync.peers.statements import Form

FORM = Form("QIDI_REMARKS", "application/vnd.qidi.remarks+json", ".qidi-remarks", "意见", 8 * 1024**2)
KIND = remarks.KIND
MOST = 5000
_OPEN = ("built", "copied")
_UUID = re.compile(r"[0-9a-f]{32}")


def annotate(
    office: Office,
    keys: Keys,
    entry_id: str,
    *,
    text: str,
    item: str = "",
    back: bool = False,
    out: Path | None = None,
) -> Change:
    """Write a remark and the file that carries it (and all earlier ones) to the owner. Raises those of both."""
    _refuse_stranger(office, remarks.owner_of(office, entry_id))
    change, remark = remarks.annotate(office, entry_id, text=text, item=item, back=back)
    return _written(office, keys, change, remark.to, out)


def reply(office: Office, keys: Keys, remark_id: str, *, text: str, out: Path | None = None) -> Change:
    """Answer a remark and write the file that carries the answer back."""
    change, remark = remarks.reply(office, remark_id, text=text)
    return _written(office, keys, change, remark.to, out)


def write(office: Office, keys: Keys, to: str) -> Path:
    """One file in the outbox with everything this office ever remarked to that one: a lost stick heals itself.

    It is entered as 没写到盘上 until `carry`; one of the same day that never went is written over. Raises those of
    `peers.find`, Problem E_NO_PEER.
    """
    address = peers.find(office, to)
    if address.card is None:
        raise _no_card(address.id, address.name)
    with office.read() as connection:
        said = _said(connection, office, address.id)
        last = boxes.newest_remarks(connection, office, address.id)
    id_, on, carried = new_id(), office.today().isoformat(), said[-MOST:]
    data = _signed(keys, id_, on, carried, address.card)
    while len(data) > FORM.limit and len(carried) > 1:  # the oldest have long been carried
        carried = carried[len(carried) // 2 :]
        data = _signed(keys, id_, on, carried, address.card)
    target = (
        office.folder / "outbox" / f"{file_names.between('意见', office.name, address.name, on)}{FORM.suffix}"
    )
    never = last is not None and last.state == "built" and last.on == on
    target = office.folder / last.file if last is not None and never else delivering.free(target)
    files.write_whole(target, data)
    facts = {"encrypted": True, "title": _title(len(said)), "remarks": len(said)}
    with office.write("写意见") as work:
        work.office_line("send", id_, letters.sent(work, target, id_, KIND, address.card, facts))
    return target


def ready(office: Office, keys: Keys, to: str) -> Path:
    """The file for that office in the outbox: the one that lies there still, carried or not, while it says everything
    and opens with the keys of today; or a new one. Raises those of `write`."""
    with office.read() as connection:
        last = boxes.newest_remarks(connection, office, to)
        count = len(_said(connection, office, to))
        anew = last is not None and boxes.keys_since(connection, office, last)
    if last is None or last.state not in _OPEN or last.facts.get("remarks") != count:
        return write(office, keys, to)
    kept: Path = office.folder / last.file
    return kept if kept.is_file() and not anew else write(office, keys, to)


def carry(office: Office, written: Path, out: Path) -> Path:
    """Copy a file of `write` into the folder `out`, or under that name, read back and compared; it is 已写出 then.

    Raises those of `delivering.copy`.
    """
    target = delivering.copy(written, out)
    with office.read() as connection:
        found = boxes.newest_at(connection, office, f"outbox/{written.name}")
    if found is not None and found.state == "built":
        delivering.mark(office, found.bundle_id, "copied")
    return target


def _title(count: int) -> str:
    return f"意见 {count:,} 条" if count else "意见（都收过）"


def _said(connection: Connection, office: Office, to: str) -> list[dict[str, Any]]:
    return [r.told() for r in remarks.every(connection, office) if r.office == office.id and r.to == to]


def _signed(keys: Keys, id_: str, on: str, said: list[dict[str, Any]], card: OfficeCard) -> bytes:
    return signed_files.to_bytes(FORM, keys, id_=id_, on=on, content={"remarks": said}, to=card)


def is_remarks(file: Path) -> bool:
    return statements.begins(FORM, file)


def take(office: Office, keys: Keys, file: Path) -> Change:
    """Take remarks in: only on rows of own ledgers that this office sent to the writer, and answers to its own.

    Others among them are named (fact `foreign`: their rows) and not kept; a file with nothing else in it is refused.
    The same again changes nothing; what came is receipted, what is refused given back with a slip. Raises Problem
    E_NOT_ALLOWED, E_ID_REUSED and those of `signed_files.read`.
    """
    letter = signed_files.read(FORM, file, keys, peers.lookup(office))
    came = _came(letter, file.name)
    with letters.answering(office, keys, letter, KIND), office.write("收意见") as work:
        again = landing.known(work.connection, letter, FORM.word)
        fresh, foreign = ([], []) if again else _taken(work, office, came)
        receipt = {} if again else letters.receipt(office, keys, letter)
        if not again:
            about = {"remarks": len(fresh), "title": _title(len(fresh))}
            landing.enter(work, office, letter, KIND, file.name, about, receipt)
    written = [receipting.write(office, receipt)] if receipt else letters.answer_again(office, keys, letter)
    told = {"kind": KIND, "again": not fresh, "remarks": [r.told() for r in fresh]}
    told |= {"foreign": [r.name for r in foreign]} if foreign else {}
    facts = {**told, "receipt": str(written[0])} if written else told
    return Change(
        _sentence(letter, fresh, foreign) + letters.said(written),
        frozenset(r.ledger for r in fresh if not r.re),
        letter.id,
        facts,
    )


def _taken(work: Write, office: Office, came: list[Remark]) -> tuple[list[Remark], list[Remark]]:
    """Those that were not here yet, recorded; and those that are on rows that are none of the writer's business.

    Raises Problem E_NOT_ALLOWED when there are no others.
    """
    known = {r.id: r for r in remarks.every(work.connection, office)}
    fresh: list[Remark] = []
    foreign: list[Remark] = []
    for remark in came:
        if remark.id in known:
            continue
        try:
            _refuse_foreign(work.connection, office, remark, known)
        except Problem:
            foreign.append(remark)
            if len(foreign) == len(came):
                raise
        else:
            fresh.append(remark)
            remarks.record(work, remark)
    return fresh, foreign


def _sentence(letter: Letter, fresh: list[Remark], foreign: list[Remark]) -> str:
    if foreign:
        few = "、".join(dict.fromkeys(f"“{r.name}”" for r in foreign[:3])) + ("等" if foreign[3:] else "")
        left = f"；对{few}的 {len(foreign):,} 条没有收：不是本单位报给它的行，或答复的不是本单位提的意见"
        return _sentence(letter, fresh, []) + left
    if not fresh:
        return f"{letter.sender.name}的这些意见以前已收过"
    asked, answered = [r for r in fresh if not r.re], [r for r in fresh if r.re]
    parts = [f"{n} 条{w}" for n, w in ((len(asked), "意见"), (len(answered), "答复")) if n]
    few = "；".join(f"{r.name}：{r.text}" for r in fresh[:3])
    return f"已收{letter.sender.name}的{'、'.join(parts)}：{few}"


def _written(office: Office, keys: Keys, change: Change, to: str, out: Path | None) -> Change:
    file = write(office, keys, to)
    if out is not None:
        file = carry(office, file, out)
    said = f"{change.said}；已写出 {file.name}，请交给对方"
    return Change(said, change.ledgers, change.subject, {**change.facts, "file": str(file)})


def _came(letter: Letter, name: str) -> list[Remark]:
    try:
        told: list[dict[str, Any]] = letter.content["remarks"]
        if len(told) > MOST or any(each.keys() != set(remarks.KEYS) for each in told):
            raise ValueError("条数或写法不对")
        found = [remarks.of(each) for each in told]
        for remark in found:
            _refuse_odd(remark, letter)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise statements.bad(FORM, name, str(error)) from error
    return [replace(r, office_name=letter.sender.name) for r in found]  # as confirmed, not as it calls itself


def _refuse_odd(remark: Remark, letter: Letter) -> None:
    ids = (remark.id, remark.ledger, remark.entry, remark.re or remark.id)
    if (
        not all(_UUID.fullmatch(i) for i in ids)
        or remark.office != letter.sender.id
        or remark.to != letter.to
    ):
        raise ValueError("编号或单位不对")
    texts = (remark.text, remark.clerk, remark.no, remark.name, remark.item)
    if not 0 < len(remark.text) <= remarks.LONGEST or any(
        wording.clean(t) != t or len(t) > remarks.LONGEST for t in texts
    ):
        raise ValueError("意见的文字不合要求")


def _refuse_foreign(connection: Connection, office: Office, remark: Remark, known: dict[str, Remark]) -> None:
    """Decision 28: one remarks on rows this office sent it; answers belong to a remark written to the answerer."""
    if remark.re:
        asked = known.get(remark.re)
        if asked is None or (asked.office, asked.to) != (office.id, remark.office):
            raise Problem(
                "E_NOT_ALLOWED", f"“{remark.office_name}”答复的不是本单位提的意见，没有收", remark=remark.id
            )
        return
    e, o = entry_table.c, outbox_table.c
    own = connection.scalar(
        select(ledger_table.c.own).join(entry_table, e.ledger_id == ledger_table.c.id)
        .where(e.id == remark.entry, ledger_table.c.id == remark.ledger)
    )  # fmt: skip
    went = connection.execute(
        select(o.to_office, o.to_name).where(o.ledger_id == remark.ledger, o.kind == "ledger").distinct()
    )
    to = (remark.office, remark.office_name)
    if not own or not any(peers.went_to(row.to_office, row.to_name, *to) for row in went):
        raise Problem(
            "E_NOT_ALLOWED", f"“{remark.office_name}”对不是本单位报给它的行提了意见（{remark.name}），没有收",
            remark=remark.id,
        )  # fmt: skip


def _refuse_stranger(office: Office, owner: tuple[str, str]) -> None:
    """A remark is only written where it can be carried to."""
    if peers.find(office, owner[0]).card is None:
        raise _no_card(*owner)


def _no_card(id_: str, name: str) -> Problem:
    return Problem("E_NO_PEER", f"没有确认过“{name}”的名片，意见交不到它手里；请先确认名片", office=id_)
