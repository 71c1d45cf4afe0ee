"""退回: a bundle that cannot be taken in is answered with a slip; a slip that came back is entered where it was sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from app import canon
from app.change import Change
from app.journals import former
from app.journals.trust import Keys
from app.ledger import settings
from app.office import Office
from app.problem import Problem
from app.storage import files
from models.schema import inbox as inbox_table
from models.schema import journal as journal_table
from models.schema import ledger as ledger_table
from models.schema import outbox as outbox_table
from sync.bundles import faults, file_names, opening
from sync.bundles.bag import Info
from sync.letters import sealed_slips, slips
from sync.letters.receipts import Receipt
from sync.letters.registers import ENCRYPT_ONLY
from sync.letters.slips import RETURNED, ROWS, Slip
from sync.peers import keys, peers, statements

ACCEPTED = "accepted"
KEPT = {RETURNED: "slip", ROWS: "rows"}
"""Under which word of the outbox row's facts a slip of that verdict stands."""
WHOLE, BY_ROW = "退回单", "退回单_逐行"
"""How the files of slips begin."""
_WHOLE = frozenset(("E_NEED_ATTACHMENTS", "E_FORK", "E_TEMPLATE_CHANGED"))


class About:
    """Whose bundle is being judged, once that is proved."""

    info: Info | None = None
    digest: str = ""

    def __call__(self, info: Info, digest: str) -> None:
        self.info, self.digest = info, digest


@contextmanager
def answering(office: Office, own: Keys) -> Iterator[About]:
    """Answer what is refused inside with a slip, if the sender was proved and it is the sender's to mend."""
    about = About()
    try:
        yield about
    except Problem as problem:
        if isinstance(problem, opening.UnpackedError):
            about(problem.info, problem.digest)
        if about.info is None or office.readonly or not faults.theirs(problem.code):
            raise
        raise given_back(office, own, about.info, about.digest, problem) from problem


def of_merge(
    office: Office, mirror: str, refused: Sequence[Mapping[str, Any]], passphrase: str = ""
) -> Path | None:
    """The slip for rows of a return that were not adopted in merging, bound to the newest bundle of that mirror."""
    if not refused:
        return None
    own = keys.load(office.folder / "keys", passphrase or office.passphrase)
    t = inbox_table.c
    with office.write("退回没有采用的行") as work:
        row = work.connection.execute(
            select(inbox_table)
            .where(t.ledger_id == mirror, t.verdict == ACCEPTED)
            .order_by(t.bundle_id.desc())
            .limit(1)
        ).first()
        if row is None:
            return None
        last = row.facts.get("rows") or {}
        before = slips.kept(last)
        why = slips.reasons({**r, "text": r.get("reason", ""), "rows": [r.get("name", "")]} for r in refused)
        slip = Slip(
            row.bundle_id, row.digest, office.id, office.name, row.from_office, mirror, row.receipt["stream"],
            last.get("number", 0) + 1, row.receipt["seq"], row.receipt["head"], work.on, ROWS, why,
        )  # fmt: skip
        if before is not None and before.reasons == slip.reasons:
            signed = slips.resigned(last, own)
        else:
            signed = slips.issue(slip, own)
            work.connection.execute(
                update(inbox_table)
                .where(t.bundle_id == row.bundle_id, t.from_office == row.from_office)
                .values(facts={**row.facts, "rows": signed})
            )
            whose = {"from": row.from_office, "from_name": row.from_name}
            work.office_line("returned", row.bundle_id, {**_line(slip, signed), **whose})
    return write_slip(office, signed)


def answered(
    connection: Connection, office: Office, letter: Slip | Receipt, code: str, called: str
) -> Row[Any]:
    """The row of what was sent that a receipt or slip answers: of this office, and from whom it was sent to.

    Raises Problem `code`.
    """
    row = connection.execute(select(outbox_table).where(outbox_table.c.bundle_id == letter.bundle)).first()
    if row is None and letter.to == office.id and letter.ledger == letter.stream == letter.bundle:
        said = f"这份{called}是给一份意见或下发文件的，本机没有它的发出记录（以前版本的程序不记），不用登记"
        raise Problem(code, said, bundle=letter.bundle)
    if row is None or letter.to != office.id or row.to_office not in (None, letter.issuer):
        raise Problem(code, f"这份{called}不是本单位所发包的{called}", bundle=letter.bundle)
    if not peers.went_to(row.to_office, row.to_name, letter.issuer, letter.issuer_name):
        said = f"这个包是发给“{row.to_name}”的，{called}却是“{letter.issuer_name}”的，没有登记"
        raise Problem(code, f"{said}；同一单位改了名称的，请核对名称后重发", bundle=letter.bundle)
    return row


