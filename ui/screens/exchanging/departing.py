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
from sync.offices import answers, enrolling


def send(
    office: Office, ledger: str, to: str, folder: Path, *, plain: bool = False, aside: bool = False, callers: bool = False,
    along: Sequence[str] = (), card: bool = False, tell: Tell | None = None,
) -> Change:  # fmt: skip
    """Write a bundle, then our `card` where it is wanted and the answers to the bundles `along`: the fact `more` tells of it.

    Raises those of `exchange.send`; where it was built and only the stick failed, the fact `bundle` names it. Once
    the bundle is written, what befalls the others does not undo it.
    """
    before = {one.bundle for one in boxes.sent(office)}
    try:
        change = exchange.send(office, ledger, to, folder, plain=plain, aside=aside, callers=callers, tell=tell)
    except Problem as problem:
        problem.facts["bundle"] = next(
            (one.bundle for one in boxes.sent(office) if one.bundle not in before), ""
        )
        raise
    place = folder if folder.is_dir() else folder.parent
    more = [_card(office, place)] if card else []
    more += [_answers(office, along, place)] if along else []
    # the page says it where it was asked for
    return replace(change, facts={**change.facts, "quiet": True, "more": "\n".join(more)})


def _card(office: Office, folder: Path) -> str:
    try:
        return f"另写了本单位名片 {enrolling.hand_card(office, folder).name}：请对方先导入名片，打电话对核对码，再收件"
    except Problem as problem:
        return f"名片没有写上：{problem.text}"


def _answers(office: Office, along: Sequence[str], folder: Path) -> str:
    try:
        files = answers.hand(office, along, folder).facts["files"]
        return f"另写了 {len(files):,} 份回执、退回单"
    except Problem as problem:
        return f"回执没有写上：{problem.text}"


def again(office: Office, bundle: str, folder: Path, *, tell: Tell | None = None) -> Change:
    """再写一次 as `rewriting.again` does it."""
    change = rewriting.again(office, bundle, folder, tell=tell)
    return replace(change, facts={**change.facts, "quiet": True})
