"""Keys of rows: time-ordered uuid7 as 32 hexadecimal digits (decision 20)."""

import hashlib
from collections.abc import Iterator

from uuid_utils import uuid7

MOST_AGAIN = 5
"""How often a row can be gathered anew under an id that others can work out."""


def new_id() -> str:
    return uuid7().hex


def derived(ledger: str, source: str) -> str:
    """The id, in this ledger, of the row that stands for row `source` of another: the same wherever it is made."""
    return hashlib.sha256(f"{ledger}{source}".encode()).hexdigest()[:32]


def standing_for(ledger: str, row: str) -> str:
    """`derived` for a row, in the order of time of the rows they stand for: thousands of them lie side by side."""
    return row[:12] + derived(ledger, row)[12:]


def standings_for(ledger: str, row: str) -> Iterator[str]:
    """`standing_for` and, where that one is used up by a gathering that was taken back, those that come after it."""
    for _ in range(MOST_AGAIN):
        ledger = standing_for(ledger, row)
        yield ledger
