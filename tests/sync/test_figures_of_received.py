"""Statistics of a ledger that came from elsewhere, that was gathered, and whose record was begun anew."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

from app.figures import figures
from app.ledger import ledgers
from app.proof import ancestry
from tests.sync.offices import DAY
from tests.sync.upward_world import upward


def test_a_past_day_of_a_received_and_of_a_gathered_ledger(tmp_path: Path) -> None:
    """Domain A5: the receiver's figures of any day are the sender's; a gathered ledger dates by when it was gathered."""
    world = upward(tmp_path, "dev", "lead")
    next_day = DAY + dt.timedelta(1)
    world.add("dev", "甲项目")
    world.add("dev", "乙项目")
    world.seal("dev")
    world.gather("dev")
    for key in ("dev", "lead"):
        world.offices[key] = replace(world[key], fixed_today=next_day)
    world.approve("dev", "甲项目", "M01", "M03")
    world.gather("dev")
    mirror = next(line for line in ledgers.all(world["lead"]) if not line.own)
    for day in (DAY, next_day):
        own = figures.of(world["dev"], world.ledgers["dev"], on=day, by=("unit", "place"))
        theirs = figures.of(world["lead"], mirror.id, on=day, by=("unit", "place"))
        assert (theirs.rows, theirs.total, theirs.head) == (own.rows, own.total, own.head)
        total = figures.of(world["lead"], world.ledgers["lead"], on=day).total
        assert total["open"] == own.total["open"] == (2 if day == DAY else 1)
    own_line = ledgers.get(world["dev"], world.ledgers["dev"])
    before = [figures.of(world["dev"], own_line.id, on=day) for day in (DAY, next_day)]
    with world["dev"].write("另起记录") as work:
        parent = {"stream": own_line.stream, "seq": own_line.head_seq, "head": ""}
        ancestry.begin_anew(work, own_line, parent)
    again = [figures.of(world["dev"], own_line.id, on=day) for day in (DAY, next_day)]
    assert [(each.rows, each.total) for each in again] == [(each.rows, each.total) for each in before]
    world.close()
