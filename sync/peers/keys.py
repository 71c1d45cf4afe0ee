"""Key files of an office folder and the card files that offices hand to each other."""

from __future__ import annotations

import datetime as dt
import os
import re
import secrets
import shutil
import unicodedata
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyrage
from cryptography.hazmat.primitives import serialization as pem
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.canon import canonical, strict_loads
from app.journals.trust import Keys, OfficeCard, plain_name
from app.office import ROLES
from app.problem import Problem
from app.storage import files
from app.values import divisions
from sync.bundles import dsse

CARD_TYPE = "application/vnd.qidi.card+json"
SUFFIX = ".qidi-card"
CARD, SIGNING, IDENTITY = "card" + SUFFIX, "signing.pem", "identity.age"
FORMER, NEXT = "former", "next"
LIMIT = 16 * 1024
_ID = re.compile(r"[0-9a-f]{32}")
_ALL = (SIGNING, IDENTITY, CARD)
_ARMOUR = b"AGE-SECRET-KEY-1"


def make(folder: Path, card: OfficeCard, passphrase: str = "") -> Keys:
    """Make both keys in `folder` (mode 0600) and the signed card beside them; `card` brings id, name, roles, day.

    With a passphrase, taken as `spelt`, the signing key is encrypted PKCS8 and the age identity wrapped by age itself.
    Raises Problem E_KEYS_EXIST, E_CARD, E_DISK_FULL, E_CANNOT_WRITE.
    """
    if exist(folder):
        raise Problem(
            "E_KEYS_EXIST", "本单位已有密钥，不能重复生成；旧密钥要用来核对以前的包", folder=str(folder)
        )
    passphrase = spelt(passphrase)
    signing = Ed25519PrivateKey.generate()
    identity = pyrage.x25519.Identity.generate()
    public = signing.public_key().public_bytes_raw()
    card = signed(replace(card, signing=public, age=str(identity.to_public()), signature=b""), signing)
    card_of(card_bytes(card), CARD)
    secret = str(identity).encode()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _write_private(folder / SIGNING, _pem(signing, passphrase))
        _write_private(folder / IDENTITY, _wrapped(secret, passphrase))
        files.write_whole(folder / CARD, card_bytes(card))
    except OSError as error:
        raise files.refusal(folder, error) from error
    return Keys(card, signing, identity)


def spelt(passphrase: str) -> str:
    """The one spelling in which a passphrase locks: NFC, as RFC 8265 has it for passwords.

    Keyboards of two systems may compose one letter differently (NFD), and nobody sees it. No more than that is made
    equal: what NFKC folds (full width, ligatures) was typed otherwise, and folding it leaves less to guess.
    """
    return unicodedata.normalize("NFC", passphrase)


def _tries(passphrase: str) -> list[str]:
    """What a passphrase may have locked: as it was typed, before one spelling was settled, too; mostly one and the same."""
    forms = (passphrase, spelt(passphrase), unicodedata.normalize("NFD", passphrase))
    return list(dict.fromkeys(forms))


def exist(folder: Path) -> bool:
    """Whether keys were made here: the card is written last."""
    return (folder / CARD).is_file()


def load(folder: Path, passphrase: str = "") -> Keys:
    """The keys of `folder`; what a killed change of them left is cleared away.

    Raises Problem E_NO_KEYS, E_PASSPHRASE_NEEDED, E_PASSPHRASE, E_KEYS_DAMAGED; E_IO when the disk fails in reading them.
    """
    card = own_card(folder)
    _drop_unfinished(folder)
    signing_bytes, identity_bytes = _private(folder / SIGNING), _private(folder / IDENTITY)
    locked = not identity_bytes.startswith(_ARMOUR)
    if locked and not passphrase:
        raise Problem(
            "E_PASSPHRASE_NEEDED",
            "本单位的密钥设了口令，请输入口令（命令行用 --passphrase-file）",
            field="passphrase",
        )
    try:
        passphrase, secret = _unlocked(identity_bytes, passphrase) if locked else ("", identity_bytes)
        signing = pem.load_pem_private_key(signing_bytes, passphrase.encode() if locked else None)
        identity = pyrage.x25519.Identity.from_str(secret.decode().strip())
    except (ValueError, TypeError, pyrage.DecryptError, pyrage.IdentityError) as error:
        if locked:
            raise Problem("E_PASSPHRASE", "口令不对，请重新输入", field="passphrase") from error
        raise _damaged(folder) from error
    if not isinstance(signing, Ed25519PrivateKey):
        raise _damaged(folder)
    if signing.public_key().public_bytes_raw() != card.signing or str(identity.to_public()) != card.age:
        raise _damaged(folder)
    return Keys(card, signing, identity, _former(folder, passphrase))


