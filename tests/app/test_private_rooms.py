"""Private folders in the temporary place: gone after use, swept after a kill, left alone while somebody is in them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from app.keeping import upkeep
from app.office import Office
from app.storage import private_rooms
from app.storage.paths import ROOT

KILLED = """
import os, signal
from app.storage import private_rooms
shown = private_rooms.until_the_end()
with private_rooms.room(private_rooms.EMERGENCY) as made:
    (made / "office").mkdir()
    (made / "office" / "ledger.db").write_text("rows of a damaged office")
    print(made, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_a_killed_program_left_goes_and_what_is_in_use_stays(
    bureau: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temp = tmp_path / "temp"
    temp.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temp))
    told = {**os.environ, "TMPDIR": str(temp)}
    done = subprocess.run([sys.executable, "-c", KILLED], cwd=ROOT, env=told, capture_output=True, check=False)
    left = Path(done.stdout.decode().strip())
    assert done.returncode == -signal.SIGKILL and (left / "office" / "ledger.db").is_file()
    elsewhere = tmp_path / "别处"
    elsewhere.mkdir()
    (temp / "qidi-emergency-link").symlink_to(elsewhere)
    fresh = temp / f"{private_rooms.LOOK}fresh"  # made this moment, and not held yet
    fresh.mkdir()
    with private_rooms.room(private_rooms.LOOK) as used:
        upkeep.bring_up(bureau)  # at every start
        assert used.is_dir() and fresh.is_dir() and elsewhere.is_dir() and not left.exists()
        assert not list(temp.glob(f"{private_rooms.SHOWN}*"))
        os.utime(fresh, (1_600_000_000,) * 2)
        assert private_rooms.sweep() == 1 and not fresh.exists()
    assert not used.exists()


def test_what_is_shown_elsewhere_goes_when_the_program_ends(tmp_path: Path) -> None:
    code = (
        "from app.storage import private_rooms\nmade = private_rooms.until_the_end()\n"
        "(made / 'x.pdf').write_text('x')\nassert made.is_dir()"
    )
    told = {**os.environ, "TMPDIR": str(tmp_path)}
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=told, check=True)
    assert list(tmp_path.iterdir()) == []
