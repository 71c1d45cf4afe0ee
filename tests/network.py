"""Watching that nothing reaches for a network: the interpreter itself tells of every socket."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

CALLS = frozenset(
    "socket.connect socket.bind socket.sendto socket.sendmsg socket.getaddrinfo socket.gethostbyname "
    "socket.gethostbyaddr urllib.Request http.client.connect smtplib.connect ftplib.connect".split()
)
MACHINES = (socket.AF_INET, socket.AF_INET6)


class _Watch:
    """One hook for the process, for it cannot be taken away again; it listens while `seen` is a list."""

    def __init__(self) -> None:
        self.seen: list[str] | None = None
        sys.addaudithook(self._heard)

    def _heard(self, event: str, args: tuple[object, ...]) -> None:
        if self.seen is None:
            return
        opened = event == "socket.__new__" and len(args) > 1 and args[1] in MACHINES
        if opened or (event in CALLS and not (args and getattr(args[0], "family", None) == socket.AF_UNIX)):
            self.seen.append(f"{event} {args!r}")


@cache
def _watch() -> _Watch:
    return _Watch()


@contextmanager
def untouched() -> Iterator[list[str]]:
    """Fails when anything inside opened a socket to another machine, asked for its name or listened for one."""
    watch = _watch()
    watch.seen = seen = []
    try:
        yield seen
    finally:
        watch.seen = None
    assert seen == [], "the program works without a network"