def _unlocked(locked: bytes, passphrase: str) -> tuple[str, bytes]:
    """The spelling that opens it, and what is in it. Raises pyrage.DecryptError."""
    *others, last = _tries(passphrase)
    for word in others:
        with suppress(pyrage.DecryptError):
            return word, bytes(pyrage.passphrase.decrypt(locked, word))
    return last, bytes(pyrage.passphrase.decrypt(locked, last))


def renew(folder: Path, card: OfficeCard, passphrase: str = "") -> Keys:
    """Change the keys of `folder`; those before are kept in it. Killed at any moment, either pair is whole.

    Raises Problem E_CARD, E_DISK_FULL, E_CANNOT_WRITE.
    """
    try:
        place = folder / FORMER / str(1 + len(list((folder / FORMER).glob("*"))))
        place.mkdir(parents=True)
        for name in _ALL:
            _write_private(place / name, (folder / name).read_bytes())
        shutil.rmtree(folder / NEXT, ignore_errors=True)
        make(folder / NEXT, card, passphrase)
    except OSError as error:
        raise files.refusal(folder, error) from error
    return load(folder, passphrase)


def locked(folder: Path) -> bool:
    """Whether the keys of `folder` stand under a passphrase. Raises Problem E_KEYS_DAMAGED."""
    _settle(folder)
    try:
        return not (folder / IDENTITY).read_bytes().startswith(_ARMOUR)
    except OSError as error:
        raise _damaged(folder) from error


