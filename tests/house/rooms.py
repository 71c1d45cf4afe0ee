"""The house as data: our packages, our modules, our tracked files."""

from __future__ import annotations

import ast
import gc
import os
import re
import subprocess
from collections.abc import Iterable, Iterator
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


def tree(path: Path) -> ast.Module:
    """Not kept: millions of nodes would be walked by the collector in every later test, a third of the time of parsing too."""
    running = gc.isenabled()
    gc.disable()
    try:
        return ast.parse(path.read_text("utf-8"), str(path))
    finally:
        if running:
            gc.enable()


def telling(word: str, paths: Iterable[Path]) -> Iterator[tuple[Path, ast.Module]]:
    """The modules in whose text the pattern `word` is found, with their trees: reading a text is a tenth of parsing it."""
    asked = re.compile(word, re.MULTILINE)
    return ((path, tree(path)) for path in paths if asked.search(path.read_text("utf-8")))


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
