"""Content taken out of the database: bodies of lines, rows, originals; of each what may stay is told by one purge line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Table, delete, select, true, update

from app import canon
from app.engine import played, remains, slip_traces, storing, traces
from app.engine.remains import DESTROYED, PURGE, Remains
from app.engine.rows import Held
from app.engine.traces import Traces
from app.journals.column_words import TABLES
from app.journals.writing import Write
from app.ledger import ledgers, template_history, versions
from app.ledger.ledgers import LedgerLine
from app.ledger.recording import Event, Recorder
from app.office import Office
from app.proof.told_ledger import COUNTED
from app.removal import merge_traces, purge_lines
from app.removal.purge_lines import Bodies, Facts
from models import schema
from models.schema import attachment as attachment_table
from models.schema import entry as entry_table
from models.schema import event as event_table
from models.schema import import_run as run_table
from models.schema import journal as journal_table
from models.schema import original as original_table
from models.schema import signature as signature_table
from models.schema import version as version_table

REASON = "误入处置"


@dataclass
class Destroyed:
    """What went out of the database. `spans` are (first destroyed line, its purge line), `mentions` sentences."""

    line: LedgerLine
    entries: list[str]
    run: str
    named: Traces
    mergings: tuple[str, ...] = ()
    numbers: list[str] = field(default_factory=list)
    lines: list[dict[str, Any]] = field(default_factory=list)
    spans: list[tuple[int, int]] = field(default_factory=list)
    files: set[str] = field(default_factory=set)
    shared: set[str] = field(default_factory=set)
    prints: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    mentions: list[str] = field(default_factory=list)

    def called(self) -> str:
        """The rows by their numbers; never by name."""
        if self.mergings:
            return f"合并 {'、'.join(self.mergings)} 里没有写进台账的内容"
        few = "、".join(self.numbers[:3]) or "（没有新增的行）"
        more = f"等 {len(self.numbers):,} 行" if len(self.numbers) > 3 else ""
        return f"导入 {self.run}（{few}{more}）" if self.run else few + more

    def settle(self, connection: Connection) -> None:
        """Fill in what is read off the journal: it says the same the first time and whenever it is done again."""
        t, e = journal_table.c, entry_table.c
        subjects = [*self.entries, *(self.mergings or ([self.run] if self.run else []))]
        for subject in subjects:
            rows = (
                select(journal_table)
                .where(t.stream == self.line.stream, t.subject == subject)
                .order_by(t.seq)
            )
            for row in connection.execute(rows).mappings():
                if row["body"] is None:
                    self.lines.append(
                        {"seq": row["seq"], "verb": row["verb"], "digest": bytes(row["digest"]).hex()}
                    )
                elif row["verb"] == PURGE:
                    told = msgspec.json.decode(row["body"])["purge"]
                    self.files |= set(told["files"])
                    self.spans += [(min(map(int, told["lines"])), row["seq"])] if told["lines"] else []
            self.numbers += connection.scalars(select(e.no).where(e.id == subject)).all()
        self._spare_shared(connection)
        v = version_table.c
        printed = select(v.label).where(v.ledger_id == self.line.id, v.pdf.in_(self.files)).order_by(v.number)
        self.prints = list(connection.scalars(printed))
        self.mentions += left_over(connection, self.named)

    def _spare_shared(self, connection: Connection) -> None:
        """What another row has for an attachment stays, unless it is a print or a scan of one."""
        a, v = attachment_table.c, version_table.c
        used = set(
            connection.scalars(select(a.sha256).where(a.sha256.in_(self.files), a.entry_id.is_not(None)))
        )
        used -= set(connection.scalars(select(v.pdf).where(v.pdf.in_(used))))
        used -= set(connection.scalars(select(a.sha256).where(a.sha256.in_(used), a.version_id.is_not(None))))
        self.files -= used
        self.shared |= used


def row(work: Write, office: Office, done: Destroyed, entry: str, facts: Facts) -> None:
    """Destroy one row of an own ledger and count it out."""
    connection, line = work.connection, done.line
    told = _bodies(connection, line.stream, entry)
    leaves, printed = _leaves(connection, line, entry, told)
    base = storing.held_of(connection, [entry])[entry]
    remains.blank(base)
    new = base.copy()
    events = _leave(new, work.ledger(line.id).sealed, work.on)
    purge = {
        "what": "entry",
        "lines": {str(seq): remains.skeleton(body) for seq, body in told.items()},
        "leaves": {str(seq): leaf for seq, leaf in leaves.items()},
        "files": sorted(_files(connection, done, entry, printed)),
    }
    declared = next(
        (b["facts"]["not_secret"] for b in told.values() if "not_secret" in b.get("facts", {})), ""
    )
    said = {**facts, **({"not_secret": declared} if declared else {})}
    recorder = Recorder(work, line, office.calendar())
    recorder.put(base, new, PURGE, said, events, {"purge": purge})
    recorder.flush()
    work.erase(line.id, entry, list(told))
    _forget(connection, entry, list(told))


def run(work: Write, done: Destroyed, facts: Facts) -> None:
    """Destroy what an import says of itself: file and sheet, report, original cells; its figures stay."""
    connection, line = work.connection, done.line
    kept = connection.execute(select(run_table).where(run_table.c.id == done.run)).mappings().one()
    done.updated = _updated(connection, done, kept)
    report = {key: kept["report"].get(key, 0) for key in COUNTED}

    def left(body: dict[str, Any]) -> dict[str, Any]:
        if "import" in body:
            about = {"file": DESTROYED, "sheet": DESTROYED, "report": canon.fingerprint(report)}
            return {**body, "import": {**body["import"], **about}}
        return {**body, "withdraw": {**body["withdraw"], "file": DESTROYED}} if "withdraw" in body else body

    if told := _told_anew(connection, line.stream, done.run, left):
        purge_lines.record(work, line.id, line.stream, done.run, "import", told, facts)
    values = {"file": DESTROYED, "sheet": DESTROYED, "report": report}
    connection.execute(update(run_table).where(run_table.c.id == done.run).values(**values))
    connection.execute(delete(original_table).where(original_table.c.import_id == done.run))


def merging(work: Write, done: Destroyed, facts: Facts) -> None:
    """Destroy what mergings kept beside the rows they wrote; doing it again changes nothing."""
    for merge in done.mergings:
        if told := _told_anew(work.connection, done.line.stream, merge, merge_traces.left):
            also = [one for one in done.mergings if one != merge]
            said = {**facts, **({"also": also} if also else {})}
            purge_lines.record(work, done.line.id, done.line.stream, merge, "record", told, said)


def brought(work: Write, done: Destroyed, facts: Facts) -> None:
    """Destroy what mergings tell of the rows: values that came when a row was closed already, or was not to be had."""
    subjects: dict[str, Bodies] = {}
    for row, body in merge_traces.of_rows(work.connection, done.line.stream, done.entries):
        subjects.setdefault(row.subject, {})[row.seq] = done.named.cleaned(body)
    for subject, told in subjects.items():
        purge_lines.record(work, done.line.id, done.line.stream, subject, "record", told, facts)


def mentions(work: Write, office: Office, done: Destroyed, facts: Facts) -> None:
    """Take name and code out of what speaks of no row: imports, prints, signatures, settings of this office.

    Other rows that name it are left to a person and told in the report: 一期 and 二期 are different projects.
    """
    if not done.named.texts:
        return
    connection = work.connection
    for line in ledgers.lines_in(connection):
        if line.own:
            _clean_stream(work, line.id, line.stream, done.named, facts)
    _clean_stream(work, "", office.stream, done.named, facts, done.entries)
    own = select(schema.ledger.c.id).where(schema.ledger.c.own)
    a, prints = attachment_table.c, select(version_table.c.id).where(version_table.c.ledger_id.in_(own))
    for table, mine in (
        (run_table, run_table.c.ledger_id.in_(own)),
        (version_table, version_table.c.ledger_id.in_(own)),
        (signature_table, signature_table.c.version_id.in_(prints)),
        (attachment_table, a.version_id.in_(prints)),
        (schema.inbox, schema.inbox.c.ledger_id.is_(None)),
        (schema.setting, true()),
    ):
        _clean_rows(connection, table, mine, done.named)
    slip_traces.forget(connection, done.named)


def mirrored(work: Write, done: Destroyed, left: Remains, facts: Facts) -> None:
    """Destroy here what the sender has destroyed already: its purge lines say what is left."""
    connection, line = work.connection, done.line
    for entry in done.entries:
        seqs = bodies_left(connection, line.stream, entry, left)
        work.erase(line.id, entry, seqs)
        _forget(connection, entry, seqs)
        told = {"what": "received", "ledger": line.id, "lines": {}, "leaves": {}, "files": []}
        work.office_line(PURGE, entry, {"purge": told, "facts": dict(facts)})


def bodies_left(connection: Connection, stream: str, entry: str, left: Remains) -> list[int]:
    """The lines about a destroyed row whose bodies are still here."""
    t = journal_table.c
    query = select(t.seq).where(t.stream == stream, t.subject == entry, t.body.is_not(None), t.verb != PURGE)
    return [seq for seq in connection.scalars(query) if seq in left.bodies]


def left_over(connection: Connection, named: Traces) -> list[str]:
    """Where in the database it is still named, in sentences without the name."""
    found: dict[str, None] = {}
    if not named.texts:
        return []
    for table, stored in traces.found(connection, named):
        subject = stored.get("entry_id") or stored.get("subject") or stored.get("id")
        no = connection.scalar(select(entry_table.c.no).where(entry_table.c.id == subject))
        word = f"项目 {no}" if no else f"{TABLES[table.name][1]} {subject or ''}".strip()
        found[f"{word} 的内容里也提到它，请核实；确属涉密的也要处置"] = None
    return list(found)


def _bodies(connection: Connection, stream: str, subject: str) -> Bodies:
    t = journal_table.c
    rows = select(t.seq, t.body).where(
        t.stream == stream, t.subject == subject, t.body.is_not(None), t.verb != PURGE
    )
    return {seq: msgspec.json.decode(body) for seq, body in connection.execute(rows.order_by(t.seq))}


def _told_anew(
    connection: Connection, stream: str, subject: str, left: Callable[[dict[str, Any]], dict[str, Any]]
) -> Bodies:
    """The lines about it as `left` leaves them; of those destroyed before only what said more until now."""
    before, live = purge_lines.kept(connection, stream, subject)
    return {seq: left(body) for seq, body in before.items() if seq in live or left(body) != body}


def _leaves(
    connection: Connection, line: LedgerLine, entry: str, told: Bodies
) -> tuple[dict[int, str], list[str]]:
    """The row's leaf on every paper it stood on, {line it dates from: leaf}, and the ids of those prints.

    A leaf tells no more than the root on the paper, which the other rows lead back to it.
    """
    v, s = version_table.c, schema.seal.c
    marks = {seq: id_ for seq, id_ in connection.execute(select(v.seq, v.id).where(v.ledger_id == line.id))}
    marks |= dict.fromkeys(connection.scalars(select(s.seq).where(s.ledger_id == line.id)), "")
    leaves: dict[int, str] = {}
    printed: list[str] = []
    held: Held | None = None
    templates = template_history.of_ledger(connection, line)
    for seq, following in zip(told, [*list(told)[1:], None], strict=True):
        then = templates.at(seq)
        held = played.apply(then, held, entry, 0, told[seq])
        papers = [id_ for at, id_ in marks.items() if seq < at and (following is None or at < following)]
        if papers and held is not None and held.standing != "deleted":
            leaves[seq] = versions.leaf(replace(line, loaded=then), held).hex()
            printed += [id_ for id_ in papers if id_]
    return leaves, printed


def _leave(held: Held, sealed: bool, on: str) -> tuple[Event, ...]:
    """Out of the list before the seal; after it what is in 在账 leaves as 更正 with its open matters."""
    if not sealed:
        held.standing = "deleted"
        held.standings = dict.fromkeys(held.standings, "deleted")
        return ()
    facts = {"reason": REASON}
    codes = held.open_items()
    events = [Event("corrected", on, code, facts) for code in codes]
    held.standings |= dict.fromkeys(codes, "corrected")
    if held.standing == "open":
        held.standing = "corrected"
        events.append(Event("corrected", on, None, facts))
    return tuple(events)


def _files(connection: Connection, done: Destroyed, entry: str, printed: Sequence[str]) -> set[str]:
    """Digests of attachments only this row used, and of the prints it stood on with their scans."""
    a, g, v = attachment_table.c, signature_table.c, version_table.c
    mine = set(connection.scalars(select(a.sha256).where(a.entry_id == entry)))
    others = (a.entry_id != entry) | a.entry_id.is_(None)
    shared = set(connection.scalars(select(a.sha256).where(a.sha256.in_(mine), others)))
    done.shared |= shared
    gone = mine - shared
    for query in (
        select(v.pdf).where(v.id.in_(printed)),
        select(a.sha256).where(a.version_id.in_(printed)),
        select(g.scan).where(g.version_id.in_(printed)),
    ):
        gone |= set(connection.scalars(query))
    return gone


def _forget(connection: Connection, entry: str, seqs: Sequence[int]) -> None:
    """Delete what stands beside a row; its events keep kind and day, which are counted."""
    connection.execute(delete(original_table).where(original_table.c.entry_id == entry))
    connection.execute(delete(attachment_table).where(attachment_table.c.entry_id == entry))
    e = event_table.c
    told = update(event_table).where(e.entry_id == entry, e.seq.in_(seqs))
    connection.execute(told.values(facts={"reason": DESTROYED}))


def _updated(connection: Connection, done: Destroyed, run: Any) -> list[str]:
    """Rows that the import completed but did not bring: what it wrote into them is for a person to judge."""
    left = remains.of_stream(connection, done.line.stream)
    touched = {
        row["subject"]
        for row, body in played.told(connection, done.line.stream, left, run["last_seq"])
        if row["seq"] >= run["first_seq"] and body.get("facts", {}).get("import") == run["id"]
    }
    e = entry_table.c
    return list(connection.scalars(select(e.no).where(e.id.in_(touched - set(done.entries))).order_by(e.no)))


def _clean_stream(
    work: Write, ledger_id: str, stream: str, named: Traces, facts: Facts, gone: Sequence[str] = ()
) -> None:
    """Clean the lines about no row, and those about the rows that are `gone`: what was remarked upon them."""
    connection, t = work.connection, journal_table.c
    others = select(entry_table.c.id).where(entry_table.c.id.not_in(gone))
    lines = select(t.seq, t.subject, t.body).where(t.stream == stream, t.subject.not_in(others))
    subjects: dict[str, Bodies] = {}
    for row in list(named.rows(connection, lines.where(t.verb != PURGE), [t.body])):
        subjects.setdefault(row["subject"], {})[row["seq"]] = named.cleaned(msgspec.json.decode(row["body"]))
    for subject, told in purge_lines.naming(connection, lines.where(t.verb == PURGE), named):
        subjects.setdefault(subject, {}).update(told)
    for body in (body for subject in gone for body in subjects.get(subject, {}).values()):
        if "remark" in body:
            body["remark"]["text"] = DESTROYED
    if ledger_id:
        _with_reports(connection, ledger_id, stream, named, subjects)
    for subject, told in subjects.items():
        purge_lines.record(work, ledger_id, stream, subject, "record", told, facts)


def _with_reports(
    connection: Connection, ledger_id: str, stream: str, named: Traces, subjects: dict[str, Bodies]
) -> None:
    """The line of an import carries the digest of its report: where that is cleaned, the line is told anew."""
    for run in connection.execute(select(run_table).where(run_table.c.ledger_id == ledger_id)).mappings():
        report = named.cleaned(run["report"])
        if report == run["report"] and run["id"] not in subjects:
            continue
        for seq, body in purge_lines.kept(connection, stream, run["id"])[0].items():
            if "import" in body:
                told = named.cleaned(body)
                told["import"]["report"] = canon.fingerprint(report)
                subjects.setdefault(run["id"], {})[seq] = told


def _clean_rows(connection: Connection, table: Table, mine: ColumnElement[bool], named: Traces) -> None:
    """Names taken out of the rows beside those lines, in the same way."""
    keys = list(table.primary_key.columns)
    for row in connection.execute(select(table).where(mine)).mappings().all():
        before = {c.name: row[c.name] for c in table.columns if not c.primary_key and row[c.name] is not None}
        after = {name: named.cleaned(value) for name, value in before.items()}
        if changes := {name: value for name, value in after.items() if value != before[name]}:
            rule = [key == row[key.name] for key in keys]
            connection.execute(update(table).where(*rule).values(**changes))
