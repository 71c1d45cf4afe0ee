"""Rows of an import that had faults and did not come in: the list is kept in the inbox until they are mended or given up.

Nothing of them is in the ledgers yet, so the journal does not tell of them. The copy lies among what is put aside, where
误入处置 looks for it.
"""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from app.change import Change
from app.keeping import put_aside
from app.office import Office
from app.storage import files

PREFIX, TOLD = f"{put_aside.PREFIX}rest-", "rest.json"


@dataclass(frozen=True)
class Rest:
    """What of one import waits: `rows` of the sheet by their own numbers, `choices` as the wizard left them.

    `run` is the id of the import, `on` an ISO day, `file` the copy of the list.
    """

    run: str
    ledger: str
    on: str
    rows: tuple[int, ...]
    file: Path
    choices: Mapping[str, Any] = field(default_factory=dict)


def keep(office: Office, rest: Rest) -> Rest:
    """Copy the list into the inbox with what waits of it, in place of what waited of the same import before.

    Raises Problem E_CANNOT_WRITE, E_DISK_FULL.
    """
    room = _room(office.folder, rest.run)
    kept = replace(rest, file=room / rest.file.name)
    told = {**asdict(kept), "file": kept.file.name, "rows": list(kept.rows)}
    try:
        room.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not kept.file.is_file():
            files.write_whole(kept.file, lambda part: shutil.copyfile(rest.file, part))
        (room / put_aside.GONE).unlink(missing_ok=True)
        files.write_whole(room / TOLD, json.dumps(told, ensure_ascii=False).encode())
    except OSError as error:
        raise files.refusal(room, error) from error
    return kept


def every(folder: Path) -> list[Rest]:
    """What waits in an office folder, the oldest first; what cannot be read any more is left out."""
    found = []
    for told in (folder / "inbox").glob(f"{PREFIX}*/{TOLD}"):
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            said = json.loads(told.read_text("utf-8"))
            file = told.parent / Path(str(said.pop("file"))).name
            if file.is_file():
                found.append(Rest(**{**said, "rows": tuple(said["rows"]), "file": file}))
    return sorted(found, key=lambda rest: (rest.on, rest.run))


def of(folder: Path, run: str) -> Rest | None:
    """What waits of this import."""
    return next((rest for rest in every(folder) if rest.run == run), None)


def drop(office: Office, run: str) -> Change:
    """These rows are not waited for any more: they came in, or nobody wants them. For a day the copy stays for `again`.

    Raises Problem E_CANNOT_WRITE.
    """
    rest = of(office.folder, run)
    if rest is None:
        return Change("")
    gone = rest.file.parent / put_aside.GONE
    try:
        (rest.file.parent / TOLD).replace(gone)
        gone.touch()  # its day begins now
    except OSError as error:
        raise files.refusal(rest.file, error) from error
    return Change(f"“{rest.file.name}”里没有入账的 {len(rest.rows):,} 行不再留着", frozenset({rest.ledger}))


def again(office: Office, run: str) -> Change:
    """撤销 of `drop`. Raises Problem E_CANNOT_WRITE."""
    room = _room(office.folder, run)
    try:
        (room / put_aside.GONE).replace(room / TOLD)
    except OSError as error:
        raise files.refusal(room, error) from error
    rest = of(office.folder, run)
    return Change("没有入账的行又留着了", frozenset({rest.ledger} if rest else ()))


def _room(folder: Path, run: str) -> Path:
    return folder / "inbox" / f"{PREFIX}{run}"
