"""The guided way out of E_FORK: a restored office begins the ledger's record anew, and who holds the former one follows."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec
from sqlalchemy import Connection, delete, select, update

from app.change import Change
from app.engine import storing
from app.journals import former
from app.journals.journal import GENESIS
from app.journals.writing import Write
from app.ledger import ledgers
from app.ledger.ledgers import LedgerLine
from app.office import Office
from app.problem import Problem
from app.proof import ancestry
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
from sync.bundles.bundle import Opened
from sync.contents.bodies import ParentBody, ParentLine
from sync.letters import slips
from sync.receiving import plan
from sync.receiving.plan import Here

MOST_NAMES = 5
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


@dataclass(frozen=True)
class Held:
    """What a received ledger held before its record began anew: rows as (number and name, what they say) by id."""

    told: dict[str, Any]
    rows: dict[str, tuple[str, str]]


def begun_anew(work: Write, found: Opened, here: Here) -> tuple[Here, Held | None]:
    """How this office stands to a bundle of another stream of a ledger it holds: made ready to be played from the start.

    That is so when the new stream names a line of the one held here and is the same up to there, or when a person
    has `accepted` what came, having seen what would differ. Gives also what was held, None when nothing happened.
    Raises Problem E_FORK, which says whether it can be accepted; the sender's right is judged before that.
    """
    info = found.info
    if not here.stream or here.stream == info.stream or here.own or here.owner != info.sender:
        return here, None
    plan.refuse_not_allowed(found, replace(here, stream=info.stream))
    parent = None if info.base_seq else _named(work.connection, found, [here.stream])
    if parent is None:
        past = former.of_ledger(work.connection, info.ledger, here.stream)
        _refuse_fork(work.connection, found, past)
        parent = _named(work.connection, found, [*past])
    root = work.connection.scalar(select(seal_table.c.root).where(seal_table.c.ledger_id == info.ledger))
    if root and root != info.seal:
        raise Problem(
            "E_FORK",
            f"“{info.sender_name}”另起了记录，但里面没有以前已确定的台账（恢复的备份早于台账确定），没有覆盖；"
            "请对方照原来的签字件再确定一次后重发",
            ledger=info.ledger,
        )
    seq = parent.seq if parent else 0
    told = {"was": here.stream, "seq": seq, "dropped": here.seq - min(seq, here.seq)}
    held = Held(told, _rows(work.connection, info.ledger))
    _clear(work.connection, info.ledger, info.stream)
    return Here(here.own, here.owner, info.stream, 0), held


def settled(connection: Connection, ledger: str, held: Held | None) -> dict[str, Any]:
    """What is told of a ledger begun anew once it was played: how many rows differ from what was held, which names."""
    if held is None:
        return {}
    now = _rows(connection, ledger)
    gone, fresh = held.rows.keys() - now.keys(), now.keys() - held.rows.keys()
    other = {key for key in now.keys() & held.rows.keys() if now[key] != held.rows[key]}
    names = [(now if key in now else held.rows)[key][0] for key in (*sorted(other), *sorted(gone))]
    return held.told | {
        "gone": len(gone),
        "other": len(other),
        "fresh": len(fresh),
        "names": names[:MOST_NAMES],
    }


def to_keep(told: dict[str, Any]) -> dict[str, Any]:
    """What inbox and journal keep of it: the names of rows stay out."""
    return {key: value for key, value in told.items() if key != "names"}


def _refuse_fork(connection: Connection, found: Opened, past: Collection[str]) -> None:
    """Another stream than the one held is a fork. A line shared with a former one is told to the sender, which can
    begin anew from there; what nobody here has met a person may accept. Raises Problem E_FORK."""
    info = found.info
    if info.stream not in past and not info.base_seq and found.accepted:
        return
    said = f"“{info.sender_name}”的这本台账另起了一套记录（可能恢复过旧备份），没有覆盖；"
    if info.stream in past:
        shared = _common(connection, found)
        raise Problem(
            "E_FORK", f"{said}请对方收下退回单后用“另起记录”接上，再从头重发", ledger=info.ledger, **shared
        )
    if info.base_seq:
        raise Problem("E_FORK", f"{said}请对方收下退回单后再报一次（会从头全部重发）", ledger=info.ledger)
    raise Problem(
        "E_FORK",
        f"{said}请先打电话问清，确是这样的，可看过差别后接受（receive --anew）",
        ledger=info.ledger, acceptable=True,
    )  # fmt: skip


def _common(connection: Connection, found: Opened) -> dict[str, Any]:
    """How far a bundle of a former stream is the same as what is kept of that: the facts of a fork."""
    j, info = journal_table.c, found.info
    kept = connection.scalars(select(j.hash).where(j.stream == info.stream).order_by(j.seq))
    hashes = [bytes(each).hex() for each in kept]
    fault = plan.stream_fault(found, Here(stream=info.stream, seq=len(hashes)), lambda a, b: hashes[a:b])
    seq = min(len(hashes), info.to_seq) if fault is None else fault.facts.get("common", 0)
    return {"have": len(hashes), "common": seq, "common_head": hashes[seq - 1] if seq else ""}


def _rows(connection: Connection, ledger: str) -> dict[str, tuple[str, str]]:
    return {
        held.id: (
            f"{held.no} {held.name}".strip(),
            repr((held.cells, held.items, held.standing, held.standings)),
        )
        for held in storing.every_held(connection, ledger)
        if held.standing != "deleted"
    }


def said(told: dict[str, Any]) -> str:
    """What a person must know of a ledger begun anew, '' for any other."""
    if not told:
        return ""
    gone = f"，其后以前收到的 {told['dropped']:,} 条不再算数、但仍留着" if told["dropped"] else ""
    same = f"到第 {told['seq']:,} 条与以前的相同" if told["seq"] else "没有与以前相同的记录"
    words = (("other", "{:,} 行不一样"), ("gone", "{:,} 行没有了"), ("fresh", "{:,} 行是新的"))
    differ = "、".join(word.format(told[key]) for key, word in words if told.get(key))
    named = (
        f"（{'、'.join(told['names'])}{'等' if told['other'] + told['gone'] > MOST_NAMES else ''}）"
        if told["names"]
        else ""
    )
    return f"；对方恢复过备份、另起了记录：{same}{gone}；与以前收到的相比，{differ or '各行都一样'}{named}"


def _shared(connection: Connection, line: LedgerLine) -> tuple[dict[str, Any], list[str]]:
    """The last line that everybody still has in common with this ledger, and who found a fork."""
    _refuse_pushed(connection, line)
    t = outbox_table.c
    sent = connection.execute(
        select(outbox_table).where(t.ledger_id == line.id, t.kind != "check").order_by(t.bundle_id)
    ).all()
    upto: dict[str, int] = {}
    names: dict[str, str] = {}
    met: dict[str, str] = {}  # who had everything, and holds nothing in common
    for row in sent:
        if row.state == "receipted" and _is_ours(connection, line, row.to_seq, row.head):
            upto[row.to_office] = row.to_seq
        elif row.state == slips.RETURNED:
            slip = slips.kept(row.facts["slip"])
            if slip and slip.stream == line.stream and _forks(slip):
                names[row.to_office] = row.to_name
                if _is_ours(connection, line, slip.have, slip.have_head):
                    upto[row.to_office] = slip.have
                elif not slip.have and not row.base_seq:
                    met[row.to_office] = row.to_name
    if not names:
        raise Problem("E_NO_FORK", "还没有单位退回说记录对不上，不用另起记录", ledger=line.id)
    if strange := [name for office, name in met.items() if office not in upto]:
        raise Problem(
            "E_NO_PARENT",
            f"“{'”“'.join(strange)}”手里是另一套记录，与本单位现在的没有一条相同，不用另起记录；"
            "请打电话告诉对方：再收一次最近报的包，看过差别后接受",
            ledger=line.id, accept=strange,
        )  # fmt: skip
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


def _refuse_pushed(connection: Connection, line: LedgerLine) -> None:
    """A part that was given back so goes on when its department accepts it. Raises E_NO_FORK where that is all."""
    t = outbox_table.c
    given = select(t.kind, t.to_name, t.facts).where(t.ledger_id == line.id, t.state == slips.RETURNED)
    forked = [r for r in connection.execute(given) if _forks(slips.kept(r.facts["slip"]))]
    if forked and all(r.kind == "check" for r in forked):
        names = "”“".join(dict.fromkeys(r.to_name for r in forked))
        raise Problem(
            "E_NO_FORK",
            f"推送核查清单不用另起记录；请打电话告诉“{names}”：再收一次最近推送的核查清单，看过差别后接受",
            ledger=line.id, accept=[r.to_name for r in forked],
        )  # fmt: skip


def _forks(slip: slips.Slip | None) -> bool:
    return slip is not None and any(reason.code == "E_FORK" for reason in slip.reasons)


def _is_ours(connection: Connection, line: LedgerLine, seq: int, head: str) -> bool:
    j = journal_table.c
    hashed = connection.scalar(select(j.hash).where(j.stream == line.stream, j.seq == seq))
    return hashed is not None and bytes(hashed).hex() == head


def _named(connection: Connection, found: Opened, streams: Sequence[str]) -> ParentLine | None:
    """The furthest parent the new stream names in one of these streams that is true; both are the same up to it."""
    named: dict[tuple[str, int, str], ParentLine] = {}
    for row in found.rows():
        if row["verb"] != former.VERB or row["body"] is None:
            continue
        try:
            parent = msgspec.json.decode(row["body"], type=ParentBody).parent
        except msgspec.MsgspecError:
            return None
        if parent.stream in streams:
            named[parent.stream, parent.seq, parent.head] = parent
    best: ParentLine | None = None
    j = journal_table.c
    for stream in {each for each, _, _ in named}:
        query = select(journal_table).where(j.stream == stream).order_by(j.seq)
        for own, row in zip(connection.execute(query).mappings(), found.rows(), strict=False):
            if any(own[key] != row[key] for key in _SAME):
                break
            here = named.get((stream, own["seq"], bytes(own["hash"]).hex()))
            best = here if here is not None and (best is None or here.seq > best.seq) else best
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
