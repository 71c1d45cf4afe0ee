"""Running children side by side: wall seconds, processor seconds and peak memory of each."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
BENCH = ROOT / "build" / "bench.py"
# The driver stays small: a child's peak is never below that of the process it was forked from.


class Failed(Exception):
    """A child ended badly; its last words."""


@dataclass(frozen=True)
class Run:
    """One child: `seconds` and `used` (processor) are what it timed itself, else those of the whole process; `peak` is
    MB of its largest process."""

    wall: float
    processor: float
    peak: float
    said: dict[str, Any] = field(default_factory=dict)
    printed: str = ""

    @property
    def seconds(self) -> float:
        return float(self.said.get("seconds", self.wall))

    @property
    def used(self) -> float:
        return float(self.said.get("processor", self.processor))


def child(command: Sequence[str | Path], home: Path, **extra: str) -> Run:
    """Run to the end, away from the user's own settings and Python's switches. Raises Failed."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    world = {**kept, "HOME": str(home), "XDG_CONFIG_HOME": str(home), "QT_QPA_PLATFORM": "offscreen", **extra}
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        began = time.perf_counter()
        process = subprocess.Popen([str(part) for part in command], stdout=out, stderr=err, env=world, cwd=ROOT)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        text = out.read().decode(errors="replace")
        if process.returncode:
            raise Failed(f"{command}: {process.returncode}\n{err.read().decode(errors='replace')[-2000:]}")
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, _last_json(text), text)


def task(name: str, home: Path, **args: Any) -> Run:
    """A child of our own: `module.function` of `benches.tasks` with these arguments."""
    return child([sys.executable, BENCH, "--task", name, json.dumps(args, default=str)], home)


def by_turns(runs: int, *sides: Callable[[], Run]) -> list[list[Run]]:
    """Each side once per round, the first round not counted. One list of runs per side."""
    for side in sides:
        side()
    rounds = [[side() for side in sides] for _ in range(runs)]
    return [list(column) for column in zip(*rounds, strict=True)]


def middle(runs: Sequence[Run], of: Callable[[Run], float] = lambda run: run.seconds) -> float:
    return statistics.median(of(run) for run in runs)


def peak(runs: Sequence[Run]) -> float:
    return max(run.peak for run in runs)


def _last_json(text: str) -> dict[str, Any]:
    lines = text.strip().splitlines()
    if not lines or not lines[-1].startswith("{"):
        return {}
    found = json.loads(lines[-1])
    return dict(found) if isinstance(found, Mapping) else {}
