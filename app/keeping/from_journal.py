"""What a damaged office lacks of rows, matters, events and attachments, worked out again from its journal and last backup."""

from __future__ import annotations

import contextlib
import sqlite3
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, delete, insert, select

from app.engine import played, remains, storing
from app.engine.rows import Held
from app.journals import journal
from app.keeping import snapshots
from app.ledger import ledgers, ruling, template_history
from app.ledger.ledgers import LedgerLine
from app.office import DATABASE
from app.problem import Problem
from app.storage import private_rooms
from app.values import known_days, workdays
from app.values.workdays import Calendar
from models import database, salvage
from models.schema import attachment as attachment_table
from models.schema import entry as entry_table
from models.schema import event as event_table
from models.schema import item as item_table
from models.schema import journal as journal_table
from models.schema import ledger as ledger_table
from models.schema import office as office_table

_OTHERS = frozenset("attach detach sign step seal source upgrade import withdraw version parent".split())
"""The keys of bodies that do not say how a row stands."""
_UNTOLD = (ValueError, LookupError, TypeError, ArithmeticError, Problem)


class Story(msgspec.Struct):
    """A row as its lines make it: `seq` the line its columns name, `last` its last line; `whole`: none is lacking.

    `base` is the backup from which the first of it was taken, '' where the journal alone tells it.
    """

    held: Held
    seq: int
    last: int
    whole: bool = True
    base: str = ""


@dataclass
class Filled:
    """What was put in: `rows` and `matters` that count, `of_backup` of the rows with a beginning from the file `backup`.

    `doubtful` are the names of those whose last changes may be lacking; `unsure` of others that lost lines of which nobody
    knows the row may concern; `whole` all rows whose story is whole, with the codes of their matters.
    `righted` are rows that were read, of which the lines prove that they were others; `untrue` lines that prove nothing.
    """

    rows: int = 0
    matters: int = 0
    events: int = 0
    attachments: int = 0
    righted: int = 0
    untrue: int = 0
    of_backup: int = 0
    backup: str = ""
    doubtful: list[str] = field(default_factory=list)
    unsure: list[str] = field(default_factory=list)
    whole: dict[str, frozenset[str]] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)


class _Lost(msgspec.Struct):
    """Lines of one stream that are not there: the last one `of` each row that an index still names, and the last `other`."""

    of: dict[str, int] = msgspec.field(default_factory=dict)
    other: int = 0

    def take(self, seq: int, subject: str | None) -> None:
        if subject is None:
            self.other = max(self.other, seq)
        else:
            self.of[subject] = max(self.of.get(subject, 0), seq)


class _Tale:
    """One ledger's lines played again."""

    def __init__(self, connection: Connection, line: LedgerLine, subjects: Mapping[salvage.Row, str]) -> None:
        self._connection, self.line, self._loaded = connection, line, line.loaded
        self.stories: dict[str, Story] = {}
        self.events: dict[str, dict[str, Any]] = {}
        self.attachments: dict[str, dict[str, Any]] = {}
        self.lost = _Lost()
        self._subjects = subjects
        self._left = remains.of_stream(connection, line.stream)

    def tell(self) -> None:
        """Play the stream from its first line that is left to its last."""
        due = 1
        for row, body in self._lines():
            for gone in range(due, row["seq"]):
                self._gone(gone)
            due = row["seq"] + 1
            if body is None:
                self.lost.take(row["seq"], row["subject"])
            else:
                self._take(row, body)
        t = ledger_table.c
        head = self._connection.scalar(select(t.head_seq).where(t.id == self.line.id)) or 0
        for gone in range(due, head + 1):
            self._gone(gone)

    def again(self, stories: Mapping[str, Story]) -> None:
        """Play the lines of these rows once more, upon what a backup has of each."""
        self.stories |= stories
        for row, body in self._lines():
            story = stories.get(row["subject"])
            if story is not None and body is not None and row["rev"] > story.held.rev:
                self._entry(row, body)

    def whole(self, entry: str) -> bool:
        """Whether nothing that is known to be lost may change this row."""
        story = self.stories[entry]
        return story.whole and self.lost.of.get(entry, 0) <= story.last

    def sure(self, entry: str, read: Held | None) -> bool:
        """Whether the lines are above what was `read` of this row: they tell it to the end, or as far as that came."""
        story = self.stories[entry]
        upto = story.last >= self.lost.other if read is None else story.held.rev >= read.rev
        return self.whole(entry) and upto

    def _gone(self, seq: int) -> None:
        self.lost.take(seq, self._subjects.get((self.line.stream, seq)))

    def _lines(self) -> Iterator[tuple[Any, dict[str, Any] | None]]:
        self._loaded = self.line.loaded
        for row in played.lines(self._connection, self.line.stream):
            body = self._left.body(row)
            template = template_history.told(body) if body else None
            self._loaded = template or self._loaded
            yield row, body

    def _take(self, row: Any, body: dict[str, Any]) -> None:
        for event in body.get("events", ()):
            self.events[event["id"]] = {"item": None, **event, "entry_id": row["subject"], "seq": row["seq"]}
        if "attach" in body:
            told = {"entry_id": None, "version_id": None, **body["attach"], "deleted_seq": None}
            self.attachments[told["id"]] = {**told, "seq": row["seq"]}
        elif "detach" in body and body["detach"]["id"] in self.attachments:
            self.attachments[body["detach"]["id"]]["deleted_seq"] = row["seq"]
        elif _OTHERS.isdisjoint(body):
            self._entry(row, body)

    def _entry(self, row: Any, body: dict[str, Any]) -> None:
        subject = row["subject"]
        story = self.stories.get(subject)
        if story is None and "new" not in body:
            return
        follows = story is None or row["rev"] in (story.held.rev, story.held.rev + 1)
        held = played.apply(self._loaded, story.held if story else None, subject, row["rev"], body)
        assert held is not None
        held.buried(row["seq"], destroyed="purge" in body)
        if story is None:
            self.stories[subject] = Story(held, row["seq"], row["seq"])
            return
        story.held, story.last, story.whole = held, row["seq"], story.whole and follows
        if body.keys() - {"facts"} or not self.line.own:
            story.seq = row["seq"]


