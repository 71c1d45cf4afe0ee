"""How the desk looks: colours, sizes and type as tokens, and the style sheet made from them."""

from __future__ import annotations

from functools import lru_cache
from string import Template

from msgspec import Struct
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QFont, QFontMetrics
from PySide6.QtWidgets import QApplication, QWidget

from app.storage.paths import RESOURCES

FAMILIES = (
    "Microsoft YaHei UI",
    "Microsoft YaHei",
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "WenQuanYi Micro Hei",
    "sans-serif",
)

INK, INK2, FAINT = "#1F2933", "#52606D", "#66727E"
ACCENT, ACCENT_HOVER, ACCENT_SOFT, SELECTION = "#1F5FA8", "#184E8C", "#E3EEFA", "#D6E6F8"
BACK, HEADER, WHITE, ZEBRA = "#F4F6F8", "#EDF1F5", "#FFFFFF", "#FAFBFC"
RED, RED_SOFT, ERROR_FIELD = "#B42318", "#FDE8E6", "#FFF0EE"
AMBER, AMBER_SOFT = "#8A5A00", "#FFF1CC"
GREEN, GREEN_SOFT = "#1E6B3A", "#E3F4E8"
GREY, GREY_SOFT = "#52606D", "#EBEEF1"
BORDER, LINE, LINE2 = "#8592A0", "#D5DAE0", "#E6E9ED"
CHART_GREEN, CHART_AMBER, CHART_RED = "#3B8557", "#B27C00", "#C8392B"

# Every pair of ink and ground on which the desk writes; the tests compute each contrast.
TEXT_PAIRS = (
    (INK, WHITE), (INK, BACK), (INK, HEADER), (INK, ZEBRA), (INK, SELECTION), (INK, ACCENT_SOFT),
    (INK, ERROR_FIELD), (INK2, WHITE), (INK2, BACK), (INK2, HEADER), (INK2, ZEBRA), (FAINT, WHITE),
    (ACCENT, WHITE), (ACCENT, ACCENT_SOFT), (ACCENT, BACK), (WHITE, ACCENT), (WHITE, ACCENT_HOVER),
    (WHITE, RED), (RED, WHITE), (RED, BACK), (RED, RED_SOFT), (RED, ERROR_FIELD), (RED, SELECTION),
    (RED, ZEBRA), (AMBER, WHITE), (AMBER, AMBER_SOFT), (AMBER, SELECTION), (AMBER, ZEBRA),
    (GREEN, WHITE), (GREEN, GREEN_SOFT), (GREEN, SELECTION), (GREY, GREY_SOFT),
)  # fmt: skip

STANDARD_PT, LARGE_PT = 10.5, 12.0
NAV, NAV_NARROW, PANEL, TOP_BAR, STATUS_BAR = 164, 144, 352, 46, 26
DOCK_FROM = 1300
ROW_NUMBER, CELL_PAD, ICON, RADIUS = 40, 8, 18, 4
PILL = (62, 21)
NAV_LOWER = 7  # px a page of the navigation gives up in a low window
HEAVY = QFont.Weight.Bold  # asked for 600, Qt leaves a family of one weight as it is; from 700 on it draws it bold itself
FRAME = (16, 40)  # what the window manager draws round a window


class Light(Struct, frozen=True):
    """A light as it is shown: never by colour alone."""

    word: str
    shape: str
    ink: str
    ground: str


LIGHTS = {
    "red": Light("逾期", "■", RED, RED_SOFT),
    "yellow": Light("临期", "▲", AMBER, AMBER_SOFT),
    "green": Light("正常", "●", GREEN, GREEN_SOFT),
    "stopped": Light("已停", "○", GREY, GREY_SOFT),
    "unknown": Light("待定", "◇", GREY, GREY_SOFT),
}


class Sizes(Struct, frozen=True):
    """Sizes in logical pixels that follow the type size (标准 10.5 pt, 大 12 pt)."""

    pt: float = STANDARD_PT

    def grown(self, pixels: int) -> int:
        return round(pixels * self.pt / STANDARD_PT)

    @property
    def row(self) -> int:
        return self.grown(30)

    @property
    def header(self) -> int:
        return self.grown(34)

    @property
    def control(self) -> int:
        return self.grown(32)

    @property
    def nav_item(self) -> int:
        return self.grown(34)


def sizes(widget: QWidget | None = None) -> Sizes:
    """The sizes that go with the type size now in use."""
    return Sizes(QApplication.font().pointSizeF())


def fitting(width: int, height: int) -> QSize:
    """A first size in logical pixels, no larger than what the screen leaves inside the frame of a window."""
    return QSize(width, height).boundedTo(QApplication.primaryScreen().availableSize() - QSize(*FRAME))


def rows_of_screen() -> int:
    """How many controls one below the other are as high as the screen."""
    return QApplication.primaryScreen().availableSize().height() // sizes().control


def font(pt: float = STANDARD_PT, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    made = QFont()
    made.setFamilies(list(FAMILIES))
    made.setPointSizeF(pt)
    made.setWeight(weight)
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return made


def bold(base: QFont) -> QFont:
    made = QFont(base)
    made.setWeight(HEAVY)
    return made


@lru_cache(256)
def colour(value: str) -> QColor:
    return QColor(value)


def contrast(one: str, other: str) -> float:
    """The WCAG contrast ratio of two colours, 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(value: str) -> float:
    parts = (int(value[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def tokens(pt: float = STANDARD_PT) -> dict[str, str]:
    """What `style.qss` may name as `$TOKEN`."""
    size = Sizes(pt)
    found = {name: value for name, value in globals().items() if name.isupper() and isinstance(value, str)}
    scale = pt / STANDARD_PT
    found |= {
        "PT": f"{pt:g}pt",
        "HEAVY": str(HEAVY.value),
        "SMALL": f"{9.5 * scale:.4g}pt",
        "H2": f"{11.5 * scale:.4g}pt",
        "H1": f"{14.5 * scale:.4g}pt",
        "CARD": f"{20 * scale:.4g}pt",
        "ROW": f"{size.row}px",
        "CONTROL": f"{size.control}px",
        "INNER": f"{size.control - 2}px",
        "INNER_FOCUS": f"{size.control - 4}px",
        "CHIP": f"{size.grown(28)}px",
        "CHIP_FOCUS": f"{size.grown(28) - 2}px",
        "NAV_ITEM": f"{size.nav_item}px",
        "NAV_LOW": f"{size.nav_item - NAV_LOWER}px",
        "RADIUS": f"{RADIUS}px",
        "IMAGES": (RESOURCES / "images").as_posix(),
    }
    return found


def style_sheet(pt: float = STANDARD_PT) -> str:
    """`resources/style.qss` with every token filled in. An unknown token is a KeyError."""
    return Template((RESOURCES / "style.qss").read_text("utf-8")).substitute(tokens(pt))


def text_width(widget: QWidget, text: str) -> int:
    return QFontMetrics(widget.font()).horizontalAdvance(text)
