"""Turns the two Noto faces of pylopdf-fonts-zh-cn into TrueType, which the print needs: CFF outlines are refused there.

Run by the project's own interpreter: `.venv/bin/python build/fonts.py FOLDER`.
"""

from __future__ import annotations

import importlib.metadata
import multiprocessing
import os
import sys
from pathlib import Path

import pylopdf_fonts_zh_cn
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont, newTable
from fontTools.ttLib.tables import _g_l_y_f
from reportlab.pdfbase.ttfonts import TTFont as PrintFace

SOURCE = "pylopdf-fonts-zh-cn"
NAMES = ("NotoSerifSC-Regular", "NotoSansSC-Regular")
LICENCE = "OFL.txt"
MAX_ERROR = 1.0  # of 1,000 units in the em: a hundredth of a millimetre at 10 pt
RARE = "鿍䶮㙓𬭸"  # names of people and places that cheap faces lack
DROPPED = ("CFF ", "VORG", "GSUB", "GPOS", "GDEF", "BASE", "DSIG", "vhea", "vmtx")


def convert(source: Path, target: Path) -> int:
    """Write `target` whole or not at all; returns the number of glyphs. Raises ValueError when it is not fit."""
    font = TTFont(source, recalcTimestamp=False)
    order = font.getGlyphOrder()
    _put_outlines(font, _outlines(font))
    _mark_modified(font)
    fresh = target.with_name(target.name + ".new")
    font.save(fresh)
    _judge(fresh)
    with fresh.open("rb") as stream:
        os.fsync(stream.fileno())
    fresh.replace(target)
    return len(order)


def _outlines(font: TTFont) -> dict[str, _g_l_y_f.Glyph]:
    glyphs = font.getGlyphSet()
    made = {}
    for name in font.getGlyphOrder():
        pen = TTGlyphPen(None)
        glyphs[name].draw(Cu2QuPen(pen, MAX_ERROR, reverse_direction=True))
        made[name] = pen.glyph()
    return made


def _put_outlines(font: TTFont, outlines: dict[str, _g_l_y_f.Glyph]) -> None:
    order = font.getGlyphOrder()
    for tag in DROPPED:
        if tag in font:
            del font[tag]
    glyf = font["glyf"] = newTable("glyf")
    glyf.glyphOrder = order
    glyf.glyphs = outlines
    font["loca"] = newTable("loca")
    metrics = font["hmtx"]
    for name, glyph in outlines.items():
        glyph.recalcBounds(glyf)
        metrics[name] = (metrics[name][0], getattr(glyph, "xMin", 0))
    maxp = font["maxp"] = newTable("maxp")
    maxp.tableVersion = 0x00010000
    maxp.numGlyphs = len(order)
    maxp.maxZones = 1
    for field in (
        "maxTwilightPoints", "maxStorage", "maxFunctionDefs", "maxInstructionDefs", "maxStackElements",
        "maxSizeOfInstructions", "maxPoints", "maxContours", "maxCompositePoints", "maxCompositeContours",
        "maxComponentElements", "maxComponentDepth",
    ):  # fmt: skip
        setattr(maxp, field, 0)
    post = font["post"]
    post.formatType = 3.0
    post.extraNames, post.mapping = [], {}
    post.glyphOrder = order
    font["head"].glyphDataFormat = 0
    font.sfntVersion = "\000\001\000\000"


def _mark_modified(font: TTFont) -> None:
    for record in font["name"].names:
        if record.nameID == 5:
            record.string = record.toUnicode() + "; TrueType outlines"


def _judge(path: Path) -> None:
    PrintFace(path.stem, path)
    font = TTFont(path, lazy=True)
    cmap = font.getBestCmap()
    blank = [char for char in RARE if font["glyf"][cmap.get(ord(char), ".notdef")].numberOfContours < 1]
    lacking = [char for char in RARE if ord(char) not in cmap]
    if blank or lacking:
        raise ValueError(f"{path.name} 缺字：{'、'.join(blank + lacking)}")


def _job(folder: str, name: str) -> str:
    source = Path(pylopdf_fonts_zh_cn.__file__).with_name(f"{name}.otf")
    glyphs = convert(source, Path(folder) / f"{name}.ttf")
    return f"{name}.ttf：{glyphs} 个字形"


def _put_licence(folder: Path) -> None:
    """The Open Font License asks that its text stands beside the faces."""
    files = importlib.metadata.files(SOURCE) or []
    text = next(file for file in files if file.name == "LICENSE").read_text()
    (folder / LICENCE).write_text(text, "utf-8")


def main(folder: Path) -> int:
    """Both faces and their licence into `folder`; 1 when one was not fit."""
    folder.mkdir(parents=True, exist_ok=True)
    _put_licence(folder)
    with multiprocessing.get_context("spawn").Pool(min(len(NAMES), os.cpu_count() or 1)) as pool:
        for line in pool.starmap(_job, [(str(folder), name) for name in NAMES]):
            print(line, file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
