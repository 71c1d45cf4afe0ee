"""Who may import whom, and that the command line runs where Qt is absent."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def _python(root: Path, program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=root,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_the_import_contracts_hold(root: Path) -> None:
    program = "from importlinter.cli import lint_imports_command as c; c(['--no-cache'])"
    done = _python(root, program)
    assert done.returncode == 0, done.stdout
    assert "7 kept, 0 broken" in done.stdout


def test_the_command_line_imports_no_qt(root: Path) -> None:
    program = (
        "import ui.__main__, ui.commands.command_line, sys\n"
        "print(sorted(m for m in sys.modules if m.split('.')[0] in ('PySide6', 'shiboken6', 'qtpy', 'qtawesome')))"
    )
    done = _python(root, program)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"


def test_a_sub_command_runs_where_qt_cannot_be_imported(root: Path) -> None:
    program = (
        "import sys\n"
        "sys.modules['PySide6'] = None\n"
        "from ui.__main__ import main\n"
        "sys.exit(main(['workdays', '2022-09-30', '5']))"
    )
    done = _python(root, program)
    assert (done.returncode, done.stdout.strip()) == (0, "2022-10-12"), done.stderr


def test_build_is_no_package(root: Path) -> None:
    assert not (root / "build" / "__init__.py").exists(), "it would shadow the tool of that name"
