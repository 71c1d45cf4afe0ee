"""Files of one deed: in their place after it, and nothing touched when it fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.keeping import staging
from app.problem import Problem


def test_what_stood_there_stands_until_the_deed_is_done(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "清单.pdf").write_bytes(b"old")
    with pytest.raises(OSError, match="别处"), staging.staged(out) as stage:
        stage.place("清单.pdf").write_bytes(b"half")
        raise OSError("别处")
    assert {file.name: file.read_bytes() for file in out.iterdir()} == {"清单.pdf": b"old"}
    with staging.staged(out) as stage:
        stage.place("清单.pdf").write_bytes(b"new")
        stage.aside("清单.pdf").write_bytes(b"filed")
        assert (out / "清单.pdf").read_bytes() == b"old"
    assert {file.name: file.read_bytes() for file in out.iterdir()} == {"清单.pdf": b"new"}


def test_a_place_that_is_taken_is_told_and_nothing_is_lost(tmp_path: Path) -> None:
    """Before the deed where that can be known; after it the file stays where the message says."""
    (tmp_path / "清单.pdf").mkdir()
    with pytest.raises(Problem, match="E_CANNOT_WRITE"), staging.staged(tmp_path) as stage:
        stage.place("清单.pdf")
    assert [file.name for file in tmp_path.iterdir()] == ["清单.pdf"]
    with pytest.raises(Problem, match="已经登记") as caught, staging.staged(tmp_path) as stage:
        stage.place("名单.pdf").write_bytes(b"new")
        (tmp_path / "名单.pdf").mkdir()
    assert (Path(caught.value.facts["path"]) / "名单.pdf").read_bytes() == b"new"
    (tmp_path / "一个文件").write_bytes(b"")
    with pytest.raises(Problem, match="E_NO_FOLDER"), staging.staged(tmp_path / "一个文件"):
        pass


def test_what_a_killed_program_left_is_swept_at_the_next_start(tmp_path: Path) -> None:
    """Its hidden folder waits in a folder of anybody's choosing; one that is still at work keeps its own."""
    office, out = tmp_path / "office", tmp_path / "out"
    office.mkdir()
    with staging.staged(out, office) as stage:
        stage.place("清单.pdf").write_bytes(b"half")
        (note,) = (office / staging.NOTES).glob("*.txt")
        told = note.read_text("utf-8")
        assert staging.sweep(office) == 0 and Path(told).is_dir(), "still at work"
    assert [file.name for file in out.iterdir()] == ["清单.pdf"] and not (office / staging.NOTES).exists()
    left = out / ".qidi-killed"
    left.mkdir()
    (office / staging.NOTES).mkdir()
    for name, place in (("a", left), ("b", out)):  # a note that names anything else takes nothing away
        (office / staging.NOTES / f"{name}.txt").write_text(str(place), "utf-8")
    assert staging.sweep(office) == 1
    assert [file.name for file in out.iterdir()] == ["清单.pdf"] and not (office / staging.NOTES).exists()
