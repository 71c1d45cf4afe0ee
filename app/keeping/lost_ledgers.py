"""Ledgers whose own row is lost while their rows are not: put in again from a backup, the journal or the built-in template."""

from __future__ import annotations

import contextlib
import hashlib
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app.ids import new_id
from app.keeping import snapshots
from app.office import DATABASE
from app.problem import Problem
from app.storage import private_rooms
from app.templating import template_reading
from app.words.templates import Loaded
from models import lost_ledgers as stored


def mend(folder: Path, copy: Path, made: Path) -> list[str]:
    """Put in the ledgers that rows of `made` belong to; a sentence for each that was, or could not be."""
    for each, source, digest in stored.sources(made):
        if hashlib.sha256(source.encode()).hexdigest() != digest:
            stored.take_out(made, each)
    stored.give_counts(made)
    wanted = stored.orphans(made)
    if not wanted:
        return []
    rows = _of_backups(folder, wanted)
    rows |= {each: row for each, row in _of_journal(made, [w for w in wanted if w not in rows]).items()}
    starts = stored.starts_of_ledgers(copy)
    for each in (w for w in wanted if w not in rows and w in starts):
        with contextlib.suppress(Problem):
            rows[each] = _row(each, template_reading.found(starts[each][0]))
    for each in (w for w in wanted if w not in rows):
        letters = stored.number_of(made, each).split("-")[1:2]
        if len(fitting := [t for t in template_reading.builtins() if [t.t.kind_code] == letters]) == 1:
            rows[each] = _row(each, fitting[0])
    stored.put_ledgers(made, list(rows.values()))
    lost = len(wanted) - len(rows)
    said = [f"台账《{row['title']}》本身的说明读不出来，已从{row['from']}补上" for row in rows.values()]
    return [*said, *([f"有 {lost:,} 本台账的说明读不出来，它的行没有导出"] if lost else [])]


def _of_backups(folder: Path, wanted: Sequence[str]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for one in snapshots.made(snapshots.folder_of(folder)):
        left = [each for each in wanted if each not in found]
        if not left or one.file.suffix != ".zip" or one.wrong:
            continue
        with private_rooms.room(private_rooms.LOOK) as nest, contextlib.suppress(OSError, KeyError, zipfile.BadZipFile):
            with zipfile.ZipFile(one.file) as archive:
                rows = stored.ledger_rows(Path(archive.extract(DATABASE, nest)), left)
            found |= {str(row["id"]): {**row, "from": f"备份 {one.file.name}"} for row in rows}
    return found


def _of_journal(made: Path, wanted: Sequence[str]) -> dict[str, dict[str, Any]]:
    found = {}
    for each, source, stream in stored.openings(made, wanted):
        with contextlib.suppress(Problem):
            row = _row(each, template_reading.read(source))
            found[each] = {**row, "stream": stream, "from": "操作记录"}
    return found


def _row(ledger: str, loaded: Loaded) -> dict[str, Any]:
    """A ledger as it is opened, with nothing of what came later."""
    return {
        "id": ledger, "template_id": loaded.t.id, "template_version": loaded.t.version, "template_digest": loaded.digest,
        "template_source": loaded.source, "title": loaded.t.title, "unit": "", "owner_office": "", "owner_name": "",
        "own": 1, "opened_on": "", "state": "draft", "stream": new_id(), "head_seq": 0, "head_hash": bytes(32),
        "next_no": 1, "next_print": 1, "purpose": "main", "from": "程序自带的模板",
    }  # fmt: skip
