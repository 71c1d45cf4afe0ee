"""Where the table of a returned check list begins, and which of its columns is which."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from app.checking.check_lists import ID_HEAD, CheckColumn, CheckSheet
from app.imports.check_reading import Grid, Returned
from app.imports.drafts import text_of
from app.imports.mapping import Matcher, bare, split_target
from app.imports.reading import Line
from app.problem import Problem
from app.words.templates import Loaded

_LOOK, _LEAST, _ALIKE, _APART = 60, 3, 75.0, 8.0
_AS_GOOD = 2
"""A sheet with at least one in so many of the best one's columns is a list of its own."""


@dataclass(frozen=True)
class Table:
    """The table found. `places` are 0-based columns by field (several where a column was copied).

    `titles` are their own words by place, `extra` the places of columns that are none of ours.
    """

    grid: Grid
    head: int
    places: Mapping[str, tuple[int, ...]]
    titles: tuple[str, ...]
    extra: tuple[int, ...]

    def is_head(self, line: Line) -> bool:
        """Whether a row repeats the head, as rows do that were printed and pasted back."""
        titles = [bare(t) for t in self.titles]
        cells = [bare(text_of(cell)) for cell in line[1:]]
        return sum(1 for a, b in zip(titles, cells, strict=False) if a and a == b) >= _LEAST


def find(back: Returned, loaded: Loaded, sent: CheckSheet) -> Table:
    """The table whose head has most of the columns sent. Raises Problem E_NOT_A_CHECKLIST."""
    return find_all(back, loaded, sent)[0]


def find_all(back: Returned, loaded: Loaded, sent: CheckSheet) -> list[Table]:
    """The same, and after it the visible sheets with as good as that head: copies, and one for each clerk."""
    keys = {key for column in sent.columns for key in (bare(column.head), bare(column.title))}
    heads = [head for grid in back.grids if (head := _head(grid, keys)) is not None]
    if not heads:
        raise Problem(
            "E_NOT_A_CHECKLIST",
            f"“{back.file}”里没有找到核查表的表头，请核对是不是发出去的那份核查表",
            sheets=[grid.name for grid in back.grids],
        )
    heads.sort(key=lambda head: head[:2], reverse=True)
    best = heads[0][0]
    alike = [h for h in heads[1:] if h[1] and h[0] * _AS_GOOD >= best]
    matcher = Matcher(loaded)
    return [_table(grid, index, matcher, loaded, sent) for _, _, grid, index in (heads[0], *alike)]


def _head(grid: Grid, keys: Container[str]) -> tuple[int, bool, Grid, int] | None:
    """(columns of ours, visible, sheet, line) of the first line with most of them."""
    best: tuple[int, bool, Grid, int] | None = None
    for index, line in enumerate(grid.lines[:_LOOK]):
        score = len({key for cell in line[1:] if (key := bare(text_of(cell))) in keys})
        if score >= _LEAST and (best is None or score > best[0]):
            best = (score, not grid.hidden, grid, index)
    return best


def _table(grid: Grid, index: int, matcher: Matcher, loaded: Loaded, sent: CheckSheet) -> Table:
    titles = _titles(grid, index)
    places = _assigned(matcher, loaded, sent, titles)
    taken = {place for several in places.values() for place in several}
    own = {place for place, title in enumerate(titles) if bare(title) == bare(ID_HEAD)}
    extra = tuple(p for p in range(len(titles)) if p not in taken and p not in own)
    return Table(grid, grid.lines[index][0], places, titles, extra)


def _titles(grid: Grid, index: int) -> tuple[str, ...]:
    """The head's texts; a blank one takes what is merged down into it."""
    line = grid.lines[index]
    number = line[0]
    width = max(len(one) for one in grid.lines[index:]) - 1
    texts = [text_of(cell) for cell in line[1:]] + [""] * (width + 1 - len(line))
    above = {one[0]: one for one in grid.lines[:index]}
    for top, left, bottom, right in grid.merges:
        if top < number <= bottom and top in above and left < len(above[top]):
            for place in range(left - 1, min(right, width)):
                texts[place] = texts[place] or text_of(above[top][left])
    return tuple(texts)


def _assigned(
    matcher: Matcher, loaded: Loaded, sent: CheckSheet, titles: Sequence[str]
) -> dict[str, tuple[int, ...]]:
    """By the very words first, then by the template's other words, then by likeness, each only where one fits."""
    found: dict[str, list[int]] = defaultdict(list)
    by_key = {key: c.field for c in sent.columns for key in (bare(c.title), bare(c.head))}
    for place, title in enumerate(titles):
        if field := by_key.get(bare(title)):
            found[field].append(place)
    left = {c.field: c for c in sent.columns if c.field not in found}
    open_places = [p for p, t in enumerate(titles) if t.strip() and bare(t) not in by_key]
    known: set[int] = set()
    wanted: dict[str, list[int]] = defaultdict(list)
    for place in open_places:
        meant = set(_meant(matcher, loaded, titles[place]))
        if meant:
            known.add(place)
        fits = meant & left.keys()
        if len(fits) == 1:
            wanted[fits.pop()].append(place)
    for field, places in wanted.items():
        if len(places) == 1:
            found[field] = places
            del left[field]
    for field, place in _alike({p: titles[p] for p in open_places if p not in known}, left):
        found[field] = [place]
    return {field: tuple(places) for field, places in found.items()}


def _meant(matcher: Matcher, loaded: Loaded, title: str) -> Iterator[str]:
    """Fields a title may mean, of the matter and of the project."""
    preset = next(iter(loaded.presets.values()), None)
    if preset is not None:
        target, sure, _ = matcher.match((preset.title, title))
        if target.startswith(preset.code) and sure == 1.0:
            yield split_target(target)[1]
    target, sure, _ = matcher.match((title,))
    if sure == 1.0 and target in loaded.fields:
        yield target


def _alike(titles: Mapping[int, str], left: Mapping[str, CheckColumn]) -> Iterator[tuple[str, int]]:
    """Columns renamed a little: the closest in both directions, and clearly so."""
    scores = {
        (field, place): max(
            fuzz.ratio(bare(title), bare(column.title)), fuzz.ratio(bare(title), bare(column.head))
        )
        for field, column in left.items()
        for place, title in titles.items()
    }
    for (field, place), score in scores.items():
        rivals = [s for (f, p), s in scores.items() if (f == field) != (p == place)]
        if score >= _ALIKE and score - max(rivals, default=0.0) >= _APART:
            yield field, place
