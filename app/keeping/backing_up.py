"""A backup here and in the second place as one step: by hand, and when the window is closed, within a time."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Collection

from app.change import Change
from app.keeping import backup_notes, second_place, snapshots
from app.keeping.backup_notes import Failed
from app.keeping.snapshots import BY_HAND, ON_CLOSE
from app.keeping.store import Tell
from app.office import Office
from app.problem import Problem

SECONDS = 60.0
"""How long closing waits at most; what is in by then need not be written again the next time."""


def now(
    office: Office, why: str = BY_HAND, tell: Tell | None = None, *, spare: Collection[str] = ()
) -> Change:
    """A backup here, and in the second place what it has not yet; a second place that is away is said, not refused.

    Raises the Problems of `snapshots.make`.
    """
    room = second_place.find(office.folder)
    change = snapshots.make(office, why, tell, spare=spare, elsewhere=[room] if room else [])
    left = second_place.catch_up(office, tell, spare=spare)
    there = second_place.find(office.folder) if not left else None
    said = f"；也放到了 {there}" if there else f"；{left}" if left else ""
    return Change(change.said + said, facts={**change.facts, "second": str(there or ""), "left": left})


def due(office: Office) -> bool:
    """Whether closing has something to back up, here or in a second place that is there."""
    if office.readonly:
        return False
    return (snapshots.due(office) and snapshots.filled(office)) or second_place.behind(office.folder)


def on_close(
    office: Office,
    tell: Tell | None = None,
    *,
    why: str = ON_CLOSE,
    spare: Collection[str] = (),
    seconds: float = SECONDS,
    clock: Callable[[], float] = time.monotonic,
) -> Change:
    """What is due, made for `why`, within `seconds`; the backups of the names in `spare` are not let go.

    Raises Problem E_BACKUP_LATE and those of `now`, noted for the next start; what was written stays good.
    """
    end = clock() + seconds

    def bounded(done: int, total: int) -> None:
        if tell is not None:
            tell(done, total)
        if clock() > end:
            raise Problem(snapshots.LATE, f"备份 {seconds:.0f} 秒还没写完，先关了；下次关闭时接着写")

    try:
        if snapshots.due(office):
            change = now(office, why, bounded, spare=spare)
            left = str(change.facts["left"])
        else:
            left = second_place.catch_up(office, bounded, spare=spare)
            change = Change(left or "备份已放到第二个地方")
        if left and not second_place.absent(office.folder):  # nobody reads the sentence of a closing window
            raise Problem("E_BACKUP", left)
    except Problem as problem:
        failed = Failed(dt.datetime.now().replace(microsecond=0), why, problem.text)
        backup_notes.change(office.folder, failed=failed)
        raise
    return change
