"""What the program carries: every template loads, the print's faces are there with their licence."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.exports.truetype import Face
from app.templating import template_reading
from tests.house.rooms import ROOT

TEMPLATES = sorted((ROOT / "resources" / "templates").glob("*.toml"))
RARE = "鿍䶮㙓𬭸"


def test_there_are_templates() -> None:
    assert TEMPLATES


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_every_template_loads(path: Path) -> None:
    loaded = template_reading.builtin(path.stem)
    assert loaded.t.id == path.stem and template_reading.read(loaded.source).t == loaded.t, "the whole text says it alone"


@pytest.mark.parametrize("name", ["NotoSerifSC-Regular.ttf", "NotoSansSC-Regular.ttf"])
def test_the_faces_draw_the_rare_characters(root: Path, name: str) -> None:
    face = Face(root / "resources" / "fonts" / name)
    for char in RARE:
        assert face.has_outline(face.glyph_of(ord(char))), f"{name} lacks {char}"


def test_the_licence_stands_beside_the_faces(root: Path) -> None:
    assert "SIL OPEN FONT LICENSE" in (root / "resources" / "fonts" / "OFL.txt").read_text("utf-8")
