"""Which rows stand on which page: rows stay whole where they can, the sign block keeps two rows above it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from app.exports.cells import Laid

ROWS_ABOVE_SIGNS = 2
_LEAST_LINES = 3


def paginate(rows: Iterable[Laid], first: float, rest: float, tail: float) -> Iterator[list[Laid]]:
    """Rows page by page. `first` and `rest` are the heights for rows on page one and on the others.

    `tail` is the height of what must follow the last row on its page (totals, foot lines, sign block). A row
    taller than a page is cut between lines and continues; any other row stays whole, unless the sign block
    could not otherwise keep table rows above it. Only two pages are held back at a time.
    """
    held: list[list[Laid]] = [[]]
    given = 0
    room = first
    for row in rows:
        waiting: Laid | None = row
        while waiting is not None:
            if waiting.height <= room + 1e-6:
                held[-1].append(waiting)
                room -= waiting.height
                break
            piece, waiting = _piece(waiting, room, rest, not held[-1])
            if piece is not None:
                held[-1].append(piece)
            if waiting is not None:
                held.append([])
                room = rest
                if len(held) > 3:
                    yield held.pop(0)
                    given += 1
    yield from _with_tail(held, first if not given else rest, rest, tail)


def _piece(row: Laid, room: float, rest: float, fresh: bool) -> tuple[Laid | None, Laid | None]:
    """What of a row that does not fit may stay on this page, and what goes on to the next."""
    lines = row.setter.lines_within(room)
    if row.height <= rest and not fresh:
        return None, row
    if fresh:
        lines = max(lines, 1)
    elif lines < _LEAST_LINES:
        return None, row
    if lines >= row.lines:
        return row, None
    return row.cut(lines)


def _with_tail(held: list[list[Laid]], first: float, rest: float, tail: float) -> list[list[Laid]]:
    """The held pages, rearranged so that the last has room for the tail and rows above it."""
    rooms = [first] + [rest] * (len(held) - 1)
    last = held[-1]
    if _height(last) + tail > rooms[-1] + 1e-6:
        held.append(_taken(last, rest - tail))
    elif len(last) < ROWS_ABOVE_SIGNS and len(held) > 1:
        wanted = ROWS_ABOVE_SIGNS - len(last)
        last[:0] = _taken(held[-2], rest - tail - _height(last), wanted)
    return [page for page in held if page] or [[]]


def _taken(page: list[Laid], room: float, wanted: int = ROWS_ABOVE_SIGNS) -> list[Laid]:
    """Up to `wanted` rows taken from the end of `page`, cut if need be, not taller than `room` together.

    Something always stays on `page`: it may be the first, which holds less than the page the rows go to.
    """
    taken: list[Laid] = []
    while page and len(taken) < wanted:
        row = page[-1]
        if row.height <= room + 1e-6 and len(page) > 1:
            taken.insert(0, page.pop())
            room -= row.height
            continue
        lines = min(row.setter.lines_within(room), row.lines - 1)
        if lines < 1:
            break
        page[-1], rest = row.cut(row.lines - lines)
        taken.insert(0, rest)
        break
    return taken


def _height(page: Iterable[Laid]) -> float:
    return sum(row.height for row in page)
