"""Which face draws which character: the product's own two faces first, then those found on the machine."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Literal

from app.exports.truetype import Face, FaceError
from app.problem import Problem
from app.storage.paths import FONTS

Role = Literal["body", "head", "fangsong", "kaiti", "heiti", "title"]
OWN: dict[Role, str] = {"body": "NotoSerifSC*.ttf", "head": "NotoSansSC*.ttf"}

# Extra faces asked in this order, character by character, when the own two lack a glyph.
EXTRAS = (
    "babelstonehan.ttf", "hanamina.ttf", "hanaminb.ttf", "hanaminc.ttf", "plangothicp1-regular.ttf",
    "plangothicp2-regular.ttf", "simsun.ttc", "simsunb.ttf", "simsunextg.ttf", "simfang.ttf", "simkai.ttf",
    "simhei.ttf", "fangsong_gb2312.ttf", "仿宋_gb2312.ttf", "kaiti_gb2312.ttf",
    "楷体_gb2312.ttf", "lxgwwenkai-regular.ttf",
    "notosansmongolian-regular.ttf", "monbaiti.ttf", "msyh.ttc", "segoeui.ttf", "seguisym.ttf",
    "dejavusans.ttf",
)  # fmt: skip
_SAME_GLYPH = {0xA0: 0x20, 0x2011: 0x2D, 0x2010: 0x2D, 0x2212: 0x2D}


def folders() -> tuple[Path, ...]:
    """Where systems keep fonts: Windows, Linux (Debian, 统信, 麒麟) and macOS."""
    home = Path.home()
    places = [
        Path("/usr/share/fonts"),
        Path("/usr/local/share/fonts"),
        home / ".local/share/fonts",
        home / ".fonts",
        Path("/Library/Fonts"),
        Path("/System/Library/Fonts"),
        home / "Library/Fonts",
    ]
    if "WINDIR" in os.environ:
        places.insert(0, Path(os.environ["WINDIR"]) / "Fonts")
    if "LOCALAPPDATA" in os.environ:
        places.insert(1, Path(os.environ["LOCALAPPDATA"]) / "Microsoft/Windows/Fonts")
    return tuple(places)


class Shelf:
    """All faces one print may use. Extras are looked for only when a character asks for them."""

    def __init__(self, own: Path = FONTS, extras: tuple[Path, ...] | None = None) -> None:
        """Raises Problem E_FONTS when the own faces are missing or broken."""
        self._own = {role: _own_face(own, pattern) for role, pattern in OWN.items()}
        self._folders = folders() if extras is None else extras
        self._extras: list[Face] | None = None
        self._found: dict[tuple[Role, str], tuple[Face, int] | None] = {}

    def face(self, role: Role) -> Face:
        return self._own[role]

    def find(self, role: Role, char: str) -> tuple[Face, int] | None:
        """The face and glyph that draw `char`, or None when no face has an outline for it."""
        key = (role, char)
        if key not in self._found:
            self._found[key] = self._look(role, char)
        return self._found[key]

    def _look(self, role: Role, char: str) -> tuple[Face, int] | None:
        if unicodedata.category(char) in ("Cc", "Co", "Cs"):
            return None
        blank = char.isspace()
        for face in self._in_order(role):
            for code in (ord(char), _SAME_GLYPH.get(ord(char), 0x20 if blank else 0)):
                glyph = face.glyph_of(code)
                if glyph and (blank or face.has_outline(glyph)):
                    return face, glyph
        return None

    def _in_order(self, role: Role) -> Iterator[Face]:
        yield self._own[role]
        yield from (face for other, face in self._own.items() if other != role)
        if self._extras is None:
            self._extras = _faces_found(self._folders)
        yield from self._extras


def _own_face(folder: Path, pattern: str) -> Face:
    for path in sorted(folder.glob(pattern)):
        try:
            return Face(path)
        except FaceError as error:
            raise Problem(
                "E_FONTS", f"打印用的字体“{path.name}”已损坏，请重新安装本软件", path=str(path)
            ) from error
    raise Problem("E_FONTS", f"缺少打印用的字体（{pattern}），请重新安装本软件", folder=str(folder))


def _faces_found(places: tuple[Path, ...]) -> list[Face]:
    return list(faces_named(places, EXTRAS))


def faces_named(places: tuple[Path, ...], wanted: Sequence[str]) -> Iterator[Face]:
    """The faces of these file names (small letters) that stand somewhere below `places`, in the order wanted."""
    found: dict[str, Path] = {}
    for place in places:
        for folder, _, names in os.walk(place):
            for name in names:
                if name.lower() in wanted:
                    found.setdefault(name.lower(), Path(folder) / name)
    for name in wanted:
        if name in found:
            with suppress(FaceError):
                yield Face(found[name])
