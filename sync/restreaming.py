"""The guided way out of E_FORK: a restored office begins the ledger's record anew, and who holds the former one follows."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import Connection, delete, select, update

from app import ancestry, former, ledgers
from app.change import Change
from app.journal import GENESIS
from app.ledgers import LedgerLine
from app.office import Office
from app.problem import Problem
from app.writing import Write
from models.schema import attachment as attachment_table
from models.schema import entry as entry_table
from models.schema import event as event_table
from models.schema import item as item_table
from models.schema import journal as journal_table
from models.schema import ledger as ledger_table
from models.schema import original as original_table
from models.schema import outbox as outbox_table
from models.schema import seal as seal_table
from models.schema import signature as signature_table
from models.schema import tally as tally_table
from models.schema import version as version_table
from sync import slips
from sync.bodies import ParentBody, ParentLine
from sync.bundle import Opened
from sync.plan import Here

_SAME = ("verb", "subject", "rev", "on", "at", "clerk", "digest")


def restream(office: Office, ledger_id: str, *, confirmed: bool = False) -> Change:
    """Begin the record of an own ledger anew after a receiver answered E_FORK, naming what both sides still share.

    Raises Problem E_FOREIGN, E_NO_FORK, E_NO_PARENT and E_CONFIRM, which says what will happen.
    """
    with office.read() as connection:
        line = ledgers.line_of(connection, ledger_id)
        ledgers.refuse_foreign(line)
        parent, names = _shared(connection, line)
    lost = f"“{'”“'.join(names)}”收到过本单位恢复备份以前的记录，与现在的从第 {parent['seq'] + 1} 条起不一样"
    if not confirmed:
        raise Problem(
            "E_CONFIRM",
            f"{lost}。另起记录以后，这本台账以现在的内容为准，要向收过它的每个单位从头重发一次；"
            "备份以后、恢复以前做过而现在没有的，请照对方手里的补做。确实要这样请加 --yes",
            parent=parent, offices=names,
        )  # fmt: skip
    with office.write("另起记录") as work:
        line = ledgers.line_of(work.connection, ledger_id)
        parent, names = _shared(work.connection, line)
        stream = ancestry.begin_anew(work, line, parent)
    office.note_head()
    return Change(
        f"《{line.title}》已另起记录（与以前相同的到第 {parent['seq']} 条）；请向{'、'.join(names)}重新报送",
        frozenset({ledger_id}), ledger_id, {"stream": stream, "parent": parent, "offices": names},
    )  # fmt: skip


def begun_anew(work: Write, found: Opened, here: Here) -> tuple[Here, dict[str, Any]]:
    """How this office stands to a bundle of another stream of a ledger it holds: made ready to be played from the start.

    That is so only when the new stream names a line of the former one that is in the own copy, and is the same up to
    there; all else is left as it is, and judged a fork. Gives also what is told of it, {} when nothing happened.
    """
    info = found.info
    if (
        not here.stream
        or here.stream == info.stream
        or here.own
        or here.owner != info.sender
        or info.base_seq
    ):
        return here, {}
    parent = _named(work.connection, found, here)
    if parent is None:
        return here, {}
    root = work.connection.scalar(select(seal_table.c.root).where(seal_table.c.ledger_id == info.ledger))
    if root and root != info.seal:
        raise Problem(
            "E_FORK",
            f"“{info.sender_name}”另起了记录，但里面没有以前已确定的台账（恢复的备份早于台账确定），没有覆盖；"
            "请对方照原来的签字件再确定一次后重发",
            ledger=info.ledger,
        )
    _clear(work.connection, info.ledger, info.stream)
    told = {"was": here.stream, "seq": parent.seq, "dropped": here.seq - parent.seq}
    return Here(here.own, here.owner, info.stream, 0), told


def said(told: dict[str, Any]) -> str:
    """What a person must know of a ledger begun anew, '' for any other."""
    if not told:
        return ""
    gone = f"，其后以前收到的 {told['dropped']} 条不再算数、但仍留着" if told["dropped"] else ""
    return f"；对方恢复过备份、另起了记录：到第 {told['seq']} 条与以前的相同{gone}"


def _shared(connection: Connection, line: LedgerLine) -> tuple[dict[str, Any], list[str]]:
    """The last line that everybody still has in common with this ledger, and who found a fork."""
    t = outbox_table.c
    sent = connection.execute(
        select(outbox_table).where(t.ledger_id == line.id, t.kind != "check").order_by(t.bundle_id)
    ).all()
    upto: dict[str, int] = {}
    names: dict[str, str] = {}
    for row in sent:
        if row.state == "receipted" and _is_ours(connection, line, row.to_seq, row.head):
            upto[row.to_office] = row.to_seq
        elif row.state == slips.RETURNED:
            slip = slips.kept(row.facts["slip"])
            if slip and slip.stream == line.stream and any(r.code == "E_FORK" for r in slip.reasons):
                names[row.to_office] = row.to_name
                if _is_ours(connection, line, slip.have, slip.have_head):
                    upto[row.to_office] = slip.have
    if not names:
        raise Problem("E_NO_FORK", "还没有单位退回说记录对不上，不用另起记录", ledger=line.id)
    seq = min(upto.values(), default=0)
    if not seq or not names.keys() <= upto.keys():
        raise Problem(
            "E_NO_PARENT",
            "还不知道对方手里的记录与本单位的到哪一条相同；请先从头全部重发一次（send --whole），收下对方的退回单再来",
            ledger=line.id,
        )
    j = journal_table.c
    head = connection.scalar(select(j.hash).where(j.stream == line.stream, j.seq == seq))
    assert head is not None
    return {"stream": line.stream, "seq": seq, "head": bytes(head).hex()}, list(names.values())


def _is_ours(connection: Connection, line: LedgerLine, seq: int, head: str) -> bool:
    j = journal_table.c
    hashed = connection.scalar(select(j.hash).where(j.stream == line.stream, j.seq == seq))
    return hashed is not None and bytes(hashed).hex() == head


def _named(connection: Connection, found: Opened, here: Here) -> ParentLine | None:
    """The furthest parent the new stream names in the stream held here that is true; both are the same up to it."""
    named: dict[tuple[int, str], ParentLine] = {}
    for row in found.rows():
        if row["verb"] != former.VERB or row["body"] is None:
            continue
        try:
            parent = msgspec.json.decode(row["body"], type=ParentBody).parent
        except msgspec.MsgspecError:
            return None
        if parent.stream == here.stream:
            named[parent.seq, parent.head] = parent
    j = journal_table.c
    mine = connection.execute(select(journal_table).where(j.stream == here.stream).order_by(j.seq)).mappings()
    best: ParentLine | None = None
    for own, row in zip(mine, found.rows(), strict=False):
        if any(own[key] != row[key] for key in _SAME):
            break
        best = named.get((own["seq"], bytes(own["hash"]).hex()), best)
    return best


def _clear(connection: Connection, ledger: str, stream: str) -> None:
    """Empty the tables of a received ledger; the lines of its former stream and the files stay."""
    versions = select(version_table.c.id).where(version_table.c.ledger_id == ledger)
    entries = select(entry_table.c.id).where(entry_table.c.ledger_id == ledger)
    connection.execute(delete(signature_table).where(signature_table.c.version_id.in_(versions)))
    connection.execute(delete(original_table).where(original_table.c.entry_id.in_(entries)))
    connection.execute(delete(item_table).where(item_table.c.entry_id.in_(entries)))
    for table in (seal_table, version_table, attachment_table, event_table, entry_table):
        connection.execute(delete(table).where(table.c.ledger_id == ledger))
    zeros = {c.name: 0 for c in tally_table.c if c.name not in ("ledger_id", "unit")}
    connection.execute(update(tally_table).where(tally_table.c.ledger_id == ledger).values(**zeros))
    connection.execute(
        update(ledger_table)
        .where(ledger_table.c.id == ledger)
        .values(
            stream=stream, state="draft", sealed_on=None, sealed_version=None, head_seq=0, head_hash=GENESIS,
            next_no=1, next_print=1,
        )
    )  # fmt: skip
