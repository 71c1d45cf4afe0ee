"""Names of files made from what people type: readable, and as every disk takes them."""

from __future__ import annotations

import re

MOST_BYTES = 200  # of a file name: Linux takes 255, of which a temporary name, a number or a day may want some
_ODD = re.compile(r'[\\/:*?"<>|\s\x00-\x1f]+')


def plain(text: str) -> str:
    """The text as it can stand in a file name on every disk."""
    return _ODD.sub("", text)


def fitted(text: str, end: str = "", *, most: int = MOST_BYTES) -> str:
    """The text as a file name that ends in `end`, cut so that the whole takes no more than `most` bytes."""
    end = plain(end)
    room = most - len(end.encode())
    return plain(text).encode()[:room].decode("utf-8", "ignore").rstrip(".") + end
