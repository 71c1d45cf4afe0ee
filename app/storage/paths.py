"""Where the program's own files stand, from source and in the frozen program alike, and where offices are kept."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path

import platformdirs

from app.storage import file_names

ROOT = Path(__file__).resolve().parents[2]
RESOURCES = ROOT / "resources"
FONTS = RESOURCES / "fonts"

SHELF, FIRST, SAMPLE = "起底台账", "单位", "样例"
MOST_OF_A_NAME = 100


def office_folder() -> Path:
    """The office to open when none is named, window and command line alike: the one opened last in the window,
    else the first on the shelf in the clerk's documents, which need not be there yet."""
    last = noted()
    return last if last is not None and last.is_dir() else shelf() / FIRST


def noted() -> Path | None:
    """The office opened last in the window, whether it is still there or not; None where nothing is noted."""
    with suppress(OSError, UnicodeDecodeError):
        last = Path(_note().read_text("utf-8").strip())
        return last if last.is_absolute() else None
    return None


def sample_office() -> Path | None:
    """The sample that was opened last, else the first one on the shelf; None where there is none."""
    last = noted()
    called = last is not None and re.fullmatch(rf"{SAMPLE}(-\d+)?", last.name) is not None
    found = last if called and last is not None else shelf() / SAMPLE
    return found if found.is_dir() else None


def remember_office(folder: Path) -> None:
    """Note which office was opened; where the note cannot be kept, the usual one is taken next time."""
    with suppress(OSError):
        _note().parent.mkdir(parents=True, exist_ok=True)
        _note().write_text(str(folder.resolve()), "utf-8")


def free_folder(name: str) -> Path:
    """A folder on the shelf for a new office of this name that holds nothing yet."""
    first = shelf() / (file_names.fitted(name) or FIRST)
    tries = (first, *(first.with_name(f"{first.name}-{n}") for n in range(2, MOST_OF_A_NAME)))
    return next((f for f in tries if not f.exists() or (f.is_dir() and not any(f.iterdir()))), first)


def shelf() -> Path:
    """The folder in the clerk's documents that new offices are put into."""
    return Path(platformdirs.user_documents_dir()) / SHELF


def _note() -> Path:
    return Path(platformdirs.user_config_dir("qidi", appauthor=False)) / "office.txt"
