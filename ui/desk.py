"""The desk: the one way from a screen to a command and back."""

from __future__ import annotations

import datetime as dt
import inspect
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QSettings, Qt, Signal

from app.change import Change
from app.journals import heard
from app.journals.heard import Heard
from app.keeping import before_deeds
from app.office import Office, told
from app.problem import Problem
from app.removal.undone import Undone
from app.storage import files
from sync.bundles import progress
from ui.lookups import Lookups
from ui.undoing import Steps

if TYPE_CHECKING:
    from app.today.statistics import Today

NEEDED = "E_PASSPHRASE_NEEDED"
NOT_UNLOCKED = "没有输入密钥口令，这一步没有做，什么都没有改动；想起来后再点一次"
WRITES = ("写", "备份", "导出")  # in the titles of jobs that make files for others
OLD_DAYS = 7
SPENT = 2  # the worker drops a job when it takes up the next one, and may not be the last to drop it
Done = Callable[[Any], object]
Refused = Callable[[Problem], object]


class Cancelled(progress.Cancelled):
    """The clerk pressed 取消; raised by `tell` inside the running command."""


class Job(QObject):
    """One command under way off the screen thread."""

    told = Signal(int, int)
    staged = Signal(str, int, int)  # the phase it is in, and the bytes of it that are done
    over = Signal(object, object, object)  # the job itself, result, error

    def __init__(
        self,
        title: str,
        done: Done | None,
        refused: Refused | None,
        gave_up: Callable[[], object] | None = None,
    ) -> None:
        super().__init__()
        self.title = title
        self.done = done
        self.refused = refused
        self.gave_up = gave_up
        self.cancelling = False
        self.phase = ""
        self.heard = Heard()
        self.on_page = False  # whether a page shows how far it is, so that no dialog need
        self.start: Callable[[], object] = lambda: None

    def cancel(self) -> None:
        self.cancelling = True

    def tell(self, done: int, total: int, phase: str = "") -> None:
        """Handed to the command; called on the worker's thread. With a phase it is bytes that are counted."""
        if self.cancelling:
            raise Cancelled
        self.phase = phase
        self.told.emit(done, total)
        if phase:
            self.staged.emit(phase, done, total)


