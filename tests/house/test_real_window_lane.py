"""The lane of real windows: never left out in silence, never a fault where it cannot run, a fault where it fails."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

UNSAID = "真窗口测试没有跑："
LANE = "import real_window; sys.exit(real_window.run('false'))"


def _python(root: Path, program: str, path: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run with build/ importable; `path` is the only place where programs are found."""
    world = os.environ | ({"PATH": str(path)} if path else {})
    command = [sys.executable, "-S", "-c", f"import sys; sys.path.insert(0, 'build'); {program}"]
    return subprocess.run(
        command, cwd=root, env=world, capture_output=True, text=True, encoding="utf-8", check=False
    )


def _tool(folder: Path, name: str, script: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


def test_where_there_is_no_screen_it_says_so_in_one_line_and_passes(root: Path, tmp_path: Path) -> None:
    done = _python(root, LANE, tmp_path)
    assert done.returncode == 0
    assert done.stderr.startswith(f"{UNSAID}缺少 Xvfb、openbox") and done.stderr.count("\n") == 1, done.stderr


def test_a_screen_that_does_not_come_up_is_said_with_its_reason(root: Path, tmp_path: Path) -> None:
    _tool(tmp_path, "Xvfb", "echo no room for a screen >&2; exit 1")
    _tool(tmp_path, "openbox", "exit 1")
    done = _python(root, LANE, tmp_path)
    assert done.returncode == 0 and done.stderr.count("\n") == 1
    assert "Xvfb 没有开起来（no room for a screen）" in done.stderr or "缺少 lib" in done.stderr, done.stderr


@pytest.mark.skipif(not (shutil.which("Xvfb") and shutil.which("openbox")), reason="没有 Xvfb、openbox")
def test_what_fails_on_the_screen_fails_the_lane(root: Path) -> None:
    done = _python(root, LANE)
    assert done.returncode == 1 or done.stderr.startswith(f"{UNSAID}缺少 lib"), done.stderr


def test_naming_other_tests_leaves_the_lane_out_with_a_word(root: Path) -> None:
    done = _python(root, "import make; print(make._pytest('true', ['tests/app', '-k', 'clocks']))")
    assert done.stdout.splitlines()[-1] == "{'pytest': 0}", done.stderr
    assert UNSAID in done.stderr and "tests/real_window" in done.stderr


def test_offscreen_the_tests_of_real_windows_are_left_out(root: Path) -> None:
    command = [sys.executable, *"-m pytest --collect-only -q -p no:cacheprovider tests/real_window".split()]
    world = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        command, cwd=root, env=world, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert "no tests collected" in done.stdout and "deselected" in done.stdout, done.stdout
