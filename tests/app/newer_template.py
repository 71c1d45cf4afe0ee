"""Later versions of the campaign's template, made from the one that comes with the program."""

from __future__ import annotations

from app.storage.paths import RESOURCES
from app.templating import template_reading
from app.words.templates import Loaded

NAME = "pending-approval"
NEW_FIELD = """
[[field]]
id = "green_class"
title = "绿色等级"
kind = "text"
group = "basic"

"""
NEW_MATTER = """
[[item.preset]]
code = "M20"
title = "文物保护"
dept = "文化旅游局"
always = true

"""
AMOUNT = """
[[field]]
id = "budget"
title = "概算"
kind = "money"
group = "basic"
unit = "万元"

"""
PPP = """
[[codes.code]]
code = "PPP"
words = ["ppp", "政府和社会资本合作"]
"""
OFFLINE = """[[codes.code]]
code = "线下"
words = ["窗口", "纸质", "现场"]
"""


def source() -> str:
    return (RESOURCES / "templates" / f"{NAME}.toml").read_text("utf-8")


def newer(*edits: tuple[str, str], version: str = "2022.4", text: str = "") -> str:
    """The text with `edits` (old, new), each of which must be there, under a later version."""
    out = text or source()
    for old, new in (('version = "2022.3"', f'version = "{version}"'), *edits):
        assert out.count(old) >= 1, old
        out = out.replace(old, new, 1)
    return out


def first() -> str:
    """An earlier version: an amount more, which the later ones drop."""
    return newer(('\n[[field]]\nid = "invest"', f'{AMOUNT}[[field]]\nid = "invest"'), version="2022.1")


def whole() -> str:
    """One of everything: a field more, one renamed, one frozen, a code dropped, a matter more, a limit and a date moved."""
    text = newer(
        ('\n[[field]]\nid = "project_code"', f'{NEW_FIELD}[[field]]\nid = "project_code"'),
        ('title = "建设地点"', 'title = "建设地址（苏木镇）"\nfrozen = true'),
        ('workdays = 5\nclause = "旗方案 四(三)1"', 'workdays = 4\nclause = "旗方案 四(三)1"'),
        ("on = 2022-08-25", "on = 2022-08-24"),
        ('\n[[item.preset]]\ncode = "M99"', f'{NEW_MATTER}[[item.preset]]\ncode = "M99"'),
    )
    return text.replace(PPP, "", 1).replace(OFFLINE, "", 1)


def read(text: str) -> Loaded:
    return template_reading.read(text, "新版.toml")