def fill(folder: Path, copy: Path, made: Path) -> Filled:
    """Put into the office `made` what of `folder` could not be read and its lines tell. What was read stays as it is.

    `copy` is the damaged database, whose index may still name the rows of lost lines.
    """
    filled, subjects = Filled(), salvage.subjects_of(copy)
    engine = database.engine_for(made)
    try:
        with engine.connect().execution_options(write=True) as connection, connection.begin():
            filled.untrue = _drop_untrue(connection)
            calendar = _calendar(connection)
            with _backup(folder) as (kept, name):
                for line in ledgers.lines_in(connection):
                    with connection.begin_nested() as step:
                        try:
                            _fill(connection, _Tale(connection, line, subjects), calendar, kept, name, filled)
                        except _UNTOLD:
                            step.rollback()
                            filled.failed.append(line.title)
    finally:
        engine.dispose()
    return filled


def _fill(
    connection: Connection, tale: _Tale, calendar: Calendar, kept: Connection | None, name: str, filled: Filled
) -> None:
    tale.tell()
    e = entry_table.c
    ids = connection.scalars(select(e.id).where(e.ledger_id == tale.line.id)).all()
    if kept is not None:
        _from_backup(kept, tale, name)
    there, read = storing.stored_of(connection, ids), _matters_read(connection, tale.line.id)
    new, changed, more, lacking = storing.Batch(), storing.Batch(), list[dict[str, Any]](), dict[str, int]()
    for entry, story in tale.stories.items():
        here, matters = there.get(entry), read.get(entry, {})
        sure = tale.sure(entry, here.held if here else None)
        if here and (here.held == story.held or (not sure and matters.keys() >= story.held.items.keys())):
            continue
        held = story.held if sure else _over(story.held, here.held if here else None, matters)
        seq = max(story.seq, here.row["seq"]) if here else story.seq
        row, told = storing.columns(tale.line.loaded, calendar, tale.line.id, held, seq)
        if here and not sure:
            more += [each for each in told if each["code"] not in matters]
        else:
            batch = changed if here else new
            batch.entries.append(row)
            batch.items += told
        lacking[entry] = sum(1 for each in told if each["code"] not in matters and each["standing"] != "deleted")
    if fresh := [{"v_id": row["id"]} for row in new.entries]:  # the matters of theirs that were read come with them
        connection.execute(delete(item_table).where(item_table.c.entry_id == bindparam("v_id")), fresh)
    storing.put_new(connection, new)
    storing.put_changed(connection, changed.entries, changed.items)
    database.insert_many(connection, item_table, more)
    ruling.settle(connection, tale.line, [*new.entries, *changed.entries])
    _others(connection, tale, filled)
    filled.matters += sum(lacking.values())
    filled.righted += sum(1 for row in changed.entries if not lacking[row["id"]])
    _note(filled, tale, [row["id"] for row in new.entries], lacking, name)


def _note(filled: Filled, tale: _Tale, missing: Sequence[str], touched: Iterable[str], name: str) -> None:
    counted = [entry for entry in missing if tale.stories[entry].held.standing != "deleted"]
    filled.rows += len(counted)
    filled.of_backup += sum(1 for entry in counted if tale.stories[entry].base)
    filled.backup = name if filled.of_backup else filled.backup
    for entry in touched:
        story = tale.stories[entry]
        if not tale.whole(entry) or story.last < tale.lost.other:
            named = filled.unsure if tale.whole(entry) else filled.doubtful
            named.append(f"第 {story.held.number:,} 号 {story.held.name}")
    filled.whole |= {entry: frozenset(s.held.items) for entry, s in tale.stories.items() if tale.whole(entry)}


