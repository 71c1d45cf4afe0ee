"""How the driver speaks and calls: its own lines on stderr, so that a program's answer stays clean."""

from __future__ import annotations

import subprocess
import sys
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
