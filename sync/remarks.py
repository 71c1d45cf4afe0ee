"""Remarks as signed files: down to the office whose row it is, and its answers back up."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from app import files, remarks, wording
from app.change import Change
from app.ids import new_id
from app.office import Office
from app.problem import Problem
from app.remarks import Remark
from app.trust import Keys, OfficeCard
from models.schema import entry as entry_table
from models.schema import ledger as ledger_table
from models.schema import outbox as outbox_table
from sync import landing, peers, signed_files, statements
from sync.signed_files import Letter
from sync.statements import Form

FORM = Form("QIDI_REMARKS", "application/vnd.qidi.remarks+json", ".qidi-remarks", "意见", 8 * 1024**2)
KIND = "remarks"
MOST = 5000
_UUID = re.compile(r"[0-9a-f]{32}")
_ODD = re.compile(r'[\\/:*?"<>|\s\x00-\x1f]+')


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
    """One file in the outbox with everything this office ever remarked to that one: a lost stick heals itself."""
    address = peers.find(office, to)
    with office.read() as connection:
        said = [
            r.told()
            for r in remarks.every(connection, office)
            if r.office == office.id and r.to == address.id
        ]
    on = office.today().isoformat()
    said = said[-MOST:]
    data = _signed(keys, on, said, address.card)
    while len(data) > FORM.limit and len(said) > 1:  # the oldest have long been carried
        said = said[len(said) // 2 :]
        data = _signed(keys, on, said, address.card)
    target = office.folder / "outbox" / f"意见_{_ODD.sub('', address.name)[:40]}_{on}{FORM.suffix}"
    files.write_whole(target, data)
    return target


def _signed(keys: Keys, on: str, said: list[dict[str, Any]], card: OfficeCard | None) -> bytes:
    return signed_files.to_bytes(FORM, keys, id_=new_id(), on=on, content={"remarks": said}, to=card)


def is_remarks(file: Path) -> bool:
    return statements.begins(FORM, file)


def take(office: Office, keys: Keys, file: Path) -> Change:
    """Take remarks in: only on rows of own ledgers that this office sent to the writer, and answers to its own.

    The same again changes nothing. Raises Problem E_NOT_ALLOWED, E_ID_REUSED and those of `signed_files.read`.
    """
    letter = signed_files.read(FORM, file, keys, peers.lookup(office))
    came = _came(letter, file.name)
    with office.write("收意见") as work:
        landing.known(work.connection, letter, file, FORM.word)
        known = {r.id: r for r in remarks.every(work.connection, office)}
        fresh = [r for r in came if r.id not in known]
        for remark in fresh:
            _refuse_foreign(work.connection, office, remark, known)
            remarks.record(work, remark)
        if fresh:
            landing.enter(work, office, letter, KIND, file, {"remarks": len(fresh)})
    if not fresh:
        return Change(
            f"{letter.sender.name}的这些意见以前已收过", facts={"kind": KIND, "again": True, "remarks": []}
        )
    asked, answered = [r for r in fresh if not r.re], [r for r in fresh if r.re]
    parts = [f"{n} 条{w}" for n, w in ((len(asked), "意见"), (len(answered), "答复")) if n]
    said = f"已收{letter.sender.name}的{'、'.join(parts)}：" + "；".join(
        f"{r.name}：{r.text}" for r in fresh[:3]
    )
    facts = {"kind": KIND, "again": False, "remarks": [r.told() for r in fresh]}
    return Change(said, frozenset(r.ledger for r in asked), letter.id, facts)


def _written(office: Office, keys: Keys, change: Change, to: str, out: Path | None) -> Change:
    file = write(office, keys, to)
    if out is not None:
        target = out / file.name if out.is_dir() or not out.suffix else out
        target.parent.mkdir(parents=True, exist_ok=True)
        files.write_whole(target, lambda part: shutil.copyfile(file, part))
        file = target
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
    sent = select(o.bundle_id).where(
        o.ledger_id == remark.ledger, o.to_office == remark.office, o.kind == "ledger"
    )
    if not own or connection.execute(sent.limit(1)).first() is None:
        raise Problem(
            "E_NOT_ALLOWED", f"“{remark.office_name}”对不是本单位报给它的行提了意见（{remark.name}），没有收",
            remark=remark.id,
        )  # fmt: skip


def _refuse_stranger(office: Office, owner: tuple[str, str]) -> None:
    """A remark is only written where it can be carried to."""
    if peers.find(office, owner[0]).card is None:
        raise Problem(
            "E_NO_PEER", f"没有确认过“{owner[1]}”的名片，意见交不到它手里；请先确认名片", office=owner[0]
        )
