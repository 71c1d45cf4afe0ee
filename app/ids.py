"""Keys of rows: time-ordered uuid7 as 32 hexadecimal digits (decision 20)."""

import hashlib

from uuid_utils import uuid7


def new_id() -> str:
    return uuid7().hex


def derived(ledger: str, source: str) -> str:
    """The id, in this ledger, of the row that stands for row `source` of another: the same wherever it is made."""
    return hashlib.sha256(f"{ledger}{source}".encode()).hexdigest()[:32]
