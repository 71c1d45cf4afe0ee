"""Making the two lock files: every version pinned, every file by its SHA-256, no index named."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from environment import LOCKS, SetupError
from talk import ROOT, say

HEAD = "# Made by: python3 build/make.py lock\n"
EXTRAS = {"run": ("fonts",), "dev": ("fonts", "dev")}
OPTIONS = (
    "--quiet", "--generate-hashes", "--allow-unsafe", "--strip-extras", "--no-header", "--no-annotate",
    "--no-emit-index-url", "--no-emit-find-links", "--no-emit-trusted-host", "--no-emit-options",
)  # fmt: skip
_STRAY = re.compile(r"://|file:|^\s*-[-if]|^\s*#|@\s", re.MULTILINE)


def make(python: Path, options: Sequence[str]) -> None:
    """Write both locks; the second holds the first one's versions. Raises SetupError when one is not fit."""
    with tempfile.TemporaryDirectory() as scratch:
        made: dict[str, Path] = {}
        for level, name in LOCKS.items():
            say(f"解算 {name}（几分钟）")
            made[level] = Path(scratch) / name
            if (ROOT / name).exists():
                made[level].write_text(_body((ROOT / name).read_text("utf-8")), "utf-8")
            _compile(python, level, made, options)
            made[level].write_text(_body(made[level].read_text("utf-8")), "utf-8")
            check(made[level].read_text("utf-8"), name)
        for level, name in LOCKS.items():
            fresh = ROOT / (name + ".new")
            fresh.write_text(HEAD + made[level].read_text("utf-8"), "utf-8", newline="\n")
            fresh.replace(ROOT / name)


def check(text: str, name: str) -> None:
    """Raises SetupError when the lock names a host, a path or an option, or pins a file without its hash."""
    stray = _STRAY.search(text.replace("--hash=sha256:", ""))
    if stray:
        raise SetupError(f"{name} 里有不该有的内容：{stray.group().strip()}")
    for entry in re.split(r"\n(?=\S)", text.strip()):
        if not re.match(r"[a-z0-9._-]+==\S+( ;.*)? \\\n(\s+--hash=sha256:[0-9a-f]{64}( \\)?\n?)+$", entry):
            raise SetupError(f"{name} 里这一项没有写全：{entry.splitlines()[0]}")


def _compile(python: Path, level: str, made: dict[str, Path], options: Sequence[str]) -> None:
    command = [str(python), "-m", "piptools", "compile", *OPTIONS, *options]
    for extra in EXTRAS[level]:
        command += ["--extra", extra]
    if level != "run":
        command += ["--constraint", str(made["run"])]
    command += ["--output-file", str(made[level]), str(ROOT / "pyproject.toml")]
    if subprocess.run(command, cwd=ROOT, env=_public_index_only(), check=False).returncode:
        raise SetupError(f"{LOCKS[level]} 没有解算成功，见上面的原因")


def _public_index_only() -> dict[str, str]:
    """This machine's own wheel folders must leave no hash behind that others cannot find."""
    local = {"PIP_FIND_LINKS", "PIP_EXTRA_INDEX_URL", "PIP_INDEX_URL", "PIP_CONSTRAINT"}
    env = {name: value for name, value in os.environ.items() if name not in local}
    return env | {"PIP_CONFIG_FILE": os.devnull}


def _body(text: str) -> str:
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith("#"))
