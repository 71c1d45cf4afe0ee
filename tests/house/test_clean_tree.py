"""What is committed: nothing of one machine, the driver itself, whole locks."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.rooms import short, tracked

# Written in pieces, or this file would find itself.
REGISTRIES = (
    "pypi" + ".org", "pythonhosted" + ".org", "registry.npm" + "js", "deb.debian" + ".org", "crates." + "io",
    "index-" + "url", "find-" + "links", "trusted-" + "host",
)  # fmt: skip
MACHINE = re.compile(
    r"(?<![\w.])(/" + r"root/|/home/\w+/|/Users/\w+/|/work" + r"/(main|shared)|[A-Z]:\\Users\\\w)"
)
# The lock maker must name the options that keep an index out.
SPEAKS_OF_INDEXES = {"build/locks.py"}


def _text(path: Path) -> str | None:
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        return None


def _registries(text: str) -> list[str]:
    low = text.lower()
    return [name for name in REGISTRIES if name in low]


def test_no_tracked_text_names_a_registry_or_this_machine() -> None:
    here = Path(__file__)
    found = []
    for path in tracked():
        text = "" if path == here else _text(path) or ""
        registries = [] if short(path) in SPEAKS_OF_INDEXES else _registries(text)
        found += [f"{short(path)}: {name}" for name in (*registries, *MACHINE.findall(text))]
    assert not found


def test_the_patterns_find_what_they_look_for() -> None:
    assert _registries("https://PyPI" + ".org/simple") and not _registries("pypi" + "-org")
    assert MACHINE.search("cd /home" + "/someone/qidi")
    assert not MACHINE.search("see docs/home/index and ~/.fonts")


def test_the_driver_is_tracked_and_not_ignored(root: Path) -> None:
    names = {short(path) for path in tracked()}
    assert {"build/make.py", "build/environment.py", "build/fonts.py", ".ci/run", "LICENSE"} <= names
    if (root / ".git").exists():
        done = subprocess.run(
            ["git", "-C", str(root), "check-ignore", "build", "build/make.py"],
            capture_output=True,
            check=False,
        )
        assert done.returncode == 1, "build/ is ignored"


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_the_locks_are_whole(root: Path, name: str) -> None:
    """Pinned, hashed, without index lines; Windows and both Linux machines find their Qt."""
    program = (
        "import sys; sys.path.insert(0, 'build'); import locks, pathlib;"
        f"p = pathlib.Path({name!r}); locks.check(locks._body(p.read_text('utf-8')), p.name)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    text = (root / name).read_text("utf-8")
    assert re.search(r"^pyside6-essentials==6\.9\.3 ", text, re.MULTILINE)


def test_the_second_lock_holds_all_of_the_first(root: Path) -> None:
    pins = [
        set(re.findall(r"^\S+==\S+", (root / name).read_text("utf-8"), re.MULTILINE))
        for name in ("requirements.lock", "requirements-dev.lock")
    ]
    assert pins[0] <= pins[1]


def test_readme_names_both_commands_and_ci_runs_the_second(root: Path) -> None:
    readme = (root / "README.md").read_text("utf-8")
    assert "python3 build/make.py run" in readme
    assert "python3 build/make.py test" in readme
    assert "python3 build/make.py test" in (root / ".ci" / "run").read_text("utf-8")