def _over(told: Held, here: Held | None, read: Mapping[str, tuple[Any, ...]]) -> Held:
    """A row of which lines may lack: what could be read of it and of its matters stands above them."""
    held = told.copy()
    if here is not None:
        held = here.copy()
        held.items = {code: dict(cells) for code, cells in told.items.items()}
        held.standings, held.added_items = dict(told.standings), set(told.added_items)
    for code, (standing, added, cells) in read.items():
        held.items[code], held.standings[code] = cells, standing
        (held.added_items.add if added else held.added_items.discard)(code)
    return held


def _matters_read(connection: Connection, ledger: str) -> dict[str, dict[str, tuple[Any, ...]]]:
    t, found = item_table.c, dict[str, dict[str, tuple[Any, ...]]]()
    query = select(t.entry_id, t.code, t.standing, t.added, t.cells).where(t.ledger_id == ledger)
    for entry, code, *rest in connection.execute(query):
        found.setdefault(entry, {})[code] = tuple(rest)
    return found


def _others(connection: Connection, tale: _Tale, filled: Filled) -> None:
    """Events of rows that are there, and attachments."""
    rows = set(connection.scalars(select(entry_table.c.id).where(entry_table.c.ledger_id == tale.line.id)))
    told = [each for each in tale.events.values() if each["entry_id"] in rows]
    filled.events += _put(connection, event_table, tale.line.id, told)
    filled.attachments += _put(connection, attachment_table, tale.line.id, list(tale.attachments.values()))


def _put(connection: Connection, table: Any, ledger: str, told: Sequence[dict[str, Any]]) -> int:
    there = set(connection.scalars(select(table.c.id).where(table.c.ledger_id == ledger)))
    new = [{**each, "ledger_id": ledger} for each in told if each["id"] not in there]
    if new:
        connection.execute(insert(table), new)
    return len(new)


def _from_backup(kept: Connection, tale: _Tale, name: str) -> None:
    """Give rows that the journal does not tell wholly the beginning that the backup has."""
    e = entry_table.c
    every = kept.scalars(select(e.id).where(e.ledger_id == tale.line.id).order_by(e.number))
    wanted = [entry for entry in every if entry not in tale.stories or not tale.whole(entry)]
    found = storing.stored_of(kept, wanted)
    tale.again(
        {entry: Story(one.held, one.row["seq"], one.row["seq"], base=name) for entry, one in found.items()}
    )


@contextlib.contextmanager
def _backup(folder: Path) -> Iterator[tuple[Connection | None, str]]:
    """The data of the newest backup that can be read, and its name; None where there is none."""
    with contextlib.ExitStack() as way:
        for one in snapshots.made(snapshots.folder_of(folder)):
            if one.wrong or one.file.suffix != ".zip":
                continue
            nest = way.enter_context(private_rooms.room(private_rooms.LOOK))
            with contextlib.suppress(OSError, KeyError, zipfile.BadZipFile, sqlite3.Error):
                with zipfile.ZipFile(one.file) as archive:
                    file = Path(archive.extract(DATABASE, nest))
                if database.sound(file) == "ok" and (engine := _brought_up(file)) is not None:
                    way.callback(engine.dispose)
                    yield way.enter_context(engine.connect()), one.file.name
                    return
        yield None, ""


def _brought_up(file: Path) -> Any:
    """An engine on a database of a version this program knows, brought up to its own; None for a newer one."""
    engine, known = database.engine_for(file), database.known_versions()
    version = database.version_of(engine)
    if version not in known:
        engine.dispose()
        return None
    if version != known[-1]:
        database.migrate(engine)
    return engine


def _drop_untrue(connection: Connection) -> int:
    """Take out lines whose own hash says that they were others; how many there were."""
    t = journal_table.c
    false = [
        (row["stream"], row["seq"])
        for stream in connection.scalars(select(t.stream).distinct()).all()
        for row in played.lines(connection, stream)
        if journal.fault(bytes(row["prev"]), row["seq"], dict(row))
    ]
    if false:
        connection.exec_driver_sql("DROP TRIGGER IF EXISTS journal_no_delete")
        for stream, seq in false:
            connection.execute(delete(journal_table).where(t.stream == stream, t.seq == seq))
        database.guard(connection)
    return len(false)


def _calendar(connection: Connection) -> Calendar:
    division = connection.scalar(select(office_table.c.division)) or ""
    try:
        return known_days.load(connection, division)
    except (Problem, ValueError):
        return Calendar(workdays.published().values())
