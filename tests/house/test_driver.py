"""The driver: runs on a bare Python, tells wrong usage, and finds nothing to do the second time."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

OURS = {"environment", "locks", "real_window", "system_libraries", "talk"}


def _make(root: Path, *args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-S", "build/make.py", *args],
        cwd=root, capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip


@pytest.mark.parametrize("name", ["make", *sorted(OURS)])
def test_the_driver_needs_only_the_standard_library(root: Path, name: str) -> None:
    tree = ast.parse((root / "build" / f"{name}.py").read_text("utf-8"))
    named = {
        (node.module or "") if isinstance(node, ast.ImportFrom) else alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    assert {part.split(".")[0] for part in named} <= set(sys.stdlib_module_names) | OURS


def test_help_names_every_command(root: Path) -> None:
    done = _make(root, "help")
    assert done.returncode == 0
    for command in ("setup", "run", "test", "bench", "screens", "pack", "lock"):
        assert command in done.stdout


def test_wrong_usage_is_2(root: Path) -> None:
    assert _make(root, "nonsense").returncode == 2
