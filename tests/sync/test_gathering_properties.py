"""Random deeds at two 立项部门, gathered at random moments: the gathered rows are theirs, and the counts add up."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from app.ledger import closing, entries, leaving, ledgers
from app.listing import counts
from app.problem import Problem
from tests.sync.upward_world import ON, Upward, upward

WHO = ("dev", "ind")
STATES = ("未办", "在办", "不需办", "待核")


def _row(world: Upward, who: str, n: int) -> str:
    held = world.all_held(who)
    return held[n % len(held)].id if held else world.add(who, f"{who}首行")


def _add(world: Upward, who: str, n: int) -> None:
    name = f"{who}{len(world.rows)}"
    world.add(who, name, basis="补充清单" if ledgers.get(world[who], world.ledgers[who]).sealed else "")


def _note(world: Upward, who: str, n: int) -> None:
    entries.amend(world[who], _row(world, who, n), {"note": f"第{n}次"}, {"M02": {"note": f"记{n}"}})


def _state(world: Upward, who: str, n: int) -> None:
    entries.amend(world[who], _row(world, who, n), {}, {f"M0{1 + n % 3}": {"state": STATES[n % 4]}})


def _strike(world: Upward, who: str, n: int) -> None:
    leaving.exclude(world[who], _row(world, who, n), reason="重复")


def _back(world: Upward, who: str, n: int) -> None:
    leaving.reopen(world[who], _row(world, who, n), "" if n % 2 else "M01", reason="回头看", on=ON)


def _approve(world: Upward, who: str, n: int) -> None:
    row = _row(world, who, n)
    codes = next(h for h in world.all_held(who) if h.id == row).open_items()
    wanted = [(row, code) for code in (codes if n % 2 else codes[:1])]
    closing.close(world[who], wanted, basis="批复", doc="锡发改字〔2022〕1号", on=ON)


def _remove(world: Upward, who: str, n: int) -> None:
    world.rows["移"] = _row(world, who, n)
    world.remove(who, "移")


def _correct(world: Upward, who: str, n: int) -> None:
    world.rows["改"] = _row(world, who, n)
    world.correct(who, "改", **({"name": f"{who}改{n}"} if n % 2 else {}))


def _seal(world: Upward, who: str, n: int) -> None:
    world.seal(who)


def _gather(world: Upward, who: str, n: int) -> None:
    world.gather(who)


def _seal_lead(world: Upward, who: str, n: int) -> None:
    world.seal("lead")


DEEDS: tuple[Callable[[Upward, str, int], None], ...] = (
    _add, _note, _state, _strike, _back, _approve, _remove, _correct, _seal, _gather, _gather, _seal_lead,
)  # fmt: skip


PHASES = (
    Phase.explicit,
    Phase.generate,
)  # shrinking real offices takes minutes; the deeds are printed anyway


@settings(max_examples=6, deadline=None, phases=PHASES, suppress_health_check=list(HealthCheck))
@given(
    st.lists(
        st.tuples(st.sampled_from(DEEDS), st.sampled_from(WHO), st.integers(0, 7)), min_size=4, max_size=18
    )
)
def test_the_gathered_rows_are_the_sources(deeds):
    """Decisions 1, 2, 10: whatever is done in whatever order, rows and counts agree or the difference is named."""
    with tempfile.TemporaryDirectory() as folder:
        world = upward(Path(folder), "dev", "ind", "lead")
        try:
            for deed, who, n in deeds:
                try:
                    deed(world, who, n)
                except Problem as problem:
                    assert problem.code not in ("E_IDENTITY", "E_COUNTS", "E_SEALED_MISSING"), problem.text
            refused = {r["row"] for who in WHO for r in world.gather(who).facts["refused"]}
            _agree(world, refused)
        finally:
            world.close()


def _agree(world: Upward, refused: set[str]) -> None:
    mine = {h.source: h for h in world.all_held("lead")}
    sealed = ledgers.get(world["lead"], world.ledgers["lead"]).sealed
    for who in WHO:
        for theirs in world.all_held(who):
            if theirs.id not in refused:
                here = mine[theirs.id]
                assert (here.cells, here.items) == (theirs.cells, theirs.items)
                assert (here.standing == "open") == (theirs.standing == "open")
                assert here.open_items() == theirs.open_items()
    for unit in ("project", "item"):
        assert counts.balanced(world.counts("lead", unit))
        if not refused:
            opened = sum(world.counts(who, unit)["open"] for who in WHO)
            assert world.counts("lead", unit)["open"] == opened
    assert refused == set() or sealed
    assert world.proved()