class Desk(QObject):
    """Runs commands for the screens and tells everyone once what changed."""

    changed = Signal(object)
    refused = Signal(object)
    said = Signal(str)  # a sentence for the foot of the window
    offered = Signal(str, str, object)  # a sentence, the words of a deed beside it, what it does
    started = Signal(object)
    finished = Signal(object)

    def __init__(self, office: Office, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.office = office
        self.steps = Steps(self)
        self._pool = ThreadPoolExecutor(1, "desk")
        self._jobs: list[Job] = []
        self._spent: deque[Job] = deque(maxlen=SPENT)
        self._today: Today | None = None
        self._deeds = 0
        self._closed = False
        self.lookups = Lookups(self)
        self.pages: frozenset[str] = frozenset()
        self.put_back: Path | None = None  # the backup to put in the office's place once the window is closed
        self.unlock: Callable[[], bool] = lambda: (
            False
        )  # asks for the passphrase of the keys; the window knows how
        self.unsaved: Callable[[], list[str]] = list  # what was typed and is not stored; the window knows its pages
        self.state = QSettings(str(Path(office.folder) / "window.ini"), QSettings.Format.IniFormat)

    @property
    def busy(self) -> bool:
        return bool(self._jobs)

    def writing(self) -> str:
        """What is being written now, '' for nothing: 正在写上报包."""
        return next((job.title for job in self._jobs if any(word in job.title for word in WRITES)), "")

    def do(self, command: Callable[..., Any], *args: Any, refused: Refused | None = None, **kw: Any) -> Any:
        """Run `command(office, *args, **kw)` now. Returns what it returned, None when it was refused.

        A Problem goes to `refused`, or to the message strip of the window.
        """
        try:
            with heard.listening() as written:
                result = self._unlocked(command, *args, **kw)
        except Problem as problem:
            (refused or self.refused.emit)(problem)
            return None
        except OSError as error:
            (refused or self.refused.emit)(files.unforeseen(error))
            return None
        self._announce(result, written)
        return result

    def run(
        self,
        command: Callable[..., Any],
        *args: Any,
        title: str = "正在处理",
        done: Done | None = None,
        refused: Refused | None = None,
        gave_up: Callable[[], object] | None = None,
        on_page: bool = False,
        **kw: Any,
    ) -> Job:
        """Run `command(office, *args, **kw)` off the screen thread, one at a time.

        A command with a parameter `tell` is handed one: `tell(done, total)` shows the count and raises
        when the clerk cancels. `done(result)`, `refused(problem)` and, when it was cancelled, `gave_up()` are called
        on the screen thread. `on_page`: the page shows how far it is, and its 取消.
        """
        job = Job(title, done, refused, gave_up)
        job.on_page = on_page
        if "tell" in inspect.signature(command).parameters:
            kw["tell"] = job.tell
        job.over.connect(self._settle, Qt.ConnectionType.QueuedConnection)
        job.start = lambda: self._pool.submit(_work, job, command, (self.office, *args), kw)
        self._begin(job)
        return job

    def _begin(self, job: Job) -> None:
        self._jobs.append(job)
        self.started.emit(job)
        job.start()

    def _unlocked(self, command: Callable[..., Any], *args: Any, **kw: Any) -> Any:
        """What the command returns; where it wants the passphrase of the keys, that is asked for and it is run again."""
        try:
            return command(self.office, *args, **kw)
        except Problem as problem:
            if problem.code != NEEDED:
                raise
        if not self.unlock():
            raise Problem(NEEDED, NOT_UNLOCKED, field="passphrase")
        return command(self.office, *args, **kw)

    def give_up(self) -> None:
        """Cancel what can be cancelled."""
        for job in self._jobs:
            job.cancel()

    def close(self) -> None:
        """Cancel what can be cancelled and wait for the rest."""
        self._closed = True  # what ends now is told nobody: the office is closed when it would be heard
        self.give_up()
        self.lookups.close()
        self._pool.shutdown(wait=True)
        self.state.sync()

    def today(self, fresh: bool = False) -> Today:
        """What is to be done today, as last read. Any deed has its numbers read again, `fresh` all of it."""
        from app.today import statistics  # noqa: PLC0415 - its parts are slow to load, and wanted when the window stands

        if fresh:
            self._today = statistics.today_list(self.office)
        elif self._today is None:
            self._today = statistics.counted(self.office)
        return self._today

    def today_later(self, done: Callable[[Today], object]) -> None:
        """Call `done` with the numbers of today: now where they are known, else when they were read off the screen thread."""
        if self._today is not None:
            done(self._today)
            return

        from app.today import statistics  # noqa: PLC0415

        asked = self._deeds

        def read(found: Today) -> None:
            if asked == self._deeds:  # nothing was done meanwhile that it does not know of
                self._today = self._today or found
            done(found)

        self.lookups.ask("today", read, statistics.counted, self.office)

    def has_page(self, key: str) -> bool:
        """Whether the window has this page, so that no button leads nowhere."""
        return key in self.pages

    def backup_old(self) -> bool:
        """Whether the last backup is older than a week."""
        at = self._backed_up()
        return at is not None and (dt.date.today() - at.date()).days > OLD_DAYS

    def _backed_up(self) -> dt.datetime | None:
        made = max((f.stat().st_mtime for f in self.office.folder.glob("backups/[!.]*.zip")), default=None)
        return None if made is None else dt.datetime.fromtimestamp(made)

    def backup_words(self) -> str:
        """“上次备份：昨天 17:30”, or that there is none yet."""
        at = self._backed_up()
        if at is None:
            return "还没备份过"
        days = (dt.date.today() - at.date()).days
        named = {0: "今天", 1: "昨天"}.get(days, f"{at:%Y-%m-%d}")
        return f"上次备份：{named} {at:%H:%M}"

    def _settle(self, job: Job, result: Any, error: BaseException | None) -> None:
        if self._closed:
            return
        self._jobs.remove(job)
        self.finished.emit(job)
        if isinstance(error, Problem) and error.code == NEEDED:
            if self.unlock():
                self._begin(job)
                return
            error = Problem(NEEDED, NOT_UNLOCKED, field="passphrase")
        job.start = _over  # it knows the job, which would lie in a circle
        self._spent.append(job)
        if isinstance(error, Cancelled):
            self.said.emit(f"已取消：{job.title}，什么都没有改动")
            if job.gave_up is not None:
                job.gave_up()
        elif isinstance(error, Problem):
            (job.refused or self.refused.emit)(error)
        elif isinstance(error, OSError):
            (job.refused or self.refused.emit)(files.unforeseen(error))
        elif error is not None:
            raise error
        else:
            self._announce(result, job.heard)
            if job.done is not None:
                job.done(result)

    def _announce(self, result: Any, written: Heard) -> None:
        self.steps.heed(written, result)
        if isinstance(result, Change):
            self._today = None
            self._deeds += 1
            self.changed.emit(told(self.office, result))
        if isinstance(result, Undone):
            self.steps.came_back.emit(result)


def _over() -> None:
    """What a job that is done begins."""


def _work(job: Job, command: Callable[..., Any], args: tuple[Any, ...], kw: dict[str, Any]) -> None:
    try:
        with heard.listening() as job.heard, before_deeds.telling(job.tell):
            result = command(*args, **kw)
    except BaseException as error:  # brought back whole: the screen thread shows or raises it
        job.over.emit(job, None, error)
    else:
        job.over.emit(job, result, None)
