"""What a command did."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Change:
    """One finished deed: a sentence for the status bar and which ledgers to read again."""

    said: str
    ledgers: frozenset[str] = frozenset()
    subject: str | None = None
    facts: dict[str, Any] = field(default_factory=dict)
