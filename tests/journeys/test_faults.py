"""A full disk, a killed process, two programs on one folder, a spoiled bundle: the office stays as it was."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.storage.paths import ROOT
from tests.data import make_lists
from tests.journeys.clerk import (
    LEDGER,
    NOT_SECRET,
    TODAY,
    content,
    done,
    leavings,
    office,
    plain,
    process,
    qidi,
    refused,
    signed,
    with_rows,
)

AT_COMMIT = """
import os, signal
from sqlalchemy import Engine, event
event.listen(Engine, "commit", lambda link: os.kill(os.getpid(), signal.SIGKILL))
"""
"""Dies when everything of the deed is written and nothing is committed."""
AT_RENAME = """
import os, signal, sys
def hook(name, args):
    if name == "os.rename" and os.path.basename(args[1]) == "台账.pdf":
        os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(hook)
"""
"""Dies when the deed is committed and its paper is about to take its name."""


@pytest.fixture
def bureau(tmp_path: Path) -> Path:
    return with_rows(tmp_path / "office", 2)


@pytest.fixture
def long_list(tmp_path: Path) -> Path:
    return make_lists.write_csv([make_lists.league(make_lists.entries(400))], tmp_path / "清单.csv")


def unharmed(folder: Path, before: str, files: list[str]) -> None:
    assert content(folder) == before
    assert leavings(folder) == files
    assert done(folder, "verify")["ok"]
    assert done(folder, "count", LEDGER)["balanced"]


@pytest.mark.parametrize("verb", ["import", "print", "seal", "export", "backup"])
def test_a_full_disk_is_said_plainly_and_nothing_is_half_made(
    bureau: Path, long_list: Path, tmp_path: Path, verb: str
) -> None:
    """The system refuses every byte beyond the limit (EFBIG, as a quota or a FAT stick does)."""
    if verb == "seal":
        signed(bureau, tmp_path / "签.pdf")
    out = tmp_path / "成果"
    words, room = {
        "import": (("import", LEDGER, long_list, "--yes", *NOT_SECRET), 300_000),
        "print": (("print", LEDGER, "-o", out), 20_000),
        "seal": (("seal", LEDGER), 6_000),
        "export": (("export", LEDGER, "-o", out), 4_000),
        "backup": (("backup", "-o", out), 20_000),
    }[verb]
    before, files, around = content(bureau), leavings(bureau), sorted(tmp_path.iterdir())
    answer = process(bureau, *words, most_bytes=room)
    assert answer.problem["code"] == "E_DISK_FULL", answer
    assert plain(answer.problem["text"])
    assert sorted(tmp_path.iterdir()) == around
    unharmed(bureau, before, files)
    done(bureau, *words)


def test_a_disk_full_at_birth_leaves_no_half_office(tmp_path: Path) -> None:
    birth = ("init", "--division", "152529", "--name", "某局", "--role", "sponsor")
    answer = process(tmp_path / "office", *birth, most_bytes=20_000)
    assert answer.problem["code"] == "E_DISK_FULL"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("verb", ["import", "print", "seal"])
def test_a_killed_process_leaves_the_office_as_it_was(
    bureau: Path, long_list: Path, tmp_path: Path, verb: str
) -> None:
    """SIGKILL when all is written and nothing is committed; the same deed then goes through."""
    if verb == "seal":
        signed(bureau, tmp_path / "签.pdf")
    out = tmp_path / "成果.pdf"
    words = {
        "import": ("import", LEDGER, long_list, "--yes", *NOT_SECRET),
        "print": ("print", LEDGER, "-o", out),
        "seal": ("seal", LEDGER),
    }[verb]
    before, counted = content(bureau), done(bureau, "count", LEDGER)
    assert process(bureau, *words, driver=AT_COMMIT).code == -signal.SIGKILL
    assert not out.exists()
    assert content(bureau) == before
    assert done(bureau, "verify")["ok"]
    assert done(bureau, "count", LEDGER) == counted
    done(bureau, *words)
    assert done(bureau, "verify")["ok"]


def test_a_kill_between_commit_and_rename_costs_no_version_and_no_number(
    bureau: Path, tmp_path: Path
) -> None:
    """The version is recorded, the paper is not there: printing again gives that very version."""
    out = tmp_path / "台账.pdf"
    assert process(bureau, "print", LEDGER, "-o", out, driver=AT_RENAME).code == -signal.SIGKILL
    assert not out.exists()
    again = done(bureau, "print", LEDGER, "-o", out)
    assert out.stat().st_size > 1000 and again["label"].endswith("第1版")
    assert [v["number"] for v in done(bureau, "versions", LEDGER)] == [1]
    assert done(bureau, "verify")["ok"]


def test_what_a_killed_process_left_is_cleared_by_the_next_writing(bureau: Path, tmp_path: Path) -> None:
    out = tmp_path / "台账.pdf"
    process(bureau, "print", LEDGER, "-o", out, driver=AT_RENAME)
    parts = [p for p in tmp_path.iterdir() if p.name.startswith(".")]
    assert len(parts) == 1
    parts.append(tmp_path / "..台账-abcdefgh-abcdefgh.pdf")
    parts[1].touch()
    mine = tmp_path / ".台账-另存.pdf"
    mine.touch()
    for part in (*parts, mine):
        os.utime(part, (0, 0))
    done(bureau, "print", LEDGER, "-o", out)
    assert sorted(p.name for p in tmp_path.iterdir() if p.name != "office") == [mine.name, out.name]


@contextmanager
def another_program(folder: Path) -> Iterator[None]:
    """A second process that holds the folder as the window does."""
    code = (
        "import sys; from pathlib import Path; from app import office\n"
        "held = office.open_folder(Path(sys.argv[1])); held.hold(); print('held', flush=True); sys.stdin.read()"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", code, str(folder)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdin is not None and child.stdout is not None
    try:
        assert child.stdout.readline() == "held\n"
        yield
    finally:
        child.stdin.close()
        child.stdout.close()
        child.wait(timeout=30)


def test_two_programs_on_one_folder(bureau: Path) -> None:
    """Decision 22: reading goes on while the window is open, a second writer is told so."""
    with another_program(bureau):
        assert len(done(bureau, "list", LEDGER)) == 2
        assert done(bureau, "verify")["ok"]
        assert refused(bureau, "set", "示范项目1", "progress=在做")["code"] == "E_OFFICE_BUSY"
    done(bureau, "set", "示范项目1", "progress=在做")


def test_writers_side_by_side_lose_nothing(bureau: Path) -> None:
    """Four processes add a row each at the same moment."""
    line = [sys.executable, "-m", "ui", "--data", str(bureau), "--today", TODAY, "--json", "add", LEDGER]
    running = [
        subprocess.Popen(
            [*line, f"name=并行{n}", *NOT_SECRET], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for n in range(4)
    ]
    ended = [(*child.communicate(timeout=60), child.returncode) for child in running]
    assert [code for *_, code in ended] == [0] * 4, ended
    rows = done(bureau, "list", LEDGER)
    assert len({row["ledger_no"] for row in rows}) == len(rows) == 6
    assert done(bureau, "verify")["ok"]


@pytest.fixture
def sent(bureau: Path, tmp_path: Path) -> tuple[Path, Path]:
    """(the receiving office, a bundle for it)."""
    upper = office(tmp_path / "upper", "锡林郭勒盟发展和改革委员会", "superior", "152500")
    for folder, other in ((bureau, upper), (upper, bureau)):
        card = tmp_path / f"{other.name}.qidi-card"
        done(other, "card", "-o", card)
        done(folder, "trust", card, "--yes")
    bundle = done(bureau, "send", LEDGER, "--to", "锡林郭勒盟发展和改革委员会", "-o", tmp_path)["file"]
    return upper, Path(bundle)


def test_a_spoiled_bundle_is_refused(sent: tuple[Path, Path], tmp_path: Path) -> None:
    upper, bundle = sent
    whole = bundle.read_bytes()
    copy = tmp_path / "副本.qidi"
    for place in range(0, len(whole), max(1, len(whole) // 40)):
        spoiled = bytearray(whole)
        spoiled[place] ^= 1 << place % 8
        copy.write_bytes(spoiled)
        assert refused(upper, "receive", copy)["code"] == "E_DAMAGED", place
    for size in (0, 1, 300, len(whole) // 2, len(whole) - 1):
        copy.write_bytes(whole[:size])
        assert refused(upper, "receive", copy)["code"] == "E_INCOMPLETE_COPY", size
    done(upper, "receive", bundle)


def test_a_bundle_for_another_office_is_refused(
    sent: tuple[Path, Path], bureau: Path, tmp_path: Path
) -> None:
    _, bundle = sent
    third = office(tmp_path / "third", "正蓝旗发展和改革委员会", "sponsor", "152530")
    for folder in (third, bureau):
        problem = refused(folder, "receive", bundle)
        assert problem["code"] == "E_NOT_FOR_US" and "锡林郭勒盟" in problem["text"]


def test_the_same_bundle_twice_gives_the_same_receipt(sent: tuple[Path, Path]) -> None:
    upper, bundle = sent
    first = done(upper, "receive", bundle)
    before, files = content(upper), leavings(upper)
    again = done(upper, "receive", bundle)
    assert again["receipt"] == first["receipt"]
    assert Path(first["receipt"]).read_bytes() == Path(again["receipt"]).read_bytes()
    unharmed(upper, before, files)


def test_a_reader_that_has_seen_enough_is_no_fault(bureau: Path) -> None:
    """`qidi list | head`, and a terminal that cannot show a rare character."""
    done(bureau, "set", "示范项目1", "name=䶮㙓𬭸项目")
    line = [sys.executable, "-m", "ui", "--data", str(bureau), "list", LEDGER]
    reader, writer = os.pipe()
    os.close(reader)
    ended = subprocess.run(line, cwd=ROOT, stdout=writer, stderr=subprocess.PIPE, check=False)
    os.close(writer)
    assert (ended.returncode, ended.stderr) == (0, b"")
    narrow = {**os.environ, "PYTHONIOENCODING": "gb2312"}
    ended = subprocess.run(line, cwd=ROOT, env=narrow, capture_output=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, b"")


def test_a_full_output_is_a_problem_not_a_fault(bureau: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")
    with Path("/dev/full").open("w") as full:
        line = [sys.executable, "-m", "ui", "--data", str(bureau), "--json", "list", LEDGER]
        ended = subprocess.run(line, cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert "E_DISK_FULL" in ended.stderr and "Traceback" not in ended.stderr


def test_nobody_may_read_the_folder(bureau: Path) -> None:
    """A folder that cannot be read or written is a Problem, whoever asks."""
    problem = qidi(bureau / ("长" * 300), "count", LEDGER).problem
    assert plain(problem["text"])


def test_a_spoiled_page_is_found_by_verify(bureau: Path) -> None:
    """Every page of the database in turn turned to rubbish: no crash, and no false answer that verify calls sound."""
    file = bureau / "ledger.db"
    sound = file.read_bytes()
    want = done(bureau, "list", LEDGER)
    for page in range(0, len(sound) // 4096, 3):
        file.write_bytes(sound[: page * 4096] + b"\xff" * 4096 + sound[(page + 1) * 4096 :])
        checked, told = qidi(bureau, "verify"), qidi(bureau, "list", LEDGER)
        assert {checked.code, told.code} <= {0, 3}, (page, checked, told)
        assert checked.code == 3 or (told.code == 0 and told.data == want), page
