"""What is imported is declared, so that a fresh machine has it."""

from __future__ import annotations

import ast
import importlib.metadata
import re
import sys
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from tests.house.rooms import PACKAGES, ROOT, tree

TOOLS = {path.stem for path in (ROOT / "build").iterdir()}  # its modules import each other by name
OFFICE_SUITE = {"uno", "com"}  # LibreOffice brings them with its own Python; a bench without it says so
BINDING = {"shiboken6"}  # comes with PySide6 and in its very version: tells whether a widget is gone
OURS = {*PACKAGES, *TOOLS, *OFFICE_SUITE, "tests"}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _declared(lines: list[str]) -> set[str]:
    return {_plain(re.split(r"[=~<>! ;\[]", line, maxsplit=1)[0]) for line in lines}


@cache
def _distributions() -> Mapping[str, list[str]]:
    return importlib.metadata.packages_distributions()


def _imported(paths: list[Path]) -> dict[str, str]:
    """Third-party distribution -> a file that imports it."""
    whose = _distributions()
    found = {}
    for path in paths:
        for node in ast.walk(tree(path)):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module or ""]
            for top in {name.split(".")[0] for name in names} - OURS - set(sys.stdlib_module_names):
                found[_plain(whose.get(top, [top])[0])] = str(path)
    return found


def test_the_program_imports_only_what_it_declares() -> None:
    paths = [path for name in PACKAGES for path in (ROOT / name).rglob("*.py")]
    declared = _declared(PROJECT["dependencies"]) | BINDING
    assert {dist: path for dist, path in _imported(paths).items() if dist not in declared} == {}


def test_tests_and_tools_import_only_what_is_declared() -> None:
    paths = [path for name in ("tests", "build") for path in (ROOT / name).rglob("*.py")]
    declared = (_declared(PROJECT["dependencies"]) | BINDING).union(
        *(_declared(lines) for lines in PROJECT["optional-dependencies"].values())
    )
    assert {dist: path for dist, path in _imported(paths).items() if dist not in declared} == {}
