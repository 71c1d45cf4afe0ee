"""What the reading child and its parent say to each other: length-prefixed MessagePack, dates as extensions."""

from __future__ import annotations

import datetime as dt
import struct
from typing import Any, BinaryIO

import msgspec

CELL_LIMIT = 32_767
MERGES_MOST = 20_000
MESSAGE_LIMIT = 256 * 1024 * 1024
_DATE, _DATETIME = 1, 2
_LENGTH = struct.Struct("<I")
_encode = msgspec.msgpack.Encoder().encode


def send(stream: BinaryIO, message: Any) -> None:
    data = _encode(message)
    stream.write(_LENGTH.pack(len(data)))
    stream.write(data)
    stream.flush()


def receive(stream: BinaryIO) -> Any:
    """The next message, None at the end of the stream. Raises ValueError for one that is no message."""
    prefix = stream.read(4)
    if len(prefix) < 4:
        return None
    (length,) = _LENGTH.unpack(prefix)
    if length > MESSAGE_LIMIT:
        raise ValueError("message too long")
    data = stream.read(length)
    return _decoder.decode(data) if len(data) == length else None


def pack(cell: Any) -> Any:
    """A cell as MessagePack knows it: dates as extensions, times of day as text."""
    if isinstance(cell, dt.datetime):
        plain = cell.replace(tzinfo=None)
        if plain.time() == dt.time():
            return msgspec.msgpack.Ext(_DATE, str(plain.date()).encode())
        return msgspec.msgpack.Ext(_DATETIME, plain.isoformat().encode())
    if isinstance(cell, dt.date):
        return msgspec.msgpack.Ext(_DATE, str(cell).encode())
    if isinstance(cell, dt.time | dt.timedelta):
        return str(cell)
    if isinstance(cell, int) and not -(2**63) <= cell < 2**64:
        return str(cell)
    return cell


def _unpack(code: int, data: memoryview) -> dt.date:
    text = bytes(data).decode()
    return dt.date.fromisoformat(text) if code == _DATE else dt.datetime.fromisoformat(text)


_decoder = msgspec.msgpack.Decoder(ext_hook=_unpack)
