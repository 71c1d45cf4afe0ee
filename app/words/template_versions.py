"""Which of two versions of a template is the later one."""

from __future__ import annotations

import re

_PART = re.compile(r"\d+|[^\d.\-_\s]+")
Rank = tuple[tuple[int, int, str], ...]


def rank(version: str) -> Rank:
    """`2022.10` after `2022.9`, `2022.3.1` after `2022.3`; words stand after their number and before the next."""
    return tuple(
        (1, int(part), "") if part.isdigit() else (0, 0, part) for part in _PART.findall(version[:40])
    )
