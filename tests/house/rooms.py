"""The house as data: our packages, our modules, our tracked files."""

from __future__ import annotations

import ast
import os
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("app", "models", "sync", "ui")
NOT_OURS = {".git", ".venv", "__pycache__", "demo", "dist", "out", "work", "bench-out", "screens"}


@cache
def modules() -> tuple[Path, ...]:
    """Every module of the four floors and of build/."""
    return tuple(
        path
        for name in (*PACKAGES, "build")
        for path in sorted((ROOT / name).rglob("*.py"))
        if path.is_file()
    )


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), str(path))


@cache
def tracked() -> tuple[Path, ...]:
    """The files a clone brings; where there is no git, the files that stand here without the made ones."""
    if (ROOT / ".git").exists():
        command = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        found = [ROOT / name for name in done.stdout.split("\0") if name]
    else:
        found = [
            Path(folder) / name
            for folder, _, names in os.walk(ROOT)
            if not set(Path(folder).relative_to(ROOT).parts) & NOT_OURS
            for name in names
        ]
        found = [path for path in found if path.parent.name != "fonts" or path.suffix == ".md"]
    return tuple(sorted(path for path in found if path.is_file()))


def short(path: Path) -> str:
    """The path from the root, as test ids and messages show it."""
    return path.relative_to(ROOT).as_posix()
