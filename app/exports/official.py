"""One official paper as data, before any page of it is drawn (GB/T 9704-2012)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from app.page import Column

Level = Literal[1, 2, 3, 4]
Style = Literal["fangsong", "kaiti", "heiti"]
STYLES: dict[Level, Style] = {1: "heiti", 2: "kaiti", 3: "fangsong", 4: "fangsong"}

# Lengths of the page in mm, sizes of type and pitches in points.
WIDTH, HEIGHT = 210.0, 297.0
TOP, LEFT, RIGHT, BOTTOM = 37.0, 28.0, 26.0, 35.0
SIZE, TITLE_SIZE, FOUR, TABLE_SIZE = 16.0, 22.0, 14.0, 10.5
LEAD, PITCH = 28.95, 15.75
LINES, CHARACTERS = 22, 28
NUMBER_GAP, SIGN_GAP = 1, 2
"""Empty lines under the 文号, and above the signature, so that the seal touches neither text nor edge."""
LINES_ABOVE_SIGN = 2
"""Lines of the text that go with 附件说明 and signature to their page (此页无正文 is not allowed)."""
NUMBER_BELOW = 7.0
"""How far under the 版心 the page number stands."""
THICK, THIN = 0.35, 0.25
"""The rules of the 版记."""
_DIGITS = "零一二三四五六七八九"


@dataclass(frozen=True)
class Heading:
    """A heading of level 1-4; its number (一、（一）1.（1）) is worked out."""

    level: Level
    text: str


@dataclass(frozen=True)
class Para:
    """A paragraph, two characters indented unless `indent` is False; \\n begins another."""

    text: str
    indent: bool = True


@dataclass(frozen=True)
class Numbered:
    """Points told one after the other: 1. 2. 3."""

    texts: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A table within the running text; its head stands on every page it goes on to."""

    columns: tuple[Column, ...]
    rows: Sequence[tuple[str, ...]]
    title: str = ""


Block = Heading | Para | Numbered | Table


@dataclass(frozen=True)
class Annex:
    """An 附件: named under the text, and set on pages of its own where it has `blocks`."""

    title: str
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True)
class OfficialPaper:
    """One paper; days in words (2022年9月16日), `to` without its colon, \\n in `title` where its lines should end.

    `cc` and `printed` (who printed it and when) make the 版记; without both there is none. `unit` is the author among
    the file's properties.
    """

    title: str
    blocks: tuple[Block, ...]
    doc_no: str = ""
    to: str = ""
    signed_by: str = ""
    on: str = ""
    contact: str = ""
    cc: tuple[str, ...] = ()
    printed_by: str = ""
    printed_on: str = ""
    attachments: tuple[Annex, ...] = ()
    unit: str = ""

    @property
    def name(self) -> str:
        """The title in one line."""
        return self.title.replace("\n", "")

    @property
    def author(self) -> str:
        return self.unit or self.signed_by


@dataclass(frozen=True)
class Told:
    """A paragraph ready to be set; `keep`: it stays with what follows."""

    text: str
    style: Style = "fangsong"
    indent: bool = True
    keep: bool = False


def told(blocks: Sequence[Block]) -> Iterator[Told | Table]:
    """The blocks as paragraphs with their numbers, and the tables as they are."""
    counts = [0, 0, 0, 0]
    for block in blocks:
        if isinstance(block, Table):
            if block.title:
                yield Told(block.title, indent=False, keep=True)
            yield block
        elif isinstance(block, Heading):
            place = block.level - 1
            counts[place:] = [counts[place] + 1, *[0] * (3 - place)]
            yield Told(number(block.level, counts[place]) + block.text, STYLES[block.level], keep=True)
        elif isinstance(block, Numbered):
            yield from (Told(f"{number(3, n)}{text}") for n, text in enumerate(block.texts, 1))
        else:
            yield from (Told(text, indent=block.indent) for text in block.text.split("\n") if text.strip())


def number(level: Level, count: int) -> str:
    """The number before a heading: 一、（一）1.（1）."""
    return (f"{chinese(count)}、", f"（{chinese(count)}）", f"{count}.", f"（{count}）")[level - 1]


def chinese(count: int) -> str:
    """1 to 99 in Chinese numerals: 二十一."""
    tens, ones = divmod(count, 10)
    if not tens:
        return _DIGITS[ones]
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")


def annex_lines(paper: OfficialPaper) -> list[tuple[str, str]]:
    """(what stands before it, title) of each line of the 附件说明; the head only in the first."""
    names = [annex.title for annex in paper.attachments]
    if len(names) == 1:
        return [("附件：", names[0])]
    return [(("附件：" if n == 1 else "　　　") + f"{n}.", name) for n, name in enumerate(names, 1)]


def annex_heads(paper: OfficialPaper) -> list[tuple[str, Annex]]:
    """附件, or 附件1 附件2 where there are several, of those that are set with the paper."""
    several = len(paper.attachments) > 1
    return [(f"附件{n}" if several else "附件", a) for n, a in enumerate(paper.attachments, 1) if a.blocks]


def sign_rooms(signed: float, on: float) -> tuple[float, float]:
    """What stays free to the right of signature and date; all in characters.

    The date ends four characters before the edge, the signature is centred over it.
    """
    room = 4 + (on - signed) / 2
    return (room, 4.0) if room >= 0 else (0.0, 4 - room)


def imprint(paper: OfficialPaper) -> tuple[str, tuple[str, str]]:
    """The two lines of the 版记: 抄送, and who printed it when; '' where there is none."""
    cc = f"抄送：{'，'.join(paper.cc)}。" if paper.cc else ""
    return cc, (paper.printed_by, f"{paper.printed_on}印发" if paper.printed_on else "")