def take(office: Office, file: Path, passphrase: str = "") -> Change:
    """Enter a slip against what was sent; a bundle with a receipt stays receipted, an older slip changes nothing.

    Raises Problem E_SLIP_OTHER and those of `sealed_slips.read`.
    """
    word = passphrase or office.passphrase
    slip = sealed_slips.read(file, peers.lookup(office), lambda: keys.load(office.folder / "keys", word))
    t = outbox_table.c
    with office.write("登记退回单") as work:
        row = answered(work.connection, office, slip, "E_SLIP_OTHER", "退回单")
        if row.digest != slip.digest or not _of_ledger(work.connection, row.ledger_id, slip):
            raise Problem("E_SLIP_OTHER", "退回单上的内容与发出的包不符，没有登记", bundle=slip.bundle)
        word = KEPT[slip.verdict]
        again = row.facts.get(word, {}).get("number", 0) >= slip.number
        late = slip.verdict == RETURNED and row.state == "receipted"
        if not again and not late:
            told = {"facts": {**row.facts, word: slip.claims()}, "to_office": slip.issuer}
            state = {"state": RETURNED} if slip.verdict == RETURNED else {}
            work.connection.execute(
                update(outbox_table).where(t.bundle_id == slip.bundle).values(**told, **state)
            )
            work.office_line("slip", slip.bundle, _line(slip, slip.claims()))
    facts = {
        "bundle": slip.bundle, "from": slip.issuer, "verdict": slip.verdict, "again": again, "late": late,
        "reasons": slip.claims()["reasons"],
    }  # fmt: skip
    return Change(
        _said(slip, row.file, again, late), frozenset(filter(None, (row.ledger_id,))), slip.bundle, facts
    )


def _of_ledger(connection: Connection, ledger: str, slip: Slip) -> bool:
    """Whether a slip names the ledger that was sent, and the stream it has or had (it changes with a restored one)."""
    if not ledger:  # a letter
        return slip.ledger == slip.stream == slip.bundle
    stream = connection.scalar(select(ledger_table.c.stream).where(ledger_table.c.id == ledger))
    before = {each["stream"] for each in former.parents(connection, stream)} if stream else set()
    return slip.ledger == ledger and slip.stream in {stream, *before}


def asked_from(connection: Connection, ledger: str, to: str, after: str) -> tuple[int, str] | None:
    """(seq, head) from which that office asked to have the stream again by a slip on a bundle later than `after`.

    None when it gave nothing back since; (0, '') asks for everything (decision 30: E_GAP, E_NEED_ATTACHMENTS).
    """
    t = outbox_table.c
    query = select(t.facts).where(
        t.ledger_id == ledger, t.to_office == to, t.state == RETURNED, t.bundle_id > after, t.kind != "check"
    )
    facts = connection.scalar(query.order_by(t.bundle_id.desc()).limit(1))
    if facts is None:
        return None
    slip = slips.kept(facts["slip"])
    if slip is None or any(r.code in _WHOLE for r in slip.reasons):
        return 0, ""
    return slip.have, slip.have_head


def write_slip(office: Office, signed: Mapping[str, Any]) -> Path:
    """The slip as a file in the outbox, to be carried back; where all must be encrypted, to who gets it."""
    word = WHOLE if signed["verdict"] == RETURNED else BY_ROW
    out = office.folder / "outbox" / f"{answer_name(office, word, signed)}{slips.SUFFIX}"
    to = peers.lookup(office)(signed["to"]) if settings.get(office, ENCRYPT_ONLY) else None
    own = keys.own_card(office.folder / "keys") if to else None
    files.write_whole(
        out, sealed_slips.to_bytes(signed, to.card, own) if to and own else statements.to_bytes(signed)
    )
    return out


def answer_name(office: Office, word: str, signed: Mapping[str, Any]) -> str:
    """How the file of a receipt or slip is called: by whom, for whom, when, to what."""
    t = inbox_table.c
    with office.read() as connection:
        query = select(t.from_name).where(t.bundle_id == signed["bundle"], t.from_office == signed["to"])
        to = connection.scalar(query) or ""
    return file_names.answer(word, signed["issuer_name"], to, signed["on"], signed["bundle"])


