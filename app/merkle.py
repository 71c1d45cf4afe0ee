"""The tree of RFC 6962 over the rows of a sealed ledger."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from app.canon import canonical


def leaf(content: Any) -> bytes:
    """H(0x00 ‖ JCS(content)), 32 bytes."""
    return hashlib.sha256(b"\x00" + canonical(content)).digest()


def root(leaves: Iterable[bytes]) -> bytes:
    """The tree head over leaf hashes in order; of no leaves, H('')."""
    level = list(leaves)
    if not level:
        return hashlib.sha256(b"").digest()
    while len(level) > 1:
        pairs = [
            hashlib.sha256(b"\x01" + level[i] + level[i + 1]).digest() for i in range(0, len(level) - 1, 2)
        ]
        level = pairs + level[len(level) - len(level) % 2 :] if len(level) % 2 else pairs
    return level[0]
