"""A table within the text of an official paper: head in 黑体, rows in 仿宋 五号, as the printed ledgers are set."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.exports.cells import Laid, RowSetter
from app.exports.furniture import INNER, OUTER, Head, box, line
from app.exports.official import HEIGHT, LEFT, RIGHT, TOP, WIDTH, Table
from app.exports.official_fonts import OfficialInk
from app.exports.official_paging import BELOW_TABLE, Grid, Piece
from app.exports.paper import MM, Paper, plan
from app.page import Page


class _Portrait(Paper):
    """An upright sheet whose table fills the 版心 from edge to edge."""

    @property
    def inner(self) -> float:
        return (WIDTH - LEFT - RIGHT) * MM


PORTRAIT = _Portrait(WIDTH * MM, HEIGHT * MM, LEFT * MM, TOP * MM, 22, 12, 10, (10.5, 10, 9.5, 9), 2)


class TableSetter:
    """One table made ready: its columns and type size fit the sampled rows. Raises Problem E_PAPER when they cannot."""

    def __init__(self, table: Table, ink: OfficialInk) -> None:
        self._table, self._ink = table, ink
        page = Page(table.title or "表", "", "", "", table.columns, table.rows)
        self._plan = plan(page, PORTRAIT, ink)

    def pieces(self, room: float) -> Iterator[Piece]:
        """A piece a row; a row higher than `room` leaves beside the head is cut between its lines."""
        ink, table = self._ink, self._table
        head = Head(table.columns, self._plan, ink)
        setter = RowSetter(self._plan, ink.body, [column.align for column in table.columns])
        grid = Grid(head.height, self._framed(head))
        most = room - head.height - BELOW_TABLE
        for count, texts in enumerate(table.rows, 1):
            ink.row, ink.row_name = count, texts[min(1, len(texts) - 1)]
            row = setter.lay(texts)
            while row.height > most:
                piece, row = row.cut(setter.lines_within(most))
                yield _piece(piece, grid)
            yield _piece(row, grid)
        ink.row = 0

    def _framed(self, head: Head) -> _Framed:
        return _Framed(head, self._plan.edges)


class _Framed:
    """Draws head, rules and frame of the rows that stand on one page."""

    def __init__(self, head: Head, edges: Sequence[float]) -> None:
        self._head, self._edges = head, edges

    def __call__(self, top: float, heights: Sequence[float]) -> list[str]:
        left, right = self._edges[0], self._edges[-1]
        y = top - self._head.height
        rules = []
        for height in heights:
            y -= height
            rules.append(line(left, y, right, y))
        frame = [INNER, *rules[:-1], *self._head.rules(top, y), OUTER, box(left, y, right - left, top - y)]
        return self._head.operators(top) + frame


def _piece(row: Laid, grid: Grid) -> Piece:
    return Piece(row.height, lambda top: [row.setter.begin, *row.operators(top), "ET"], "row", grid=grid)
