"""Reading off the screen thread what a page only shows: counts, sums. Nothing waits for it and nothing is held up by it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

Done = Callable[[Any], object]


class Lookups(QObject):
    """One after the other; of questions of one name only the newest is answered."""

    _over = Signal(str, int, object, object)  # name, number of the question, result, error

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(1, "lookup")
        self._asked: dict[str, int] = {}
        self._done: dict[str, Done] = {}
        self._over.connect(self._answer, Qt.ConnectionType.QueuedConnection)

    def ask(self, name: str, done: Done, read: Callable[..., Any], *args: Any) -> None:
        """Have `read(*args)` worked out; `done(result)` is called on the screen thread unless `name` is asked anew before."""
        self._asked[name] = self._asked.get(name, 0) + 1
        self._done[name] = done
        self._pool.submit(self._work, name, self._asked[name], read, args)

    def forget(self, name: str) -> None:
        """An answer that is still under way is not wanted any more."""
        self._asked[name] = self._asked.get(name, 0) + 1
        self._done.pop(name, None)

    def close(self) -> None:
        self._done.clear()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _work(self, name: str, number: int, read: Callable[..., Any], args: tuple[Any, ...]) -> None:
        if number != self._asked[name]:
            return
        try:
            result = read(*args)
        except BaseException as error:  # raised on the screen thread
            self._over.emit(name, number, None, error)
        else:
            self._over.emit(name, number, result, None)

    def _answer(self, name: str, number: int, result: Any, error: BaseException | None) -> None:
        if number != self._asked[name] or name not in self._done:
            return
        done = self._done.pop(name)
        if error is not None:
            raise error
        done(result)
