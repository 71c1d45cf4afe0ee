"""The program as a process of its own, looked at from outside as the window manager sees it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.storage.paths import ROOT
from tests.real_window.hand import TOOL, xdotool

from_outside = pytest.mark.skipif(not TOOL, reason="没有 xdotool，不能从外面看窗口")


class Program:
    """One running `python -m ui ARGS`, with a home of its own."""

    def __init__(self, home: Path, *args: object) -> None:
        world = {**os.environ, "HOME": str(home), "XDG_CONFIG_HOME": str(home / ".config")}
        self._log = (home / "said.txt").open("ab+")
        command = [sys.executable, "-m", "ui", *map(str, args)]
        self.process = subprocess.Popen(command, cwd=ROOT, env=world, stdout=self._log, stderr=self._log)

    def windows(self) -> list[str]:
        """Ids of its windows that can be seen."""
        return xdotool(
            "search", "--all", "--onlyvisible", "--pid", str(self.process.pid), "--name", "."
        ).split()

    def title(self) -> str:
        """The title of its window in front; "" while another program is in front."""
        if self.front() not in self.windows():
            return ""
        return xdotool("getwindowname", self.front())

    def front(self) -> str:
        return xdotool("getactivewindow")

    def ended(self) -> bool:
        return self.process.poll() is not None

    def said(self) -> str:
        self._log.seek(0)
        return self._log.read().decode()

    def end(self) -> None:
        self.process.terminate()
        self.process.wait(20)
        self._log.close()


@contextmanager
def running(home: Path, *args: object) -> Iterator[Program]:
    home.mkdir(exist_ok=True)
    program = Program(home, *args)
    try:
        yield program
    finally:
        program.end()
