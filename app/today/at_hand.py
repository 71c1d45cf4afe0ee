"""What waits beside the matters that are due: prints with whom, reports and days of the plan, what others owe."""

from __future__ import annotations

from collections.abc import Sequence

from app.rounds.awaited import Awaited
from app.today.coming import Coming
from app.today.statistics import Paper, Today

SIGN, SEAL, REPORT, DATE = "sign", "seal", "report", "date"


def at_hand(now: Today) -> tuple[Awaited, ...]:
    """All of it as one list: what is past its day first, then what others owe, prints, days of the plan."""
    found = (*now.awaited, *papers(now.papers), *plan_days(now.coming))
    return tuple(sorted(found, key=lambda one: not one.late))


def papers(found: Sequence[Paper]) -> tuple[Awaited, ...]:
    """Prints on their way (SIGN): `who` signs next, `since` it lies there. One that all have signed is to be sealed (SEAL)."""
    return tuple(
        Awaited(
            SIGN if one.left else SEAL, one.left[0] if one.left else "", f"{one.label}《{one.title}》",
            one.since, one.days, one.ledger_id, one.label,
        )
        for one in found
    )  # fmt: skip


def plan_days(found: Sequence[Coming]) -> tuple[Awaited, ...]:
    """Reports and named days of the plan, missed or near. Nobody waits for them yet: `since` is ''.

    `key` is the id of the report's form, '' where it has none; `due` says which of its series.
    """
    return tuple(
        Awaited(
            REPORT if one.kind == "report" else DATE, one.who, f"{one.what}《{one.ledger}》", "", 0, one.ledger_id,
            one.form, one.due, one.light == "red",
        )
        for one in found
    )  # fmt: skip
