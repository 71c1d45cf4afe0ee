"""The guide shown by F1 names buttons, pages and states as they are called in the window."""

from __future__ import annotations

import re

from app.storage.paths import RESOURCES, ROOT

BOLD = re.compile(r"\*\*([^*]+?)\*\*")
DOCSTRING = re.compile(r'""".*?"""', re.S)
KEYS = re.compile(r"[A-Z][A-Za-z0-9+/]*")
SAYINGS = frozenset(
    ("期初 + 新增 + 恢复 = 在账 + 核减 + 开工 + 移除 + 更正", "办结、在办、未办、不需办、待核")
)


def shown() -> str:
    """The sources with every text that the program may show, without their docstrings."""
    files = [file for folder in ("ui", "app", "sync") for file in (ROOT / folder).rglob("*.py")]
    return "\n".join(DOCSTRING.sub("", file.read_text("utf-8")) for file in files)


def test_what_the_guide_puts_in_bold_is_somewhere_in_the_program() -> None:
    text = (RESOURCES / "guide" / "使用说明.md").read_text("utf-8")
    bold = {words.partition("《")[0] for words in BOLD.findall(text)} - SAYINGS
    known = shown()
    assert len(bold) > 40
    assert [words for words in sorted(bold) if not KEYS.fullmatch(words) and words not in known] == []


def test_one_word_for_one_thing() -> None:
    """A ledger is 确定, whatever other offices call it."""
    files = [f for folder in ("ui", "app", "sync") for f in (ROOT / folder).rglob("*.py")]
    files += [f for f in RESOURCES.rglob("*") if f.suffix in (".toml", ".md")]
    assert [f.name for f in files if re.search("定稿|封存", f.read_text("utf-8"))] == []
