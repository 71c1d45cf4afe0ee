"""不收 of files that were put aside: they wait no more, with the way back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from app.keeping import put_aside
from ui.desk import Desk


def let_go(desk: Desk, wanted: Sequence[Path], then: Callable[[], object]) -> None:
    """Of these files those that wait here; 撤销 has them wait again, and calls `then`."""
    for file in wanted:
        if not put_aside.holds(desk.office.folder, file):
            continue
        done = desk.do(put_aside.wait_no_more, file)
        if done is not None and done.facts:
            again = Path(done.facts["file"])
            desk.offered.emit(f"{done.said}。", "撤销", lambda again=again: _again(desk, again, then))


def _again(desk: Desk, file: Path, then: Callable[[], object]) -> None:
    desk.do(put_aside.wait_again, file)
    then()
