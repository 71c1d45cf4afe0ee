"""Letters to one office live like bundles: a row in the outbox, a receipt or a return slip for what came (decision 30)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select

from app.journals.trust import Keys, OfficeCard
from app.journals.writing import Write
from app.office import Office
from app.problem import Problem
from app.storage import files
from models.schema import inbox as inbox_table
from models.schema import outbox as outbox_table
from sync.bundles import faults
from sync.bundles.bag import Info
from sync.letters import landing, receipting, receipts, returning, signed_files
from sync.letters.receipts import Receipt
from sync.letters.signed_files import Letter
from sync.peers import peers
from sync.peers.statements import Form


def sent(
    work: Write, local: Path, id_: str, kind: str, card: OfficeCard, facts: Mapping[str, Any]
) -> dict[str, Any]:
    """Enter a letter in the outbox as built; what its journal line is to tell. `facts` say its `title`."""
    digest = files.digest_of(local)
    told = {"kind": kind, "file": f"outbox/{local.name}", "digest": digest, "base_seq": 0, "head": digest}
    row = {
        **told, "bundle_id": id_, "ledger_id": "", "to_office": card.id, "to_name": card.name, "on": work.on,
        "to_seq": 0, "state": "built",
    }  # fmt: skip
    work.connection.execute(insert(outbox_table).values(**row, facts=dict(facts)))
    return {**facts, **told, "to": card.id, "to_name": card.name, "ledger": "", "seq": 0}


def receipt(office: Office, keys: Keys, letter: Letter, on: str = "") -> dict[str, Any]:
    """The signed receipt of a letter that was addressed to this office and came on the day `on` ('': today); {} for one
    that went to everybody."""
    if not letter.to:
        return {}
    claims = Receipt(
        letter.id, letter.digest, office.id, office.name, letter.sender.id, letter.id, letter.id, 0, letter.digest,
        0, {}, on or office.today().isoformat(),
    )  # fmt: skip
    return receipts.issue(claims, keys)


def answer_of(office: Office, keys: Keys, form: Form, file: Path) -> list[Path]:
    """What was given for a letter, as files once more; [] when it was never judged or asks for no answer."""
    return answer_again(office, keys, signed_files.read(form, file, keys, peers.lookup(office)))


def answer_again(office: Office, keys: Keys, letter: Letter) -> list[Path]:
    """The same for a letter read already; one that an earlier program took in without a receipt gets it now."""
    given = receipting.answer(office, letter.sender.id, letter.id)
    if given == [] and letter.to and not office.readonly:
        given = _overdue(office, keys, letter)
    return receipting.files_of(office, given or [], keys)


def _overdue(office: Office, keys: Keys, letter: Letter) -> list[dict[str, Any]]:
    t = inbox_table.c
    query = select(inbox_table).where(t.bundle_id == letter.id, t.from_office == letter.sender.id)
    with office.write("补回执") as work:
        row = work.connection.execute(query).one()
        if row.verdict != returning.ACCEPTED or row.receipt or row.digest != letter.digest:
            return []
        given = receipt(office, keys, letter, row.on)
        landing.enter(work, office, letter, row.kind, row.facts["name"], row.facts, given)
    return [given]


@contextmanager
def answering(office: Office, keys: Keys, letter: Letter, kind: str) -> Iterator[None]:
    """Answer what is refused inside with a slip, if the letter is for this office and it is the sender's to mend."""
    try:
        yield
    except Problem as problem:
        if office.readonly or not letter.to or not faults.theirs(problem.code):
            raise
        sender = letter.sender
        info = Info(
            kind, letter.id, sender.id, sender.name, letter.to, office.name, "age", letter.on, letter.id, letter.id,
            0, "", 0, letter.digest, "", "", "",
        )  # fmt: skip
        raise returning.given_back(office, keys, info, letter.digest, problem) from problem


def said(written: list[Path]) -> str:
    """The receipt that was written, at the end of a sentence."""
    return f"；回执：{written[0].name}" if written else ""