def rewrap(folder: Path, passphrase: str, wanted: str) -> None:
    """Put the keys of `folder`, former ones too, under another passphrase, or with '' under none.

    Killed at any moment, all of them stand under one and the same. Raises Problem E_DISK_FULL, E_CANNOT_WRITE and
    those of `load`.
    """
    wanted = spelt(wanted)
    found = load(folder, passphrase)
    fresh = folder / NEXT
    try:
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir()
        for file in sorted((folder / FORMER).glob(f"*/{SIGNING}")) + sorted(
            (folder / FORMER).glob(f"*/{IDENTITY}")
        ):
            target = fresh / file.relative_to(folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            _write_private(target, _rewrapped(file, passphrase, wanted))
        _write_private(fresh / SIGNING, _pem(found.signing, wanted))
        _write_private(fresh / IDENTITY, _wrapped(str(found.identity).encode(), wanted))
        _write_private(fresh / CARD, (folder / CARD).read_bytes())
    except OSError as error:
        _drop_unfinished(folder)
        raise files.refusal(folder, error) from error
    _settle(folder)


def _rewrapped(file: Path, passphrase: str, wanted: str) -> bytes:
    """A former key file under another passphrase; one that this passphrase does not open stays as it is."""
    data = file.read_bytes()
    try:
        if file.name == IDENTITY:
            secret = data if data.startswith(_ARMOUR) else _unlocked(data, passphrase)[1]
            return _wrapped(secret.strip(), wanted)
    except pyrage.DecryptError:
        return data
    plain = b"ENCRYPTED" not in data
    for word in _tries(passphrase):
        with suppress(ValueError, TypeError):
            signing = pem.load_pem_private_key(data, None if plain else word.encode())
            return _pem(signing, wanted) if isinstance(signing, Ed25519PrivateKey) else data
    return data


def _wrapped(secret: bytes, passphrase: str) -> bytes:
    return pyrage.passphrase.encrypt(secret, passphrase) if passphrase else secret + b"\n"


def _settle(folder: Path) -> None:
    """Finish a change of keys: once the new card is written, the new pair counts."""
    fresh = folder / NEXT
    if not (fresh / CARD).is_file():
        return
    try:
        for file in sorted(fresh.glob(f"{FORMER}/*/*")):
            _write_private(folder / file.relative_to(fresh), file.read_bytes())
        for name in _ALL:
            _write_private(folder / name, (fresh / name).read_bytes())
        (fresh / CARD).unlink()
        shutil.rmtree(fresh, ignore_errors=True)
    except OSError as error:
        raise files.refusal(folder, error) from error


def _drop_unfinished(folder: Path) -> None:
    """A change of keys that ended before its card was written never counted: it may hold in clear what is locked."""
    if not (folder / NEXT / CARD).is_file():
        shutil.rmtree(folder / NEXT, ignore_errors=True)


def _former(folder: Path, passphrase: str) -> tuple[pyrage.x25519.Identity, ...]:
    """The identities of earlier keys, which still open what was encrypted to them; one locked otherwise is left out."""
    found = []
    for file in sorted((folder / FORMER).glob(f"*/{IDENTITY}")):
        try:
            data = file.read_bytes()
            secret = data if data.startswith(_ARMOUR) else _unlocked(data, passphrase)[1]
            found.append(pyrage.x25519.Identity.from_str(secret.decode().strip()))
        except (OSError, ValueError, pyrage.DecryptError, pyrage.IdentityError):
            continue
    return tuple(found)


def own_card(folder: Path) -> OfficeCard:
    """The card beside the keys; needs no passphrase. Raises Problem E_NO_KEYS, E_CARD."""
    if not exist(folder):
        raise Problem(
            "E_NO_KEYS", "本单位还没有密钥，请先生成（恢复备份后也要重新生成，并请对方重新确认名片）"
        )
    _settle(folder)
    return read_card(folder / CARD)


def signed(card: OfficeCard, signing: Ed25519PrivateKey) -> OfficeCard:
    """The card with the signature of its own key, which thereby vouches for the age recipient."""
    return replace(card, signature=signing.sign(dsse.pae(CARD_TYPE, canonical(card.claims()))))


def card_bytes(card: OfficeCard) -> bytes:
    """The card file: one canonical JSON line."""
    return canonical({**card.claims(), "signature": card.signature.hex()}) + b"\n"


def read_card(file: Path) -> OfficeCard:
    """The card in a file, checked strictly. Raises Problem E_NO_FILE, E_IO, E_CARD, E_NEWER."""
    try:
        with file.open("rb") as stream:
            data = stream.read(LIMIT + 1)
    except OSError as error:
        raise files.unread(file, error) from error
    return card_of(data, file.name)


def card_of(data: bytes, name: str) -> OfficeCard:
    """The card in the bytes of a card file. Raises Problem E_CARD, E_NEWER."""
    try:
        if len(data) > LIMIT or not data.endswith(b"\n"):
            raise ValueError("长度不对")
        value = strict_loads(data[:-1])
        if isinstance(value, dict) and value.get("qidi_card") not in (None, 1):
            raise Problem("E_NEWER", f"名片“{name}”由更新版本的程序制作，请先升级本程序", file=name)
        card = _card(value)
    except (ValueError, KeyError, TypeError, AttributeError, pyrage.RecipientError) as error:
        raise Problem(
            "E_CARD",
            f"“{name}”不是单位名片，或名片被改动、已损坏，请对方重新导出",
            file=name,
            detail=str(error),
        ) from error
    return card


def _card(value: dict[str, Any]) -> OfficeCard:
    card = OfficeCard(
        id=value["id"],
        name=value["name"],
        division=value["division"],
        roles=tuple(value["roles"]),
        signing=bytes.fromhex(value["signing"]),
        age=value["age"],
        made_on=value["made_on"],
        signature=bytes.fromhex(value["signature"]),
    )
    if {**card.claims(), "signature": card.signature.hex()} != value:
        raise ValueError("名片的内容不对")
    if not _ID.fullmatch(card.id) or not plain_name(card.name) or divisions.find(card.division) is None:
        raise ValueError("单位编号、名称或区划不对")
    if (
        not card.roles
        or any(r not in ROLES for r in card.roles)
        or sorted(set(card.roles)) != list(card.roles)
    ):
        raise ValueError("单位身份不对")
    if dt.date.fromisoformat(card.made_on).isoformat() != card.made_on:
        raise ValueError("日期不对")
    if str(pyrage.x25519.Recipient.from_str(card.age)) != card.age:
        raise ValueError("加密公钥不对")
    if not dsse.verifies(card.signing, card.signature, CARD_TYPE, canonical(card.claims())):
        raise ValueError("签名核对不上")
    return card


def _pem(signing: Ed25519PrivateKey, passphrase: str) -> bytes:
    lock: pem.KeySerializationEncryption = pem.NoEncryption()
    if passphrase:
        lock = pem.BestAvailableEncryption(passphrase.encode())
    return signing.private_bytes(pem.Encoding.PEM, pem.PrivateFormat.PKCS8, lock)


def _private(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError as error:
        raise _damaged(file.parent) from error
    except OSError as error:
        raise files.unread(file, error) from error


def _write_private(path: Path, data: bytes) -> None:
    """Never readable by others, not even for a moment, unlike `files.write_whole`."""
    part = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(path)
        files.sync_folder(path.parent)
    finally:
        part.unlink(missing_ok=True)


def _damaged(folder: Path) -> Problem:
    said = "本单位的密钥文件缺失或损坏，请从密钥备份恢复，或重新生成后请对方重新确认名片"
    return Problem("E_KEYS_DAMAGED", said, folder=str(folder))
