"""Breaking a cell's text into lines: 避头尾, Latin words and codes kept together where they can be."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from itertools import accumulate

NO_START = frozenset("，。、；：？！）》”’〕】」』〉〗｝］…—·～％‰℃°,.;:?!)]}%％＂﹂﹄ー々〻＞>")
NO_END = frozenset("（《“‘〔【「『〈〖｛［([{＄￥￡$＜<№§")
WORD = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.,+-/_%#&@:'=~*")
UNITS = frozenset("号年月日时个元万亿亩米公吨条户套处项期")
DIGITS = frozenset("0123456789")
SOFT = frozenset("-/_.,:@&=+")

Line = tuple[str, int]


def break_lines(text: str, limit: int, widths: Mapping[str, int]) -> list[Line]:
    """Lines of `text` no wider than `limit` (thousandths of the em), each with its width.

    Nothing is lost: the lines joined are the text without its line breaks. Blanks at a break hang over the
    edge. Where a single character is wider than `limit` it gets a line of its own.
    """
    width = sum(map(widths.__getitem__, text)) if "\n" not in text else -1
    if 0 <= width <= limit:
        return [(text, width)]
    lines: list[Line] = []
    for paragraph in text.split("\n"):
        _break_paragraph(paragraph, limit, widths, lines)
    return lines


def even_lines(text: str, limit: int, widths: Mapping[str, int]) -> list[Line]:
    """As few lines as `break_lines` makes, as even as they can be (总投资 / （万元））."""
    lines = break_lines(text, limit, widths)
    if len(lines) == 1:
        return lines
    narrow = sum(width for _, width in lines) // len(lines)
    for tried in range(narrow, limit, 250):
        evener = break_lines(text, tried, widths)
        if len(evener) == len(lines):
            return evener
    return lines


def _break_paragraph(text: str, limit: int, widths: Mapping[str, int], lines: list[Line]) -> None:
    ends = [0, *accumulate(map(widths.__getitem__, text))]
    begin, total = 0, len(text)
    while ends[total] - ends[begin] > limit:
        fits = max(bisect_right(ends, ends[begin] + limit, lo=begin) - 1, begin + 1)
        if fits >= total:
            break
        if text[fits] == " ":
            end = fits
            while end < total and text[end] == " ":
                end += 1
        else:
            end = _back_to_break(text, begin, fits, limit, ends)
        lines.append((text[begin:end], ends[end] - ends[begin]))
        begin = end
    if begin < total or not text:
        lines.append((text[begin:], ends[total] - ends[begin]))


def _back_to_break(text: str, begin: int, fits: int, limit: int, ends: list[int]) -> int:
    """The last place at or before `fits` where a line may end; `fits` itself when there is none."""
    end = fits
    while end > begin:
        before, after = text[end - 1], text[end]
        if before in WORD and after in WORD:
            start, stop = _word_around(text, begin, end)
            soft = start
            if ends[stop] - ends[start] > limit:
                soft = next((cut for cut in range(end, start, -1) if text[cut - 1] in SOFT), start)
            if soft > start:
                return soft
            if start == begin:
                break
            end = start
            continue
        month = before == "月" and after in DIGITS  # 2022年 | 12月31日
        if after in NO_START or before in NO_END or (after in UNITS and before in DIGITS) or month:
            end -= 1
            continue
        return end
    return end if end > begin else fits


def _word_around(text: str, begin: int, place: int) -> tuple[int, int]:
    start = stop = place
    while start > begin and text[start - 1] in WORD:
        start -= 1
    while stop < len(text) and text[stop] in WORD:
        stop += 1
    return start, stop
