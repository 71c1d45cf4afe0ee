"""What the journeys share: the command line called as a clerk calls it, and what an office folder holds."""

from __future__ import annotations

import contextlib
import gc
import hashlib
import io
import json
import os
import resource
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from app.storage.paths import ROOT
from tests.stored import Stored, keep
from ui.__main__ import main

LEDGER = "pending-approval"
TODAY = "2022-08-23"
SIGNERS = {"立项部门主要领导": "签字人甲", "分管旗长": "签字人乙"}
NOT_SECRET = ("--not-secret", "审核人乙")


@dataclass(frozen=True)
class Answer:
    """How a sub-command ended and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        return json.loads(self.out)

    @property
    def problem(self) -> dict[str, Any]:
        """The Problem on stderr, which must hold nothing else; stdout must be empty."""
        assert self.code == 3, self
        assert self.out == "" and self.err.count("\n") == 1, self
        told = json.loads(self.err)
        assert set(told) == {"problem"} and set(told["problem"]) == {"code", "text", "facts"}
        return dict(told["problem"])


def qidi(folder: Path, *words: object, today: str = TODAY, clerk: str = "经办人甲") -> Answer:
    """One sub-command with --json, in this process."""
    argv = ["--data", str(folder), "--today", today, "--clerk", clerk, "--json", *map(str, words)]
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = main(argv)
        except SystemExit as leaving:
            code = int(leaving.code or 0)
        finally:
            gc.unfreeze()  # this process goes on
            gc.enable()
    return Answer(code, out.getvalue(), err.getvalue())


def done(folder: Path, *words: object, **given: str) -> Any:
    """The data of a sub-command that must succeed in silence."""
    answer = qidi(folder, *words, **given)
    assert (answer.code, answer.err) == (0, ""), answer
    return answer.data


def refused(folder: Path, *words: object, **given: str) -> dict[str, Any]:
    """The Problem of a sub-command that must change nothing: not the database, not a file of the folder."""
    before, files = content(folder), leavings(folder)
    problem = qidi(folder, *words, **given).problem
    assert content(folder) == before, "the database changed"
    assert leavings(folder) == files, "something was left in the folder"
    assert plain(problem["text"]), problem
    return problem


def process(
    folder: Path, *words: object, most_bytes: int = 0, driver: str = "", before: Sequence[str] = ("--json",)
) -> Answer:
    """One sub-command as a real process; `most_bytes` is the disk it thinks it has for any one file.

    `driver` is Python run first in the child: where it dies is written there.
    """
    code = f"{driver}\nimport sys\nfrom ui.__main__ import main\nsys.exit(main(sys.argv[1:]))"
    argv = ["--data", str(folder), "--today", TODAY, *before, *map(str, words)]

    def shrink() -> None:
        if most_bytes:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))

    ended = subprocess.run(
        [sys.executable, "-c", code, *argv],
        cwd=ROOT,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        preexec_fn=shrink,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    return Answer(ended.returncode, ended.stdout, ended.stderr)


def content(folder: Path) -> str:
    """A digest of everything the database says, as `.dump` would write it."""
    link = sqlite3.connect(folder / "ledger.db")
    try:
        return hashlib.sha256("\n".join(link.iterdump()).encode()).hexdigest()
    finally:
        link.close()


def leavings(folder: Path) -> list[str]:
    """The files under a folder, without the database's own."""
    own = ("ledger.db", ".lock")
    return sorted(
        str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file() and not p.name.startswith(own)
    )


def plain(text: str) -> bool:
    """Whether a sentence is Chinese and free of the machine's own words."""
    odd = ("Traceback", "Error", "errno", "sqlite", "None", "Exception")
    return any("一" <= c <= "鿿" for c in text) and not any(word in text for word in odd)


def office(
    folder: Path, name: str = "正镶白旗发展和改革委员会", role: str = "sponsor", division: str = "152529"
) -> Path:
    """A fresh office in `folder`."""
    done(folder, "init", "--division", division, "--name", name, "--role", role, "--clerk", "经办人甲")
    return folder


def with_rows(folder: Path, rows: int = 3) -> Path:
    """An office with an open ledger of a few projects, two matters of each still to do; the same one each time."""
    return stored_rows(rows).lay(folder)


@cache
def stored_rows(rows: int) -> Stored:
    with TemporaryDirectory() as nest:
        return keep(another_with_rows(Path(nest) / "office", rows))


def another_with_rows(folder: Path, rows: int) -> Path:
    """As `with_rows`, an office with an id of its own."""
    office(folder)
    done(folder, "open", LEDGER)
    states = ["M01.state=未办", "M02.state=在办", *(f"M0{n}.state=不需办" for n in range(3, 9))]
    for number in range(1, rows + 1):
        done(folder, "add", LEDGER, f"name=示范项目{number}", "build_state=在建", *states, *NOT_SECRET)
    return folder


def signed(folder: Path, scan: Path) -> None:
    """Print with an explanation to `scan` and file it for every role."""
    done(folder, "print", LEDGER, "-o", scan, "--explain", "缺项正在补齐")
    for role, by in SIGNERS.items():
        done(folder, "sign", LEDGER, "--role", role, "--by", by, "--on", TODAY, "--scan", scan)
