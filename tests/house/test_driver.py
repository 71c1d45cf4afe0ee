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


def test_what_runs_beside_others_is_silent_until_it_is_asked(root: Path) -> None:
    program = """
import sys
sys.path.insert(0, "build")
from talk import Beside
with Beside([sys.executable, "-c", "import sys; print('beside', flush=True); sys.exit('why')"]) as beside:
    beside._process.wait()
    print("first")
    print(beside.tell())
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=False)
    assert (done.stdout.splitlines(), done.stderr) == (["first", "beside", "why", "1"], "")


def test_files_of_tests_lie_in_memory_only_where_that_has_room(root: Path, tmp_path: Path) -> None:
    program = """
import sys
sys.path.insert(0, "build")
import make
from contextlib import ExitStack
for make.MEMORY, make.MEMORY_BYTES in ((sys.argv[1], 1), (sys.argv[1], 1 << 60), (sys.argv[1] + "/no", 1)):
    with ExitStack() as stack:
        print(make._in_memory(stack)[:1])
"""
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], cwd=root, capture_output=True, text=True, check=True
    )
    here, full, nowhere = map(ast.literal_eval, done.stdout.splitlines())
    assert here[0].startswith(f"--basetemp={tmp_path}") and (full, nowhere) == ([], [])
    assert list(tmp_path.iterdir()) == [], "it goes with the run"
