"""Keys of rows: time-ordered uuid7 as 32 hexadecimal digits (decision 20)."""

from uuid_utils import uuid7


def new_id() -> str:
    return uuid7().hex
