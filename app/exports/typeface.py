"""Text made ready for the page: widths, the PDF operators of a piece of text, and what could not be drawn."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby

from app.exports.fonts import Role, Shelf
from app.exports.truetype import Face
from app.problem import Problem

_BREAKS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_UNSEEN = re.compile(
    "[\xad\u034f\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff]"
)
_SUSPECT = re.compile(
    "[\t\r\v\f\x85\xad\u034f\u061c\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
    "\U000e0000-\U000e0fff]"
)
_SPARE_CODES = (*range(0xD800, 0xE000), *range(0xE000, 0xF900))
_MOST_NAMED = 20


def clean(text: str) -> str:
    """Line breaks as \\n, tabs as spaces, and nothing that is invisible or turns the reading order round."""
    if not _SUSPECT.search(text):
        return text
    return _UNSEEN.sub("", _BREAKS.sub("\n", text)).replace("\t", " ")


@dataclass(frozen=True)
class Missing:
    """A character no face can draw, and the row it stands in (row 0: outside the rows)."""

    char: str
    row: int
    name: str

    @property
    def code(self) -> str:
        return f"U+{ord(self.char):04X}"


@dataclass
class Used:
    """What one document takes from one face: two-byte code -> (glyph, text it stands for)."""

    face: Face
    name: str
    codes: dict[int, tuple[int, str]] = field(default_factory=dict)

    def code_for(self, char: str, glyph: int) -> int:
        """BMP characters keep their own number as code; the others take surrogate and private-use numbers."""
        point = ord(char)
        if point <= 0xFFFF:
            code = point
        else:
            taken = len(self.codes)
            code = next((c for c in _SPARE_CODES if c not in self.codes), -1)
            if code < 0:
                raise Problem("E_GLYPH", "生僻字种类太多，一份打印件里放不下，请分开打印", count=taken)
        self.codes[code] = (glyph, char)
        return code


class Ink:
    """The faces and characters of one document, and what was found missing where."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self.used: dict[int, Used] = {}
        self.row = 0
        self.row_name = ""
        self.missing: list[Missing] = []
        self.count_missing = 0
        self.body = Typeface(self, "body")
        self.head = Typeface(self, "head")

    def use(self, face: Face) -> Used:
        if id(face) not in self.used:
            self.used[id(face)] = Used(face, f"Q{len(self.used)}")
        return self.used[id(face)]

    def note_missing(self, char: str) -> None:
        self.count_missing += 1
        if len(self.missing) < _MOST_NAMED:
            here = Missing(char, self.row, self.row_name)
            if here not in self.missing:
                self.missing.append(here)

    def forget_missing(self) -> None:
        """Start afresh after a mere sampling of the rows."""
        self.missing.clear()
        self.count_missing = 0

    def refuse_missing(self) -> None:
        """Raises Problem E_GLYPH naming each character, its code point and its row."""
        if not self.missing:
            return
        said = []
        for one in self.missing[:5]:
            shown = f"“{one.char}”（{one.code}）" if one.char.isprintable() else one.code
            name = "".join(char for char in one.name if char.isprintable())[:30]
            said.append(f"第 {one.row} 行“{name}”里的{shown}" if one.row else f"{name}里的{shown}")
        more = f"等 {self.count_missing:,} 处" if self.count_missing > len(said) else ""
        facts = [{"char": m.char, "code": m.code, "row": m.row, "name": m.name} for m in self.missing]
        raise Problem(
            "E_GLYPH",
            "、".join(said)
            + more
            + "没有可用的字形，打印出来会是空白，因此没有打印。请改字，或装上含这些字的字体后再打印",
            missing=facts,
        )


class Typeface(dict[str, int]):
    """Character -> width in thousandths of the em. Looking a character up makes it part of the document."""

    def __init__(self, ink: Ink, role: Role) -> None:
        super().__init__()
        self._ink = ink
        self._role = role
        self.main = ink.use(ink.shelf.face(role))
        self._special: dict[str, tuple[Used, int]] = {}

    def __missing__(self, char: str) -> int:
        found = self._ink.shelf.find(self._role, char)
        if found is None:
            self._ink.note_missing(char)
            return 1000
        face, glyph = found
        used = self._ink.use(face)
        code = used.code_for(char, glyph)
        if used is not self.main or code != ord(char):
            self._special[char] = (used, code)
        self[char] = face.width(glyph)
        return self[char]

    @property
    def missing(self) -> int:
        """How often a character was asked for in vain, in the whole document."""
        return self._ink.count_missing

    def measure(self, text: str) -> int:
        """Width in thousandths of the em."""
        return sum(map(self.__getitem__, text))

    def show(self, text: str, size: str) -> str:
        """Operators that show `text`. The main face is set at `size` already; others are set and unset."""
        special = self._special
        if special.keys().isdisjoint(text):
            return f"<{text.encode('utf-16-be', 'replace').hex()}>Tj"
        return "".join(self._shown_in_runs(text, size))

    def _shown_in_runs(self, text: str, size: str) -> Iterator[str]:
        placed = ((self._special.get(char) or (self.main, ord(char))) for char in text)
        for name, run in groupby(placed, key=lambda place: place[0].name):
            codes = "".join(f"{code:04x}" for _, code in run)
            if name == self.main.name:
                yield f"<{codes}>Tj"
            else:
                yield f"/{name} {size} Tf<{codes}>Tj/{self.main.name} {size} Tf"
