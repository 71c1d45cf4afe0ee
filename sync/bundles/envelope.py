"""The outside of a bundle file: preamble and encryption."""

from __future__ import annotations

import hashlib
import io
import shutil
from collections.abc import Callable, Iterable
from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any, BinaryIO

import pyrage

from app.journals.trust import Keys, OfficeCard
from app.problem import Problem
from app.storage import files
from app.words import wording
from sync.bundles import archive, preamble, progress
from sync.bundles.bag import Info
from sync.bundles.preamble import Preamble
from sync.bundles.progress import Moved, Tell

SPACE = 3  # times the file: copied, body, unpacked
ORIGINAL = "original"
_QUEUE = 16
"""Blocks that wait to be hashed while others are written already."""


class _Reading(io.RawIOBase):
    """Blocks as a file that is read, each told as it passes; age would swallow what goes wrong in it."""

    def __init__(self, blocks: Iterable[bytes], moved: Moved) -> None:
        self._blocks = iter(blocks)
        self._moved = moved
        self._left = memoryview(b"")
        self.fault: BaseException | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            if not self._left:
                self._left = memoryview(next(self._blocks, b""))
                self._moved(len(self._left))
        except BaseException as error:
            self.fault = error
            raise
        count = min(len(buffer), len(self._left))
        buffer[:count] = self._left[:count]
        self._left = self._left[count:]
        return count


class _Writing(io.RawIOBase):
    """A file that is written by the megabyte, its bytes counted, and hashed in a second thread meanwhile."""

    def __init__(self, stream: BinaryIO, hashing: Executor) -> None:
        self._stream = stream
        self._hashing = hashing
        self._digest = hashlib.sha256()
        self._places = BoundedSemaphore(_QUEUE)
        self._waiting: list[bytes] = []
        self._room = archive.BLOCK
        self.size = 0
        self.fault: BaseException | None = None

    def writable(self) -> bool:
        return True

    def write(self, block: Any) -> int:
        self._waiting.append(block)
        self._room -= len(block)
        if self._room <= 0:
            self.pass_on()
        return len(block)

    def pass_on(self) -> None:
        """Write what waits."""
        block = b"".join(self._waiting)
        self._waiting, self._room = [], archive.BLOCK
        self.size += len(block)
        self._places.acquire()
        self._hashing.submit(self._hash, block)
        try:
            self._stream.write(block)
        except BaseException as error:
            self.fault = error
            raise

    def _hash(self, block: bytes) -> None:
        try:
            self._digest.update(block)
        finally:
            self._places.release()

    def hexdigest(self) -> str:
        """Of all that was written; the hashing thread must have ended."""
        return self._digest.hexdigest()


def wrap(
    part: Path, packed: Callable[[], Iterable[bytes]], size: int, info: Info, signer: Keys,
    receiver: OfficeCard | None, tell: Tell | None = None,
) -> None:  # fmt: skip
    """Write preamble and body into `part`; encrypted to the receiver and the sender's own key, plain without.

    `packed` gives the blocks of the body, some `size` bytes, each time it is asked.
    """
    while True:
        moved = progress.phase(tell, progress.PACKING, size)
        head = _head(info, size, "0" * 64)
        with part.open("wb") as out:
            out.write(head.line())
            sealed = _seal(packed(), out, signer, receiver, moved)
            out.seek(0)
            done = _head(info, sealed.size, sealed.hexdigest())
            out.write(done.line())
        moved(size)
        if len(done.line()) == len(head.line()):
            return
        size = sealed.size  # the length has another number of digits than was left room for


