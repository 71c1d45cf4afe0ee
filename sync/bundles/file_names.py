"""Names of files that go from hand to hand."""

from __future__ import annotations

from app.storage.file_names import fitted, plain

__all__ = ["answer", "between", "fitted", "plain"]

LONGEST_OFFICE = 27  # letters: two offices, a day and a number stay within what FAT and Linux take


def between(word: str, by: str, to: str, on: str) -> str:
    """意见_乙局_致甲局_2022-08-25: who wrote it, and for whom ('' where that is not known)."""
    whom = f"_致{plain(to)[:LONGEST_OFFICE]}" if to else ""
    return f"{word}_{plain(by)[:LONGEST_OFFICE]}{whom}_{on}"


def answer(word: str, by: str, to: str, on: str, bundle: str) -> str:
    """回执_乙局_致甲局_2022-08-25_<the end of the bundle's id>: whose answer it is, for whom, to what."""
    return f"{between(word, by, to, on)}_{bundle[-12:]}"
