"""The guide shown by F1 names buttons, pages and states as they are called in the window."""

from __future__ import annotations

import re

from app.storage.paths import RESOURCES, ROOT
from app.template_books import heads, lines, survey

BOLD = re.compile(r"\*\*([^*]+?)\*\*")
DOCSTRING = re.compile(r'""".*?"""', re.S)
KEYS = re.compile(r"[A-Z][A-Za-z0-9+/]*")
SAYINGS = frozenset(
    ("期初 + 新增 + 恢复 = 在账 + 核减 + 开工 + 移除 + 更正", "办结、在办、未办、不需办、待核")
)


def shown() -> str:
    """The sources with every text that the program may show, without their docstrings."""
    files = [file for folder in ("ui", "app", "sync") for file in (ROOT / folder).rglob("*.py")]
    templates = [file.read_text("utf-8") for file in (RESOURCES / "templates").glob("*.toml")]
    return "\n".join((*(DOCSTRING.sub("", file.read_text("utf-8")) for file in files), *templates))


def test_what_the_guide_puts_in_bold_is_somewhere_in_the_program() -> None:
    text = (RESOURCES / "guide" / "使用说明.md").read_text("utf-8")
    bold = {words.partition("《")[0] for words in BOLD.findall(text)} - SAYINGS
    known = shown()
    assert len(bold) > 40
    assert [words for words in sorted(bold) if not KEYS.fullmatch(words) and words not in known] == []


def table(head: str) -> list[list[str]]:
    """The cells of the lines of the table that begins with this cell."""
    text = (RESOURCES / "guide" / "使用说明.md").read_text("utf-8").partition(f"\n| {head} |")[2].partition("\n\n")[0]
    return [[cell.strip() for cell in line.strip("| ").split("|")] for line in text.splitlines()[2:]]


def test_the_columns_and_types_that_a_clerk_may_write_are_understood() -> None:
    known = lines.known_columns()
    columns, types = table("survey 的列"), table("类型")
    assert len(columns) > 12 and len(types) > 12
    assert [row[:2] for row in columns if len({heads.key(cell) for cell in row[:2]} & known) != 1] == []
    kinds = [{survey.KIND_OF.get(word) for word in row[:2]} for row in types]
    assert [row[:2] for row, said in zip(types, kinds, strict=True) if None in said or len(said) > 1] == []


def test_one_word_for_one_thing() -> None:
    """A ledger is 确定, whatever other offices call it."""
    files = [f for folder in ("ui", "app", "sync") for f in (ROOT / folder).rglob("*.py")]
    files += [f for f in RESOURCES.rglob("*") if f.suffix in (".toml", ".md")]
    assert [f.name for f in files if re.search("定稿|封存", f.read_text("utf-8"))] == []


def test_the_pictures_of_the_guide_are_there_and_are_those_that_the_driver_draws() -> None:
    text = (RESOURCES / "guide" / "使用说明.md").read_text("utf-8")
    shown = {words.removeprefix("pictures/") for words in re.findall(r"!\[[^]]+\]\(([^)]+)\)", text)}
    kept = {file.name for file in (RESOURCES / "guide" / "pictures").glob("*.png")}
    drawn = re.search(r"^GUIDE = \{(.*?)\}", (ROOT / "build" / "screens.py").read_text("utf-8"), re.M | re.S)
    assert drawn is not None
    assert len(kept) > 8 and shown == kept == {f"{name}.png" for name in re.findall(r'"([^"]+)"', drawn[1])}
