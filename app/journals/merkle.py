"""The tree of RFC 6962 over the rows of a sealed ledger."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

from app.canon import canonical


def leaf(content: Any) -> bytes:
    """H(0x00 ‖ JCS(content)), 32 bytes."""
    return leaf_of(canonical(content))


def leaf_of(data: bytes) -> bytes:
    """H(0x00 ‖ data), 32 bytes."""
    return hashlib.sha256(b"\x00" + data).digest()


def root(leaves: Iterable[bytes]) -> bytes:
    """The tree head over leaf hashes in order; of no leaves, H('')."""
    level = list(leaves)
    if not level:
        return hashlib.sha256(b"").digest()
    while len(level) > 1:
        level = _above(level)
    return level[0]


def proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The audit path of leaf `index`: the siblings from below, fewer where a node has none. Raises IndexError."""
    if not 0 <= index < len(leaves):
        raise IndexError(index)
    path, level = [], list(leaves)
    while len(level) > 1:
        if index ^ 1 < len(level):
            path.append(level[index ^ 1])
        level, index = _above(level), index >> 1
    return path


def proves(head: bytes, size: int, index: int, leaf_hash: bytes, path: Sequence[bytes]) -> bool:
    """Whether `path` shows `leaf_hash` to be leaf `index` of the tree of `size` leaves under `head` (RFC 9162 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    node, place, last = leaf_hash, index, size - 1
    for sibling in path:
        if last == 0:
            return False
        if place & 1 or place == last:
            node = _node(sibling, node)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            node = _node(node, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and node == head


def _above(level: list[bytes]) -> list[bytes]:
    pairs = [_node(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
    return [*pairs, level[-1]] if len(level) % 2 else pairs


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()
