"""Faces: own ones first, extras per character, empty glyphs and broken files never taken."""

from __future__ import annotations

from pathlib import Path

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

from app.exports.fonts import Shelf
from app.exports.truetype import Face, FaceError

RARE = "\U000323af"  # 扩展 H 之末：自带两款字体都没有


def make_face(path: Path, char: str, *, empty: bool = False, locked: bool = False) -> Path:
    pen = TTGlyphPen(None)
    if not empty:
        pen.moveTo((0, 0))
        pen.lineTo((500, 700))
        pen.lineTo((900, 0))
        pen.closePath()
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", "rare"])
    builder.setupCharacterMap({ord(char): "rare"})
    builder.setupGlyf({".notdef": TTGlyphPen(None).glyph(), "rare": pen.glyph()})
    builder.setupHorizontalMetrics({".notdef": (500, 0), "rare": (1000, 0)})
    builder.setupHorizontalHeader(ascent=880, descent=-120)
    builder.setupNameTable({"familyName": "Rare", "styleName": "Regular", "psName": "Rare-Regular"})
    builder.setupOS2(fsType=2 if locked else 0)
    builder.setupPost()
    builder.save(path)
    return path


def test_an_extra_face_gives_what_the_own_ones_lack(tmp_path: Path) -> None:
    make_face(tmp_path / "HanaMinB.ttf", RARE)
    found = Shelf(extras=(tmp_path,)).find("body", RARE)
    assert found is not None
    assert found[0].name == "Rare-Regular"
    assert Shelf(extras=()).find("body", RARE) is None


def test_an_empty_glyph_is_no_glyph(tmp_path: Path) -> None:
    """Some faces map rare characters to empty outlines: that would print a blank."""
    make_face(tmp_path / "HanaMinB.ttf", RARE, empty=True)
    assert Shelf(extras=(tmp_path,)).find("body", RARE) is None


def test_a_face_that_forbids_embedding_or_is_broken_is_passed_over(tmp_path: Path) -> None:
    make_face(tmp_path / "HanaMinB.ttf", RARE, locked=True)
    (tmp_path / "simsun.ttc").write_bytes(b"ttcf\0\0\0\0")
    (tmp_path / "simkai.ttf").write_bytes(b"")
    assert Shelf(extras=(tmp_path,)).find("body", RARE) is None


@pytest.mark.parametrize("cut", [0, 3, 12, 40, 200, 500])
def test_a_truncated_face_is_refused(tmp_path: Path, cut: int) -> None:
    whole = make_face(tmp_path / "a.ttf", "甲").read_bytes()
    (tmp_path / "b.ttf").write_bytes(whole[:cut])
    with pytest.raises(FaceError):
        Face(tmp_path / "b.ttf")


def test_a_subset_is_a_font_that_others_can_read(tmp_path: Path, shelf: Shelf) -> None:
    face = shelf.face("body")
    glyphs = [face.glyph_of(ord(char)) for char in "台账é䶮𬭸"]
    data, renumbered = face.subset(glyphs)
    (tmp_path / "s.ttf").write_bytes(data)
    outside = TTFont(tmp_path / "s.ttf")
    table = outside["glyf"]
    for glyph in glyphs:
        drawn = table[outside.getGlyphName(renumbered[glyph])]
        assert drawn.numberOfContours != 0
        assert outside["hmtx"][outside.getGlyphName(renumbered[glyph])][0] == face.width(glyph)


def test_the_character_map_agrees_with_another_reader(shelf: Shelf) -> None:
    face = shelf.face("head")
    outside = TTFont(face.path)
    known = outside.getBestCmap()
    for code in range(0x20, 0x31400):
        assert face.glyph_of(code) == (outside.getGlyphID(known[code]) if code in known else 0)


@pytest.mark.parametrize("char", [" ", "\u3000", "\u2003", "\xa0"])
def test_blanks_need_no_outline(shelf: Shelf, char: str) -> None:
    assert shelf.find("body", char) is not None


@pytest.mark.parametrize("char", ["\x07", "\ue000", "\ud800"])
def test_control_private_and_broken_characters_have_no_glyph(shelf: Shelf, char: str) -> None:
    assert shelf.find("body", char) is None
