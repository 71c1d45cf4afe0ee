"""What leaves this office, off the screen thread: a bundle with the answers that lie here for its receiver."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from app.change import Change
from app.office import Office
from app.problem import Problem
from sync import exchange
from sync.bundles.progress import Tell
from sync.letters import boxes, rewriting
from sync.offices import answers


def send(
    office: Office, ledger: str, to: str, folder: Path, *, plain: bool = False, aside: bool = False, callers: bool = False,
    along: Sequence[str] = (), tell: Tell | None = None,
) -> Change:  # fmt: skip
    """Write a bundle, then the answers to the bundles `along`; of these the facts tell in `along` and `along_fault`.

    Raises those of `exchange.send`; where it was built and only the stick failed, the fact `bundle` names it. Once
    the bundle is written, what befalls the answers does not undo it.
    """
    before = {one.bundle for one in boxes.sent(office)}
    try:
        change = exchange.send(office, ledger, to, folder, plain=plain, aside=aside, callers=callers, tell=tell)
    except Problem as problem:
        problem.facts["bundle"] = next(
            (one.bundle for one in boxes.sent(office) if one.bundle not in before), ""
        )
        raise
    change = replace(change, facts={**change.facts, "quiet": True})  # the page says it where it was asked for
    if not along:
        return change
    try:
        more = answers.hand(office, along, folder)
    except Problem as problem:
        return replace(change, facts={**change.facts, "along_fault": problem.text})
    return replace(change, facts={**change.facts, "along": len(more.facts["files"])})


def again(office: Office, bundle: str, folder: Path, *, tell: Tell | None = None) -> Change:
    """再写一次 as `rewriting.again` does it."""
    change = rewriting.again(office, bundle, folder, tell=tell)
    return replace(change, facts={**change.facts, "quiet": True})
