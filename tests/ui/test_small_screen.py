"""desk.md: 1366×768, often at 125-150 %: nothing below the screen, no words of a button cut."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCREEN = {
    "name": "small",
    "x": 0,
    "y": 0,
    "width": 1366,
    "height": 728,
    "logicalDpi": 96,
    "logicalBaseDpi": 96,
    "dpr": 1,
}


@pytest.mark.parametrize("scale", ["1.5", "1.25 large"])
def test_window_and_dialogs_fit_a_small_screen(tmp_path: Path, scale: str) -> None:
    """In a process of its own: the screen and its scale are taken once."""
    screen = tmp_path / "screen.json"
    screen.write_text(json.dumps({"screens": [SCREEN]}))
    scale, *size = scale.split()
    put = {
        "QT_QPA_PLATFORM": f"offscreen:configfile={screen}",
        "QT_SCALE_FACTOR": scale,
        "TMPDIR": str(tmp_path),
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.ui.small_screen", *size],
        cwd=ROOT, env=os.environ | put, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    assert json.loads(done.stdout.splitlines()[-1]) == []
