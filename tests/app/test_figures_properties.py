"""Whatever is done to a ledger over several days: a past day asked for later says what was said on that day."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Callable
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from app.figures import burning, figures
from app.figures.figures import Figures
from app.ledger import closing, entries, leaving, ledgers
from app.problem import Problem
from tests.app.conftest import DAY
from tests.app.counting_world import SECOND, World, template, world

UNITS = ("水利局", "林草局", "")
STATES = ("未办", "在办", "不需办", "待核")
IN, OUT = ("base", "added", "restored"), ("open", "approved", "started", "removed", "corrected")
LOADED = template()


def _add(world: World, n: int) -> None:
    world.add(
        states=(STATES[n % 4], "未办", "不需办"), depth=str(60 + n * 7), cost=str(n), resp_unit=UNITS[n % 3],
        place=("甲镇", "乙镇")[n % 2], sealed_by="待定" if n % 5 == 0 else "水泥", due_on="2022-08-24",
    )  # fmt: skip


def _amend(world: World, n: int) -> None:
    items = {"W02": {"ordered": world.today, "dept": UNITS[n % 3]}} if n % 2 else {}
    entries.amend(world.office, world.row(n).id, {"resp_unit": UNITS[n % 3], "plot": str(n)}, items)


def _state(world: World, n: int) -> None:
    entries.amend(world.office, world.row(n).id, {}, {"W01": {"state": STATES[n % 4]}})


def _approve(world: World, n: int) -> None:
    held = world.row(n)
    world.close(held.id, *(held.open_items() if n % 2 else held.open_items()[:1]))


def _start(world: World, n: int) -> None:
    closing.start(world.office, world.row(n).id, on=world.today, evidence="定方式的批件")


def _remove(world: World, n: int) -> None:
    world.drop(world.row(n).id)


def _correct(world: World, n: int) -> None:
    slip = {"reason": "录入错误", "second": SECOND}
    changes = {"texts": {"depth": f"{90 + n}"}, "items": {"W01": {"state": STATES[n % 4]}}}
    leaving.correct(world.office, [world.row(n).id], **slip, **({"leave": True} if n % 3 == 0 else changes))  # type: ignore[arg-type]


def _strike(world: World, n: int) -> None:
    leaving.exclude(world.office, world.row(n).id, reason="重复")


def _back(world: World, n: int) -> None:
    held = world.row(n)
    gone = [code for code, standing in held.standings.items() if standing in ("approved", "removed")]
    leaving.reopen(world.office, held.id, gone[0] if gone else "", reason="回头看", on=world.today)


def _seal(world: World, n: int) -> None:
    world.seal()


def _night(world: World, n: int) -> None:
    world.said[world.day] = _asked(world, None)
    world.go()


DEEDS = (_add, _amend, _state, _approve, _approve, _start, _remove, _correct, _back, _night)
Deed = tuple[Callable[[World, int], None], int]
PLAYS = st.lists(st.tuples(st.sampled_from(DEEDS), st.integers(0, 30)), min_size=8, max_size=20)
BEGIN: tuple[Deed, ...] = ((_add, 1), (_add, 2), (_add, 5), (_strike, 2))


@settings(
    max_examples=3, deadline=None, derandomize=True, phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)  # fmt: skip
@given(before=PLAYS, after=PLAYS)
def test_a_past_day_says_what_it_said_and_everything_adds_up(before: list[Deed], after: list[Deed]) -> None:
    """Decision 2 and domain A5: as of any day, in every period, the identity holds and groups add up to the total."""
    with tempfile.TemporaryDirectory() as nest:
        played = world(Path(nest), LOADED)
        for deed, n in (*BEGIN, *before[:6], (_night, 0), (_seal, 0), *after, (_night, 0)):
            try:
                deed(played, n)
            except Problem:
                continue  # a deed that the row cannot have now
        for day, said in played.said.items():
            for then, now in zip(said, _asked(played, day), strict=True):
                assert (now.rows, now.total, now.sealed, now.head) == (
                    then.rows,
                    then.total,
                    then.sealed,
                    then.head,
                )
                _adds_up(now)
        _hangs_together(played)
        _runs_through(played)
        played.office.close()


def _asked(world: World, on: dt.date | None) -> tuple[Figures, ...]:
    """By unit and place of the whole time, by unit and matter since the second day."""
    whole = figures.of(world.office, world.ledger, on=on, by=("unit", "place"))
    return whole, figures.of(
        world.office, world.ledger, on=on, since=DAY + dt.timedelta(1), by=("unit", "matter")
    )


def _adds_up(found: Figures) -> None:
    for suffix in ("", ".item"):
        rows = [row.values for row in found.rows if row.values[f"base{suffix}"] is not None]
        for values in (found.total, *rows):
            come, gone = (sum(int(values[f"{key}{suffix}"] or 0) for key in keys) for keys in (IN, OUT))
            assert come == gone
        for key in (*IN, *OUT, "red", "deadline_past") if suffix or "matter" not in found.by else ():
            assert sum(int(values[key + suffix] or 0) for values in rows) == found.total[key + suffix]


def _hangs_together(world: World) -> None:
    """期初 of a period is what stood in 在账 in the evening before it, once the ledger is sealed."""
    for day, (then, _) in world.said.items():
        if then.sealed:
            later = figures.of(world.office, world.ledger, since=day + dt.timedelta(1)).total
            assert (later["base"], later["base.item"]) == (then.total["open"], then.total["open.item"])


def _runs_through(world: World) -> None:
    """Every point of the series in one pass is what the figures of its day say, before the seal and after it."""
    with world.office.read() as connection:
        points = burning.counted(connection, ledgers.line_of(connection, world.ledger), sorted(world.said))
    assert [point.day for point in points] == [day.isoformat() for day in sorted(world.said)]
    for point in points:
        total = world.said[dt.date.fromisoformat(point.day)][0].total
        assert point.values == {key: total[key] for key in point.values}
