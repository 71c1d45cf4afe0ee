"""What was read before on this machine says the same as reading anew, and nothing that is not whole is believed."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.problem import Problem
from app.storage import understood
from app.storage.paths import RESOURCES
from app.templating import read_before, template_reading
from app.values import workdays

SOURCE = (RESOURCES / "templates" / "contacts.toml").read_text("utf-8")


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "qidi" / "understood"


def spoil(source: str) -> str:
    return source + "\nno_such_key = 1\n"


def test_every_template_comes_back_as_it_was_read(shelf: Path) -> None:
    for anew in template_reading.builtins():
        first, again = read_before.read(anew.source), read_before.read(anew.source)
        assert first.t == again.t == anew.t
        assert repr(again.t) == repr(anew.t), "texts, numbers and tuples are what they were"
        assert (again.digest, again.under) == (anew.digest, anew.under)


def test_a_known_text_is_not_read_again(shelf: Path) -> None:
    known = read_before.read(SOURCE)
    template_reading._understood.cache_clear()
    assert read_before.read(SOURCE).t == known.t
    assert template_reading._understood.cache_info().misses == 0


def test_the_published_years_are_the_same_from_the_shelf(shelf: Path) -> None:
    anew = {table.year: table for table in workdays._read_published()}
    for _ in range(2):
        workdays.published.cache_clear()
        assert workdays.published() == anew
    assert len(list(shelf.glob("*.bin"))) == 1


@pytest.mark.parametrize("at", [0, 40, -1])
def test_a_file_that_is_not_whole_is_made_anew(shelf: Path, at: int) -> None:
    good = read_before.read(SOURCE)
    (file,) = shelf.glob("*.bin")
    whole = bytearray(file.read_bytes())
    whole[at] ^= 1
    file.write_bytes(bytes(whole))
    assert read_before.read(SOURCE).t == good.t
    assert bytes(whole) != file.read_bytes(), "and put right"
    file.write_bytes(b"")
    assert read_before.read(SOURCE).t == good.t


def test_what_is_refused_is_refused_each_time(shelf: Path) -> None:
    for _ in range(2):
        with pytest.raises(Problem, match="不认识的键"):
            read_before.read(spoil(SOURCE))
    assert not list(shelf.glob("*.bin"))


def test_the_program_is_another_one_when_a_file_of_it_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "app" / "words").mkdir(parents=True)
    code = tmp_path / "app" / "words" / "templates.py"
    code.write_text("a = 1")
    monkeypatch.setattr(understood, "ROOT", tmp_path)
    before = understood.program.__wrapped__(("words",), ())
    code.write_text("a = 1  # changed")
    assert understood.program.__wrapped__(("words",), ()) != before


def test_the_oldest_make_room_and_no_shelf_is_no_fault(shelf: Path) -> None:
    for number in range(understood.MOST_KEPT + 3):
        assert understood.of(f"{number}".encode(), int, lambda number=number: number) == number
    assert len(list(shelf.glob("*.bin"))) == understood.MOST_KEPT
    for file in [*shelf.iterdir()]:
        file.unlink()
    shelf.rmdir()
    shelf.write_text("a file where the shelf should be")
    assert understood.of(b"text", int, lambda: 7) == 7
