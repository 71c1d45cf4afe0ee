"""The tokens: contrast, sizes, the style sheet made from them."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QFont, QFontMetrics, QImage, QPainter
from pytestqt.qtbot import QtBot

from ui import look
from ui.screens.exchanging import clash_rows


@pytest.mark.parametrize(("ink", "ground"), look.TEXT_PAIRS)
def test_text_can_be_read_on_its_ground(ink: str, ground: str) -> None:
    assert look.contrast(ink, ground) >= 4.5, (ink, ground, look.contrast(ink, ground))


def test_each_light_can_be_read_and_told_apart_without_colour() -> None:
    for light in look.LIGHTS.values():
        assert look.contrast(light.ink, light.ground) >= 4.5
    assert len({light.shape for light in look.LIGHTS.values()}) == len(look.LIGHTS)
    assert len({light.word for light in look.LIGHTS.values()}) == len(look.LIGHTS)


def test_the_sizes_of_both_type_sizes() -> None:
    assert (look.Sizes().row, look.Sizes().header, look.Sizes().control, look.Sizes().nav_item) == (
        30,
        34,
        32,
        34,
    )
    assert look.Sizes(look.LARGE_PT).row == 34


def test_contrast_of_black_on_white_is_21() -> None:
    assert round(look.contrast("#000000", "#FFFFFF"), 3) == 21


@pytest.mark.parametrize("pt", [look.STANDARD_PT, look.LARGE_PT])
def test_every_token_of_the_style_sheet_is_known(pt: float) -> None:
    made = look.style_sheet(pt)
    assert "$" not in made
    assert look.ACCENT in made


def test_what_is_decided_by_itself_fits_its_column(qtbot: QtBot) -> None:
    """决定 on the narrowest screen; why it is so stands in the tool tip."""
    wide = QFontMetrics(look.font()).horizontalAdvance
    assert all(wide(words) + 16 <= clash_rows.NARROW[6] for words, _ in clash_rows.ALONE.values())


def test_headings_are_drawn_heavier_than_the_text_even_by_a_face_of_one_weight(qtbot: QtBot) -> None:
    def ink(font: QFont) -> int:
        drawn = QImage(120, 40, QImage.Format.Format_Grayscale8)
        drawn.fill(255)
        painter = QPainter(drawn)
        painter.setFont(font)
        painter.drawText(4, 28, "起底台账")
        painter.end()
        return sum(255 - byte for byte in bytes(drawn.constBits()))

    plain = look.font(look.STANDARD_PT)
    assert ink(look.bold(plain)) > 1.15 * ink(plain)
    assert f"font-weight: {look.HEAVY.value}" in look.style_sheet()