def remade(office: Office, signed: Mapping[str, Any], own: Keys) -> Path:
    """The slip given before as a file again, signed anew when the key of this office has changed since."""
    return write_slip(office, slips.resigned(signed, own))


def given_back(office: Office, own: Keys, info: Info, digest: str, problem: Problem) -> Problem:
    """The refusal with the slip that was written for it, and the inbox row; nothing of the ledger is touched.

    A letter is of no ledger: it stands in `info` for ledger and stream itself.
    """
    t = inbox_table.c
    key = (t.bundle_id == info.id, t.from_office == info.sender)
    with office.write("退回来件") as work:
        old = work.connection.execute(select(inbox_table).where(*key)).first()
        if old is not None and (old.digest != digest or old.verdict == ACCEPTED):
            return problem
        last = old.receipt if old is not None else {}
        before = slips.kept(last)
        have, head = _have(work.connection, info)
        if "common" in problem.facts:  # a fork: only what both sides share counts
            have, head = problem.facts["common"], problem.facts["common_head"]
        why = slips.reasons(problem.facts.get("reasons") or [faults.told(problem)])
        slip = Slip(
            info.id, digest, office.id, office.name, info.sender, info.ledger, info.stream,
            last.get("number", 0) + 1, have, head, work.on, RETURNED, why,
        )  # fmt: skip
        if before and (before.reasons, before.have, before.have_head) == (why, have, head):
            signed = slips.resigned(last, own)
        else:
            signed = slips.issue(slip, own)
            _enter(work.connection, info, slip, signed)
            told = {
                "from": info.sender, "from_name": info.sender_name, "ledger": _ledger(info), "digest": digest,
                "kind": info.kind, "facts": _facts(slip), "receipt": canon.fingerprint(signed), "to": office.id,
            }  # fmt: skip
            work.office_line("returned", info.id, {**told, **_line(slip, signed)})
    out = write_slip(office, signed)
    facts = {**problem.facts, "slip": str(out), "verdict": RETURNED}
    return Problem(problem.code, f"{problem.text}；退回单：{out.name}", field=problem.field, **facts)


def _enter(connection: Connection, info: Info, slip: Slip, signed: dict[str, Any]) -> None:
    t = inbox_table.c
    connection.execute(delete(inbox_table).where(t.bundle_id == info.id, t.from_office == info.sender))
    connection.execute(
        insert(inbox_table).values(
            bundle_id=info.id, from_office=info.sender, from_name=info.sender_name, ledger_id=_ledger(info),
            kind=info.kind, on=slip.on, digest=slip.digest, verdict=RETURNED, receipt=signed, facts=_facts(slip),
        )
    )  # fmt: skip


def _ledger(info: Info) -> str | None:
    return None if info.ledger == info.id else info.ledger


def _facts(slip: Slip) -> dict[str, Any]:
    return {"codes": sorted({r.code for r in slip.reasons}), "number": slip.number}


def _line(slip: Slip, told: Mapping[str, Any]) -> dict[str, Any]:
    """What the journal says of a slip: names of rows stay out of it, a digest stands for them."""
    return {
        "verdict": slip.verdict, "number": slip.number, "issuer": slip.issuer, "issuer_name": slip.issuer_name,
        "slip": canon.fingerprint(told),
    }  # fmt: skip


def _have(connection: Connection, info: Info) -> tuple[int, str]:
    """How far this office has the stream of the bundle, with the hash of its last line; (0, '') when it has none."""
    t = ledger_table.c
    row = connection.execute(
        select(t.head_seq, t.own).where(t.id == info.ledger, t.stream == info.stream)
    ).first()
    if row is None or row.own or not row.head_seq:
        return 0, ""
    j = journal_table.c
    hashed = connection.scalar(select(j.hash).where(j.stream == info.stream, j.seq == row.head_seq))
    return (row.head_seq, bytes(hashed).hex()) if hashed is not None else (0, "")


def _said(slip: Slip, file: str, again: bool, late: bool) -> str:
    name = file.rpartition("/")[2]
    if late:
        return f"《{name}》已有“{slip.issuer_name}”的回执，这份退回单是以前的，没有改动"
    shown = "；".join(f"{'、'.join(r.rows[:3])}：{r.text}" if r.rows else r.text for r in slip.reasons[:3])
    more = f"等 {len(slip.reasons):,} 处" if len(slip.reasons) > 3 else ""
    words = "退回了" if slip.verdict == RETURNED else "已收下，但没有全部采用"
    return f"“{slip.issuer_name}”{words}《{name}》：{shown}{more}" + ("（以前已登记）" if again else "")
