"""What a damaged office lacks of rows, matters, events and attachments, worked out again from its journal and last backup."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select

from app import canon
from app.engine import played, storing
from app.engine.rows import Held
from app.journals import journal
from app.keeping import snapshots
from app.keeping.torn_stream import Story, Tale
from app.ledger import ledgers, ruling
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
from models.schema import office as office_table
from models.schema import original as original_table

_UNTOLD = (ValueError, LookupError, TypeError, ArithmeticError, Problem)


@dataclass
class Filled:
    """What was put in: `rows` and `matters` that count, `of_backup` of the rows with a beginning from the file `backup`.

    `doubtful` are the names of those whose last changes may be lacking; `unsure` of others that lost lines of which nobody
    knows the row may concern; `whole` all rows whose story is whole, with the codes of their matters.
    `righted` are rows that were read, of which the lines prove that they were others; `untrue` lines that prove nothing,
    `false_originals` original cells that were others: these were taken out.
    """

    rows: int = 0
    matters: int = 0
    events: int = 0
    attachments: int = 0
    righted: int = 0
    untrue: int = 0
    false_originals: int = 0
    of_backup: int = 0
    backup: str = ""
    doubtful: list[str] = field(default_factory=list)
    unsure: list[str] = field(default_factory=list)
    whole: dict[str, frozenset[str]] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)


def fill(folder: Path, copy: Path, made: Path) -> Filled:
    """Put into the office `made` what of `folder` could not be read and its lines tell. What was read stays as it is.

    `copy` is the damaged database, whose index may still name the rows of lost lines.
    """
    filled, subjects, noted = Filled(), salvage.subjects_of(copy), _noted(folder)
    waiting: list[tuple[LedgerLine, list[dict[str, Any]]]] = []
    engine = database.engine_for(made)
    try:
        with engine.connect().execution_options(write=True) as connection, connection.begin():
            filled.untrue = _drop_untrue(connection)
            calendar = _calendar(connection)
            with _backup(folder) as (kept, name):
                for line in ledgers.lines_in(connection):
                    with connection.begin_nested() as step:
                        try:
                            tale = Tale(connection, line, subjects)
                            tale.tell(noted.get(line.stream, (0, "")))
                            waiting.append((line, _fill(connection, tale, calendar, kept, name, filled)))
                        except _UNTOLD:
                            step.rollback()
                            filled.failed.append(line.title)
            for line, rows in waiting:
                with contextlib.suppress(*_UNTOLD), connection.begin_nested():
                    ruling.settle(connection, line, rows)
    finally:
        engine.dispose()
    return filled


def _fill(
    connection: Connection, tale: Tale, calendar: Calendar, kept: Connection | None, name: str, filled: Filled
) -> list[dict[str, Any]]:
    """The rows whose links and limits are to be settled when all ledgers are whole."""
    e = entry_table.c
    ids = connection.scalars(select(e.id).where(e.ledger_id == tale.line.id)).all()
    if kept is not None:
        _from_backup(kept, tale, name)
    there, read = storing.stored_of(connection, ids), _matters_read(connection, tale.line.id)
    new, changed, more, lacking = storing.Batch(), storing.Batch(), list[dict[str, Any]](), dict[str, int]()
    linked: list[dict[str, Any]] = []
    for entry, story in tale.stories.items():
        here, matters = there.get(entry), read.get(entry, {})
        sure = tale.sure(entry, here.held if here else None)
        held = story.held if sure else _over(story.held, here.held if here else None, matters)
        seq = max(story.seq, here.row["seq"]) if here else story.seq
        row, told = storing.columns(tale.line.loaded, calendar, tale.line.id, held, seq)
        linked += [row] if ruling.named(tale.line.loaded, held.cells) else []
        if here and (_alike(here, held, row) if sure else matters.keys() >= held.items.keys()):
            continue
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
    _others(connection, tale, filled)
    filled.matters += sum(lacking.values())
    filled.righted += sum(1 for row in changed.entries if not lacking[row["id"]])
    _note(filled, tale, [row["id"] for row in new.entries], lacking, name)
    return linked


def _alike(here: storing.Stored, told: Held, row: dict[str, Any]) -> bool:
    """Whether a row stands as its lines make it, with all that follows from its cells but what another row may rule."""
    return here.held == told and {**row, "deadline": here.row["deadline"]} == here.row


def _note(filled: Filled, tale: Tale, missing: Sequence[str], touched: Iterable[str], name: str) -> None:
    counted = [entry for entry in missing if tale.stories[entry].held.standing != "deleted"]
    filled.rows += len(counted)
    filled.of_backup += sum(1 for entry in counted if tale.stories[entry].base)
    filled.backup = name if filled.of_backup else filled.backup
    for entry in sorted(touched, key=lambda each: tale.stories[each].held.number):
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


def _others(connection: Connection, tale: Tale, filled: Filled) -> None:
    """Events of rows that are there, and attachments; original cells go that the lines prove to have been others."""
    rows = set(connection.scalars(select(entry_table.c.id).where(entry_table.c.ledger_id == tale.line.id)))
    told = [each for each in tale.events.values() if each["entry_id"] in rows]
    filled.events += _put(connection, event_table, tale.line.id, told)
    filled.attachments += _put(connection, attachment_table, tale.line.id, list(tale.attachments.values()))
    t = original_table.c
    ours = select(original_table).where(t.entry_id.in_(select(entry_table.c.id).where(entry_table.c.ledger_id == tale.line.id)))
    for row in connection.execute(ours).mappings().all():
        told_of = tale.originals.get((row["entry_id"], row["import_id"]))
        if told_of is not None and told_of != canon.fingerprint(row["raw"]):
            connection.execute(delete(original_table).where(t.entry_id == row["entry_id"], t.import_id == row["import_id"]))
            filled.false_originals += 1


def _put(connection: Connection, table: Any, ledger: str, told: Sequence[dict[str, Any]]) -> int:
    there = set(connection.scalars(select(table.c.id).where(table.c.ledger_id == ledger)))
    new = [{**each, "ledger_id": ledger} for each in told if each["id"] not in there]
    if new:
        connection.execute(insert(table), new)
    return len(new)


def _from_backup(kept: Connection, tale: Tale, name: str) -> None:
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


def _noted(folder: Path) -> dict[str, tuple[int, str]]:
    """{stream: (number, hash) of its last line} as it is noted beside the database; {} where that is lost too."""
    try:
        told = json.loads((folder / "head").read_text("utf-8"))
        return {str(stream): (int(seq), str(hashed)) for stream, (seq, hashed) in told.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def _calendar(connection: Connection) -> Calendar:
    division = connection.scalar(select(office_table.c.division)) or ""
    try:
        return known_days.load(connection, division)
    except (Problem, ValueError):
        return Calendar(workdays.published().values())
