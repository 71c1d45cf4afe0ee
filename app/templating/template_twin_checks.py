"""Whether a template asks soundly for rows to be compared with other rows."""

from __future__ import annotations

from collections.abc import Iterator

from app.engine.template_faults import Fault, unknown
from app.words.templates import Check, Loaded

MOST, CHECKS = 5, 20
"""Fields and ledgers of one check; checks of a template that look at other rows (decision 34)."""


def faults(loaded: Loaded, check: Check, path: str) -> Iterator[Fault]:
    """What is wrong with the looking at other rows of a check."""
    if not check.alike:
        if check.ledgers:
            yield Fault(f"{path}.ledgers", "ledgers 要与 alike 同时写")
        return
    if check.scope != "entry" or check.level == "error":
        yield Fault(f"{path}.alike", "与别的行比较的检查只能是整行的（entry），并且只提示或作缺项")
    if len(check.alike) > MOST or len(check.ledgers) > MOST:
        yield Fault(f"{path}.alike", f"alike 和 ledgers 各最多 {MOST} 个")
    if sum(1 for each in loaded.t.checks if each.alike) > CHECKS:
        yield Fault(f"{path}.alike", f"与别的行比较的检查超过 {CHECKS} 个")
    yield from unknown(f"{path}.alike", check.alike, loaded.fields)
