"""Who an office is to others: its card, its fingerprint, its keys (decisions 24, 29)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from app.canon import canonical

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from pyrage.x25519 import Identity

DIGITS = 30  # 30 decimal digits are 99.6 bits
GROUP = 5
LONGEST_NAME = 80


@dataclass(frozen=True)
class OfficeCard:
    """What an office says of itself, signed by its own key: `signing` Ed25519 (32 bytes), `age` an X25519 recipient."""

    id: str
    name: str
    division: str
    roles: tuple[str, ...]
    signing: bytes
    age: str
    made_on: str
    signature: bytes = b""

    def claims(self) -> dict[str, Any]:
        """What the signature covers, as JSON values."""
        return {
            "qidi_card": 1,
            "id": self.id,
            "name": self.name,
            "division": self.division,
            "roles": list(self.roles),
            "signing": self.signing.hex(),
            "age": self.age,
            "made_on": self.made_on,
        }

    @property
    def fingerprint(self) -> str:
        """Six groups of five digits over office id and both keys, to be read over the phone."""
        both = canonical({"id": self.id, "signing": self.signing.hex(), "age": self.age})
        number = int.from_bytes(hashlib.sha256(b"qidi-card-fingerprint\x00" + both).digest()) % 10**DIGITS
        digits = f"{number:0{DIGITS}d}"
        return " ".join(digits[i : i + GROUP] for i in range(0, DIGITS, GROUP))


def plain_name(text: str) -> bool:
    """Whether `text` can stand as an office name: one line, 1 to 80 characters, no outer blanks."""
    return bool(text) and len(text) <= LONGEST_NAME and text == text.strip() and text.isprintable()


@dataclass(frozen=True)
class Keys:
    """The private half of a card; never printed, never in a backup (decision 33)."""

    card: OfficeCard
    signing: Ed25519PrivateKey = field(repr=False)
    identity: Identity = field(repr=False)
    former: tuple[Identity, ...] = field(default=(), repr=False)
    """What earlier keys still open (decision 29)."""


@dataclass(frozen=True)
class Known:
    """A card a person has confirmed; from a revoked one only receipted history is accepted."""

    card: OfficeCard
    revoked: bool = False
    before: tuple[OfficeCard, ...] = ()
    """Cards it had earlier: from them, too, only history that was taken in already counts."""
