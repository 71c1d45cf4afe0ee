"""What strangers call columns: of the words that a head may mean, the first that the sheet has and nobody took."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from app.template_books import wording

_LABEL = re.compile(
    r"(label|hint|constraint_message|required_message|guidance_hint)\s*::?\s*.*", re.IGNORECASE
)
_OF_LOOKS = re.compile(
    r"(media|image|big-image|audio|video|bind|body|instance|control|display|autoplay|save)(_to)?(::.*)?"
)
LOOKED = 6
"""In how many lines from the top the head is looked for."""


def key(cell: Any) -> str:
    """A head as it is compared: the column it names, else its own words."""
    text = str(cell or "").strip().rstrip("*＊：:").strip().replace(" ", "_")
    if found := _LABEL.fullmatch(text):
        text = found[1]
    text = text.lower() if text.isascii() else wording.head(text)
    return "appearance" if _OF_LOOKS.fullmatch(text) else text


def columns(cells: Sequence[Any], known: Collection[str], told: Mapping[str, str]) -> list[str]:
    """The column each head means, by place; a head that fits none of `known` as it is written.

    `told` {explanation in the second head row of our workbooks: its column}: that row alone will do as well.
    """
    keys = [told.get(explained(cell)) or key(cell) for cell in cells]
    taken = {one for one in keys if one in known}
    for place, one in enumerate(keys):
        if not one or one in known:
            continue
        for meant in (*wording.also(str(cells[place]).strip().lower()), *wording.also(one)):
            if meant in known and meant not in taken:
                keys[place] = meant
                taken.add(meant)
                break
    return keys


def explained(cell: Any) -> str:
    """A head as the explanations are compared."""
    return str(cell or "").strip().removeprefix(wording.MARK).strip()


def head_line(
    lines: Sequence[Sequence[Any]], needed: str, known: Collection[str], told: Mapping[str, str]
) -> int:
    """Which of the first lines is the head: that with the column `needed`, where none is needed the first with any."""
    for place, line in enumerate(lines[:LOOKED]):
        found = columns(line[1:], known, told)
        if needed in found if needed else any(one in known for one in found):
            return place
    return 0


def explains(cells: Sequence[Any], told: Mapping[str, str]) -> bool:
    """Whether a line is the second head row of our workbooks: each of its cells tells what a column is."""
    texts = [explained(cell) for cell in cells if str(cell or "").strip()]
    return len(texts) > 1 and all(text in told for text in texts)


def near(word: str, known: Collection[str]) -> str:
    """The one of `known` that a misspelt word may have meant, '' where none is like it."""
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - slow to load, and only an unknown word asks for it

    found = (
        process.extractOne(word, list(known), scorer=fuzz.ratio, score_cutoff=75) if len(word) > 3 else None
    )
    return str(found[0]) if found else ""
