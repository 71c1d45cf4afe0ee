"""How the driver speaks and calls: its own lines on stderr, so that a program's answer stays clean."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def say(text: str) -> None:
    """One line for the person in front."""
    sys.stdout.flush()
    try:
        print(text, file=sys.stderr, flush=True)
    except UnicodeEncodeError:  # an old console that knows no Chinese
        print(text.encode("ascii", "backslashreplace").decode(), file=sys.stderr, flush=True)


def call(command: Sequence[str | Path], world: Mapping[str, str] | None = None) -> int:
    """Run in the project's root with our own stdout; returns the exit code. Ctrl-C is the child's to answer."""
    process = subprocess.Popen([str(part) for part in command], cwd=ROOT, env=world)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue


class Beside:
    """A command that runs beside others and is silent until it is asked for. Ctrl-C is its own to answer."""

    def __init__(self, command: Sequence[str | Path], world: Mapping[str, str] | None = None) -> None:
        self._told = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the block
        self._process = subprocess.Popen(
            [str(part) for part in command],
            cwd=ROOT,
            env=world,
            stdout=self._told,
            stderr=subprocess.STDOUT,
        )

    def __enter__(self) -> Beside:
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(KeyboardInterrupt):
            self._process.wait()
        self._told.close()

    def tell(self) -> int:
        """Wait for its end and print what it said; returns the exit code."""
        code = self._process.wait()
        self._told.seek(0)
        sys.stdout.flush()
        shutil.copyfileobj(self._told, sys.stdout.buffer)
        sys.stdout.flush()
        return code