def unwrap(
    path: Path, me: Keys, temp: Path, *, as_sender: bool, tell: Tell | None = None
) -> tuple[Path, Preamble]:
    """The decrypted body as a private file in `temp`, whole before anyone parses it, and the preamble.

    What came in is read once: it is copied to ORIGINAL in `temp`, and all that follows is of that copy.
    Raises Problem E_NO_FILE, E_IO, E_INCOMPLETE_COPY, E_DAMAGED, E_NEWER, E_LIMIT, E_NOT_FOR_US, E_DISK_FULL.
    """
    told, start = preamble.head(path)
    if not as_sender and not is_for(told.to, told.to_name, me.card):
        preamble.refuse_other_body(path, path, told, start)
        raise Problem(
            "E_NOT_FOR_US",
            f"“{path.name}”不是发给本单位的，而是发给“{told.to_name}”的，请转交或让对方重发",
            file=str(path),
            to=told.to,
            to_name=told.to_name,
        )
    if shutil.disk_usage(temp).free < SPACE * told.length:
        raise Problem("E_DISK_FULL", f"磁盘空间不足，打不开“{path.name}”，请腾出空间后再试", file=str(path))
    moved = progress.phase(tell, progress.PROVING if as_sender else progress.OPENING, told.length)
    copy = path if as_sender else _copied(path, temp / ORIGINAL, told, start)
    body = temp / "body.zip"
    with ThreadPoolExecutor(1) as hashing:
        compared = hashing.submit(preamble.refuse_other_body, path, copy, told, start)
        try:
            _opened(path, copy, start, told, me, body, moved)
        except Problem:
            compared.result()  # what is damaged is said to be that, whatever age made of it
            raise
        compared.result()
    moved(told.length)
    return body, told


def _copied(path: Path, copy: Path, told: Preamble, start: int) -> Path:
    """Copy what came in, as it is now: the one time that it is read. Raises E_IO, E_INCOMPLETE_COPY, E_DAMAGED."""
    size = start + told.length
    with copy.open("xb") as sink:
        try:
            source = path.open("rb")
        except OSError as error:
            raise files.unread(path, error) from error
        with source:
            while sink.tell() <= size and (block := _read(path, source)):  # one that grows is not followed
                sink.write(block)
        there = sink.tell()
    if there < size:
        raise preamble.incomplete(path, there, size)
    if there > size or not _begins(copy, told.line()):
        raise preamble.damaged(path, "复制时变了")
    return copy


def _begins(copy: Path, line: bytes) -> bool:
    with copy.open("rb") as stream:
        return stream.read(len(line)) == line


def _read(path: Path, source: BinaryIO) -> bytes:
    try:
        return source.read(archive.BLOCK)
    except OSError as error:
        raise files.unread(path, error) from error


def _opened(path: Path, copy: Path, start: int, told: Preamble, me: Keys, body: Path, moved: Moved) -> None:
    with copy.open("rb", buffering=0) as source, body.open("xb", archive.BLOCK) as sink:
        source.seek(start)
        if told.cipher == "none":
            for block in archive.blocks(source, moved):
                sink.write(block)
            return
        passing = _Reading(archive.blocks(source), moved)
        try:
            pyrage.decrypt_io(io.BufferedReader(passing, archive.BLOCK), sink, [me.identity, *me.former])
        except pyrage.DecryptError as error:
            if passing.fault is not None:
                raise passing.fault from error
            if "No matching keys" in str(error):
                raise Problem(
                    "E_NOT_FOR_US",
                    f"“{path.name}”不是用本单位现在的密钥加密的，打不开；请把本单位名片重新交给对方，再请其重发",
                    file=str(path),
                ) from error
            raise preamble.damaged(path, f"解密失败：{error}") from error
        except OSError as error:
            if passing.fault is not None:
                raise passing.fault from error
            if error.errno is None:  # age's own "decryption error", not the disk's
                raise preamble.damaged(path, "解密时校验不符") from error
            raise


def is_for(to: str, to_name: str, card: OfficeCard) -> bool:
    """Whether an address is this office: by id, or by name where the sender did not know the card."""
    return to == card.id if to else wording.key(to_name) == wording.key(card.name)


def _head(info: Info, length: int, digest: str) -> Preamble:
    return Preamble(
        info.cipher, info.id, info.sender, info.sender_name, info.to, info.to_name, length, digest
    )


def _seal(
    blocks: Iterable[bytes], out: BinaryIO, signer: Keys, receiver: OfficeCard | None, moved: Moved
) -> _Writing:
    """Write the body behind what stands in `out`; size and digest of what was written."""
    with ThreadPoolExecutor(1) as hashing:
        sink = _Writing(out, hashing)
        if receiver is None:
            for block in blocks:
                moved(len(block))
                sink.write(block)
            sink.pass_on()
            return sink
        source = _Reading(blocks, moved)
        recipients = [
            pyrage.x25519.Recipient.from_str(a) for a in dict.fromkeys((receiver.age, signer.card.age))
        ]
        try:
            pyrage.encrypt_io(io.BufferedReader(source, archive.BLOCK), sink, recipients)
            sink.pass_on()
        except (pyrage.EncryptError, OSError) as error:
            raise source.fault or sink.fault or error from error
    return sink
