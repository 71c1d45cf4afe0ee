"""How far events of a lower office move a gathered row: each counts once, and none where it does not fit."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.rows import Held
from app.ledger.recording import Event
from app.problem import Problem
from sync.comparing import movements
from sync.comparing.mirrored import Named

KINDS = ("approved", "started", "removed", "corrected", "restored", "added")
STANDINGS = ("open", "complete", "excluded", *KINDS[:4])


def held(standing: str, items: dict[str, str], **cells: str) -> Held:
    return Held(
        "a" * 32, 1, "1", {"name": "甲", **cells}, {c: {} for c in items}, standing, standings=dict(items)
    )


def opened(moved_standing: str, standings: dict[str, str]) -> Counter[str]:
    return Counter(project=moved_standing == "open", item=sum(s == "open" for s in standings.values()))


@given(
    st.sampled_from(STANDINGS),
    st.dictionaries(st.sampled_from(("M01", "M02")), st.sampled_from(STANDINGS)),
    st.lists(st.tuples(st.sampled_from(KINDS), st.sampled_from((None, "M01", "M02"))), max_size=8),
    st.booleans(),
)
def test_the_identity_holds_whatever_comes(standing, items, told, late):
    """Decision 2: in minus out is what is open more than before, for projects and for matters."""
    now = held(standing, items)
    events = [Event(kind, "2022-08-22", item) for kind, item in told]
    mine = None if late else held(standing, items)
    before = Counter() if late else opened(standing, items)
    try:
        moved = movements.walk(mine, now, now, events)
    except Problem as problem:
        assert problem.code == "E_OUT_OF_STEP"
        return
    flows: Counter[str] = Counter()
    for event in moved.events:
        flows["item" if event.item else "project"] += -1 if event.kind in movements.OUT else 1
    after = opened(moved.standing, moved.standings)
    assert all(after[unit] - before[unit] == flows[unit] for unit in ("project", "item"))


def test_what_stands_so_already_moves_nothing():
    mine = held("open", {"M01": "approved", "M02": "open"})
    moved = movements.walk(mine, mine, mine, [Event("approved", "2022-08-22", "M01")])
    assert moved.events == [] and moved.standings == mine.standings


@pytest.mark.parametrize(("kind", "item"), [("approved", "M01"), ("removed", "M01"), ("approved", "M09")])
def test_what_presumes_something_else_is_refused(kind, item):
    mine = held("open", {"M01": "complete"})
    with pytest.raises(Problem) as caught:
        movements.walk(mine, mine, mine, [Event(kind, "2022-08-22", item)])
    assert caught.value.code == "E_OUT_OF_STEP" and "甲" in caught.value.text


def test_a_row_struck_off_here_stays_so():
    mine = held("excluded", {"M01": "excluded"}, excluded="重复")
    moved = movements.walk(mine, mine, mine, [Event("restored", "2022-08-22", None)])
    assert (moved.standing, moved.events) == ("excluded", [])


def rewritten(state: str, standing: str, **cells: str) -> Held:
    return Held("a" * 32, 1, "1", {"name": "甲", **cells}, {"M01": {"state": state}}, "open",
                standings={"M01": standing})  # fmt: skip


def test_a_state_that_moves_without_being_registered_is_refused():
    """Decision 2: what the cells say and what is counted never part."""
    mine, now = rewritten("未办", "open"), rewritten("不需办", "complete")
    with pytest.raises(Problem) as caught:
        movements.walk(mine, now, now, [])
    assert caught.value.code == "E_OUT_OF_STEP" and "M01" in caught.value.text
    told = [Event("corrected", "2022-08-22", "M01")]
    assert movements.walk(mine, now, now, told).standings == {"M01": "corrected"}


def test_only_what_a_deed_names_is_set_aside():
    """Decision 6: a 更正单 moves the cells it lists and no others; what a person typed here is none of it."""
    mine, theirs = rewritten("未办", "open", place="A"), rewritten("不需办", "complete", place="B", note="他")
    aside = movements.named_aside(mine, theirs, theirs, Named({"place"}, {}))
    assert aside.cells["place"] == "B" and "note" not in aside.cells and aside.items == mine.items
    aside = movements.named_aside(mine, theirs, theirs, None)
    assert (aside.cells, aside.items) == (theirs.cells, theirs.items)
    typed = rewritten("在办", "open", place="C", note="他")
    aside = movements.named_aside(mine, typed, theirs, None)
    assert aside.cells == {"name": "甲", "place": "A", "note": "他"} and aside.items == mine.items
