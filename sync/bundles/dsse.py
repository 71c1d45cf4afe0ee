"""Signatures over exact bytes: the DSSE envelope with Ed25519."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from app.canon import canonical, strict_loads
from app.journals.trust import Keys

MOST_SIGNATURES = 8


@dataclass(frozen=True)
class Signature:
    """One signature; `keyid` names an office as a hint for finding the key, it is never trusted (decision 29)."""

    keyid: str
    sig: bytes


@dataclass(frozen=True)
class Envelope:
    payload_type: str
    payload: bytes
    signatures: tuple[Signature, ...]


def pae(payload_type: str, payload: bytes) -> bytes:
    """The pre-authentication encoding: what is really signed."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)


def seal(payload_type: str, payload: bytes, signers: Sequence[Keys]) -> bytes:
    """The envelope's canonical JSON bytes with one signature of each signer."""
    data = pae(payload_type, payload)
    signatures = [{"keyid": k.card.id, "sig": _b64(k.signing.sign(data))} for k in signers]
    return canonical({"payload": _b64(payload), "payloadType": payload_type, "signatures": signatures})


def read(data: bytes) -> Envelope:
    """The envelope in canonical JSON bytes. Raises ValueError with a Chinese reason."""
    value = strict_loads(data)
    try:
        if value.keys() != {"payload", "payloadType", "signatures"}:
            raise ValueError("签名文件的内容不对")
        signatures = tuple(Signature(str(s["keyid"]), _unb64(s["sig"])) for s in value["signatures"])
        extra = any(s.keys() != {"keyid", "sig"} for s in value["signatures"])
        payload = _unb64(value["payload"])
    except (AttributeError, TypeError, KeyError) as error:
        raise ValueError("签名文件的内容不对") from error
    if extra or not 1 <= len(signatures) <= MOST_SIGNATURES or len(set(signatures)) != len(signatures):
        raise ValueError("签名的个数或写法不对")
    return Envelope(str(value["payloadType"]), payload, signatures)


def verifies(key: bytes, sig: bytes, payload_type: str, payload: bytes) -> bool:
    """Whether `sig` is the signature of the Ed25519 public key (32 bytes) over this payload."""
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(sig, pae(payload_type, payload))
    except (InvalidSignature, ValueError):
        return False
    return True


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _unb64(text: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("签名文件的编码不对") from error
    if _b64(data) != text:
        raise ValueError("签名文件的编码不规范")
    return data
