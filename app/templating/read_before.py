"""Templates read before on this machine: to read one anew and check it takes longer than the rest of opening its ledger."""

from __future__ import annotations

import msgspec

from app.storage import understood
from app.words.templates import Loaded, Template

READ_BY = ("templating", "words", "values", "engine")
"""The rooms whose code says what a text means and what of it is refused."""


class _Read(msgspec.Struct, frozen=True, array_like=True):
    """What became of one text."""

    template: Template
    under: tuple[str, ...]


def read(source: str, name: str = "") -> Loaded:
    """As `template_reading.read`, of a text that this program has read before without its help.

    Raises Problem E_TEMPLATE naming line and key.
    """

    def anew() -> _Read:
        from app.templating import template_reading  # noqa: PLC0415 - not wanted for a text that is known

        loaded = template_reading.read(source, name)
        return _Read(loaded.t, loaded.under)

    found = understood.of(understood.program(READ_BY, ("templates",)) + b"\0" + source.encode(), _Read, anew)
    return Loaded(found.template, source, found.under)
