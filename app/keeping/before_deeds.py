"""A backup ahead of each deed that changes much at once, made by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path

from app.office import DATABASE, Office
from app.problem import Problem
from app.storage import files, volumes

RISKY = {
    "导入清单": "导入前",
    "撤回导入": "撤回导入前",
    "合并回传": "合并前",
    "撤回合并": "撤回合并前",
    "汇总台账": "汇总前",
    "收件": "收件前",
    "确定台账": "确定台账前",
    "换模板版本": "换模板版本前",
    "撤回换模板版本": "撤回换模板版本前",
    "导入放假通知": "重算期限前",
    "本地休息日": "重算期限前",
    "另起记录": "另起记录前",
}
"""{the deed as `office.write` is told it: why the backup was made}.

误入处置 has none: a copy made just before would be one more place with what must not be kept (decision 11); a clean one
is made after it. Before a new schema the database is copied by `app.office` itself.
"""


Tell = Callable[[int, int], object]
_TELL: ContextVar[Tell | None] = ContextVar("before_deeds_tell", default=None)
_BATCH: ContextVar[list[str] | None] = ContextVar("before_deeds_batch", default=None)


@contextmanager
def telling(tell: Tell) -> Iterator[None]:
    """Backups ahead of what is done in this thread meanwhile count to `tell(done, total)`, which may raise to stop them, and
    the deed with them; afterwards it is told that the count is unknown: `tell(0, 0)`.
    """
    token = _TELL.set(tell)
    try:
        yield
    finally:
        _TELL.reset(token)


@contextmanager
def once() -> Iterator[None]:
    """Of the deeds done in this thread meanwhile only the first is backed up: a batch is one step, and a hundred backups in a
    row would push out the one of before.
    """
    token = _BATCH.set([])
    try:
        yield
    finally:
        _BATCH.reset(token)


def make(office: Office, why: str) -> None:
    """A backup ahead of a deed that asks for one whoever watches; counted as `telling` says. Raises those of `snapshots.make`."""
    from app.keeping import snapshots  # noqa: PLC0415 - as below

    batch = _BATCH.get()
    if not batch:
        tell = _TELL.get()
        snapshots.make(office, why, tell)
        _note(batch, why)
        if tell is not None:
            tell(0, 0)


def _note(batch: list[str] | None, why: str) -> None:
    if batch is not None:
        batch.append(why)


def watch(office: Office) -> None:
    """From now on back up before each risky deed of this office. A backup that fails never stops the deed: it is said."""
    office.watched(lambda deed: _ahead(office, deed))


@contextmanager
def _ahead(office: Office, deed: str) -> Iterator[str]:
    """The backup goes again when the deed was refused: that one has left nothing."""
    batch, why = _BATCH.get(), RISKY.get(deed, "")
    if not why or batch:
        yield ""
        return
    from app.keeping import snapshots  # noqa: PLC0415 - at the first risky deed, not at every start

    made, said = None, ""
    if snapshots.filled(office) and snapshots.due(office):
        made, said = _made(office, why)
    try:
        if made is not None and (tell := _TELL.get()) is not None:
            tell(0, 0)
        yield said
    except Exception:
        if made is not None and batch is not None:  # it stands for the rest of the batch
            with suppress(Problem, OSError):
                snapshots.settle(office)
            _note(batch, why)
        elif made is not None:
            with suppress(Problem, OSError):
                snapshots.take_away(made)
        raise
    if made is not None:
        with suppress(Problem, OSError):
            snapshots.settle(office)
    _note(batch, why)


def _made(office: Office, why: str) -> tuple[Path | None, str]:
    from app.keeping import backup_notes, snapshots, spoilt  # noqa: PLC0415

    tell, known = _TELL.get(), spoilt.named(office, backup_notes.of(office.folder).spoilt)
    try:
        volumes.refuse_no_room(office.folder, (office.folder / DATABASE).stat().st_size)
        facts = snapshots.make(office, why, tell, stays=False).facts
    except (Problem, OSError) as error:
        problem = error if isinstance(error, Problem) else files.unforeseen(error)
        return None, f"这一步以前没有备份成：{problem.text}"
    fresh = [name for name in facts["spoilt"] if name not in known]  # what is known stands on the page 备份恢复
    return Path(str(facts["file"])), f"这一步以前备份时发现{spoilt.brief(fresh)}" if fresh else ""
