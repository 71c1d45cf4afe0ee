"""The way back: where the clerk was before a page led to another one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class WayBack:
    """The pages a clerk came by. `show(key, place)` shows one; turning to a page by hand begins anew."""

    def __init__(self, show: Callable[[str, Any], object]) -> None:
        self._show = show
        self._behind: list[str] = []
        self._going = False

    def lead(self, source: str, key: str, place: Any) -> None:
        """The page `source` leads to another one; one that only passes on is not come back to."""
        if self._going:
            self._show(key, place)
            return
        self._behind.append(source)
        self._walk(key, place)

    def turned(self) -> None:
        """A page was shown: by hand, unless it was led to."""
        if not self._going:
            self._behind.clear()

    def back(self) -> bool:
        """Show the page the clerk came from. False when there is none."""
        if not self._behind:
            return False
        self._walk(self._behind.pop(), None)
        return True

    def _walk(self, key: str, place: Any) -> None:
        self._going = True
        try:
            self._show(key, place)
        finally:
            self._going = False
