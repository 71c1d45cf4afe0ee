"""What the lines say that give a ledger its template: opened, and gone over to another version."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

Uuid = Annotated[str, Meta(pattern=r"^[0-9a-f]{32}\Z")]
Sha = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]
Day = Annotated[str, Meta(pattern=r"^[0-9]{4}-[0-9][0-9]-[0-9][0-9]\Z")]
Short = Annotated[str, Meta(min_length=1, max_length=200)]


class Strict(Struct, forbid_unknown_fields=True):
    """A key this program does not know is a later program's."""


class Origin(Strict):
    """Of which ledger of which office a check ledger is a part."""

    ledger: Uuid
    office: Uuid
    name: Short
    dept: Short


class OpenBody(Strict):
    template: Short
    version: Short
    digest: Sha
    source: str
    division: Annotated[str, Meta(pattern=r"^[0-9]{6}\Z")]
    purpose: Annotated[str, Meta(pattern=r"^(main|check|merged)\Z")] = "main"
    origin: Origin | UnsetType = UNSET


class Upgraded(Strict):
    """The ledger read under another template from here on; on a sealed one with the 更正单 (decision 21)."""

    deed: Uuid
    first: Annotated[int, Meta(ge=1, le=10**14)]
    from_: Sha = msgspec.field(name="from")
    template: Short
    version: Short
    digest: Sha
    source: str
    whose: str = ""
    reason: str | UnsetType = UNSET
    second: Short | UnsetType = UNSET
    scan: Sha | UnsetType = UNSET
    undoes: Annotated[int, Meta(ge=1, le=10**14)] | UnsetType = UNSET

    @property
    def slip(self) -> bool:
        """Whether a sealed ledger may go over by it: a 更正单, or taking such a one back."""
        return self.undoes is not UNSET or UNSET not in (self.reason, self.second, self.scan)


class UpgradeBody(Strict):
    upgrade: Upgraded
