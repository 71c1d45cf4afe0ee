"""The outside of a bundle file: preamble and encryption."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from typing import BinaryIO

import pyrage

from app import wording
from app.problem import Problem
from app.trust import Keys, OfficeCard
from sync import archive, preamble, progress
from sync.bag import Info
from sync.preamble import Preamble
from sync.progress import Moved, Tell

SPACE = 3  # times the file: body, unpacked, stored


class _Passing:
    """A file whose bytes are told, counted and hashed as they pass; age would swallow what goes wrong in it."""

    def __init__(self, stream: BinaryIO, moved: Moved) -> None:
        self._stream = stream
        self._moved = moved
        self.size = 0
        self.digest = hashlib.sha256()
        self.fault: BaseException | None = None

    def read(self, size: int) -> bytes:
        try:
            block = self._stream.read(size)
            self._pass(len(block))
        except BaseException as error:
            self.fault = error
            raise
        return block

    def write(self, block: bytes) -> int:
        try:
            self._pass(len(block))
            self.digest.update(block)
            return self._stream.write(block)
        except BaseException as error:
            self.fault = error
            raise

    def flush(self) -> None:
        self._stream.flush()

    def _pass(self, count: int) -> None:
        self.size += count
        if self.size >> 20 != self.size - count >> 20:
            self._moved(1 << 20)


def wrap(
    part: Path, body: Path, info: Info, signer: Keys, receiver: OfficeCard | None, tell: Tell | None = None
) -> None:
    """Write preamble and body into `part`; encrypted to the receiver and the sender's own key, plain without."""
    size = body.stat().st_size
    while True:
        head = _head(info, size, "0" * 64)
        with part.open("wb") as out, body.open("rb") as source:
            out.write(head.line())
            sealed = _seal(source, out, signer, receiver, progress.phase(tell, progress.SEALING, size))
            out.seek(0)
            done = _head(info, sealed.size, sealed.digest.hexdigest())
            out.write(done.line())
        if len(done.line()) == len(head.line()):
            return
        size = sealed.size  # one digit more than was left room for


def unwrap(
    path: Path, me: Keys, temp: Path, *, as_sender: bool, tell: Tell | None = None
) -> tuple[Path, Preamble]:
    """The decrypted body as a private file in `temp`, whole before anyone parses it, and the preamble.

    Raises Problem E_INCOMPLETE_COPY, E_DAMAGED, E_NEWER, E_LIMIT, E_NOT_FOR_US, E_DISK_FULL.
    """
    told, start = preamble.examine(path)
    if not as_sender and not is_for(told.to, told.to_name, me.card):
        raise Problem(
            "E_NOT_FOR_US",
            f"“{path.name}”不是发给本单位的，而是发给“{told.to_name}”的，请转交或让对方重发",
            file=str(path),
            to=told.to,
            to_name=told.to_name,
        )
    if shutil.disk_usage(temp).free < SPACE * told.length:
        raise Problem("E_DISK_FULL", f"磁盘空间不足，打不开“{path.name}”，请腾出空间后再试", file=str(path))
    body = temp / "body.zip"
    moved = progress.phase(tell, progress.PROVING if as_sender else progress.OPENING, told.length)
    with path.open("rb") as source, body.open("xb") as sink:
        source.seek(start)
        if told.cipher == "none":
            for block in archive.blocks(source, moved):
                sink.write(block)
            return body, told
        passing = _Passing(source, moved)
        try:
            pyrage.decrypt_io(passing, sink, [me.identity, *me.former])
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
            if error.errno is None:  # age's own "decryption error", not the disk's
                raise preamble.damaged(path, "解密时校验不符") from error
            raise
    moved(told.length)
    return body, told


def is_for(to: str, to_name: str, card: OfficeCard) -> bool:
    """Whether an address is this office: by id, or by name where the sender did not know the card."""
    return to == card.id if to else wording.key(to_name) == wording.key(card.name)


def _head(info: Info, length: int, digest: str) -> Preamble:
    return Preamble(
        info.cipher, info.id, info.sender, info.sender_name, info.to, info.to_name, length, digest
    )


def _seal(
    source: BinaryIO, out: BinaryIO, signer: Keys, receiver: OfficeCard | None, moved: Moved
) -> _Passing:
    """Write the body behind what stands in `out`; size and digest of what was written."""
    sink = _Passing(out, lambda _: None)
    if receiver is None:
        for block in archive.blocks(source, moved):
            sink.write(block)
        return sink
    passing = _Passing(source, moved)
    recipients = [pyrage.x25519.Recipient.from_str(a) for a in dict.fromkeys((receiver.age, signer.card.age))]
    try:
        pyrage.encrypt_io(passing, sink, recipients)
    except pyrage.EncryptError as error:
        raise passing.fault or sink.fault or error from error
    moved(passing.size)
    return sink
