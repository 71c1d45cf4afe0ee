"""The outside of a bundle file: preamble and encryption."""

from __future__ import annotations

import shutil
from pathlib import Path

import pyrage

from app import wording
from app.problem import Problem
from app.trust import Keys, OfficeCard
from sync import preamble
from sync.bag import Info
from sync.preamble import Preamble

SPACE = 3  # times the file: body, unpacked, stored


def wrap(part: Path, body: Path, info: Info, signer: Keys, receiver: OfficeCard | None) -> None:
    """Write preamble and body into `part`; encrypted to the receiver and the sender's own key, plain without."""
    sealed = body
    if receiver is not None:
        sealed = body.with_suffix(".age")
        recipients = [
            pyrage.x25519.Recipient.from_str(a) for a in dict.fromkeys((receiver.age, signer.card.age))
        ]
        pyrage.encrypt_file(str(body), str(sealed), recipients)
    head = preamble.of(
        cipher=info.cipher,
        id_=info.id,
        sender=info.sender,
        sender_name=info.sender_name,
        to=info.to,
        to_name=info.to_name,
        body=sealed,
    )
    with part.open("wb") as out, sealed.open("rb") as source:
        out.write(head.line())
        shutil.copyfileobj(source, out, 1 << 20)
    if sealed is not body:
        sealed.unlink()


def unwrap(path: Path, me: Keys, temp: Path, *, as_sender: bool) -> tuple[Path, Preamble]:
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
    with path.open("rb") as source, body.open("xb") as sink:
        source.seek(start)
        if told.cipher == "none":
            shutil.copyfileobj(source, sink, 1 << 20)
            return body, told
        try:
            pyrage.decrypt_io(source, sink, [me.identity, *me.former])
        except pyrage.DecryptError as error:
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
    return body, told


def is_for(to: str, to_name: str, card: OfficeCard) -> bool:
    """Whether an address is this office: by id, or by name where the sender did not know the card."""
    return to == card.id if to else wording.key(to_name) == wording.key(card.name)
